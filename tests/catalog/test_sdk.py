"""The catalog against the installed SDKs: what flytekit exports is known, what flyte is said to have is there."""

from __future__ import annotations

import builtins
import dataclasses
import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flyteshift.catalog.load import catalog
from flyteshift.catalog.source import read
from tests.catalog import public

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytestmark = pytest.mark.sdk

_NAME = re.compile(r"(?<![\w.])(flyte|flyteplugins)(\.\w+)+")
_CALLED_WITH = re.compile(r"(?<![\w.])(flyte(?:\.\w+)+)\(((?:\w+=[^,()]*,? ?)+)\)")


class NotInstalled(Exception):
    """An optional dependency of an SDK is missing here, so that a name cannot be looked up."""


def found(dotted: str) -> Any:
    """The thing behind a dotted name; AttributeError or ImportError when there is none."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError as error:
            if error.name and error.name.partition(".")[0] != parts[0]:
                raise NotInstalled(error.name) from None
            continue
        for part in parts[length:]:
            fields = getattr(thing, "__dataclass_fields__", {}) | getattr(thing, "model_fields", {})
            thing = fields[part] if part in fields and not hasattr(thing, part) else getattr(thing, part)
        return thing
    raise ImportError(dotted)


def _found_or_none(dotted: str) -> Any:
    try:
        return found(dotted)
    except (ImportError, AttributeError, NotInstalled):
        return None


def keywords(thing: Any) -> set[str]:
    """The keywords that a callable takes; those of the base classes too where it passes `**kwargs` on."""
    bases = thing.__mro__ if inspect.isclass(thing) else (thing,)
    names: set[str] = set()
    for base in bases:
        try:
            names |= set(inspect.signature(base).parameters)
        except (TypeError, ValueError):
            continue
        if dataclasses.is_dataclass(base):
            names |= {field.name for field in dataclasses.fields(base)}
    return names


def v2_texts() -> Iterator[tuple[str, str]]:
    """Every `v2` and message, with the row that says it."""
    for row in catalog().symbols():
        yield row.id, row.v2
        yield row.id, row.message
        yield from ((f"{row.id}: {form.text}", form.v2) for form in row.forms)
    for member in catalog().params():
        yield f"{member.owner}.{member.name}", member.v2
        yield f"{member.owner}.{member.name}", member.message


def _has_plugin(name: str) -> bool:
    root = ".".join(name.split(".")[:2])
    return importlib.util.find_spec("flyteplugins") is not None and importlib.util.find_spec(root) is not None


def test_every_public_flytekit_name_is_known() -> None:
    pytest.importorskip("flytekit")
    known = catalog()
    missing = sorted(
        f"{module.__name__}.{name}"
        for module in public.modules()
        for name in public.exports(module)
        if known.symbol(known.canonical(f"{module.__name__}.{name}")) is None
    )
    assert missing == []


def test_every_flytekit_path_leads_to_the_thing_of_its_row() -> None:
    pytest.importorskip("flytekit")
    wrong = []
    for row in catalog().symbols():
        if row.id.startswith("flytekit.") and row.kind in ("class", "function", "decorator"):
            things = [thing for path in (row.id, *row.paths) if (thing := _found_or_none(path)) is not None]
            if any(thing is not things[0] for thing in things):
                wrong.append(row.id)
    assert wrong == []


def test_every_task_parameter_of_flytekit_is_known() -> None:
    flytekit = pytest.importorskip("flytekit")
    known = catalog()
    things = "task workflow dynamic map_task ImageSpec Resources Secret Cache CronSchedule FixedRate ContainerTask PodTemplate"
    things += " reference_task reference_workflow reference_launch_plan Deck FlyteFile FlyteDirectory StructuredDataset approve"
    things += " wait_for_input sleep FlyteRemote TaskMetadata Artifact Email Slack PagerDuty Options Environment"
    things += " LaunchPlan.create LaunchPlan.get_or_create"
    missing = []
    for name in things.split():
        parameters = inspect.signature(found(f"flytekit.{name}")).parameters.values()
        named = [p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        missing += [
            f"{name}({p})" for p in named if p not in ("self", "cls") and not known.param(f"flytekit.{name}", p)
        ]
    assert flytekit
    assert missing == []


def test_every_flyte2_name_can_be_imported() -> None:
    pytest.importorskip("flyte")
    wrong = []
    for where, text in v2_texts():
        for match in _NAME.finditer(text):
            name = match[0]
            # Plugins are packages of their own; plugins.toml says with which version each name was checked.
            if name.startswith("flyteplugins.") and not _has_plugin(name):
                continue
            try:
                found(name)
            except NotInstalled:
                assert name.startswith("flyte.connectors"), name
            except (ImportError, AttributeError):
                wrong.append((where, name))
    assert wrong == []


def test_every_flyte2_keyword_exists() -> None:
    pytest.importorskip("flyte")
    wrong = []
    for where, text in v2_texts():
        for match in _CALLED_WITH.finditer(text):
            thing = found(match[1])
            names = keywords(thing)
            said = [word.partition("=")[0].strip() for word in match[2].split(",")]
            wrong += [(where, match[1], name) for name in said if name and name not in names]
    assert wrong == []


def _check(check: str) -> bool:
    kind, _, rest = check.partition(":")
    if kind == "attr":
        return found(rest) is not None
    if kind == "sig":
        dotted, _, name = rest.rpartition(":")
        return name in keywords(found(dotted))
    owner, _, name = rest.rpartition(".")
    cls = found(owner)
    return name in {*getattr(cls, "__dataclass_fields__", ()), *getattr(cls, "model_fields", ())}


def test_every_check_of_a_row_holds() -> None:
    pytest.importorskip("flyte")
    wrong, count = [], 0
    for entry in read().entries:
        for key in ("param", "attribute", "form"):
            for row in entry.rows(key):
                for check in row.get("checks", ()):
                    count += 1
                    if not _check(check):
                        wrong.append((entry.id, row.get("name") or row.get("text"), check))
    assert count > 200
    assert wrong == []


def test_plain_python_targets_exist() -> None:
    for row in catalog().symbols():
        if row.v2.startswith("builtins."):
            assert hasattr(builtins, row.v2.removeprefix("builtins."))
        elif row.v2.partition(".")[0] in {"unittest", "functools", "subprocess", "time", "os"}:
            assert found(row.v2.partition("(")[0]) is not None


def test_every_plugin_name_was_checked_with_a_version() -> None:
    listed = tomllib.loads((Path(__file__).parent / "plugins.toml").read_text(encoding="utf-8"))
    checked = {name for package in listed["package"] for name in package["names"]}
    named = {match[0] for _, text in v2_texts() for match in _NAME.finditer(text) if match[1] == "flyteplugins"}
    assert named <= checked
    assert checked <= named, "plugins.toml lists a name that no row gives"
    assert listed["version"]
