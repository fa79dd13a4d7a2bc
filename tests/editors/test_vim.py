"""The configuration for ALE, sourced as a user would, in a Vim without a terminal."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.editors.programs import ROOT, missing, program
from tests.editors.test_neovim import home

pytestmark = [pytest.mark.editor, pytest.mark.timeout(150)]

ALE = (Path("/usr/share/vim-ale"), Path.home() / ".vim/pack/git-plugins/start/ale")
DRIVE = """\
set nocompatible hidden encoding=utf-8
filetype plugin on
let g:ale_linters_explicit = 1
let g:ale_linters = {'python': ['flyteshift']}
set runtimepath+=ALE_FOLDER
runtime plugin/ale.vim
source FLYTESHIFT_VIM

edit orders.py
ALELint
let s:left = 600
while empty(ale#engine#GetLoclist(bufnr('')))  && s:left > 0
  sleep 100m
  let s:left -= 1
endwhile
let s:found = map(copy(ale#engine#GetLoclist(bufnr(''))), {_, each -> {'line': each.lnum, 'text': each.text}})
call writefile([json_encode({'found': s:found})], 'out.json')
qall!
"""


def test_findings_are_shown(tmp_path: Path, sample: Path) -> None:
    vim = program("vim", "apt-get install vim-nox vim-ale")
    ale = next((each for each in ALE if (each / "plugin" / "ale.vim").exists()), None)
    if ale is None:
        missing("ALE is not installed: apt-get install vim-ale")
    script = DRIVE.replace("ALE_FOLDER", str(ale))
    script = script.replace("FLYTESHIFT_VIM", str(ROOT / "editors" / "vim-ale" / "flyteshift.vim"))
    (tmp_path / "drive.vim").write_text(script, "utf-8")
    command = [
        vim,
        "-N",
        "-u",
        "NONE",
        "-i",
        "NONE",
        "-n",
        "--not-a-term",
        "-T",
        "dumb",
        "-S",
        str(tmp_path / "drive.vim"),
    ]
    ended = subprocess.run(
        command,
        cwd=sample,
        env=home(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert (sample / "out.json").exists(), ended.stdout.decode(errors="replace")[-2000:]
    seen: dict[str, Any] = json.loads((sample / "out.json").read_text("utf-8"))
    assert any(each["line"] == 26 and "`workflow` is Flyte 1" in each["text"] for each in seen["found"])
