"""The settings of each document: its pyproject.toml, over that initializationOptions, over that the editor's own."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lsprotocol import types

from flyteshift.features.installed import Interpreter
from flyteshift.lsp import convert, diagnostics
from flyteshift.lsp.plain import dig
from flyteshift.lsp.server import Server
from flyteshift.workspace import baseline
from flyteshift.workspace.locate import inside
from flyteshift.workspace.settings import Settings, from_mapping, is_project, load

_SECTION = "flyteshift"
_ONLY_FOR_EDITORS = frozenset({"logLevel", "trace", "path", "importStrategy"})
_LEVELS = {"error": logging.ERROR, "warning": logging.WARNING, "info": logging.INFO, "debug": logging.DEBUG}
_ENVIRONMENTS = (".venv", "venv")
_WATCHED = ("**/pyproject.toml", "**/*.py", f"**/{baseline.NAME}")
_SETTLING = ("pyproject.toml", baseline.NAME)


class Configuration:
    """What the client and the files of the workspace say, and what that means for each document."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._folders = [*server.client.folders]
        self._roots = self._paths()
        self._options = _section(server.client.options)
        self._editor: dict[str, Mapping[str, Any]] = {}
        """The editor's own settings by workspace folder; "" is for all."""
        self._known: dict[Path | None, Settings] = {}
        self._told: set[str] = set()
        self._set_log_level(self._options)

    def of(self, uri: str) -> Settings:
        """The settings of a document. What is wrong with them is shown to the user once."""
        return self._at(self._folder(uri), uri)

    def of_folder(self, folder: Path) -> Settings:
        """The settings of the files in a folder."""
        return self._at(folder)

    def _at(self, folder: Path | None, uri: str | None = None) -> Settings:
        found = self._known.get(folder)
        if found is None:
            around = self.root(folder) if folder is not None else None
            # What is no project of its own has the settings of the folder around it.
            if folder is None or around in (None, folder) or is_project(folder):
                found = self._read(uri or (f"{folder.as_uri()}/x.py" if folder else ""), folder, around)
            else:
                found = self._at(folder.parent, uri)
            self._known[folder] = found
        return found

    def interpreter(self, uri: str) -> Interpreter | None:
        """The Python to ask for signatures: the one in the settings, else the workspace's virtual environment."""
        named = self.of(uri).interpreter
        if named is not None:
            return Interpreter(named, trusted=True)
        roots = [convert.path(folder) for folder in sorted(self._folders, key=lambda f: not _holds(f, uri))]
        found = (root / name for root in roots if root for name in _ENVIRONMENTS if (root / name).is_dir())
        first = next(found, None)
        return None if first is None else Interpreter(str(first), trusted=False)

    @property
    def folders(self) -> list[str]:
        """The URIs of the workspace folders."""
        return [*self._folders]

    def root(self, path: Path) -> Path | None:
        """The innermost workspace folder that holds a file."""
        roots = [root for root in self._roots if path.is_relative_to(root)]
        return max(roots, key=lambda root: len(root.parts), default=None)

    def roots(self, path: Path) -> list[Path]:
        """The workspace folders that are in no other one, that of a file first; none where it lies in none."""
        roots = [Path(root) for root in outermost(self.folder_paths())]
        mine = [root for root in roots if path.is_relative_to(root)]
        return [*mine, *(root for root in roots if root not in mine)] if mine else []

    def forget(self, uri: str) -> None:
        """Read the settings of a document anew when they are next asked for."""
        folder = self._folder(uri)
        for each in (folder, *(folder.parents if folder is not None else ())):
            self._known.pop(each, None)

    def client_is_ready(self) -> None:
        """Ask for the editor's settings, and to hear of changes."""
        client = self._server.client
        registrations = []
        if client.registers_configuration:
            options: Any = types.DidChangeConfigurationRegistrationOptions(section=_SECTION)
            registrations.append(
                types.Registration("flyteshift-configuration", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
            )
        if client.registers_watchers:
            options = types.DidChangeWatchedFilesRegistrationOptions(
                [types.FileSystemWatcher(glob) for glob in _WATCHED]
            )
            registrations.append(
                types.Registration("flyteshift-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            )
        if registrations:
            parameters = types.RegistrationParams(registrations)
            self._server.protocol.ask(types.CLIENT_REGISTER_CAPABILITY, parameters, lambda _: None)
        self.fetch()

    def fetch(self) -> None:
        """Ask for the editor's settings; where the client cannot be asked, the known ones stay."""
        if not self._server.client.configuration:
            return
        scopes = [*self._folders] or [""]
        items = [types.ConfigurationItem(scope_uri=scope or None, section=_SECTION) for scope in scopes]

        def take(answer: Any) -> None:
            values = answer if isinstance(answer, list) else []
            self.take({scope: value for scope, value in zip(scopes, values, strict=False) if isinstance(value, dict)})

        self._server.protocol.ask(types.WORKSPACE_CONFIGURATION, types.ConfigurationParams(items), take)

    def take(self, editor: dict[str, Mapping[str, Any]]) -> None:
        """Take in the editor's settings by workspace folder."""
        if editor != self._editor:
            self._editor = editor
            for mapping in editor.values():
                self._set_log_level(mapping)
            self.changed()

    def changed(self) -> None:
        """Read everything anew; the diagnostics follow."""
        before, self._known = self._known, {}
        self._told.clear()
        asked = [*self._server.documents.uris(), *(f"{folder}/x.py" for folder in self._folders)]
        if any(self.of(uri) != before.get(self._folder(uri)) for uri in asked):
            diagnostics.settings_changed(self._server)
        self._server.indexes.folders_changed()

    def folder_paths(self) -> list[str]:
        """The paths of the workspace folders."""
        return [str(path) for path in self._roots]

    def _paths(self) -> list[Path]:
        return [path for folder in self._folders if (path := convert.path(folder)) is not None]

    def move(self, added: list[str], removed: list[str]) -> None:
        """Workspace folders came and went."""
        self._folders = [folder for folder in self._folders if folder not in removed] + added
        self._roots = self._paths()
        self.changed()
        self.fetch()

    def _read(self, uri: str, folder: Path | None, around: Path | None) -> Settings:
        settings, problems = load(folder) if folder is not None else (Settings(), [])
        if around is not None and settings.root is not None and not is_project(settings.root):
            settings = replace(settings, root=around)  # without other signs the workspace folder is the project
        layers = [("initializationOptions", self._options), ("the editor's settings", self._of_editor(uri))]
        for where, mapping in layers:
            kept = {key: value for key, value in mapping.items() if key not in _ONLY_FOR_EDITORS}
            settings, wrong = from_mapping(kept, where, settings)
            problems = [*problems, *wrong]
        settings, wrong = baseline.attach(settings)
        problems = [*problems, *wrong]
        self._tell([*problems, *_unknown(settings)])
        return settings

    def _of_editor(self, uri: str) -> Mapping[str, Any]:
        if convert.path(uri) is None and self._folders:  # a text without a file counts as one of the first folder
            uri = self._folders[0]
        holders = [folder for folder in self._editor if _holds(folder, uri)]
        return self._editor[max(holders, key=len)] if holders else {}

    def _folder(self, uri: str) -> Path | None:
        path = convert.path(uri)
        if path is not None:
            return path.parent
        return convert.path(self._folders[0]) if self._folders else None

    def _tell(self, problems: list[str]) -> None:
        for problem in problems:
            if problem not in self._told:
                self._told.add(problem)
                text = f"flyteshift: {problem}"
                self._server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, text))

    def _set_log_level(self, mapping: Mapping[str, Any]) -> None:
        level = mapping.get("logLevel")
        if level in _LEVELS:
            logging.getLogger("flyteshift").setLevel(_LEVELS[level])
        elif level is not None:
            self._tell([f"`logLevel` must be one of {', '.join(_LEVELS)}, not {level!r}"])


def _unknown(settings: Settings) -> list[str]:
    if not settings.selectors():
        return []
    from flyteshift.rules.registry import by_code, by_name

    return settings.unknown({*by_code, *by_name})


def register(server: Server) -> None:
    """Take on the notifications about settings and folders."""
    server.configuration = Configuration(server)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(did_change_configuration)
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(did_change_watched_files)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(did_change_workspace_folders)


def did_change_configuration(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    """The editor's settings changed; they come along only where we cannot ask for them."""
    if ls.client.configuration:
        ls.configuration.fetch()
    else:
        ls.configuration.take({"": _section(params.settings)})


def did_change_watched_files(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    """Files were written, made or deleted."""
    paths = [path for change in params.changes if (path := convert.path(change.uri)) is not None]
    if any(path.name in _SETTLING for path in paths):
        ls.configuration.changed()
    ls.indexes.touched([str(path) for path in paths])


def did_change_workspace_folders(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Folders were added to the workspace or taken from it."""
    added, removed = params.event.added, params.event.removed
    ls.configuration.move([folder.uri for folder in added], [folder.uri for folder in removed])


def outermost(folders: Sequence[str]) -> list[str]:
    """Those of some folders that lie in no other one."""
    return [each for each in folders if not any(inside(each, other) for other in folders if other != each)]


def _section(options: object) -> Mapping[str, Any]:
    """Our part of what the client sent: under our name, under `settings`, or all of it."""
    for key in (_SECTION, "settings"):
        if isinstance(dig(options, key), dict):
            return _section(dig(options, key))
    return options if isinstance(options, dict) else {}


def _holds(folder: str, uri: str) -> bool:
    return not folder or uri == folder or uri.startswith(folder.rstrip("/") + "/")
