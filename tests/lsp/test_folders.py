"""Several workspace folders at once, over the wire."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.lsp.raw import Raw
from tests.lsp.test_indexing import Shop
from tests.lsp.test_units import of, together
from tests.workspace.test_folders import BY_COMMON, COMMON, FLOW, LOAD
from tests.workspace.trees import write


def started(raw: Raw, tmp_path: Path, **capabilities: Any) -> Shop:
    write(tmp_path, {"flows/daily.py": FLOW, "flows/late.py": BY_COMMON})
    write(
        tmp_path, {"library/src/steps/__init__.py": "", "library/src/steps/load.py": LOAD, "library/common.py": COMMON}
    )
    shop = Shop(raw, tmp_path, capabilities, folders=[tmp_path / "flows", tmp_path / "library"])
    shop.ask("flyteshift/workflows", {})
    return shop


def moved(shop: Shop, *, added: tuple[Path, ...] = (), removed: tuple[Path, ...] = ()) -> None:
    items = [[{"uri": each.as_uri(), "name": each.name} for each in group] for group in (added, removed)]
    shop.raw.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": items[0], "removed": items[1]}})


def test_what_one_folder_imports_of_another_is_followed(raw: Raw, tmp_path: Path) -> None:
    shop = started(raw, tmp_path, **of("visual_studio_code"))
    shop.open("flows/daily.py")
    found = shop.ask("textDocument/definition", shop.where("flows/daily.py", "load(n=n)"))
    assert shop.spot(found) == ("library/src/steps/load.py", "load")
    shop.open("library/src/steps/load.py")
    asked = {**shop.where("library/src/steps/load.py", "load"), "context": {"includeDeclaration": False}}
    assert {shop.spot(each)[0] for each in shop.ask("textDocument/references", asked)} == {"flows/daily.py"}
    place = shop.where("flows/daily.py", "daily")
    asked = {"textDocument": place["textDocument"], "range": dict.fromkeys(("start", "end"), place["position"])}
    action = together(shop.ask("textDocument/codeAction", {**asked, "context": {"diagnostics": []}}), "daily")
    edit = shop.ask("codeAction/resolve", action)["edit"]
    assert {each["textDocument"]["uri"] for each in edit["documentChanges"]} == {
        shop.uri("flows/daily.py"),
        shop.uri("library/src/steps/load.py"),
    }


def test_findings_by_another_folders_modules_go_and_come_with_it(raw: Raw, tmp_path: Path) -> None:
    shop = started(raw, tmp_path)
    shop.open("flows/late.py")
    uri, library = shop.uri("flows/late.py"), tmp_path / "library"

    def marked(number: int) -> None:
        raw.wait(lambda m: m.get("method") == "textDocument/publishDiagnostics" and m["params"]["uri"] == uri
                 and len(m["params"]["diagnostics"]) == number)  # fmt: skip

    marked(1)
    moved(shop, removed=(library,))
    marked(0)
    assert shop.ask("workspace/symbol", {"query": "load"}) == []
    assert shop.ask("textDocument/definition", shop.where("flows/late.py", "job")) is None
    moved(shop, added=(library,))
    marked(1)
    assert {each["name"] for each in shop.ask("workspace/symbol", {"query": "load"})} == {"load"}
