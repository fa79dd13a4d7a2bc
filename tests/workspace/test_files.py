from __future__ import annotations

import codecs
import errno
import logging
import os
import stat
from pathlib import Path

import pytest

from flyteshift.workspace import files
from flyteshift.workspace.files import MAX_BYTES, Skipped, SourceFile, WriteError, read, walk, write_atomic
from flyteshift.workspace.settings import Settings

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def put(folder: Path, name: str, data: bytes = b"") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def listing(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def source(path: Path) -> SourceFile:
    found = read(path)
    assert isinstance(found, SourceFile), found
    return found


def skipped(path: Path) -> Skipped:
    found = read(path)
    assert isinstance(found, Skipped), found
    return found


@pytest.mark.parametrize(
    ("data", "text", "encoding", "bom"),
    [
        (b"", "", "utf-8", False),
        ("a = 'é'\n".encode(), "a = 'é'\n", "utf-8", False),
        (codecs.BOM_UTF8 + b"a = 1\n", "a = 1\n", "utf-8", True),
        (codecs.BOM_UTF8 + b"# coding: utf-8\n", "# coding: utf-8\n", "utf-8", True),
        (
            "# -*- coding: latin-1 -*-\na = 'é'\n".encode("latin-1"),
            "# -*- coding: latin-1 -*-\na = 'é'\n",
            "iso-8859-1",
            False,
        ),
        (
            "#!/bin/x\n# vim: fileencoding=cp1252\na = '€'\n".encode("cp1252"),
            "#!/bin/x\n# vim: fileencoding=cp1252\na = '€'\n",
            "cp1252",
            False,
        ),
        (
            "# coding: shift-jis\na = '日本'\n".encode("shift-jis"),
            "# coding: shift-jis\na = '日本'\n",
            "shift-jis",
            False,
        ),
        (b"a\r\nb\rc\nd", "a\r\nb\rc\nd", "utf-8", False),
        (b"# coding: latin-1\rx = '\xe9'\r", "# coding: latin-1\rx = 'é'\r", "iso-8859-1", False),
        (b"a\r\rb\r\n\r\n", "a\r\rb\r\n\r\n", "utf-8", False),
        ("a\x0cb\u2028c\n".encode(), "a\x0cb\u2028c\n", "utf-8", False),
    ],
)
def test_files_are_decoded_as_python_does_and_written_back_alike(
    tmp_path: Path, data: bytes, text: str, encoding: str, bom: bool
) -> None:
    path = put(tmp_path, "a.py", data)
    found = source(path)
    assert (found.text, found.encoding, found.bom) == (text, encoding, bom)
    write_atomic(path, found.text + "#\r", found)
    assert path.read_bytes() == data + b"#\r"


def test_a_coding_comment_in_the_third_line_is_none(tmp_path: Path) -> None:
    assert source(put(tmp_path, "a.py", "\n\n# coding: latin-1\nx='é'\n".encode())).encoding == "utf-8"


@pytest.mark.parametrize(
    ("data", "words", "failed"),
    [
        (b"a = '\xe9'\n", "encoding", True),
        (b"\n\n\nflytekit = '\xe9'\n", "utf-8", True),
        (b"# coding: nonsense\n", "nonsense", True),
        (b"# coding: rot13\n", "rot13", True),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", "utf-8", True),
        (b"\x80abc\x00\n", "binary", False),
        ("import flytekit\n".encode("utf-16"), "binary", False),
        (b"#" * (MAX_BYTES + 1), "larger than 2 MB", False),
    ],
)
def test_what_is_not_python_source_is_skipped_with_a_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, data: bytes, words: str, failed: bool
) -> None:
    path = put(tmp_path, "a.py", data)
    with caplog.at_level(logging.INFO):
        found = skipped(path)
    assert words in found.reason
    assert found.failed is failed
    assert str(path) in caplog.text
    assert found.reason in caplog.text


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    assert len(source(put(tmp_path, "a.py", b"#" * MAX_BYTES)).text) == MAX_BYTES


def test_a_vanished_file_is_no_failure(tmp_path: Path) -> None:
    assert skipped(tmp_path / "gone.py") == Skipped(tmp_path / "gone.py", "it is no longer there")
    put(tmp_path, "file.py")
    assert not skipped(tmp_path / "file.py" / "below.py").failed


def test_a_dangling_link_and_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("nowhere.py")
    (tmp_path / "b.py").symlink_to("b.py")
    assert "no longer there" in skipped(tmp_path / "a.py").reason
    assert skipped(tmp_path / "b.py").failed


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_fifo_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    assert "not a regular file" in skipped(tmp_path / "a.py").reason


def test_a_folder_called_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").mkdir()
    assert isinstance(read(tmp_path / "a.py"), Skipped)
    assert list(walk([tmp_path], Settings(root=tmp_path))) == []


