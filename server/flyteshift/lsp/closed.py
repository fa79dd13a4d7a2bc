"""The diagnostics of files that are not open, made by worker processes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from flyteshift import __version__
from flyteshift.lsp.client import Client
from flyteshift.semantics.model import build
from flyteshift.text import Document
from flyteshift.workspace import baseline, files
from flyteshift.workspace.entries import Entry
from flyteshift.workspace.settings import Settings
from flyteshift.workspace.summary import values

ITEMS = f"{__name__}:items"
"""The function that a worker runs."""


def result_id(entry: Entry, settings: Settings, client: Client) -> str:
    """What is equal as long as the diagnostics of a file are: of its content, what its imports hold, and settings."""
    said = repr((__version__, entry.digest, entry.given, settings, client.encoding, _declared(client)))
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def question(asked: Sequence[tuple[str, str, Entry]], settings: Settings, client: Client) -> dict[str, Any]:
    """The argument of `items` for files, each with its URI and entry, that share their settings."""
    paths = [[path, uri, dict(entry.given)] for path, uri, entry in asked]
    return {
        "files": paths,
        "settings": baseline.plain(settings),
        "client": {"encoding": client.encoding, **_declared(client)},
    }


def items(argument: Mapping[str, Any]) -> list[str | None]:
    """The diagnostics of each file as JSON objects with commas between them; None where it cannot be read."""
    from flyteshift.features import findings as feature
    from flyteshift.lsp.render import Renderer

    settings = baseline.restored(argument["settings"])
    client = Client(**argument["client"])
    found: list[str | None] = []
    for path, uri, given in argument["files"]:
        source = files.read(Path(path))
        if not isinstance(source, files.SourceFile):
            found.append(None)
            continue
        document = Document(uri, source.text)
        model = build(document, imported=values(given))
        renderer = Renderer(client)
        shown = renderer.items(document, feature.blocks(model, settings, path), feature.unused(model))
        found.append(shown.decode("ascii"))
    return found


def _declared(client: Client) -> dict[str, bool]:
    """What of a client decides how a diagnostic looks."""
    names = ("deprecated_tag", "related_information", "code_description", "diagnostic_data", "unnecessary_tag")
    return {name: getattr(client, name) for name in names if hasattr(client, name)}


def empty(uri: str) -> str:
    """A report that takes the diagnostics of a file away."""
    return f'{{"kind":"full","uri":{json.dumps(uri)},"version":null,"items":[]}}'
