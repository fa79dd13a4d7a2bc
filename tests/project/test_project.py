"""What the repository promises to newcomers and to CI."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import flyteshift
from flyteshift.workspace.settings import KEYS

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "vscode-client/README.md"),
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "editors").rglob("*.md")),
]


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_between_documents_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text(name))
    for target, anchor in links:
        file = (ROOT / name).parent / target if target else ROOT / name
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings]


def test_the_readme_lists_every_setting() -> None:
    table = re.findall(r"^\| `([a-z-]+)` \|", text("README.md").split("## Settings")[1].split("## ")[0], re.MULTILINE)
    assert tuple(table) == KEYS


def test_the_readme_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    from flyteshift.cli.main import main

    with pytest.raises(SystemExit):
        main(["--help"])
    commands = re.findall(r"^    (\w+) ", capsys.readouterr().out, re.MULTILINE)
    assert set(commands) == set(re.findall(r"^\| `flyteshift (\w+)", text("README.md"), re.MULTILINE))


def test_the_architecture_names_every_layer() -> None:
    layers = {each.name for each in Path(flyteshift.__file__).parent.iterdir() if (each / "__init__.py").exists()}
    assert layers == set(
        re.findall(r"^\| `(\w+)` \|", text("ARCHITECTURE.md").split("## What always holds")[0], re.MULTILINE)
    )


def test_every_dependency_has_its_reason() -> None:
    declared = text("pyproject.toml").split("dependencies = [")[1].split("]\n")[0]
    for name in re.findall(r'^    "([\w-]+)', declared, re.MULTILINE):
        assert re.search(rf"^\| [^|]*\b{name}\b", text("ARCHITECTURE.md"), re.MULTILINE), name


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_paths_that_documents_name_exist(name: str) -> None:
    for path in re.findall(r"`((?:server|examples|docs|tests|\.ci)/[\w./-]+)`", text(name)):
        assert (ROOT / path).exists(), path


def test_files_stay_short() -> None:
    long = [str(f) for f in (ROOT / "server").rglob("*.py") if len(f.read_text("utf-8").splitlines()) >= 400]
    assert long == []


def test_the_code_parses_on_the_oldest_python() -> None:
    for file in (ROOT / "server").rglob("*.py"):
        ast.parse(file.read_text("utf-8"), str(file), feature_version=(3, 10))


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_ci_is_a_script_that_parses() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True, timeout=30)
