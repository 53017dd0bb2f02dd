"""The page in a real browser, on a library of its own: what a reader sees and does.

`tests/screenshot.png` is written by the first of these tests when it is not there: delete it to
have it made anew.
"""

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="the browser tests need playwright")

from playwright.sync_api import Page, expect

from tests.browsing import (
    ANSWER_MS,
    FAINT_TEXTS,
    ROOT,
    answered,
    ask,
    needs_chromium,
    open_tab,
    serving,
)

pytestmark = needs_chromium

HERE = Path(__file__).parent
SCREENSHOT = HERE / "screenshot.png"
QUESTION = "What are the act, the means and the purpose in the Palermo Protocol?"
NOTES = "Zorbia <img src=x onerror=alert(3)> & notes.md"
NOTES_TEXT = """# Zorbia notes

The Zorbia harbour task force was set up in March 2019 and counts nine officers.

Its motto is <script>document.title = "taken over"</script><img src=x onerror="alert(1)"> and
`${alert(2)}` {{value}}. The Zorbia harbour task force reports to the harbour master.
"""

QUOTED = (
    "Section 1589(a) does not require that the worker was moved, and it does not mention a border."
)
HOSTILE_CLAIM = 'The <img src=x onerror="alert(1)"> Queen of Denmark opened a bridge in 1998.'
DRAFT = f"""{QUOTED} Was the hotline ever answered?

{HOSTILE_CLAIM} The maximum sentence for forced labor is 20 years in prison.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ui")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Where `python -m ui` serves a library that it has just made."""
    with serving(folder) as server:
        yield server.address


def test_a_question_is_answered_and_its_footnote_shows_the_marked_words(page: Page) -> None:
    page.get_by_role("button", name=QUESTION).click()
    turn = answered(page, 1)
    reference = turn.locator("a.ref").last
    expect(turn.locator(".card")).to_have_count(turn.locator("a.ref").count())
    reference.click()
    card = page.locator(f"#{reference.get_attribute('data-source')}")
    expect(card).to_be_focused()
    expect(card.locator("mark")).to_be_in_viewport(ratio=1)
    quotation = card.locator("mark").inner_text()
    assert " ".join(quotation.split()) in " ".join(turn.locator(".prose").inner_text().split())
    assert len(card.locator("blockquote").inner_text()) > len(quotation)
    if not SCREENSHOT.exists():
        page.mouse.move(0, 0)
        page.wait_for_timeout(1000)  # until nothing moves any more
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
    expect(follow_up.locator(".question")).to_be_in_viewport(ratio=1)
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
    expect(error).to_be_in_viewport(ratio=1)
    expect(page.locator("#question textarea")).to_have_value(question)


@pytest.mark.parametrize(
    "question",
    [
        '<script>document.title = "taken over"</script><img src=x onerror=alert(1)>',
        "**Was** _sind_ `die` [Mittel](javascript:alert(1)) im # Palermo-Protokoll?",
        "ما هو الاتجار بالأشخاص؟",
        "人身取引とは何ですか",
    ],
)
def test_any_question_is_shown_as_it_was_typed_and_gets_an_answer_or_is_declined(
    page: Page, question: str
) -> None:
    ask(page, question)
    turn = answered(page, 1)
    expect(turn.locator(".question")).to_have_text(question)
    expect(turn.locator(".prose, .abstention")).to_have_count(1)


def test_a_filter_narrows_the_sources_says_so_and_explains_what_is_no_date(page: Page) -> None:
    page.locator("#filter > button").click()
    page.get_by_label("Published from").fill("yesterday")
    ask(page, QUESTION)
    expect(page.locator(".note.error")).to_contain_text("not a date")
    page.get_by_label("Published from").fill("2100")
    expect(page.locator("#filter > button")).to_contain_text("Filter: 2100 to …")
    ask(page, QUESTION)
    expect(answered(page, 1).locator(".abstention")).to_be_visible()
    page.get_by_label("Published from").fill("")
    page.get_by_label("Treaty").check()
    expect(page.locator("#filter > button")).to_contain_text("Filter: treaty")
    ask(page, QUESTION)
    expect(answered(page, 2).locator(".abstention")).to_be_visible()
    page.get_by_label("Treaty").uncheck()
    ask(page, QUESTION)
    expect(answered(page, 3).locator("a.ref").first).to_be_visible()


