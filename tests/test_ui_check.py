"""The check tab's handlers and its HTML, called with plain values: nothing is lost or run."""

import re
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from assistant.checking import CONTRADICTED, NOT_IN_CORPUS, SUPPORTED, CheckedClaim
from assistant.drafts.checked import (
    BY_VERDICT,
    CheckedPart,
    Row,
    Selection,
    rows_of,
)
from assistant.drafts.claims import Aside, DraftClaim, claims_of
from assistant.types import Citation
from index.errors import AttestError, InvalidInput
from index.evidence.types import Judgement, Pair
from index.library import Library
from index.types import Document, Filters, Hit, Passage
from tests.markup import Elements, text_of
from ui import checked, checking
from ui.checking import Check, Checks, Dropped, Look, View
from ui.loading import Loading

DRAFT = "The law forbids forced labour.\n\nIt rained on nobody in Zorbia. The law allows slavery."
TEXT = "The law forbids it. It always did."
LAW = Document("d1", "Act", "opinion", None, None, "2018-04-11", None, "1.md", "text/plain", TEXT)
FOUND = Passage(LAW, 0, 19)
HOSTILE = (
    '<script>alert(1)</script> <img src=x onerror="alert(2)"> </textarea></button> '
    "' onmouseover='alert(3) &lt;b&gt; ${alert(4)} {{value}}"
)
SAFE_TAGS = {
    *("section", "div", "h3", "p", "ul", "li", "blockquote", "strong"),
    *("table", "thead", "tbody", "tr", "th", "td", "a", "bdi", "span", "wbr"),
}


class Shelf:
    """A library that finds one passage for whatever is asked, and then may fail."""

    folder = Path("/home/ada/library")

    def __init__(self, empty: bool = False, failure: Exception | None = None) -> None:
        self.is_empty = empty
        self.failure = failure

    def entries(self) -> tuple[str, ...]:
        return ("one",)

    def search(self, query: str, k: int, filters: Filters) -> tuple[Hit, ...]:
        if self.failure and "slavery" in query:
            raise self.failure
        return (Hit(FOUND, 1.0, 1, 1),)[:k] if filters == Filters() else ()

    def latest_edition(self, _: str) -> None:
        return None


class Judge:
    """Supports what speaks of forbidding, contradicts what speaks of allowing."""

    name = "judge"

    def verify(self, pairs: Sequence[Pair]) -> tuple[Judgement, ...]:
        def judged(claim: str) -> Judgement:
            if "forbids" in claim:
                return Judgement(0.9, 0.05, 0.05, 0, 19)
            if "allows" in claim:
                return Judgement(0.1, 0.8, 0.1, 0, 19, ("it says “forbids”",))
            return Judgement(0.1, 0.1, 0.8, 0, 0)

        return tuple(judged(pair.claim) for pair in pairs)


@dataclass(frozen=True)
class Assistance:
    library: Library
    verifier: Judge = Judge()


def ready(shelf: Shelf) -> Loading[Checks]:
    future: Future[Assistance] = Future()
    future.set_result(Assistance(cast(Library, shelf)))
    return future


def views_of(
    text: str, shelf: Shelf | None = None, dropped: Dropped | None = None, look: Look | None = None
) -> list[View]:
    return list(
        checking.check(
            ready(shelf or Shelf()),
            text,
            dropped,
            look or Look(),
            clock=iter(range(999)).__next__,
            today=lambda: date(2026, 11, 25),
        )
    )


def row(
    verdict: str, number: int = 1, words: str = "The law forbids it.", **changes: object
) -> Row:
    claim = DraftClaim(words, 0, len(words), words, (), ())
    cited = Citation(1, FOUND)
    found = CheckedClaim(words, verdict, 0.93, None, None, ())
    if verdict == SUPPORTED:
        found = replace(found, supporting=cited)
    elif verdict == CONTRADICTED:
        found = replace(found, contradicting=replace(cited, marker=2))
    return Row(number, claim, replace(found, **changes))  # type: ignore[arg-type]


def test_rows_come_as_they_are_ready_and_only_the_last_view_is_idle() -> None:
    views = views_of(DRAFT)
    assert [view.busy for view in views] == [True, True, True, True, True, False]
    assert [len(view.check.rows) for view in views] == [0, 0, 1, 2, 3, 3]
    for number in (1, 2, 3):
        assert f"Checking claim {number} of 3" in views[number].status
    verdicts = [found.verdict for found in views[-1].check.rows]
    assert verdicts == [SUPPORTED, NOT_IN_CORPUS, CONTRADICTED]
    for words in (
        "3 claims checked",
        "1 ✕ contradicted",
        "1 ✓ supported",
        "1 ? not in the library",
    ):
        assert words in text_of(views[-1].status), words
    assert "does not make it false" in views[-1].status


