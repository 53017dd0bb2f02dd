"""What the page's HTML says, and that nothing of a document, a question or a model is markup."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.marked import Exchange, Mark
from assistant.types import (
    CONTRADICTED,
    NO_EVIDENCE,
    NOT_NEEDED,
    PARTLY_SUPPORTED,
    SUPPORTED,
    Answer,
    Citation,
    Grounding,
    Seconds,
    Statement,
)
from index.types import Document, Entry, Heading, Hit, Likeness, Page, Passage
from ingest.outcome import Outcome, Verdict
from tests.markup import Elements, text_of
from ui import listing, mark_bar, render, sources
from ui import outcomes as addition
from ui.intake import State, Step
from ui.listing import Look

BORNE_OUT = Grounding(SUPPORTED, 0.9)
LOOSE = Grounding(NO_EVIDENCE, 0.1)
DISPUTED = Grounding(CONTRADICTED, 0.1, ("“9” is not in the passage",), 1)
HOSTILE = (
    '<script>alert(1)</script> <img src=x onerror="alert(2)"> </textarea></button> '
    "' onmouseover='alert(3) &lt;b&gt; ${alert(4)} {{value}} # Heading **bold**"
)
SAFE_TAGS = {
    *("article", "aside", "section", "div", "h2", "h3", "p", "ol", "li", "blockquote"),
    *("table", "thead", "tbody", "tr", "th", "td"),
    *("a", "bdi", "br", "button", "mark", "span", "strong", "ul", "wbr"),
    *("code", "datalist", "fieldset", "input", "label", "legend", "option"),
}


def document(**changes: object) -> Document:
    text = f"Before it all.\n\nThe law forbids it. {HOSTILE} After it all."
    plain = Document(
        id="d1",
        title="Act § 1",
        kind="statute",
        publisher="Congress",
        author=None,
        published="2018-04-11",
        jurisdiction="US",
        origin="acts/1.md",
        media_type="text/markdown",
        text=text,
        pages=(Page(1, 0, 20), Page(2, 20, len(text))),
        headings=(Heading(0, 1, "Part One"), Heading(16, 2, "Section 1")),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def citation(marker: int = 1, words: str = "The law forbids it.", **changes: object) -> Citation:
    cited = document(**changes)
    start = cited.text.index(words)
    return Citation(marker, Passage(cited, start, start + len(words)))


def answer(*statements: Statement, **changes: object) -> Answer:
    cited = citation()
    plain = Answer(
        question="Is it forbidden?",
        standalone_question="Is it forbidden?",
        abstained=False,
        reason=None,
        statements=statements or (Statement("It is forbidden.", (1,), BORNE_OUT),),
        citations=(cited,),
        passages=(Hit(cited.passage, 1.0, 1, 1),),
        model="test:model",
        seconds=Seconds(0.1, 0.2),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def hostile_pages() -> list[tuple[str, str]]:
    names = dict.fromkeys(
        ("title", "publisher", "author", "origin", "published", "retrieved", "caution"), HOSTILE
    )
    hostile = document(**names, kind=HOSTILE, headings=(Heading(0, 1, HOSTILE),))
    cited = Citation(1, Passage(hostile, 16, 35), hostile)
    passages = (Hit(cited.passage, 1.0, 1, 1),)
    statement = Statement(
        f"{HOSTILE}: {HOSTILE}",
        (1,),
        Grounding(CONTRADICTED, 0.1, (HOSTILE,), 1),
        HOSTILE,
        (7,),
        (HOSTILE,),
    )
    entry = Entry(
        cited.passage.document, 10, 2, 3, "2026-01-01T00:00:00Z", 1, (HOSTILE,),
        (Likeness("d2", HOSTILE, 0.9),), "d1",
    )  # fmt: skip
    asked = {"question": HOSTILE, "standalone_question": f"And {HOSTILE}"}
    exchange, wrong = Exchange(HOSTILE, (), (HOSTILE,), ()), Mark(False, frozenset({0}))
    saved = mark_bar.saved(exchange, wrong, HOSTILE, Path(HOSTILE), Path(HOSTILE))
    return [
        ("marks", mark_bar.bar(1, exchange, wrong, saved, HOSTILE, [HOSTILE])),
        (
            "answer",
            render.answered(1, answer(statement, citations=(cited,), model=HOSTILE, **asked)),
        ),
        (
            "abstention",
            render.answered(1, answer(abstained=True, reason=HOSTILE, passages=passages, **asked)),
        ),
        ("underway", render.underway(1, HOSTILE, f"And {HOSTILE}", "Searching", HOSTILE)),
        ("stopped", render.stopped(1, HOSTILE, HOSTILE)),
        ("failed", render.failed(1, HOSTILE, HOSTILE, HOSTILE)),
        ("table", listing.table([entry], asking="d1")),
        ("removal", listing.removal(HOSTILE)),
        ("queue", addition.queue([HOSTILE])),
    ]


@pytest.mark.parametrize(("page", "html"), hostile_pages())
def test_what_others_wrote_is_shown_as_text(page: str, html: str) -> None:
    found = Elements(html)
    assert found.tags <= SAFE_TAGS, page
    assert not [name for name in found.attributes if name.startswith("on")], page
    assert HOSTILE in text_of(html), page


@pytest.mark.parametrize(
    ("text", "media_type", "shapes"),
    [
        ("one\ntwo", "text/plain", ""),
        ("one\n \n two", "text/plain", "gap"),
        ("one\n- two\n3. three\n(b) four", "text/plain", "line line line"),
        ("# one\n# two", "text/plain", "line"),
        ("# one\n\n## <b>two</b>", "text/markdown", "heading hashes gap heading hashes"),
        ("one\r\n\r\n- two", "text/markdown", "gap"),
        ("one # two\n-three", "text/markdown", ""),
    ],
)
def test_a_source_keeps_the_shape_of_its_text_and_all_of_its_characters(
    text: str, media_type: str, shapes: str
) -> None:
    found = Passage(document(text=text, media_type=media_type), 0, len(text))
    card = sources.nearest_card(1, 1, found)
    context = re.search(r"<blockquote[^>]*>(.*)</blockquote>", card, re.S)
    assert context
    assert text_of(context[1]) == text
    assert re.findall(r'class="(\w+)"', context[1]) == shapes.split()


def test_a_source_shows_its_quotation_marked_in_the_unchanged_text_of_its_document() -> None:
    cited = citation()
    html = sources.source_card(1, cited)
    context = re.search(r"<blockquote[^>]*>(.*)</blockquote>", html, re.S)
    mark = re.search(r"<mark>(.*)</mark>", html, re.S)
    assert context and mark
    assert text_of(mark[1]) == cited.quote
    assert text_of(context[1]) == cited.passage.document.text


@pytest.mark.parametrize(
    ("start", "end", "before", "after"),
    [
        (0, 5, 0, 300),  # nothing precedes it
        (3000, 3010, 300, 300),
        (5990, 6000, 300, 0),  # nothing follows it
    ],
)
def test_the_surroundings_are_some_300_characters_at_whole_words(
    start: int, end: int, before: int, after: int
) -> None:
    text = "word " * 1200
    first, last = sources.surroundings(document(text=text), start, end)
    assert before - sources.WORD_SLACK <= start - first <= before
    assert after - sources.WORD_SLACK <= last - end <= after
    assert first == 0 or text[first - 1] == " "
    assert last == len(text) or text[last] == " "


def test_surroundings_without_spaces_are_cut_anywhere() -> None:
    assert sources.surroundings(document(text="x" * 2000), 1000, 1001) == (700, 1301)


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        (None, ""),
        ("2018", "2018"),
        ("2018-04", "April 2018"),
        ("2018-04-01", "1 April 2018"),
        ("2018-13-01", "2018-13-01"),
        ("last year", "last year"),
    ],
)
def test_dates_are_spelt_out_as_precisely_as_they_are_known(
    published: str | None, shown: str
) -> None:
    assert sources.date(published) == shown


@pytest.mark.parametrize(
    ("statement", "kind", "said"),
    [
        (Statement("So it is.", (1,), BORNE_OUT), "statute", []),
        (Statement("So it is.", (1,), BORNE_OUT), "opinion", ["opinion"]),
        (Statement("So it is.", (), LOOSE), "statute", ["no source"]),
        (Statement("So it is.", (1,), DISPUTED), "statute", ["contradicted"]),
        (
            Statement("So it is.", (1,), Grounding(PARTLY_SUPPORTED, 0.4)),
            "statute",
            ["supported in part"],
        ),
        (Statement("Is it so?", (), Grounding(NOT_NEEDED, 1.0)), "statute", []),
        (
            Statement("So it is.", (1,), BORNE_OUT, None, (9,)),
            "statute",
            ["cites [9]: no such source"],
        ),
    ],
)
def test_what_a_reader_must_know_of_a_sentence_stands_beside_it_in_words(
    statement: Statement, kind: str, said: list[str]
) -> None:
    html = render.answered(1, answer(statement, citations=(citation(kind=kind),)))
    assert re.findall(r'class="flag[^>]*>([^<]+)<', html) == said


def test_each_footnote_of_an_answer_leads_to_a_source_of_the_same_turn() -> None:
    cited = (citation(1), citation(2, "Before it all."))
    html = render.answered(3, answer(Statement("Both.", (1, 2), BORNE_OUT), citations=cited))
    references = re.findall(r'data-source="([^"]+)"', html)
    assert references == ["turn-3-source-1", "turn-3-source-2"]
    assert all(f'id="{reference}"' in html for reference in references)


@pytest.mark.parametrize(
    ("question", "standalone", "shown"),
    [
        ("And minors?", "Is it forbidden for minors?", True),
        ("Is it  forbidden? ", "Is it forbidden?", False),
    ],
)
def test_the_standalone_question_is_shown_where_it_differs(
    question: str, standalone: str, shown: bool
) -> None:
    html = render.answered(1, answer(question=question, standalone_question=standalone))
    assert ("Searched for" in html) is shown


def test_an_abstention_says_so_and_shows_what_came_nearest_without_marking_it() -> None:
    html = render.answered(1, answer(abstained=True, reason="Nothing says so.", statements=()))
    assert "Not answered." in html
    assert "Nothing says so." in html
    assert "What came nearest" in html
    assert "<mark>" not in html
    assert 'role="alert"' not in html


def test_an_error_names_its_remedy_and_is_no_abstention() -> None:
    html = render.failed(1, "Q?", "the model does not answer", "start it")
    assert "The model does not answer." in text_of(html)
    assert "Try: start it" in text_of(html)
    assert 'role="alert"' in html
    assert "Not answered" not in html


def test_who_says_it_stands_on_a_line_of_its_own_and_is_still_part_of_the_text() -> None:
    said = Statement("Act § 1, 2018: “It is.”", (1,), BORNE_OUT, "Act § 1, 2018")
    html = render.answered(1, answer(said))
    assert '<span class="attribution">Act § 1, 2018<span class="colon">: </span></span>' in html
    assert said.text in text_of(html)


@pytest.mark.parametrize(
    ("markers", "said"), [((9,), "1 footnote that points"), ((8, 9), "2 footnotes that point ")]
)
def test_footnotes_that_point_nowhere_are_counted(markers: tuple[int, ...], said: str) -> None:
    assert said in render.answered(1, answer(Statement("So.", (1,), BORNE_OUT, None, markers)))


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("the model does not answer", "The model does not answer."),
        ("openai:x can't be reached: refused.", "openai:x can't be reached: refused."),
        ("“x” is not a date", "“x” is not a date."),
        ("busy", "Busy."),
    ],
)
def test_a_message_becomes_a_sentence_and_a_name_keeps_its_letters(message: str, said: str) -> None:
    assert render.sentence(message) == said


def test_a_long_question_is_cut_where_it_is_shown() -> None:
    html = render.failed(1, "x" * 50_000, "too long", "shorten it")
    assert len(html) < 2_000
    assert "(50,000 characters)" in html


def test_a_copied_answer_carries_its_footnotes() -> None:
    statement = Statement("It is forbidden.", (1,), BORNE_OUT)
    loose = Statement("It is rare.", (), LOOSE)
    assert render.copied(answer(statement, loose)) == (
        "Is it forbidden?\n\nIt is forbidden. [1] It is rare. (no source)\n\nSources\n"
        "[1] Act § 1 (Statute, Congress, 11 April 2018, p. 1): “The law forbids it.”"
    )


def test_a_source_says_its_printed_page_how_it_was_read_and_what_superseded_it() -> None:
    pages = (Page(1, 0, 20, "iv", 0.93), Page(2, 20, 400))
    old = document(pages=pages, inferred=("published",), retrieved="2024-05-03")
    newer = document(title="Act of 2023", published="2023")
    card = sources.source_card(1, Citation(1, Passage(old, 16, 35), newer))
    assert "pp. iv (sheet 1)–2 · read by text recognition, 93% sure" in text_of(card)
    assert "11 April 2018 (inferred) · retrieved 3 May 2024" in text_of(card)
    assert "Superseded by “Act of 2023”, 2023" in text_of(card)


@pytest.mark.parametrize(("inferred", "said"), [((), False), (("title",), True)])
def test_a_source_says_that_its_title_was_inferred(inferred: tuple[str, ...], said: bool) -> None:
    card = sources.source_card(1, citation(inferred=inferred))
    assert ("Act § 1(inferred)" in text_of(card)) is said


@pytest.mark.parametrize(
    ("origin", "link"),
    [
        ("acts/1.md", False),
        ("https://example.org/1", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
    ],
)
def test_only_a_web_address_becomes_a_link(origin: str, link: bool) -> None:
    html = sources.source_card(1, citation(origin=origin))
    assert ("<a " in html) is link
    assert origin in text_of(html)


def entries() -> list[Entry]:
    kinds = ("statute", "opinion", "treaty")
    return [
        Entry(document(id=f"d{n}", title=f"Title {n}", kind=kind), 10, 0, n, "2026-01-01")
        for n, kind in enumerate(kinds, 1)
    ]


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ("", ["Title 1", "Title 2", "Title 3"]),
        ("OPINION", ["Title 2"]),
        ("title congress 3", ["Title 3"]),
        ("nowhere", []),
    ],
)
def test_the_list_holds_the_documents_that_have_all_wanted_words(
    wanted: str, titles: list[str]
) -> None:
    html = listing.table(entries(), Look(wanted))
    assert re.findall(r'class="name">([^<]+)<', html) == titles
    assert "3 documents, 6 passages" in html


def test_only_the_row_that_is_asked_about_can_confirm_and_its_first_button_is_harmless() -> None:
    html = listing.table(entries(), asking="d2")
    actions = re.findall(r'data-action="(\w+)" data-document="(\w+)"', html)
    assert [(action, row) for action, row in actions if action not in ("edit", "again")] == [
        ("discard", "d1"), ("keep", "d2"), ("confirm", "d2"), ("discard", "d3"),
    ]  # fmt: skip
    assert [row for action, row in actions if action == "edit"] == ["d1", "d3"]


def outcomes(*verdicts: Verdict) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(f"{HOSTILE} {verdict}", verdict, reason=f"{HOSTILE}.", remedy=HOSTILE)
        for verdict in verdicts
    )


def step(*states: State, **told: Any) -> Step:
    return Step(tuple((f"{HOSTILE} {n}", state) for n, state in enumerate(states)), **told)


def test_files_on_their_way_in_have_a_bar_and_each_its_state() -> None:
    files: tuple[State, ...] = ("done", "read", "reading", *("waiting",) * 200)
    html = addition.intake(
        step(*files, outcomes=outcomes("added"), passages=120, pages=7, seconds=4.0)
    )
    assert "1 of 203 files done, 7 pages, 120 passages (30 a second), about 13 min left" in html
    assert 'aria-valuenow="1"' in html
    assert html.count("<li") == 4 and "200 files waiting" in html
    assert f"{HOSTILE} 7 and 195 more" in text_of(html)
    assert Elements(html).tags <= SAFE_TAGS


def test_what_was_stopped_is_named() -> None:
    html = addition.intake(
        step("done", "read", "waiting", finished=True, outcomes=outcomes("added"))
    )
    assert "Stopped. 2 files not taken in" in text_of(html)
    assert Elements(html).tags <= SAFE_TAGS


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("", ""),
        ("a", "1 file waiting until the files before are done: a."),
        ("abcde", "5 files waiting until the files before are done: a, b, c, d, e."),
        ("abcdefg", "7 files waiting until the files before are done: a, b, c, d, e and 2 more."),
    ],
)
def test_of_many_names_five_are_told_and_how_many_more_there_are(names: str, said: str) -> None:
    assert text_of(addition.queue(names)) == said
    waiting: list[State] = ["waiting" for _ in names]
    left = text_of(addition.intake(step(*waiting, finished=True)))
    assert ("and 2 more. What was added" in left) is (len(names) == 7)


def test_what_was_refused_or_left_out_is_still_told_while_other_files_follow() -> None:
    last = step("done", "waiting", finished=True, outcomes=outcomes("refused", "added"))
    kept = addition.kept(last)
    assert "Stopped. 1 file not taken in" in text_of(kept)
    assert f"{HOSTILE} refused: {HOSTILE}. Try: {HOSTILE}" in text_of(kept)
    assert f"{HOSTILE} added" not in text_of(kept)
    assert "role=" not in kept  # it was announced already
    assert Elements(kept).tags <= SAFE_TAGS
    assert addition.kept(step("done", finished=True, outcomes=outcomes("added"))) == ""


def test_a_row_says_what_to_know_before_citing_it() -> None:
    source = document(
        id="d1", inferred=("published",), corrected=("publisher",), retrieved="2024-05-03",
        caution="page 2 was read by text recognition (OCR)",
    )  # fmt: skip
    entry = Entry(
        source, 10, 2, 3, "2026-01-01", 1, ("a.pdf", "b.pdf"), (Likeness("d2", "Like", 0.93),), "d3"
    )
    newer = Entry(document(id="d3", title="Newer"), 10, 2, 3, "2026-01-01")
    html = text_of(listing.table([entry, newer]))
    for words in ("a.pdf", "b.pdf", "inferred", "corrected", "Superseded by “Newer”",
                  "Nearly the same as “Like” (93%)", "Retrieved 3 May 2024",
                  "Page 2 was read by text recognition (OCR)"):  # fmt: skip
        assert words in html
    only = listing.table([entry, newer], Look(to_check=True))
    assert re.findall(r'class="name">([^<]+)<', only) == ["Act § 1"]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, False),
        ({"retrieved": "2024-05-03"}, False),  # every web page has it
        ({"inferred": ("published",)}, True),
        ({"retrieved": "2024-05-03", "caution": "page 2 was read by text recognition"}, True),
    ],
)
def test_a_day_of_retrieval_is_shown_and_is_nothing_to_check(
    facts: dict[str, Any], found: bool
) -> None:
    entry = Entry(document(**facts), 10, 2, 3, "2026-01-01")
    assert ("Retrieved 3 May 2024" in listing.table([entry])) is ("retrieved" in facts)
    assert ("<bdi" in listing.table([entry], Look(to_check=True))) is found


def test_why_a_document_cannot_be_read_again_describes_its_button() -> None:
    html = listing.table([Entry(document(origin="dropped.pdf"), 10, 2, 3, "2026-01-01")])
    again = re.search(r'<button([^>]*data-action="again"[^>]*)>', html)
    assert again and 'aria-disabled="true"' in again[1] and " disabled" not in again[1]
    described = re.search(r'aria-describedby="([^"]+)"', again[1])
    assert described and "title=" not in again[1]
    said = re.search(f'id="{described[1]}">([^<]+)<', html)
    assert said and unescape(said[1]) == (
        "Can't be read again: dropped files are not kept. Drop it again."
    )
    online = listing.table([Entry(document(origin="https://a.org/"), 10, 2, 3, "2026-01-01")])
    assert "aria-disabled" not in online and "Can&#x27;t" not in online


def test_a_long_list_is_shown_a_part_at_a_time() -> None:
    many = [
        Entry(document(id=f"d{n}", title=f"T {n:04}"), 10, 0, 1, "2026-01-01") for n in range(650)
    ]
    assert listing.table(many).count("<tr") == 301
    assert "Show 300 more of 350" in listing.table(many)
    whole = listing.table(many, Look(rows=900))
    assert whole.count("<tr") == 651 and "more of" not in whole


@pytest.mark.parametrize(
    ("sort", "descending", "ids"),
    [
        ("Date", False, ["d2", "d1", "d3"]),
        ("Date", True, ["d1", "d2", "d3"]),
        ("Passages", True, ["d3", "d2", "d1"]),
        ("Kind", False, ["d2", "d1", "d3"]),
    ],
)
def test_rows_without_the_fact_come_last_either_way(
    sort: str, descending: bool, ids: list[str]
) -> None:
    facts = [("statute", "2018"), ("opinion", "1999-01"), ("treaty", None)]
    found = [
        Entry(document(id=f"d{n}", kind=kind, published=day), 10, 0, n, "2026-01-01")
        for n, (kind, day) in enumerate(facts, 1)
    ]
    html = listing.table(found, Look(sort=sort, descending=descending))
    assert re.findall(r'data-action="edit" data-document="(\w+)"', html) == ids


@pytest.mark.parametrize(
    ("verdicts", "summary"),
    [
        (("added",), None),
        (("refused", "added", "refused"), "3 files: 2 refused, 1 added"),
        (
            ("added", "replaced", "unchanged", "duplicate"),
            "4 files: 1 added, 1 replaced, 1 unchanged, 1 duplicate",
        ),
    ],
)
def test_finished_files_are_counted_by_what_became_of_them(
    verdicts: tuple[Verdict, ...], summary: str | None
) -> None:
    states: list[State] = ["done" for _ in verdicts]
    html = addition.intake(step(*states, outcomes=outcomes(*verdicts), finished=True))
    assert "progressbar" not in html
    assert ("files:" in html) is (summary is not None)
    assert summary is None or summary in text_of(html)
    assert html.count('class="failed"') == verdicts.count("refused")


def test_a_refused_file_has_its_reason_and_remedy_as_text() -> None:
    html = addition.intake(step("done", outcomes=outcomes("refused"), finished=True))
    assert f"{HOSTILE} refused: {HOSTILE}. Try: {HOSTILE}" in text_of(html)
    assert Elements(html).tags <= SAFE_TAGS


def test_an_empty_library_says_how_to_fill_it() -> None:
    assert "python -m ingest" in listing.table([])


def test_a_contradicted_sentence_shows_the_words_that_contradict_it_and_why() -> None:
    html = render.answered(1, answer(Statement("It takes 9 years.", (), DISPUTED)))
    (why,) = re.findall(r'<span class="why".*?</a></span>', html)
    assert "“9” is not in the passage" in text_of(why)
    assert "“The law forbids it.”" in text_of(why)
    assert 'data-source="turn-1-source-1"' in why


def test_sentences_that_were_taken_out_are_told_of() -> None:
    struck = (Statement("It is rare.", (), LOOSE),)
    html = render.answered(1, replace(answer(), struck=struck))
    assert "1 sentence taken out" in text_of(html)
    assert "It is rare." in text_of(html)


def test_while_an_answer_is_written_its_sentences_show_their_verdicts() -> None:
    checked = (Statement("It is so.", (1,), BORNE_OUT), Statement("It is rare.", (), LOOSE))
    shown = text_of(render.underway(1, "Is it?", "", "Reading", "And then", checked))
    assert "It is so. It is rare. no source And then" in " ".join(shown.split())