def test_a_document_is_added_asked_about_and_removed(page: Page, tmp_path: Path) -> None:
    notes, empty, broken = tmp_path / NOTES, tmp_path / "empty.txt", tmp_path / "broken.pdf"
    notes.write_text(NOTES_TEXT, encoding="utf-8")
    empty.write_bytes(b"")
    broken.write_bytes(b"%PDF-1.7\n1 0 obj <<")
    open_tab(page, "Library")
    before = page.locator(".shelf tbody tr").count()
    page.locator("#drop input[type=file]").set_input_files([notes, empty, broken])
    expect(page.locator(".outcomes li")).to_have_count(3, timeout=ANSWER_MS)
    for refused in ("empty.txt", "broken.pdf"):
        failed = page.locator(".outcomes .failed", has_text=refused)
        expect(failed).to_contain_text("Try:")
    row = page.locator(".shelf tr", has_text="Zorbia notes")
    expect(row).to_have_count(1)

    open_tab(page, "Chat")
    ask(page, "How many officers does the Zorbia harbour task force count?")
    answered(page, 1).locator("a.ref").first.click()
    card = page.locator("#turn-1-source-1")
    expect(card.locator("mark")).to_contain_text("nine officers")
    expect(card.locator("blockquote")).to_contain_text("<script>document.title")
    expect(card.locator("script, img")).to_have_count(0)

    open_tab(page, "Library")
    row.locator("button.discard").click()
    row.locator("button.keep").click()
    expect(row.locator("button.discard")).to_be_visible()
    row.locator("button.discard").click()
    row.locator("button.confirm").click()
    expect(page.locator("#news")).to_contain_text("Removed")
    expect(row).to_have_count(0)
    assert page.locator(".shelf tbody tr").count() == before


