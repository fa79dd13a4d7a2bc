from __future__ import annotations

import pytest

from flyteshift.text import Document, Span
from flyteshift.workspace.suppressions import suppressions

KNOWN = {"FS101", "flytekit-import", "FS401", "map-task", "FS402", "conditional"}


def hidden(text: str, target: str = "map_task", code: str = "FS401", name: str = "map-task") -> bool:
    start = text.index(target)
    return suppressions(Document("file:///a.py", text)).hides(code, name, Span(start, start + len(target)))


def problems(text: str) -> list[str]:
    return [each.message for each in suppressions(Document("file:///a.py", text), KNOWN).problems]


@pytest.mark.parametrize(
    "comment",
    [
        "# flyteshift: ignore",
        "#flyteshift:ignore",
        "#  flyteshift :  ignore  ",
        "# flyteshift: ignore[FS401]",
        "# flyteshift: ignore [ fs401 ]",
        "# flyteshift: ignore[FS101, FS401]",
        "# flyteshift: ignore[FS101,map-task,]",
        "# flyteshift: ignore[FS4] the old cluster still runs this",
        "# flyteshift: ignore -- with a reason",
        "# FlyteShift: Ignore[Map-Task]",
        "# noqa: E501  # flyteshift: ignore[FS401]",
        "# type: ignore # flyteshift: ignore",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_a_comment_hides_on_its_line(comment: str, end: str) -> None:
    assert hidden(f"import flytekit{end or chr(10)}m = flytekit.map_task(f)  {comment}{end}")


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "# flyteshift: ignore[FS402]",
        "# flyteshift: ignore[FS40",
        "# flyteshift: ignore[]",
        "# flyteshift: ignore[map]",
        "# flyteshift: ignored",
        "# flyteshift: ignore-file",
        "# flyteshift ignore",
        "# noqa",
        "# type: ignore",
        "; s = '# flyteshift: ignore'",
        "; s = f'# flyteshift: ignore'",
        "; s = '''\n# flyteshift: ignore-file\n'''",
    ],
)
def test_what_hides_nothing(comment: str) -> None:
    assert not hidden(f"import flytekit\nm = flytekit.map_task(f)  {comment}\n")


def test_other_lines_stay() -> None:
    text = "a = 1  # flyteshift: ignore\nm = map_task(f)\nb = 2  # flyteshift: ignore\n"
    assert not hidden(text)


def test_the_last_line_of_a_finding_counts() -> None:
    text = "x = (\n    fk.\n    map_task  # flyteshift: ignore\n)\n"
    assert hidden(text, "fk.\n    map_task")


def test_the_last_line_of_a_statement_counts_for_all_of_it() -> None:
    assert hidden("from flytekit import (\n    map_task,\n    task,\n)  # flyteshift: ignore\n")
    assert hidden("@task(\n    retries=2,\n)  # flyteshift: ignore\ndef f(): ...\n", "retries")
    assert hidden('x = map_task(f)(a="""\n""")  # flyteshift: ignore\n')


def test_the_first_line_of_a_statement_is_for_itself() -> None:
    assert not hidden("from flytekit import (  # flyteshift: ignore\n    map_task,\n    task,\n)\n")


def test_the_end_of_a_block_is_not_the_end_of_its_head() -> None:
    assert not hidden("if map_task(f):\n    a = 1\n    b = 2  # flyteshift: ignore\n")
    assert not hidden("def f(x: map_task):\n    a = 1\n    b = 2  # flyteshift: ignore\n")
    assert not hidden("class A(map_task):\n    b = 2  # flyteshift: ignore\n")


@pytest.mark.parametrize(
    "comment",
    ["# flyteshift: ignore-file", "  # flyteshift: ignore-file[FS401] why", "#flyteshift:ignore-file[map-task]"],
)
def test_a_whole_file(comment: str) -> None:
    assert hidden(f"import flytekit\n\n{comment}\nm = flytekit.map_task(f)\n")
    assert hidden(f"import flytekit\nm = flytekit.map_task(f)\n{comment}")


def test_a_plain_comment_before_the_first_statement_is_for_the_file() -> None:
    assert hidden("#!/usr/bin/python\n# flyteshift: ignore\n\nimport flytekit\nm = flytekit.map_task(f)\n")
    assert hidden("# flyteshift: ignore[FS401]\nm = flytekit.map_task(f)\n")
    assert not hidden("# flyteshift: ignore[FS402]\nm = flytekit.map_task(f)\n")
    assert not hidden('"""# flyteshift: ignore"""\nm = flytekit.map_task(f)\n')


def test_a_plain_comment_on_its_own_line_further_down_says_so() -> None:
    text = "import flytekit\n# flyteshift: ignore\nm = flytekit.map_task(f)\n"
    assert not hidden(text)
    assert problems(text) == [
        "`ignore` goes at the end of the line that it is for; for the whole file use `ignore-file`"
    ]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# flyteshift: ignore[FS999]", "no rule is called `FS999`"),
        ("# flyteshift: ignore[map-tsk]", "no rule is called `map-tsk`; did you mean `map-task`?"),
        ("# flyteshift: ignore[]", "the list of codes is empty, so nothing is ignored"),
        ("# flyteshift: ignore[FS401", "the list of codes has no closing bracket, so nothing is ignored"),
        ("# flyteshift: ignore-file", "`ignore-file` needs a line of its own"),
        ("# flyteshift: ingore", "`ingore` is not known; did you mean `ignore`?"),
    ],
)
def test_a_comment_that_does_not_do_what_it_seems_to(comment: str, message: str) -> None:
    assert message in problems(f"import flytekit\na = 1  {comment}\n")


@pytest.mark.parametrize(
    "comment", ["# flyteshift: ignore[FS4, conditional]", "# flyteshift: see our notes", "# uses flyteshift"]
)
def test_fine_comments_are_silent(comment: str) -> None:
    assert problems(f"import flytekit\na = 1  {comment}\n") == []


def test_a_known_code_beside_an_unknown_one_works() -> None:
    text = "m = map_task(f)  # flyteshift: ignore[FS999, FS401]\n"
    assert hidden(text)
    assert len(problems(text)) == 1


def test_half_typed_code() -> None:
    assert hidden("@task(cache=\nm = map_task(f)  # flyteshift: ignore\n")
    assert hidden("def f(:\n    m = map_task(f)  # flyteshift: ignore\n")


def test_offsets_are_code_points() -> None:
    text = "e = '😀é'; m = map_task(f)  # flyteshift: ignore[FS999]\n"
    assert hidden("# 😀é\n# flyteshift: ignore\n" + text)
    [problem] = suppressions(Document("file:///a.py", text), KNOWN).problems
    assert text[problem.span.start :].startswith("# flyteshift: ignore[FS999]")


def test_a_text_without_the_word_is_not_parsed() -> None:
    document = Document("file:///a.py", "m = map_task(f)  # noqa\n" * 10)
    assert not suppressions(document).hides("FS401", "map-task", Span(4, 12))
    assert "tree" not in vars(document)
