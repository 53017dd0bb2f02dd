"""Right and Wrong under an answer, in a real browser: what a click saves, and what it measures."""

import json
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="the browser tests need playwright")

from playwright.sync_api import Browser, Locator, Page, expect

from assistant.evaluation.questions import Item, read_set
from index.library import Library
from ingest.files import source_files
from ingest.pipeline import STARTER, take_in
from tests.browsing import (
    ANSWER_MS,
    FAINT_TEXTS,
    ROOT,
    answered,
    ask,
    needs_chromium,
    opened,
    serving,
)

pytestmark = needs_chromium

QUESTION = "What are the act, the means and the purpose in the Palermo Protocol?"
FOLLOW_UP = "And for children?"
SLOW = "What does a labor inspector do all day long?"
UNKNOWN = "How many officers does the Zorbia harbour task force count?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("marking")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with serving(folder) as server:
        yield server.address


def button(turn: Locator, name: str) -> Locator:
    return turn.get_by_role("button", name=name)


def choose_set(turn: Locator, name: str) -> None:
    turn.get_by_label("Question set").fill(name)


def path_of(folder: Path, name: str) -> Path:
    return folder / "library" / "questions" / f"{name}.jsonl"


def items(folder: Path, name: str) -> tuple[Item, ...]:
    return read_set(path_of(folder, name)).items


