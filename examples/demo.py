"""Shows what an editor would show: starts `flyteshift server`, opens the sample project, and prints the answers."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient

from flyteshift import __version__
from flyteshift.cli import diffs, formats
from flyteshift.cli.console import Console
from flyteshift.features.explain import plain
from flyteshift.text import Document, Edit, Span, apply_edits

SAMPLE = Path(__file__).parent / "sample"
SECONDS = 60


class Editor(LanguageClient):
    """A small editor: it knows the open documents and the diagnostics that the server sent for each."""

    def __init__(self) -> None:
        super().__init__("flyteshift-demo", __version__)
        self.diagnostics: dict[str, Sequence[types.Diagnostic]] = {}
        self.news = asyncio.Event()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.diagnostics[params.uri] = params.diagnostics
            self.news.set()

    async def start(self) -> None:
        """Start the server and tell it what this editor can do."""
        await self.start_io(sys.executable, "-m", "flyteshift", "server")
        await self.initialize_async(
            types.InitializeParams(
                process_id=None,
                root_uri=SAMPLE.as_uri(),
                workspace_folders=[types.WorkspaceFolder(SAMPLE.as_uri(), "sample")],
                capabilities=types.ClientCapabilities(
                    general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf32]),
                    text_document=types.TextDocumentClientCapabilities(
                        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(code_description_support=True),
                        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
                        code_action=types.CodeActionClientCapabilities(
                            code_action_literal_support=types.ClientCodeActionLiteralOptions(
                                types.ClientCodeActionKindOptions([types.CodeActionKind.RefactorRewrite])
                            ),
                            resolve_support=types.ClientCodeActionResolveOptions(["edit"]),
                            data_support=True,
                            disabled_support=True,
                        ),
                    ),
                ),
            )
        )
        self.initialized(types.InitializedParams())

    async def open(self, path: Path) -> Document:
        """Open a file and wait for its diagnostics."""
        document = Document(path.as_uri(), path.read_bytes().decode(), 1)
        item = types.TextDocumentItem(document.uri, types.LanguageKind.Python, 1, document.text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))
        while document.uri not in self.diagnostics:
            self.news.clear()
            await self.news.wait()
        return document

    async def hover(self, document: Document, word: str) -> str:
        """What the server says on the first place where a word stands."""
        identifier = types.TextDocumentIdentifier(document.uri)
        position = types.Position(*document.lines.position(document.text.index(word)))
        answer = await self.text_document_hover_async(types.HoverParams(identifier, position))
        if answer is None or not isinstance(answer.contents, types.MarkupContent):
            raise RuntimeError(f"no hover on {word!r}")
        return answer.contents.value

    async def migration(self, document: Document) -> types.CodeAction:
        """The action that migrates a module, with its edit where it has one."""
        end = types.Position(len(document.lines), 0)
        answer = await self.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(document.uri),
                types.Range(types.Position(0, 0), end),
                types.CodeActionContext([], only=[types.CodeActionKind.RefactorRewrite]),
            )
        )
        found = [each for each in answer or [] if isinstance(each, types.CodeAction) and "module" in each.title]
        if not found:
            raise RuntimeError(f"no action migrates {document.uri}")
        return found[0] if found[0].disabled else await self.code_action_resolve_async(found[0])


def section(console: Console, title: str) -> None:
    """A heading."""
    console.line(f"\n{console.paint(title, 'bold')}\n{console.paint('─' * len(title), 'dim')}")


def show_diagnostics(console: Console, name: str, document: Document, found: Sequence[types.Diagnostic]) -> None:
    """Diagnostics as an editor marks them: below the line that they are for, cut at the edge of the screen."""
    width = max(shutil.get_terminal_size((140, 24)).columns, 100)
    by_line: dict[int, list[types.Diagnostic]] = {}
    for each in found:
        by_line.setdefault(each.range.start.line, []).append(each)
    for line, diagnostics in sorted(by_line.items()):
        console.line(f"{console.paint(f'{name}:{line + 1}', 'dim')}  {document.lines.line_text(line)}")
        indent = " " * len(f"{name}:{line + 1}  ")
        for each in diagnostics:
            span = span_of(document, each.range)
            _, caret = formats.underlined(document, span.start, span.end)
            colour = "red" if each.severity == 1 else "yellow" if each.severity == 2 else "cyan"
            text = f"{indent}{caret} {each.code} {each.message}"
            console.line(console.paint(text if len(text) <= width else f"{text[: width - 1]}…", colour))


def span_of(document: Document, where: types.Range) -> Span:
    """The span of a range; this editor counts code points, as it told the server."""
    start, end = where.start, where.end
    return Span(document.lines.offset(start.line, start.character), document.lines.offset(end.line, end.character))


def applied(document: Document, edit: types.WorkspaceEdit | None) -> str:
    """The text after a workspace edit."""
    edits = (edit.changes or {}).get(document.uri, []) if edit else []
    if not edits:
        raise RuntimeError("the migration has no edits")
    return apply_edits(document.text, [Edit(span_of(document, each.range), each.new_text) for each in edits])


async def show(console: Console) -> None:
    """The whole page."""
    editor = Editor()
    await editor.start()
    orders, training = [await editor.open(SAMPLE / name) for name in ("orders.py", "training.py")]

    section(console, "What the editor marks in orders.py, as you type")
    show_diagnostics(console, "orders.py", orders, editor.diagnostics[orders.uri])

    section(console, "What it marks in training.py, below its imports")
    below = [each for each in editor.diagnostics[training.uri] if each.code != "FS101"]
    show_diagnostics(console, "training.py", training, below)

    section(console, "Hover on `map_task` in training.py")
    console.line(plain(await editor.hover(training, "map_task")).strip())

    action = await editor.migration(orders)
    section(console, f"Code action “{action.title}” in orders.py")
    console.write(diffs.unified("orders.py", orders.text, applied(orders, action.edit), console))

    action = await editor.migration(training)
    section(console, "The same action in training.py")
    if action.disabled:
        console.line(f"not offered yet: {action.disabled.reason}")
    else:
        console.write(diffs.unified("training.py", training.text, applied(training, action.edit), console))

    await editor.shutdown_async(None)
    editor.exit(None)
    await editor.stop()


def main() -> int:
    """Run the demo; gives the exit code."""
    console = Console(sys.stdout, sys.stderr)
    try:
        asyncio.run(asyncio.wait_for(show(console), SECONDS))
    except (RuntimeError, JsonRpcException, asyncio.TimeoutError) as error:
        console.error(f"the demo failed: {error or 'the server did not answer'}")
        return 1
    console.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
