"""The Library tab in a real browser: what its reader hears, sees on a phone, and where focus is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="the browser tests need playwright")

from playwright.sync_api import Page, expect

from tests.browsing import ANSWER_MS, needs_chromium, open_tab, serving

pytestmark = needs_chromium

MOMENT_MS = 400  # the page moves the focus 100 ms after an answer of the server
# The dots that are shown at the beginning or end of a line of a row's facts.
STRAY_DOTS = """
() => [...document.querySelectorAll(".shelf tbody tr")].flatMap((row) => {
  const facts = [...row.querySelectorAll("td:not(:first-child, .act)")];
  const shown = facts.filter((cell) => cell.getClientRects().length);
  const left = row.getBoundingClientRect().left;
  return shown.filter((cell, at) => {
    const dot = getComputedStyle(cell, "::after");
    if (!dot.content.includes("·")) return false;
    const [box] = cell.getClientRects();
    const next = shown[at + 1]?.getClientRects()[0];
    if (dot.position !== "absolute") return !next || next.top > box.bottom - 2;
    const outside = box.left + parseFloat(dot.left) < left;
    return outside && getComputedStyle(row).overflowX !== "clip";
  }).map((cell) => cell.textContent);
})
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("ui")) as server:
        yield server.address


@pytest.fixture
def page(page: Page) -> Page:
    open_tab(page, "Library")
    return page


def drop(page: Page, folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    paths = [folder / f"{name}.md" for name in texts]
    page.locator("#drop input[type=file]").set_input_files(paths)


def many() -> dict[str, str]:
    """So many files that there is time to stop them."""
    return {
        f"long{n:03}": f"Report {n} counts {n * 31} cases in district {n}. " * 60
        for n in range(200)
    }


@pytest.mark.parametrize("way", ["Enter", "Save"])
def test_after_a_save_that_failed_the_focus_stays_in_the_form(page: Page, way: str) -> None:
    page.locator("button.edit").first.click()
    day = page.get_by_label("Date", exact=True)
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    day.fill("soon")
    pressed = day if way == "Enter" else page.get_by_role("button", name="Save")
    pressed.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#form .note.error")).to_contain_text("'soon' is no date")
    page.wait_for_timeout(MOMENT_MS)
    expect(pressed).to_be_focused()
    expect(page.locator(".toast-body")).to_have_count(0)


def test_a_document_that_is_no_longer_listed_leaves_the_focus_to_the_news(
    page: Page, tmp_path: Path
) -> None:
    drop(page, tmp_path, wombat="# Wombat\n\nIt is about wombats.\n")
    expect(page.locator("#news")).to_contain_text("Added:", timeout=ANSWER_MS)
    page.get_by_label("Find in the list").fill("wombat")
    expect(page.locator("button.edit")).to_have_count(1)
    page.locator("button.edit").click()
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    page.get_by_label("Publisher", exact=True).fill("Zoo")
    page.keyboard.press("Enter")
    expect(page.locator("button.edit")).to_be_focused()
    page.get_by_label("Find in the list").fill("zoo")
    page.locator("button.edit").click()
    page.get_by_label("Publisher", exact=True).fill("Park")
    page.keyboard.press("Enter")
    expect(page.locator("#news")).to_be_focused()


def test_a_drop_that_waits_says_so_and_leaves_what_was_stopped_before_it_on_the_page(
    page: Page, tmp_path: Path
) -> None:
    news, queue = page.locator("#news"), page.locator("#queue")
    expect(queue.locator("[role=status]")).to_have_count(1)  # before there is anything to announce
    drop(page, tmp_path, **many())
    expect(news).to_contain_text("of 200 files done", timeout=ANSWER_MS)
    drop(page, tmp_path, **{f"late{n}": f"# Late {n}\n\nToo late, {n}.\n" for n in range(7)})
    said = "7 files waiting until the files before are done: late0.md, late1.md"
    expect(queue.locator("[role=status]")).to_contain_text(said)
    expect(queue).to_contain_text("and 2 more")
    expect(news).to_contain_text("of 200 files done")  # it waits indeed

    stop = page.get_by_role("button", name="Stop adding")
    stop.focus()
    page.keyboard.press("Enter")
    expect(news).to_contain_text("7 added", timeout=ANSWER_MS)
    expect(news).to_contain_text("Stopped.")
    expect(news).to_contain_text("not taken in: ")
    expect(queue).to_have_text("")
    expect(stop).to_be_hidden()
    expect(news).to_be_focused()
    expect(page.get_by_role("region", name="What became of the files")).to_be_focused()


def test_why_a_file_cannot_be_read_again_is_heard_at_its_button(page: Page, tmp_path: Path) -> None:
    drop(page, tmp_path, quokka="# Quokka\n\nIt is about quokkas.\n")
    row = page.locator(".shelf tr", has_text="Quokka")
    expect(row).to_have_count(1, timeout=ANSWER_MS)
    row.locator("button.edit").focus()
    page.keyboard.press("Tab")
    again = row.locator("button.again")
    expect(again).to_be_focused()
    expect(again).to_have_accessible_description(
        "Can't be read again: dropped files are not kept. Drop it again."
    )
    expect(again).to_be_disabled()
    page.keyboard.press("Enter")
    page.wait_for_timeout(MOMENT_MS)
    expect(page.locator("#news")).to_contain_text("Added:")
    expect(page.locator(".toast-body")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 600])
def test_no_line_of_facts_begins_or_ends_with_a_dot_on_a_phone(
    page: Page, tmp_path: Path, width: int
) -> None:
    drop(page, tmp_path, facts=f"# Facts {width}\n\nNobody says who wrote them, at {width}.\n")
    expect(page.locator(".shelf tr", has_text=f"Facts {width}")).to_have_count(1, timeout=ANSWER_MS)
    page.set_viewport_size({"width": width, "height": 844})
    assert page.evaluate(STRAY_DOTS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
