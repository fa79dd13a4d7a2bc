"""`Resources`, requests with limits, accelerators, shared memory and pod templates in Flyte 2's words.

A pair (request, limit) is taken for cpu and memory only; gpu and disk take one value (flyte._resources, measured).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.arguments import Given, arguments, by_name, keyword_of
from flyteshift.migration.draft import Draft
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument, keyword, print_call, renamed
from flyteshift.text import Edit, Span, apply_edits

GPU = "flytekit.extras.accelerators.GPUAccelerator"
ORDER = ("cpu", "mem", "gpu", "ephemeral_storage")
_NEW = {"cpu": "cpu", "mem": "memory", "gpu": "gpu", "ephemeral_storage": "disk"}
_PLACE = {"cpu": 0, "memory": 1, "gpu": 2, "disk": 3, "shm": 4}
_POD = ("pod_spec", "primary_container_name", "labels", "annotations")
_DEVICES = {
    "T4": "T4", "L4": "L4", "L40S": "L40s", "A10G": "A10G", "V100": "V100", "H100": "H100", "H200": "H200",
    "RTX_PRO_6000": "RTX_PRO_6000", "A100": "A100", "A100_80GB": "A100_80G",
}  # fmt: skip
"""`flytekit.extras.accelerators` that Flyte 2's `Resources(gpu=...)` knows."""
SPELT = {
    "nvidia-tesla-t4": "T4", "nvidia-l4": "L4", "nvidia-l40s": "L40S", "nvidia-a10g": "A10G",
    "nvidia-tesla-v100": "V100", "nvidia-h100": "H100", "nvidia-h200": "H200", "nvidia-rtx-pro-6000": "RTX_PRO_6000",
    "nvidia-tesla-a100": "A100", "nvidia-a100-80gb": "A100_80GB",
}  # fmt: skip
"""What `GPUAccelerator(...)` is given for each of them (flytekit 1.16)."""
_TPUS = frozenset({"V5E", "V5P", "V6E"})
_PART = re.compile(r"partition_(\d)g_(\d+)gb|slice_(\d+(?:x\d+)+)|unpartitioned")
"""The parts of `A100.partition_2g_10gb` and `V5E.slice_2x4`; Flyte 2 names them "2g.10gb" and "2x4"."""

_NOTHING: Mapping[str, str] = MappingProxyType({})

PRIMARY = "Flyte 2 raises where the pod spec has no container `{0}`; Flyte 1 added it."
NUMBER = '`{0}` takes text such as "2Gi" in Flyte 2; a bare number was bytes in Flyte 1.'
ONE_VALUE = "Flyte 2 takes one value for `{0}`; the migrated code asks for the limit, so {1}."
WHY = {
    "disk": "no pod is stopped that ran before, but it needs a node with that much free",
    "gpu": "as Kubernetes did, which runs no pod whose request and limit of GPUs differ",
}
MIXED = (
    "`override` replaces all resources, and flyteshift adds up only `requests` and `limits`; write all of them here."
)
STORAGE = (
    "`storage` is gone from flytekit; write `ephemeral_storage` where you mean the disk of the pod, else leave it out."
)
UNSEEN = "flyteshift cannot see what `{0}` is, so it cannot merge it with the rest; write it as `Resources(...)`."


def source(draft: Draft, node: Node) -> str | None:
    """`Resources(cpu=..., mem=...)` in Flyte 2's words."""
    old = next((g for g in arguments(draft, node) if g.name == "storage"), None)
    if old is not None:
        draft.claim_within(node)
        draft.refuse(old.node, STORAGE, "flytekit.Resources(storage)")
        return None
    given = by_name(draft, node, ORDER)
    if given is None:
        return None
    out = []
    for name, argument in given.items():
        value = _value(draft, name, argument.value)
        if value is None:
            return None
        if value:
            out.append(keyword(_NEW[name], value, argument.before, argument.behind))
    spread = _spread(draft, node)
    return print_call("flyte.Resources", out, draft.style, _indent(draft, node), spread=spread)


def _spread(draft: Draft, node: Node) -> bool:
    """True where a call has its arguments on lines of their own."""
    holder = node.child_by_field_name("arguments")
    return holder is not None and len({n.start_point[0] for n in holder.named_children}) > 1


def _indent(draft: Draft, node: Node) -> str:
    lines = draft.document.lines
    line = lines.line_text(lines.line_of(draft.document.span(node).start))
    return line[: len(line) - len(line.lstrip())]


