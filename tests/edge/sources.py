"""The sources that the edge tests share: import spellings, decorators, whole modules, and what must stay silent.

`«...»` marks where a refused module must say what stands in the way.
"""

from __future__ import annotations

from typing import NamedTuple

BODY = """

@{task}
def double(x: int) -> int:
    return x * 2


@{task}(retries=2)
def add(a: int, b: int) -> int:
    return a + b


@{workflow}
def main(x: int = 3) -> int:
    return add(a=double(x=x), b=1)
"""
MIGRATED_BODY = '\nenv = flyte.TaskEnvironment(name="flow")\n' + BODY.format(task="env.task", workflow="env.task")
BODY_SYMBOLS = ["flytekit.task", "flytekit.task", "flytekit.task(retries)", "flytekit.workflow"]


class Spelling(NamedTuple):
    """Import statements and how the names are then written. `after`: what stands in their place, None: refused."""

    imports: str
    task: str
    workflow: str
    after: str | None = "import flyte"

    @property
    def source(self) -> str:
        return f"{self.imports}\n{BODY.format(task=self.task, workflow=self.workflow)}"


_CHECKING = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    {}"
SPELLINGS = {
    "names": Spelling("from flytekit import task, workflow", "task", "workflow"),
    "module": Spelling("import flytekit", "flytekit.task", "flytekit.workflow"),
    "module-alias": Spelling("import flytekit as fk", "fk.task", "fk.workflow"),
    "name-aliases": Spelling("from flytekit import task as t, workflow as w", "t", "w"),
    "deep-names": Spelling(
        "from flytekit.core.task import task\nfrom flytekit.core.workflow import workflow", "task", "workflow"
    ),
    "deep-modules": Spelling(
        "import flytekit.core.task, flytekit.core.workflow",
        "flytekit.core.task.task",
        "flytekit.core.workflow.workflow",
    ),
    "deep-aliases": Spelling(
        "import flytekit.core.task as ct\nimport flytekit.core.workflow as cw", "ct.task", "cw.workflow"
    ),
    "modules-from-package": Spelling(
        "from flytekit.core import task as ct, workflow as cw", "ct.task", "cw.workflow"
    ),
    "submodule-binds-root": Spelling("import flytekit.core", "flytekit.task", "flytekit.workflow"),
    "parentheses-and-comments": Spelling(
        "from flytekit import (  # SDK\n    task,\n    # drives\n    workflow,\n)", "task", "workflow",
        "# SDK\n# drives\nimport flyte",
    ),
    "backslash": Spelling("from flytekit import task, \\\n    workflow", "task", "workflow", "import flyte\n"),
    "semicolon": Spelling("from flytekit import task; from flytekit import workflow", "task", "workflow"),
    "among-others": Spelling(
        "import os, flytekit; X = os.sep", "flytekit.task", "flytekit.workflow", "import os; X = os.sep\nimport flyte"
    ),
    "before-others": Spelling(
        "import flytekit, os; X = os.sep", "flytekit.task", "flytekit.workflow", "import os; X = os.sep\nimport flyte"
    ),
    "both-styles": Spelling("import flytekit\nfrom flytekit import workflow", "flytekit.task", "workflow"),
    "alias-and-plain": Spelling("import flytekit\nimport flytekit as fk", "flytekit.task", "fk.workflow"),
    "name-and-its-alias": Spelling("from flytekit import task, task as t, workflow", "t", "workflow"),
    "union": Spelling("import union", "union.task", "union.workflow"),
    "comment-behind": Spelling("from flytekit import task, workflow  # SDK", "task", "workflow", "import flyte  # SDK"),
    "lint-comment": Spelling(
        "from flytekit import task  # noqa: F401\nfrom flytekit import workflow  # type: ignore", "task", "workflow",
        "import flyte  # noqa: F401",
    ),
    "star": Spelling("from flytekit import *", "task", "workflow", None),
    "guarded": Spelling(
        "try:\n    from flytekit import task, workflow\nexcept ImportError:\n    raise", "task", "workflow", None
    ),
    "guarded-by-a-stub": Spelling(
        "try:\n    from flytekit import task, workflow\nexcept ImportError:\n    from stubs import task, workflow",
        "task", "workflow", None,
    ),
    "either-or": Spelling(
        _CHECKING.format("from flytekit import task, workflow\nelse:\n    from stubs import task, workflow"),
        "task", "workflow", None,
    ),
    "module-called-flyte": Spelling("import flytekit as flyte", "flyte.task", "flyte.workflow"),
}  # fmt: skip

