from __future__ import annotations

import pytest

from flyteshift.cli import diffs, formats
from flyteshift.cli.console import Console
from flyteshift.rules.finding import Finding
from flyteshift.text import Document, Span


def underlined(text: str, target: str) -> tuple[str, str]:
    start = text.index(target)
    return formats.underlined(Document("file:///a.py", text), start, start + len(target))


@pytest.mark.parametrize(
    ("text", "target", "line", "caret"),
    [
        ("x = task\n", "task", "x = task", "    ^^^^"),
        ("\tx = task\r\n", "task", "    x = task", "        ^^^^"),
        ("日本 = task\n", "task", "日本 = task", "       ^^^^"),
        ("日本 = 語\n", "語", "日本 = 語", "       ^^"),
        ("e\u0301 = task\n", "task", "e\u0301 = task", "    ^^^^"),
        ("\x1b[2J = task\n", "task", "\ufffd[2J = task", "       ^^^^"),
        ("'\u2028\u202e' + task\n", "task", "'\ufffd\ufffd' + task", "       ^^^^"),
        ("a(\n  b)", "a(\n  b)", "a(", "^^"),
        ("x", "", "x", "^"),
        ("", "", "", "^"),
    ],
)
def test_carets_stand_under_the_span(text: str, target: str, line: str, caret: str) -> None:
    assert underlined(text, target) == (line, caret)


def test_a_long_line_is_cut_around_the_span() -> None:
    line, caret = underlined("x" * 5000 + "task" + "y" * 5000, "task")
    assert len(line) < 200
    assert line.startswith("…x")
    assert line.endswith("y…")
    assert line[caret.index("^") : len(caret)] == "task"


def finding(message: str = "message", severity: str = "warning") -> Finding:
    return Finding("FS401", "map-task", "flytekit.map_task", message, severity, Span(0, 1), "https://x", None)  # type: ignore[arg-type]


def test_github_escapes() -> None:
    text = formats.as_github("a,b:c%.py", Document("file:///a.py", "x"), finding("50 %\r\nof: a, b"))
    assert text == (
        "::warning file=a%2Cb%3Ac%25.py,line=1,col=1,endLine=1,endColumn=2,title=FS401 map-task::50 %25%0D%0Aof: a, b"
    )


@pytest.mark.parametrize(("severity", "level"), [("error", "error"), ("information", "notice"), ("hint", "notice")])
def test_github_levels(severity: str, level: str) -> None:
    assert formats.as_github("a.py", Document("file:///a.py", "x"), finding(severity=severity)).startswith(
        f"::{level} "
    )


@pytest.mark.parametrize(
    ("text", "where"), [("x = 1\n", None), ("", None), ("def f(:\n", "1:7"), ("\n\nx = = 2\n", "3:3")]
)
def test_where_the_syntax_breaks(text: str, where: str | None) -> None:
    found = formats.syntax_error(Document("file:///a.py", text))
    assert found == where if where is None else found is not None and found.split(":")[0] == where.split(":")[0]


def test_a_diff_without_final_newline(capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    found = diffs.unified("/x/a.py", "a\nb", "a\nc\n", Console(sys.stdout, sys.stderr))
    assert found == "--- a/x/a.py\n+++ b/x/a.py\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n"
