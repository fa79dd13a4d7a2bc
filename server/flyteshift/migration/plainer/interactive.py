"""Tasks without `@vscode` and `@jupyter`, which opened an editor in the container in the place of the function.

In a local run they call the function and do nothing else (flytekit 1.16, `execute` of both); in Flyte 2 an editor is
a way of running. What they would have called themselves (`pre_execute` and the like) is refused.
"""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.spreads import is_still
from flyteshift.migration.plainer.written import Written, assignment, exported, unread, with_tasks
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import is_inside, text
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.text import Edit, Span

EDITORS = frozenset(
    {
        "flytekit.interactive.vscode",
        "flytekitplugins.flyteinteractive.vscode",
        "flytekitplugins.flyteinteractive.jupyter",
    }
)
CONFIGS = frozenset({"flytekit.interactive.VscodeConfig", "flytekitplugins.flyteinteractive.VscodeConfig"})
RUN = "`{0}` opened an editor in the place of `{1}` on a cluster; with `flyte run --debug`, Flyte 2 does for any task."
_EDITORS_OWN = frozenset({"max_idle_seconds", "port", "enable", "config", "token", "notebook_dir", "no_browser"})
"""What tells how the editor runs."""
_ACTING = {"run_task_first": "False", "pre_execute": "None", "post_execute": "None"}
"""What runs code of the user's, and the value with which it does not."""


def written(model: Model, outside: Outside | None = None) -> Written:
    """The tasks of a module without the decorators that open an editor, and without the configurations of these."""
    if "interactive" not in model.document.text:
        return Written()
    draft = with_tasks(model, outside)
    gone: list[Node] = []
    for task in draft.tasks.values():
        for decorator, name in _editors(draft, task):
            gone.append(decorator)
            draft.note(decorator, RUN.format(name, task.name))
    gone += _unused_configs(draft, gone)
    edits = [_with_gap(draft, e) for node in gone for e in imports.drop(draft.document, node)]
    return Written([*edits, *unread(draft, gone)] if gone else [], draft.notes)


def _with_gap(draft: Draft, edit: Edit) -> Edit:
    """The edit that takes a decorator's lines out, with blank lines between them and the decorator above."""
    lines, start = draft.document.lines, edit.span.start
    first = lines.line_of(start)
    while not edit.text and first > 0 and not lines.line_text(first - 1).strip():
        first -= 1
    above = lines.line_text(first - 1) if first > 0 else ""
    return Edit(Span(lines.starts[first], edit.span.end), "") if above.startswith(("@", ")")) else edit


def _editors(draft: Draft, task: Task) -> list[tuple[Node, str]]:
    """The decorators of a task's function that open an editor, with their names, where nothing else is lost."""
    found = []
    for decorator in task.statement.children if task.kind in ("task", "dynamic") else ():
        if decorator.type != "decorator" or decorator.start_byte < task.decorator.start_byte:
            continue
        made = decorator.named_children[0]
        called = made.child_by_field_name("function") if made.type == "call" else made
        if called is not None and draft.symbol(called) in EDITORS and (made == called or _is_editors_own(draft, made)):
            found.append((decorator, text(called)))
    return found


def _is_editors_own(draft: Draft, call: Node) -> bool:
    """True where the arguments of a decorator say nothing but how its editor runs."""
    holder = call.child_by_field_name("arguments")
    for node in holder.named_children if holder is not None else ():
        value = node.child_by_field_name("value") if node.type == "keyword_argument" else None
        name = text(node.child_by_field_name("name"))
        if value is None or not is_still(draft, value):
            return False
        if name not in _EDITORS_OWN and text(value) != _ACTING.get(name):
            return False
    return True


def _unused_configs(draft: Draft, gone: list[Node]) -> list[Node]:
    """The statements `config = VscodeConfig(...)` whose variable only decorators read that go."""
    found = []
    root = draft.document.tree.root_node
    for statement in root.children if gone else ():
        made = assignment(statement)
        function = made[1].child_by_field_name("function") if made is not None and made[1].type == "call" else None
        if made is None or function is None or draft.symbol(function) not in CONFIGS or exported(draft, made[0]):
            continue
        if all(any(is_inside(n, g) for g in gone) for n in callees.loads(root, made[0])):
            found.append(statement)
    return found
