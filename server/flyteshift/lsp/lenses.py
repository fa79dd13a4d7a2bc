"""Code lenses on workflows: how far each is from Flyte 2, found out beside the editor's work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsprotocol import types

from flyteshift.features import readiness as feature
from flyteshift.features.readiness import Readiness
from flyteshift.lsp import convert
from flyteshift.lsp.plain import dig
from flyteshift.lsp.plans import Plans
from flyteshift.lsp.server import SHOW_WORKFLOW, Server
from flyteshift.text import Span
from flyteshift.workspace.entries import Place, is_workflow
from flyteshift.workspace.index import Index


def register(server: Server) -> None:
    """Take on the requests for lenses, and tell the client when they may have changed."""
    server.plans = Plans(server)
    server.feature(types.TEXT_DOCUMENT_CODE_LENS)(lenses)
    server.feature(types.CODE_LENS_RESOLVE)(resolve)

    def changed(index: Index, paths: Any) -> None:
        if server.client.refreshes_lenses:
            server.protocol.ask(types.WORKSPACE_CODE_LENS_REFRESH, None, lambda _: None)

    server.indexes.listen(changed)


def lenses(ls: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    """A lens above each workflow, without its text; none as long as there is no index."""
    path, document = convert.path(params.text_document.uri), ls.documents.get(params.text_document.uri)
    index = ls.indexes.of(path)
    entry = index.entries.get(str(path)) if index is not None else None
    if document is None or entry is None or entry.summary is None:
        return []
    made = []
    for defined in entry.summary.defined:
        # Where the text is newer than the index, the client asks again soon.
        if is_workflow(defined) and document.text[defined.start : defined.end] == defined.name:
            where = convert.range_(document, Span(defined.start, defined.end), ls.client.encoding)
            made.append(types.CodeLens(where, data={"path": str(path), "name": defined.name}))
    return made


async def resolve(ls: Server, params: types.CodeLens) -> types.CodeLens:
    """The lens with its text."""
    state = await state_of(ls, dig(params.data, "path"), dig(params.data, "name"))
    if state is not None:
        arguments = [{"path": state.place.path, "name": state.place.name}]
        params.command = types.Command(feature.title(state), SHOW_WORKFLOW, arguments=arguments)
    else:
        params.command = types.Command("not known any more", "")
    return params


async def show(ls: Server, argument: Any) -> None:
    """Tell what a workflow still needs."""
    state = await state_of(ls, dig(argument, "path"), dig(argument, "name"))
    if state is None:
        return
    lines = [f"`{state.place.name}`: {feature.title(state)}.", *([state.ways_out] if state.beyond else [])]
    lines += [f"{Path(need.path).name}, line {need.line + 1}: {need.message}" for need in state.needs[:5]]
    if len(state.needs) > 5:
        lines.append(f"and {len(state.needs) - 5} more")
    lines += [need.message for need in state.tests[:5]]
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, "\n".join(lines)))


async def state_of(ls: Server, path: Any, name: Any) -> Readiness | None:
    """The state of a workflow; None where there is none of that name any more."""
    if not isinstance(path, str) or not isinstance(name, str):
        return None
    index = ls.indexes.of(Path(path))
    if index is None:
        return None
    place = Place(path, name)
    made = await ls.plans.of(index, [each.path for each in index.reached(*place)])
    return feature.readiness(index, place, made)