@pytest.mark.skipif(ROOT, reason="root may read everything")
def test_no_permission_is_a_failure(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py", b"x")
    path.chmod(0)
    assert skipped(path).failed


def test_an_error_of_the_disk_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    path = put(tmp_path, "a.py", b"x")
    monkeypatch.setattr(files.os, "open", fails)
    assert skipped(path) == Skipped(path, "Input/output error", failed=True)


def names(folder: Path, settings: Settings | None = None) -> list[str]:
    return [each.relative_to(folder).as_posix() for each in walk([folder], settings or Settings(root=folder))]


def test_folders_are_walked_in_order_of_names(tmp_path: Path) -> None:
    for name in ["b.py", "a/z.py", "a/c.pyi", "c/d/e.py", "notes.txt", "x.pyc", "Makefile"]:
        put(tmp_path, name)
    assert names(tmp_path) == ["a/c.pyi", "a/z.py", "b.py", "c/d/e.py"]


def test_usual_and_chosen_excludes(tmp_path: Path) -> None:
    for name in [".git/a.py", ".venv/a.py", "x/node_modules/a.py", "build/a.py", "lib/site-packages/a.py"]:
        put(tmp_path, name)
    for name in ["gen/a.py", "src/a_pb2.py", "src/gen.py", "dist/a.py"]:
        put(tmp_path, name)
    assert names(tmp_path) == ["gen/a.py", "src/a_pb2.py", "src/gen.py"]
    chosen = Settings(exclude=("gen/", "*_pb2.py", "!dist"), root=tmp_path)
    assert names(tmp_path, chosen) == ["dist/a.py", "src/gen.py"]


def test_a_path_given_itself_is_taken_even_if_excluded(tmp_path: Path) -> None:
    path = put(tmp_path, "build/script")
    assert list(walk([path], Settings(root=tmp_path))) == [path]


def test_no_file_comes_twice(tmp_path: Path) -> None:
    path = put(tmp_path, "a/b.py")
    found = list(walk([tmp_path, tmp_path / "a", path, tmp_path / "a" / ".." / "a" / "b.py"], Settings(root=tmp_path)))
    assert found == [path]


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "a/b.py")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "other").symlink_to(tmp_path / "a")
    (tmp_path / "linked.py").symlink_to(tmp_path / "a" / "b.py")
    assert names(tmp_path) == ["a/b.py", "linked.py"]


@pytest.mark.skipif(ROOT, reason="root may read everything")
def test_a_closed_folder_does_not_end_the_walk(tmp_path: Path) -> None:
    put(tmp_path, "a/b.py")
    put(tmp_path, "c.py")
    (tmp_path / "a").chmod(0)
    try:
        assert names(tmp_path) == ["c.py"]
    finally:
        (tmp_path / "a").chmod(0o755)


def test_the_mode_is_kept_and_no_litter_left(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py", b"x\n")
    path.chmod(0o750)
    write_atomic(path, "y\n", source(path))
    assert path.read_bytes() == b"y\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    assert listing(tmp_path) == ["a.py"]


def test_a_link_stays_and_its_target_changes(tmp_path: Path) -> None:
    real = put(tmp_path, "real/a.py", b"x\n")
    link = tmp_path / "a.py"
    link.symlink_to(real)
    write_atomic(link, "y\n", source(link))
    assert link.is_symlink()
    assert real.read_bytes() == b"y\n"
    assert listing(real.parent) == ["a.py"]


def test_text_that_the_encoding_cannot_hold_is_refused(tmp_path: Path) -> None:
    data = "# coding: latin-1\nx = 'é'\n".encode("latin-1")
    path = put(tmp_path, "a.py", data)
    with pytest.raises(WriteError, match=r"a\.py.*iso-8859-1"):
        write_atomic(path, "# coding: latin-1\nx = '日'\n", source(path))
    assert path.read_bytes() == data


def test_a_lone_surrogate_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py", b"x\n")
    with pytest.raises(WriteError, match="utf-8"):
        write_atomic(path, "'\ud800'", source(path))


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py", b"x\n")
    found = source(path)
    path.write_bytes(b"someone else's work\n")
    with pytest.raises(WriteError, match="changed on disk"):
        write_atomic(path, "y\n", found)
    assert path.read_bytes() == b"someone else's work\n"


def test_a_file_that_vanished_meanwhile_is_not_made_again(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py", b"x\n")
    found = source(path)
    path.unlink()
    with pytest.raises(WriteError, match=r"a\.py"):
        write_atomic(path, "y\n", found)
    assert listing(tmp_path) == []


@pytest.mark.parametrize("step", ["fsync", "mkstemp", "replace"])
def test_when_a_step_fails_the_old_file_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = put(tmp_path, "a.py", b"x\n")
    found = source(path)
    owner = {"fsync": files.os, "mkstemp": files.tempfile, "replace": Path}[step]
    monkeypatch.setattr(owner, step, fails)
    with pytest.raises(WriteError, match="No space left"):
        write_atomic(path, "y\n", found)
    assert path.read_bytes() == b"x\n"
    assert listing(tmp_path) == ["a.py"]


def test_an_interrupt_leaves_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    path = put(tmp_path, "a.py", b"x\n")
    found = source(path)
    monkeypatch.setattr(files.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, "y\n", found)
    assert listing(tmp_path) == ["a.py"]
