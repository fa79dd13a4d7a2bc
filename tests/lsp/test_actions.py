from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lsp.raw import URI, Raw, event
from tests.lsp.samples import PLAIN, TASKS
from tests.migration.test_partial import SOURCE, TRAIN

LITERALS = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor"]}}}
RESOLVES = {**LITERALS, "dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
REFUSED = TASKS + '\n\nFLOWS = {"main": main}\n'


def capabilities(action: dict[str, Any], **workspace: Any) -> dict[str, Any]:
    return {"textDocument": {"codeAction": action}, "workspace": workspace}


def actions(raw: Raw, line: int = 3, character: int = 1, **context: Any) -> list[dict[str, Any]]:
    where = event((line, character), (line, character), "")["range"]
    params = {"textDocument": {"uri": URI}, "range": where, "context": {"diagnostics": [], **context}}
    return raw.request("textDocument/codeAction", params)["result"]


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """The text after the edits; ASCII only, so that characters are characters."""
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:n])) for n in range(len(lines) + 1)]

    def offset(position: dict[str, int]) -> int:
        return starts[position["line"]] + position["character"]

    for edit in sorted(edits, key=lambda e: offset(e["range"]["start"]), reverse=True):
        text = text[: offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]) :]
    return text


def migrated(text: str) -> bool:
    compile(text, "migrated.py", "exec")
    return "flytekit" not in text and "import flyte" in text and "@env.task" in text.replace("_env.", "env.")


def test_actions_are_resolved_when_they_are_chosen(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES, workspaceEdit={"documentChanges": True}))
    raw.open(TASKS, version=4)
    offered = actions(raw)
    assert offered and not any("edit" in action or "disabled" in action for action in offered)
    resolved = raw.request("codeAction/resolve", offered[0])["result"]
    [change] = resolved["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": URI, "version": 4}
    assert migrated(applied(TASKS, change["edits"]))


@pytest.mark.parametrize("action", [LITERALS, {**LITERALS, "resolveSupport": {"properties": ["edit"]}}])
def test_clients_that_cannot_resolve_get_the_edit_at_once(raw: Raw, action: dict[str, Any]) -> None:
    raw.initialize(capabilities(action))
    raw.open(TASKS)
    offered = actions(raw)
    assert offered and not any("data" in each for each in offered)
    assert migrated(applied(TASKS, offered[0]["edit"]["changes"][URI]))
    assert raw.request("codeAction/resolve", offered[0])["error"]["code"] == -32601


def test_clients_without_document_changes_get_changes(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES))
    raw.open(TASKS)
    resolved = raw.request("codeAction/resolve", actions(raw)[0])["result"]
    assert set(resolved["edit"]) == {"changes"}
    assert migrated(applied(TASKS, resolved["edit"]["changes"][URI]))


def test_an_action_on_a_text_that_has_changed_since_gives_no_edit(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES))
    raw.open(TASKS)
    [action, *_] = actions(raw)
    raw.change(2, event((0, 0), (0, 0), "\n"))
    assert raw.request("codeAction/resolve", action)["error"]["code"] == -32801
    raw.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert raw.request("codeAction/resolve", action)["error"]["code"] == -32801


@pytest.mark.parametrize("data", [None, 3, {}, {"uri": URI}, {"uri": URI, "key": "x", "span": [0]}])
def test_actions_of_others_are_not_resolved(raw: Raw, data: Any) -> None:
    raw.initialize(capabilities(RESOLVES))
    raw.open(TASKS)
    assert raw.request("codeAction/resolve", {"title": "x", "data": data})["error"]["code"] == -32602


def test_unknown_keys_change_nothing(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES))
    raw.open(TASKS)
    data = {"uri": URI, "version": 1, "key": "no-such-key", "span": [0, 10**9]}
    assert raw.request("codeAction/resolve", {"title": "x", "data": data})["error"]["code"] == -32803


def test_why_a_chosen_action_turns_out_impossible_is_told(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES))
    raw.open(REFUSED)
    data = {"uri": URI, "version": 1, "key": "migrate-module", "span": [0, 0]}
    error = raw.request("codeAction/resolve", {"title": "x", "data": data})["error"]
    assert error["code"] == -32803
    assert error["message"].startswith("Line 14: `main` is used as a value")


def test_why_an_action_is_disabled_is_told_to_who_can_show_it(raw: Raw) -> None:
    raw.initialize(capabilities({**RESOLVES, "disabledSupport": True}))
    raw.open(REFUSED)
    [action, *_] = actions(raw)
    assert action["disabled"]["reason"]
    assert "edit" not in action and "data" not in action


