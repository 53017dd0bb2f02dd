"""A checked draft as a Word file; the only module that writes one.

What is said of a claim is decided in `export`; nothing here links, so that a hostile address stays
text.
"""

import io
import re
from collections.abc import Sequence
from datetime import datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from assistant.drafts.checked import (
    PROBABILITY_MEANING,
    SYMBOLS,
    WORDS,
    CheckedDraft,
    CheckedPart,
    Row,
    asides_of,
    rows_of,
)
from assistant.drafts.export import (
    DISAGREEMENT,
    Words,
    evidence,
    head,
    meanings,
    one_line,
    probability,
    resolved,
    source_line,
    summary,
)

_COLUMNS = {"No.": 1.1, "Claim": 6.4, "Verdict": 3.8, "Words for": 7.2, "Words against": 7.2}  # cm
_A4_CM, _MARGIN_CM = (29.7, 21.0), 2.0
_TEXT_PT, _SMALL_PT = 9.5, 8
# what XML 1.0 has no place for; python-docx refuses a text that holds any of it
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_docx(draft: CheckedDraft, parts: Sequence[CheckedPart]) -> bytes:
    """A head, a table with a line a claim on A4 across, then what was not checked."""
    word, rows = _page(draft), rows_of(parts)
    word.add_heading("Checked draft", 0)
    for name, value in (*head(draft), *meanings(rows)):
        paragraph = word.add_paragraph()
        _add(paragraph, f"{name}: ", bold=True)
        _add(paragraph, value)
    _add(word.add_paragraph(), PROBABILITY_MEANING)
    word.add_heading(_xml(summary(rows)), 1)
    if rows:
        _fill(_table(word), rows)
    if asides := asides_of(parts):
        word.add_heading("Not checked", 1)
        _add(word.add_paragraph(), "These sentences claim nothing that could be looked up.")
    for aside in asides:
        _add(word.add_paragraph(style="List Bullet"), f"{aside.kind}: {one_line(aside.text)}")
    written = io.BytesIO()
    word.save(written)
    return written.getvalue()


def _page(draft: CheckedDraft) -> WordDocument:
    word = Document()
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = map(Cm, _A4_CM)
    section.left_margin = section.right_margin = Cm(_MARGIN_CM)
    section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    style = word.styles["Normal"]
    style.paragraph_format.space_after = Pt(3)
    # else the file names python-docx as its author and the year 2013 as its date
    facts = word.core_properties
    facts.author, facts.comments, facts.title = "Attest", "", "Checked draft"
    facts.created = facts.modified = datetime.fromisoformat(draft.checked_on)
    return word


def _table(word: WordDocument) -> Table:
    """An empty table whose first line comes again on every page."""
    table: Table = word.add_table(rows=1, cols=len(_COLUMNS), style="Table Grid")
    table.autofit = False
    for cell, (name, width) in zip(table.rows[0].cells, _COLUMNS.items(), strict=True):
        cell.width = Cm(width)
        _add(cell.paragraphs[0], name, bold=True)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    return table


def _fill(table: Table, rows: Sequence[Row]) -> None:
    for row in rows:
        cells = table.add_row().cells  # type: ignore[no-untyped-call]
        for cell, width in zip(cells, _COLUMNS.values(), strict=True):
            cell.width = Cm(width)
        _add(cells[0].paragraphs[0], str(row.number))
        _claim(cells[1], row)
        _verdict(cells[2], row)
        found = dict(evidence(row))
        for cell, stance in ((cells[3], "For"), (cells[4], "Against")):
            _words(cell, found.get(stance))


def _claim(cell: _Cell, row: Row) -> None:
    _add(cell.paragraphs[0], one_line(row.claim.text))
    if row.claim.resolved:
        _add(cell.add_paragraph(), f"Read as: {resolved(row)}", small=True)


def _verdict(cell: _Cell, row: Row) -> None:
    first = cell.paragraphs[0]
    _add(first, f"{SYMBOLS[row.verdict]} {WORDS[row.verdict]}", bold=True)
    if row.checked:
        _add(first, f" {probability(row)}")
    for note in (*((DISAGREEMENT,) if row.disagrees else ()), *row.notes):
        _add(cell.add_paragraph(), note, small=True)


def _words(cell: _Cell, words: Words | None) -> None:
    if words is None:
        _add(cell.paragraphs[0], "–")
        return
    _add(cell.paragraphs[0], f"“{words.words}”")
    for line in (source_line(words), words.origin):
        _add(cell.add_paragraph(), line, small=True)


def _add(paragraph: Paragraph, text: str, *, bold: bool = False, small: bool = False) -> None:
    run = paragraph.add_run(_xml(text))
    run.bold = bold
    run.font.size = Pt(_SMALL_PT if small else _TEXT_PT)


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
