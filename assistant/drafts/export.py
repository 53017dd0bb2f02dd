"""A checked draft as a file: what every format says of a claim and of the whole, and CSV.

A file tells where its verdicts come from and what they mean, because it goes to people who have not
seen the page. How Markdown and Word lay it out is `export_markdown`'s and `export_docx`' job.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

from assistant.drafts.checked import (
    MEANINGS,
    VERDICTS,
    WORDS,
    CheckedDraft,
    CheckedPart,
    Row,
    counts,
    rows_of,
)
from assistant.drafts.claims import Aside
from assistant.types import Citation
from index.types import Document

DISAGREEMENT = "sources disagree"
# A spreadsheet takes a cell that begins with one of these for a formula: OWASP, "CSV Injection".
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
COLUMNS = ("Number", "Claim", "Checked as", "Verdict", "Probability", "Sources disagree")
STANCES = ("For", "Against")
LAST_COLUMNS = (
    "Notes", "Start", "End", "What the verdict means", "Draft", "Library", "Checked on",
    "Checked by",
)  # fmt: skip


@dataclass(frozen=True)
class Words:
    """The words of a document that speak for or against a claim, as texts; "" for what is unknown.

    `characters` are the offsets of the words in the document's stored text.
    """

    words: str = ""
    title: str = ""
    kind: str = ""
    publisher: str = ""
    date: str = ""
    page: str = ""
    heading: str = ""
    characters: str = ""
    origin: str = ""


def as_csv(draft: CheckedDraft, parts: Sequence[CheckedPart]) -> str:
    """One line a claim or aside, in the order of the draft, under one line of column names.

    What the head of the other formats says stands in columns, so that the file can be filtered.
    Cells that a spreadsheet would run have an apostrophe before them. Lines end in CRLF (RFC 4180).
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(_columns())
    rows = iter(rows_of(parts))
    for each in parts:
        if isinstance(each.part, Aside):
            cells = _aside_cells(each.part)
        else:
            cells = _claim_cells(next(rows))
        writer.writerow([_inert(cell) for cell in (*cells, *_made_with(draft))])
    return written.getvalue()


def head(draft: CheckedDraft) -> tuple[tuple[str, str], ...]:
    """What the file's reader must know of the whole, as names and texts."""
    number = f"{draft.documents:,} document{'' if draft.documents == 1 else 's'}"
    return (
        ("Draft", _name(draft)),
        ("Library", f"{draft.library} ({number})"),
        ("Checked on", draft.checked_on),
        ("Checked by", draft.verifier),
    )


def meanings(rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    """The verdicts and what they mean; that of a claim which was not checked, if there is one."""
    given = {row.verdict for row in rows} | set(VERDICTS[:3])
    return tuple((WORDS[verdict], MEANINGS[verdict]) for verdict in VERDICTS if verdict in given)


def summary(rows: Sequence[Row]) -> str:
    """How many claims have which verdict: "3 claims: 1 contradicted, 2 supported"."""
    claims = f"{len(rows):,} claim{'' if len(rows) == 1 else 's'}"
    given = ", ".join(f"{number:,} {WORDS[verdict]}" for verdict, number in counts(rows))
    return f"{claims}: {given}" if rows else claims


def probability(row: Row) -> str:
    """As a percentage, "" for a claim that was not checked."""
    return f"{row.checked.probability:.0%}" if row.checked else ""


def resolved(row: Row) -> str:
    """What was read into the claim: "it = FOSTA; that year = 2018"."""
    return "; ".join(f"{word} = {meaning}" for word, meaning in row.claim.resolved)


def words_of(citation: Citation | None) -> Words:
    """What a citation says and where it stands; nothing at all for None."""
    if citation is None:
        return Words()
    passage = citation.passage
    document = passage.document
    return Words(
        words=one_line(citation.quote),
        title=_stated(document, "title", document.title),
        kind=document.kind,
        publisher=_stated(document, "publisher", document.publisher),
        date=_stated(document, "published", document.published),
        page=", ".join(dict.fromkeys(sheet.label or str(sheet.number) for sheet in passage.sheets)),
        heading=" > ".join(passage.heading_path),
        characters=f"{passage.start}-{passage.end}",
        origin=document.origin,
    )


def evidence(row: Row) -> tuple[tuple[str, Words], ...]:
    """The words for the claim and those against it, as far as there are any."""
    if row.checked is None:
        return ()
    found = zip(STANCES, (row.checked.supporting, row.checked.contradicting), strict=True)
    return tuple((stance, words_of(citation)) for stance, citation in found if citation)


def source_line(words: Words) -> str:
    """Title, kind, publisher, date and place in one line."""
    page = f"p. {words.page}" if words.page else ""
    place = (page, words.heading, f"characters {words.characters}")
    facts = (words.title, words.kind, words.publisher, words.date, *place)
    return " · ".join(fact for fact in facts if fact)


def one_line(text: str) -> str:
    """The text without line breaks and repeated spaces."""
    return " ".join(text.split())


def _columns() -> list[str]:
    found = [f"{stance}: {field.name}" for stance in STANCES for field in fields(Words)]
    return [*COLUMNS, *found, *LAST_COLUMNS]


def _claim_cells(row: Row) -> tuple[str, ...]:
    checked, claim = row.checked, row.claim
    both = (checked.supporting, checked.contradicting) if checked else (None, None)
    return (
        str(row.number),
        one_line(claim.text),
        one_line(claim.standalone),
        WORDS[row.verdict],
        f"{checked.probability:.4f}" if checked else "",
        "yes" if row.disagrees else "no",
        *(cell for citation in both for cell in astuple(words_of(citation))),
        "; ".join(row.notes),
        str(claim.start),
        str(claim.end),
        MEANINGS[row.verdict],
    )


def _aside_cells(aside: Aside) -> tuple[str, ...]:
    empty = ("",) * (len(STANCES) * len(fields(Words)))
    return (
        "", one_line(aside.text), "", "not checked", "", "no", *empty,
        f"{aside.kind}: claims nothing", str(aside.start), str(aside.end), "",
    )  # fmt: skip


def _made_with(draft: CheckedDraft) -> tuple[str, ...]:
    return (_name(draft), draft.library, draft.checked_on, draft.verifier)


def _name(draft: CheckedDraft) -> str:
    return draft.name or "pasted text"


def _stated(document: Document, fact: str, value: str | None) -> str:
    """A fact that nobody stated says so."""
    return f"{value} (inferred)" if value and fact in document.inferred else value or ""


def _inert(cell: str) -> str:
    """The cell, so that no spreadsheet runs it; blanks before a formula do not disarm it."""
    return f"'{cell}" if cell.lstrip().startswith(FORMULA_STARTS) else cell
