"""FS825: task types of your own."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS825",
    name="task-extension",
    summary="Task classes of your own become a decorator or a function, or a subclass of `flyte.extend.TaskTemplate`.",
    shift="""\
Flyte 1 had to be extended to do something around a task, or to make tasks from data, because a workflow called only
tasks. In Flyte 2 most extensions are plain Python: a `functools.wraps` decorator below `@env.task` for what happens
before and after, a helper function for shared work. What truly is another kind of task subclasses
`flyte.extend.TaskTemplate`, or `AsyncFunctionTaskTemplate` for function tasks that are chosen by `plugin_config`,
registered with `TaskPluginRegistry`. `execute` is async there, `get_custom` is `custom_config`, and `Interface` is
`flyte.models.NativeInterface`.""",
    guide="tasks-and-workflows",
    applicability="display-only",
    automatic="Never by itself: the hooks have other names, signatures and moments.",
    gotchas=(
        "A decorator without `functools.wraps` works locally and fails in the container, which looks the task"
        " up by the function's name.",
        "A task made inside a function or bound to another name than its function's runs locally and fails in"
        " the container.",
        "`*args` and `**kwargs` in a task's signature raise ValueError, so the wrapped function must keep its"
        " parameters.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import PythonInstanceTask, workflow
from flytekit.extend import Interface


class Greeting(PythonInstanceTask):
    def __init__(self, name: str, greeting: str, **kwargs):
        interface = Interface(inputs={"who": str}, outputs={"o0": str})
        super().__init__(name=name, task_config=None, task_type="greeting", interface=interface, **kwargs)
        self.greeting = greeting

    def execute(self, **kwargs) -> str:
        return f"{self.greeting}, {kwargs['who']}!"


hello = Greeting(name="hello", greeting="Hello")
goodbye = Greeting(name="goodbye", greeting="Goodbye")


@workflow
def visit(who: str) -> (str, str):
    return hello(who=who), goodbye(who=who)
""",
            after="""\
from typing import Tuple

import flyte

env = flyte.TaskEnvironment(name="visit")


def greet(greeting: str, who: str) -> str:
    return f"{greeting}, {who}!"


@env.task
def hello(who: str) -> str:
    return greet("Hello", who)


@env.task
def goodbye(who: str) -> str:
    return greet("Goodbye", who)


@env.task
def visit(who: str) -> Tuple[str, str]:
    return hello(who=who), goodbye(who=who)
""",
            call='visit(who="Ada")',
        ),
        Example(
            before="""\
from flytekit import PythonFunctionTask, task, workflow
from flytekit.extend import TaskPlugins


class Doubled:
    pass


class DoubledTask(PythonFunctionTask[Doubled]):
    def __init__(self, task_config, task_function, **kwargs):
        super().__init__(task_config=task_config, task_type="doubled", task_function=task_function, **kwargs)

    def execute(self, **kwargs):
        return 2 * super().execute(**kwargs)


TaskPlugins.register_pythontask_plugin(Doubled, DoubledTask)


@task(task_config=Doubled())
def total(n: int) -> int:
    return sum(range(n))


@workflow
def report(n: int) -> int:
    return total(n=n)
""",
            after="""\
import functools
from typing import Callable

import flyte

env = flyte.TaskEnvironment(name="report")


def doubled(function: Callable[..., int]) -> Callable[..., int]:
    @functools.wraps(function)
    def wrapper(*args: int, **kwargs: int) -> int:
        return 2 * function(*args, **kwargs)

    return wrapper


@env.task
@doubled
def total(n: int) -> int:
    return sum(range(n))


@env.task
def report(n: int) -> int:
    return total(n=n)
""",
            call="report(n=4)",
            note="A decorator below `@env.task` does what the task type did.",
        ),
    ),
    ignores=(
        """\
from flyte.extend import AsyncFunctionTaskTemplate, TaskPluginRegistry


class Doubled:
    pass


class DoubledTask(AsyncFunctionTaskTemplate):
    plugin_config: Doubled


TaskPluginRegistry.register(Doubled, DoubledTask)
""",
        """\
from celery import Task as PythonTask


class Report(PythonTask):
    name = "report"
""",
    ),
)
