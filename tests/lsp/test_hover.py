from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.lsp.raw import URI, Raw, at
from tests.lsp.samples import PLAIN, TASKS

HOVER = "textDocument/hover"
MARKDOWN = {"textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]}}}


def test_markdown_for_who_reads_it(raw: Raw) -> None:
    raw.initialize(MARKDOWN)
    raw.open(TASKS)
    hover = raw.request(HOVER, at(3, 2))["result"]
    assert hover["contents"]["kind"] == "markdown"
    assert "```python" in hover["contents"]["value"] and "https://" in hover["contents"]["value"]
    assert hover["range"] == {"start": {"line": 3, "character": 1}, "end": {"line": 3, "character": 5}}


def test_plain_text_for_the_others(server: Raw) -> None:
    server.open(TASKS)
    contents = server.request(HOVER, at(3, 2))["result"]["contents"]
    assert contents["kind"] == "plaintext"
    assert "```" not in contents["value"] and "**Watch" not in contents["value"]


@pytest.mark.parametrize(("line", "character"), [(1, 0), (4, 5), (5, 9), (999, 0), (5, 999)])
def test_what_is_not_flyte_has_no_hover(server: Raw, line: int, character: int) -> None:
    server.open(TASKS)
    assert server.request(HOVER, at(line, character))["result"] is None


def test_code_without_flyte_has_no_hover(server: Raw) -> None:
    server.open(PLAIN)
    assert [server.request(HOVER, at(line, 1))["result"] for line in range(5)] == [None] * 5


def test_positions_count_in_the_units_of_the_client(raw: Raw) -> None:
    raw.initialize({"general": {"positionEncodings": ["utf-8"]}})
    raw.open('from flytekit import task\ns = "\U0001f600\u00e9"; t = task\n')
    hover = raw.request(HOVER, at(1, 19))["result"]
    assert hover["range"]["start"] == {"line": 1, "character": 18}


def package(folder: Path) -> Path:
    """A virtual environment that holds a `flyte` of ours."""
    import venv

    root = folder / ".venv"
    venv.create(root, symlinks=os.name != "nt")
    site = next(root.glob("[Ll]ib/**/site-packages"))
    (site / "flyte").mkdir()
    (site / "flyte" / "__init__.py").write_text(
        "raise SystemExit('never imported')\n"
        "def wonder(a: int) -> int:\n"
        "    '''Gives a wonder.\n\n    Twice.\n\n    Args:\n        a: how many\n    '''\n"
        "class TaskEnvironment:\n"
        "    def __init__(self, name: str, wonder: int = 7) -> None: ...\n"
        "    def task(self, *, wonder: int = 7) -> None: ...\n"
    )
    (site / "flytekit").mkdir()
    (site / "flytekit" / "__init__.py").write_text("raise SystemExit('never imported')\nfrom .inner import task\n")
    (site / "flytekit" / "inner.py").write_text(
        "# \U0001f600\nX = '\U0001f600'; task = print\n\n\ndef task(f):\n    return f\n"
    )
    return root


def eventually(raw: Raw, text: str) -> str:
    for _ in range(60):
        value = raw.request(HOVER, at(3, 2))["result"]["contents"]["value"]
        if text in value:
            return value
        time.sleep(0.2)
    raise AssertionError(f"{text!r} never came: {value}; {raw.stderr}")


def test_signatures_come_from_the_named_interpreter(raw: Raw, tmp_path: Path) -> None:
    """Without importing anything of it."""
    root = package(tmp_path)
    raw.initialize(MARKDOWN, initializationOptions={"interpreter": str(root)})
    raw.open(TASKS)
    began = time.monotonic()
    assert raw.request(HOVER, at(3, 2))["result"]
    assert time.monotonic() - began < 5, "the first hover does not wait for jedi"
    assert "wonder: int=7" in eventually(raw, "wonder")
    assert raw.stderr == ""


@pytest.mark.parametrize("python", ["/no/such/python", sys.executable + "-not"])
def test_an_interpreter_that_is_not_there_costs_only_the_signature(raw: Raw, python: str) -> None:
    raw.initialize(MARKDOWN, initializationOptions={"interpreter": python})
    raw.open(TASKS)
    for _ in range(3):
        assert raw.request(HOVER, at(3, 2))["result"]
        time.sleep(0.3)
    assert "window/showMessage" not in [m.get("method") for m in raw.seen]


INSTALLED = "import flyte\nfrom flytekit import task\nfrom other import x\n\nflyte.wonder(1)\nx\n"


def test_what_is_not_explained_is_documented_by_the_environment(raw: Raw, tmp_path: Path) -> None:
    raw.initialize(MARKDOWN, initializationOptions={"interpreter": str(package(tmp_path))})
    raw.open(INSTALLED)
    hover = None
    for _ in range(60):
        hover = raw.request(HOVER, at(4, 8))["result"]
        if hover:
            break
        time.sleep(0.2)
    assert hover is not None
    value = hover["contents"]["value"]
    assert value.startswith("**`flyte.wonder`** is Flyte 2.") and "wonder(a: int) -> int" in value
    assert "Gives a wonder.\n\nTwice.\n" in value and "how many" not in value
    assert raw.request(HOVER, at(5, 0))["result"] is None


def test_flytes_own_names_are_defined_in_the_environment(raw: Raw, tmp_path: Path) -> None:
    root = package(tmp_path)
    raw.initialize(initializationOptions={"interpreter": str(root)})
    raw.open(INSTALLED)
    found = None
    for _ in range(10):
        found = raw.request("textDocument/definition", at(1, 24))["result"]
        if found:
            break
    assert found["uri"].endswith("/site-packages/flytekit/inner.py")
    assert found["range"] == {"start": {"line": 4, "character": 4}, "end": {"line": 4, "character": 8}}
    assert raw.request("textDocument/definition", at(5, 0))["result"] is None
    assert raw.request("textDocument/definition", at(2, 19))["result"] is None


def test_without_an_interpreter_nothing_is_defined_or_documented(raw: Raw) -> None:
    raw.initialize(MARKDOWN)
    raw.open(INSTALLED)
    assert raw.request("textDocument/definition", at(1, 24))["result"] is None
    assert raw.request(HOVER, at(4, 8))["result"] is None


def test_a_program_in_the_workspace_is_not_run(raw: Raw, tmp_path: Path) -> None:
    """A cloned repository may bring a `.venv/bin/python` of its own."""
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\ntouch {tmp_path}/was_run\n")
    python.chmod(0o755)
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\n")
    folder = {"uri": tmp_path.as_uri(), "name": "w"}
    raw.initialize(MARKDOWN, workspaceFolders=[folder])
    uri = (tmp_path / "flows.py").as_uri()
    raw.open(TASKS, uri=uri)
    for _ in range(60):
        assert raw.request(HOVER, at(3, 2, uri))["result"]
        time.sleep(0.5)
        if "nothing known" in raw.stderr:
            break
    assert "nothing known" in raw.stderr
    assert not (tmp_path / "was_run").exists()
    assert uri != URI
