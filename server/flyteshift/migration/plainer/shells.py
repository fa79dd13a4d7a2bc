"""`ShellTask` as a task that runs its script, still of Flyte 1: the rest of a migration does what is left to do.

Flyte 1 fills the script in with `str.format`, so it becomes an f-string that says the same, and runs it with `/bin/sh`
in the task's own image (flytekit 1.16, extras/tasks/shell.py). `subproc_execute(command)` is `subprocess.run(command)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import takewhile
from string import Formatter

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.arguments import Given, arguments, keyword_of
from flyteshift.migration.data.held import flyte1
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.layout import indent
from flyteshift.migration.names import underscored
from flyteshift.migration.plainer.written import Written
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.rewriting.calls import keyword, print_call
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Symbol
from flyteshift.text import Document, Edit, Span

SHELL = "flytekit.extras.tasks.shell.ShellTask"
LOCATION = "flytekit.extras.tasks.shell.OutputLocation"
EXECUTE = "flytekit.extras.tasks.shell.subproc_execute"
_ORDER = ("name", "debug", "script", "script_file", "task_config", "shell", "inputs", "output_locs")
_LOCATION = ("var", "var_type", "location")
_OPTIONS = ("container_image", "requests", "limits", "resources", "environment", "secret_requests", "pod_template",
            "accelerator", "shared_memory")  # fmt: skip
"""What the decorator of a task takes as well."""
_TYPES = frozenset({"str", "int", "float", "bool"})
_OVERRIDDEN = frozenset({"stdout", "stderr", "text", "check", "capture_output", "universal_newlines", "**", "*"})
_RESULT = {"output": "stdout", "error": "stderr", "returncode": "returncode"}
"""What `ProcessResult` of Flyte 1 holds, in the words of `subprocess.CompletedProcess`."""
_STRING = re.compile(r"([rRfFuU]{0,2})(\"\"\"|'''|\"|')(.*)\2", re.DOTALL)


class _Unclear(Exception):
    """What a shell task says is not plain to see."""


def written(model: Model, outside: Outside | None = None) -> Written:
    """The edits that make tasks of the module's `ShellTask`s; one that is not plain to see stays as it is."""
    if not any(r.symbol in (SHELL, EXECUTE) for r in model.references()):
        return Written()
    names = model.names
    if "subprocess" in names.events and names.final("subprocess") != Symbol("subprocess"):
        return Written()
    draft = Draft(model, {})
    task = _task_name(draft)
    edits = []
    last = None
    for call in model.document.nodes("call"):
        if _symbol(draft, call) == EXECUTE:
            edits += _run(draft, call)
    wanted = {"subprocess"} if edits else set()
    for name, statement, call in _found(draft):
        with suppress(_Unclear):
            code = _Shell(draft, name, call, task).source()
            edits += _placed(model.document, statement, code, follows=last is not None and last == _before(statement))
            last = statement
            wanted |= {"subprocess", task}
    imported = {"subprocess": "import subprocess", task: f"from flytekit import {task}"}
    lines = [imported[name] for name in sorted(wanted) if name not in names.events]
    if lines:
        edits += imports.replace(model.document, [], lines, [r.span for r in draft.references if r.kind == "import"])
    return Written(sorted(edits, key=lambda e: e.span), [])


def _run(draft: Draft, call: Node) -> list[Edit]:
    """`subproc_execute(command)`: what it gives is named otherwise, and captured where somebody reads it."""
    function, above = call.child_by_field_name("function"), call.parent
    given = arguments(draft, call)
    if function is None or above is None or not given or {a.name for a in given} & _OVERRIDDEN or _is_caught(call):
        return []
    reads = _reads(above, call)
    names = [n.child_by_field_name("attribute") for n in reads or ()]
    if reads is None or any(text(n) not in _RESULT for n in names):
        return []
    span = draft.document.span
    edits = [Edit(span(function), "subprocess.run")]
    edits += [Edit(span(n), _RESULT[text(n)]) for n in names if n is not None]
    edits += [Edit(span(keyword_of(a)), "args") for a in given if a.name == "command"]
    end = span(given[-1].node).end
    own_line = call.end_point[0] > given[-1].node.end_point[0]
    separator = f",{draft.style.newline}{indent(draft, given[-1].node)}" if own_line else ", "
    more = ["capture_output=True", "text=True", "check=True"] if reads else ["check=True"]
    return [*edits, Edit(Span(end, end), separator + separator.join(more))]