def evaluated(turn: Locator, report: Path) -> dict[str, float]:
    """The figures of a run over the set, made by the command that the page shows."""
    python, *command = shlex.split(turn.locator(".saved code").inner_text())
    assert python == "python"
    done = subprocess.run(
        [sys.executable, *command, "--json", str(report)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "is not in the library" not in done.stderr
    figures = json.loads(report.read_text(encoding="utf-8"))["figures"]
    return {name: figure["value"] for name, figure in figures.items()}


def test_a_right_answer_and_a_right_refusal_are_saved_in_one_click_and_measured(
    page: Page, folder: Path, tmp_path: Path
) -> None:
    ask(page, QUESTION)
    turn = answered(page, 1)
    button(turn, "Right").click()
    expect(turn.locator(".saved")).to_contain_text("Saved in “saved” as right")
    expect(button(turn, "Right")).to_have_attribute("aria-pressed", "true")
    expect(turn.locator("a.ref").first).to_be_visible()
    ask(page, FOLLOW_UP)
    button(answered(page, 2), "Right").click()
    expect(page.locator("#turn-2 .saved")).to_be_visible()
    expect(page.locator("#turn-1 .saved")).to_be_visible()
    page.locator("#clear").click()
    expect(page.locator("#turn-1")).to_have_count(0)  # the box is emptied, too
    ask(page, UNKNOWN)
    turn = answered(page, 1)
    button(turn, "Right").click()
    expect(turn.locator(".saved")).to_contain_text("rightly refused")

    first, second, third = items(folder, "saved")
    assert (first.question, first.history, first.answerable) == (QUESTION, (), True)
    assert first.evidence
    assert all("/" not in evidence.file for evidence in first.evidence)
    assert (second.question, second.history) == (FOLLOW_UP, (QUESTION,))
    assert (third.question, third.answerable, third.evidence) == (UNKNOWN, False, ())
    figures = evaluated(turn, tmp_path / "report.json")
    assert figures["evidence recall@8"] == 1
    assert figures["cites the evidence"] == 1
    assert figures["refusal recall"] == 1


def test_a_wrong_answer_is_measured_by_the_sentences_that_are_called_untrue(
    page: Page, folder: Path, tmp_path: Path
) -> None:
    ask(page, QUESTION)
    turn = answered(page, 1)
    choose_set(turn, "untrue")
    button(turn, "Wrong").click()
    expect(turn.locator(".saved")).to_contain_text("as wrong")
    (item,) = items(folder, "untrue")
    assert (item.answerable, item.evidence, item.must_not) == (None, (), ())
    turn.get_by_role("checkbox").first.check()
    expect(turn.locator(".saved")).to_contain_text("should not say what is ticked")
    expect(turn.get_by_role("checkbox").first).to_be_checked()
    assert len(items(folder, "untrue")[0].must_not) == 1
    assert evaluated(turn, tmp_path / "report.json")["must_not violated"] == 1
    turn.get_by_role("checkbox").first.uncheck()
    expect(turn.locator(".saved")).to_contain_text("stays open")
    expect(turn.get_by_role("checkbox").first).to_be_focused()
    assert items(folder, "untrue")[0].must_not == ()


def test_a_mark_is_changed_and_undone_with_the_keyboard(page: Page, folder: Path) -> None:
    ask(page, UNKNOWN)
    turn = answered(page, 1)
    choose_set(turn, "keys")
    button(turn, "Right").focus()
    page.keyboard.press("Enter")
    expect(button(turn, "Right")).to_have_attribute("aria-pressed", "true")
    expect(button(turn, "Right")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(turn.locator(".saved")).to_contain_text("wrongly refused")
    expect(button(turn, "Wrong")).to_be_focused()
    assert [item.answerable for item in items(folder, "keys")] == [True]
    page.keyboard.press("Enter")
    expect(turn.locator(".saved")).to_have_count(0)
    expect(button(turn, "Wrong")).to_have_attribute("aria-pressed", "false")
    assert not path_of(folder, "keys").exists()


def test_a_double_click_saves_once(page: Page, folder: Path) -> None:
    ask(page, UNKNOWN)
    turn = answered(page, 1)
    choose_set(turn, "twice")
    button(turn, "Right").dblclick()
    expect(turn.locator(".saved")).to_be_visible()
    page.wait_for_timeout(500)
    assert len(items(folder, "twice")) == 1


def test_the_name_of_the_set_is_kept_offered_and_explained_if_it_is_none(
    page: Page, folder: Path
) -> None:
    ask(page, UNKNOWN)
    turn = answered(page, 1)
    choose_set(turn, "../outside")
    button(turn, "Right").click()
    error = turn.locator(".marks .note.error")
    expect(error).to_contain_text("“../outside” cannot be the name of a question set")
    expect(error).to_contain_text("Try:")
    expect(turn.get_by_label("Question set")).to_have_value("../outside")
    assert list(folder.glob("**/outside*")) == []
    choose_set(turn, "harbour")
    button(turn, "Right").click()
    expect(turn.locator(".saved")).to_contain_text("Saved in “harbour”")
    expect(error).to_have_count(0)
    choose_set(turn, "ports")
    ask(page, QUESTION)
    turn = answered(page, 2)
    expect(turn.get_by_label("Question set")).to_have_value("ports")
    assert "harbour" in turn.locator("datalist option").evaluate_all("all => all.map(o => o.value)")


def test_a_refusal_under_a_filter_does_not_say_that_the_library_has_no_answer(
    page: Page, folder: Path
) -> None:
    page.locator("#filter > button").click()
    page.get_by_label("Published from").fill("2100")
    expect(page.locator("#filter > button")).to_contain_text("2100")
    ask(page, QUESTION)
    turn = answered(page, 1)
    choose_set(turn, "filtered")
    button(turn, "Right").click()
    expect(turn.locator(".saved")).to_contain_text("under this filter")
    assert [item.answerable for item in items(folder, "filtered")] == [None]


def test_a_folder_that_cannot_be_written_is_an_error_with_its_remedy(
    page: Page, folder: Path
) -> None:
    sets = folder / "library" / "questions"
    aside = sets.rename(folder / "aside") if sets.exists() else None
    sets.touch()
    try:
        ask(page, QUESTION)
        turn = answered(page, 1)
        button(turn, "Wrong").click()
        error = turn.locator(".marks .note.error")
        expect(error).to_contain_text("Not a directory")
        expect(error).to_contain_text("Try: check that its folder can be read and written")
        expect(button(turn, "Wrong")).to_have_attribute("aria-pressed", "false")
    finally:
        sets.unlink()
        if aside:
            aside.rename(sets)
    button(turn, "Wrong").click()
    expect(turn.locator(".saved")).to_be_visible()


class Model(BaseHTTPRequestHandler):
    """An OpenAI-compatible server: one sentence at once, and then no end until it is told."""

    may_end = threading.Event()

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["content-length"])).decode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        self._send({"delta": {"role": "assistant", "content": "The Act forbids forced labor."}})
        if SLOW in json.loads(asked)["messages"][-1]["content"]:
            while not self.may_end.wait(0.1):
                self._send({"delta": {"content": " And so on."}})
        self._send({"delta": {}, "finish_reason": "stop"})
        self.wfile.write(b"data: [DONE]\n\n")

    def _send(self, choice: dict[str, object]) -> None:
        self.wfile.write(f"data: {json.dumps({'choices': [{'index': 0, **choice}]})}\n\n".encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def model_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    Model.may_end.set()
    server.shutdown()
    server.server_close()


def test_an_earlier_turn_is_marked_while_the_next_is_answered(
    browser: Browser, library: Library, tmp_path: Path, model_url: str
) -> None:
    list(take_in(library, source_files([STARTER / "forced-labor-1589.md"])))
    settings = {"ATTEST_MODEL": "openai:slow", "ATTEST_MODEL_URL": model_url}
    with serving(tmp_path, **settings) as server, opened(browser, server.address) as page:
        ask(page, "What is forced labor?")
        turn = answered(page, 1)
        ask(page, SLOW)
        streaming = page.locator("#turn-2 .streaming")
        expect(streaming).to_contain_text("And so on.", timeout=ANSWER_MS)
        button(turn, "Right").click()
        expect(turn.locator(".saved")).to_be_visible()
        words = len(streaming.inner_text())
        page.wait_for_function(f"document.querySelector('.streaming').innerText.length > {words}")
        expect(turn.locator(".saved")).to_be_visible()
        expect(page.locator("#turn-2 .marks")).to_have_count(0)
        Model.may_end.set()
        button(answered(page, 2), "Wrong").click()
        expect(page.locator("#turn-2 .saved")).to_be_visible()
        expect(turn.locator(".saved")).to_be_visible()
        assert [item.kind for item in items(tmp_path, "saved")] == ["right answer", "wrong answer"]
        assert all(item.evidence == () for item in items(tmp_path, "saved"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_bar_can_be_read_and_fits_a_phone(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    ask(page, QUESTION)
    turn = answered(page, 1)
    choose_set(turn, f"phone {scheme}")
    button(turn, "Wrong").click()
    expect(turn.locator(".saved")).to_be_visible()
    assert page.evaluate(FAINT_TEXTS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
