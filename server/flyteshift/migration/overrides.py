"""`f(x=1).with_overrides(retries=2)` becomes `f.override(retries=2)(x=1)`.

`override` treats None, 0 and the like as "not given" (flyte._task, measured), so what would take a setting of the task
away is refused. It replaces `resources` as a whole: what the task has is repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from flyteshift.migration import awaits, caches, callees, resources
from flyteshift.migration.arguments import Given, arguments, by_name, keyword_of
from flyteshift.migration.draft import Draft
from flyteshift.migration.layout import indent, is_spread, taken
from flyteshift.migration.settings import RETRIES
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument, keyword, print_call

IMAGE = "`override` cannot change the image: give the task an environment of its own with that image."
ALIASES = "Outputs have no aliases in Flyte 2."
CONFIG = "`override(plugin_config=...)` takes the config of a Flyte 2 plugin, which flyteshift does not write here."
UNKNOWN = "`override` has no form for `{0}`."
UNSEEN = "flyteshift cannot see what `{0}` overrides; write the settings out."
VARIABLE = "Flyte 2 overrides before the call: write `f.override(...)(...)` where `{0}` is made."
WORKFLOW = "`{0}` of a workflow has no form in Flyte 2; override the tasks that it calls."
CLEARED = "`override({0}={1})` keeps what the task has; a task without it is needed here."
OWN = "`{0}` has `{1}` of its own, which this metadata replaced in Flyte 1; write that into it as well."
FOREIGN = "flyteshift does not see what `{0}` has itself, and `override` replaces all of its resources."
MERGED = "`override` replaces all resources, so those that `{0}` has itself are repeated."
_ORDER = (
    "node_name", "aliases", "requests", "limits", "timeout", "retries", "interruptible", "name", "task_config",
    "container_image", "accelerator", "cache", "shared_memory", "pod_template", "resources",
)  # fmt: skip
_METADATA = ("cache", "cache_serialize", "cache_version", "cache_ignore_input_vars", "interruptible", "deprecated",
             "retries", "timeout", "pod_template_name")  # fmt: skip
_RESOURCES = ("requests", "limits", "resources", "accelerator", "shared_memory")
_CACHE = ("cache", "cache_version", "cache_serialize", "cache_ignore_input_vars")
_NAMES = ("name", "node_name")


Part = Callable[[Draft, Given, "Task | None"], "list[Argument]"]


@dataclass(frozen=True)
class Changes:
    """What `override` gets, and the name of a group of mapped calls."""

    arguments: Sequence[Argument] = ()
    group: str = ""
    layout: tuple[str, int, bool] = field(default=("", 0, False))

    def of(self, task: str, draft: Draft | None = None) -> str:
        """The task with the overrides: `f.override(retries=2)`."""
        if not self.arguments:
            return task
        if draft is None:
            return f"{task}.override({', '.join(a.text for a in self.arguments)})"
        start, columns, spread = self.layout
        return print_call(f"{task}.override", self.arguments, draft.style, start, columns, spread)


def source(draft: Draft, node: Node) -> str | None:
    """A `result.with_overrides(...)` in Flyte 2's words."""
    from flyteshift.migration import maps, nodes

    function = node.child_by_field_name("function")
    of = function.child_by_field_name("object") if function is not None else None
    attribute = function.child_by_field_name("attribute") if function is not None else None
    if of is None or attribute is None or awaits.refused(draft, node):
        return None
    draft.claim(attribute)
    given = _given(draft, node)
    if given is None:
        return None
    while of.type == "parenthesized_expression" and len(of.named_children) == 1:
        of = of.named_children[0]
    if callees.is_override(draft, of):
        draft.refuse(node, UNKNOWN.format("a second with_overrides"), "node.with_overrides")
        return None
    if maps.is_map(draft, of):
        return maps.code(draft, of, given)
    started = nodes.started(draft, of)
    if started is None:
        draft.refuse(node, VARIABLE.format(text(of)), "node.with_overrides")
        return None
    task, call = started
    entity = draft.entity(task)
    if entity is None or entity.kind not in ("task", "dynamic", "workflow"):
        draft.refuse(node, VARIABLE.format(text(of)), "node.with_overrides")
        return None
    if entity.kind == "workflow" and (wrong := [g for g in given if g.name not in _NAMES and text(g.value) != "None"]):
        draft.refuse(wrong[0].node, WORKFLOW.format(wrong[0].name), "node.with_overrides")
        return None
    changes = read(draft, given, draft.tasks.get(text(task)), mapped=False)
    if changes is None:
        return None
    layout = (indent(draft, node), taken(draft, node) + len(call), is_spread(node))
    if "\n" in call:
        layout = (indent(draft, node), taken(draft, node), is_spread(node))
    return Changes(changes.arguments, layout=layout).of(text(task), draft) + call


def metadata(draft: Draft, value: Node, task: Task | None) -> list[Given] | None:
    """What a `TaskMetadata(...)` sets, as overrides; None where refused."""
    function = value.child_by_field_name("function") if value.type == "call" else None
    if function is None or draft.symbol(function) != "flytekit.TaskMetadata":
        draft.refuse(value, UNSEEN.format(text(value)), "flytekit.map_task(metadata)")
        return None
    found = by_name(draft, value, _METADATA)
    if found is None:
        return None
    for name in ("deprecated", "pod_template_name"):
        if name in found and text(found[name].value) not in ("None", '""', "''"):
            draft.refuse(found[name].node, UNKNOWN.format(name), f"flytekit.TaskMetadata({name})")
            return None
    for own in task.given if task is not None else ():
        if own.name in ("retries", "timeout", "interruptible", "cache") and own.name not in found:
            draft.refuse(value, OWN.format(task.name if task else "", own.name), "flytekit.map_task(metadata)")
            return None
    return [Given(n, g.node, g.value, g.before, g.behind) for n, g in found.items()]


