"""The extension beside a Python extension: which interpreter the server runs on. A stand-in answers as that one does."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.editors.code_server import Editor, browser, served, servers, until

pytestmark = [
    pytest.mark.editor,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("vscode"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]

PACKAGE = {
    "name": "python",
    "publisher": "ms-python",
    "version": "9999.0.0",
    "engines": {"vscode": "^1.90.0"},
    "main": "./extension.js",
    "activationEvents": ["*"],
    "contributes": {"commands": [{"command": "stand-in.switch", "title": "Stand-in: Select Another Interpreter"}]},
}
PROGRAM = """\
const vscode = require('vscode');
exports.activate = () => {
  const changes = new vscode.EventEmitter();
  let path = process.env.FIRST_PYTHON;
  vscode.commands.registerCommand('stand-in.switch', () => {
    path = process.env.SECOND_PYTHON;
    changes.fire({ id: path, path, resource: undefined });
  });
  return {
    ready: Promise.resolve(),
    environments: {
      getActiveEnvironmentPath: () => ({ id: path, path }),
      resolveEnvironment: async (each) => ({ executable: { uri: vscode.Uri.file(each.path) } }),
      onDidChangeActiveEnvironmentPath: changes.event,
    },
  };
};
"""


def environment(folder: Path) -> str:
    """A virtual environment whose packages would break every server that took them up."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=60)
    (packages,) = folder.glob("lib/python3*/site-packages")
    for name in ("attr", "attrs", "cattrs", "lsprotocol", "pygls", "tree_sitter", "typing_extensions", "flyteshift"):
        (packages / f"{name}.py").write_text("raise SystemExit('a package of the user was imported')\n", "utf-8")
    (packages / "broken.pth").write_text("import os; os._exit(3)\n", "utf-8")
    return str(folder / "bin" / "python")


def executables(home: Path) -> list[str]:
    return [Path(f"/proc/{each}/cmdline").read_bytes().decode().split("\0")[0] for each in servers(home)]


def test_the_server_runs_on_the_selected_interpreter_and_follows_it(tmp_path: Path, sample: Path) -> None:
    first, second = (environment(tmp_path / name) for name in ("first", "second"))
    stand_in = tmp_path / "python.vsix"
    with zipfile.ZipFile(stand_in, "w") as archive:
        archive.writestr("extension/package.json", json.dumps(PACKAGE))
        archive.writestr("extension/extension.js", PROGRAM)
    home = tmp_path / "home"
    with (
        served(sample, home, None, [stand_in], FIRST_PYTHON=first, SECOND_PYTHON=second) as address,
        browser() as page,
    ):
        editor = Editor(page, address)
        editor.open("orders.py")
        page.locator(".squiggly-warning").first.wait_for()
        assert executables(home) == [first]
        editor.command("Stand-in: Select Another Interpreter")
        until(lambda: executables(home) == [second], "the server runs on the other interpreter")
        editor.go_to(26, 3)
        editor.actions("Migrate this module to Flyte 2")
