"""Files and folders: made, downloaded, opened, and read as paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.data import late, paths
from flyteshift.migration.data.held import ADDRESS, LOCAL, Type, certain, field_annotation
from flyteshift.migration.data.record import Download, Scope
from flyteshift.migration.trees import text, walk

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Env, Reader

GONE = {
    "downloaded": "`downloaded` has no Flyte 2 form: each `download_sync()` downloads",
    "extension": "`extension()` has no Flyte 2 form: the format is no part of the type",
    "metadata": "`metadata` has no Flyte 2 form",
    "new_file": "`new_file` has no Flyte 2 form: write into a local folder, then make the `Dir` of it",
    "new_dir": "`new_dir` has no Flyte 2 form: write into a local folder, then make the `Dir` of it",
    "sep": "`sep` has no Flyte 2 form: join paths with `os.path.join`",
    "crawl": "`crawl()` gives paths in Flyte 1, `walk_sync()` gives `File` objects in Flyte 2; "
    "use `os.walk(folder.download())`, then migrate.",
    "listdir": "`listdir` gives files and folders in Flyte 1, `list_files_sync()` files only in Flyte 2; "
    "use `os.listdir(folder.download())`, then migrate.",
}
UNKNOWN_ATTRIBUTE = "flyteshift does not know `{0}` of a Flyte {1}."
_WORDS = {"file": "file", "dir": "folder", "frame": "dataset"}
WRITTEN = "This writes into a Flyte file. Write to a local path, make the file of it when it is complete, then migrate."
ADDRESS_LIKE = (
    "flyteshift cannot tell whether `{0}` is a local path, which is uploaded, or the address of something stored."
)
NOT_UPLOADED = "`{0}=False` (no upload) has no Flyte 2 form."
OPTIONS = "`{0}` has no Flyte 2 form here."
_NAME_PARTS = frozenset(["name", "stem", "suffix", "suffixes"])
_TEXT_METHODS = frozenset(["endswith", "startswith", "split", "rsplit", "rpartition", "partition", "lower", "upper"])
_LOGS = frozenset(["debug", "info", "warning", "warn", "error", "exception", "critical", "log"])
_TEXTS = re.compile(r"\[.*\bstr\b.*\]")
"""An annotation of several texts."""


_PURE = frozenset({"identifier", "attribute", "subscript", "string", "string_start", "string_content", "string_end",
                   "interpolation", "binary_operator", "call", "argument_list", "integer", "parenthesized_expression",
                   "format_specifier", "escape_sequence"})  # fmt: skip
"""Code that may be written twice, where it calls nothing that does something."""


def v2(reader: Reader, kind: Type) -> str:
    """The Flyte 2 class of a value, as this module can name it."""
    name = {"file": "File", "dir": "Dir", "frame": "DataFrame"}[kind.name]
    taken = any(not _is_part(n) for n in reader.draft.document.identifiers(name))
    reader.record.imports["import flyte.io" if taken else f"from flyte.io import {name}"] = None
    return f"flyte.io.{name}" if taken else name


def _is_part(node: Node) -> bool:
    above = node.parent
    if above is None:
        return False
    if above.type == "attribute":
        return above.child_by_field_name("attribute") == node
    if above.type == "keyword_argument":
        return above.child_by_field_name("name") == node
    return False


def unknown(name: str, kind: Type) -> str:
    """Why an attribute of a file, folder or dataset is refused."""
    return GONE.get(name, UNKNOWN_ATTRIBUTE.format(name, _WORDS.get(kind.name, "file")))


def works_in(reader: Reader, node: Node) -> bool:
    """True for `current_context().working_directory`."""
    return text(node.child_by_field_name("attribute")) == "working_directory" and bool(reader.draft.uses(node))


def attribute(reader: Reader, node: Node, of: Node, kind: Type, scope: Scope) -> Type | None:
    """`file.name`, not called."""
    name = node.child_by_field_name("attribute")
    if name is None:
        return None
    said = text(name)
    if said == "o0":
        return kind  # the only output of a task
    reader.record.claim(name)
    if said == "path":
        if _names_only(node) or logged(node):
            return LOCAL
        path(reader, of, node, kind, scope)
        return LOCAL
    if said in ("remote_source", "remote_path", "remote_directory"):
        reader.record.replace(name, "path")
        return ADDRESS
    reader.record.refuse(node, unknown(said, kind))
    return None


def method(reader: Reader, call: Node, of: Node, kind: Type, scope: Scope) -> Type | None:
    """`file.name(...)`."""
    function = call.child_by_field_name("function")
    name = function.child_by_field_name("attribute") if function is not None else None
    holder = call.child_by_field_name("arguments")
    if name is None or holder is None:
        return None
    said = text(name)
    if said == "with_overrides":
        return kind  # of the node of a task
    reader.record.claim(name)
    if said == "download" and not holder.named_children:
        path(reader, of, call, kind, scope)
        return LOCAL
    if said == "open" and kind.name == "file":
        mode = _mode(holder)
        if mode[:1] not in ("r", '"', "'") and kind.detail != "new":
            reader.record.refuse(call, WRITTEN)
        reader.record.replace(name, "open_sync")
        return Type("handle")
    reader.record.refuse(call, unknown(said, kind))
    return None


def _mode(holder: Node) -> str:
    """The mode that `open` is given."""
    for index, node in enumerate(n for n in holder.named_children if n.type != "comment"):
        named = node.type == "keyword_argument"
        if index == 0 and not named:
            return text(node).strip("\"'")
        if named and text(node.child_by_field_name("name")) == "mode":
            return text(node.child_by_field_name("value")).strip("\"'")
    return "r"


def downloaded(reader: Reader, call: Node, env: Env, scope: Scope) -> bool:
    """`file.download()` as a statement; False where it is another thing."""
    from flyteshift.migration.data import values

    function = call.child_by_field_name("function")
    of = function.child_by_field_name("object") if function is not None else None
    kind = values.read(reader, of, env, scope) if of is not None else None
    if function is None or of is None or kind is None or kind.name not in ("file", "dir"):
        return False
    name = function.child_by_field_name("attribute")
    if name is not None:
        reader.record.claim(name)
    span = reader.record.span(call)
    reader.record.downloads[span] = Download(of, call, scope, kind, statement=True)
    return True


def path(reader: Reader, of: Node, region: Node, kind: Type, scope: Scope) -> None:
    """A place that needs the local path of a file or folder."""
    if kind.detail == "made" and late.writes(reader, of):
        reader.record.refuse(of, late.EARLY.format(text(of)))
    span = reader.record.span(region)
    reader.record.downloads[span] = Download(of, region, scope, kind)


def formatted(reader: Reader, string: Node, inner: Node, kind: Type, scope: Scope) -> None:
    """A file inside of an f-string: its path in Flyte 1."""
    from flyteshift.migration.data import values

    if kind.name not in ("file", "dir"):
        if not logged(string):
            reader.record.refuse(inner, values.UNKNOWN.format(text(inner)))
    elif logged(string):
        reader.record.wrap(inner, "", ".path")
    else:
        path(reader, inner, inner, kind, scope)


def divided(reader: Reader, node: Node, left: Node, kind: Type, scope: Scope) -> Type | None:
    """`folder / name`, which is a `Path` in Flyte 1."""
    if "Path" not in reader.draft.model.names.events:
        reader.record.imports["from pathlib import Path"] = None
    span = reader.record.span(left)
    reader.record.downloads[span] = Download(left, left, scope, kind, around=("Path(", ")"))
    return LOCAL


def logged(node: Node) -> bool:
    """True where a value is only printed or logged."""
    above = node.parent
    while above is not None and above.type in (
        "interpolation", "string", "concatenated_string", "argument_list", "keyword_argument", "tuple",
        "binary_operator", "parenthesized_expression",
    ):  # fmt: skip
        if above.type == "argument_list" and above.parent is not None and above.parent.type == "call":
            function = above.parent.child_by_field_name("function")
            said = text(function)
            if said == "print":
                return True
            root, _, last = said.rpartition(".")
            return last in _LOGS and "log" in root.lower()
        above = above.parent
    return False


def _names_only(node: Node) -> bool:
    """True where only the name of a file is read off its path, which is the same in Flyte 2."""
    above = node.parent
    if above is None:
        return False
    if above.type == "attribute":
        return text(above.child_by_field_name("attribute")) in _TEXT_METHODS
    call = above.parent if above.type == "argument_list" else None
    if call is None or call.type != "call":
        return False
    said = text(call.child_by_field_name("function")).rpartition(".")[2]
    if said in ("basename",):
        return True
    outer = call.parent
    if said in ("Path", "PurePath") and outer is not None and outer.type == "attribute":
        return text(outer.child_by_field_name("attribute")) in _NAME_PARTS
    return False


def made(reader: Reader, call: Node, kind: Type, env: Env, scope: Scope) -> Type | None:
    """`FlyteFile(path)` and `FlyteDirectory(path)`."""
    from flyteshift.migration.data import values

    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or holder is None:
        return None
    remote = "remote_path" if kind.name == "file" else "remote_directory"
    order = ("path", "downloader", remote, "metadata")
    given: dict[str, Node] = {}
    for index, node in enumerate(n for n in holder.named_children if n.type != "comment"):
        named = node.type == "keyword_argument"
        name = text(node.child_by_field_name("name")) if named else order[index] if index < 4 else ""
        given[name] = node
        if node.type in ("list_splat", "dictionary_splat") or name not in ("path", remote) or (not named and index):
            reader.record.refuse(node, OPTIONS.format(text(node)))
            return certain(kind)
        keyword = node.child_by_field_name("name") if named else None
        if keyword is not None:
            reader.record.claim(keyword)
    where = given.get("path")
    if where is None:
        return certain(kind)
    value = where.child_by_field_name("value") if where.type == "keyword_argument" else where
    assert value is not None
    holds = values.read(reader, value, env, scope)
    if holds is not None and holds.name in ("file", "dir"):
        path(reader, value, value, holds, scope)
        holds = LOCAL
    reader.record.claim(function)
    for reference in reader.draft.uses(function):
        reader.record.claimed[reference.span] = None
    how = paths.local_or_address(reader, value, holds, scope)
    code = either(reader, value, holds, kind, scope) if how is None and len(given) == 1 else None
    if code is not None:
        reader.record.replace(call, code if is_loose(call) else f"({code})")
        late.check(reader, call, value, scope)
        return Type(kind.name, detail="made")
    if how is None:
        reader.record.refuse(value, ADDRESS_LIKE.format(text(value)))
        return certain(kind)
    if where.type == "keyword_argument":
        reader.record.put(reader.record.span(where).start, reader.record.span(value).start, "")
    target = given.get(remote)
    if target is not None:
        said = target.child_by_field_name("value")
        if text(said) == "False":
            reader.record.refuse(target, NOT_UPLOADED.format(remote))
        elif how == ADDRESS:
            reader.record.refuse(target, OPTIONS.format(text(target)))
        elif said is not None and target.child_by_field_name("name") is not None:
            values.read(reader, said, env, scope)
            reader.record.replace(target.child_by_field_name("name") or target, "remote_destination")
    upload(reader, call, function, kind, how, scope)
    if how == LOCAL:
        late.check(reader, call, value, scope)
    return Type(kind.name, detail="made")


def upload(reader: Reader, call: Node, function: Node, kind: Type, how: Type, scope: Scope) -> None:
    """The callee of a call that makes a file of a path."""
    name = v2(reader, kind)
    if how == ADDRESS:
        reader.record.replace(function, f"{name}.from_existing_remote")
        return
    reader.record.uploads.add(scope.owner)
    if not scope.waits:
        reader.record.replace(function, f"{name}.from_local_sync")
        return
    tight = call.parent is not None and call.parent.type in ("attribute", "subscript", "call")
    end = reader.record.span(call).end
    reader.record.replace(function, ("(" if tight else "") + f"await {name}.from_local")
    if tight:
        reader.record.put(end, end, ")")


def either(reader: Reader, node: Node, held: Type | None, kind: Type, scope: Scope) -> str | None:
    """The code that makes a file of a text that is given, a local path or an address; None for other values."""
    if held is not None or scope.function is None or paths.is_workflow(reader, scope):
        return None
    steps = paths.made_of(node)
    said = paths.parameter(scope.function, steps[-1])
    if said is None or _is_bound(scope.function, text(paths.name(said))) or not _may_be_said_twice(node):
        return None
    joined = any(step.type in ("string", "binary_operator", "call") for step in steps)
    if not joined and not _is_text(reader, steps[-1], said):
        return None
    new, name = v2(reader, kind), text(node)
    reader.record.imports["import flyte.storage"] = None
    reader.record.uploads.add(scope.owner)
    local = f"await {new}.from_local({name})" if scope.waits else f"{new}.from_local_sync({name})"
    return f"{new}.from_existing_remote({name}) if flyte.storage.is_remote({_tells(steps, said, node)}) else {local}"


def _may_be_said_twice(node: Node) -> bool:
    """True for what is worth the same each time, and short."""
    plain = all(n.type in _PURE for n in walk(node)) and "\n" not in text(node)
    calls = [text(n.child_by_field_name("function")) for n in walk(node) if n.type == "call"]
    return plain and all(c in ("str", "os.path.join") for c in calls)


def _is_text(reader: Reader, node: Node, parameter: Node) -> bool:
    """True for a parameter that is annotated as a text, an element of one that holds several, and such a field."""
    annotation = text(parameter.child_by_field_name("type"))
    if node.type == "attribute":
        of = node.child_by_field_name("object")
        owner = reader.types.get((of.start_byte, of.end_byte)) if of is not None else None
        return field_annotation(reader.source, owner, text(node.child_by_field_name("attribute"))) == "str"
    if node.type == "identifier" and text(node) == text(paths.name(parameter)):
        return _is_said_as_text(parameter)
    return node.type in ("identifier", "subscript") and _TEXTS.search(annotation) is not None


def is_loose(node: Node) -> bool:
    """True where an expression of any kind may stand in the place of a node, without brackets."""
    return node.parent is not None and node.parent.type in (
        "return_statement", "assignment", "keyword_argument", "argument_list", "list", "tuple", "expression_list"
    )  # fmt: skip


def _is_bound(function: Node, name: str) -> bool:
    """True where a function sets a name that is a parameter; filling one of its fields does not."""
    found = (n for n in callees.bindings(function, name) if n != function)
    return any(getattr(n.child_by_field_name("left"), "type", "") not in ("attribute", "subscript") for n in found)


def _tells(steps: list[Node], parameter: Node, node: Node) -> str:
    """What is asked whether it is an address: the text that a path begins with where nothing can undo that."""
    call = next((s for s in steps if s.type == "call"), None)
    holder = call.child_by_field_name("arguments") if call is not None else None
    joined = holder.named_children[1:] if holder is not None else []
    simple = all(n.type == "string" and not text(n).strip("rf\"'").startswith(("/", "{")) for n in joined)
    begins = node.type != "identifier" and simple and _is_said_as_text(parameter) and steps[-1].type == "identifier"
    return text(steps[-1] if begins else node)


def _is_said_as_text(parameter: Node) -> bool:
    return text(parameter.child_by_field_name("type")) == "str"
