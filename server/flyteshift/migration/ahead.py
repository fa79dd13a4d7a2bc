"""What files say plainer for others to read, before they are planned together (see plainer/).

A step changes what a name is: a `ShellTask` becomes a task. So the files that others import from take their steps
first, each after those that it imports from itself, and all are planned in a project in which these read so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tree_sitter import Node

from flyteshift.migration import callees, launch_calls, launch_plans, leftovers, plain, tested, ties
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer import brought, decorators, steps
from flyteshift.migration.plainer.steps import Plainer
from flyteshift.migration.plainer.written import Written, exported
from flyteshift.migration.plan import Plan, restored
from flyteshift.migration.trees import is_inside
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.workspace import users as users_of
from flyteshift.workspace.imports import Imported
from flyteshift.workspace.imports import imports as imports_of
from flyteshift.workspace.project import Defined, Project
from flyteshift.workspace.users import Link


@dataclass(frozen=True)
class Ahead:
    """Files after the steps that others see."""

    project: Project
    """The project in which they read so."""
    links: Sequence[Link]
    """What files use of those with Flyte 1, in it."""
    plainer: Mapping[Path, Plainer] = field(default_factory=dict)
    gone: Sequence[Link] = ()
    """The uses of names that are written out, which nothing has then."""

    def back(self, plans: Mapping[Path, Plan]) -> dict[Path, Plan]:
        """The plans of what the files are then as plans of what they are."""
        found = {
            path: restored(self.plainer[path], plan) if path in self.plainer else plan for path, plan in plans.items()
        }
        for user in {link.user for link in self.gone} - found.keys():
            owners = [link.owner for link in self.gone if link.user == user]
            if all(plans[owner].edits for owner in owners if owner in plans):
                found[user] = restored(self.plainer[user], Plan())
        return found


def ahead(paths: Sequence[Path], users: Sequence[Path], project: Project) -> Ahead:
    """The files `paths` after their steps, as far as others see them; `users` are not changed."""
    return _Steps(paths, users, project).taken()


class _Reads(NamedTuple):
    """What a file reads of others."""

    model: Model
    quoted: frozenset[str]
    """The words that its texts hold."""
    files: Mapping[Path, Collection[str]]
    """By file that it imports, or imports from, the names: `*` for all, an empty one for the module itself."""


def _reads(path: Path, model: Model, project: Project) -> _Reads:
    files: dict[Path, set[str]] = {}
    for each in imports_of(model.document.data):
        for dotted in Imported.of(each).dotted():
            located = project.locate(path, dotted.removesuffix("*").rstrip(".") or ".")
            if located is not None:
                name = "*" if dotted.endswith("*") else ".".join(located.rest)
                files.setdefault(Path(located.path), set()).add(name)
    return _Reads(model, frozenset(plain.QUOTED.findall(model.document.text)), files)


class _Steps:
    """The steps of files that are planned together."""

    def __init__(self, paths: Sequence[Path], users: Sequence[Path], project: Project) -> None:
        self.paths, self.everyone = paths, [*dict.fromkeys([*paths, *users])]
        self.project = project
        self.plainer: dict[Path, Plainer] = {}
        self.gone: dict[tuple[Path, str], list[Path]] = {}
        """By file and name those that had it and do not read it any more."""
        self.reads: dict[Path, _Reads] = {}
        self._read()
        self.flows = {path for path in self.models if path not in self.tests}

    def _read(self) -> None:
        """Who uses what, as the files are by now."""
        found = {path: model for path in self.paths if (model := self.project.model(path)) is not None}
        self.models = {path: model for path, model in found.items() if model.uses_flyte1}
        self.links = users_of.links(self.everyone, self.models, self.project)
        self.shared = ties.shared(self.links, self.models)
        self.tests = tested.tests(self.everyone, self.project)
        self.tested = ties.tested(self.links, self.models, self.tests)

    def taken(self) -> Ahead:
        """The files after their steps."""
        several = len(self.everyone) > 1
        had = {path: [*self._had(path)] for path in self.paths if several}
        edges = [*self.links, *(Link(path, found.path, name) for path, each in had.items() for name, found in each)]
        owners = {link.owner for link in self.links}
        handed_on = []
        for path in ties.owners_first(self.paths, edges) if edges else ():
            for name, found in had[path]:
                if self._hands_on(path, name, found):
                    handed_on.append((path, name, found))
                else:
                    self._bring(path, name, found)
            if path in owners:
                self._set(path, steps.take(self._plainer(path), self._outside(path)))
        for path, name, found in handed_on if self.gone else ():
            if not self._hands_on(path, name, found):
                self._bring(path, name, found)
        if self.gone:
            self._read()
            for path in dict.fromkeys(owner for owner, _ in self.gone if owner in self.models):
                self._set(path, steps.take(self._without(path), self._outside(path)))
        if self.plainer:
            self._read()
        gone = [Link(user, owner, name) for (owner, name), those in self.gone.items() for user in those]
        return Ahead(self.project, self.links, self.plainer, [link for link in gone if link.owner in self.models])

    def _had(self, path: Path) -> Iterator[tuple[str, Defined]]:
        """What a file has of others, by its own imports or off their modules."""
        model = self.project.model(path)
        for name, found in brought.names(path, model, self.project) if model is not None else ():
            if found.path != path:
                yield name, found

    def _plainer(self, path: Path) -> Plainer:
        model = self.project.model(path)
        assert model is not None
        return self.plainer.get(path) or Plainer(model)

    def _set(self, path: Path, made: Plainer) -> None:
        if made.taken:
            self.plainer[path] = made
            self.project = self.project.with_models({each: plainer.model for each, plainer in self.plainer.items()})

    def _outside(self, path: Path) -> Outside:
        shared, alone = self.shared.get(path, {}), self.tested.get(path, set())
        using = {link.user for link in self.links if link.owner == path}
        return Outside(path, self.project, shared=shared, tested=alone, along=set(self.models), users=using)

    def _bring(self, path: Path, name: str, found: Defined) -> None:
        """Write out the uses of a name of another file, where that leaves nothing of it."""
        made = brought.bring(self._plainer(path), self._outside(path), found, name)
        left = made.model.references() if made is not None and path in self.tests else ()
        if made is None or any(r.flyte1 and r.kind != "import" for r in left):
            return  # a test with Flyte 1 may stay as it is, and holds nothing back
        self._set(path, made)
        self.gone.setdefault((found.path, found.name), []).append(path)

    def _hands_on(self, path: Path, name: str, found: Defined) -> bool:
        """True where another file may take a name that could be brought from one that imports it itself.

        A text may name it as well, as in `mock.patch("steps.load")`.
        """
        owner = self.project.model(found.path)
        if owner is None or brought.statement_of(owner, found.name) is None:
            return False
        for other in self.everyone:
            reads = self._reads_of(other)
            if reads is None:
                continue
            if not reads.quoted.isdisjoint((name, found.name)):
                return True
            names = reads.files.get(path, ()) if other != path else ()
            if name in names or "*" in names or (names and f".{name}" in reads.model.document.text):
                return True
        return False

    def _reads_of(self, path: Path) -> _Reads | None:
        """What a file reads of others, as it is by now: kept, for every name that is handed on asks all files."""
        model = self.project.model(path)
        if model is None:
            return None
        if path not in self.reads or self.reads[path].model is not model:
            self.reads[path] = _reads(path, model, self.project)
        return self.reads[path]

    def _without(self, path: Path) -> Plainer:
        """A file without the definitions that nothing reads any more."""
        made = self._plainer(path)
        for owner, name in self.gone:
            statement = brought.statement_of(made.model, name) if owner == path else None
            if statement is not None and not self._is_had(path, name):
                runs = any(user in self.flows for user in self.gone[owner, name])
                written = _drop(Draft(made.model, {}, self._outside(path)), statement, name, runs=runs)
                made = made.after(written) if written.edits else made
        return made

    def _is_had(self, owner: Path, name: str) -> bool:
        """True where a file still has a name of another one."""
        found = (each for path in self.everyone for _, each in users_of.anything(path, self.project))
        return any((each.path, each.name) == (owner, name) for each in found)


def _drop(draft: Draft, statement: Node, name: str, *, runs: bool) -> Written:
    """The edits that take a definition out, unless its own module reads or offers it.

    A launch plan goes only where a workflow `runs` it and it says nothing but its inputs, as within one file.
    """
    root = draft.document.tree.root_node
    if exported(draft, name) or any(not is_inside(n, statement) for n in callees.loads(root, name)):
        return Written()
    if decorators.maker(draft, statement) is not None:
        draft.note(statement, decorators.GONE.format(name))
    for plan in launch_plans.find(draft):
        if plan.statement == statement:
            if not runs or not launch_calls.is_plain(plan):
                return Written()
            draft.note(statement, launch_calls.WRITTEN.format(name))
    draft.gone.append(draft.span(statement))
    edits = imports.drop_all(draft.document, [statement])
    return Written(edits, draft.notes, unread=leftovers.unread(draft)).without_unread(draft.document, ())