def _value(draft: Draft, name: str, value: Node) -> str | None:
    """One resource's value; empty where it is None, None where refused."""
    code = draft.source(value)
    symbol = f"flytekit.Resources({name})"
    if value.type == "none":
        return ""
    if value.type in ("list", "tuple"):
        if name in ("gpu", "ephemeral_storage"):
            parts = [n for n in value.named_children if n.type != "comment"]
            if len({text(n) for n in parts}) > 1:
                _note_limit(draft, value, _NEW[name])
            return _value(draft, name, parts[-1])
        return "(" + code[1:-1] + ")" if value.type == "list" else code
    if name == "gpu":
        plain = re.fullmatch(r"[rR]?([\"'])(\d+)\1", code)
        if plain:
            return plain.group(2)
        if value.type == "integer" or code.startswith("int("):
            return code
        if _counts(draft, value):
            return f"int({code})"
        draft.refuse(value, "Flyte 2 takes the number of GPUs as an int; flyteshift cannot see which this is.", symbol)
        return None
    if name in ("mem", "ephemeral_storage") and value.type in ("integer", "float"):
        draft.refuse(value, NUMBER.format(name), symbol)
        return None
    return code


def _counts(draft: Draft, value: Node) -> bool:
    """True for a number of GPUs that is an int or the text of one, wherever it comes from."""
    if value.type in ("string", "integer"):
        return text(value).strip("\"'").isdecimal()
    if value.type == "conditional_expression":
        return _counts(draft, value.named_children[0]) and _counts(draft, value.named_children[2])
    if value.type == "call":
        holder = value.child_by_field_name("arguments")
        given = holder.named_children if holder is not None else []
        called = text(value.child_by_field_name("function"))
        read = called in ("os.environ.get", "os.getenv", "environ.get", "getenv") and len(given) == 2
        return (called == "str" and len(given) == 1) or (read and _counts(draft, given[1]))
    if value.type != "identifier":
        return False
    name = text(value)
    nodes = callees.bindings(draft.document.tree.root_node, name)
    rights = [n.child_by_field_name("right") for n in nodes if n.type == "assignment"]
    plain = all(n.type == "assignment" and text(n.child_by_field_name("left")) == name for n in nodes)
    return bool(nodes) and plain and all(r is not None and r != value and _counts(draft, r) for r in rights)


def read(draft: Draft, task: Task, given: Mapping[str, Given]) -> None:
    """The `resources=` of a task's environment, out of all parameters that say something of it."""
    parts = {n: given[n] for n in ("requests", "limits", "resources", "accelerator", "shared_memory") if n in given}
    for part in parts.values():
        draft.claim(keyword_of(part))
    set_ = {n: g for n, g in parts.items() if text(g.value) != "None"}
    if not set_ and not task.shm:
        return
    whole = [n for n in ("requests", "limits", "resources") if n in set_]
    if "resources" in whole and len(whole) > 1:
        draft.refuse(
            set_["resources"].node, "`resources` stands beside `requests` or `limits`.", "flytekit.task(resources)"
        )
        return
    code = _merged(draft, set_, whole, {"shm": '"auto"'} if task.shm else {})
    if code is not None and code != "flyte.Resources()":
        from flyteshift.migration.settings import setting

        device = "gpu" if "accelerator" in set_ or "gpu" in code else ""
        task.settings["resources"] = setting(draft, "resources", code, *set_.values(), device=device)


def over(draft: Draft, own: Mapping[str, Given], new: Mapping[str, Given]) -> str | None:
    """The `resources=` of a call that overrides what its task has itself; None where refused.

    Flyte 1 changed the requests and limits that were named, one resource at a time.
    """
    for part in new.values():
        draft.claim(keyword_of(part))
    whole = [n for n in ("requests", "limits", "resources") if n in new]
    if "resources" in whole and len(whole) > 1:
        draft.refuse(new["resources"].node, "`resources` stands beside `requests` or `limits`.")
        return None
    if not own:
        return _merged(draft, new, whole)
    if not {*own, *new} <= {"requests", "limits"}:
        draft.refuse(next(iter(new.values())).node, MIXED, "node.with_overrides")
        return None
    fields: dict[str, dict[str, str]] = {}
    for name, part in (*own.items(), *new.items()):
        found = _fields(draft, part.value)
        if found is None:
            draft.refuse(part.value, UNSEEN.format(text(part.value)), f"node.with_overrides({name})")
            return None
        fields[name] = {**fields.get(name, {}), **found}
    values = _ranges(draft, fields, {n: (new.get(n) or own[n]).value for n in fields})
    if values is None:
        return None
    arguments = [Argument(f"{name}={values[name]}") for name in sorted(values, key=_PLACE.__getitem__)]
    return print_call("flyte.Resources", arguments, draft.style, draft.style.indent, len("resources=,"))


