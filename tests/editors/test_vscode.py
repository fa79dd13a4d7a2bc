"""The packaged extension in a real VS Code, used with keyboard and mouse. The pictures of the README are made here."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.editors.code_server import Editor, browser, served, servers, until
from tests.editors.programs import ROOT

pytestmark = [pytest.mark.editor, pytest.mark.timeout(420), pytest.mark.xdist_group("vscode")]

GONE = """\
from flytekit import WorkflowFailurePolicy, workflow


@workflow(failure_policy=WorkflowFailurePolicy.FAIL_IMMEDIATELY)
def strict() -> None: ...
"""
RETRIES = """\
from flytekit import task, workflow


@task(retries=3)
def double(x: int) -> int:
    return x * 2


@workflow
def doubled(x: int = 3) -> int:
    return double(x=x)
"""


GREETING = """\
from flytekit import task, workflow


@task
def polite(name: str) -> str:
    return f"Good morning, {name}"


@workflow
def greeting(name: str = "Ada") -> str:
    return polite(name=name)
"""


STUCK = """\
from flytekit import task, workflow


@task
def give(x: int) -> int:
    return x


@workflow
def told(x: int) -> int:
    y = give(x=x)
    print(str(y))
    return y
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Flyte 1 project; tests change files of their own."""
    folder = tmp_path_factory.mktemp("vscode") / "shop"
    shutil.copytree(ROOT / "examples" / "sample", folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (folder / "strict.py").write_text(GONE, "utf-8")
    (folder / "retried.py").write_text(RETRIES, "utf-8")
    (folder / "greeting.py").write_text(GREETING, "utf-8")
    (folder / "told.py").write_text(STUCK, "utf-8")
    return folder


@pytest.fixture(scope="module")
def home(project: Path) -> Path:
    return project.parent / "home"


@pytest.fixture(scope="module")
def address(project: Path, home: Path) -> Iterator[str]:
    with served(project, home) as found:
        yield found


@pytest.fixture(scope="module")
def editor(address: str) -> Iterator[Editor]:
    with browser() as page:
        yield Editor(page, address)


@pytest.fixture(autouse=True)
def picture_of_a_failure(request: pytest.FixtureRequest, editor: Editor, tmp_path: Path) -> Iterator[None]:
    failed = request.session.testsfailed
    yield
    if request.session.testsfailed > failed:
        editor.page.screenshot(path=tmp_path / "failed.png")
        print(f"What was on the screen: {tmp_path / 'failed.png'}\n{editor.page.locator('body').inner_text()}")


def test_flyte_1_is_underlined(editor: Editor) -> None:
    editor.open("orders.py")
    editor.page.locator(".squiggly-warning").first.wait_for()
    assert editor.page.locator(".squiggly-info").count() > 0
    assert editor.page.locator(".squiggly-error").count() == 0


def test_what_has_no_successor_is_struck_through(editor: Editor) -> None:
    editor.open("strict.py")
    struck = editor.page.locator(".squiggly-inline-deprecated")
    struck.first.wait_for()
    assert any("WorkflowFailurePolicy" in text for text in struck.all_inner_texts())
    assert "line-through" in struck.first.evaluate("e => getComputedStyle(e).textDecorationLine")


def test_a_hover_explains(editor: Editor, pictures: Callable[[str], Path]) -> None:
    editor.open("orders.py")
    editor.page.locator(".squiggly-warning").first.wait_for()
    editor.go_to(1)
    editor.command("Notifications: Clear All Notifications")
    editor.word("workflow", "@workflow").hover()
    card = editor.page.locator(".monaco-hover").filter(has_text="FS112").first
    card.get_by_text("becomes").first.wait_for()
    text = card.inner_text()
    assert "flytekit.workflow" in text and "a task that calls other tasks" in text
    editor.picture(pictures("vscode-client/media/walkthrough/hover.png"))
    editor.page.keyboard.press("Escape")


def test_the_light_bulb_offers_what_can_be_done(editor: Editor, pictures: Callable[[str], Path]) -> None:
    editor.open("orders.py")
    editor.go_to(26, 3)
    menu = editor.actions("Migrate this module to Flyte 2")
    assert "Quick Fix" in menu.inner_text()
    editor.picture(pictures("vscode-client/media/walkthrough/migrate.png"))
    editor.page.keyboard.press("Escape")


def test_the_tree_shows_workflows_by_state_and_leads_to_the_code(
    editor: Editor, pictures: Callable[[str], Path]
) -> None:
    page = editor.page
    editor.command("View: Show Flyte 2 migration")
    row = page.locator(".pane-body .monaco-list-row")
    row.filter(has_text="daily").wait_for()
    labels = row.all_inner_texts()
    assert labels[0].startswith("Ready to migrate (") and any(each.startswith("Needs you (") for each in labels)
    ready = labels[1 : next(n for n, each in enumerate(labels) if each.startswith("Needs you"))]
    assert [each.replace("\n", "") for each in ready][:3] == [
        "dailyorders.py",
        "doubledretried.py",
        "greetinggreeting.py",
    ]
    row.filter(has_text="told").locator(".monaco-tl-twistie").click()
    row.filter(has_text="promise").first.wait_for()
    editor.picture(pictures("vscode-client/media/walkthrough/tree.png"))
    row.filter(has_text="weekly").click()
    page.locator(".tab.active", has_text="orders.py").wait_for()
    page.locator(".statusbar-item", has_text="Ln 35").wait_for()


def test_the_tree_follows_what_is_typed(editor: Editor) -> None:
    page = editor.page
    editor.open("strict.py")
    row = page.locator(".pane-body .monaco-list-row")
    row.filter(has_text="strict").first.wait_for()
    editor.go_to(5, 5)
    page.keyboard.type("very_")
    until(lambda: "very_strict" in editor.text(), "the name is typed")
    row.filter(has_text="very_strict").first.wait_for()
    for _ in "very_":
        page.keyboard.press("Backspace")
    until(lambda: row.filter(has_text="very_strict").count() == 0, "the tree forgets the name")
    editor.save()


def test_settings_take_effect_at_once(editor: Editor, project: Path) -> None:
    page, file = editor.page, project / ".vscode" / "settings.json"
    editor.open("strict.py")
    page.locator(".squiggly-warning").first.wait_for()
    file.parent.mkdir()
    file.write_text(json.dumps({"flyteshift.severity": {"workflow": "error"}}), "utf-8")
    page.locator(".squiggly-error").first.wait_for()
    file.unlink()
    editor.gone(".squiggly-error")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_server_that_was_killed_comes_back(editor: Editor, home: Path) -> None:
    editor.open("strict.py")
    (before,) = until(lambda: servers(home), "the server runs")
    os.kill(before, signal.SIGKILL)
    until(lambda: servers(home) not in ([], [before]), "another server runs")
    editor.go_to(5, 5)
    editor.page.keyboard.type("x")
    editor.page.keyboard.press("Backspace")
    editor.page.locator(".squiggly-warning").first.wait_for()
    editor.save()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_server_is_apart_from_the_packages_of_the_user(editor: Editor, home: Path) -> None:
    editor.open("orders.py")
    (process,) = until(lambda: servers(home), "the server runs")
    command = Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")
    assert {"-I", "-S"} <= set(command)
    loaded = Path(f"/proc/{process}/maps").read_text("utf-8")
    assert "bundled/libs/tree_sitter/" in loaded
    assert not re.search(r"(site|dist)-packages", loaded)


def test_the_readiness_report(editor: Editor) -> None:
    editor.command("Open the Readiness Report")
    editor.page.locator(".tab.active", has_text="Flyte 2 readiness").wait_for()
    page = editor.page.frame_locator("iframe.webview").frame_locator("iframe")
    page.get_by_role("heading", name="Flyte 2 readiness").wait_for()
    link = page.get_by_role("link", name=re.compile("orders.py:27"))
    link.wait_for()
    link.click()
    editor.page.locator(".tab.active", has_text="orders.py").wait_for()


def test_a_symbol_is_explained_by_its_name(editor: Editor) -> None:
    editor.open("pyproject.toml")
    editor.command("Explain a Flyte Symbol")
    box = editor.page.locator(".quick-input-widget input[placeholder^='FS401']")
    box.wait_for()
    box.fill("map-task")
    editor.page.keyboard.press("Enter")
    editor.page.locator(".tab.active", has_text="map-task").wait_for()
    page = editor.page.frame_locator("iframe.webview").frame_locator("iframe")
    page.get_by_text("flyte.map").first.wait_for()


@pytest.mark.sdk
def test_a_module_is_migrated_saved_and_runs(editor: Editor, project: Path) -> None:
    editor.open("retried.py")
    editor.page.locator(".squiggly-warning").first.wait_for()
    editor.go_to(4, 3)
    editor.actions("Migrate this module to Flyte 2")
    editor.page.keyboard.press("Enter")
    # Retries cover every exception from now on, so this is shown before it is done, with all of it ticked.
    apply(editor)
    until(lambda: "import flyte" in editor.text(), "the text is migrated")
    editor.gone(".squiggly-warning")
    editor.save()
    saved = (project / "retried.py").read_text("utf-8")
    assert "flytekit" not in saved and "@env.task(retries=3)" in saved
    assert run(project, "retried", "doubled", x=5) == "10"


@pytest.mark.sdk
def test_a_workflow_is_migrated_from_the_tree(editor: Editor, project: Path) -> None:
    page = editor.page
    editor.command("View: Show Flyte 2 migration")
    row = page.locator(".pane-body .monaco-list-row", has_text="greeting.py")
    row.hover()
    row.locator(".codicon-rocket.action-label").click()
    page.locator(".bulk-edit-panel").get_by_text("greeting.py").first.wait_for()
    assert (project / "greeting.py").read_text("utf-8") == GREETING
    apply(editor)
    page.locator(".tab.active", has_text="greeting.py").wait_for()
    until(lambda: "import flyte" in editor.text(), "the text is migrated")
    editor.save()
    assert "flytekit" not in (project / "greeting.py").read_text("utf-8")
    assert run(project, "greeting", "greeting", name="Grace") == "Good morning, Grace"


@pytest.mark.sdk
def test_the_workspace_is_migrated_after_a_preview(
    editor: Editor, project: Path, pictures: Callable[[str], Path]
) -> None:
    refused = (project / "training.py").read_bytes()
    (project / "more.py").write_text(RETRIES.replace("doubled", "again"), "utf-8")
    editor.open("orders.py")
    editor.command("Migrate the Workspace to Flyte 2")
    preview = editor.page.locator(".bulk-edit-panel")
    preview.get_by_text("import flyte").first.hover()
    for name in ("more.py", "orders.py"):  # a list draws only the rows that are in view
        until(lambda name=name: preview.get_by_text(name).count() or editor.page.mouse.wheel(0, 40), f"{name} is shown")
    editor.page.mouse.wheel(0, -1000)
    editor.page.mouse.move(0, 0)
    editor.picture(pictures("vscode-client/media/walkthrough/preview.png"))
    assert "flytekit" in (project / "orders.py").read_text("utf-8")
    apply(editor)
    for name in ("orders.py", "more.py"):
        until(lambda name=name: "import flyte\n" in (project / name).read_text("utf-8"), f"{name} is saved")
    assert (project / "training.py").read_bytes() == refused
    assert run(project, "orders", "daily", day=3).startswith("day 3: ")
    editor.command("View: Show Flyte 2 migration")
    editor.page.locator(".pane-body .monaco-list-row", has_text="Migrated (").wait_for()


def test_where_there_is_no_flyte_nothing_is_shown(editor: Editor, address: str, tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("import os\n\nprint(os.name)\n", "utf-8")
    page = editor.page.context.browser.new_page(viewport={"width": 1000, "height": 600})
    icon = page.locator(".activitybar [aria-label*='Flyte 2 migration']")
    other = Editor(page, f"{address.partition('?')[0]}?folder={tmp_path}")
    other.open("plain.py")
    page.wait_for_timeout(3000)
    assert icon.count() == 0
    page.locator(".editor-instance .view-line").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("from flytekit import task\n")
    icon.first.wait_for()
    page.locator(".squiggly-info, .squiggly-warning").first.wait_for()


def apply(editor: Editor) -> None:
    """Agree to what the refactor preview shows."""
    button = editor.page.locator(".bulk-edit-panel .monaco-button", has_text="Apply")
    button.wait_for()
    button.click()


def run(project: Path, module: str, workflow: str, **inputs: int | str) -> str:
    """What a workflow of the saved file gives under the real flyte."""
    code = f"import {module} as m, flyte; flyte.init(); print('->', flyte.with_runcontext(mode='local').run(m.{workflow}, **{inputs}).outputs()[0])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, timeout=180, check=False
    )
    assert "-> " in done.stdout, done.stderr
    return done.stdout.rpartition("-> ")[2].strip()
