"""The page in a real browser, on a library of its own: what a reader sees and does.

`tests/screenshot.png` is written by the first of these tests when it is not there: delete it to
have it made anew.
"""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="the browser tests need playwright")

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on this machine (Debian: apt-get install chromium)"
)

ROOT = Path(__file__).parent.parent
SCREENSHOT = Path(__file__).parent / "screenshot.png"
# The machine's network may be closed: without these Chromium looks up hosts of its own.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
START_S = 120  # the first start makes the library and loads the model
ANSWER_MS = 60_000
QUESTION = "What are the act, the means and the purpose in the Palermo Protocol?"
NOTES = "Zorbia notes (v1) & <b>more</b>.md"
NOTES_TEXT = """# Zorbia notes

The Zorbia harbour task force was set up in March 2019 and counts nine officers.

Its motto is <script>document.title = "taken over"</script><img src=x onerror="alert(1)"> and
`${alert(2)}` {{value}}. The Zorbia harbour task force reports to the harbour master.
"""

# Texts on screen whose contrast with their background is under WCAG 2.2's AA (1.4.3).
FAINT_TEXTS = """() => {
  const parse = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
  const luminance = (rgb) => rgb.slice(0, 3).map((value) => value / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent.trim();
    if (!text || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      continue;
    const style = getComputedStyle(element);
    const [a, b] = [parse(style.color), ground(element)].map(luminance);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return faint;
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `python -m ui` serves a library that it has just made."""
    library = tmp_path_factory.mktemp("ui") / "library"
    command = [sys.executable, "-m", "ui", "--port", "0", "--no-browser", "--library", str(library)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield _address(server)
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that fails its test if it asks another host for anything, or runs a foreign script."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    elsewhere: list[str] = []
    faults: list[str] = []
    page.on("request", lambda r: None if _is_ours(r.url, address) else elsewhere.append(r.url))
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


def test_a_question_is_answered_and_its_footnote_shows_the_marked_words(page: Page) -> None:
    page.get_by_role("button", name=QUESTION).click()
    turn = answered(page, 1)
    reference = turn.locator("a.ref").last
    expect(turn.locator(".card")).to_have_count(turn.locator("a.ref").count())
    reference.click()
    card = page.locator(f"#{reference.get_attribute('data-source')}")
    expect(card).to_be_focused()
    expect(card.locator("mark")).to_be_in_viewport()
    quotation = card.locator("mark").inner_text()
    assert " ".join(quotation.split()) in " ".join(turn.locator(".prose").inner_text().split())
    assert len(card.locator("blockquote").inner_text()) > len(quotation)
    if not SCREENSHOT.exists():
        page.screenshot(path=SCREENSHOT)


def test_footnotes_and_the_way_back_work_by_keyboard(page: Page) -> None:
    ask(page, QUESTION)
    reference = answered(page, 1).locator("a.ref").first
    reference.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#turn-1-source-1")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#turn-1-source-1 button.back")).to_be_focused()
    page.keyboard.press("Enter")
    expect(reference).to_be_focused()


def test_a_follow_up_shows_what_was_searched_and_the_earlier_answer_keeps_its_sources(
    page: Page,
) -> None:
    ask(page, QUESTION)
    answered(page, 1)
    ask(page, "And for children?")
    follow_up = answered(page, 2)
    expect(follow_up.locator(".searched")).to_contain_text("Searched for")
    page.locator("#turn-1 a.ref").first.click()
    expect(page.locator("#turn-1-source-1 mark")).to_be_in_viewport()


def test_an_answer_can_be_copied_asked_again_and_cleared(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    ask(page, QUESTION)
    turn = answered(page, 1)
    turn.get_by_role("button", name="Copy").click()
    expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    assert "\nSources\n[1] " in page.evaluate("navigator.clipboard.readText()")
    page.locator("#retry").click()
    answered(page, 1)
    expect(page.locator(".turn")).to_have_count(1)
    page.locator("#clear").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_role("button", name=QUESTION)).to_be_visible()


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "question is empty"),
        ("   ", "question is empty"),
        ("why " * 12_500, "50,000 characters"),
    ],
)
def test_a_bad_question_is_an_error_with_a_remedy_and_stays_in_the_box(
    page: Page, question: str, message: str
) -> None:
    ask(page, question)
    error = page.locator(".note.error")
    expect(error).to_contain_text(message)
    expect(error).to_contain_text("Try:")
    expect(page.locator("#question textarea")).to_have_value(question)


