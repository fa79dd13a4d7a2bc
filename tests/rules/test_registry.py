"""The registry knows every rule module, and the rules keep the conventions that the documentation rests on."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import flyteshift.rules
from flyteshift.catalog.load import catalog
from flyteshift.catalog.rule_names import RULE_NAMES
from flyteshift.rules.registry import RULES, by_code, by_name
from flyteshift.rules.rule import Rule

GROUPS = {
    "structure": "1",
    "configuration": "2",
    "environment": "3",
    "orchestration": "4",
    "data": "5",
    "context": "6",
    "scheduling": "7",
    "plugins": "8",
    "project": "9",
}
RULE_FOLDER = Path(flyteshift.rules.__path__[0])


def modules(group: str) -> list[str]:
    """Names of the rule modules that exist in a group's folder."""
    return sorted(info.name for info in pkgutil.iter_modules([str(RULE_FOLDER / group)]))


FOUND = [(group, name) for group in GROUPS for name in modules(group)]


def rule_of(group: str, name: str) -> Rule:
    rule: Rule = importlib.import_module(f"flyteshift.rules.{group}.{name}").RULE
    return rule


def test_every_group_folder_is_known() -> None:
    folders = {path.name for path in RULE_FOLDER.iterdir() if (path / "__init__.py").exists()}
    assert folders == set(GROUPS)


@pytest.mark.parametrize(("group", "name"), FOUND, ids=lambda part: part)
def test_every_module_is_listed_and_named_after_its_rule(group: str, name: str) -> None:
    rule = rule_of(group, name)
    assert rule in RULES, f"rules/{group}/__init__.py does not list {name}"
    assert rule.name.replace("-", "_") == name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert re.fullmatch(f"FS{GROUPS[group]}[0-9][0-9]", rule.code)


def test_the_registry_lists_nothing_else() -> None:
    assert len(RULES) == len(FOUND)


def test_codes_and_names_are_unique_and_in_order() -> None:
    assert len(by_code) == len(by_name) == len(RULES)
    assert [rule.code for rule in RULES] == sorted(by_code)


def test_the_catalog_knows_the_same_names() -> None:
    assert set(by_name) == RULE_NAMES


def test_every_row_of_the_catalog_has_its_rule_and_no_rule_is_without_rows() -> None:
    rows = {row.rule for row in catalog().symbols()} | {row.rule for row in catalog().params()}
    assert rows - {""} <= set(by_name)
    # Independent calls have no name of their own: the hover explains them. What crosses into Flyte 2 is of the project.
    assert set(by_name) - rows <= {"parallel-branches", "migrated-task"}


def test_the_registry_imports_nothing_heavy() -> None:
    """Rules are read at the start of `flyteshift check`: no rewriting, no parser, no protocol."""
    heavy = ("libcst", "pygls", "lsprotocol", "jedi", "tree_sitter", "flyte", "flytekit")
    code = f"import sys, flyteshift.rules.registry; print([m for m in {heavy} if m in sys.modules])"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
