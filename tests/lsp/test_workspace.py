"""The requests about the whole workspace, over the wire."""

from __future__ import annotations

from pathlib import Path

from tests.lsp.raw import Raw, event
from tests.lsp.samples import PLAIN, TASKS

CAPABILITIES = {
    "workspace": {"workspaceEdit": {"documentChanges": True, "changeAnnotationSupport": {}}, "applyEdit": True},
    "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
}
MIGRATE = "flyteshift.migrateWorkspace"


def started(raw: Raw, folder: Path, capabilities=None, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.py").write_bytes(text.encode())
    raw.initialize(capabilities or CAPABILITIES, rootUri=folder.as_uri())


def test_workflows_with_their_places(raw: Raw, tmp_path: Path) -> None:
    started(raw, tmp_path, flows='"""\U0001f600"""\n' + TASKS, plain=PLAIN)
    found = raw.request("flyteshift/workflows", {})["result"]
    (workflow,) = found["workflows"]
    assert (workflow["name"], workflow["state"], workflow["calls"]) == ("main", "ready", 1)
    assert workflow["location"]["uri"] == (tmp_path / "flows.py").as_uri()
    assert workflow["location"]["range"] == {"start": {"line": 10, "character": 4}, "end": {"line": 10, "character": 8}}
    assert (found["files"], found["ready"]) == (1, 1)


def test_what_is_typed_counts_before_it_is_saved(raw: Raw, tmp_path: Path) -> None:
    started(raw, tmp_path, flows=TASKS)
    uri = (tmp_path / "flows.py").as_uri()
    raw.open(TASKS, uri)
    raw.change(2, event((9, 4), (9, 8), "renamed"), uri=uri)
    names = [each["name"] for each in raw.request("flyteshift/workflows", {})["result"]["workflows"]]
    assert names == ["renamed"]
    assert (tmp_path / "flows.py").read_text("utf-8") == TASKS


def test_typing_is_answered_while_a_survey_is_made(raw: Raw, tmp_path: Path) -> None:
    started(raw, tmp_path, **{f"flows{n}": TASKS for n in range(40)})
    raw.open(TASKS)
    survey, hover = raw.next_id(), raw.next_id()
    position = {"textDocument": {"uri": "file:///nowhere/flows.py"}, "position": {"line": 3, "character": 2}}
    raw.send(
        {"jsonrpc": "2.0", "id": survey, "method": "flyteshift/workflows", "params": {}},
        {"jsonrpc": "2.0", "id": hover, "method": "textDocument/hover", "params": position},
    )
    first = raw.wait(lambda m: m.get("id") in (survey, hover) and "method" not in m)
    assert first["id"] == hover
    assert len(raw.answer(survey)["result"]["workflows"]) == 40


def test_without_a_folder_there_is_nothing_to_list(raw: Raw) -> None:
    raw.initialize(CAPABILITIES)
    assert raw.request("flyteshift/workflows", {})["result"] == {"workflows": [], "files": 0, "ready": 0}


def test_an_inner_folder_of_the_workspace_is_listed_once(raw: Raw, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "flows.py").write_text(TASKS, "utf-8")
    folders = [{"uri": each.as_uri(), "name": each.name} for each in (tmp_path, inner)]
    raw.initialize(CAPABILITIES, workspaceFolders=folders)
    found = raw.request("flyteshift/workflows", None)["result"]
    assert [each["name"] for each in found["workflows"]] == ["main"]
    assert found["files"] == 1


def test_the_workspace_is_migrated_as_one_edit(raw: Raw, tmp_path: Path) -> None:
    started(raw, tmp_path, flows=TASKS, more=TASKS.replace("(retries=2)", ""), plain=PLAIN)
    raw.open(TASKS, (tmp_path / "flows.py").as_uri(), version=7)
    answer = raw.request("workspace/executeCommand", {"command": MIGRATE, "arguments": [{"apply": False}]})["result"]
    versions = {
        each["textDocument"]["uri"].rpartition("/")[2]: each["textDocument"]["version"]
        for each in answer["documentChanges"]
    }
    assert versions == {"flows.py": 7, "more.py": None}
    annotations = answer["changeAnnotations"]
    used = {edit.get("annotationId") for each in answer["documentChanges"] for edit in each["edits"]} - {None}
    assert used == annotations.keys() and used


def test_a_client_that_asks_no_more_is_asked_to_apply(raw: Raw, tmp_path: Path) -> None:
    started(raw, tmp_path, flows=TASKS)
    assert raw.request("workspace/executeCommand", {"command": MIGRATE})["result"] is None
    asked = raw.asked("workspace/applyEdit")["params"]
    assert [each["textDocument"]["uri"] for each in asked["edit"]["documentChanges"]] == [
        (tmp_path / "flows.py").as_uri()
    ]


def test_a_client_of_old_gets_plain_changes(raw: Raw, tmp_path: Path) -> None:
    started(raw, tmp_path, {"workspace": {"applyEdit": True}}, flows=TASKS)
    assert raw.request("workspace/executeCommand", {"command": MIGRATE})["result"] is None
    edit = raw.asked("workspace/applyEdit")["params"]["edit"]
    assert edit.keys() == {"changes"}
    assert [*edit["changes"]] == [(tmp_path / "flows.py").as_uri()]


def test_nothing_to_migrate_asks_for_nothing(raw: Raw, tmp_path: Path) -> None:
    started(raw, tmp_path, plain=PLAIN)
    assert raw.request("workspace/executeCommand", {"command": MIGRATE})["result"] is None
    assert not [m for m in raw.quiet() if m.get("method") == "workspace/applyEdit"]


def test_unknown_commands_and_keys_are_refused(raw: Raw, tmp_path: Path) -> None:
    started(raw, tmp_path)
    assert raw.request("workspace/executeCommand", {"command": "other"})["error"]["code"] == -32602
    for params in ({}, {"key": 3}, None, []):
        assert raw.request("flyteshift/explain", params)["error"]["code"] == -32602


def test_explanations(raw: Raw, tmp_path: Path) -> None:
    started(raw, tmp_path)
    assert "Flyte 2" in raw.request("flyteshift/explain", {"key": "map-task"})["result"]["markdown"]
    unknown = raw.request("flyteshift/explain", {"key": "map_tsk"})["result"]
    assert unknown["markdown"] is None and "map_task" in unknown["nearest"]
