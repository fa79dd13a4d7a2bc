"""What the tests of migration share."""

from __future__ import annotations

from textwrap import dedent

from flyteshift.migration import Plan, plan_module
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits
from flyteshift.workspace.settings import Settings

SEQUENTIAL = Settings(orchestration="sequential")


def planned(source: str, module: str = "example") -> Plan:
    return plan_module(build(Document("file:///example.py", dedent(source))), module, SEQUENTIAL)


def migrated(source: str, module: str = "example") -> str:
    plan = planned(source, module)
    assert not plan.left, [o.message for o in plan.left]
    return apply_edits(dedent(source), plan.edits)


def reasons(source: str) -> list[str]:
    """Why a module is refused; fails where it is not."""
    plan = planned(source)
    assert plan.left, "this was migrated:\n" + apply_edits(dedent(source), plan.edits)
    assert plan.edits == []
    return [o.message for o in plan.left]
