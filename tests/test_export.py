"""A checked draft as CSV, Markdown and Word: all of it is there, and nothing of it is run."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

import docx
import pytest

from assistant.checking import CONTRADICTED, NOT_IN_CORPUS, SUPPORTED, CheckedClaim, Checker
from assistant.drafts.checked import (
    BY_PLACE,
    BY_PROBABILITY,
    BY_VERDICT,
    DISAGREEING,
    NOT_CHECKED,
    CheckedDraft,
    CheckedPart,
    Selection,
    check_parts,
    counts,
    rows_of,
    selected,
)
from assistant.drafts.claims import Aside, DraftClaim
from assistant.drafts.export import as_csv, head, source_line, summary, words_of
from assistant.drafts.export_docx import as_docx
from assistant.drafts.export_markdown import as_markdown
from assistant.types import Citation
from index.errors import InvalidInput
from index.types import Document, Filters, Heading, Page, Passage

MADE_WITH = CheckedDraft("op-ed.docx", "/home/ada/library", 2, "attest-evidence", "2026-11-25")
ACT = "Part One\n\nThe hotline is answered by two nurses. It is open at night."
LETTER = "The hotline is answered by\nvolunteers."
HOSTILE = (
    '=HYPERLINK("http://x") <b>*bold*</b> [link](javascript:alert(1)) | `code` $x$\n# not a head'
)


def document(title: str, text: str) -> Document:
    return Document(
        title, title, "statute", "Zorbia", None, "2019-03", None, f"/docs/{title}.txt",
        "text/plain", text,
    )  # fmt: skip


def citation(marker: int, found: Document, words: str) -> Citation:
    start = found.text.index(words)
    return Citation(marker, Passage(found, start, start + len(words)))


FOR = citation(
    1,
    replace(
        document("Act", ACT),
        pages=(Page(3, 0, 70, "iii"),),
        headings=(Heading(0, 1, "Part One"),),
    ),
    "The hotline is answered by two nurses.",
)
AGAINST = citation(2, replace(document("Letter", LETTER), inferred=("published",)), LETTER)


def claim(text: str, **changes: object) -> DraftClaim:
    facts = {"text": text, "start": 0, "end": len(text), "standalone": text} | changes
    return DraftClaim(**{"resolved": (), "unresolved": ()} | facts)  # type: ignore[arg-type]


def checked(
    text: str, verdict: str, probability: float, *cited: Citation | None, notes: Sequence[str] = ()
) -> CheckedClaim:
    supporting, contradicting = (*cited, None, None)[:2]
    return CheckedClaim(text, verdict, probability, supporting, contradicting, tuple(notes))


PARTS = (
    CheckedPart(Aside("Who answers?", 0, 12, "question"), None),
    CheckedPart(
        claim("Two nurses answer it.", resolved=(("it", "the hotline"),), unresolved=("this",)),
        checked("Two nurses answer the hotline.", CONTRADICTED, 0.71, FOR, AGAINST, notes=["why"]),
    ),
    CheckedPart(claim("It rains."), checked("It rains.", NOT_IN_CORPUS, 0.9)),
    CheckedPart(claim("…"), None, InvalidInput("the claim has no words", "write some")),
    CheckedPart(claim("It is open."), checked("It is open.", SUPPORTED, 0.6, FOR)),
)


def cells(parts: Sequence[CheckedPart]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(MADE_WITH, parts), newline="")))


def word_texts(data: bytes) -> list[str]:
    word = docx.Document(io.BytesIO(data))
    table = [cell.text for row in word.tables[0].rows for cell in row.cells]
    return [*(paragraph.text for paragraph in word.paragraphs), *table]


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(), [1, 2, 3, 4]),
        (Selection(order=BY_PLACE), [1, 2, 3, 4]),
        (Selection(order=BY_VERDICT), [1, 2, 4, 3]),
        (Selection(order=BY_PROBABILITY), [4, 1, 2, 3]),
        (Selection(SUPPORTED), [4]),
        (Selection(NOT_CHECKED), [3]),
        (Selection(DISAGREEING, BY_VERDICT), [1]),
    ],
)
def test_rows_are_filtered_by_verdict_and_sorted(selection: Selection, numbers: list[int]) -> None:
    assert [row.number for row in selected(rows_of(PARTS), selection)] == numbers


def test_a_claim_that_is_refused_is_a_row_without_a_verdict_and_the_rest_go_on() -> None:
    class Refusing(Checker):
        def __init__(self) -> None:
            """It needs no library."""

        def check(self, claim: str, filters: Filters = Filters()) -> CheckedClaim:
            if claim == "…" or filters.kinds:
                raise InvalidInput("no words", "write some")
            return checked(claim, SUPPORTED, 0.9)

    found = tuple(check_parts([part.part for part in PARTS], Refusing()))
    assert [part.checked is not None for part in found] == [False, True, True, False, True]
    assert rows_of(found)[2].notes == ("no words: write some",)
    assert counts(rows_of(found)) == ((SUPPORTED, 3), (NOT_CHECKED, 1))


def test_words_are_told_with_their_source_and_place_and_what_nobody_stated() -> None:
    found = words_of(FOR)
    assert (found.page, found.heading, found.characters) == ("iii", "Part One", "10-48")
    assert source_line(found) == (
        "Act · statute · Zorbia · 2019-03 · p. iii · Part One · characters 10-48"
    )
    assert words_of(AGAINST).date == "2019-03 (inferred)"
    assert words_of(AGAINST).words == "The hotline is answered by volunteers."
    assert set(vars(words_of(None)).values()) == {""}


def test_the_head_says_what_was_checked_against_what() -> None:
    assert dict(head(MADE_WITH))["Library"] == "/home/ada/library (2 documents)"
    assert summary(rows_of(PARTS)) == (
        "4 claims: 1 contradicted, 1 not in the library, 1 supported, 1 not checked"
    )
    assert summary(()) == "0 claims"


def test_csv_has_a_line_for_each_part_and_every_fact_in_a_column_of_its_own() -> None:
    aside, first, second, third, last = cells(PARTS)
    assert (aside["Verdict"], aside["Number"]) == ("not checked", "")
    assert aside["Notes"] == "question: claims nothing"
    assert (first["Number"], first["Verdict"]) == ("1", "contradicted")
    assert (first["Probability"], first["Sources disagree"]) == ("0.7100", "yes")
    assert first["Checked as"] == "Two nurses answer it."
    assert first["For: title"] == "Act" and first["Against: origin"] == "/docs/Letter.txt"
    assert first["Notes"] == "why; not clear what “this” points at"
    assert "does not make it false" in second["What the verdict means"]
    assert third["Notes"] == "the claim has no words: write some"
    assert {line["Library"] for line in cells(PARTS)} == {MADE_WITH.library}
    assert last["Checked on"] == "2026-11-25"
    assert None not in last and None not in last.values()


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("＝1", "'＝1"),
        ("1=1", "1=1"),
        ('a "quoted", word', 'a "quoted", word'),
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_is_made_inert(text: str, cell: str) -> None:
    part = CheckedPart(claim(text), checked(text, SUPPORTED, 0.9))
    aside = CheckedPart(Aside(text, 0, 9, "wish"), None)
    assert [line["Claim"] for line in cells([part, aside])] == [cell, cell]


def test_what_a_document_says_of_itself_is_made_inert_too() -> None:
    cited = citation(1, document("=cmd|' /C calc'!A0", ACT), "The hotline")
    (line,) = cells([CheckedPart(claim("x"), checked("x", SUPPORTED, 0.9, cited))])
    assert line["For: title"] == "'=cmd|' /C calc'!A0"
    assert not [cell for cell in line.values() if cell.startswith(("=", "+", "-", "@"))]


def test_markdown_has_a_head_a_section_a_claim_and_what_was_not_checked() -> None:
    text = as_markdown(MADE_WITH, PARTS)
    for words in (
        "- **Library:** /home/ada/library (2 documents)",
        "- **Checked by:** attest-evidence",
        "- **not in the library:** No words in the library speak for or against the claim. "
        "That does not make it false",
        "## 1. ✕ contradicted (71%): sources disagree",
        "> Two nurses answer it.",
        "Read as: it = the hotline",
        "- **For:** “The hotline is answered by two nurses.”",
        "Act · statute · Zorbia · 2019-03 · p. iii · Part One · characters 10-48",
        "- **Against:** “The hotline is answered by volunteers.”",
        "- **Note:** why",
        "## 3. – not checked\n",
        "- question: Who answers?",
    ):
        assert words in text, words


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<b>*x*</b>", r"\<b\>\*x\*\</b\>"),
        ("[a](javascript:b)", r"\[a\](javascript:b)"),
        ("&lt;b&gt; | `c` $d$", r"\&lt;b\&gt; \| \`c\` \$d\$"),
        ("- x", r"\- x"),
        ("1. x", r"1\. x"),
        ("a\n# b\n\n    c", r"a \# b c"),
        ("18 U.S.C. § 1591(b)(1)", "18 U.S.C. § 1591(b)(1)"),
    ],
)
def test_nothing_of_a_draft_is_markup_in_markdown(text: str, written: str) -> None:
    part = CheckedPart(claim(text), checked(text, SUPPORTED, 0.9))
    assert f"\n> {written}\n" in as_markdown(MADE_WITH, [part])


def test_word_has_a_head_a_table_and_what_was_not_checked() -> None:
    texts = word_texts(as_docx(MADE_WITH, PARTS))
    for words in (
        "Library: /home/ada/library (2 documents)",
        "Checked on: 2026-11-25",
        "Two nurses answer it.\nRead as: it = the hotline",
        "✕ contradicted 71%\nsources disagree\nwhy\nnot clear what “this” points at",
        "“The hotline is answered by two nurses.”\nAct · statute · Zorbia · 2019-03 · p. iii · "
        "Part One · characters 10-48\n/docs/Act.txt",
        "question: Who answers?",
    ):
        assert words in texts, words
    assert any("does not make it false" in text for text in texts)


def test_any_draft_can_be_written_in_every_format() -> None:
    odd = f"{HOSTILE} \x00\x0b\ud800\uffff"
    cited = citation(1, document(odd, f"{odd} {ACT}"), odd)
    part = CheckedPart(claim(odd), checked(odd, SUPPORTED, 0.9, cited, notes=[odd]))
    aside = CheckedPart(Aside(odd, 0, 9, "wish"), None)
    for parts in ((), (aside,), (part, aside)):
        assert as_csv(MADE_WITH, parts).encode("utf-8", errors="replace")
        assert as_markdown(MADE_WITH, parts).encode("utf-8", errors="replace")
        assert docx.Document(io.BytesIO(as_docx(MADE_WITH, parts))).paragraphs
    texts = " ".join(word_texts(as_docx(MADE_WITH, [part])))
    assert "javascript:alert(1)" in texts and "\x00" not in texts
    package = docx.Document(io.BytesIO(as_docx(MADE_WITH, [part]))).part.package
    assert not [rel for rel in package.main_document_part.rels.values() if rel.is_external]