def _reads(above: Node, call: Node) -> list[Node] | None:
    """Where attributes of a call's value are read; None where it may be used otherwise."""
    if above.type == "expression_statement":
        return []
    if above.type == "attribute":
        return [above]
    left = above.child_by_field_name("left") if above.type == "assignment" else None
    if left is None or left.type != "identifier" or len(callees.bindings(callees.scope(left), text(left))) != 1:
        return None
    reads = [n.parent for n in callees.loads(callees.scope(left), text(left))]
    return [n for n in reads if n is not None] if all(n is not None and n.type == "attribute" for n in reads) else None


def _is_caught(call: Node) -> bool:
    """True where an `except` around a call may ask for the `RuntimeError` that Flyte 1 raised."""
    above: Node | None = call
    while above is not None and above.type != "function_definition":
        for clause in above.children if above.type == "try_statement" else ():
            if clause.type.startswith("except") and not re.match(r"except(\s+Exception\b[^,)]*?)?\s*:", text(clause)):
                return True
        above = above.parent
    return False


def _task_name(draft: Draft) -> str:
    """What the module calls `flytekit.task`, or may call it. Raises nothing: a taken `task` is found out later."""
    names = draft.model.names
    for name in names.events:
        value = names.final(name)
        if isinstance(value, Symbol) and names.role(value.name) == "flytekit.task":
            return name
    return "task"


def _found(draft: Draft) -> Iterator[tuple[str, Node, Node]]:
    """The variables of the module that hold a shell task, each with its statement and call."""
    for statement in draft.document.tree.root_node.children:
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        left = inner.child_by_field_name("left") if inner is not None and inner.type == "assignment" else None
        right = inner.child_by_field_name("right") if inner is not None and left is not None else None
        if left is None or right is None or left.type != "identifier" or _symbol(draft, right) != SHELL:
            continue
        if text(left) not in draft.model.names.multiple:
            yield text(left), statement, right


def _symbol(draft: Draft, call: Node) -> str | None:
    function = call.child_by_field_name("function") if call.type == "call" else None
    return draft.symbol(function) if function is not None else None


def _placed(document: Document, statement: Node, code: str, *, follows: bool) -> list[Edit]:
    """The task in the place of the statement, two blank lines around it and the comments above.

    `follows` says that the statement before has them already.
    """
    start, end = document.span(statement)
    lines = document.lines
    newline = lines.newline_at(start)
    first, last = lines.line_of(start), lines.line_of(end)
    while first > 0 and lines.line_text(first - 1).startswith("#"):
        first -= 1
    edits = [Edit(Span(start, end), code)]
    above = document.text[: lines.starts[first]]
    before = (lines.line_text(i) for i in range(first - 1, -1, -1))
    if above.strip() and not follows:
        edits.append(Edit(Span(len(above), len(above)), newline * max(0, 2 - _blanks(before))))
    if document.text[end:].strip():
        below = lines.end_of(last)
        behind = (lines.line_text(i) for i in range(last + 1, len(lines.starts)))
        edits.append(Edit(Span(below, below), newline * max(0, 2 - _blanks(behind))))
    return [e for e in edits if e.text]


def _before(statement: Node) -> Node | None:
    """The statement before one, comments left out."""
    found = statement.prev_named_sibling
    while found is not None and found.type == "comment":
        found = found.prev_named_sibling
    return found


def _blanks(texts: Iterable[str]) -> int:
    """How many of the lines come before the first that is not blank."""
    return len(list(takewhile(lambda line: not line.strip(), texts)))


