from __future__ import annotations

import pytest

from flyteshift.workspace.globs import ignored, spares, within


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("gen.py", "gen.py"),
        ("gen.py", "a/b/gen.py"),
        ("*_pb2.py", "a/x_pb2.py"),
        ("a/*.py", "a/x.py"),
        ("/a.py", "a.py"),
        ("./a/b.py", "a/b.py"),
        ("a/**", "a/b/c.py"),
        ("a/**/c.py", "a/c.py"),
        ("a/**/c.py", "a/b/d/c.py"),
        ("**/c.py", "c.py"),
        ("?.py", "a.py"),
        ("[ab].py", "b.py"),
        ("[!ab].py", "c.py"),
        ("[x.py", "[x.py"),
        ("a+b.py", "a+b.py"),
        ("caf\u00e9.py", "caf\u00e9.py"),
    ],
)
def test_matches(pattern: str, path: str) -> None:
    assert ignored(path, (pattern,))


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("gen.py", "regen.py"),
        ("gen.py", "gen.pyi"),
        ("*.py", "a/x.pyc"),
        ("a/*.py", "a/b/x.py"),
        ("a/*.py", "b/a/x.py"),
        ("/a.py", "b/a.py"),
        ("a.py", "aXpy"),
        ("?.py", "ab.py"),
        ("?.py", "/.py"),
        ("[!ab].py", "a.py"),
        ("build/", "build"),
        ("", "a.py"),
        ("!", "a.py"),
        ("/", "a.py"),
    ],
)
def test_does_not_match(pattern: str, path: str) -> None:
    assert not ignored(path, (pattern,))


def test_a_final_slash_asks_for_a_folder() -> None:
    assert ignored("x/build", ("build/",), folder=True)
    assert not ignored("x/build", ("build/",), folder=False)


def test_the_last_match_decides() -> None:
    assert not ignored("build", ("build", "!build"), folder=True)
    assert ignored("build", ("build", "!build", "bui*"), folder=True)
    assert not ignored("other", ("!other",))


def test_within_looks_at_the_folders_too() -> None:
    assert within("tests/a/b.py", "tests")
    assert within("tests/a/b.py", "tests/")
    assert within("tests/a/b.py", "a/")
    assert not within("src/tests.py", "tests")
    assert not within("src/b.py", "b.py/")


def test_plain_names_and_globs_stand_side_by_side() -> None:
    patterns = ("gen.py", "*_pb2.py", "!keep_pb2.py", "!a/gen.py", "a/keep_pb2.py")
    assert [ignored(path, patterns) for path in ("gen.py", "x_pb2.py", "b/gen.py", "a/keep_pb2.py")] == [True] * 4
    assert [ignored(path, patterns) for path in ("keep_pb2.py", "a/gen.py", "b/keep_pb2.py")] == [False] * 3


@pytest.mark.parametrize("patterns", [("build", "dist/"), ("node_modules", "!build"), ("x.py/",), ()])
def test_plain_names_of_other_kinds_spare_all_sources(patterns: tuple[str, ...]) -> None:
    assert spares(patterns, (".py", ".pyi"))
    assert not any(ignored(name, patterns) for name in ("x.py", "a/build.py", "dist.pyi"))


@pytest.mark.parametrize("pattern", ["x.py", "!x.pyi", "*_pb2.py", "a/x", "/x", "?", "[ab].py", "**"])
def test_what_may_ignore_a_source_spares_none(pattern: str) -> None:
    assert not spares(("build", pattern), (".py", ".pyi"))
