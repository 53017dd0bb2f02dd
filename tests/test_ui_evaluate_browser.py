"""The evaluate tab in a real browser, on a small library: what a reader sees and does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="the browser tests need playwright")

from playwright.sync_api import Browser, Page, expect

from index.embedder import Embedder
from tests.browsing import (
    ANSWER_MS,
    FAINT_TEXTS,
    answered,
    ask,
    needs_chromium,
    open_tab,
    opened,
    serving,
)
from tests.test_evaluate_command import QUESTIONS, small_library, write_set

pytestmark = needs_chromium

HOSTILE = '<img src=x onerror="alert(1)">'
WIDTH = "document.documentElement.scrollWidth"
MANY = 400  # so many that they are still being asked when the chat has answered


@pytest.fixture(scope="module")
def folder(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that is served, and question sets beside it."""
    made = tmp_path_factory.mktemp("evaluating")
    small_library(made / "library", embedder)
    write_set(made / "set.jsonl", QUESTIONS)
    first: dict[str, Any] = QUESTIONS[0]
    write_set(made / "broken.jsonl", [first, first, "{bad", {"id": HOSTILE}])
    lost = {"file": f"{HOSTILE}.pdf", "quote": "q"}
    write_set(made / "odd.jsonl", [{**first, "evidence": [lost], HOSTILE: 1}])
    write_set(made / "many.jsonl", [{**first, "id": f"q{n}"} for n in range(MANY)])
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with serving(folder) as server:
        yield server.address


@pytest.fixture
def page(page: Page) -> Page:
    open_tab(page, "Evaluate")
    return page


def drop(page: Page, file: Path) -> None:
    page.locator("#set-drop input[type=file]").set_input_files(file)
    expect(page.locator("#set-name")).to_contain_text(f"Chosen: {file.name}")


def evaluate(page: Page, name: str) -> None:
    """Ask the set that was dropped, and wait for the figures of the run."""
    page.get_by_label("Name of the run").fill(name)
    page.locator("#evaluate").click()
    expect(page.locator("#evaluate-figures")).to_contain_text(f"Run {name}:", timeout=ANSWER_MS)
    expect(page.locator("#evaluate")).to_be_visible()


def choose(page: Page, which: str, name: str) -> None:
    page.get_by_label(which).click()
    page.get_by_role("option", name=name, exact=True).click()


def test_a_set_is_dropped_asked_and_shown_compared_and_saved(page: Page, folder: Path) -> None:
    drop(page, folder / "set.jsonl")
    status = page.locator("#evaluate-status")
    expect(status).to_contain_text("set.jsonl: 6 questions, 4 with evidence, 1 known to be")
    expect(page.locator("#report-html")).to_be_hidden()
    evaluate(page, "first")
    expect(status).to_contain_text("6 of 6 questions asked.")
    row = page.locator("#evaluate-figures tr", has_text="evidence recall@8").first
    expect(row).to_contain_text("1.000 to 1.000")
    plots = page.locator("#evaluate-plots svg.marks")
    expect(plots).to_have_count(5)
    shares = plots.first
    expect(shares).to_contain_text("groundedness")
    assert shares.bounding_box()["width"] > 800  # type: ignore[index]
    assert shares.locator(".mark-symbol path").count() >= 10

    evaluate(page, "second")
    choose(page, "Compared with", "first")
    figures = page.locator("#evaluate-figures")
    expect(figures).to_contain_text("Against first")
    expect(figures).to_contain_text("all figures are identical, times aside")
    expect(plots.first).to_contain_text("first")  # both have their place in the legend
    expect(plots.first).to_contain_text("second")
    assert page.evaluate(FAINT_TEXTS) == []

    fine = page.locator("#evaluate-questions details", has_text="nothing wrong").first
    fine.locator("> summary").click()
    question = fine.locator("article", has_text="How many farms")
    answer = question.locator("details", has_text="Answer:")
    answer.locator("summary").click()
    expect(answer.locator(".cited li").first).to_contain_text("312 farms")

    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as HTML report").click()
    assert saving.value.suggested_filename == "second.html"
    report = saving.value.path().read_text(encoding="utf-8")
    assert "<h1>Evaluation second</h1>" in report and "Against first" in report
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as JSON").click()
    value = json.loads(saving.value.path().read_text(encoding="utf-8"))
    assert value["run"]["name"] == "second" and value["comparison"]["baseline"] == "first"
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(WIDTH) <= 390


def test_lines_that_cannot_be_used_are_shown_as_text(page: Page, folder: Path) -> None:
    status = page.locator("#evaluate-status")
    drop(page, folder / "broken.jsonl")
    expect(status.locator(".error li")).to_have_count(3)
    page.locator("#evaluate").click()
    expect(status.locator(".error li").first).to_contain_text("line 2: the id")
    drop(page, folder / "odd.jsonl")
    expect(status).to_contain_text(f'the field "{HOSTILE}" is not known')
    expect(status).to_contain_text(f"{HOSTILE}.pdf is not in the library")
    assert page.evaluate(FAINT_TEXTS) == []


def test_the_chat_answers_meanwhile_and_a_stop_keeps_what_was_answered(
    page: Page, browser: Browser, address: str, folder: Path
) -> None:
    drop(page, folder / "many.jsonl")
    page.get_by_label("Name of the run").fill("many")
    page.locator("#evaluate").click()
    status = page.locator("#evaluate-status")
    expect(status).to_contain_text(" left", timeout=ANSWER_MS)
    with opened(browser, address) as other:
        ask(other, "Who answers the Zorbia hotline?")
        expect(answered(other, 1)).to_contain_text("two nurses")
        open_tab(other, "Evaluate")
        drop(other, folder / "set.jsonl")
        other.locator("#evaluate").click()
        expect(other.locator("#evaluate-status")).to_contain_text("The run many is being")
    page.locator("#stop-evaluating").click()
    expect(status).to_contain_text("Stopped.", timeout=ANSWER_MS)
    expect(page.locator("#evaluate-figures")).to_contain_text(f"of {MANY} questions")
    expect(page.get_by_label("Name of the run")).to_have_value("many")


def test_a_reader_who_leaves_may_evaluate_again(
    browser: Browser, address: str, folder: Path
) -> None:
    with opened(browser, address) as page:
        open_tab(page, "Evaluate")
        drop(page, folder / "many.jsonl")
        page.get_by_label("Name of the run").fill("left")
        page.locator("#evaluate").click()
        expect(page.locator("#evaluate-status")).to_contain_text(" left", timeout=ANSWER_MS)
    with opened(browser, address) as page:
        page.emulate_media(color_scheme="dark")
        page.reload()
        open_tab(page, "Evaluate")
        choose(page, "Run that is shown", "left")
        expect(page.locator("#evaluate-figures")).to_contain_text(f"of {MANY} questions")
        assert page.evaluate(FAINT_TEXTS) == []
        drop(page, folder / "set.jsonl")
        evaluate(page, "after-left")