def test_a_page_is_not_redrawn_for_every_claim_but_each_is_told() -> None:
    text = " ".join(f"The law forbids number {number} of them." for number in range(30))
    still = list(checking.check(ready(Shelf()), text, None, Look(), clock=lambda: 0.0))
    drawn = [view for view in still if view.table]
    assert len(drawn) == 2  # with the first row and the last
    assert len({view.status for view in still}) >= 30


def test_the_assistant_that_still_loads_is_waited_for_in_words() -> None:
    loading: Future[Assistance] = Future()
    views = checking.check(loading, DRAFT, None, Look())
    first = next(views)
    assert "Loading the search model" in first.status and first.busy
    assert "The law forbids forced labour." in (first.draft or "")
    loading.set_exception(AttestError("the model is absent", "install it"))
    last = list(views)[-1]
    assert "The model is absent." in last.status and "install it" in last.status
    assert not last.busy


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_draft_is_an_error_with_a_remedy(text: str) -> None:
    (view,) = views_of(text)
    assert "Try:" in view.status
    assert (view.draft, view.table, view.busy) == ("", "", False)


def test_an_empty_library_is_said_to_be_empty() -> None:
    view = views_of(DRAFT, Shelf(empty=True))[-1]
    assert "holds no documents" in view.status and "Library tab" in view.status


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (AttestError("the model does not answer", "start it"), "start it"),
        (KeyError("a fault"), "terminal says more"),
    ],
)
def test_an_error_keeps_what_was_checked_before_it(failure: Exception, message: str) -> None:
    view = views_of(DRAFT, Shelf(failure=failure))[-1]
    assert message in view.status and not view.busy
    assert "1 claim not reached" in view.status
    assert view.table and view.table.count("<tr") == 3  # with the names of the columns


def test_a_claim_that_cannot_be_searched_is_a_row_that_says_so() -> None:
    view = views_of(DRAFT, Shelf(failure=InvalidInput("too long", "shorten it")))[-1]
    assert [found.verdict for found in view.check.rows][-1] == "not_checked"
    assert view.table and "too long: shorten it" in view.table
    assert "not reached" not in view.status


def test_what_was_checked_before_a_stop_stays_and_the_rest_is_said_not_to_be_reached() -> None:
    half = views_of(DRAFT)[3].check
    view = checking.stopped(half, Look())
    assert "Stopped." in view.status and "1 claim not reached" in view.status
    assert view.draft and 'class="pending"' in view.draft
    assert not view.busy
    done = views_of(DRAFT)[-1]
    assert checking.stopped(done.check, Look()).check == done.check


def test_what_the_reader_wants_to_see_holds_for_what_is_drawn_later() -> None:
    look = Look()
    views = checking.check(ready(Shelf()), DRAFT, None, look, clock=iter(range(99)).__next__)
    for view in views:
        if len(view.check.rows) == 1:
            draft, table = checking.looked(view.check, look, Selection(CONTRADICTED, BY_VERDICT))
            assert "0 of 1 claim shown" in table and "#check-row-1" not in draft
    assert view.table and "1 of 3 claims shown" in view.table
    assert 'id="check-row-3"' in view.table and 'id="check-row-1"' not in view.table


def test_two_drafts_at_once_do_not_mix() -> None:
    one = checking.check(ready(Shelf()), "The law forbids one.", None, Look())
    two = checking.check(ready(Shelf()), "The law allows two.", None, Look())
    ends = [list(pair) for pair in zip(*zip(one, two, strict=True), strict=True)]
    assert [last[-1].check.rows[0].verdict for last in ends] == [SUPPORTED, CONTRADICTED]
    assert all("two" not in (view.draft or "") for view in ends[0])


