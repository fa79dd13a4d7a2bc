"""FS608: the inner context of flytekit has no counterpart."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS608",
    name="flyte-context",
    summary="`FlyteContext` and `FlyteContextManager` have no counterpart; use `flyte.ctx()` and `flyte.storage`.",
    shift="""\
flytekit kept a stack of contexts with the mode of execution, the compilation state and file access, and programs
reached in. Flyte 2 owns its context: you read `flyte.ctx()`, and cannot push another one. `ctx().mode` is
`"local"`, `"remote"` or `"hybrid"`, and `ctx().is_in_cluster()` tells a container from a laptop.
`FileAccessProvider` becomes the functions of `flyte.storage`: `get_random_local_path()`, and `get` and `put`, which
you await. For values that travel with a run there is `flyte.custom_context(...)`, with strings only.""",
    guide="overview",
    applicability="unsafe",
    automatic=(
        "Migrate rewrites `FlyteContextManager.current_context().file_access.get_random_local_path()` and "
        "`get_random_local_directory()`, and what a `TypeTransformer` does with its `ctx`. For the rest, what is read "
        "decides what replaces it."
    ),
    gotchas=(
        "`flyte.storage.get_random_local_path()` gives a `pathlib.Path`, Flyte 1 gave a `str`.",
        "`flyte.storage.get`, `put` and `exists` are coroutines.",
        "There is no compilation state: module code runs once, at import.",
        "Tests that pushed a context call the task, or run it with `flyte.with_runcontext(mode='local').run(...)`.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import FlyteContextManager, task
from flytekit.core.context_manager import ExecutionState


@task
def place() -> str:
    state = FlyteContextManager.current_context().execution_state
    if state.mode == ExecutionState.Mode.LOCAL_TASK_EXECUTION:
        return "laptop"
    return "cluster"
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="places")


@env.task
def place() -> str:
    if flyte.ctx().mode == "local":
        return "laptop"
    return "cluster"
""",
            call="place()",
        ),
        Example(
            before="""\
from pathlib import Path

from flytekit import FlyteContextManager, task


@task
def shout(text: str) -> str:
    path = Path(FlyteContextManager.current_context().file_access.get_random_local_path())
    path.write_text(text.upper())
    return path.read_text()
""",
            after="""\
import flyte
import flyte.storage

env = flyte.TaskEnvironment(name="texts")


@env.task
def shout(text: str) -> str:
    path = flyte.storage.get_random_local_path()
    path.write_text(text.upper())
    return path.read_text()
""",
            call="shout(text='abc')",
        ),
    ),
    ignores=(
        """\
import contextvars

context = contextvars.copy_context()
print(len(context))
""",
        """\
import flyte

if flyte.ctx():
    print(flyte.ctx().mode)
""",
    ),
)
