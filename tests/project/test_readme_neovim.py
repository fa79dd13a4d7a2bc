"""The README's configuration for Neovim, pasted into a real Neovim."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runs import path_of_ours

ROOT = Path(__file__).parents[2]
NVIM = shutil.which("nvim", path=str(Path(sys.executable).parent)) or shutil.which("nvim")

DRIVE = """
vim.cmd('filetype on')
vim.cmd('edit ' .. vim.fn.fnameescape(arg[1]))
vim.wait(30000, function() return #vim.diagnostic.get(0) > 0 end)
vim.api.nvim_buf_set_lines(0, -1, -1, false, { '' })
vim.wait(10000, function()
  return #vim.tbl_filter(function(d) return d.severity == 4 end, vim.diagnostic.get(0)) > 0
end)
local seen = {}
for _, each in ipairs(vim.diagnostic.get(0)) do
  table.insert(seen, { code = each.code, severity = each.severity })
end
io.stdout:write(vim.json.encode(seen))
vim.cmd('qall!')
"""


@pytest.mark.editor
@pytest.mark.skipif(NVIM is None, reason="Neovim is not installed")
def test_pasted_into_neovim(tmp_path: Path) -> None:
    block = re.findall(r"```lua\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)[0]
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "flyteshift").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m flyteshift "$@"\n', "utf-8")
    (commands / "flyteshift").chmod(0o755)
    (tmp_path / "drive.lua").write_text(block + DRIVE, "utf-8")
    shutil.copytree(ROOT / "examples" / "sample", tmp_path / "sample")
    environment = path_of_ours(
        {"PATH": f"{commands}:/usr/bin:/bin", "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "LANG": "C.UTF-8"}
    )
    command = [
        str(NVIM),
        "--headless",
        "-u",
        "NONE",
        "-l",
        str(tmp_path / "drive.lua"),
        str(tmp_path / "sample/orders.py"),
    ]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)
    seen = json.loads(found.stdout or found.stderr)
    severities = {each["code"]: each["severity"] for each in seen}
    hint, warning = 4, 2
    assert severities["FS112"] == warning
    assert severities["FS101"] == hint