class _Shell:
    """One shell task, written as a function."""

    def __init__(self, draft: Draft, name: str, call: Node, task: str) -> None:
        self.draft = draft
        self.name = name
        self.given = _given(draft, call, (*_ORDER, *_OPTIONS, "metadata"))
        if "script" not in self.given or {"script_file", "task_config"} & set(self.given):
            raise _Unclear
        self.task = task
        self.comments = [text(n) for n in walk(call) if n.type == "comment"]
        self.inputs = _inputs(draft, self.given.get("inputs"))
        self.outputs = _outputs(draft, self.given.get("output_locs"))
        self.taken = {*self.inputs, name, task, "subprocess", "print"}
        self.codes: dict[str, str] = {}
        """The code of `inputs.x` and of `outputs.y`."""
        self.steps: dict[str, str] = {}
        """The variables that need a statement of their own, once they are used."""
        self.used: dict[str, None] = {}

    def source(self) -> str:
        """The function with its decorator."""
        for variable, kind in self.inputs.items():
            self.codes[f"inputs.{variable}"] = self._input(variable, kind)
        locations = {variable: self._filled(location) for variable, (_, location) in self.outputs.items()}
        for variable, location in locations.items():
            own = self._free(variable if variable not in self.taken else f"{variable}_out")
            self.codes[f"outputs.{variable}"] = location if location in self.steps else own
        script = self._filled(self.given["script"].value)
        results = [self.codes[f"outputs.{variable}"] for variable in locations]
        done, line, made = self._free("done"), self._free("line"), self._free("script")
        shell = text(self.given["shell"].value) if "shell" in self.given else ""
        body = [f"{name} = {code}" for name, code in self.steps.items() if name in self.used]
        body += [f"{name} = {code}" for name, code in zip(results, locations.values(), strict=True) if name != code]
        body.append(f"{made} = {script}")
        if self._debugged():
            rule = "{'=' * 46}"
            body.append(f'print(f"\\n{rule}\\n\\n{{{made}}}\\n\\n{rule}\\n")')
        executable = f", executable={shell}" if shell else ""
        body += [
            f"{done} = subprocess.run({made}, shell=True, stdout=subprocess.PIPE, text=True{executable})",
            f"for {line} in {done}.stdout.splitlines():",
            f"    print({line})",
            f"{done}.check_returncode()",
        ]
        if results:
            body.append(f"return {', '.join(results)}")
        newline = self.draft.style.newline
        return newline.join([*self.comments, f"@{self._decorator()}", self._head(), *("    " + b for b in body)])

    def _head(self) -> str:
        kinds = [text(kind) for kind, _ in self.outputs.values()]
        result = "None" if not kinds else kinds[0] if len(kinds) == 1 else f"tuple[{', '.join(kinds)}]"
        parameters = ", ".join(f"{variable}: {text(kind)}" for variable, kind in self.inputs.items())
        return f"def {self.name}({parameters}) -> {result}:"

    def _decorator(self) -> str:
        options = [keyword(n, text(self.given[n].value)) for n in _OPTIONS if n in self.given]
        metadata = self.given.get("metadata")
        if metadata is not None:
            if _symbol(self.draft, metadata.value) != "flytekit.TaskMetadata":
                raise _Unclear
            said = arguments(self.draft, metadata.value)
            if any(not a.name or a.name in ("*", "**") for a in said):
                raise _Unclear
            options += [keyword(a.name, text(a.value)) for a in said]
        return print_call(self.task, options, self.draft.style) if options else self.task

    def _debugged(self) -> bool:
        debug = text(self.given["debug"].value) if "debug" in self.given else "False"
        if debug not in ("True", "False"):
            raise _Unclear
        return debug == "True"

    def _input(self, variable: str, kind: Node) -> str:
        """The code of an input in a script: files and folders are downloaded, times are written as ISO 8601."""
        head = kind.child_by_field_name("value") if kind.type == "subscript" else kind
        held = flyte1(self.draft.symbol(head)) if head is not None else None
        if held is not None and held.name in ("file", "dir"):
            path = self._free(f"{variable}_path")
            self.steps[path] = f"{variable}.download()"
            return path
        if self.draft.model.value(kind) == Symbol("datetime.datetime"):
            return f"{variable}.isoformat()"
        if text(kind) not in _TYPES or text(kind) in self.draft.model.names.events:
            raise _Unclear
        return variable

    def _free(self, wanted: str) -> str:
        name = underscored(wanted, self.taken)
        self.taken.add(name)
        return name

    def _filled(self, node: Node) -> str:
        """A template as the code of the text that it stands for."""
        parts = [n for n in node.children if n.type == "string"] if node.type == "concatenated_string" else [node]
        if any(n.type == "comment" for n in walk(node)):
            raise _Unclear
        made = [self._string(part) for part in parts]
        alone = re.fullmatch(r"f(\"+|'+)\{(\w+)\}\1", made[0]) if len(made) == 1 else None
        if alone and alone.group(2) in self.steps:
            return alone.group(2)
        if len(made) > 1:
            return f"({' '.join(made)})"
        return made[0]

    def _string(self, node: Node) -> str:
        found = _STRING.fullmatch(text(node)) if node.type == "string" else None
        if found is None:
            raise _Unclear
        prefix, quote, content = found.group(1).lower().replace("u", ""), found.group(2), found.group(3)
        if "f" in prefix:
            return self._formatted(node, prefix, quote, content)
        if "r" not in prefix and "\\N{" in content:
            raise _Unclear
        made = self._fields(content)
        if "{" not in made and "}" not in made:
            return f"{prefix}{quote}{made}{quote}"
        return f"f{prefix}{quote}{made}{quote}"

    def _formatted(self, node: Node, prefix: str, quote: str, content: str) -> str:
        """An f-string of the module: what it fills in when it is read stays, the fields of the script join it."""
        start = self.draft.document.span(node).start + len(prefix) + len(quote)
        made, at = "", 0
        for inner in (n for n in node.named_children if n.type == "interpolation"):
            span = self.draft.document.span(inner).shifted(-start)
            if any(n.type in ("call", "lambda", "format_specifier") for n in walk(inner)):
                raise _Unclear
            names = {text(n) for n in walk(inner) if n.type == "identifier"}
            if names & (self.taken | set(self.draft.model.names.multiple)):
                raise _Unclear
            made += self._fields(_unescaped(content[at : span.start])) + content[span.start : span.end]
            at = span.end
        return f"{prefix}{quote}{made}{self._fields(_unescaped(content[at:]))}{quote}"

    def _fields(self, template: str) -> str:
        """The inside of an f-string for the inside of a template."""
        made = ""
        try:
            parts = list(Formatter().parse(template))
        except ValueError as error:
            raise _Unclear from error
        for literal, name, spec, conversion in parts:
            made += literal.replace("{", "{{").replace("}", "}}")
            if name is None:
                continue
            code = self.codes.get(name)
            if code is None or conversion or (spec and not code.isidentifier()) or (spec and code in self.steps):
                raise _Unclear
            self.used[code] = None
            made += "{" + code + (f":{spec}" if spec else "") + "}"
        return made