def read(draft: Draft, given: Sequence[Given], task: Task | None, *, mapped: bool) -> Changes | None:
    """What overrides become; `task` is the task of this module that gets them. None where refused."""
    before = len(draft.obstacles)
    by = {g.name: g for g in given if text(g.value) != "None" or g.name in ("timeout",)}
    options: list[Argument] = []
    for name, argument in by.items():
        part = _PARTS.get(name)
        if part is not None:
            options += part(draft, argument, task)
        elif name not in (*_RESOURCES, *_CACHE, *_NAMES):
            draft.refuse(argument.node, UNKNOWN.format(name), f"node.with_overrides({name})")
    options = [*_resources(draft, by, task), *options, *_cached(draft, by, task)]
    named = by.get("name") or (None if mapped else by.get("node_name"))
    if named is not None:
        options.insert(0, keyword("short_name", draft.source(named.value), named.before, named.behind))
    group = draft.source(by["node_name"].value) if mapped and "node_name" in by else ""
    return Changes(options, group) if len(draft.obstacles) == before else None


def _given(draft: Draft, call: Node) -> list[Given] | None:
    """The arguments of `with_overrides`, positional ones by name; claims their keywords."""
    found = []
    for index, given in enumerate(arguments(draft, call)):
        name = given.name or (_ORDER[index] if index < len(_ORDER) else "")
        if name in ("", "*", "**"):
            draft.refuse(given.node, UNSEEN.format(text(given.node)), "node.with_overrides")
            return None
        if given.name:
            draft.claim(keyword_of(given))
        found.append(Given(name, given.node, given.value, given.before, given.behind))
    return found


def _own(task: Task | None, name: str) -> bool:
    """True where a task may have a setting itself: one of another file may have any."""
    return task is None or any(g.name == name and text(g.value) not in ("None", "0", "False") for g in task.given)


def _cleared(draft: Draft, given: Given, task: Task | None) -> list[Argument]:
    if _own(task, given.name):
        draft.refuse(given.node, CLEARED.format(given.name, text(given.value)), f"node.with_overrides({given.name})")
    return []


def _retries(draft: Draft, given: Given, task: Task | None) -> list[Argument]:
    if text(given.value) == "0" or (given.value.type != "integer" and _own(task, "retries")):
        return _cleared(draft, given, task)
    draft.note(given.node, RETRIES)
    return [keyword("retries", draft.source(given.value), given.before, given.behind)]


def _timeout(draft: Draft, given: Given, task: Task | None) -> list[Argument]:
    if given.value.type == "float":
        draft.refuse(given.value, "`timeout` takes whole seconds or a `timedelta` in Flyte 2.")
    if text(given.value) in ("0", "None"):
        return _cleared(draft, given, task)
    return [keyword("timeout", draft.source(given.value), given.before, given.behind)]


def _interruptible(draft: Draft, given: Given, task: Task | None) -> list[Argument]:
    return [keyword("interruptible", draft.source(given.value), given.before, given.behind)]


def _pod_template(draft: Draft, given: Given, task: Task | None) -> list[Argument]:
    return [keyword("pod_template", draft.source(given.value), given.before, given.behind)]


def _refused(message: str) -> Part:
    def part(draft: Draft, given: Given, task: Task | None) -> list[Argument]:
        draft.refuse(given.node, message, f"node.with_overrides({given.name})")
        return []

    return part


def _resources(draft: Draft, by: Mapping[str, Given], task: Task | None) -> list[Argument]:
    """`resources=`: what the overrides say, over what the task has itself."""
    new = {n: by[n] for n in _RESOURCES if n in by}
    if not new:
        return []
    if task is None:
        draft.refuse(next(iter(new.values())).node, FOREIGN.format("the task"), "node.with_overrides")
        return []
    own = {g.name: g for g in task.given if g.name in _RESOURCES and text(g.value) not in ("None", "False")}
    code = resources.over(draft, own, new)
    if code is None:
        return []
    if own:
        draft.note(next(iter(new.values())).node, MERGED.format(task.name))
    comments = tuple(c for g in new.values() for c in (*g.before, g.behind) if c)
    return [Argument(f"resources={code}", comments)]


def _cached(draft: Draft, by: Mapping[str, Given], task: Task | None) -> list[Argument]:
    found = {n: by[n] for n in _CACHE if n in by}
    if not found:
        return []
    cache = found.get("cache")
    if cache is None or text(cache.value) == "False":
        for given in found.values():
            draft.claim_within(given.node)
        if cache is None:
            given = next(iter(found.values()))
            draft.refuse(given.node, f"`{given.name}` stands without `cache=True` here.")
            return []
        return [keyword("cache", '"disable"', cache.before, cache.behind)] if _own(task, "cache") else []
    scratch = Task("", "task", cache.node, cache.node, cache.node)
    caches.read(draft, scratch, found)
    return scratch.options


_PARTS: dict[str, Part] = {
    "retries": _retries,
    "timeout": _timeout,
    "interruptible": _interruptible,
    "pod_template": _pod_template,
    "container_image": _refused(IMAGE),
    "aliases": _refused(ALIASES),
    "task_config": _refused(CONFIG),
}
