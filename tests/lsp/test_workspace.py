"""The requests about the whole workspace, over the wire."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flyteshift.cli.main import main
from tests.lsp.raw import Raw, event
from tests.lsp.samples import PLAIN, TASKS
from tests.lsp.test_actions import applied
from tests.migration import test_unit
from tests.migration.cross import Sample
from tests.migration.test_several import READS, SECRET

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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Files that belong together, files alike, secrets that are named in one file and read in another."""
    folder = tmp_path / "project"
    for name in ("chain", "helpers", "plans", "scripts"):
        (folder / name).mkdir(parents=True)
        Sample.read(name).write(folder / name)
    sources = {"one/tasks.py": test_unit.TASKS, "one/flow.py": test_unit.FLOW, "two/tasks.py": TASKS}
    sources |= {"asks.py": SECRET.format("TOKEN"), "reads.py": READS}
    for name, source in sources.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(source, "utf-8")
    (folder / "pyproject.toml").write_text("", "utf-8")
    return folder


def test_the_workspace_becomes_what_the_command_line_makes_of_it(raw: Raw, project: Path) -> None:
    copy = project.parent / "copy" / "project"
    shutil.copytree(project, copy)
    raw.initialize(CAPABILITIES, rootUri=project.as_uri())
    answer = raw.request("workspace/executeCommand", {"command": MIGRATE, "arguments": [{"apply": False}]})["result"]
    for each in answer["documentChanges"]:
        path = Path(each["textDocument"]["uri"].removeprefix("file://"))
        path.write_text(applied(path.read_text("utf-8"), each["edits"]), "utf-8")
    main(["migrate", "--write", str(copy)])
    files = [path.relative_to(copy) for path in sorted(copy.rglob("*.py"))]
    assert {path: (project / path).read_text("utf-8") for path in files} == {
        path: (copy / path).read_text("utf-8") for path in files
    }
    assert 'environ["TOKEN"]' in (project / "reads.py").read_text("utf-8")


def test_planning_is_shown_and_can_be_cancelled(raw: Raw, tmp_path: Path) -> None:
    capabilities = {**CAPABILITIES, "window": {"workDoneProgress": True}}
    started(raw, tmp_path, capabilities, **{f"flows{n}": TASKS for n in range(60)})
    raw.request("flyteshift/explain", {"key": "map-task"})
    indexing = raw.asked("window/workDoneProgress/create")
    raw.send({"jsonrpc": "2.0", "id": indexing["id"], "result": None})
    raw.wait(lambda m: m.get("method") == "$/progress" and m["params"]["value"]["kind"] == "end")
    number = raw.next_id()
    command = {"command": MIGRATE, "arguments": [{"apply": False}]}
    raw.send({"jsonrpc": "2.0", "id": number, "method": "workspace/executeCommand", "params": command})
    planning = raw.asked("window/workDoneProgress/create")
    token = planning["params"]["token"]
    raw.send({"jsonrpc": "2.0", "id": planning["id"], "result": None})
    begun = raw.wait(lambda m: m.get("method") == "$/progress" and m["params"]["token"] == token)
    assert begun["params"]["value"]["cancellable"] is True
    raw.notify("window/workDoneProgress/cancel", {"token": token})
    end = raw.wait(lambda m: m.get("method") == "$/progress" and m["params"]["value"]["kind"] == "end")
    assert end["params"]["token"] == token and "of 60 files" in end["params"]["value"]["message"]
    assert raw.answer(number)["error"]["code"] == -32800
    again = raw.request("workspace/executeCommand", command)["result"]
    assert len(again["documentChanges"]) == 60, "the workers go on"


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