def _unescaped(content: str) -> str:
    """The text between what an f-string fills in."""
    return content.replace("{{", "{").replace("}}", "}")


def _given(draft: Draft, call: Node, order: tuple[str, ...]) -> dict[str, Given]:
    """The arguments of a call by name, without those that are None."""
    found = {}
    for index, argument in enumerate(arguments(draft, call)):
        name = argument.name or (order[index] if index < len(order) else "")
        if name not in order or argument.name in ("*", "**"):
            raise _Unclear
        if text(argument.value) != "None":
            found[name] = argument
    return found


def _inputs(draft: Draft, given: Given | None) -> dict[str, Node]:
    """The types of a task's inputs, from `kwtypes(x=int)` or `{"x": int}`."""
    if given is None:
        return {}
    if _symbol(draft, given.value) == "flytekit.kwtypes":
        found = {a.name: a.value for a in arguments(draft, given.value)}
    elif given.value.type == "dictionary":
        pairs = [n for n in given.value.named_children if n.type != "comment"]
        if any(p.type != "pair" for p in pairs):
            raise _Unclear
        found = {}
        for pair in pairs:
            value = pair.child_by_field_name("value")
            assert value is not None
            found[text(pair.child_by_field_name("key")).strip("\"'")] = value
    else:
        raise _Unclear
    if not all(name.isidentifier() for name in found):
        raise _Unclear
    return found


def _outputs(draft: Draft, given: Given | None) -> dict[str, tuple[Node, Node]]:
    """The type and the location of each output."""
    if given is None:
        return {}
    if given.value.type != "list":
        raise _Unclear
    found = {}
    for node in (n for n in given.value.named_children if n.type != "comment"):
        if _symbol(draft, node) != LOCATION:
            raise _Unclear
        said = _given(draft, node, _LOCATION)
        name = text(said["var"].value).strip("\"'") if set(said) == set(_LOCATION) else ""
        if not name.isidentifier() or said["var"].value.type != "string":
            raise _Unclear
        found[name] = (said["var_type"].value, said["location"].value)
    return found
