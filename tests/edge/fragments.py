"""Pieces of Flyte 1 code, each a top-level statement or a few that belong together, to be put together at random.

`sdk.` stands for the import in use, `_N` for a number that makes the names of a piece its own.
"""

from __future__ import annotations

import re

_FLOW = "@sdk.task\ndef f_N(x: int) -> int:\n    return x\n\n\n@sdk.workflow\ndef w_N(x: int = 1) -> int:\n    {}\n"

MIGRATED = {
    "bare": "@sdk.task\ndef f_N(x: int) -> int:\n    return x\n",
    "called": "@sdk.task()\ndef f_N(x: int, y: str = ')') -> str:\n    return y * x\n",
    "options": "@sdk.task(retries=3, timeout=60)\ndef f_N() -> None:\n    '''@sdk_task(retries=3)'''\n",
    "comments": "# above_N\n@sdk.task(\n    retries=2,  # twice_N\n    # why_N\n    interruptible=True\n)\n"
    "def f_N(x: int) -> int:\n    # inside_N\n    return x  # result_N\n",
    "cache-off": "@sdk.task(cache=False)\ndef f_N(x: float) -> float:\n    return x / 2\n",
    "cache-version": "@sdk.task(cache=True, cache_version='1._N')\ndef f_N(x: int) -> int:\n    return x\n",
    "resources": "@sdk.task(requests=sdk.Resources(cpu='1', mem='500Mi'))\ndef f_N(x: int) -> int:\n    return x\n",
    "limits": "@sdk.task(\n    limits=sdk.Resources(mem='2Gi'),  # much_N\n)\ndef f_N(x: int) -> int:\n    return x\n",
    "environment": "@sdk.task(environment={'A_N': '🚀', \"B\": f'{1}'})\ndef f_N(x: int) -> int:\n    return x\n",
    "image-uri": "@sdk.task(container_image='ghcr.io/acme/' 'img_N:v1')\ndef f_N(x: int) -> int:\n    return x\n",
    "image-spec": "image_N = sdk.ImageSpec(packages=['pandas'], registry='r_N')  # image_N\n\n\n"
    "@sdk.task(container_image=image_N)\ndef f_N(x: int) -> int:\n    return x\n",
    "one-line": "@sdk.task\ndef f_N(x: int) -> int: return x; pass\n",
    "tabs": "@sdk.task\ndef f_N(x: int) -> int:\n\tif x:\n\t\treturn 1\t# tab_N\n\treturn 2\n",
    "workflow": _FLOW.format("return f_N(x=x)"),
    "workflow-of-two": _FLOW.format("y = f_N(x=x)  # first_N\n    return f_N(x=y)"),
    "workflow-unpacking": _FLOW.format("return f_N(**{'x': x})"),
    "workflow-of-lists": _FLOW.replace("-> int:\n    {}", "-> list[int]:\n    {}").format(
        "found = []\n    for y in [1, 2]:\n        found.append(f_N(x=y))\n    return found"
    ),
    "dynamic": _FLOW.replace("workflow", "dynamic").format("for _ in range(3):\n        x = f_N(x=x)\n    return x"),
    "dynamic-branch": _FLOW.replace("workflow", "dynamic(retries=1)").format("return f_N(x=x) if x > 1 else x"),
    "sub-workflow": _FLOW.format("return f_N(x=x)") + "\n\n@sdk.workflow()\ndef v_N() -> int:\n    return w_N(x=2)\n",
    "no-result": "@sdk.task\ndef f_N(x: int):\n    print(x)\n\n\n@sdk.workflow\ndef w_N(x: int = 1):\n    f_N(x=x)\n",
    "main-block": "@sdk.task\ndef f_N() -> int:\n    return 1\n\n\nif __name__ == '__main__':\n    print(f_N())  # run_N\n",
    "helper": "def h_N(task, workflow):\n    return [task(w) for w in workflow]\n",
    "class": "class C_N:\n    task = workflow = None\n\n    def f(self, sdk_task=1):\n        self.task = sdk_task\n",
    "strings": "S_N = '@task'  # @task_N\nT_N = '''\n# from flytekit_N\n@task(cache=True)\n'''\n",
    "semicolons": "a_N = 1; b_N = (2,\n  3); # end_N\n",
    "form-feed": "\x0c\nc_N = '\x0c'  # page_N\n",
    "commented-out": "# @sdk.task(cache=True)\n# def old_N(): ...\n",
    "local-import": "def g_N():\n    from flytekit import workflow  # local_N\n",
    "other-framework": "@app_N.task(bind=True)\ndef k_N(self): ...\n".replace("app_N", "print"),
    "conditional": _FLOW.format(
        "return sdk.conditional('c').if_(x > 1).then(f_N(x=x)).else_().then(f_N(x=2))"
    ),
    "map": _FLOW.replace("x: int = 1) -> int:\n    {}", "xs: list[int] = [1]) -> list[int]:\n    {}").format(
        "return sdk.map_task(f_N)(x=xs)  # map_N"
    ),
    "order": _FLOW.format("a = f_N(x=x)\n    b = f_N(x=2)\n    a >> b\n    return b"),
    "order-turned": _FLOW.format("a = f_N(x=x)\n    b = f_N(x=2)\n    b >> a\n    return b"),
    "overrides": _FLOW.format("return f_N(x=x).with_overrides(retries=2)"),
    "launch-plan": _FLOW.format("return f_N(x=x)") + "\n\nLP_N = sdk.LaunchPlan.get_or_create(w_N, name='lp_N')\n",
    "async": "@sdk.task\nasync def f_N(x: int) -> int:\n    return x\n",
    "file": "@sdk.task\ndef f_N(x: sdk.types.file.FlyteFile) -> str:\n    return open(x).read()\n",
}  # fmt: skip
"""Those that are migrated, or stay as they are, whatever stands around them."""

