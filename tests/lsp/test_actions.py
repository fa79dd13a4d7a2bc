from __future__ import annotations

from typing import Any

import pytest

from tests.lsp.raw import URI, Raw, event
from tests.lsp.samples import PLAIN, TASKS

LITERALS = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor"]}}}
RESOLVES = {**LITERALS, "dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
REFUSED = TASKS.replace("task, workflow", "task, workflow, LaunchPlan") + '\n\nplan = LaunchPlan.create("plan", main)\n'


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
