"""`flyteshift report`: what each workflow calls and needs, and in which order to go."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from flyteshift.features.report import Graph, Node
from flyteshift.features.report_page import drawing, layers
from flyteshift.workspace.entries import Place
from tests.cli.runs import run
from tests.workspace.trees import write

FILES = {
    "pyproject.toml": "",
    "easy/tasks.py": "from flytekit import task\n\n\n@task\ndef load(x: int) -> int:\n    return x\n\n\n@task\ndef train(x: int) -> int:\n    return x\n",
    "easy/flow.py": "from flytekit import workflow\n\nfrom easy.tasks import load, train\n\n\n@workflow\ndef inner(x: int) -> int:\n    return train(x=x)\n\n\n@workflow\ndef easy(x: int) -> int:\n    return inner(x=load(x=x))\n",
    "hard.py": "from flytekit import task, workflow\nfrom flytekit.core.context_manager import FlyteContextManager\n\n\n@task\ndef two(x: int) -> int:\n    FlyteContextManager.current_context()\n    return x\n\n\n@workflow\ndef hard(x: int) -> int:\n    return two(x=x)\n",
    "done.py": "import flyte\nenv = flyte.TaskEnvironment(name='a')\n@env.task\ndef f(x: int) -> int:\n    return x\n@env.task\ndef g(x: int) -> int:\n    return f(x)\n",
    "<b>&.py": "from flytekit import workflow\n@workflow\ndef odd() -> int:\n    return 1\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("CI", "1")
    return write(tmp_path / "project", FILES)


def test_the_report_adds_up(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "report", project, "--output-format", "json")
    assert done.code == 0
    found = json.loads(done.out)
    states = {each["name"]: each["state"] for each in found["workflows"]}
    assert states == {"hard": "needs you", "inner": "ready", "easy": "ready", "odd": "ready", "g": "done"}
    easy = next(each for each in found["workflows"] if each["name"] == "easy")
    assert [t["name"] for t in easy["tasks"]] == ["load", "train"] and [w["name"] for w in easy["workflows"]] == [
        "inner"
    ]
    assert easy["modules"] == ["easy/flow.py", "easy/tasks.py"]
    hard = next(each for each in found["workflows"] if each["name"] == "hard")
    assert [(n["file"], n["line"]) for n in hard["needs"]] == [("hard.py", 7)]
    assert "FlyteContextManager" in hard["needs"][0]["message"]
    assert [step["files"] for step in found["order"]] == [["<b>&.py"], ["easy/tasks.py", "easy/flow.py"], ["hard.py"]]
    assert found["files"] == {"flyte1": 4, "flyte2": 1} and found["tasks_left"] == 3


def test_what_is_ready_migrates_by_the_command_that_it_tells(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, "report", project)
    assert re.search(r"^easy\s+easy/flow.py\s+2\s+2\s+ready$", told.out, re.MULTILINE)
    [files] = re.findall(r"flyteshift migrate --write (easy.*)", told.out)
    assert run(capsys, "migrate", "--write", *(project / name for name in files.split())).code == 0
    after = json.loads(run(capsys, "report", project, "--output-format", "json").out)
    assert {each["name"]: each["state"] for each in after["workflows"]}["easy"] == "done"


class Page(HTMLParser):
    """Checks that tags are closed, and collects what a browser would load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [str(value) for name, value in attrs if name in ("src", "href", "xlink:href")]
        self.loaded += [tag] * (tag in ("script", "link", "iframe", "object", "b>"))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_needs_nothing_else_and_escapes_what_it_shows(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = project / "report.html"
    assert run(capsys, "report", project, "--output-format", "html", "-o", target).out == ""
    text = target.read_text()
    page = Page()
    page.feed(text)
    assert page.open == [] and page.loaded == []
    assert "&lt;b&gt;&amp;.py" in text and "<b>&" not in text
    assert "url(http" not in text and "@import" not in text
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(drawings) == 3
    for each in drawings:
        ElementTree.fromstring(each)
    assert sum(each.count("<rect") for each in drawings) == 4 + 2 + 2


def node(name: str) -> Node:
    return Node(Place("a.py", name), "task", "ready", "a")


def test_callers_stand_left_of_what_they_call_and_circles_end() -> None:
    graph = Graph(tuple(map(node, "abcd")), ((0, 1), (1, 2), (0, 2), (3, 2)))
    assert layers(graph) == [[0, 3], [1], [2]]
    circle = Graph(tuple(map(node, "ab")), ((0, 1), (1, 0), (1, 1)))
    assert sorted(n for column in layers(circle) for n in column) == [0, 1]
    assert drawing(circle).count('<path d="M0 0') == 1


def test_nothing_to_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    assert run(capsys, "report", tmp_path).out == "There is no Flyte here.\n"
    assert run(capsys, "report", tmp_path / "missing").code == 2
    assert run(capsys, "report", tmp_path, "-o", tmp_path / "no" / "folder").code == 2


def test_flyte_1_that_calls_flyte_2_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        project,
        {
            "mixed.py": "from flytekit import workflow\nfrom done import f\n@workflow\ndef mixed() -> int:\n    return f(x=1)\n"
        },
    )
    said = "is Flyte 2 by now, which Flyte 1 cannot run: migrate"
    assert f"    `f` {said} `mixed` too" in run(capsys, "report", project).out
    page = run(capsys, "report", project, "--output-format", "html").out
    assert f"<li><code>f</code> {said} <code>mixed</code> too" in page
    found = json.loads(run(capsys, "report", project, "--output-format", "json").out)["workflows"]
    assert {each["name"]: [task["name"] for task in each["flyte2"]] for each in found if each["flyte2"]} == {
        "mixed": ["f"]
    }


HANDS_OVER = "from flytekit.remote import FlyteRemote\n\nfrom easy.flow import easy\n\n\ndef test_easy(remote: FlyteRemote) -> None:\n    remote.fetch(easy)\n"


def test_a_test_that_stays_leaves_a_workflow_ready_and_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {"test_easy.py": HANDS_OVER})
    told = run(capsys, "report", project).out
    said = "`easy` is used by test_easy.py (line 7), which stays Flyte 1; that test has to be rewritten by hand."
    assert f"    easy/flow.py:11 {said}" in told
    assert "flyteshift migrate --write easy/tasks.py easy/flow.py\n" in told
    assert "test_easy.py (1 thing first)" in told or "test_easy.py (2 things first)" in told
    assert "rewritten by hand" in run(capsys, "report", project, "--output-format", "html").out
    found = json.loads(run(capsys, "report", project, "--output-format", "json").out)["workflows"]
    assert {each["name"]: [t["line"] for t in each["tests"]] for each in found if each["tests"]} == {"easy": [11]}
    assert {each["name"]: each["state"] for each in found}["easy"] == "ready"


def test_what_is_no_test_still_holds_a_workflow_back(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {"starts.py": HANDS_OVER})
    found = json.loads(run(capsys, "report", project, "--output-format", "json").out)["workflows"]
    easy = next(each for each in found if each["name"] == "easy")
    assert (easy["state"], easy["tests"]) == ("needs you", [])
