"""How the browser tests start the page and use it; what they expect of it is theirs to say."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
NO_CHROMIUM = "no chromium on this machine (Debian: apt-get install chromium)"
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
# The machine's network may be closed: without these Chromium looks up hosts of its own.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
START_S = 120  # the first start makes the library and loads the model
ANSWER_MS = 60_000
FAINT_TEXTS = (ROOT / "tests" / "faint_texts.js").read_text(encoding="utf-8")
# what each shows
TABS = {"Library": ".shelf", "Chat": "#question", "Check": "#check", "Evaluate": "#evaluate"}


@dataclass(frozen=True)
class Server:
    """A running `python -m ui`: where it is, and where its stderr is written."""

    process: "subprocess.Popen[str]"
    address: str
    errors: Path


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Server]:
    """The page on a library in `folder`, which is made; `settings` are environment variables."""
    errors = folder / "stderr.txt"
    command = [sys.executable, "-m", "ui", "--port", "0", "--no-browser"]
    with errors.open("w") as stderr:
        process = subprocess.Popen(
            [*command, "--library", str(folder / "library")],
            cwd=ROOT,
            env=os.environ | {"GRADIO_TEMP_DIR": str(folder / "dropped")} | settings,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        try:
            yield Server(process, _address(process), errors)
        finally:
            process.kill()
            process.communicate()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    """A page that fails its test if it asks another host for anything, or runs a foreign script."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    ours = (address, "data:", "blob:")
    elsewhere: list[str] = []
    faults: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(ours) else elsewhere.append(r.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.set_default_timeout(15_000)
    page.goto(address)
    expect(page.locator("#question textarea")).to_be_visible()
    yield page
    title = page.title()
    page.close()
    assert elsewhere == []
    assert faults == []
    assert title == "Attest"


def ask(page: Page, question: str) -> None:
    """Type the question and press Enter."""
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")


def answered(page: Page, number: int) -> Locator:
    """The turn of this number, once it has its answer."""
    turn = page.locator(f"#turn-{number}")
    expect(turn.locator(".footer")).to_be_visible(timeout=ANSWER_MS)
    return turn


def open_tab(page: Page, name: str) -> None:
    """Choose the tab and wait for what it shows."""
    page.get_by_role("tab", name=name).click()
    expect(page.locator(TABS[name])).to_be_visible()


def _address(process: "subprocess.Popen[str]") -> str:
    """What the server prints once it listens."""
    assert process.stdout
    deadline, printed = time.monotonic() + START_S, ""
    while time.monotonic() < deadline and (line := process.stdout.readline()):
        printed += line
        if found := re.search(r"http://\S+", line):
            return found[0]
    raise AssertionError(f"the page did not start within {START_S} s; it printed: {printed}")
