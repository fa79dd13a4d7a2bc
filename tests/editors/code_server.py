"""VS Code in a browser: code-server with the packaged extension, driven through headless Chromium."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.editors.programs import missing, program, vsix

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PATIENCE = 60_000
"""Milliseconds; a machine may be busy."""
SETTINGS = {
    "chat.disableAIFeatures": True,
    "workbench.startupEditor": "none",
    "extensions.autoCheckUpdates": False,
    "extensions.ignoreRecommendations": True,
    "workbench.tips.enabled": False,
    "workbench.colorTheme": "Light Modern",
    "window.commandCenter": False,
    "workbench.layoutControl.enabled": False,
    "editor.minimap.enabled": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "files.autoSave": "off",
    "editor.acceptSuggestionOnEnter": "off",
    "editor.quickSuggestions": {"other": "off"},
    "telemetry.telemetryLevel": "off",
}
CHROMIUM = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
_INSTALL = "bash .ci/editors installs it on Debian"


@contextmanager
def served(
    folder: Path, home: Path, settings: dict[str, Any] | None = None, others: Sequence[Path] = (), **variables: str
) -> Iterator[str]:
    """A code-server with the extension, and other ones, that shows a folder; gives its address."""
    command = program("code-server", _INSTALL)
    user, extensions = home / "user", home / "extensions"
    (user / "User").mkdir(parents=True, exist_ok=True)
    (user / "User" / "settings.json").write_text(json.dumps({**SETTINGS, **(settings or {})}), "utf-8")
    environment = {
        **os.environ,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "XDG_DATA_HOME": str(home),
        **variables,
    }
    for name in ("PYTHONPATH", "VSCODE_IPC_HOOK_CLI"):
        environment.pop(name, None)
    where = ["--user-data-dir", str(user), "--extensions-dir", str(extensions)]
    if not extensions.exists():
        for each in (*others, vsix()):
            install = [command, *where, "--install-extension", str(each)]
            subprocess.run(install, env=environment, check=True, capture_output=True, timeout=180)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--disable-telemetry", "--disable-update-check"]
    with (home / "code-server.log").open("w") as log:
        server = subprocess.Popen(
            [command, *where, *options, "--disable-workspace-trust", str(folder)],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}/"
    try:
        until(lambda: _answers(address), "code-server answers")
        yield f"{address}?folder={folder}"
    finally:
        os.killpg(server.pid, 15)
        server.wait(20)


@contextmanager
def browser() -> Iterator[Page]:
    """A page in headless Chromium."""
    if find_spec("playwright") is None:
        missing("playwright is not installed: pip install --group browser")
    from playwright.sync_api import sync_playwright

    chromium = program("chromium", _INSTALL)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM])
        page = started.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=1.25)
        page.set_default_timeout(PATIENCE)
        try:
            yield page
        finally:
            started.close()


class Editor:
    """What a user does in VS Code, by keyboard and mouse."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(address)
        page.locator(".explorer-folders-view .monaco-list-row").first.wait_for()

    def open(self, name: str) -> None:
        """Open a file by its name, and wait until it is shown."""
        self._pick("Control+P", name, name)
        self.page.locator(".quick-input-widget").wait_for(state="hidden")
        self.page.locator(".tab.active", has_text=name).wait_for()
        self.page.locator(".editor-instance .view-line").first.wait_for()

    def command(self, title: str) -> None:
        """Run a command by its title in the palette."""
        self._pick("F1", f">{title}", title)

    def _pick(self, key: str, typed: str, chosen: str) -> None:
        """Choose an entry of a list that a key opens, once it is the one that Enter takes."""
        self._ask(key, typed)
        self.page.locator(".quick-input-list .monaco-list-row.focused", has_text=chosen).wait_for()
        self.page.wait_for_timeout(200)  # a list that is still being filled takes no Enter
        self.page.keyboard.press("Enter")

    def actions(self, title: str) -> Locator:
        """Open the light bulb's menu at the cursor; gives it once it holds an action."""
        menu = self.page.locator(".action-widget").first
        self._press("Control+.", menu.get_by_text(title).first)
        return menu

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor there; both count from 1."""
        self._ask("Control+G", f":{line}:{column}")
        self.page.keyboard.press("Enter")
        self.page.locator(".quick-input-widget").wait_for(state="hidden")

    def text(self) -> str:
        """The lines that are in view."""
        lines = self.page.locator(".editor-instance .view-line").evaluate_all(
            "all => all.map(e => [parseFloat(e.style.top), e.textContent]).sort((a, b) => a[0] - b[0]).map(e => e[1])"
        )
        return "\n".join(lines).replace("\u00a0", " ")

    def save(self) -> None:
        """Save the file and wait until it is."""
        self.page.keyboard.press("Control+S")
        self.gone(".tab.active.dirty")

    def word(self, word: str, line: str) -> Locator:
        """A word that is drawn as one token, in the first line that holds a text."""
        shown = self.page.locator(".editor-instance .view-line", has_text=re.compile(re.escape(line))).first
        return shown.locator("span > span", has_text=re.compile(rf"^\W*{re.escape(word)}\W*$")).first

    def gone(self, selector: str) -> None:
        """Wait until nothing of that kind is shown any more."""
        until(lambda: self.page.locator(selector).count() == 0, f"no {selector}")

    def picture(self, path: Path) -> None:
        """A screenshot, once nothing moves."""
        self.page.wait_for_timeout(700)
        self.page.screenshot(path=path)

    def _ask(self, key: str, typed: str) -> None:
        """Press a key that opens an input box, and fill it."""
        box = self.page.locator(".quick-input-widget input").first
        self._press(key, box)
        box.fill(typed)

    def _press(self, key: str, opened: Locator) -> None:
        """Press a key until what it opens is shown: what moves the focus meanwhile takes the key or closes it again."""
        from playwright.sync_api import TimeoutError

        for _ in range(5):
            self.page.keyboard.press(key)
            try:
                return opened.wait_for(timeout=PATIENCE / 5)
            except TimeoutError:
                self.page.keyboard.press("Escape")
        raise AssertionError(f"{key} opens nothing")


def servers(home: Path) -> list[int]:
    """The server processes of the extension in a home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(w.endswith(b"launcher.py") and str(home).encode() in w for w in words):
            found.append(int(process.name))
    return found


def until(true: Callable[[], Any], what: str, seconds: float = PATIENCE / 1000) -> Any:
    """Wait for something; gives it. Raises AssertionError that says what did not happen."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"did not happen: {what}"
        time.sleep(0.1)
    return found


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
