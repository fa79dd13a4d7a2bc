"""Bridging tasks: Flyte 1 code that goes on calling a task which is Flyte 2 by now.

Such a task is Flyte 1, has the name and the signature of the other, and runs the deployed one, as the guide's page on
hybrid pipelines has it. It takes the place of the import, so that no call changes. Only plain values pass: files and
frames lie in the stores of two clusters. The other way round nothing can be written: which cluster, project and version
a Flyte 1 task is registered under is said nowhere in the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration import foreign
from flyteshift.migration.draft import Note
from flyteshift.migration.foreign import Outside
from flyteshift.migration.trees import text
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Instance, Symbol
from flyteshift.text import Document, Edit, Span
from flyteshift.workspace.project import Defined

STILL = "`{0}` is still Flyte 1: migrate {1} first."
ALONE = "`{0}` has to be imported by its name, once, at the top of the file, for a bridging task to take its place."
UNNAMED = "The name of the environment of `{0}` is not plainly written in {1}, so the deployed task cannot be named."
VALUES = (
    "`{0}` takes or gives more than plain values (`{1}`); files, frames and objects do not pass from one cluster to "
    "the other."
)
NAMES = "`{0}` has an input `{1}`, a name that the bridging task needs for itself."
TAKEN = "`flytekit` is another thing in this file."
SETUP = (
    "`{0}` runs the Flyte 2 task `{1}`: deploy that, keep a Flyte 2 API key as the secret `flyte_api_key` of the group "
    "`flyte`, and see that the image has what this module imports."
)
_CODE = '''\
@flytekit.task(
    container_image=flytekit.ImageSpec(name="flyte2-bridge", packages=["flytekit", "flyte"]),
    secret_requests=[flytekit.Secret(group="flyte", key="flyte_api_key")],
)
def {name}({parameters}){arrow}:
    """Runs the Flyte 2 task `{task}`."""
    import flyte
    import flyte.remote

    secrets = flytekit.current_context().secrets
    flyte.init_from_api_key(api_key=secrets.get(group="flyte", key="flyte_api_key"))
    run = flyte.run(flyte.remote.Task.get("{task}", auto_version="latest"){inputs})
    run.wait()
    if run.phase not in ("succeeded", "recovered"):
        raise RuntimeError(f"{{run.url}}: {{run.phase}}")
'''
_RESERVED = frozenset({"flyte", "flytekit", "secrets", "task", "self"})
"""Names that mean something else where the task is run; `run` is read before it is set."""
_SCALARS = frozenset({"int", "float", "str", "bool"})
_LITERALS = frozenset({"integer", "float", "true", "false", "none", "string", "unary_operator"})
_GENERICS = {"list": "list", "List": "list", "dict": "dict", "Dict": "dict", "tuple": "tuple", "Tuple": "tuple"}


@dataclass(frozen=True)
class Called:
    """A task of another file that a module calls: its name here, the import of it, what it is."""

    name: str
    bound: tuple[Node, ...]
    """The import statements that bind the name."""
    found: Defined


def called(model: Model, outside: Outside, offset: int) -> Called | None:
    """The task of another file whose name a caret is on, in a module with Flyte 1."""
    document = model.document
    at = document.byte_offset(min(offset, len(document.text)))
    node = document.tree.root_node.named_descendant_for_byte_range(at, at)
    name = text(node) if node is not None and node.type == "identifier" else ""
    value = model.names.final(name) if name and model.uses_flyte1 else None
    found = outside.task(value.name) if isinstance(value, Symbol) else None
    return Called(name, tuple(foreign.binders(document, name)), found) if found is not None else None


def bridge(model: Model, outside: Outside, task: Called) -> tuple[list[Edit], Note] | str:
    """The edits that put a bridging task in the place of an import, with what is left to do; or why that cannot be."""
    document, found = model.document, task.found
    if found.kind is not None:
        return STILL.format(found.name, found.path.name)
    plain = [s for s in imports.statements(document) for n in s.names if _binds(n, task.name)]
    if len(task.bound) != 1 or len(plain) != 1 or plain[0].node.parent != document.tree.root_node:
        return ALONE.format(task.name)
    if plain[0].node.type != "import_from_statement" or document.tree.root_node.has_error:
        return ALONE.format(task.name)
    known = model.names.final("flytekit")
    if "flytekit" in model.names.events and known != Symbol("flytekit"):
        return TAKEN
    environment = _environment(outside, found)
    if environment is None:
        return UNNAMED.format(found.name, found.path.name)
    signature = _signature(outside, found)
    if isinstance(signature, str):
        return VALUES.format(found.name, signature)
    parameters, result = signature
    reserved = [name for name, _, _ in parameters if name in _RESERVED]
    if reserved:
        return NAMES.format(found.name, reserved[0])
    named = next(n for n in plain[0].names if _binds(n, task.name))
    edits = imports.replace(
        document,
        [document.span(imports.name_of(named))],
        [] if "flytekit" in model.names.events else ["import flytekit"],
        [document.span(imports.name_of(named))],
    )
    dotted = f"{environment}.{found.name}"
    code = _CODE.format(
        name=task.name,
        task=dotted,
        parameters=", ".join(
            f"{name}: {kind}{f' = {default}' if default else ''}" for name, kind, default in parameters
        ),
        inputs="".join(f", {name}={name}" for name, _, _ in parameters),
        arrow=f" -> {result}" if result else "",
    )
    if result and result != "None":
        code += f"    return {'tuple(run.outputs())' if result.startswith('tuple[') else 'run.outputs()[0]'}\n"
    note = Note(document.span(imports.name_of(named)), SETUP.format(task.name, dotted))
    return [*edits, _inserted(document, plain[0].node, code)], note


def _binds(node: Node, name: str) -> bool:
    return text(node.child_by_field_name("alias") or node) == name


def _inserted(document: Document, statement: Node, code: str) -> Edit:
    """A definition below the imports that a statement stands among."""
    last, after = statement, statement.next_named_sibling
    while after is not None and after.type in ("import_statement", "import_from_statement", "comment"):
        last = after if after.type != "comment" else last
        after = after.next_named_sibling
    end = document.lines.end_of(document.lines.line_of(document.span(last).end))
    newline = document.lines.newline_at(0)
    code = (f"\n\n{code}" if end < len(document.text) else f"\n\n\n{code}").replace("\n", newline)
    at = min(end + len(document.lines.newline_at(end)), len(document.text)) if end < len(document.text) else end
    return Edit(Span(at, at), code)


def _environment(outside: Outside, found: Defined) -> str | None:
    """The name of the environment of a Flyte 2 task."""
    variable, model = foreign.flyte2_environment(outside.project, found), outside.project.model(found.path)
    made = [
        node.named_children[0]
        for node in (model.document.tree.root_node.children if model is not None else ())
        if node.type == "expression_statement"
        and node.named_children
        and node.named_children[0].type == "assignment"
        and text(node.named_children[0].child_by_field_name("left")) == variable
    ]
    call = made[0].child_by_field_name("right") if len(made) == 1 else None
    if model is None or call is None or call.type != "call" or model.value(call) != Instance("flyte.TaskEnvironment"):
        return None
    arguments = call.child_by_field_name("arguments")
    for index, given in enumerate(arguments.named_children if arguments is not None else ()):
        keyword = text(given.child_by_field_name("name")) if given.type == "keyword_argument" else ""
        value = given.child_by_field_name("value") if keyword else given
        if keyword == "name" or (index == 0 and not keyword):
            match = re.fullmatch(r"""["']([\w-]+)["']""", text(value))
            return match[1] if match else None
    return None


def _signature(outside: Outside, found: Defined) -> tuple[list[tuple[str, str, str]], str] | str:
    """The parameters of a task (name, type, default) and what it gives; the source of what is no plain value."""
    statement = foreign.definition(outside.project, found)
    function = statement.child_by_field_name("definition") if statement is not None else None
    if function is None:
        return found.name
    parameters = function.child_by_field_name("parameters")
    taken = []
    for node in parameters.named_children if parameters is not None else ():
        if node.type == "comment":
            continue
        kind = _plain(text(node.child_by_field_name("type")))
        default = node.child_by_field_name("value")
        if node.type not in ("typed_parameter", "typed_default_parameter") or kind is None:
            return text(node)
        name = node.child_by_field_name("name") or node.named_children[0]
        if name.type != "identifier":  # `*xs: int`
            return text(node)
        if default is not None and (default.type not in _LITERALS or "\n" in text(default) or _formatted(default)):
            return text(node)
        taken.append((text(name), kind, text(default)))
    given = text(function.child_by_field_name("return_type"))
    result = "" if given in ("", "None") else _several(given) or _plain(given)
    return given if result is None else (taken, result or given)


def _plain(kind: str) -> str | None:
    """An annotation of plain values, in built-in names; None for others."""
    kind = kind.strip().removeprefix("typing.")
    if kind in _SCALARS:
        return kind
    head, inner = _parts(kind)
    if head == "list" and len(inner) == 1:
        item = _plain(inner[0])
        return f"list[{item}]" if item else None
    if head == "dict" and len(inner) == 2 and inner[0] == "str":
        item = _plain(inner[1])
        return f"dict[str, {item}]" if item else None
    return None


def _several(kind: str) -> str | None:
    """The annotation of several plain results; None for others."""
    head, inner = _parts(kind.strip().removeprefix("typing."))
    items = [_plain(each) for each in inner]
    if head != "tuple" or len(items) < 2 or not all(items):
        return None
    return f"tuple[{', '.join(item for item in items if item)}]"


def _parts(kind: str) -> tuple[str, list[str]]:
    """`dict[str, int]` as `dict` and its arguments."""
    match = re.fullmatch(r"(\w+)\s*\[(.*)\]", kind, re.DOTALL)
    return (_GENERICS.get(match[1], ""), [*_split(match[2])]) if match else ("", [])


def _split(arguments: str) -> Iterator[str]:
    depth, start = 0, 0
    for at, letter in enumerate(arguments):
        depth += (letter == "[") - (letter == "]")
        if letter == "," and not depth:
            yield arguments[start:at].strip()
            start = at + 1
    if arguments[start:].strip():
        yield arguments[start:].strip()


def _formatted(node: Node) -> bool:
    return any(child.type == "interpolation" for child in node.named_children)
