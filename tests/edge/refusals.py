"""Modules that must be refused, with `«...»` where the reason must stand, and code in which nothing must be found."""

from __future__ import annotations

_F = "def f(x: int) -> int:\n    return x\n"
_TASK = "from flytekit import {}\n\n\n@task\n" + _F
_MAIN = "\n\n@workflow\ndef main(x: int = 1) -> int:\n    {}\n"

REFUSED = {
    "bare-reference-to-the-symbol": _TASK.format("task") + "\nDECORATORS = [«task»]\n",
    "bare-reference-to-a-task": _TASK.format("task") + "\nHANDLERS = [«f»]\n",
    "reference-in-a-default": "from flytekit import task\n\n\ndef make(by=«task»):\n    return by\n\n\n@task\n" + _F,
    "symbol-called-as-a-function": _TASK.format("task") + "\ng = «task»(len)\n",
    "assignment-to-self": _TASK.format("task") + "\nclass A:\n    def __init__(self):\n        self.task = «task»\n",
    "unpacked-keywords": f"from flytekit import task\n\nO = dict([('retries', 2)])\n\n\n@task(«**O»)\n{_F}",
    "unpacked-arguments": f"from flytekit import task\n\n\n@task(«*[]»)\n{_F}",
    "star-parameters": "from flytekit import task\n\n\n@task\ndef f(«*xs: int», «**named: int») -> int:\n    return 1\n",
    "keyword-already-there": f"from flytekit import task\n\n\n@task(enable_deck=True, «report»=True)\n{_F}",
    "unknown-keyword": f"from flytekit import task\n\n\n@task(«retires»=3)\n{_F}",
    "unknown-keyword-of-a-workflow": _TASK.format("task, workflow")
    + _MAIN.format("return f(x=x)").replace("@workflow", "@workflow(«on_succes»=f)"),
    "comment-in-empty-parentheses": f"from flytekit import task\n\n\n@task«(  # nothing yet\n)»\n{_F}",
    "subclass": "from flytekit import PythonFunctionTask\n\n\nclass Mine(«PythonFunctionTask»):\n    pass\n",
    "alias": f"from flytekit import task\n\nmine = «task»\n\n\n@mine\n{_F}",
    "partial": f"import functools\nfrom flytekit import task\n\nmine = functools.partial(«task», retries=int('3'))\n\n\n@mine\n{_F}",
    "walrus": f"from flytekit import task\n\n\n@(t := «task»)\n{_F}",
    "one-call-of-many": _TASK.format("map_task, task, workflow")
    + _MAIN.format("return f(x=x)")
    + "\n\n@workflow\ndef many(xs: list[int]) -> list[int]:\n    return map_task(f)(«**{'x': xs}»)\n",
    "star-import": f"from flytekit import «*»\n\n\n@task\n{_F}",
    "guarded-import": f"try:\n    «from flytekit import task»\nexcept ImportError:\n    task = None\n\n\n@task\n{_F}",
    "checked-import-with-another": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
    f"    «from flytekit import task»\nelse:\n    from stubs import task\n\n\n@task\n{_F}",
    "import-in-a-class": f"class A:\n    «from flytekit import task»\n\n\n{_F}",
    "local-import-and-task": "def make():\n    from flytekit import task\n\n    «@task\n    def f():\n        ...»\n\n    return f\n",
    "task-in-a-class": "from flytekit import task\n\n\nclass A:\n    «@task\n    def f(x: int): ...»\n",
    "task-in-a-branch": "import os\nfrom flytekit import task\n\nif os.sep:\n\n    «@task\n    def f(): ...»\n",
    "all": f"from flytekit import task\n\n__all__ = ['f', «'task'»]\n\n\n@task\n{_F}",
    "all-annotated": f"from flytekit import task\n\n__all__: list[str] = ['f', «'task'»]\n\n\n@task\n{_F}",
    "all-extended": f"from flytekit import task\n\n__all__ = ['f']\n__all__ += [«'task'»]\n\n\n@task\n{_F}",
    "all-appended": f"from flytekit import task\n\n__all__ = ['f']\n__all__.append(«'task'»)\n\n\n@task\n{_F}",
    "said-to-be-a-re-export": f"from flytekit import «task» as task\n\n\n@task\n{_F}",
    "deleted": _TASK.format("task") + "\ndel «task»\n",
    "bound-twice": f"from flytekit import task\n\n\n@task\n{_F}\n\n«@task\n{_F.rstrip()}»\n",
    "decorator-above": f"from flytekit import task\n\n\n«@register»\n@task\n{_F}",
    "by-getattr": f"import flytekit\n\ntask = getattr(«flytekit», 'task')\n\n\n@task\n{_F}",
    "attribute-set": _TASK.format("task").replace("task\n\n", "task\nimport flytekit\n\n«flytekit.x» = 1\n", 1),
    "string-annotation": "from flytekit import FlyteFile\n\n\ndef f(x: «'Later'») -> int: ...\n\n\nLater = FlyteFile\n",
    "f-string": _TASK.format("current_context, task") + "\nprint(f'{«current_context»()!r:>{9}}')\n",
    "async": "from flytekit import task, workflow\n\n\n@task\nasync def f(x: int) -> int:\n    return x\n"
    + _MAIN.format("return «f»(x=x)"),
    "error-caught-by-class": _TASK.format("task")
    + "\n\nif __name__ == '__main__':\n    try:\n        f(x=1)\n    «except OSError:\n        pass»\n",
    "promise-in-a-string": _TASK.format("task, workflow")
    + _MAIN.format("y = f(x=x)\n    z = f'{«y»}'\n    return f(x=y)"),
    "promise-compared": _TASK.format("task, workflow") + _MAIN.format("y = f(x=x)\n    z = «y» is None\n    return y"),
    "parameter-called-os": "from flytekit import Secret, current_context, task\n\n\n"
    '@task(secret_requests=[Secret(group="g", key="k")])\ndef f(os: str) -> str:\n'
    '    return «current_context().secrets.get("g", "k")»\n',
    "os-imported-later": "from flytekit import Secret, current_context, task\n\n\n"
    '@task(secret_requests=[Secret(group="g", key="k")])\ndef f() -> str:\n'
    '    x = «current_context().secrets.get("g", "k")»\n    import os\n    return x + os.sep\n',
    "module-variable-called-os": "from flytekit import Secret, current_context, task\n\nos = 1\n\n\n"
    '@task(secret_requests=[Secret(group="g", key="k")])\ndef f() -> str:\n'
    '    return current_context().secrets.get("g", "k")\n',
    "module-variable-called-flyte": f"from flytekit import task\n\nflyte = 3\n\n\n@task\n{_F}",
    "global-called-flyte": f"from flytekit import task\n\n\ndef g():\n    global flyte\n    flyte = 2\n\n\n@task\n{_F}",
    "syntax-error": _TASK.format("task") + "\ndef g(«:» ...\n",
}

