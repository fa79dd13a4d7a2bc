"""What the client said about itself, once, when it connected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from flyteshift.lsp.plain import dig, strings, whole
from flyteshift.text.lines import Encoding

_ENCODINGS = ("utf-8", "utf-16", "utf-32")
_UNNECESSARY, _DEPRECATED = 1, 2


@dataclass(frozen=True)
class Client:
    """The client's declarations. What it did not declare is False, and it never gets that."""

    encoding: Encoding = "utf-16"
    process: int | None = None
    folders: tuple[str, ...] = ()
    """URIs of the workspace folders."""
    options: Mapping[str, Any] | None = None
    """initializationOptions."""
    trace: str = "off"

    pulls_diagnostics: bool = False
    refreshes_diagnostics: bool = False
    deprecated_tag: bool = False
    unnecessary_tag: bool = False
    related_information: bool = False
    code_description: bool = False
    diagnostic_data: bool = False

    markdown: bool = False

    action_literals: bool = False
    action_resolve: bool = False
    disabled_actions: bool = False
    preferred_actions: bool = False
    document_changes: bool = False
    change_annotations: bool = False
    apply_edit: bool = False

    configuration: bool = False
    registers_configuration: bool = False
    registers_watchers: bool = False

    work_done_progress: bool = False
    refreshes_lenses: bool = False

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Client:
        """The declarations in the params of an `initialize` request. Values of a wrong type count as not declared."""

        def said(*path: str) -> Any:
            return dig(params.get("capabilities"), *path)

        def yes(*path: str) -> bool:
            return said(*path) is True

        def either(name: str) -> Any:
            return _first(said("textDocument", "publishDiagnostics", name), said("textDocument", "diagnostic", name))

        # An object, even an empty one, declares pulling, refreshing aside.
        pulls = isinstance(said("textDocument", "diagnostic"), dict)
        # Resolving needs the `data` of the action to come back.
        resolves = "edit" in strings(said("textDocument", "codeAction", "resolveSupport", "properties"))
        return cls(
            encoding=_encoding(said("general", "positionEncodings")),
            process=whole(params.get("processId")),
            folders=_folders(params),
            options=params["initializationOptions"] if isinstance(params.get("initializationOptions"), dict) else None,
            trace=params["trace"] if isinstance(params.get("trace"), str) else "off",
            pulls_diagnostics=pulls,
            refreshes_diagnostics=pulls and yes("workspace", "diagnostics", "refreshSupport"),
            deprecated_tag=_has_tag(either("tagSupport"), _DEPRECATED),
            unnecessary_tag=_has_tag(either("tagSupport"), _UNNECESSARY),
            related_information=either("relatedInformation") is True,
            code_description=either("codeDescriptionSupport") is True,
            diagnostic_data=either("dataSupport") is True,
            markdown=_prefers_markdown(said("textDocument", "hover", "contentFormat")),
            action_literals=isinstance(said("textDocument", "codeAction", "codeActionLiteralSupport"), dict),
            action_resolve=resolves and yes("textDocument", "codeAction", "dataSupport"),
            disabled_actions=yes("textDocument", "codeAction", "disabledSupport"),
            preferred_actions=yes("textDocument", "codeAction", "isPreferredSupport"),
            document_changes=yes("workspace", "workspaceEdit", "documentChanges"),
            change_annotations=yes("workspace", "workspaceEdit", "documentChanges")
            and isinstance(said("workspace", "workspaceEdit", "changeAnnotationSupport"), dict),
            apply_edit=yes("workspace", "applyEdit"),
            configuration=yes("workspace", "configuration"),
            registers_configuration=yes("workspace", "didChangeConfiguration", "dynamicRegistration"),
            registers_watchers=yes("workspace", "didChangeWatchedFiles", "dynamicRegistration"),
            work_done_progress=yes("window", "workDoneProgress"),
            refreshes_lenses=yes("workspace", "codeLens", "refreshSupport"),
        )


def _encoding(offered: Any) -> Encoding:
    known = (encoding for encoding in strings(offered) if encoding in _ENCODINGS)
    return cast(Encoding, next(known, "utf-16"))


def _prefers_markdown(formats: Any) -> bool:
    known = (name for name in strings(formats) if name in ("markdown", "plaintext"))
    return next(known, None) == "markdown"


def _folders(params: Mapping[str, Any]) -> tuple[str, ...]:
    folders = params.get("workspaceFolders")
    if isinstance(folders, list):
        uris = [dig(folder, "uri") for folder in folders]
        return tuple(uri for uri in uris if isinstance(uri, str))
    if isinstance(params.get("rootUri"), str):
        return (params["rootUri"],)
    if isinstance(params.get("rootPath"), str):
        from pygls.uris import from_fs_path

        return (from_fs_path(params["rootPath"]) or "",)
    return ()


def _has_tag(tags: Any, tag: int) -> bool:
    values = dig(tags, "valueSet")
    return isinstance(values, list) and tag in values


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)
