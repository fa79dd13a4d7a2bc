"""Tasks that are objects: `ContainerTask`, `BigQueryTask` and `SnowflakeTask`, each in an environment of its own.

Their calls give coroutines in Flyte 2 (measured with flyte 2.12), so the drivers that call them become `async`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.catalog.load import catalog
from flyteshift.migration import resources
from flyteshift.migration.arguments import Given, arguments, by_name
from flyteshift.migration.draft import Draft, Handler
from flyteshift.migration.layout import indent
from flyteshift.migration.names import free, slug
from flyteshift.migration.scopes import is_load
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text
from flyteshift.migration.uses import enclosing, is_called
from flyteshift.rewriting.calls import Argument, keyword, print_call
from flyteshift.text import Edit

CONTAINER = "flytekit.ContainerTask"
BIGQUERY = "flytekitplugins.bigquery.BigQueryTask"
SNOWFLAKE = "flytekitplugins.snowflake.SnowflakeTask"
PLACE = "In Flyte 2 this task needs an environment; keep it in a variable of the module, then migrate."
METADATA = "flyteshift cannot see what this says; write `TaskMetadata(...)` with plain values here, then migrate."
PARAMETERS = "Flyte 2 passes inputs to Snowflake as `%(name)s` in the query, not as a template; change the query."
CALLED = "`{0}` gives a coroutine in Flyte 2; call it in a workflow, then migrate."
_SETTINGS = {"environment": "env_vars", "secret_requests": "secrets", "pod_template": "pod_template"}
_COMMON = ("requests", "limits", "resources", *_SETTINGS, "metadata")


@dataclass(frozen=True)
class Template:
    """A class of tasks: its Flyte 2 name and its Flyte 1 parameters in order, with their Flyte 2 names."""

    new: str
    parameters: Mapping[str, str]


TEMPLATES = {
    CONTAINER: Template(
        "flyte.extras.ContainerTask",
        {n: n for n in ("name", "image", "command", "inputs", "metadata", "arguments", "outputs", "requests", "limits",
                        "input_data_dir", "output_data_dir", "metadata_format", "local_logs")},
    ),
    BIGQUERY: Template(
        "flyteplugins.bigquery.BigQueryTask",
        {"name": "name", "query_template": "query_template", "task_config": "plugin_config", "inputs": "inputs",
         "output_structured_dataset_type": "output_dataframe_type"},
    ),
    SNOWFLAKE: Template(
        "flyteplugins.snowflake.Snowflake",
        {"name": "name", "query_template": "query_template", "task_config": "plugin_config", "inputs": "inputs",
         "output_schema_type": "output_dataframe_type"},
    ),
}  # fmt: skip


def statement(draft: Draft, node: Node) -> list[Edit] | None:
    """`task = ContainerTask(...)`: the task, and a line with its environment."""
    inner = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    if inner is None or inner.type != "assignment":
        return None
    left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
    symbol = _symbol(draft, right)
    if left is None or right is None or symbol not in TEMPLATES:
        return None
    if left.type != "identifier" or node.parent is None or node.parent.type != "module":
        return _refused(draft, right, PLACE, symbol)
    code = _code(draft, right, symbol)
    if code is None:
        return []
    variable = environment(draft, text(left))
    name = f"{draft.base}_{slug(text(left))}"
    given = [Argument(f'"{name}"'), Argument(text(left))]
    made = print_call("flyte.TaskEnvironment.from_task", given, draft.style, taken=len(f"{variable} = "))
    draft.done.append(f'`{text(left)}` in the environment `{variable}` ("{name}")')
    return [Edit(draft.span(right), f"{code}{draft.style.newline}{variable} = {made}")]


def environment(draft: Draft, name: str) -> str:
    """The variable of the environment that a task object gets."""
    return free(f"{name}_env", set(draft.model.names.events))


def found(draft: Draft) -> dict[str, str]:
    """The task objects of the module: the class of each variable, in text order."""
    names = {}
    for node in draft.document.tree.root_node.children:
        inner = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
        left = inner.child_by_field_name("left") if inner is not None and inner.type == "assignment" else None
        right = inner.child_by_field_name("right") if inner is not None and left is not None else None
        if left is not None and left.type == "identifier" and _symbol(draft, right) in TEMPLATES:
            names[text(left)] = _symbol(draft, right)
    return names


def called(draft: Draft, tasks: Sequence[Task]) -> dict[str, set[str]]:
    """The environments of the task objects that each workflow calls; refuses other uses of these objects."""
    drivers = {t.name: t for t in tasks if t.driver}
    by_task: dict[str, set[str]] = {}
    for node in draft.document.nodes("identifier") if draft.templates else ():
        if text(node) not in draft.templates or not is_load(node):
            continue
        if draft.entity(node) is None:
            continue
        driver = enclosing(node)
        if driver not in drivers or not is_called(node):
            draft.refuse(node, CALLED.format(text(node)), draft.templates[text(node)])
        by_task.setdefault(driver, set()).add(environment(draft, text(node)))
    return by_task


def _symbol(draft: Draft, node: Node | None) -> str:
    function = node.child_by_field_name("function") if node is not None and node.type == "call" else None
    symbol = draft.symbol(function) if function is not None else None
    return symbol or ""


def _refused(draft: Draft, node: Node, message: str, symbol: str) -> list[Edit]:
    draft.claim_within(node)
    draft.refuse(node, message, symbol)
    return []


def _code(draft: Draft, call: Node, symbol: str) -> str | None:
    template = TEMPLATES[symbol]
    order = tuple(template.parameters)
    for argument in arguments(draft, call):
        if argument.name and argument.name not in ("*", "**", *order, *_COMMON) and text(argument.value) != "None":
            row = catalog().param(symbol, argument.name)
            message = row.message if row else f"Flyte 2 has no `{argument.name}` for this task."
            _refused(draft, call, message, f"{symbol}({argument.name})")
            return None
    given = by_name(draft, call, (*order, *(n for n in _COMMON if n not in order)))
    if given is None:
        return None
    given = {n: g for n, g in given.items() if text(g.value) != "None"}
    if symbol == SNOWFLAKE and "inputs" in given and "{{" in text(given.get("query_template", given["inputs"]).value):
        draft.refuse(given["inputs"].node, PARAMETERS, f"{SNOWFLAKE}(inputs)")
        return None
    out = []
    for name, argument in given.items():
        if name not in template.parameters or name in _COMMON:
            continue
        value = _value(draft, name, argument)
        if value is None:
            return None
        out.append(keyword(template.parameters[name], value, argument.before, argument.behind))
    if symbol == CONTAINER:
        for name, part in (("input_data_dir", "inputs"), ("output_data_dir", "outputs")):
            if part in given and name not in given:
                out.append(keyword(name, f'"/var/flyte/{part}"'))
    parts: dict[str, Given] = {n: given[n] for n in ("requests", "limits", "resources") if n in given}
    code = resources.merged(draft, parts) if parts else ""
    metadata = _metadata(draft, given["metadata"]) if "metadata" in given else []
    if code is None or metadata is None:
        return None
    if code:
        out.append(keyword("resources", code))
    out += [keyword(new, draft.source(given[old].value)) for old, new in _SETTINGS.items() if old in given]
    out += [keyword(name, value) for name, value in metadata]
    package, _, name = template.new.rpartition(".")
    if package.startswith("flyte."):
        draft.imports.add(f"import {package}")
        name = template.new
    else:
        draft.imports.add(f"from {package} import {name}")
    return print_call(name, out, draft.style, indent(draft, call), spread=True)


def _value(draft: Draft, name: str, argument: Given) -> str | None:
    if name == "metadata_format":
        draft.claim_within(argument.value)
        return f'"{text(argument.value).rpartition(".")[2]}"'
    if name in ("output_structured_dataset_type", "output_schema_type"):
        if draft.symbol(argument.value) != "flytekit.StructuredDataset":
            draft.refuse(argument.node, "flyteshift cannot see which kind of table this gives.", BIGQUERY)
            return None
        draft.claim_within(argument.value)
        draft.imports.add("import flyte.io")
        return "flyte.io.DataFrame"
    return draft.source(argument.value)


def _metadata(draft: Draft, given: Given) -> list[tuple[str, str]] | None:
    """`TaskMetadata(cache=True, cache_version="1", retries=2)` as parameters of the task."""
    said: dict[str, str] = {}
    call = given.value
    if _symbol(draft, call) == "flytekit.TaskMetadata":
        said = {a.name: draft.source(a.value) for a in arguments(draft, call)}
    cached, version = said.pop("cache", "False"), said.pop("cache_version", "")
    plain = set(said) <= {"retries", "interruptible"} and cached in ("True", "False")
    if _symbol(draft, call) != "flytekit.TaskMetadata" or not plain or (cached == "True") != bool(version):
        _refused(draft, call, METADATA, "flytekit.TaskMetadata")
        return None
    draft.claim_within(call)
    out = list(said.items())
    if cached == "True":
        out.append(("cache", f'flyte.Cache(behavior="override", version_override={version})'))
    return out


def kwtypes(draft: Draft, node: Node) -> str | None:
    """`kwtypes(a=int, b=str)` is `{"a": int, "b": str}`; columns and what has comments are `dict(...)`."""
    above = node.parent
    while above is not None and above.type not in ("argument_list", "expression_statement", "block"):
        if above.type in ("subscript", "type", "type_parameter"):
            return None
        above = above.parent
    given = arguments(draft, node)
    function = node.child_by_field_name("function")
    if function is None or any(not a.name or a.name in ("*", "**") or a.before or a.behind for a in given):
        return None
    draft.claim(function)
    return "{" + ", ".join(f'"{a.name}": {draft.source(a.value)}' for a in given) + "}"


HANDLERS: dict[str, Handler] = {"flytekit.kwtypes()": kwtypes}
