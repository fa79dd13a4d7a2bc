"""Puts the server and its libraries for one platform into `bundled/libs`.

    python scripts/bundle.py linux-x64

Some libraries are native: one file for each version of Python. They carry the version in their names, so those of all
versions lie in one folder, and each Python loads its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CLIENT = Path(__file__).resolve().parents[1]
LIBS = CLIENT / "bundled" / "libs"
REQUIREMENTS = CLIENT / "bundled" / "requirements.txt"
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
ONLY_OLDEST = ("exceptiongroup", "tomli")
"""What later versions of Python bring themselves."""
PLATFORMS = {
    "linux-x64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "linux-arm64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "alpine-x64": ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64"),
    "darwin-arm64": ("macosx_11_0_arm64", "macosx_12_0_arm64", "macosx_10_9_universal2"),
    "win32-x64": ("win_amd64",),
    "win32-arm64": ("win_arm64",),
}
"""The targets of VS Code for which all native libraries have wheels, with the tags of these."""

UNUSED = (
    "bin",
    "**/__pycache__",
    "**/*.pyi.orig",
    "*.dist-info/RECORD",
    "*.dist-info/WHEEL",
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",
    "libcst/codemod",
    "libcst/tool.py",
    "libcst/**/tests",
    "jedi/third_party/django-stubs",
    "jedi/third_party/typeshed/stubs",
    "tree_sitter/*.h",
    "tree_sitter/*.c",
)
"""What the server never loads."""


def main(target: str) -> None:
    """Fill the folder anew. Raises CalledProcessError where a wheel is missing."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(CLIENT.parent))
        (wheel,) = folder.glob("flyteshift-*.whl")
        shutil.rmtree(LIBS, ignore_errors=True)
        for version in PYTHONS:
            one = folder / version
            tags = [word for tag in PLATFORMS[target] for word in ("--platform", tag)]
            pip(
                *("install", "--target", str(one), "--no-deps", "--no-compile", "--only-binary=:all:"),
                *("--implementation", "cp", "--python-version", version, *tags, str(wheel), *pinned(version)),
            )
            for path in [path for pattern in UNUSED for path in one.glob(pattern)]:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            merge(one, LIBS)


def pinned(version: str) -> list[str]:
    """The requirements for a version of Python: pip reads markers for the Python that runs it, so there are none."""
    lines = [line for line in REQUIREMENTS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [line for line in lines if version == PYTHONS[0] or line.partition("==")[0] not in ONLY_OLDEST]


def merge(source: Path, target: Path) -> None:
    """Copy a tree into another. Raises SystemExit where a file is another there already: versions do not agree."""
    for path in sorted(source.rglob("*")):
        into = target / path.relative_to(source)
        if path.is_dir():
            into.mkdir(parents=True, exist_ok=True)
        elif not into.exists():
            shutil.copy2(path, into)
        elif into.read_bytes() != path.read_bytes():
            sys.exit(f"{into.relative_to(target)} is not the same for all versions of Python")


def pip(*arguments: str) -> None:
    """Run pip. Raises CalledProcessError."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--quiet", *arguments], env=environment, check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in PLATFORMS:
        sys.exit(f"Name a platform: {', '.join(PLATFORMS)}")
    main(sys.argv[1])
