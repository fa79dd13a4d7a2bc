"""What the tasks of a file call of other files: the environments of these are imported, lost names given back."""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration import awaits, chains, foreign, named, results, uses
from flyteshift.migration.draft import Draft
from flyteshift.migration.names import free, slug
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text
from flyteshift.text import Edit, Span
from flyteshift.workspace.project import Defined


def environments(draft: Draft, tasks: list[Task], edits: list[Edit]) -> dict[str, set[str]]:
    """The environments of other files that each task calls; adds what imports them to `edits`."""
    called: dict[str, set[str]] = {}
    aliases: dict[tuple[str, str], str] = {}
    taken = set(draft.model.names.events)
    for caller, node, found in uses.foreign(draft, tasks):
        assert draft.outside is not None
        name, file = text(node), found.path.name
        variable = draft.outside.environment(found)
        draft.foreign.add(name)
        call = node.parent
        if caller and call is not None and named.gives(found, draft.outside.project):
            edits += [edit for edit in _named_again(draft, call, found) if edit not in edits]
        elif caller and call is not None and (kind := named.perhaps(found, draft.outside.project)):
            _refuse_fields(draft, call, kind)
        if variable is None:
            draft.refuse(node, foreign.not_migrated(draft.outside, found, name))
        elif awaits.around(node) is not None:
            draft.refuse(node, uses.IN_ASYNC.format(name))
        elif name not in draft.awaitable and foreign.is_async(draft.outside.project, found):
            draft.refuse(node, foreign.ASYNC.format(name, file, foreign.LEAF))
        elif caller:
            key = (found.module, variable)
            if key not in aliases:
                stem = slug(found.module.rpartition(".")[2] or file.removesuffix(".py"))
                aliases[key] = free(f"{stem}_{variable}", taken)
                taken.add(aliases[key])
                edits += _environment_import(draft, node, found, f"{variable} as {aliases[key]}")
            called.setdefault(caller, set()).add(aliases[key])
    return called


def _named_again(draft: Draft, call: Node, found: Defined) -> list[Edit]:
    """The edits that give the result of another file's task the names which a run takes from it."""
    outside, callee = draft.outside, text(call.child_by_field_name("function"))
    use = chains.consumer(draft, call)
    if outside is None or use is None or foreign.is_plain_use(call) or results.is_result(draft, use):
        return []
    name, home = named.returned(found, outside.project)
    here = named.written(outside.path, callee, found, name, outside.project) if home is not None else None
    if home is None or here is None or len(named.fields(home) or ()) < 2:
        draft.refuse(call, foreign.NAMED.format(callee, found.path.name))
        return []
    edits: list[Edit] = []
    if here.imported:
        line = foreign.import_edit(draft.document, found, here.name)
        if isinstance(line, Edit):
            edits.append(line)
        else:
            draft.imports.add(line)
    for place, _ in results.readers(use):
        draft.claim(place)
    draft.named.add(here.name)
    start, end = draft.span(call)
    return [*edits, Edit(Span(start, start), f"{here.name}(*"), Edit(Span(end, end), ")")]


def _refuse_fields(draft: Draft, call: Node, kind: str) -> None:
    """Refuse fields read off the result of another file's task, of a class that may be a NamedTuple."""
    use = chains.consumer(draft, call)
    callee = text(call.child_by_field_name("function"))
    for name, _ in results.readers(use)[:1] if use is not None else ():
        draft.refuse(name, results.FOREIGN.format(kind, callee))


def _environment_import(draft: Draft, node: Node, found: Defined, imported: str) -> list[Edit]:
    """The edits that import an environment of another file, `env as tasks_env`, where its task is imported."""
    assert draft.outside is not None
    name = text(node)
    root = name.partition(".")[0]
    binders = foreign.binders(draft.document, root)
    if any(foreign.is_guarded(each) for each in binders):
        beside = foreign.guarded_edits(draft.outside, draft.document, found, name, imported)
        if beside is None:
            draft.refuse(node, foreign.GUARDED.format(root))
        return beside or []
    late = binders and all(foreign.is_late(each) for each in binders)
    if late and foreign.comes_back(draft.outside, found.path):
        draft.refuse(node, foreign.CIRCLE.format(name, found.path.name))
        return []
    edit = foreign.import_edit(draft.document, found, imported)
    if isinstance(edit, Edit):
        return [edit]
    if foreign.comes_back(draft.outside, found.path):
        draft.refuse(node, foreign.BACK.format(name, found.path.name))
        return []
    draft.imports.add(edit)
    return []