def merged(draft: Draft, given: Mapping[str, Given], disk: str = "") -> str | None:
    """The one Flyte 2 object for `requests` and `limits`; None where refused. `disk` is what it has unless they say."""
    return _merged(draft, given, [n for n in ("requests", "limits") if n in given], {"disk": disk} if disk else {})


def _merged(
    draft: Draft, given: Mapping[str, Given], whole: Sequence[str], defaults: Mapping[str, str] = _NOTHING
) -> str | None:
    nodes = {n: given[n].value for n in whole}
    if len(given) == 1 and whole and not defaults:
        return draft.source(nodes[whole[0]])
    if not defaults and len(given) == len(whole) == 2 and text(nodes["requests"]) == text(nodes["limits"]):
        if draft.uses(nodes["limits"]):
            draft.claim_within(nodes["limits"])
        return draft.source(nodes["requests"])
    fields = {}
    for name, node in nodes.items():
        found = _fields(draft, node)
        if found is None:
            draft.refuse(node, UNSEEN.format(text(node)), f"flytekit.task({name})")
            return None
        fields[name] = found
    values = _ranges(draft, fields, nodes)
    if values is None or not _add_device(draft, given, values) or not _add_memory(draft, given, values):
        return None
    values = {**defaults, **values}
    arguments = [Argument(f"{name}={values[name]}") for name in sorted(values, key=_PLACE.__getitem__)]
    return print_call("flyte.Resources", arguments, draft.style, draft.style.indent, len("resources=,"))


def _fields(draft: Draft, node: Node) -> dict[str, str] | None:
    """The fields of a `Resources(...)`, or of a module variable that holds one, read as `variable.field`."""
    while node.type == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    if node.type == "call":
        function = node.child_by_field_name("function")
        if function is None or draft.symbol(function) != "flytekit.Resources":
            return None
        given = by_name(draft, node, ORDER)
        if given is None:
            return None
        found = {_NEW[n]: _value(draft, n, g.value) for n, g in given.items()}
        return {n: v for n, v in found.items() if v} if None not in found.values() else None
    call = _definition(draft, node)
    if call is None:
        return None
    names = [text(n.child_by_field_name("name")) for n in call.named_children if n.type == "keyword_argument"]
    if len(names) != len([n for n in call.named_children if n.type != "comment"]) or not set(names) <= set(ORDER):
        return None
    return {_NEW[n]: f"{text(node)}.{_NEW[n]}" for n in names}


def _definition(draft: Draft, node: Node) -> Node | None:
    """The arguments of the `Resources(...)` that a variable of the module is set to, once."""
    from flyteshift.migration.environments import bindings

    if node.type != "identifier":
        return None
    found = bindings(draft, text(node))
    made = found[0].named_children[0] if len(found) == 1 and found[0].type == "expression_statement" else None
    right = made.child_by_field_name("right") if made is not None and made.type == "assignment" else None
    function = right.child_by_field_name("function") if right is not None and right.type == "call" else None
    if right is None or function is None or draft.symbol(function) != "flytekit.Resources":
        return None
    return right.child_by_field_name("arguments")


def _ranges(draft: Draft, fields: Mapping[str, dict[str, str]], nodes: Mapping[str, Node]) -> dict[str, str] | None:
    """One value per resource; request and limit as a pair where they differ."""
    requests, limits = fields.get("requests", fields.get("resources", {})), fields.get("limits", {})
    values = {}
    for name in {**requests, **limits}:
        low, high = requests.get(name), limits.get(name)
        one = low or high or ""
        if low is None or high is None or low == high:
            values[name] = one
        elif name in ("gpu", "disk"):
            _note_limit(draft, nodes["limits"], name)
            values[name] = high
        elif low.startswith("(") or high.startswith("("):
            draft.refuse(
                nodes["limits"], f"`{name}` has a range in requests or limits already.", "flytekit.task(limits)"
            )
            return None
        else:
            values[name] = f"({low}, {high})"
    return values


def _note_limit(draft: Draft, at: Node, name: str) -> None:
    draft.note(at, ONE_VALUE.format(name, WHY[name]))