REFUSED = {
    "map-unseen": _FLOW.replace("x: int = 1) -> int:\n    {}", "xs: list[int]) -> list[int]:\n    {}").format(
        "return sdk.map_task(f_N)(**{'x': xs})"
    ),
    "order-circle": _FLOW.format("a = f_N(x=x)\n    b = f_N(x=2)\n    b >> a\n    a >> b\n    return b"),
    "overrides-image": _FLOW.format("return f_N(x=x).with_overrides(container_image='i_N')"),
    "async-in-workflow": _FLOW.format("return f_N(x=x)").replace("def f_N", "async def f_N"),
    "alias": "mine_N = sdk.task\n\n\n@mine_N\ndef f_N(x: int) -> int:\n    return x\n",
    "value": "@sdk.task\ndef f_N(x: int) -> int:\n    return x\n\n\nH_N = {'f': f_N}\n",
    "unpacked": "O_N = {}\n\n\n@sdk.task(**O_N)\ndef f_N(x: int) -> int:\n    return x\n",
    "nested": "def make_N():\n    @sdk.task\n    def f(x: int) -> int:\n        return x\n\n    return f\n",
    "promise-text": _FLOW.format("y = f_N(x=x)\n    print(str(y))\n    return y"),
    "star-parameters": "@sdk.task\ndef f_N(*xs: int) -> int:\n    return 1\n",
    "context": "@sdk.task\ndef f_N() -> str:\n    return str(sdk.current_context().execution_id)\n",
    "config": "@sdk.task(task_config=dict(a=1))\ndef f_N(x: int) -> int:\n    return x\n",
    "deck-value": "@sdk.task(enable_deck=True)\ndef f_N() -> None:\n    print(sdk.Deck('d_N'))\n",
}  # fmt: skip
"""Those that stand in the way of the whole module."""

STYLES = ("import flytekit", "import flytekit as fk", "from flytekit import {}", "from flytekit import (\n    {},\n)")


def assemble(pieces: list[str], style: str) -> tuple[str, list[tuple[int, int]]]:
    """A module of the pieces, and where each stands in it."""
    bodies = [piece.replace("_N", f"_{i}") for i, piece in enumerate(pieces)]
    names = sorted({name for body in bodies for name in re.findall(r"\bsdk\.(\w+)", body)} or {"task"})
    if "{}" in style:
        # What is used by a path below the package cannot be imported by its first name.
        extra = "import flytekit.types.file\n" if "types" in names else ""
        head = style.format((",\n    " if "\n" in style else ", ").join(n for n in names if n != "types") or "task")
        bodies = [body.replace("sdk.types", "flytekit.types").replace("sdk.", "") for body in bodies]
    else:
        extra = ""
        head, bodies = style, [body.replace("sdk.", f"{style.split()[-1]}.") for body in bodies]
    text, places = f"{extra}{head}\n", []
    for body in bodies:
        text += "\n\n"
        places.append((len(text), len(text) + len(body)))
        text += body
    return text, places
