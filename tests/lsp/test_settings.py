from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flyteshift.lsp import settings
from flyteshift.lsp.settings import Configuration
from tests.lsp.raw import Raw, event
from tests.lsp.samples import TASKS

MESSAGE = "window/showMessage"
CONFIGURATION = {"workspace": {"configuration": True}}


def shown(raw: Raw) -> list[str]:
    return [m["params"]["message"] for m in raw.seen if m.get("method") == MESSAGE]


def codes(raw: Raw, uri: str) -> set[str]:
    return {d["code"] for d in raw.published(uri)["diagnostics"]}


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return (tmp_path / "flows.py").as_uri()


def pyproject(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.flyteshift]\n{text}\n")


def answer(raw: Raw, *values: Any) -> dict[str, Any]:
    """Answer the server's question for settings; gives the question."""
    asked = raw.asked("workspace/configuration")
    raw.send({"jsonrpc": "2.0", "id": asked["id"], "result": [*values]})
    return asked["params"]


def test_pyproject_is_read(raw: Raw, tmp_path: Path, uri: str) -> None:
    pyproject(tmp_path, 'ignore = ["FS112"]')
    raw.initialize()
    raw.open(TASKS, uri=uri)
    assert {"FS101", "FS111"} <= codes(raw, uri) and shown(raw) == []


@pytest.mark.parametrize("wrap", [lambda o: o, lambda o: {"settings": o}, lambda o: {"flyteshift": o}])
def test_initialization_options_stand_above_pyproject(raw: Raw, tmp_path: Path, uri: str, wrap: Any) -> None:
    pyproject(tmp_path, 'select = ["FS101"]')
    raw.initialize(initializationOptions=wrap({"select": ["FS111"], "trace": {"server": "off"}, "logLevel": "error"}))
    raw.open(TASKS, uri=uri)
    assert codes(raw, uri) == {"FS111"} and shown(raw) == []


def test_the_editors_settings_stand_above_all(raw: Raw, tmp_path: Path, uri: str) -> None:
    pyproject(tmp_path, 'select = ["FS101"]')
    raw.initialize(CONFIGURATION, initializationOptions={"select": ["FS111"]})
    assert answer(raw, {"select": ["FS112"]}) == {"items": [{"section": "flyteshift"}]}
    raw.open(TASKS, uri=uri)
    assert codes(raw, uri) == {"FS112"}


def test_settings_that_come_late_are_followed_by_new_diagnostics(raw: Raw, uri: str) -> None:
    raw.initialize(CONFIGURATION)
    raw.open(TASKS, uri=uri)
    assert "FS101" in codes(raw, uri)
    answer(raw, {"ignore": ["FS101"]})
    assert "FS101" not in codes(raw, uri)
    raw.notify("workspace/didChangeConfiguration", {"settings": None})
    answer(raw, {"ignore": ["FS101"]})
    assert raw.quiet() == [], "nothing changed"
    raw.notify("workspace/didChangeConfiguration", {"settings": None})
    answer(raw, None)
    assert "FS101" in codes(raw, uri)


def test_clients_that_cannot_be_asked_send_the_settings_along(raw: Raw, uri: str) -> None:
    raw.initialize()
    raw.open(TASKS, uri=uri)
    assert "FS101" in codes(raw, uri)
    raw.notify("workspace/didChangeConfiguration", {"settings": {"flyteshift": {"select": ["FS111"]}}})
    assert codes(raw, uri) == {"FS111"}
    assert "workspace/configuration" not in [m.get("method") for m in raw.seen]


def test_each_folder_has_the_settings_that_the_editor_gives_it(raw: Raw, tmp_path: Path) -> None:
    folders = [(tmp_path / name).as_uri() for name in ("a", "b")]
    raw.initialize(CONFIGURATION, workspaceFolders=[{"uri": folder, "name": "w"} for folder in folders])
    assert [item["scopeUri"] for item in answer(raw, {"select": ["FS111"]}, {"select": ["FS112"]})["items"]] == folders
    for folder, expected in zip(folders, ({"FS111"}, {"FS112"}), strict=True):
        raw.open(TASKS, uri=f"{folder}/flows.py")
        assert codes(raw, f"{folder}/flows.py") == expected


def test_a_text_without_a_file_counts_as_one_of_the_first_folder(raw: Raw, tmp_path: Path, uri: str) -> None:
    raw.initialize(CONFIGURATION, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    answer(raw, {"select": ["FS111"]})
    for opened in ("untitled:Untitled-1", uri):
        raw.open(TASKS, uri=opened)
        assert codes(raw, opened) == {"FS111"}


def test_who_pulls_is_told_to_pull_again(raw: Raw, uri: str) -> None:
    pulls = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}
    raw.initialize(pulls)
    raw.open(TASKS, uri=uri)
    raw.notify("workspace/didChangeConfiguration", {"settings": {"flyteshift": {"select": ["FS111"]}}})
    raw.notified("workspace/diagnostic/refresh")
    report = raw.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["result"]
    assert {d["code"] for d in report["items"]} == {"FS111"}
    assert "textDocument/publishDiagnostics" not in [m.get("method") for m in raw.seen]


def test_who_pulls_and_cannot_refresh_is_left_alone(raw: Raw, uri: str) -> None:
    raw.initialize({"textDocument": {"diagnostic": {}}})
    raw.open(TASKS, uri=uri)
    raw.notify("workspace/didChangeConfiguration", {"settings": {"flyteshift": {"select": ["FS111"]}}})
    assert raw.quiet() == []