def test_a_file_bears_its_name_as_long_as_its_text_is_what_is_checked(tmp_path: Path) -> None:
    copy = tmp_path / "op-ed.md"
    copy.write_bytes(DRAFT.replace("\n", "\r\n").encode())
    dropped = checking.read(copy, "My op-ed.md", 10_000)
    assert dropped == Dropped(DRAFT, "My op-ed.md")
    assert not copy.exists()
    for text, name in ((DRAFT, "My op-ed checked.csv"), (f"{DRAFT} More.", "draft checked.csv")):
        check = views_of(text, dropped=dropped)[-1].check
        assert checking.exported(check, "csv").name == name


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("draft.exe", b"MZ", "“draft.exe” is not a kind of file"),
        ("draft.txt", b"x" * 300_001, "“draft.txt” has more than 300,000 bytes"),
        ("draft.txt", b"x" * 200_001, "“draft.txt” has 200,001 characters"),
        ("draft.pdf", b"%PDF-1.7\n1 0 obj <<", "“draft.pdf”"),
    ],
)
def test_a_file_that_no_draft_is_read_from_is_refused_by_its_name_and_not_kept(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    copy = tmp_path / f"copy{Path(name).suffix}"
    copy.write_bytes(data)
    with pytest.raises(InvalidInput, match=message) as caught:
        checking.read(copy, name, 300_000)
    assert caught.value.remedy and "copy" not in caught.value.message
    assert not copy.exists()


@pytest.mark.parametrize(
    ("form", "starts"), [("csv", b"\xef\xbb\xbfNumber,"), ("md", b"# Checked"), ("docx", b"PK")]
)
def test_what_was_checked_can_be_saved_in_every_format(form: str, starts: bytes) -> None:
    file = checking.exported(views_of(DRAFT)[-1].check, form)
    assert file.data.startswith(starts)
    assert file.name == f"draft checked.{form}"
    with pytest.raises(InvalidInput, match="nothing has been checked"):
        checking.exported(Check(), form)


def test_the_draft_is_shown_whole_with_every_claim_marked_in_words() -> None:
    html = views_of(DRAFT)[-1].draft or ""
    assert DRAFT in text_of(re.sub(r' <a class="verdict.*?</a>', "", html))
    for words in ("1 ✓ supported", "2 ? not in the library", "3 ✕ contradicted"):
        assert words in text_of(html)
    assert html.count('href="#check-row-') == 3


def test_text_between_and_within_the_parts_is_neither_lost_nor_doubled() -> None:
    text = "# Title\n\nOne is. (Two is.) Three"
    claims = [DraftClaim(text[s:e], s, e, text[s:e], (), ()) for s, e in ((9, 16), (12, 25))]
    parts: list[DraftClaim | Aside] = [Aside("Title", 2, 7, "heading"), *claims]
    html = checked.draft(text, parts, (), Selection())
    assert text_of(html.split('dir="auto">')[1]) == text
    assert html.count('class="pending"') == 2


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (row(SUPPORTED), ["✓ supported", "93%", "The law forbids it."]),
        (row(CONTRADICTED, notes=("it says 15",)), ["✕ contradicted", "it says 15"]),
        (row(NOT_IN_CORPUS), ["? not in the library"]),
        (row(SUPPORTED, contradicting=Citation(2, FOUND)), ["sources disagree"]),
        (row(SUPPORTED), ["Act", "Opinion", "11 April 2018", "characters 0–19", "1.md"]),
    ],
)
def test_a_row_says_its_verdict_its_words_and_where_they_stand(
    found: Row, words: list[str]
) -> None:
    html = text_of(checked.table([found], Selection()))
    for each in words:
        assert each in html, each


def test_a_row_says_what_was_read_into_its_claim_and_what_nobody_can_tell() -> None:
    claim = DraftClaim("It bans this.", 0, 13, "FOSTA bans this.", (("It", "FOSTA"),), ("this",))
    html = text_of(checked.table([replace(row(SUPPORTED), claim=claim)], Selection()))
    assert "It = FOSTA" in html
    assert "not clear what “this” points at" in html


def test_a_fact_that_nobody_stated_says_so() -> None:
    passage = Passage(replace(LAW, inferred=("title", "published")), 0, 19)
    html = checked.table([row(SUPPORTED, supporting=Citation(1, passage))], Selection())
    assert "Act (inferred)" in html and "11 April 2018 (inferred)" in html


def test_what_others_wrote_is_shown_as_text() -> None:
    facts = dict.fromkeys(("title", "publisher", "published", "origin", "kind"), HOSTILE)
    passage = Passage(replace(LAW, text=HOSTILE, **facts), 0, len(HOSTILE))  # type: ignore[arg-type]
    claim = DraftClaim(HOSTILE, 0, len(HOSTILE), HOSTILE, ((HOSTILE, HOSTILE),), (HOSTILE,))
    found = CheckedClaim(
        HOSTILE, SUPPORTED, 0.9, Citation(1, passage), Citation(2, passage), (HOSTILE,)
    )
    parts = [CheckedPart(claim, found), CheckedPart(Aside(HOSTILE, 0, 9, "wish"), None)]
    rows = rows_of(parts)
    draft = [part.part for part in parts]
    for html in (
        checked.draft(HOSTILE, draft, rows, Selection()),
        checked.draft(HOSTILE, draft[1:], (), Selection()),
        checked.table(rows, Selection()),
        checked.waiting(HOSTILE),
    ):
        elements = Elements(html)
        assert elements.tags <= SAFE_TAGS
        assert not [name for name in elements.attributes if name.startswith("on")]
        assert HOSTILE in text_of(html)


def test_a_long_draft_is_drawn_in_a_moment() -> None:
    text = " ".join(f"The law forbids number {number} of them." for number in range(500))
    parts = claims_of(text)
    rows = [row(SUPPORTED, number) for number in range(1, len(parts) + 1)]
    assert checked.draft(text, parts, rows, Selection()).count('class="claim supported"') == 500
    assert checked.table(rows, Selection()).count("<tr") == 501
