"""`pyflyte run` from Python: `runner.invoke(pyflyte.main, ["run", path, "wf", "--x", "1"])`.

The click command of Flyte 2 is `flyte.cli.main`. It names inputs as `pyflyte` does and a run ends with the same code.
It needs `--local` for a local run, and a path relative to the current folder: an absolute one of another folder fails
(measured with flytekit 1.16 and flyte 2.12; inputs of the types of `_SAME` are read the same).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tree_sitter import Node

from flyteshift.migration import awaits, callees
from flyteshift.migration.arguments import arguments
from flyteshift.migration.draft import Draft, Handler
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written, entities
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.text import Edit, Span

MODULE = "flytekit.clis.sdk_in_container.pyflyte"
MAIN = f"{MODULE}.main"
CLI = "import flyte.cli"
CALL = 'flyteshift rewrites `runner.invoke(pyflyte.main, ["run", ...])` only; write this for `flyte.cli.main` by hand.'
LIST = (
    "flyteshift cannot read this command; write it out as a list: `run`, options, the file, the workflow, its inputs."
)
OPTION = "flyteshift knows no equal of `{0}` for `flyte run`; see `flyte run --help`."
COMMAND = "`pyflyte {0}` has no equal that flyteshift can write; see `flyte --help`."
INPUTS = "flyteshift cannot see which task of which file gets these inputs; `flyte run` may read them in another way."
ENTITY = "`{0}` is no task or workflow of this file; `flyte run` starts a task."
INPUT = "`flyte run` may read `{0}` in another way than `pyflyte run`, whose input has the type `{1}`."
NO_FLAG = "`flyte run` has no `--no-{0}`; an input that is not named has its default."
READ = "The command of Flyte 2 writes another text and raises other errors; only `exit_code` is the same."
ASYNC = "`flyte run` starts an event loop, which an `async` function has already; call the task instead."
NAME = "`flyte` means something here already, and the new code needs `import flyte.cli`."
SEVERAL = "Import `pyflyte` in a statement of its own, then migrate."
TEXT = (
    "`flyte run` ends with 0 and 1 as `pyflyte run` did (with 1 where the command is wrong), but writes another text."
)
REMOTE = "`flyte run` takes endpoint, project and domain from the configuration of Flyte 2; `pyflyte` had defaults."
_KEPT = frozenset({"-p", "--project", "-d", "--domain", "--service-account"})
"""The options that take a value and are the same."""
_VERBOSE = re.compile(r"-v+\Z|--verbose\Z")
"""What may stand before `run`: both commands count these, and end with the same code."""
_SAME = re.compile(
    r"(?:typing\.|t\.)?(?:int|float|str|datetime|datetime\.datetime|date|datetime\.date|timedelta|datetime\.timedelta"
    r"|(?:List|list|Dict|dict|Optional)\[.+\])(?: \| None)?\Z"
)
_PARTS = re.compile(r"(?:int|float|str|List|list|Dict|dict|Optional|typing|t|datetime|date|timedelta|None)\Z")
_PATHS = frozenset({"os.path.realpath", "os.path.abspath", "os.path.relpath", "Path", "pathlib.Path", "str"})
_SHOWS = frozenset({"print", "pprint", "pprint.pprint", "logger", "logging", "log", "click.echo"})


def written(model: Model, outside: Outside | None = None) -> Written:
    """The commands of a module as those of `flyte`; nothing where one of them cannot be written so."""
    if "pyflyte" not in model.document.text:
        return Written()
    draft = Draft(model, {}, outside)
    edits, unread = _edits(draft)
    return Written() if draft.obstacles else Written(edits, draft.notes, unread=unread)


def refused(draft: Draft, node: Node) -> str | None:
    """Why the commands of a module stay as they are."""
    probe = Draft(draft.model, {}, draft.outside)
    _edits(probe)
    if probe.obstacles:
        draft.claim_within(node)
        draft.obstacles += [o for o in probe.obstacles if o not in draft.obstacles]
    return None


def _edits(draft: Draft) -> tuple[list[Edit], list[Span]]:
    """The edits of all commands, and the imported names that nothing reads any more."""
    mains = [n for n in draft.document.nodes("identifier", "attribute") if _is_main(draft, n)]
    edits = [e for main in mains for e in _command(draft, main)]
    if not mains:
        return [], []
    unread: list[Span] = []
    for statement in imports.statements(draft.document):
        names = [r for r in draft.uses(statement.node) if r.kind == "import" and r.symbol in (MODULE, MAIN)]
        if not names:
            continue
        if statement.node.type == "import_statement" and statement.names[0].type != "aliased_import":
            draft.refuse(statement.node, SEVERAL, MODULE)
        elif statement.node.parent is not None and statement.node.parent.type == "module":
            unread += [r.span for r in names]
        elif len(statement.names) > 1:
            draft.refuse(statement.node, SEVERAL, MODULE)
        else:
            edits.append(Edit(draft.span(statement.node), CLI))
    if any(n.parent is not None and n.parent.type != "dotted_name" for n in draft.document.identifiers("flyte")):
        draft.refuse(mains[0], NAME, MAIN)
    added = [*draft.imports, *([CLI] if unread else [])]
    if added:
        edits += imports.replace(draft.document, [], added, unread)
    return edits, unread


def _is_main(draft: Draft, node: Node) -> bool:
    above = node.parent
    part = above is not None and above.type in ("dotted_name", "aliased_import", "import_from_statement")
    return not part and draft.symbol(node) == MAIN and not (above is not None and draft.symbol(above) == MAIN)


def _command(draft: Draft, main: Node) -> list[Edit]:
    """The edits of one call that runs the command."""
    holder = main.parent
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    function = call.child_by_field_name("function") if call is not None else None
    given = arguments(draft, call) if call is not None else []
    invoked = function is not None and text(function.child_by_field_name("attribute")) == "invoke"
    if call is None or not invoked or len(given) != 2 or given[0].value != main or given[1].name not in ("", "args"):
        draft.refuse(main, CALL, MAIN)
        return []
    if awaits.is_async(callees.scope(call)):
        draft.refuse(call, ASYNC, MAIN)
        return []
    _check_result(draft, call)
    words = given[1].value
    draft.note(call, TEXT)
    return [Edit(draft.span(main), "flyte.cli.main"), *_words(draft, words)]


def _check_result(draft: Draft, call: Node) -> None:
    """Refuses what reads more of the result than its exit code, but for what only shows it."""
    above = call.parent
    if above is None or above.type == "expression_statement":
        return
    reads = [call]
    if above.type == "assignment" and above.child_by_field_name("type") is None:
        left = above.child_by_field_name("left")
        if left is None or left.type != "identifier":
            draft.refuse(above, READ, MAIN)
            return
        reads = [*callees.loads(callees.scope(call), text(left))]
    for node in reads:
        use = node.parent
        shown = use if use is not None and use.type == "attribute" else node
        if text(shown.child_by_field_name("attribute")) != "exit_code" and not _is_shown(shown):
            draft.refuse(shown, READ, MAIN)


def _is_shown(node: Node) -> bool:
    """True where a statement prints or logs what a node is."""
    while node.parent is not None and node.type != "expression_statement":
        node = node.parent
    call = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    function = text(call.child_by_field_name("function")) if call is not None and call.type == "call" else ""
    return function in _SHOWS or function.partition(".")[0] in _SHOWS


def _words(draft: Draft, words: Node) -> list[Edit]:
    """The edits of `["-v", "run", "--remote", path, "wf", "--x", "1"]`."""
    rest = [n for n in words.named_children if n.type != "comment"]
    while len(rest) > 1 and _VERBOSE.match(_literal(rest[0]) or ""):
        rest = rest[1:]
    if words.type != "list" or not rest or any(n.type in ("list_splat", "list_comprehension") for n in rest):
        draft.refuse(words, LIST, MAIN)
        return []
    if _literal(rest[0]) != "run":
        draft.refuse(words, COMMAND.format(_literal(rest[0]) or "..."), MAIN)
        return []
    run, rest = rest[0], rest[1:]
    edits, remote = [], False
    while rest and (_literal(rest[0]) or "").startswith("-"):
        option = _literal(rest[0]) or ""
        if option in ("-r", "--remote"):
            remote = True
            edits.append(Edit(Span(draft.span(rest[0]).start, _next(draft, rest)), ""))
            rest = rest[1:]
        elif option in _KEPT and len(rest) > 1:
            rest = rest[2:]
        else:
            draft.refuse(rest[0], OPTION.format(option), MAIN)
            return []
    if len(rest) < 2:
        draft.refuse(words, LIST, MAIN)
        return []
    if remote:
        draft.note(words, REMOTE)
    else:
        edits.append(Edit(Span(draft.span(run).end, draft.span(run).end), ', "--local"'))
    _inputs(draft, rest[0], rest[1], rest[2:])
    return [*edits, *_path(draft, rest[0])]


def _next(draft: Draft, rest: Sequence[Node]) -> int:
    """Where what follows the first of some words starts; its end where nothing does."""
    return draft.span(rest[1]).start if len(rest) > 1 else draft.span(rest[0]).end


def _path(draft: Draft, path: Node) -> list[Edit]:
    """The path as one relative to the current folder, unless it is such."""
    literal = _literal(path)
    if literal is not None and not literal.startswith("/") and ":" not in literal:
        return []
    if text(path).startswith("os.path.relpath("):
        return []
    if not any(_reaches(n, path) for n in callees.bindings(draft.document.tree.root_node, "os")):
        draft.imports.add("import os")
    return [Edit(draft.span(path), f"os.path.relpath({text(path)})")]


def _reaches(statement: Node, node: Node) -> bool:
    """True where a statement has been run whenever a node is: one of the module, or one above in a block around."""
    block = statement.parent
    if block is None or block.type == "module":
        return True
    return block.start_byte <= statement.start_byte < node.start_byte and node.end_byte <= block.end_byte


def _literal(node: Node) -> str | None:
    """The text of a plain string; None for other code."""
    if node.type != "string" or any(c.type in ("interpolation", "escape_sequence") for c in walk(node)):
        return None
    return "".join(text(c) for c in node.named_children if c.type == "string_content")


def _inputs(draft: Draft, path: Node, entity: Node, given: Sequence[Node]) -> None:
    """Refuses inputs that Flyte 2 may read in another way, and a name that is none of a task."""
    own, name = _is_own(draft, path), _value(entity)
    found = {text(f.child_by_field_name("name")): f for f, _ in entities(draft)}
    if own and name is not None and name not in found:
        draft.refuse(entity, ENTITY.format(name), MAIN)
        return
    if (_literal(entity) or "").startswith("-") or (_literal(path) or "").startswith("remote-"):
        draft.refuse(entity, LIST, MAIN)
        return
    rest = list(given)
    if rest and (not own or name is None):
        draft.refuse(rest[0], INPUTS, MAIN)
        return
    kinds = _kinds(found[name]) if own and name is not None else {}
    while rest:
        option = _literal(rest[0]) or ""
        kind = kinds.get(option.removeprefix("--"))
        if not option.startswith("--"):
            draft.refuse(rest[0], LIST, MAIN)
            return
        if kinds.get(option.removeprefix("--no-")) == "bool":
            draft.refuse(rest[0], NO_FLAG.format(option.removeprefix("--no-")), MAIN)
            return
        if kind == "bool":
            rest = rest[1:]
        elif kind is None or not _reads_the_same(kind) or len(rest) < 2:
            draft.refuse(rest[0], INPUT.format(option, kind or "?"), MAIN)
            return
        else:
            rest = rest[2:]


def _reads_the_same(kind: str) -> bool:
    return bool(_SAME.match(kind)) and all(_PARTS.match(word) for word in re.findall(r"\w+", kind))


def _kinds(function: Node) -> dict[str, str]:
    """The annotations of a function's parameters, by name."""
    holder = function.child_by_field_name("parameters")
    found = {}
    for parameter in holder.named_children if holder is not None else ():
        name = parameter.child_by_field_name("name") or next(iter(parameter.named_children), None)
        found[text(name)] = text(parameter.child_by_field_name("type"))
    return found


def _is_own(draft: Draft, path: Node) -> bool:
    """True for `__file__`, however it is written as a path, and a variable of it."""
    if path.type == "call":
        function = path.child_by_field_name("function")
        given = arguments(draft, path)
        if function is not None and text(function) in _PATHS and len(given) == 1:
            return _is_own(draft, given[0].value)
        of = function.child_by_field_name("object") if function is not None else None
        resolved = function is not None and text(function.child_by_field_name("attribute")) in ("resolve", "absolute")
        return of is not None and resolved and not given and _is_own(draft, of)
    if path.type == "identifier" and text(path) != "__file__":
        value = callees.held(path)
        return value is not None and _is_own(draft, value)
    return text(path) == "__file__"


def _value(node: Node) -> str | None:
    """The text that an expression is: a plain string, or a variable of one."""
    if node.type != "identifier":
        return _literal(node)
    value = callees.held(node)
    return _literal(value) if value is not None else None


HANDLERS: dict[str, Handler] = {MAIN: refused}