@pytest.mark.parametrize("action", [RESOLVES, LITERALS, {}])
def test_others_never_get_disabled_actions(raw: Raw, action: dict[str, Any]) -> None:
    raw.initialize(capabilities(action))
    raw.open(REFUSED)
    assert actions(raw) == []


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        (["quickfix"], {"quickfix"}),
        (["refactor"], {"refactor.rewrite"}),
        (["refactor.rewrite"], {"refactor.rewrite"}),
        ([""], {"quickfix", "refactor.rewrite"}),
        (None, {"quickfix", "refactor.rewrite"}),
        (["refactor.extract"], set()),
        (["source"], set()),
        (["quick"], set()),
        ([], set()),
    ],
)
def test_only_the_kinds_that_were_asked_for(raw: Raw, only: Any, kinds: set[str]) -> None:
    raw.initialize(capabilities(RESOLVES))
    raw.open(TASKS)
    context = {} if only is None else {"only": only}
    assert {action["kind"] for action in actions(raw, **context)} == kinds


def test_a_quick_fix_names_the_diagnostics_that_it_is_for(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES))
    raw.open(TASKS)
    diagnostics = raw.published()["diagnostics"]
    other = {**diagnostics[0], "source": "ruff"}
    [fix] = actions(raw, only=["quickfix"], diagnostics=[*diagnostics, other])
    assert [d["code"] for d in fix["diagnostics"]] == ["FS111"]


def test_clients_without_action_literals_get_commands(raw: Raw) -> None:
    raw.initialize(capabilities({}, applyEdit=True, workspaceEdit={"documentChanges": True}))
    raw.open(TASKS)
    [command, *_] = actions(raw)
    assert set(command) == {"title", "command", "arguments"}
    params = {"command": command["command"], "arguments": command["arguments"]}
    key = raw.next_id()
    raw.send({"jsonrpc": "2.0", "id": key, "method": "workspace/executeCommand", "params": params})
    asked = raw.wait(lambda m: m.get("method") == "workspace/applyEdit")
    [change] = asked["params"]["edit"]["documentChanges"]
    assert migrated(applied(TASKS, change["edits"]))
    for reply in ({"result": {"applied": False}}, {"result": "nonsense"}):
        raw.send({"jsonrpc": "2.0", "id": asked["id"], **reply})
    assert raw.answer(key)["result"] is None


def test_a_command_on_a_text_that_has_changed_since_changes_nothing(raw: Raw) -> None:
    raw.initialize(capabilities({}, applyEdit=True))
    raw.open(TASKS)
    [command, *_] = actions(raw)
    raw.change(2, event((0, 0), (0, 0), "\n"))
    params = {"command": command["command"], "arguments": command["arguments"]}
    assert raw.request("workspace/executeCommand", params)["error"]["code"] == -32801
    assert "workspace/applyEdit" not in [m.get("method") for m in raw.seen + raw.quiet(0.2)]


def test_a_client_that_cannot_apply_edits_is_not_asked_to(raw: Raw) -> None:
    raw.initialize(capabilities({}))
    raw.open(TASKS)
    [command, *_] = actions(raw)
    raw.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    assert "workspace/applyEdit" not in [m.get("method") for m in raw.seen + raw.quiet(0.2)]


def test_code_without_flyte_1_has_no_actions(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES))
    raw.open(PLAIN)
    assert actions(raw) == []


ANNOTATES = {"documentChanges": True, "changeAnnotationSupport": {}}
BRANCHES = TASKS.replace("return double(x=x)", "y = double(x=1)\n    z = double(x=2)\n    return y").replace(
    "retries=2", ""
)
CLEAN = TASKS.replace("(retries=2)", "")


def resolved(raw: Raw, text: str, title: str, **place: int) -> dict[str, Any]:
    """The edit of the action with that title."""
    raw.open(text, version=7)
    action = next(a for a in actions(raw, **place) if a["title"] == title)
    return raw.request("codeAction/resolve", action)["result"]["edit"]


def test_notes_annotate_the_whole_change(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES, workspaceEdit=ANNOTATES))
    edit = resolved(raw, TASKS, "Migrate this module to Flyte 2")
    [(key, annotation)] = edit["changeAnnotations"].items()
    assert annotation["needsConfirmation"] is True
    assert annotation["label"] == "Migrate to Flyte 2: 1 point to review"
    assert annotation["description"].startswith("Line 4: Flyte 2 retries every exception")
    [change] = edit["documentChanges"]
    assert change["textDocument"]["version"] == 7
    assert len(change["edits"]) > 2
    assert {e["annotationId"] for e in change["edits"]} == {key}
    assert migrated(applied(TASKS, change["edits"]))