FUNCTION = "def f(x: int) -> int:\n    return x\n"
ENV = 'env = flyte.TaskEnvironment(name="flow")'


class Decorated(NamedTuple):
    """A decorator (of `flytekit`, names plain) and what becomes of it; `env`: the arguments of the environment."""

    before: str
    after: str = "env.task"
    env: str = 'name="flow"'
    above: str = ""


DECORATORS = {
    "bare": Decorated("task"),
    "empty-call": Decorated("task()"),
    "empty-call-over-lines": Decorated("task(\n\n)"),
    "blanks": Decorated(" task ( retries = 2 )", " env.task(retries=2)"),
    "trailing-comma": Decorated("task(retries=2,)", "env.task(retries=2)"),
    "no-trailing-comma": Decorated("task(\n    retries=2,\n    timeout=60\n)", "env.task(retries=2, timeout=60)"),
    "comments-inside": Decorated(
        "task(\n    retries=2,  # twice\n    # at most a minute\n    timeout=60  # seconds\n)",
        "env.task(\n    retries=2,  # twice\n    # at most a minute\n    timeout=60,  # seconds\n)",
    ),
    "comment-behind": Decorated("task(retries=2)  # flaky", "env.task(retries=2)  # flaky"),
    "parentheses": Decorated("task(retries=(2), timeout=((60) + 1))", "env.task(retries=(2), timeout=((60) + 1))"),
    "parentheses-over-lines": Decorated(
        "task(retries=(\n    2 +  # two\n    1\n))", "env.task(retries=(\n    2 +  # two\n    1\n))"
    ),
    "value-that-is-no-literal": Decorated("task(retries=N or 1)", "env.task(retries=N or 1)", above="N = 3\n"),
    "lambda": Decorated("task(retries=(lambda: 3)())", "env.task(retries=(lambda: 3)())"),
    "implicit-concatenation": Decorated(
        'task(container_image="ghcr.io/acme/" "train:v1")', env='name="flow", image="ghcr.io/acme/" "train:v1"'
    ),
    "concatenation-over-lines": Decorated(
        'task(\n    container_image="ghcr.io/acme/"  # host\n    "train:v1",\n)',
        env='\n    name="flow",\n    image="ghcr.io/acme/"  # host\n    "train:v1",\n',
    ),
    "f-string": Decorated(
        'task(container_image=f"acme/{TAG!r:>{W}}")', env='name="flow", image=f"acme/{TAG!r:>{W}}"',
        above='TAG, W = "v1", 5\n',
    ),
    "keyword-in-a-string": Decorated(
        "task(environment={'A': 'cache=1, @task()  # no'})",
        env="name=\"flow\", env_vars={'A': 'cache=1, @task()  # no'}",
    ),
    "emoji": Decorated('task(environment={"🚀": "é"})  # 🎉', "env.task  # 🎉", 'name="flow", env_vars={"🚀": "é"}'),
    "u2028": Decorated('task(environment={"A": "\u2028"})', env='name="flow", env_vars={"A": "\u2028"}'),
    "none": Decorated("task(timeout=None, interruptible=None, container_image=None)"),
}  # fmt: skip

_TASK = "from flytekit import {}\n\n\n@task\n" + FUNCTION
_NEW = "import flyte\n\n" + ENV + "\n\n\n@env.task\n" + FUNCTION
_REST = "\n\n" + ENV + "\n\n\n@env.task\n" + FUNCTION
"""What follows after the imports and what stands below them."""


def _above(*lines: str, task: str = "task") -> str:
    return "\n".join(lines) + f"\n\n\n@{task}\n{FUNCTION}"


class Module(NamedTuple):
    """A whole module and what becomes of it."""

    before: str
    after: str


