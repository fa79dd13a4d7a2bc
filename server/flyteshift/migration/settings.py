"""What a decorator says, split between the environment and the new decorator (semantics: params.toml's rows)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping

from tree_sitter import Node

from flyteshift.catalog.load import catalog
from flyteshift.migration import caches, constants, failures, plugins, policies, resources, secrets
from flyteshift.migration.arguments import Given, keyword_of
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.tasks import Setting, Task
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting.calls import Argument, keyword
from flyteshift.semantics.values import Instance, Symbol
from flyteshift.text.document import parse

ELSEWHERE = "`{0}` comes from another module; flyteshift cannot tell whether that one is migrated as well."
RETRIES = "Flyte 2 retries every exception; Flyte 1 retried only `FlyteRecoverableException` and system errors."
INTERRUPTIBLE = "`interruptible` of a workflow was the default of all its nodes; set it on the tasks, then migrate."
MODE = "Say `@dynamic` or `@eager` in the place of this `execution_mode`, then migrate."
UNKNOWN = "`{0}` of Flyte 1 has no parameter `{1}`."


def read(draft: Draft, task: Task) -> None:
    """Fill the settings and options of a task from its decorator."""
    given: dict[str, Given] = {}
    for argument in task.given:
        if argument.name in ("", "*", "**"):
            draft.refuse(argument.node, f"flyteshift cannot see what `{text(argument.node)}` passes to the decorator.")
            return
        given[argument.name] = argument
    table = WORKFLOW if task.kind == "workflow" else TASK
    for name, argument in given.items():
        part = table.get(name)
        if part is not None:
            part(draft, task, argument)
        elif argument.value.type == "none" and name in _NONE:
            draft.claim_within(argument.node)
        elif catalog().param(f"flytekit.{task.kind}", name) is None:
            draft.refuse(keyword_of(argument), UNKNOWN.format(task.kind, name))
    if task.kind != "workflow":
        caches.read(draft, task, given)
        resources.read(draft, task, given)
        _pod_template(draft, task, given)
    task.loose += _loose(task)
    for name in ("image", "resources", "secrets", "plugin_config"):
        if name in task.settings:
            _own(draft, task, task.settings[name])


def _own(draft: Draft, task: Task, setting: Setting) -> None:
    """Refuse a setting that another module makes: it may be an object of Flyte 1, and stay one."""
    for dotted in _objects(setting.code):
        name, _, rest = dotted.partition(".")
        value = draft.model.names.final(name)
        root = value.name.partition(".")[0] if isinstance(value, Symbol) else None
        if isinstance(value, Symbol) and _along(draft.outside, f"{value.name}.{rest}".rstrip(".")):
            continue
        if (
            root is not None
            and root not in sys.stdlib_module_names
            and root not in ("flytekit", "flytekitplugins", "union", "flyte")
        ):
            draft.refuse(task.decorator, ELSEWHERE.format(name), f"flytekit.task({setting.name})")


def _along(outside: Outside | None, dotted: str) -> bool:
    """True for an object of Flyte 1 that another file makes which is migrated along."""
    found = outside.project.find(outside.path, dotted) if outside is not None else None
    if outside is None or found is None:
        return False
    return isinstance(found.value, Instance) and found.path in outside.along


def _objects(code: str) -> list[str]:
    """The names whose value a setting takes as it is: `image`, `lib.image`, those in a list."""
    whole = parse("(" + code + "\n)").named_children[0].named_children[0]
    inner = whole.named_children[0] if whole.type == "parenthesized_expression" and whole.named_children else whole
    found = []
    for node in inner.named_children if inner.type in ("list", "tuple") else [inner]:
        start, dotted = node, node
        while start.type in ("attribute", "call") and start.named_children:
            dotted = start.named_children[0] if start.type == "call" else dotted
            start = start.named_children[0]
        if start.type == "identifier":
            found.append(text(dotted))
    return found


def _loose(task: Task) -> list[str]:
    """The comments in a decorator that nothing printed has."""
    kept = [c for o in task.options for c in (*o.before, o.behind, *comments(o.text))]
    kept += [c for s in task.settings.values() for c in (*s.before, s.behind, *comments(s.code))]
    left = []
    for comment in (text(n) for n in walk(task.decorator.named_children[0]) if n.type == "comment"):
        if comment in kept:
            kept.remove(comment)
        else:
            left.append(comment)
    return left


def comments(code: str) -> list[str]:
    """The comments in an expression's code."""
    return [text(n) for n in walk(parse("(" + code + "\n)")) if n.type == "comment"] if "#" in code else []