def _add_device(draft: Draft, given: Mapping[str, Given], values: dict[str, str]) -> bool:
    """`accelerator=T4` with `gpu="2"` is `gpu="T4:2"`."""
    accelerator = given.get("accelerator")
    if accelerator is None:
        return True
    count = values.get("gpu", "1")
    device = _device(draft, accelerator.value, count) if re.fullmatch(r"[1-8]|int\(.+\)", count) else None
    if device is None:
        draft.refuse(
            accelerator.value,
            f"`Resources(gpu=...)` has no form for `{text(accelerator.value)}` with {count} GPUs"
            " that flyteshift knows.",
            "flytekit.task(accelerator)",
        )
        return False
    draft.claim_within(accelerator.value)
    values["gpu"] = device
    return True


def _device(draft: Draft, value: Node, count: str) -> str | None:
    """The code of an accelerator: `"T4:2"`, `flyte.GPU("A100", 1, "1g.5gb")` for a part, `flyte.TPU("V5E", "2x2")`."""
    of = value.child_by_field_name("object") if value.type == "attribute" else None
    part = _PART.fullmatch(text(value.child_by_field_name("attribute"))) if of is not None else None
    symbol = draft.symbol(of if of is not None and part is not None else value) or ""
    name = symbol.rpartition(".")[2] if ".accelerators." in symbol else _spelt(draft, value)
    if name in _TPUS and count == "1":
        return f'flyte.TPU("{name}", "{part.group(3)}")' if part is not None and part.group(3) else None
    device = _DEVICES.get(name)
    if device is None or (part is not None and part.group(3)):
        return None
    if part is None and not count.isdecimal():
        return f'flyte.GPU("{device}", {count})'
    if part is None or part.group(1) is None:
        return f'"{device}:{count}"' if part is None else None
    return f'flyte.GPU("{device}", {count}, "{part.group(1)}g.{part.group(2)}gb")'


def _spelt(draft: Draft, value: Node) -> str:
    """The name of the accelerator that `GPUAccelerator("nvidia-l4")` is; empty for another thing."""
    function = value.child_by_field_name("function") if value.type == "call" else None
    given = arguments(draft, value) if function is not None else []
    if function is None or draft.symbol(function) != GPU or len(given) != 1 or given[0].name not in ("", "device"):
        return ""
    return SPELT.get(text(given[0].value).strip("\"'"), "")


def _add_memory(draft: Draft, given: Mapping[str, Given], values: dict[str, str]) -> bool:
    """`shared_memory=True` is `shm="auto"`."""
    shared = given.get("shared_memory")
    if shared is None or text(shared.value) == "False":
        return True
    if text(shared.value) == "True":
        values["shm"] = '"auto"'
    elif shared.value.type == "string":
        values["shm"] = draft.source(shared.value)
    else:
        draft.refuse(
            shared.value, "flyteshift cannot see whether this is True or a size.", "flytekit.task(shared_memory)"
        )
        return False
    return True


def pod_template(draft: Draft, node: Node) -> str | None:
    """`PodTemplate(...)`: the same parameters, so its layout stays."""
    start, _ = draft.document.span(node)
    given = by_name(draft, node, _POD)
    if given is None:
        return None
    add_primary(draft, given)
    edits = [e for g in given.values() for e in draft.edits(g.value)]
    edits = [Edit(e.span.shifted(-start), e.text) for e in draft.with_inline(edits, draft.span(node))]
    return renamed(apply_edits(draft.document.source(node), edits), "flyte.PodTemplate", {})


def add_primary(draft: Draft, given: Mapping[str, Given]) -> None:
    """Add the primary container to a pod spec that has none: Flyte 1 did, Flyte 2 raises (flyte 2.12, task_serde)."""
    spec = given.get("pod_spec")
    if spec is None or text(spec.value) == "None":
        return
    said = given.get("primary_container_name")
    name = text(said.value).strip("\"'") if said is not None else "primary"
    parts = arguments(draft, spec.value) if spec.value.type == "call" else []
    containers = next((a.value for i, a in enumerate(parts) if a.name == "containers"), None)
    known = said is None or said.value.type == "string"
    items = [n for n in containers.named_children if n.type != "comment"] if containers is not None else []
    names = [next((text(a.value) for a in arguments(draft, n) if a.name == "name"), "") for n in items]
    if not known or containers is None or containers.type != "list" or not all(n[:1] in "\"'" and n for n in names):
        draft.note(spec.node, PRIMARY.format(name))
        return
    if name in (n.strip("\"'") for n in names):
        return
    model = text(spec.value.child_by_field_name("function")).removesuffix("V1PodSpec") + "V1Container"
    if model == "V1Container" and model not in draft.model.names.events:
        draft.imports.add("from kubernetes.client import V1Container")
    at = draft.span(containers).start + 1
    draft.inline.append(Edit(Span(at, at), f'{model}(name="{name}")' + (", " if items else "")))