MODULES = {
    "statements-on-one-line": Module(
        _above("import os; from flytekit import task; X = os.sep"), "import os; import flyte; X = os.sep" + _REST
    ),
    "last-on-the-line": Module(
        _above("import os; from flytekit import task  # SDK"), "import os; import flyte  # SDK" + _REST
    ),
    "one-line-suites": Module(
        _above("DEBUG = 0", "if DEBUG: import flytekit", "while DEBUG: import sys; import flytekit", "from flytekit import task")
        .replace(":\n    return x", ": return x; pass"),
        ("DEBUG = 0\nif DEBUG: pass\nwhile DEBUG: import sys\nimport flyte" + _REST).replace(":\n    return x", ": return x; pass"),
    ),
    "only-statement-of-a-block": Module(
        _TASK.format("task") + "\n\ndef prepare() -> None:\n    from flytekit import workflow  # later\n",
        _NEW + "\n\ndef prepare() -> None:\n    pass  # later\n",
    ),
    "only-statements-of-a-block": Module(
        _TASK.format("task") + "\n\ndef b() -> None: import flytekit; from flytekit import workflow\n",
        _NEW + "\n\ndef b() -> None: pass\n",
    ),
    "import-in-a-method": Module(
        _TASK.format("task") + "\n\nclass A:\n    def b(self) -> None:\n        from flytekit import workflow\n",
        _NEW + "\n\nclass A:\n    def b(self) -> None:\n        pass\n",
    ),
    "function-local-import": Module(
        "def ready() -> bool:\n    from flytekit import workflow\n\n    import os\n    return bool(os.sep)\n\n\n"
        + _TASK.format("task"),
        "def ready() -> bool:\n\n    import os\n    return bool(os.sep)\n\n\nimport flyte" + _REST,
    ),
    "type-checking": Module(
        _above(_CHECKING.format("from flytekit import Resources"), "", "from flytekit import task"),
        _CHECKING.format("pass") + "\n\nimport flyte" + _REST,
    ),
    "same-named-attribute": Module(
        "import celery_app\n" + _TASK.format("task") + "\n\n@celery_app.task(bind=True)\ndef g(): ...\n",
        "import celery_app\n" + _NEW + "\n\n@celery_app.task(bind=True)\ndef g(): ...\n",
    ),
    "assignment-to-self": Module(
        _TASK.format("task, workflow") + "\n\nclass A:\n    def __init__(self, task):\n        self.task = self.workflow = task\n",
        _NEW + "\n\nclass A:\n    def __init__(self, task):\n        self.task = self.workflow = task\n",
    ),
    "shadowed-local": Module(
        _TASK.format("task") + "\n\ndef names(task: str) -> list[str]:\n    return [task for task in task]\n",
        _NEW + "\n\ndef names(task: str) -> list[str]:\n    return [task for task in task]\n",
    ),
    "own-names-in-all": Module(
        _above("from flytekit import task", '__all__ = ["f", "tasks"]'),
        'import flyte\n__all__ = ["f", "tasks"]' + _REST,
    ),
    "comments-on-import-lines": Module(
        _above("# top", "from flytekit import task  # SDK", "from flytekit import (", "    workflow,  # unused",
               "    # between", "    dynamic,", ")  # end"),
        "# top\nimport flyte  # SDK\n# unused\n# between\n# end" + _REST,
    ),
    "commented-out-code": Module(
        _above("from flytekit import task", "", "# from flytekit import workflow", "# @task(cache=True)"),
        "import flyte\n\n# from flytekit import workflow\n# @task(cache=True)" + _REST,
    ),
    "docstring-mention": Module(
        '"""from flytekit import task"""\n' + _TASK.format("task") + '    """@task of flytekit"""\nX = "see flytekit.task"\n',
        '"""from flytekit import task"""\n' + _NEW + '    """@task of flytekit"""\nX = "see flytekit.task"\n',
    ),
    "comment-above-the-task": Module(
        "#!/usr/bin/env python\n# licence\nfrom flytekit import task\n\n\n# about f\n# and more\n@task  # why\n" + FUNCTION,
        f"#!/usr/bin/env python\n# licence\nimport flyte\n\n{ENV}\n\n\n# about f\n# and more\n@env.task  # why\n" + FUNCTION,
    ),
    "other-decorators-below": Module(
        "import functools\n" + _TASK.format("task").replace("@task\n", "@task\n# cached\n@functools.lru_cache  # all\n"),
        "import functools\n" + _NEW.replace("@env.task\n", "@env.task\n# cached\n@functools.lru_cache  # all\n"),
    ),
    "env-is-taken": Module(
        _above("from flytekit import task", "env = 3"), "import flyte\nenv = 3" + _REST.replace("env", "flyte_env")
    ),
    "env-is-taken-inside": Module(
        _TASK.format("task") + "\n\ndef g(env: int) -> int:\n    flyte = env\n    return flyte\n",
        _NEW + "\n\ndef g(env: int) -> int:\n    flyte = env\n    return flyte\n",
    ),
    "flyte-is-imported": Module(
        _above("import flyte", "from flytekit import task"), "import flyte" + _REST
    ),
    "side-by-side": Module(
        _above("import flyte", "from flytekit import task", 'v2 = flyte.TaskEnvironment(name="v2")', task="v2.task")
        .replace("def f", "def g") + "\n\n@task\n" + FUNCTION,
        'import flyte\nv2 = flyte.TaskEnvironment(name="v2")\n\n\n@v2.task\n' + FUNCTION.replace("def f", "def g")
        + _REST,
    ),
    "for-both-generations": Module(
        "try:\n    import flyte as sdk\nexcept ImportError:\n    import flytekit as sdk\nimport flytekit\n\n\n@flytekit.task\n"
        + FUNCTION + "\n\nprint(sdk.__name__)\n",
        "try:\n    import flyte as sdk\nexcept ImportError:\n    import flytekit as sdk\nimport flyte" + _REST
        + "\n\nprint(sdk.__name__)\n",
    ),
    "no-final-newline": Module(_TASK.format("task").rstrip("\n"), _NEW.rstrip("\n")),
    "nothing-but-the-import": Module("from flytekit import task\n", ""),
    "form-feeds": Module(
        "\x0cfrom flytekit import task\n\x0c\n\x0c@task\n" + FUNCTION + "\x0c",
        f"\x0cimport flyte\n\x0c\n{ENV}\n\n\x0c@env.task\n{FUNCTION}\x0c",
    ),
    "tabs": Module(
        _TASK.format("task").replace("    ", "\t") + "\n\nif 1:\n\tX = [\n\t\tf'\t',\t# tab\n\t]\n",
        _NEW.replace("    ", "\t") + "\n\nif 1:\n\tX = [\n\t\tf'\t',\t# tab\n\t]\n",
    ),
    "calls-with-unpacking": Module(
        _TASK.format("task, workflow") + "\n\n@workflow\ndef main(x: int = 1) -> int:\n    xs = {'x': x}\n    return f(**xs)\n",
        _NEW + "\n\n@env.task\ndef main(x: int = 1) -> int:\n    xs = {'x': x}\n    return f(**xs)\n",
    ),
    "main-block": Module(
        _TASK.format("task") + '\n\nif __name__ == "__main__":\n    print(f(x=2)); print(f"{f(x=3)}")\n',
        _NEW + '\n\nif __name__ == "__main__":\n    print(f(x=2)); print(f"{f(x=3)}")\n',
    ),
    "newest-syntax": Module(
        _above("from flytekit import task", "type Number = int | float", 'X = f"{"a" + f"{1}"}"')
        + "\n\ndef first[T](xs: list[T]) -> T:\n    match xs:\n        case [x, *_]:\n            return x\n"
        "    try:\n        raise\n    except* ValueError:\n        pass\n",
        'import flyte\ntype Number = int | float\nX = f"{"a" + f"{1}"}"' + _REST
        + "\n\ndef first[T](xs: list[T]) -> T:\n    match xs:\n        case [x, *_]:\n            return x\n"
        "    try:\n        raise\n    except* ValueError:\n        pass\n",
    ),
}  # fmt: skip

NOT_YET = {
    "parentheses-over-lines": "a value over several lines is not indented with its argument",
}
"""What is known to come out wrong, by case."""

SETTLED = {key: module for key, module in MODULES.items() if key not in NOT_YET}
"""The modules that come out right."""