def setting(draft: Draft, name: str, code: str, *given: Given, device: str = "") -> Setting:
    """A setting of the environment, with the comments of the arguments that it is made of."""
    before = tuple(c for g in given for c in g.before)
    behind = [g.behind for g in given if g.behind]
    if len(behind) > 1:
        before, behind = (*before, *behind[:-1]), behind[-1:]
    return Setting(name, code, _key(code), _names(code), before, behind[0] if behind else "", device)


def _key(code: str) -> str:
    """A text that is equal for code that differs in layout and comments only."""
    leaves = [text(n) for n in _leaves(parse("(" + code + "\n)")) if n.type != "comment"]
    return "\0".join(a for a, b in zip(leaves, [*leaves[1:], ""], strict=True) if not (a == "," and b in ")]}"))


def _leaves(node: Node) -> list[Node]:
    if not node.children or node.type == "string":
        return [node]
    return [leaf for child in node.children for leaf in _leaves(child)]


def _names(code: str) -> frozenset[str]:
    return frozenset(names_read(parse("(" + code + "\n)")))


def names_read(node: Node) -> set[str]:
    """The names that code reads; keywords of calls and attributes are none."""
    found = set()
    for inner in walk(node):
        if inner.type != "identifier" or inner.parent is None:
            continue
        above = inner.parent
        if above.type == "keyword_argument" and above.child_by_field_name("name") == inner:
            continue
        if above.type == "attribute" and above.child_by_field_name("attribute") == inner:
            continue
        found.add(text(inner))
    return found


_TEMPLATE = re.compile(
    r"""["']\{\{\s*\.images?\.(?P<name>[\w-]+)(\.fqn)?\s*\}\}(:\{\{\s*\.images?\.(?P=name)\.version\s*\}\})?["']\Z"""
)

Part = Callable[[Draft, Task, Given], None]


def _keep(draft: Draft, task: Task, given: Given) -> None:
    draft.claim(keyword_of(given))
    task.options.append(given.printed(draft))


def _drop(draft: Draft, task: Task, given: Given) -> None:
    draft.claim_within(given.node)


def _drop_with(message: str) -> Part:
    def part(draft: Draft, task: Task, given: Given) -> None:
        draft.claim_within(given.node)
        draft.note(given.node, message)

    return part


def _retries(draft: Draft, task: Task, given: Given) -> None:
    _keep(draft, task, given)
    if text(given.value) != "0":
        draft.note(given.node, RETRIES)


def _timeout(draft: Draft, task: Task, given: Given) -> None:
    if given.value.type == "float":
        draft.refuse(
            given.value, "`timeout` takes whole seconds or a `timedelta` in Flyte 2.", "flytekit.task(timeout)"
        )
    elif text(given.value) == "None":
        _drop(draft, task, given)
        return
    _keep(draft, task, given)


def _unless_none(draft: Draft, task: Task, given: Given) -> None:
    if text(given.value) == "None":
        _drop(draft, task, given)
    else:
        draft.claim(keyword_of(given))
        task.options.append(given.printed(draft))


def _workflow_interruptible(draft: Draft, task: Task, given: Given) -> None:
    if text(given.value) in ("None", "False"):
        _drop(draft, task, given)
    else:
        draft.refuse(given.node, INTERRUPTIBLE, "flytekit.workflow(interruptible)")


def _environment(draft: Draft, task: Task, given: Given) -> None:
    draft.claim(keyword_of(given))
    if text(given.value) != "None":
        task.settings["env_vars"] = setting(draft, "env_vars", draft.source(given.value), given)


def _image(draft: Draft, task: Task, given: Given) -> None:
    draft.claim(keyword_of(given))
    if text(given.value) == "None":
        return
    code = _image_code(draft, given.value)
    if code is not None:
        task.settings["image"] = setting(draft, "image", code, given)


