"""What is said about the name under the cursor."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from flyteshift.features import hover as feature
from flyteshift.features.explain import plain
from flyteshift.features.signature import Interpreter, Signatures
from flyteshift.lsp import convert
from flyteshift.lsp.server import Server

_PATIENCE = 0.15
"""Seconds that a hover waits for a signature; one that comes later is there next time."""


def register(server: Server) -> None:
    """Take on hover requests."""
    signatures = Signatures()

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
            interpreter = ls.configuration.interpreter(params.text_document.uri)
            text += await _signature(signatures, found.flyte2, interpreter)
        if ls.client.markdown:
            content = types.MarkupContent(types.MarkupKind.Markdown, text)
        else:
            content = types.MarkupContent(types.MarkupKind.PlainText, plain(text))
        return types.Hover(content, convert.range_(model.document, found.span, ls.client.encoding))


async def _signature(signatures: Signatures, dotted: str, interpreter: Interpreter | None) -> str:
    """The signature as a block of Markdown to append; empty where there is none yet."""
    if interpreter is None:
        return ""
    answer = asyncio.wrap_future(signatures.ask(dotted, interpreter))
    done, _ = await asyncio.wait([answer], timeout=_PATIENCE)
    found = answer.result() if done else None
    return f"\n\n```python\n{found}\n```\n" if found else ""
