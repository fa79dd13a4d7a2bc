"""Code actions: what can be done at a place, told cheaply; the edits when one is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlparse
from weakref import WeakKeyDictionary

from flyteshift.migration.plan import Obstacle, Plan, obvious, plan_module
from flyteshift.semantics.model import Model
from flyteshift.text import Edit, Span
from flyteshift.workspace.modules import module_name
from flyteshift.workspace.settings import Settings

MIGRATE_MODULE = "migrate-module"
TITLE = "Migrate this module to Flyte 2"
_AT_ONCE = 12_000
"""Modules of up to so many characters are planned when actions are listed; longer ones when the action is chosen."""

_PLANS: WeakKeyDictionary[Model, Plan] = WeakKeyDictionary()


@dataclass(frozen=True)
class Action:
    """Something that can be done. `key` and `span` find it again for `resolve`."""

    title: str
    kind: str
    """`quickfix`, `refactor.rewrite`, ... of the Language Server Protocol."""
    key: str
    span: Span
    disabled: str | None = None
    """Why it cannot be done here; None: it can."""
    preferred: bool = False


def actions(model: Model, span: Span, settings: Settings | None = None) -> list[Action]:
    """The actions at a span of code points. Costs milliseconds; a long module is looked over, not planned."""
    if not model.uses_flyte1:
        return []
    left = _left(model)
    disabled = _reason(model, left) if left else None
    found = [Action(TITLE, "refactor.rewrite", MIGRATE_MODULE, span, disabled)]
    reference = model.at(span.start)
    if reference is not None and reference.flyte1 and disabled is None:
        found.append(Action(TITLE, "quickfix", MIGRATE_MODULE, reference.span))
    return found


def resolve(model: Model, key: str, span: Span) -> list[Edit]:
    """The edits of an action; none where it turns out that it cannot be done, or the key is unknown."""
    return list(plan(model).edits) if key == MIGRATE_MODULE else []


def plan(model: Model) -> Plan:
    """The migration of a model's module, made once per model."""
    made = _PLANS.get(model)
    if made is None:
        made = _PLANS[model] = plan_module(model, _module(model.document.uri))
    return made


def _left(model: Model) -> list[Obstacle]:
    if model in _PLANS or len(model.document.text) <= _AT_ONCE:
        return plan(model).left
    return obvious(model)


def _reason(model: Model, left: list[Obstacle]) -> str:
    line = model.document.lines.line_of(left[0].span.start) + 1
    more = f" (and {len(left) - 1} more)" if len(left) > 1 else ""
    return f"Line {line}: {left[0].message}{more}"


def _module(uri: str) -> str:
    """The dotted name of the module behind a URI."""
    from pathlib import Path

    parsed = urlparse(uri)
    return module_name(Path(unquote(parsed.path))) if parsed.path.strip("/") else "tasks"
