"""Diagnostics of files that are not open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lsp.raw import Raw
from tests.lsp.test_indexing import PULLS, Shop
from tests.workspace.test_index import PROJECT
from tests.workspace.trees import write

FLYTE = {f"shop/{name}.py" for name in ("common", "flow", "images", "tasks")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "project", PROJECT)


def pulled(shop: Shop, previous: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """The reports by file."""
    ids = [{"uri": shop.uri(name), "value": value} for name, value in (previous or {}).items()]
    answer = shop.ask("workspace/diagnostic", {"previousResultIds": ids, **more})
    return named(shop, answer["items"])


def named(shop: Shop, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {Path(each["uri"].removeprefix("file://")).relative_to(shop.folder).as_posix(): each for each in items}


def with_findings(reports: dict[str, Any]) -> set[str]:
    return {name for name, report in reports.items() if report.get("items")}


def test_all_files_are_pulled_once_and_then_what_changed(raw: Raw, folder: Path) -> None:
    shop = Shop(raw, folder, PULLS)
    assert shop.capabilities["diagnosticProvider"]["workspaceDiagnostics"]
    first = pulled(shop)
    assert with_findings(first) == FLYTE
    ids = {name: report["resultId"] for name, report in first.items()}
    again = pulled(shop, ids)
    assert {report["kind"] for report in again.values()} == {"unchanged"} and again.keys() == first.keys()

    images = folder / "shop/images.py"
    images.write_text("\n" + images.read_text())
    raw.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": images.as_uri(), "type": 2}]})
    raw.wait(lambda m: m.get("method") == "workspace/diagnostic/refresh")
    third = pulled(shop, ids)
    assert {name for name, report in third.items() if report["kind"] == "full"} == {"shop/images.py"}

    images.unlink()
    raw.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": images.as_uri(), "type": 3}]})
    raw.quiet(1)
    gone = pulled(shop, ids)["shop/images.py"]
    assert (gone["kind"], gone["items"]) == ("full", [])


def test_parts_come_as_they_are_made(raw: Raw, folder: Path) -> None:
    write(folder, {f"many/flow_{n}.py": "from flytekit import task\n" for n in range(30)})
    shop = Shop(raw, folder, PULLS)
    before = len(raw.seen)
    assert pulled(shop, partialResultToken="here") == {}
    told = [m["params"] for m in raw.seen[before:] if m.get("method") == "$/progress"]
    parts = [named(shop, each["value"]["items"]) for each in told if each["token"] == "here"]
    assert len(parts) > 1
    assert set().union(*map(with_findings, parts)) == FLYTE | {f"many/flow_{n}.py" for n in range(30)}


def test_an_open_document_goes_before_its_file(raw: Raw, folder: Path) -> None:
    shop = Shop(raw, folder, PULLS)
    raw.open("x = 1\n", shop.uri("shop/flow.py"), version=5)
    raw.quiet(1)
    assert with_findings(pulled(shop)) == FLYTE - {"shop/flow.py"}


def test_nothing_is_pushed_unless_the_setting_asks(raw: Raw, folder: Path) -> None:
    Shop(raw, folder)
    assert not [m for m in raw.quiet(1) if m.get("method") == "textDocument/publishDiagnostics"]


def test_closed_files_are_pushed_where_the_setting_asks(raw: Raw, folder: Path) -> None:
    shop = Shop(raw, folder, initializationOptions={"diagnostics": "workspace"})
    found = {name: raw.published(shop.uri(name))["diagnostics"] for name in sorted(FLYTE)[:1]}
    raw.quiet(1.5)
    told = {m["params"]["uri"] for m in raw.seen if m.get("method") == "textDocument/publishDiagnostics"}
    assert {shop.uri(name) for name in FLYTE} <= told and all(found.values())
    uri = shop.uri("shop/images.py")
    shop.open("shop/images.py")
    opened = raw.published(uri)["diagnostics"]
    raw.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert raw.published(uri)["diagnostics"] == []
    assert raw.published(uri)["diagnostics"] == opened, "the file's, once it is closed"
    (folder / "shop/images.py").unlink()
    raw.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 3}]})
    assert raw.published(uri)["diagnostics"] == []


def test_the_setting_can_keep_it_to_open_files(raw: Raw, folder: Path) -> None:
    shop = Shop(raw, folder, PULLS, initializationOptions={"diagnostics": "open"})
    assert pulled(shop) == {}
