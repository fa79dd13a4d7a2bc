"""What the extension's package.json and its bundle promise, against what the server has."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from flyteshift.lsp.settings import _LEVELS
from flyteshift.workspace.settings import KEYS, SEVERITIES, Settings

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "vscode-client"
PACKAGE = json.loads((CLIENT / "package.json").read_text("utf-8"))
PROPERTIES = {
    key.removeprefix("flyteshift."): value
    for key, value in PACKAGE["contributes"]["configuration"]["properties"].items()
}


def test_every_setting_of_the_server_is_declared() -> None:
    assert set(KEYS) == set(PROPERTIES) - {"importStrategy", "path", "logLevel", "trace.server"}


def test_defaults_are_those_of_the_server() -> None:
    defaults = Settings()
    for key in KEYS:
        value = getattr(defaults, key.replace("-", "_"))
        known = [*value] if isinstance(value, tuple) else value
        assert PROPERTIES[key]["default"] in (known, {} if known == [] else known), key


def test_values_to_choose_from_are_those_of_the_server() -> None:
    assert PROPERTIES["severity"]["additionalProperties"]["enum"] == [*SEVERITIES]
    assert set(PROPERTIES["logLevel"]["enum"]) == set(_LEVELS)
    assert PROPERTIES["orchestration"]["enum"] == ["parallel", "sequential"]


def test_every_setting_is_described() -> None:
    assert [key for key, value in PROPERTIES.items() if not value.get("markdownDescription")] == []


def test_what_the_bundle_holds_fits_to_the_dependencies() -> None:
    declared = (ROOT / "pyproject.toml").read_text("utf-8").split("\ndependencies = [")[1].split("\n]")[0]
    pinned = dict(
        re.findall(r"^([\w-]+)==([\w.]+)$", (CLIENT / "bundled" / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    )
    for name, least in re.findall(r'"([\w-]+)>=([\d.]+)', declared):
        assert numbers(pinned[name]) >= numbers(least), name


def numbers(version: str) -> list[int]:
    return [int(each) for each in version.split(".")]


def test_the_lock_file_names_no_registry_but_the_public_one() -> None:
    lock = (CLIENT / "package-lock.json").read_text("utf-8")
    assert set(re.findall(r'"resolved": "(https?://[^/]+)', lock)) <= {"https://registry.npmjs.org"}


def test_versions_are_one() -> None:
    import flyteshift

    assert PACKAGE["version"] == flyteshift.__version__


def test_what_the_extension_asks_for_the_server_has() -> None:
    contract = (CLIENT / "src" / "contract.ts").read_text("utf-8")
    server = "".join(path.read_text("utf-8") for path in (ROOT / "server" / "flyteshift").rglob("*.py"))
    names = re.findall(r"^export const \w+ = '([^']+)';", contract, re.MULTILINE)
    assert len(names) >= 5
    assert [name for name in names if f'"{name}"' not in server] == []


def test_commands_of_the_extension_are_not_those_of_the_server() -> None:
    # The client registers the server's commands under their own names; a name that is taken would stop it.
    from flyteshift.lsp.client import Client
    from flyteshift.lsp.server import capabilities

    ours = {each["command"] for each in PACKAGE["contributes"]["commands"]}
    theirs = {
        command
        for literals in (True, False)
        for command in capabilities(Client(action_literals=literals)).execute_command_provider.commands
    }
    assert ours.isdisjoint(theirs)


def test_pictures_of_the_walkthrough_exist() -> None:
    for step in PACKAGE["contributes"]["walkthroughs"][0]["steps"]:
        assert (CLIENT / step["media"]["image"]).exists()


def bundle_script() -> ModuleType:
    spec = spec_from_file_location("bundle", CLIENT / "scripts" / "bundle.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_libraries_without_symbols_still_load(tmp_path: Path) -> None:
    import tree_sitter

    bundle = bundle_script()
    copy = shutil.copytree(Path(tree_sitter.__file__).parent, tmp_path / "tree_sitter")
    for library in [*copy.glob("*.so"), *copy.glob("*.pyd")]:
        size = library.stat().st_size
        bundle.blank_symbols(library)
        assert library.stat().st_size == size
    found = [
        sys.executable,
        "-c",
        "import tree_sitter; print(tree_sitter.__file__, tree_sitter.MIN_COMPATIBLE_LANGUAGE_VERSION)",
    ]
    done = subprocess.run(found, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    assert str(tmp_path) in done.stdout


def test_what_is_no_elf_file_is_left_alone(tmp_path: Path) -> None:
    bundle = bundle_script()
    for content in (b"", b"MZ\x90", b"\xcf\xfa\xed\xfe" * 9, b"\x7fELF\x01\x01" + bytes(60)):
        (tmp_path / "x.so").write_bytes(content)
        bundle.blank_symbols(tmp_path / "x.so")
        assert (tmp_path / "x.so").read_bytes() == content