def test_a_pyproject_that_is_written_takes_effect(raw: Raw, tmp_path: Path, uri: str) -> None:
    raw.initialize({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}})
    [registration] = raw.notified("client/registerCapability")["registrations"]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    assert registration["registerOptions"] == {
        "watchers": [{"globPattern": f"**/{name}"} for name in ("pyproject.toml", "*.py", ".flyteshift-baseline.json")]
    }
    raw.open(TASKS, uri=uri)
    assert "FS101" in codes(raw, uri)
    pyproject(tmp_path, 'ignore = ["FS101"]')
    written = {"uri": (tmp_path / "pyproject.toml").as_uri(), "type": 1}
    raw.notify("workspace/didChangeWatchedFiles", {"changes": [written]})
    assert "FS101" not in codes(raw, uri)


def test_without_a_watcher_pyproject_is_read_anew_when_a_document_is_opened(raw: Raw, tmp_path: Path, uri: str) -> None:
    raw.initialize()
    raw.open(TASKS, uri=uri)
    assert "FS101" in codes(raw, uri)
    pyproject(tmp_path, 'ignore = ["FS101"]')
    raw.open(TASKS, uri=uri)
    assert "FS101" not in codes(raw, uri)


def test_nothing_is_registered_that_the_client_cannot_register(raw: Raw) -> None:
    raw.initialize()
    assert raw.quiet() == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"selct": ["FS1"]}, "selct"),
        ({"select": "FS1"}, "select"),
        ({"select": ["FS111", "no-such-rule"]}, "no-such-rule"),
        ({"severity": {"FS1": "fatal"}}, "fatal"),
        ({"logLevel": "loud"}, "loud"),
    ],
)
def test_a_wrong_setting_is_named_once_and_the_rest_works(raw: Raw, uri: str, options: Any, named: str) -> None:
    raw.initialize(initializationOptions={"ignore": ["FS101"], **options})
    raw.open(TASKS, uri=uri)
    assert "FS111" in codes(raw, uri)
    raw.change(2, event((0, 0), (0, 0), "\n"), uri=uri)
    assert "FS101" not in codes(raw, uri)
    [message] = shown(raw)
    assert named in message


def test_a_broken_pyproject_is_told_once(raw: Raw, tmp_path: Path, uri: str) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.flyteshift\n")
    raw.initialize()
    raw.open(TASKS, uri=uri)
    assert "FS101" in codes(raw, uri)
    raw.open(TASKS, uri=uri.replace("flows", "other"))
    raw.published(uri.replace("flows", "other"))
    [message] = shown(raw)
    assert "pyproject.toml" in message


@pytest.mark.parametrize("value", [3, "x", [], [None], {"a": 1}, [[]], ["x"]])
def test_odd_answers_change_nothing(raw: Raw, uri: str, value: Any) -> None:
    raw.initialize(CONFIGURATION)
    asked = raw.asked("workspace/configuration")
    raw.send({"jsonrpc": "2.0", "id": asked["id"], "result": value})
    raw.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": []}})
    raw.open(TASKS, uri=uri)
    assert "FS101" in codes(raw, uri)


@pytest.fixture
def below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders of a workspace with projects in projects."""
    work = tmp_path / "outer" / "work"
    folders = [work / each for each in ("plain/deep", "own/deep/deeper", "cloned/deep", "own/legacy/deep", "")]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    pyproject(tmp_path / "outer", 'select = ["FS101"]')
    pyproject(work / "own", 'exclude = ["x"]')
    (work / "cloned" / ".git").mkdir()
    (work / "own/legacy/setup.py").write_text("")
    return [*folders, work / "own", work / "own/legacy", work / "cloned", tmp_path / "outer", tmp_path]


def configuration(*folders: Path) -> Configuration:
    client = SimpleNamespace(folders=[folder.as_uri() for folder in folders], options={"ignore": ["FS112"]})
    made = Configuration(SimpleNamespace(client=client, window_show_message=lambda _: None))  # type: ignore[arg-type]
    made._editor = {folders[-1].as_uri(): {"select": ["FS4"]}}
    return made


@pytest.mark.parametrize("bare", [False, True])
def test_folders_have_the_settings_that_each_has_by_itself(below: list[Path], bare: bool) -> None:
    work = below[4]
    if bare:
        (work.parent / "pyproject.toml").unlink()
    for folders in ([work], [work, work / "own"], [work / "plain"]):
        together = configuration(*folders)
        for folder in below:
            alone = configuration(*folders)
            read = alone._read(f"{folder.as_uri()}/x.py", folder, alone.root(folder))
            assert together.of_folder(folder) == together.of(f"{folder.as_uri()}/x.py") == read, folder


def test_folders_of_one_project_are_read_once(below: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    real = settings.load
    monkeypatch.setattr(settings, "load", lambda folder: asked.append(folder) or real(folder))
    known = configuration(work := below[4])
    for folder in (work / "plain/deep", work / "plain", work / "plain/other"):
        known.of_folder(folder)
    assert asked == [work]
    known.forget((work / "plain/deep/x.py").as_uri())
    pyproject(work / "plain", 'exclude = ["y"]')
    assert known.of_folder(work / "plain/deep").exclude == ("y",)
    assert asked == [work, work / "plain"]
