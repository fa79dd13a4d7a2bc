from __future__ import annotations

import pytest

from flyteshift.workspace.imports import Imported, imports


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import a", ["a"]),
        ("import a.b as c, d", ["a.b", "d"]),
        ("from a import b", ["a:b"]),
        ("from .a import b as c, d", [".a:b,d"]),
        ("from . import a", [".:a"]),
        ("from ..a.b import *", ["..a.b:*"]),
        ("from a import (  # why\n    b,\n    c as d,  # e, f\n)\n", ["a:b,c"]),
        ("from a import(b)", ["a:b"]),
        ("from a import b, \\\n  c\n", ["a:b,c"]),
        ("def f():\n\tfrom a import b\n", ["a:b"]),
        ("if x: import a; import b", ["a", "b"]),
        ("x = 1; from a import b\r\nimport c\r\n", ["a:b", "c"]),
        ("from é import ü", ["é:ü"]),
        ("import a\nimport a\nif x: import a", ["a"]),
        ("from a import b\nfrom a import b, \\\n  c\nfrom a import (b\n, d)\n", ["a:b", "a:b,c", "a:b,d"]),
    ],
)
def test_imports_are_seen_however_they_are_written(source: str, found: list[str]) -> None:
    assert list(imports(source.encode())) == found


@pytest.mark.parametrize(
    "source",
    ["# import a", "important = 1", "x = important(b)", "importlib.import_module('a')", "import", "from a import", ""],
)
def test_what_is_no_import_is_none(source: str) -> None:
    assert imports(source.encode()) == ()


def test_the_text_of_an_import_reads_back() -> None:
    for each in (Imported("a"), Imported(".", ("b", "c")), Imported("a.b", ("*",))):
        assert Imported.of(str(each)) == each
    assert Imported(".", ("b",)).dotted() == [".b"]
    assert Imported("a", ("b", "*")).dotted() == ["a.b", "a.*"]