def test_the_table_is_sorted_filtered_and_edited_with_the_keyboard_alone(
    page: Page, tmp_path: Path
) -> None:
    names = ("Aardvark report", "Zebra report")
    for number, name in enumerate(names):
        (tmp_path / f"{number}.md").write_text(f"# {name}\n\nIt is about animals of {name}.\n")
    open_tab(page, "Library")
    paths = [tmp_path / "0.md", tmp_path / "1.md"]
    page.locator("#drop input[type=file]").set_input_files(paths)
    titles = page.locator(".shelf tbody td:first-child .name")
    expect(titles.filter(has_text="Zebra report")).to_have_count(1, timeout=ANSWER_MS)

    column = page.locator("button.sort[data-column=Title]")
    column.focus()
    page.keyboard.press("Enter")
    expect(titles.first).to_have_text("Zebra report")
    expect(column).to_be_focused()
    page.get_by_label("Find in the list").fill("animals aardvark")
    expect(titles).to_have_count(0)
    page.get_by_label("Find in the list").fill("aardvark")
    expect(titles).to_have_count(1)

    page.locator("button.edit").focus()
    page.keyboard.press("Enter")
    title = page.get_by_label("Title", exact=True)
    expect(title).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Aardvark annual")
    page.get_by_label("Date", exact=True).fill("soon")
    page.keyboard.press("Enter")
    expect(page.locator("#form .note.error")).to_contain_text("'soon' is no date")
    page.get_by_label("Date", exact=True).fill("2001-05")
    page.keyboard.press("Enter")
    expect(page.locator("#news")).to_contain_text("Saved “Aardvark annual”")
    row = page.locator(".shelf tr", has_text="Aardvark annual")
    expect(row).to_contain_text("May 2001")
    expect(row).to_contain_text("corrected")
    expect(row.locator("button.edit")).to_be_focused()
    for name in ("Aardvark", "Zebra"):
        page.get_by_label("Find in the list").fill(name)
        expect(titles).to_have_count(1)
        page.locator("button.discard").focus()
        page.keyboard.press("Enter")
        expect(page.locator("button.keep")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(titles).to_have_count(0)


def test_a_large_addition_shows_each_files_state_and_can_be_stopped(
    page: Page, tmp_path: Path
) -> None:
    for number in range(200):
        text = f"Report {number} counts {number * 31} cases in district {number}. " * 60
        (tmp_path / f"long {number:03}.txt").write_text(text)
    open_tab(page, "Library")
    page.locator("#drop input[type=file]").set_input_files(sorted(tmp_path.iterdir()))
    news = page.locator("#news")
    expect(news).to_contain_text("of 200 files done", timeout=ANSWER_MS)
    expect(news).to_contain_text("waiting")
    page.get_by_role("button", name="Stop adding").click()
    expect(news).to_contain_text("Stopped.", timeout=ANSWER_MS)
    expect(news).to_contain_text("not taken in")
    expect(page.get_by_role("button", name="Stop adding")).to_be_hidden()


def test_an_address_that_may_not_be_visited_is_refused_in_words(page: Page) -> None:
    open_tab(page, "Library")
    page.get_by_label("Web addresses").fill("http://127.0.0.1:8000/secret")
    page.keyboard.press("Enter")
    expect(page.locator(".outcomes .failed")).to_contain_text("Try:", timeout=ANSWER_MS)
    page.get_by_label("Web addresses").fill("nonsense")
    page.get_by_role("button", name="Fetch").click()
    expect(page.locator("#news .error")).to_contain_text("nonsense")


def test_what_the_command_line_adds_is_listed_and_answered_from_without_a_restart(
    page: Page, folder: Path, tmp_path: Path
) -> None:
    ask(page, "Who leads the Quellmark shelter?")
    expect(answered(page, 1).locator(".abstention")).to_be_visible()
    notes = tmp_path / "quellmark.md"
    notes.write_text("# Quellmark\n\nThe Quellmark shelter is led by Ada Brenn.\n", "utf-8")
    ingest = [sys.executable, "-m", "ingest", str(notes), "--library", str(folder / "library")]
    done = subprocess.run(ingest, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    open_tab(page, "Library")
    expect(page.locator(".shelf tr", has_text="Quellmark")).to_have_count(1)
    open_tab(page, "Chat")
    page.locator("#retry").click()
    expect(page.locator("#turn-1 mark").first).to_contain_text("Ada Brenn", timeout=ANSWER_MS)


def test_a_draft_is_checked_filtered_read_beside_its_verdicts_and_saved(
    page: Page, tmp_path: Path
) -> None:
    open_tab(page, "Check")
    page.locator("#check").click()
    expect(page.locator("#check-status .note.error")).to_contain_text("Try:")
    broken, notes = tmp_path / "broken.pdf", tmp_path / "notes.md"
    broken.write_bytes(b"%PDF-1.7 junk")
    notes.write_text("Rain fell.")
    page.locator("#draft-drop input[type=file]").set_input_files(broken)
    expect(page.get_by_text("“broken.pdf”")).to_be_visible(timeout=ANSWER_MS)
    page.locator("#draft-drop input[type=file]").set_input_files(notes)
    expect(page.locator("#draft-text textarea")).to_have_value("Rain fell.")
    page.locator("#draft-text textarea").fill(DRAFT)
    page.locator("#check").click()
    expect(page.locator("#check-status .note")).to_contain_text("3 claims", timeout=ANSWER_MS)
    expect(page.locator("#check")).to_be_visible()
    expect(page.locator(".draft .text")).to_contain_text(HOSTILE_CLAIM)
    rows = page.locator(".verdicts tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("✓ supported")
    expect(rows.first.locator("blockquote").first).to_contain_text(QUOTED)
    expect(rows.first).to_contain_text("forced-labor-1589.md")
    assert page.evaluate(FAINT_TEXTS) == []

    page.locator("#check-claim-3 + a.verdict").click()
    expect(rows.last).to_be_focused()
    expect(rows.last).to_be_in_viewport()
    rows.last.locator("a.back-to-draft").click()
    expect(page.locator("#check-claim-3")).to_be_focused()

    page.get_by_label("Show").click()
    page.get_by_role("option", name="✓ Supported").click()
    expect(page.locator("#check-table .total")).to_contain_text("of 3 claims shown")
    expect(page.locator(".verdicts tr.supported").first).to_be_visible()
    expect(page.locator(".verdicts tbody tr:not(.supported)")).to_have_count(0)

    for _ in range(2):  # the same file can be had again
        with page.expect_download() as saving:
            page.get_by_role("button", name="Save as CSV").click()
    assert saving.value.suggested_filename == "draft checked.csv"
    lines = list(csv.DictReader(saving.value.path().open(encoding="utf-8-sig", newline="")))
    assert [line["Number"] for line in lines] == ["1", "", "2", "3"]
    assert lines[0]["Verdict"] == "supported" and lines[0]["For: words"] == QUOTED


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it_and_leads_from_footnote_to_source(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 390, "height": 844})
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) <= 390
    ask(page, QUESTION)
    turn = answered(page, 1)
    expect(turn.locator(".question")).to_be_in_viewport(ratio=1)
    turn.locator("a.ref").last.click()
    expect(turn.locator("mark").last).to_be_in_viewport(ratio=1)
    page.locator("#filter > button").click()
    expect(page.get_by_label("Treaty")).to_be_in_viewport()
    assert page.evaluate(width) <= 390
    open_tab(page, "Library")
    assert page.evaluate(width) <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_of_wcag_aa(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.reload()
    ask(page, QUESTION)
    answered(page, 1).locator("a.ref").first.click()
    page.locator("#filter > button").click()
    ask(page, " ")
    expect(page.locator(".note.error")).to_be_visible()
    assert page.evaluate(FAINT_TEXTS) == []
    open_tab(page, "Library")
    page.locator("button.discard").first.click()
    expect(page.locator("button.confirm")).to_be_visible()
    assert page.evaluate(FAINT_TEXTS) == []