def _image_code(draft: Draft, value: Node) -> str | None:
    """The code of an `image=`: a URI, an image object, or a template such as `{{.image.train.fqn}}` by its name."""
    source = draft.source(value)
    held = value if value.type == "string" else _bound(draft, source)
    if held is None or not re.search(r"\{\{\s*\.image", draft.source(held)):
        return source
    template = _TEMPLATE.match(draft.source(held)) if value.type in ("string", "identifier") else None
    if template is None:
        draft.refuse(value, "flyteshift cannot read this image template.", "flytekit.task(container_image)")
        return None
    name = template.group("name")
    return '"auto"' if name == "default" else f'flyte.Image.from_ref_name("{name}")'


def _bound(draft: Draft, source: str) -> Node | None:
    """What the name that an expression begins with holds, or the function or class that it is, in this module."""
    name = re.split(r"\W", source, maxsplit=1)[0]
    statements = draft.document.tree.root_node.named_children
    defined = (n for n in statements if text(n.child_by_field_name("name")) == name)
    return constants.assigned(draft, name) or next(defined, None)


def _enable_deck(draft: Draft, task: Task, given: Given) -> None:
    _report(draft, task, given, {"True": True, "False": False})


def _disable_deck(draft: Draft, task: Task, given: Given) -> None:
    _report(draft, task, given, {"True": False, "False": True})


def _report(draft: Draft, task: Task, given: Given, meaning: Mapping[str, bool]) -> None:
    on = meaning.get(text(given.value))
    if text(given.value) == "None":
        _drop(draft, task, given)
    elif on is None:
        draft.refuse(
            given.node,
            "flyteshift cannot see whether the deck is on; write True or False.",
            "flytekit.task(enable_deck)",
        )
    else:
        draft.claim(keyword_of(given))
        if on:
            task.options.append(keyword("report", "True", given.before, given.behind))
            draft.note(given.node, "A Flyte 2 report shows what is logged; the automatic tabs of a deck are gone.")


def _execution_mode(draft: Draft, task: Task, given: Given) -> None:
    if text(given.value).endswith("DEFAULT"):
        _drop(draft, task, given)
    else:
        draft.refuse(given.node, MODE, "flytekit.task(execution_mode)")
        draft.claim_within(given.node)


def _hints(draft: Draft, task: Task, given: Given) -> None:
    if given.value.type not in ("list", "tuple", "set"):
        draft.refuse(
            given.node, "flyteshift cannot see which tasks these hints name.", "flytekit.task(node_dependency_hints)"
        )
        return
    draft.claim_within(given.node)
    for item in given.value.named_children:
        entity = draft.entity(item)
        if entity is None:
            draft.refuse(item, f"`{text(item)}` is no task of this module.", "flytekit.task(node_dependency_hints)")
        else:
            task.hinted.add(entity.name)


def _pod_template(draft: Draft, task: Task, given: Mapping[str, Given]) -> None:
    template, name = given.get("pod_template"), given.get("pod_template_name")
    chosen = [g for g in (template, name) if g is not None and text(g.value) != "None"]
    for found in (template, name):
        if found is not None:
            draft.claim(keyword_of(found))
    if len(chosen) == 2:
        draft.refuse(
            chosen[1].node, "Flyte 2 takes one pod template: an object or a name.", "flytekit.task(pod_template_name)"
        )
    for found in chosen[:1]:
        task.options.append(Argument("pod_template=" + draft.source(found.value), found.before, found.behind))


TASK: dict[str, Part] = {
    "retries": _retries,
    "timeout": _timeout,
    "interruptible": _unless_none,
    "docs": _unless_none,
    "environment": _environment,
    "container_image": _image,
    "secret_requests": secrets.requests,
    "enable_deck": _enable_deck,
    "disable_deck": _disable_deck,
    "deck_fields": _drop_with("Flyte 2 reports have no automatic sections."),
    "pickle_untyped": _drop,
    "deprecated": _drop_with("Flyte 2 has no `deprecated` text; put it into the docstring."),
    "execution_mode": _execution_mode,
    "node_dependency_hints": _hints,
    "task_config": plugins.read,
}
WORKFLOW: dict[str, Part] = {
    "interruptible": _workflow_interruptible,
    "failure_policy": policies.failure_policy,
    "on_failure": failures.on_failure,
    "pickle_untyped": _drop,
    "docs": _unless_none,
}
_NONE = frozenset({"task_config", "task_resolver", "labels", "annotations", "on_failure", "default_options"})
"""What says nothing where it is None, as it is by default."""