SILENT = {
    "no-flyte": "import os\n\n\ndef task(f):\n    return f\n\n\n@task\ndef f(): ...\n",
    "prefect": "from prefect import flow, task\n\n\n@task(retries=2, cache=True)\ndef f(): ...\n\n\n@flow\ndef main(): f()\n",
    "airflow": "from airflow.decorators import dag, task\n\n\n@task(retries=2)\ndef f(): ...\n\n\na = f()\nb = f()\na >> b\n",
    "celery": "from celery import Celery\n\napp = Celery()\n\n\n@app.task(retries=2)\ndef f(): ...\n\n\nworkflow = app.task\n",
    "dagster": "from dagster import Resources, dynamic, map_task, conditional\n\n\n@dynamic(cache=True)\ndef f(): ...\n",
    "flyte-2": "import flyte\nfrom flyte import Image, Resources, Secret, Cache\n\n"
    'env = flyte.TaskEnvironment(name="e", resources=Resources(cpu=1), cache=Cache("auto"))\n\n\n'
    "@env.task(retries=2)\ndef task(x: int) -> int:\n    return x\n\n\n"
    "@env.task\ndef workflow(xs: list[int]) -> list[int]:\n    return list(flyte.map(task, xs))\n",
    "flyte-2-context": "import flyte\n\nctx = flyte.ctx()\nprint(ctx.action.name)\n",
    "either-sdk": "try:\n    import flyte as sdk\nexcept ImportError:\n    import flytekit as sdk\n\nsdk.current_context()\n",
    "flyte-2-or-an-alias": "try:\n    from flyte import Resources\nexcept ImportError:\n    from flytekit import Resources\n\n"
    "Resources(cpu=1, mem='1Gi')\n",
    "similar-names": "import flytekit_utils, myflytekit, flytekitx\nfrom . import flytekit\nfrom .flytekit import task\n\n"
    "flytekitx.task()\nflytekit.task()\n\n\n@task\ndef f(): ...\n",
    "own-class": "class flytekit:\n    task = staticmethod(print)\n\n\nflytekit.task()\n",
    "own-parameter": "def f(flytekit, task):\n    return flytekit.task(task)\n",
    "strings-and-comments": "# import flytekit; @flytekit.task\nX = 'from flytekit import task'\n"
    '"""\nfrom flytekit import task\n@task\n"""\nY = f"flytekit.{X}.task"\n',
    "commented-out-module": "# from flytekit import task\n#\n# @task(cache=True)\n# def f(): ...\n",
    "other-attributes": "x.flytekit.task()\nself.task = x.current_context().secrets.get\nx.map_task(f)(xs=1)\n",
    "operators-of-others": "a = f()\nb = f()\na >> b\na.with_overrides(limits=1)\nb.o0\n",
    "union-of-types": "from typing import Union\n\nunion = Union[int, str]\nunion.task\n",
    "sets": "a = {1}\nunion = a.union\nunion({2})\n",
    "bound-again-at-once": "import flytekit as fk\nimport prefect as fk\n\n\n@fk.task(cache=True)\ndef f(): ...\n",
    "empty": "",
    "blank": "\n\x0c\n \t\n",
    "only-a-comment": "# flytekit",
    "only-a-byte-order-mark": "\ufeff",
}
IMPORTS_ONLY = frozenset({"bound-again-at-once"})
"""Those that import Flyte 1 all the same; nothing after the import is Flyte's."""
