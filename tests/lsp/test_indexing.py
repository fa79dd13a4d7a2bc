"""The server knows the whole workspace: what stands in one file shows in others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.raw import Raw, at, event
from tests.workspace.test_index import PROJECT
from tests.workspace.trees import write

PROGRESS = {"window": {"workDoneProgress": True}}
PULLS = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}


class Shop:
    """A server whose workspace is a small project, indexed."""

    def __init__(self, raw: Raw, folder: Path, capabilities: dict[str, Any] | None = None, **more: Any) -> None:
        self.raw, self.folder = raw, folder
        folders = more.pop("folders", [folder])
        self.capabilities = raw.initialize(
            {**PROGRESS, **(capabilities or {})},
            workspaceFolders=[{"uri": each.as_uri(), "name": each.name} for each in folders],
            **more,
        )["capabilities"]
        if folders:
            self.indexed()

    def indexed(self) -> list[dict[str, Any]]:
        """Wait for the index; gives what was reported of it."""
        created = self.raw.asked("window/workDoneProgress/create")
        token = created["params"]["token"]
        self.raw.send({"jsonrpc": "2.0", "id": created["id"], "result": None})
        values = []
        while not values or values[-1]["kind"] != "end":
            told = self.raw.notified("$/progress")
            if told["token"] == token:
                values.append(told["value"])
        return values

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def text(self, name: str) -> str:
        return (self.folder / name).read_text()

    def open(self, name: str) -> None:
        self.raw.open(self.text(name), self.uri(name))

    def where(self, name: str, word: str, number: int = 0) -> dict[str, Any]:
        """The position of a word, the nth time that it stands in a file."""
        text, offset = self.text(name), -1
        for _ in range(number + 1):
            offset = text.index(word, offset + 1)
        line = text.count("\n", 0, offset)
        return at(line, offset - (text.rfind("\n", 0, offset) + 1), self.uri(name))

    def ask(self, method: str, params: Any) -> Any:
        answer = self.raw.request(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    def spot(self, location: dict[str, Any]) -> tuple[str, str]:
        """The file and the text of a location."""
        path = Path(location["uri"].removeprefix("file://"))
        start, end = location["range"]["start"], location["range"]["end"]
        assert start["line"] == end["line"]
        line = path.read_text().splitlines()[start["line"]]
        return path.relative_to(self.folder).as_posix(), line[start["character"] : end["character"]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "project", PROJECT)


@pytest.fixture
def shop(raw: Raw, folder: Path) -> Iterator[Shop]:
    yield Shop(raw, folder)


def test_questions_about_names_are_answered_across_files(shop: Shop) -> None:
    shop.open("shop/flow.py")
    shop.raw.published(shop.uri("shop/flow.py"))
    definition = shop.ask("textDocument/definition", shop.where("shop/flow.py", "fit(day"))
    assert shop.spot(definition) == ("shop/tasks.py", "train")
    again = shop.ask("textDocument/definition", shop.where("shop/flow.py", "again(b"))
    assert shop.spot(again) == ("shop/helpers.py", "def again(x):")
    assert shop.ask("textDocument/definition", shop.where("shop/flow.py", "return")) is None

    where = {**shop.where("shop/flow.py", "fit(day"), "context": {"includeDeclaration": True}}
    found = sorted(shop.spot(each) for each in shop.ask("textDocument/references", where))
    assert found == [
        ("shop/__init__.py", "train"),
        ("shop/flow.py", "fit"),
        ("shop/flow.py", "fit"),
        ("shop/flow.py", "shop.tasks.train"),
        ("shop/helpers.py", "train"),
        ("shop/helpers.py", "train"),
        ("shop/tasks.py", "train"),
    ]
    where["context"] = {"includeDeclaration": False}
    assert len(shop.ask("textDocument/references", where)) == len(found) - 1

    symbols = shop.ask("workspace/symbol", {"query": "ran"})
    assert [(s["name"], s["containerName"], shop.spot(s["location"])) for s in symbols] == [
        ("train", "task in shop.tasks", ("shop/tasks.py", "train"))
    ]
    assert {s["name"] for s in shop.ask("workspace/symbol", {"query": ""})} == {"train", "daily"}
    assert shop.ask("workspace/symbol", {"query": "xyz"}) == []

    [daily] = shop.ask("textDocument/prepareCallHierarchy", shop.where("shop/flow.py", "daily"))
    assert (daily["name"], daily["detail"]) == ("daily", "workflow in shop.flow")
    [called] = shop.ask("callHierarchy/outgoingCalls", {"item": daily})
    assert called["to"]["name"] == "train" and len(called["fromRanges"]) == 3
    [caller] = shop.ask("callHierarchy/incomingCalls", {"item": daily})
    assert caller["from"]["name"] == "test"
    callers = shop.ask("callHierarchy/incomingCalls", {"item": called["to"]})
    assert {c["from"]["name"] for c in callers} == {"daily", "again"}
    assert shop.ask("textDocument/prepareCallHierarchy", shop.where("shop/flow.py", "return")) is None
    assert shop.ask("callHierarchy/incomingCalls", {"item": {**daily, "data": None}}) is None


def test_flyte_1_by_the_projects_own_modules_is_found(shop: Shop) -> None:
    shop.open("shop/tasks.py")
    uri = shop.uri("shop/tasks.py")
    found = {(d["code"], d["range"]["start"]["line"]) for d in shop.raw.published(uri)["diagnostics"]}
    assert ("FS111", 2) in found, "the decorator is the project's own"
    assert any(line == 2 and code != "FS111" for code, line in found), "its parameter"
    hover = shop.ask("textDocument/hover", shop.where("shop/tasks.py", "task_with_image", 1))
    assert "Flyte 1" in hover["contents"]["value"]


def test_an_edit_elsewhere_reaches_open_files_and_one_inside_a_body_does_not(shop: Shop) -> None:
    tasks, common = shop.uri("shop/tasks.py"), shop.uri("shop/common.py")
    shop.open("shop/tasks.py")
    assert shop.raw.published(tasks)["diagnostics"]
    shop.open("shop/common.py")
    shop.raw.published(common)
    line = next(n for n, text in enumerate(shop.text("shop/common.py").splitlines()) if "return fn" in text)
    shop.raw.change(2, event((line, 4), (line, 4), "x = 1\n    "), uri=common)
    shop.raw.published(common)
    assert not [m for m in shop.raw.quiet(1.5) if m.get("method") == "textDocument/publishDiagnostics"]
    text = shop.text("shop/common.py").replace("return task(f, container_image=image, **more)", "return f")
    shop.raw.change(3, {"text": text}, uri=common)
    assert shop.raw.published(tasks)["diagnostics"] == []
    shop.raw.notify("textDocument/didClose", {"textDocument": {"uri": common}})
    assert shop.raw.published(tasks)["diagnostics"], "the file on disk is as before"


def test_files_that_come_change_and_go(shop: Shop) -> None:
    uri = shop.uri("shop/tasks.py")
    shop.open("shop/tasks.py")
    shop.raw.published(uri)

    def told(name: str, kind: int) -> None:
        change = {"uri": shop.uri(name), "type": kind}
        shop.raw.notify("workspace/didChangeWatchedFiles", {"changes": [change]})

    common = shop.text("shop/common.py")
    (shop.folder / "shop/common.py").unlink()
    told("shop/common.py", 3)
    assert shop.raw.published(uri)["diagnostics"] == []
    (shop.folder / "shop/common.py").write_text(common)
    told("shop/common.py", 1)
    assert shop.raw.published(uri)["diagnostics"]
    write(shop.folder, {"new/flow.py": "from flytekit import workflow\n@workflow\ndef fresh(): ...\n"})
    told("new/flow.py", 1)
    shop.raw.quiet(1.5)
    assert {s["name"] for s in shop.ask("workspace/symbol", {"query": "fresh"})} == {"fresh"}
    (shop.folder / "new/flow.py").unlink()
    (shop.folder / "new").rmdir()
    shop.raw.notify("workspace/didDeleteFiles", {"files": [{"uri": shop.uri("new")}]})
    shop.raw.quiet(1.5)
    assert shop.ask("workspace/symbol", {"query": "fresh"}) == []


def test_folders_come_and_go(raw: Raw, folder: Path, tmp_path: Path) -> None:
    shop = Shop(raw, folder, folders=[])
    assert shop.ask("workspace/symbol", {"query": "train"}) == []
    shop.open("shop/tasks.py")
    uri = shop.uri("shop/tasks.py")
    assert shop.raw.published(uri)["diagnostics"] == []

    def moved(added: list[Path], removed: list[Path]) -> None:
        items = [[{"uri": each.as_uri(), "name": each.name} for each in group] for group in (added, removed)]
        event = {"added": items[0], "removed": items[1]}
        raw.notify("workspace/didChangeWorkspaceFolders", {"event": event})

    moved([folder], [])
    shop.indexed()
    assert {s["name"] for s in shop.ask("workspace/symbol", {"query": "train"})} == {"train"}
    moved([], [folder])
    assert shop.ask("workspace/symbol", {"query": "train"}) == []


def test_lenses_tell_how_far_a_workflow_is(shop: Shop) -> None:
    assert shop.capabilities["codeLensProvider"] == {"resolveProvider": True}
    write(
        shop.folder,
        {
            "easy.py": "from flytekit import task, workflow\n@task\ndef one(x: int) -> int:\n    return x\n@workflow\ndef easy(x: int) -> int:\n    return one(x=x)\n",
            "hard.py": "from flytekit import task, workflow\nfrom flytekit.core.context_manager import FlyteContextManager\n@task\ndef two(x: int) -> int:\n    FlyteContextManager.current_context().serialization_settings\n    return x\n@workflow\ndef hard(x: int) -> int:\n    return two(x=x)\n",
            "done.py": "import flyte\nenv = flyte.TaskEnvironment(name='a')\n@env.task\ndef f(x: int) -> int:\n    return x\n",
        },
    )
    changes = [{"uri": shop.uri(name), "type": 1} for name in ("easy.py", "hard.py", "done.py")]
    shop.raw.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    titles = {}
    for name in ("easy.py", "hard.py", "done.py", "shop/flow.py"):
        shop.open(name)
        shop.raw.published(shop.uri(name))
        shop.raw.quiet(1)
        for lens in shop.ask("textDocument/codeLens", {"textDocument": {"uri": shop.uri(name)}}):
            resolved = shop.ask("codeLens/resolve", lens)
            titles[name] = resolved["command"]["title"]
            assert resolved["range"] == lens["range"]
            command = resolved["command"]
    assert titles["easy.py"] == "1 task, ready to migrate"
    assert titles["hard.py"] == "1 task, 2 things need you"
    assert "done.py" not in titles
    assert titles["shop/flow.py"] == "1 task, 2 modules, 2 things need you", "decorators of the project's own"
    shop.ask("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    [message] = [m["params"]["message"] for m in shop.raw.seen if m.get("method") == "window/showMessage"]
    assert "`daily`: 1 task, 2 modules" in message and "tasks.py, line 4: `train` is of Flyte 1 by" in message


def test_indexing_tells_how_far_it_is_and_stops_when_asked(raw: Raw, folder: Path) -> None:
    shop = Shop(raw, folder, folders=[])
    raw.notify(
        "workspace/didChangeWorkspaceFolders",
        {"event": {"added": [{"uri": folder.as_uri(), "name": "x"}], "removed": []}},
    )
    values = shop.indexed()
    assert values[0]["kind"] == "begin" and values[0]["cancellable"]
    assert values[-1]["message"] == f"{len(PROJECT)} files"
    raw.notify("window/workDoneProgress/cancel", {"token": "unknown"})
    shop.ask("workspace/executeCommand", {"command": "flyteshift.reindex"})
    assert shop.indexed()[-1]["kind"] == "end"


def test_without_an_index_nothing_is_in_the_way(raw: Raw, folder: Path) -> None:
    """A client without workspace folders, and files outside of them."""
    shop = Shop(raw, folder, folders=[])
    shop.open("shop/flow.py")
    raw.published(shop.uri("shop/flow.py"))
    where = shop.where("shop/flow.py", "fit(day")
    assert shop.ask("textDocument/definition", where) is None
    assert shop.ask("textDocument/references", {**where, "context": {"includeDeclaration": True}}) == []
    assert shop.ask("textDocument/codeLens", {"textDocument": {"uri": shop.uri("shop/flow.py")}}) == []
    assert shop.ask("textDocument/prepareCallHierarchy", where) is None
