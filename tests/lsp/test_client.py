from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from flyteshift.lsp.client import Client
from flyteshift.lsp.server import APPLY, capabilities


def of(**capabilities: Any) -> Client:
    return Client.of({"capabilities": capabilities})


def test_who_declares_nothing_gets_nothing() -> None:
    assert Client.of({"capabilities": {}}) == Client()
    assert not any(getattr(Client(), field.name) for field in fields(Client) if field.type == "bool")


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["utf-8", "utf-16", "utf-32"], "utf-8"),
        (["utf-16", "utf-8"], "utf-16"),
        (["utf-32"], "utf-32"),
        (["utf-7", "utf-32"], "utf-32"),
        (["utf-7"], "utf-16"),
        ([], "utf-16"),
        (None, "utf-16"),
        ("utf-8", "utf-16"),
        ([8, None, "utf-8"], "utf-8"),
    ],
)
def test_the_first_encoding_that_we_know_is_taken(offered: Any, chosen: str) -> None:
    client = of(general={"positionEncodings": offered})
    assert client.encoding == chosen
    assert capabilities(client).position_encoding == chosen


@pytest.mark.parametrize("value", [None, 3, [], "yes", {"hover": 1}, {"hover": {"contentFormat": "markdown"}}])
def test_declarations_of_a_wrong_type_count_as_none(value: Any) -> None:
    assert of(textDocument=value, workspace=value, general=value) == Client()


@pytest.mark.parametrize(
    ("formats", "markdown"),
    [
        (["markdown", "plaintext"], True),
        (["plaintext", "markdown"], False),
        (["html", "markdown"], True),
        (["plaintext"], False),
        ([], False),
    ],
)
def test_the_preferred_format_of_hovers(formats: list[str], markdown: bool) -> None:
    assert of(textDocument={"hover": {"contentFormat": formats}}).markdown is markdown


def test_pulling_is_only_offered_to_clients_that_pull() -> None:
    assert capabilities(Client()).diagnostic_provider is None
    assert capabilities(of(textDocument={"diagnostic": {}})).diagnostic_provider is not None


def test_resolving_needs_the_data_to_come_back() -> None:
    literals = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}
    resolves = {**literals, "resolveSupport": {"properties": ["edit"]}}
    assert not of(textDocument={"codeAction": resolves}).action_resolve
    assert not of(textDocument={"codeAction": {**literals, "dataSupport": True}}).action_resolve
    assert of(textDocument={"codeAction": {**resolves, "dataSupport": True}}).action_resolve


def test_actions_as_commands_are_only_offered_to_clients_without_action_literals() -> None:
    literals = of(textDocument={"codeAction": {"codeActionLiteralSupport": {}}})
    offered = [capabilities(client).execute_command_provider for client in (literals, Client())]
    assert [APPLY in each.commands for each in offered if each] == [False, True]


@pytest.mark.parametrize(
    ("params", "folders"),
    [
        ({"workspaceFolders": [{"uri": "file:///a", "name": "a"}, {"uri": "file:///b"}]}, ("file:///a", "file:///b")),
        ({"workspaceFolders": [3, {"uri": 4}, None]}, ()),
        ({"workspaceFolders": None, "rootUri": "file:///a"}, ("file:///a",)),
        ({"rootUri": None, "rootPath": "/a"}, ("file:///a",)),
        ({"rootPath": 3}, ()),
        ({}, ()),
    ],
)
def test_workspace_folders(params: dict[str, Any], folders: tuple[str, ...]) -> None:
    assert Client.of({"capabilities": {}, **params}).folders == folders
