"""What happens to files while the editor runs: branches, renames, deletions, folders taken from the workspace."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.lsp.raw import Raw
from tests.lsp.test_actions import LITERALS
from tests.lsp.test_folders import moved
from tests.lsp.test_indexing import Shop
from tests.lsp.test_units import FLOWS, TASKS
from tests.workspace.trees import write

WATCHES = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
FLOW = "from flytekit import task, workflow\n\n\n@task\ndef f{0}(n: int) -> int:\n    return n\n\n\n@workflow\ndef w{0}(n: int) -> int:\n    return f{0}(n=n)\n"


def told(shop: Shop, **kinds: list[str]) -> None:
    numbers = {"made": 1, "changed": 2, "gone": 3}
    changes = [{"uri": shop.uri(name), "type": numbers[kind]} for kind, names in kinds.items() for name in names]
    shop.raw.notify("workspace/didChangeWatchedFiles", {"changes": changes})


def workflows(shop: Shop) -> set[str]:
    """After all that was told."""
    return {each["name"] for each in shop.ask("flyteshift/workflows", {})["workflows"]}


def lenses(shop: Shop, name: str) -> list[dict[str, Any]]:
    return shop.ask("textDocument/codeLens", {"textDocument": {"uri": shop.uri(name)}})


def test_another_branch(raw: Raw, tmp_path: Path) -> None:
    """Files change by the hundred, and a folder goes of which nobody tells."""
    folder = write(tmp_path / "w", {f"old/m{n}.py": FLOW.format(n) for n in range(5)})
    write(folder, {f"same/m{n}.py": f"x = {n}\n" for n in range(420)})
    shop = Shop(raw, folder, WATCHES)
    shutil.rmtree(folder / "old")
    write(folder, {f"same/m{n}.py": f"x = {n} + 1\n" for n in range(420)})
    write(folder, {"same/m7.py": FLOW.format("new")})
    for names in ([f"same/m{n}.py" for n in range(420)], ["same/m7.py"]):
        told(shop, changed=names)
        assert workflows(shop) == {"wnew"}
    assert shop.ask("workspace/symbol", {"query": "f3"}) == []


def test_a_folder_goes_with_few_other_changes(raw: Raw, tmp_path: Path) -> None:
    folder = write(tmp_path / "w", {"old/m.py": FLOW.format(1), "new.py": "x = 1\n"})
    shop = Shop(raw, folder, WATCHES)
    shutil.rmtree(folder / "old")
    write(folder, {"new.py": FLOW.format(2)})
    told(shop, changed=["new.py"])
    assert workflows(shop) == {"w2"}
    shutil.rmtree(folder / "old", ignore_errors=True)
    (folder / "new.py").unlink()
    told(shop, gone=["old"])
    told(shop, gone=["new.py"])
    assert workflows(shop) == set()


def test_lenses_of_files_that_are_renamed_or_deleted(raw: Raw, tmp_path: Path) -> None:
    folder = write(tmp_path / "w", {"a.py": FLOW.format(1), "b.py": FLOW.format(2)})
    shop = Shop(raw, folder, WATCHES)
    shop.open("a.py")
    shop.open("b.py")
    workflows(shop)
    (first,), (second,) = lenses(shop, "a.py"), lenses(shop, "b.py")
    command = shop.ask("codeLens/resolve", first)["command"]
    (folder / "a.py").rename(folder / "c.py")
    (folder / "b.py").unlink()
    for name in ("a.py", "b.py"):
        raw.notify("textDocument/didClose", {"textDocument": {"uri": shop.uri(name)}})
    shop.open("c.py")
    told(shop, gone=["a.py", "b.py"], made=["c.py"])
    assert workflows(shop) == {"w1"}
    assert {shop.ask("codeLens/resolve", each)["command"]["title"] for each in (first, second)} == {
        "not known any more"
    }
    shop.ask("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    assert lenses(shop, "a.py") == lenses(shop, "b.py") == []
    (lens,) = lenses(shop, "c.py")
    assert shop.ask("codeLens/resolve", lens)["command"]["title"] == "1 task, ready to migrate"


def test_a_file_deleted_while_it_is_open_counts_as_it_is_open(raw: Raw, tmp_path: Path) -> None:
    folder = write(tmp_path / "w", {"tasks.py": TASKS, "flows.py": FLOWS})
    shop = Shop(raw, folder, WATCHES)
    shop.open("tasks.py")
    (folder / "tasks.py").unlink()
    told(shop, gone=["tasks.py"])
    assert workflows(shop) == {"main"}
    edit = shop.ask("workspace/executeCommand", {"command": "flyteshift.migrateTogether", "arguments": [
        {"path": str(folder / "flows.py"), "name": "main", "apply": False}]})  # fmt: skip
    assert {uri.rpartition("/")[2] for uri in edit["changes"]} == {"tasks.py", "flows.py"}
    raw.notify("textDocument/didClose", {"textDocument": {"uri": shop.uri("tasks.py")}})
    workflows(shop)
    assert shop.ask("workspace/symbol", {"query": "double"}) == []


def test_a_file_that_is_only_open_yet_is_imported(raw: Raw, tmp_path: Path) -> None:
    folder = write(tmp_path / "w", {"flows.py": FLOWS})
    shop = Shop(raw, folder, {**WATCHES, "textDocument": {"codeAction": {**LITERALS, "disabledSupport": True}}})
    raw.open(TASKS, shop.uri("tasks.py"))
    shop.open("flows.py")
    where = {"line": 0, "character": 0}
    params = {"textDocument": {"uri": shop.uri("flows.py")}, "range": {"start": where, "end": where}}
    found = shop.ask("textDocument/codeAction", {**params, "context": {"diagnostics": []}})
    (module,) = [each for each in found if each["title"] == "Migrate this module to Flyte 2"]
    assert "`double` comes from tasks.py, which is still Flyte 1" in module["disabled"]["reason"]


def test_an_inner_folder_stays_when_the_outer_one_goes(raw: Raw, tmp_path: Path) -> None:
    outer = write(tmp_path / "w", {"inner/m.py": FLOW.format(1), "n.py": FLOW.format(2)})
    shop = Shop(raw, outer, WATCHES, folders=[outer, outer / "inner"])
    assert workflows(shop) == {"w1", "w2"}
    moved(shop, removed=(outer,))
    shop.indexed()
    assert workflows(shop) == {"w1"}
    moved(shop, added=(outer,))
    shop.indexed()
    assert workflows(shop) == {"w1", "w2"}
    moved(shop, removed=(outer, outer / "inner"))
    assert workflows(shop) == set()
    assert raw.stderr == ""


def test_a_workspace_folder_that_vanishes(raw: Raw, tmp_path: Path) -> None:
    folder = write(tmp_path / "w", {"m.py": FLOW.format(1)})
    shop = Shop(raw, folder, WATCHES)
    shop.open("m.py")
    shutil.rmtree(folder)
    told(shop, gone=["m.py"])
    assert workflows(shop) == {"w1"}, "it is open"
    raw.notify("textDocument/didClose", {"textDocument": {"uri": shop.uri("m.py")}})
    assert workflows(shop) == set()
    assert raw.stderr == ""