def test_a_filter_that_is_no_date_is_an_error_and_the_next_question_is_answered(
    page: Page,
) -> None:
    page.locator("#filter > button").click()
    page.get_by_label("Published from").fill("yesterday")
    ask(page, QUESTION)
    expect(page.locator(".note.error")).to_contain_text("not a date")
    page.get_by_label("Published from").fill("")
    ask(page, QUESTION)
    answered(page, 1)


def test_script_in_a_question_is_shown_as_text(page: Page) -> None:
    question = '<script>document.title = "taken over"</script><img src=x onerror=alert(1)>'
    ask(page, question)
    expect(page.locator(".question")).to_have_text(question)


def test_a_document_is_added_asked_about_and_removed(page: Page, tmp_path: Path) -> None:
    notes, empty = tmp_path / NOTES, tmp_path / "empty.txt"
    notes.write_text(NOTES_TEXT, encoding="utf-8")
    empty.write_text(" \n", encoding="utf-8")
    page.get_by_role("tab", name="Library").click()
    before = page.locator(".shelf tbody tr").count()
    page.locator("#drop input[type=file]").set_input_files([notes, empty])
    outcomes = page.locator(".outcomes li")
    expect(outcomes).to_have_count(2, timeout=ANSWER_MS)
    expect(page.locator(".outcomes .failed")).to_contain_text("empty.txt")
    expect(page.locator(".outcomes .failed")).to_contain_text("Try:")
    row = page.locator(".shelf tr", has_text=NOTES)
    expect(row).to_have_count(1)

    page.get_by_role("tab", name="Chat").click()
    ask(page, "How many officers does the Zorbia harbour task force count?")
    turn = answered(page, 1)
    turn.locator("a.ref").first.click()
    card = page.locator("#turn-1-source-1")
    expect(card.locator("mark")).to_contain_text("nine officers")
    expect(card.locator("blockquote")).to_contain_text("<script>document.title")
    expect(card.locator("blockquote script, blockquote img")).to_have_count(0)

    page.get_by_role("tab", name="Library").click()
    row.locator("button.discard").click()
    row.locator("button.keep").click()
    expect(row.locator("button.discard")).to_be_visible()
    row.locator("button.discard").click()
    row.locator("button.confirm").click()
    expect(page.locator("#news")).to_contain_text("Removed")
    expect(row).to_have_count(0)
    assert page.locator(".shelf tbody tr").count() == before


def test_what_the_command_line_adds_is_listed_when_the_tab_is_opened(
    page: Page, address: str, tmp_path: Path
) -> None:
    pytest.skip("written with the ingest command line")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 390, "height": 844})
    for reach in (lambda: None, lambda: _answer(page), lambda: _library(page)):
        reach()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_of_wcag_aa(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.reload()
    _answer(page)
    page.locator("a.ref").first.click()
    assert page.evaluate(FAINT_TEXTS) == []
    _library(page)
    assert page.evaluate(FAINT_TEXTS) == []


def ask(page: Page, question: str) -> None:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")


def answered(page: Page, number: int) -> Locator:
    """The turn of this number, once it has its answer."""
    turn = page.locator(f"#turn-{number}")
    expect(turn.locator(".footer")).to_be_visible(timeout=ANSWER_MS)
    return turn


def _answer(page: Page) -> None:
    ask(page, QUESTION)
    answered(page, 1)


def _library(page: Page) -> None:
    page.get_by_role("tab", name="Library").click()
    expect(page.locator(".shelf")).to_be_visible()


def _address(server: "subprocess.Popen[str]") -> str:
    """What the server prints once it listens."""
    assert server.stdout
    deadline, printed = time.monotonic() + START_S, ""
    while time.monotonic() < deadline and (line := server.stdout.readline()):
        printed += line
        if found := re.search(r"http://\S+", line):
            return found[0]
    raise AssertionError(f"the page did not start within {START_S} s; it printed: {printed}")


def _is_ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))
