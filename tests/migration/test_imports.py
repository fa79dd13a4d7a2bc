"""The import service: what goes, what comes, and what stays as it is."""

from __future__ import annotations

import pytest

from flyteshift.rewriting import imports
from flyteshift.text import Document, Span, apply_edits


def replaced(source: str, names: list[str], added: list[str]) -> str:
    """The source without the imported names, which are given as they are written, with imports added."""
    document = Document("file:///a.py", source)
    spans = []
    for name in names:
        found = [n for s in imports.statements(document) for n in s.names if imports.name_of(n).text == name.encode()]
        assert found, name
        spans += [Span(*document.span(imports.name_of(n))) for n in found]
    return apply_edits(source, imports.replace(document, spans, added))


FLYTE = ["import flyte"]
CASES = {
    "whole statement": ("from flytekit import task\n", ["task"], FLYTE, "import flyte\n"),
    "as": ("from flytekit import task as t, workflow as w\n", ["task", "workflow"], FLYTE, "import flyte\n"),
    "module": ("import flytekit as fk\nimport os\n", ["flytekit"], FLYTE, "import flyte\nimport os\n"),
    "second statement goes with its line": (
        "from flytekit import task\nfrom flytekit.core import x\n\nA = 1\n",
        ["task", "x"],
        FLYTE,
        "import flyte\n\nA = 1\n",
    ),
    "a paragraph of its own goes with a blank line": (
        "from flytekit import task\n\nimport lib\n\nfrom flytekit.core import x\n\n\nA = 1\n",
        ["task", "x"],
        FLYTE,
        "import flyte\n\nimport lib\n\n\nA = 1\n",
    ),
    "lint comment stays on the line that stays": (
        "from flytekit import task  # noqa: F401\n",
        ["task"],
        FLYTE,
        "import flyte  # noqa: F401\n",
    ),
    "lint comment goes with the line that goes": (
        "from flytekit import task\nfrom flytekit.core import x  # noqa: F401\nA = 1\n",
        ["task", "x"],
        FLYTE,
        "import flyte\nA = 1\n",
    ),
    "comment of a line that goes": (
        "from flytekit import task\nfrom flytekit.core import x  # why\nA = 1\n",
        ["task", "x"],
        FLYTE,
        "import flyte\n# why\nA = 1\n",
    ),
    "comments in brackets": (
        "from flytekit import (\n    task,  # tasks\n    workflow,  # noqa\n)\n",
        ["task", "workflow"],
        FLYTE,
        "# tasks\nimport flyte\n",
    ),
    "one of several modules": ("import os, flytekit\nA = 1\n", ["flytekit"], FLYTE, "import os\nimport flyte\nA = 1\n"),
    "the first of several": ("import flytekit, os\n", ["flytekit"], FLYTE, "import os\nimport flyte\n"),
    "one of several lines": (
        "from lib import (\n    a,\n    b,  # b\n    c\n)\n",
        ["b"],
        [],
        "from lib import (\n    a,\n    # b\n    c\n)\n",
    ),
    "the last of several lines": (
        "from lib import (\n    a,\n    b,\n)\n",
        ["b"],
        [],
        "from lib import (\n    a,\n)\n",
    ),
    "two neighbours": ("from lib import a, b, c, d\n", ["b", "c"], [], "from lib import a, d\n"),
    "the last two": ("from lib import a, b, c\n", ["b", "c"], [], "from lib import a\n"),
    "after a semicolon": ("import os; import flytekit\nA = 1\n", ["flytekit"], [], "import os\nA = 1\n"),
    "before a semicolon": ("import flytekit; import os\n", ["flytekit"], [], "import os\n"),
    "only statement of a block": (
        "from flytekit import task\ndef f():\n    from flytekit import x\n",
        ["task", "x"],
        FLYTE,
        "import flyte\ndef f():\n    pass\n",
    ),
    "in a function": (
        "def f():\n    from flytekit import x\n    return 1\n",
        ["x"],
        FLYTE,
        "import flyte\ndef f():\n    return 1\n",
    ),
    "docstring and future first": (
        '"""Doc."""\nfrom __future__ import annotations\n\ndef f():\n    from flytekit import x\n    return 1\n',
        ["x"],
        FLYTE,
        '"""Doc."""\nfrom __future__ import annotations\nimport flyte\n\ndef f():\n    return 1\n',
    ),
    "standard library in order": (
        "import json\nimport sys\nfrom typing import List\n\nimport flytekit\n",
        ["flytekit"],
        ["import flyte", "import os"],
        "import json\nimport os\nimport sys\nfrom typing import List\n\nimport flyte\n",
    ),
    "standard library last": (
        "import json\n\nimport flytekit\n",
        ["flytekit"],
        ["import flyte", "import os"],
        "import json\nimport os\n\nimport flyte\n",
    ),
    "standard library in the place of one that goes": (
        "import flytekit\nimport os\n\nA = 1\n",
        ["flytekit", "os"],
        ["import flyte", "import tempfile"],
        "import flyte\nimport tempfile\n\nA = 1\n",
    ),
    "standard library alone": (
        "import flytekit\n",
        ["flytekit"],
        ["import flyte", "import os"],
        "import os\n\nimport flyte\n",
    ),
    "CRLF": (
        "import flytekit\r\nimport flytekit.x\r\nA = 1\r\n",
        ["flytekit", "flytekit.x"],
        FLYTE,
        "import flyte\r\nA = 1\r\n",
    ),
    "no last line end": ("from flytekit import task", ["task"], FLYTE, "import flyte"),
    "several new ones": (
        "from flytekit import task\nA = 1\n",
        ["task"],
        ["import flyte", "from flyte.io import File"],
        "import flyte\nfrom flyte.io import File\nA = 1\n",
    ),
    "backslash": (
        "from flytekit import task, \\\n    workflow\nA = 1\n",
        ["task", "workflow"],
        FLYTE,
        "import flyte\nA = 1\n",
    ),
    "nothing to do": ("import os\n", [], [], "import os\n"),
}


@pytest.mark.parametrize(("before", "names", "added", "after"), CASES.values(), ids=CASES)
def test_imports_are_replaced(before: str, names: list[str], added: list[str], after: str) -> None:
    result = replaced(before, names, added)
    assert result == after
    compile(result, "a.py", "exec")
