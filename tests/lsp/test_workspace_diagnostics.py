"""Diagnostics of files that are not open."""

from __future__ import annotations

import json
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
    method = "textDocument/publishDiagnostics"
    told: dict[str, Any] = {}
    while not {shop.uri(name) for name in FLYTE} <= told.keys():
        params = raw.wait(lambda m: m.get("method") == method)["params"]
        told[params["uri"]] = params["diagnostics"]
    assert all(told[shop.uri(name)] for name in FLYTE)
    uri = shop.uri("shop/images.py")
    shop.open("shop/images.py")
    opened = raw.wait(lambda m: m.get("method") == method and m["params"].get("version") == 1)["params"]["diagnostics"]
    raw.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert raw.published(uri)["diagnostics"] == []
    assert raw.published(uri)["diagnostics"] == opened, "the file's, once it is closed"
    (folder / "shop/images.py").unlink()
    raw.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 3}]})
    assert raw.published(uri)["diagnostics"] == []


def test_the_setting_can_keep_it_to_open_files(raw: Raw, folder: Path) -> None:
    shop = Shop(raw, folder, PULLS, initializationOptions={"diagnostics": "open"})
    assert pulled(shop) == {}


def test_the_baseline_is_honoured_and_followed(raw: Raw, folder: Path) -> None:
    path = folder / ".flyteshift-baseline.json"
    shop = Shop(raw, folder, PULLS)
    before = pulled(shop)["shop/images.py"]
    known = [
        [d["code"], "flytekit.ImageSpec", w, 1] for d, w in zip(before["items"], ["ImageSpec", "image"], strict=False)
    ]
    path.write_text(json.dumps({"version": 1, "files": {"shop/images.py": known}}))
    raw.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 1}]})
    raw.wait(lambda m: m.get("method") == "workspace/diagnostic/refresh")
    after = pulled(shop, {"shop/images.py": before["resultId"]})["shop/images.py"]
    assert len(after["items"]) == len(before["items"]) - len(known)
    shop.open("shop/images.py")
    items = shop.ask("textDocument/diagnostic", {"textDocument": {"uri": shop.uri("shop/images.py")}})["items"]
    assert items == after["items"]


def test_all_safe_fixes_of_a_rule_are_made_in_all_files(raw: Raw, folder: Path) -> None:
    source = "from flytekit import task\n\n\n@task(cache=False)\ndef f(): ...\n"
    write(folder, {"one.py": source, "two.py": source})
    actions = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}
    workspace = {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}
    shop = Shop(raw, folder, {"textDocument": {"codeAction": actions}, "workspace": workspace})
    shop.open("one.py")
    raw.published(shop.uri("one.py"))
    where = shop.where("one.py", "cache")
    spot = {"start": where["position"], "end": where["position"]}
    listed = shop.ask(
        "textDocument/codeAction",
        {"textDocument": where["textDocument"], "range": spot, "context": {"diagnostics": []}},
    )
    [command] = [a["command"] for a in listed if a.get("command")]
    assert command["title"] == "Make all safe fixes of task-cache in the workspace"
    shop.ask("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    changes = raw.asked("workspace/applyEdit")["params"]["edit"]["documentChanges"]
    told = {
        c["textDocument"]["uri"]: (c["textDocument"]["version"], [e["newText"] for e in c["edits"]]) for c in changes
    }
    assert told == {shop.uri("one.py"): (1, [""]), shop.uri("two.py"): (None, [""])}
    answer = raw.request(
        "workspace/executeCommand", {"command": "flyteshift.fixRule", "arguments": [{"rule": "nothing"}]}
    )
    assert answer["error"]["code"] == -32602
    shop.ask("workspace/executeCommand", {"command": "flyteshift.fixRule", "arguments": [{"rule": "map-task"}]})
    messages = [m["params"]["message"] for m in raw.seen if m.get("method") == "window/showMessage"]
    assert messages == ["There is no safe fix of map-task left."]


def test_a_suppression_that_hides_nothing_is_shown(raw: Raw, folder: Path) -> None:
    shop = Shop(raw, folder, {"textDocument": {"publishDiagnostics": {"tagSupport": {"valueSet": [1, 2]}}}})
    raw.open("# flyte\nx = 1  # flyteshift: ignore\n", shop.uri("new.py"))
    [found] = raw.published(shop.uri("new.py"))["diagnostics"]
    assert (found["code"], found["tags"], found["range"]["start"]) == (
        "unused-suppression",
        [1],
        {"line": 1, "character": 7},
    )
