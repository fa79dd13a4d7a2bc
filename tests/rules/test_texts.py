"""What the rules tell: whole, short, well-formed Markdown, and code that a reader may copy."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import sys
from collections.abc import Iterator

import pytest

from flyteshift.catalog.guide import PAGES
from flyteshift.rules.registry import RULES
from flyteshift.rules.rule import Rule

from .conftest import CASES, Case

rules = pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.code}-{rule.name}")
cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


def texts(rule: Rule) -> list[str]:
    notes = [text for example in rule.examples for text in (example.note, example.why_not_run)]
    return [rule.summary, rule.shift, rule.automatic, *rule.gotchas, *filter(None, notes)]


@rules
def test_every_part_is_there(rule: Rule) -> None:
    assert rule.examples
    assert rule.ignores
    assert rule.guide in PAGES
    assert rule.automatic
    assert 3 <= len(rule.shift.splitlines()) <= 6
    assert all(line.strip() for line in rule.shift.splitlines())


@rules
def test_the_markdown_is_sound(rule: Rule) -> None:
    for text in texts(rule):
        assert text == text.strip()
        assert text.count("`") % 2 == 0, text
        assert not re.search(r"[ \t]$", text, re.MULTILINE), text
        assert not re.search(r"``|\t|  ", text), text
        assert text.endswith((".", "`")), text
    for line in (rule.summary, *rule.gotchas):
        assert "\n" not in line
    assert "\n\n" not in rule.automatic
    assert max(map(len, rule.shift.splitlines())) <= 120
    assert len(rule.summary) <= 160


@rules
def test_the_text_leaves_no_html_or_emphasis_open(rule: Rule) -> None:
    """Outside of code spans a `<` would be HTML and a `*` or `__` emphasis, in an editor's hover."""
    for text in texts(rule):
        outside = re.sub(r"`[^`]*`", "", text)
        assert not re.search(r"[<*]|__", outside), outside


@rules
def test_a_rule_is_shown_running_or_says_why_not(rule: Rule) -> None:
    for example in rule.examples:
        assert (example.call is None) == bool(example.why_not_run)


@cases
def test_examples_are_whole_modules(case: Case) -> None:
    for source in (case.example.before, case.example.after):
        ast.parse(source)
        assert source.endswith("\n")
        assert not source.startswith("\n")
    assert case.example.before != case.example.after


@cases
def test_after_is_free_of_flyte_1(case: Case) -> None:
    assert "flytekit" not in case.example.after
    assert "flyteidl" not in case.example.after.replace("flyteidl2", "")
    assert not re.search(r"^\s*(import|from) union\b", case.example.after, re.MULTILINE)


@cases
def test_nothing_imported_is_unused(case: Case) -> None:
    for source in (case.example.before, case.example.after):
        tree = ast.parse(source)
        bound = {
            alias.asname or alias.name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        }
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        strings = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not {name for name in bound if name not in used and name not in strings}


@rules
def test_ignored_sources_are_python_of_their_own(rule: Rule) -> None:
    for source in rule.ignores:
        ast.parse(source)
        assert source.endswith("\n")
    assert len(set(rule.ignores)) == len(rule.ignores)


def flyte_names(source: str) -> Iterator[str]:
    """Dotted names of Flyte 2 that a module imports or reaches through the import."""
    tree = ast.parse(source)
    roots: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from [alias.name] if alias.name.split(".")[0] in ("flyte", "flyteplugins") else []
                name = alias.asname or alias.name.split(".")[0]
                roots[name] = alias.name if alias.asname else name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                roots[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield from [f"{node.module}.{alias.name}"] if node.module.split(".")[0] == "flyte" else []
    for node in ast.walk(tree):
        dotted = dotted_name(node)
        root, _, rest = dotted.partition(".")
        target = f"{roots[root]}.{rest}".rstrip(".") if root in roots else ""
        yield from [target] if target.split(".")[0] == "flyte" else []


def dotted_name(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain, else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := dotted_name(node.value)):
        return f"{base}.{node.attr}"
    return ""


def exists(dotted: str) -> bool:
    """Whether the name can be reached by importing modules and reading attributes."""
    root, *rest = dotted.split(".")
    value, path = importlib.import_module(root), root
    for part in rest:
        path = f"{path}.{part}"
        if not hasattr(value, part):
            try:
                importlib.import_module(path)
            except ImportError:
                return False
            value = sys.modules[path]
        else:
            value = getattr(value, part)
    return True


@pytest.mark.sdk
@cases
def test_after_names_only_what_flyte_has(case: Case) -> None:
    pytest.importorskip("flyte")
    unknown = [name for name in flyte_names(case.example.after) if name.startswith("flyte.") and not exists(name)]
    assert not unknown


@pytest.mark.sdk
def test_a_name_that_flyte_lacks_is_noticed() -> None:
    pytest.importorskip("flyte")
    names = set(flyte_names("import flyte\nfrom flyte.io import File\n\nflyte.ImageSpec(File.open)\n"))
    assert names >= {"flyte.io.File", "flyte.ImageSpec"}
    assert [name for name in sorted(names) if not exists(name)] == ["flyte.ImageSpec"]
