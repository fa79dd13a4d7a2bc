"""Lists of packages as arguments: `packages=["a", "b"]` becomes `"a", "b"`."""

from __future__ import annotations

import re

from tree_sitter import Node

from flyteshift.migration import renderers, setting_objects
from flyteshift.migration.arguments import Given
from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument
from flyteshift.semantics.values import Symbol

PLUGINS = {
    "spark": "spark", "ray": "ray", "dask": "dask", "kfpytorch": "pytorch", "bigquery": "bigquery",
    "snowflake": "snowflake", "pandera": "pandera", "polars": "polars", "papermill": "papermill", "mlflow": "mlflow",
    "wandb": "wandb", "dbt": "dbt", "slurm": "slurm", "omegaconf": "omegaconf", "huggingface": "huggingface",
}  # fmt: skip
"""Plugins of Flyte 1 and the Flyte 2 package that took their place (`flyteplugins-*` on PyPI)."""

INSTEAD = {"pod": '"kubernetes"', "flyteinteractive": ""}
"""Plugins whose successor is part of Flyte 2, and the package of which they still use objects, if any."""

ALONE = "A comment stands here without a package that stays; move it, then migrate."
NO_PLUGIN = "`{0}` has no Flyte 2 package."
_FLYTE1 = re.compile(
    r"(flytekit|flytekitplugins[-_.]([\w.-]+?)|union(?:ai|[-_.]runtime)?|flyteidl)(?=$|[\[=<>!~ @;])", re.IGNORECASE
)
"""Packages of Flyte 1 (`unionai` is an older name of `union`); pip takes `-`, `_` and `.` for the same."""


def packages(draft: Draft, given: Given, *, python: bool = False) -> list[Argument] | None:
    """The packages as arguments, without the comment behind the list; None where refused.

    Flyte 1's own packages are replaced, or go: Flyte 2 adds itself.
    """
    value = given.value
    if value.type == "string" and python:
        package = _package(draft, value)
        return None if package is None else [Argument(package, given.before)] if package else []
    if value.type not in ("list", "tuple"):
        code = draft.source(value)
        if python and "flytekit" in _shown(draft, value):
            draft.refuse(
                value,
                "This list has Flyte 1 packages in it; write the packages out here.",
                "flytekit.ImageSpec(packages)",
            )
            return None
        code = f"({code} or [])" if setting_objects.may_be_none(value) else code
        star = code if value.type in ("identifier", "attribute", "call", "subscript") else f"({code})"
        return [Argument(f"*{star}", given.before)]
    found: list[Argument] = []
    above = list(given.before)
    for item in value.named_children:
        if item.type == "comment":
            row = _row(item)
            if found and row == item.start_point[0] and not found[-1].behind and not above:
                found[-1] = Argument(found[-1].text, found[-1].before, text(item))
            else:
                above.append(text(item))
            continue
        package = _package(draft, item) if python else draft.source(item)
        if package is None:
            return None
        if package:
            found.append(Argument(package, tuple(above)))
            above = []
    if not above:
        return found
    if not found:
        draft.refuse(value, ALONE, "flytekit.ImageSpec(packages)")
        return None
    last = found[-1]
    return [*found[:-1], Argument(last.text, (*last.before, *above), last.behind)]


def _row(comment: Node) -> int:
    before = comment.prev_sibling
    while before is not None and before.type == ",":
        before = before.prev_sibling
    return before.end_point[0] if before is not None and before.type != "[" else -1


def _package(draft: Draft, item: Node) -> str | None:
    """One package's code; empty where it goes."""
    code = draft.source(item)
    if item.type == "list_splat":
        return code
    content = re.sub(r"^[rRbBuUfF]*[\"']+|[\"']+$", "", code)
    match = _FLYTE1.match(content)
    if item.type != "string" or match is None:
        return code
    plugin = match.group(2)
    if plugin is None:
        return ""
    plugin = re.sub(r"[-_.]+", "-", plugin).lower()
    if plugin in INSTEAD:
        return INSTEAD[plugin]
    if plugin == "deck-standard" and _rendering(draft):
        return ", ".join(f'"{name}"' for name in _rendering(draft))
    if plugin not in PLUGINS:
        draft.refuse(item, NO_PLUGIN.format(match.group(1)), "flytekit.ImageSpec(packages)")
        return None
    return f'"flyteplugins-{PLUGINS[plugin]}"'


def _rendering(draft: Draft) -> list[str]:
    """The packages that the module's renderers of decks are written with."""
    return sorted(
        {renderers.PACKAGES[r.symbol] for r in draft.references if r.kind == "name" and r.symbol in renderers.PACKAGES}
    )


def _shown(draft: Draft, value: Node) -> str:
    """The source of an expression and of what its names are set to: here, in other files, by calls of the function."""
    from flyteshift.migration.environments import bindings

    shown = text(value)
    for name in re.findall(r"[A-Za-z_]\w*", shown):
        shown += "".join(text(b) for b in bindings(draft, name)) + _elsewhere(draft, name)
    if setting_objects.is_parameter(value):
        shown += "".join(text(n) for n in draft.document.nodes("string") if _is_passed(draft, n))
    return shown


def _elsewhere(draft: Draft, name: str) -> str:
    """The source of the statement that binds an imported name in another file."""
    value = draft.model.names.final(name)
    outside = draft.outside
    found = outside.project.find(outside.path, value.name) if outside and isinstance(value, Symbol) else None
    model = outside.project.model(found.path) if outside is not None and found is not None else None
    statement = model.binding(found.name) if model is not None and found is not None else None
    return model.document.text[slice(*statement.span)] if model is not None and statement is not None else ""


def _is_passed(draft: Draft, node: Node) -> bool:
    """True for a text that a call may pass on, but not where an image is made: its packages are looked at there."""
    above = node.parent
    if above is None or above.type not in ("list", "tuple", "argument_list", "keyword_argument"):
        return False
    while above is not None:
        function = above.child_by_field_name("function") if above.type == "call" else None
        if function is not None and draft.symbol(function) == "flytekit.ImageSpec":
            return False
        above = above.parent
    return True
