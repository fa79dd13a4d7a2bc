"""Migrations that go over files, over the wire, as clients of several kinds get them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol.converters import get_converter
from pytest_lsp import client_capabilities

from tests.lsp.raw import Raw, event
from tests.lsp.test_actions import LITERALS, applied

TASKS = "from flytekit import task\n\n\n@task(retries=2)\ndef double(x: int) -> int:\n    return x * 2\n"
FLOWS = (
    "from flytekit import workflow\n\nfrom tasks import double\n\n\n@workflow\ndef main(x: int) -> int:\n"
    "    a = double(x=x)\n    b = double(x=x)\n    return double(x=a)\n"
)
MIGRATED = "import flyte\n\nenv = flyte.TaskEnvironment(name='jobs')\n\n\n@env.task\ndef double(x: int) -> int:\n    return x * 2\n"
TEST = "from flows import main\n\n\ndef test_main() -> None:\n    assert main(x=1) == 4\n"
FILES = {"tasks.py": TASKS, "flows.py": FLOWS, "test_flows.py": TEST}
COMMAND = "flyteshift.migrateTogether"


def of(name: str) -> dict[str, Any]:
    return get_converter().unstructure(client_capabilities(name))


def started(raw: Raw, folder: Path, capabilities: dict[str, Any], **files: str) -> str:
    for name, text in {**FILES, **{f"{name}.py": text for name, text in files.items()}}.items():
        (folder / name).write_text(text, "utf-8")
    raw.initialize(capabilities, workspaceFolders=[{"uri": folder.as_uri(), "name": "w"}])
    uri = (folder / "flows.py").as_uri()
    raw.open((folder / "flows.py").read_text("utf-8"), uri, version=3)
    raw.request("flyteshift/workflows", {})
    return uri


def actions(raw: Raw, uri: str, line: int = 6) -> list[dict[str, Any]]:
    where = event((line, 5), (line, 5), "")["range"]
    params = {"textDocument": {"uri": uri}, "range": where, "context": {"diagnostics": []}}
    return raw.request("textDocument/codeAction", params)["result"]


def together(found: list[dict[str, Any]], name: str = "main") -> dict[str, Any]:
    return next(each for each in found if each["title"].startswith(f"Migrate workflow `{name}` with everything"))


def texts(edit: dict[str, Any]) -> dict[str, str]:
    """The files after an edit."""
    if "changes" in edit:
        changed = {uri.rpartition("/")[2]: edits for uri, edits in edit["changes"].items()}
    else:
        changed = {each["textDocument"]["uri"].rpartition("/")[2]: each["edits"] for each in edit["documentChanges"]}
    return {name: applied(FILES[name], edits) for name, edits in changed.items()}


def right(after: dict[str, str]) -> bool:
    return (
        after.keys() == FILES.keys()
        and "async def main" in after["flows.py"]
        and "asyncio.run(main(x=1))" in after["test_flows.py"]
        and "flytekit" not in "".join(after.values())
    )


@pytest.mark.parametrize("client", ["visual_studio_code", "neovim@v0.11"])
def test_a_workflow_is_migrated_with_everything_it_calls(raw: Raw, tmp_path: Path, client: str) -> None:
    uri = started(raw, tmp_path, of(client))
    found = actions(raw, uri)
    action = together(found)
    assert "2 modules" in action["title"] and "disabled" not in action and "edit" not in action
    for module in [each for each in found if each["title"] == "Migrate this module to Flyte 2"]:
        assert "tasks.py" in module["disabled"]["reason"] and not module.get("isPreferred")
    edit = raw.request("codeAction/resolve", action)["result"]["edit"]
    assert right(texts(edit))
    if "documentChanges" in edit:
        versions = {each["textDocument"]["uri"]: each["textDocument"]["version"] for each in edit["documentChanges"]}
        assert versions[uri] == 3 and set(versions.values()) == {3, None}
    else:
        assert client != "visual_studio_code"


def test_who_wants_annotations_gets_one_for_all_files(raw: Raw, tmp_path: Path) -> None:
    uri = started(raw, tmp_path, of("visual_studio_code"))
    edit = raw.request("codeAction/resolve", together(actions(raw, uri)))["result"]["edit"]
    ((key, annotation),) = edit["changeAnnotations"].items()
    assert {each.get("annotationId") for change in edit["documentChanges"] for each in change["edits"]} == {key}
    assert annotation["needsConfirmation"]  # retries cover every exception now
    assert "tasks.py, line 4" in annotation["description"]


def test_a_client_that_resolves_nothing_gets_a_command(raw: Raw, tmp_path: Path) -> None:
    uri = started(raw, tmp_path, {"textDocument": {"codeAction": LITERALS}, "workspace": {"applyEdit": True}})
    action = together(actions(raw, uri))
    assert action["command"]["command"] == COMMAND
    assert raw.request("workspace/executeCommand", action["command"])["result"] is None
    edit = raw.asked("workspace/applyEdit")["params"]["edit"]
    assert edit.keys() == {"changes"} and right(texts(edit))


def test_a_client_that_knows_commands_only(raw: Raw, tmp_path: Path) -> None:
    uri = started(raw, tmp_path, {"workspace": {"applyEdit": True}})
    action = together(actions(raw, uri))
    assert action["command"] == COMMAND
    assert raw.request("workspace/executeCommand", action)["result"] is None
    assert right(texts(raw.asked("workspace/applyEdit")["params"]["edit"]))


def test_a_client_that_applies_nothing_is_told_of_the_terminal(raw: Raw, tmp_path: Path) -> None:
    uri = started(raw, tmp_path, {"textDocument": {"codeAction": LITERALS}})
    assert not [each for each in actions(raw, uri) if "everything" in each["title"]]
    raw.request("workspace/executeCommand", {"command": "flyteshift.migrateWorkspace"})
    (shown,) = (each["params"] for each in raw.seen if each.get("method") == "window/showMessage")
    assert "flyteshift migrate --write" in shown["message"]


def test_what_stands_in_the_way_is_said_with_its_file(raw: Raw, tmp_path: Path) -> None:
    stays = "import flytekit\n" + TASKS + "\n\nflytekit.FlyteContextManager.push\n"
    uri = started(raw, tmp_path, of("visual_studio_code"), tasks=stays)
    error = raw.request("codeAction/resolve", together(actions(raw, uri)))["error"]
    assert error["code"] == -32803
    assert error["message"].startswith("tasks.py, line 10: ")


def test_an_action_of_an_older_text_is_refused(raw: Raw, tmp_path: Path) -> None:
    uri = started(raw, tmp_path, of("visual_studio_code"))
    action = together(actions(raw, uri))
    raw.change(4, event((0, 0), (0, 0), "# new\n"), uri=uri)
    assert raw.request("codeAction/resolve", action)["error"]["code"] == -32801


def test_a_workflow_of_one_file_has_no_such_action(raw: Raw, tmp_path: Path) -> None:
    alone = (
        TASKS.replace("task\n", "task, workflow\n", 1)
        + "\n\n@workflow\ndef main(x: int) -> int:\n    return double(x=x)\n"
    )
    uri = started(raw, tmp_path, of("visual_studio_code"), flows=alone)
    assert not [each for each in actions(raw, uri, 9) if "everything" in each["title"]]


@pytest.mark.parametrize("argument", [{}, {"path": 3, "name": "main"}, "x", [1]])
def test_wrong_arguments_are_refused(raw: Raw, tmp_path: Path, argument: Any) -> None:
    started(raw, tmp_path, of("visual_studio_code"))
    answer = raw.request("workspace/executeCommand", {"command": COMMAND, "arguments": [argument]})
    assert answer["error"]["code"] == -32602


def test_a_bridging_task_over_the_wire(raw: Raw, tmp_path: Path) -> None:
    uri = started(raw, tmp_path, of("visual_studio_code"), tasks=MIGRATED)
    where = event((7, 8), (7, 8), "")["range"]
    params = {"textDocument": {"uri": uri}, "range": where, "context": {"diagnostics": []}}
    found = raw.request("textDocument/codeAction", params)["result"]
    (action,) = [each for each in found if each["title"] == "Call `double` of Flyte 2 by a bridging task"]
    assert action["kind"] == "quickfix"
    edit = raw.request("codeAction/resolve", action)["result"]["edit"]
    (after,) = texts(edit).values()
    assert 'flyte.remote.Task.get("jobs.double", auto_version="latest")' in after and "from tasks" not in after
    assert "deploy that" in next(iter(edit["changeAnnotations"].values()))["description"]


def test_who_came_to_use_a_module_just_now_counts(raw: Raw, tmp_path: Path) -> None:
    """The index is asked, once it knows what was written."""
    watches = of("visual_studio_code")
    started(raw, tmp_path, watches)
    uri = (tmp_path / "tasks.py").as_uri()
    raw.open(TASKS, uri)
    (tmp_path / "late.py").write_text(
        "from flytekit import workflow\n\nfrom tasks import double\n\n\n@workflow\ndef late() -> int:\n    return double(x=1)\n"
    )
    raw.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (tmp_path / "late.py").as_uri(), "type": 1}]})
    (action,) = [each for each in actions(raw, uri, 4) if each["title"] == "Migrate this module to Flyte 2"]
    edit = raw.request("codeAction/resolve", action)["result"]["edit"]
    (annotation,) = edit["changeAnnotations"].values()
    assert "late.py still uses `double` with Flyte 1" in annotation["description"]
    assert "flows.py still uses `double` with Flyte 1" in annotation["description"]


def test_a_workflow_whose_task_was_migrated_is_told_as_soon_as_that_is_known(raw: Raw, tmp_path: Path) -> None:
    uri = started(raw, tmp_path, {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}})
    assert "FS120" not in str(raw.seen)
    (tmp_path / "tasks.py").write_text(MIGRATED, "utf-8")
    changed = {"uri": (tmp_path / "tasks.py").as_uri(), "type": 2}
    raw.notify("workspace/didChangeWatchedFiles", {"changes": [changed]})
    method = "textDocument/publishDiagnostics"
    later = raw.wait(
        lambda m: m.get("method") == method and any(d["code"] == "FS120" for d in m["params"]["diagnostics"])
    )
    lines = [d["range"]["start"]["line"] for d in later["params"]["diagnostics"] if d["code"] == "FS120"]
    assert later["params"]["uri"] == uri and lines == [7, 8, 9]