def test_what_changes_nothing_needs_no_confirmation(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES, workspaceEdit=ANNOTATES))
    edit = resolved(raw, BRANCHES, "Migrate this module to Flyte 2")
    [annotation] = edit["changeAnnotations"].values()
    assert annotation["needsConfirmation"] is False
    assert "`main` is `async` now" in annotation["description"]


def test_the_sequential_form_asks_first(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES, workspaceEdit=ANNOTATES))
    edit = resolved(raw, BRANCHES, "Migrate this module to Flyte 2 (sequential)")
    [annotation] = edit["changeAnnotations"].values()
    assert annotation["needsConfirmation"] is True
    assert "in parallel; they run one after the other now" in annotation["description"]
    assert "gather" not in applied(BRANCHES, edit["documentChanges"][0]["edits"])


def test_changes_without_notes_have_no_annotations(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES, workspaceEdit=ANNOTATES))
    edit = resolved(raw, CLEAN, "Migrate this module to Flyte 2")
    assert set(edit) == {"documentChanges"}
    assert not any("annotationId" in e for e in edit["documentChanges"][0]["edits"])


@pytest.mark.parametrize(
    "workspace_edit",
    [
        {"documentChanges": True},
        {"documentChanges": True, "changeAnnotationSupport": True},
        {"changeAnnotationSupport": {}},
        {},
    ],
)
def test_clients_without_annotations_get_plain_edits(raw: Raw, workspace_edit: dict[str, Any]) -> None:
    raw.initialize(capabilities(RESOLVES, workspaceEdit=workspace_edit))
    edit = resolved(raw, TASKS, "Migrate this module to Flyte 2")
    assert "changeAnnotations" not in edit
    edits = edit["documentChanges"][0]["edits"] if "documentChanges" in edit else edit["changes"][URI]
    assert not any("annotationId" in e for e in edits)
    assert migrated(applied(TASKS, edits))


def test_a_part_of_a_module(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES, workspaceEdit={"documentChanges": True}))
    title = "Migrate `train` with its image and environment"
    line = SOURCE[: SOURCE.index("def train")].count("\n")
    edit = resolved(raw, SOURCE, title, line=line, character=5)
    after = applied(SOURCE, edit["documentChanges"][0]["edits"])
    assert after == TRAIN.replace('"jobs"', '"flows"')


@pytest.mark.parametrize("only", ["source.fixAll", "source.fixAll.flyteshift", "source"])
def test_all_safe_fixes(raw: Raw, only: str) -> None:
    raw.initialize(capabilities(RESOLVES, workspaceEdit={"documentChanges": True}))
    text = CLEAN.replace("@task", "@task(cache=False)").replace("import task", "import Resources, task")
    raw.open(text)
    [action] = actions(raw, only=[only])
    assert action["kind"] == "source.fixAll.flyteshift"
    edit = raw.request("codeAction/resolve", action)["result"]["edit"]
    assert applied(text, edit["documentChanges"][0]["edits"]) == CLEAN


def test_no_safe_fixes_no_action(raw: Raw) -> None:
    raw.initialize(capabilities(RESOLVES))
    raw.open(TASKS)
    assert actions(raw, only=["source.fixAll"]) == []


def test_the_other_files_are_those_of_the_workspace(raw: Raw, tmp_path: Path) -> None:
    (tmp_path / "tasks.py").write_text(CLEAN, encoding="utf-8")
    text = "from flytekit import workflow\nfrom tasks import double\n\n\n@workflow\ndef w() -> int:\n    return double(x=1)\n"
    uri = (tmp_path / "flow.py").as_uri()
    folders = [{"uri": tmp_path.as_uri(), "name": "w"}]
    raw.initialize(capabilities({**RESOLVES, "disabledSupport": True}), workspaceFolders=folders)
    raw.open(text, uri)
    where = {"textDocument": {"uri": uri}, "range": event((0, 0), (0, 0), "")["range"], "context": {"diagnostics": []}}
    [action] = raw.request("textDocument/codeAction", where)["result"]
    assert "`double` comes from tasks.py, which is still Flyte 1" in action["disabled"]["reason"]
