"""What is said about the name under the cursor."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from flyteshift.features import hover as feature
from flyteshift.features.explain import plain
from flyteshift.features.installed import About, Installed
from flyteshift.lsp import convert
from flyteshift.lsp.server import Server

_PATIENCE = 0.15
"""Seconds that a hover waits for a signature; one that comes later is there next time."""


def register(server: Server) -> None:
    """Take on hover requests."""
    server.installed = Installed()

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
        model = ls.documents.model(params.text_document.uri)
        if model is None:
            return None
        found = feature.hover(model, convert.offset(model.document, params.position, ls.client.encoding))
        if found is None:
            return None
        text = found.markdown
        if found.flyte2 is not None:
            said = await about(ls, params.text_document.uri, found.flyte2, _PATIENCE)
            text += _shown(found, found.flyte2, said)
        if not text:
            return None
        if ls.client.markdown:
            content = types.MarkupContent(types.MarkupKind.Markdown, text)
        else:
            content = types.MarkupContent(types.MarkupKind.PlainText, plain(text))
        return types.Hover(content, convert.range_(model.document, found.span, ls.client.encoding))


async def about(ls: Server, uri: str, dotted: str, patience: float) -> About:
    """What the environment of a document has of a name; nothing where there is none, or not so soon."""
    interpreter = ls.configuration.interpreter(uri)
    if interpreter is None:
        return About()
    answer = asyncio.wrap_future(ls.installed.ask(dotted, interpreter))
    done, _ = await asyncio.wait([answer], timeout=patience)
    return answer.result() if done else About()


def _shown(found: feature.Hover, dotted: str, said: About) -> str:
    """What the environment says, to append: the signature, and the documentation where we have none."""
    parts = [f"```python\n{said.signature}\n```"] if said.signature else []
    parts += [said.documentation] if said.documentation and found.alone else []
    if parts and not found.markdown:
        parts.insert(0, f"**`{dotted}`** is Flyte 2.")
        return "\n\n".join(parts) + "\n"
    return "".join(f"\n\n{part}\n" for part in parts)
