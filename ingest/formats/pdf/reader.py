"""PDF: read page by page, cleaned, put in order and put together; pages count sheets from 1.

What a page's lines are, `sheets` says; in which order they are read, `layout`; what of them does
not belong to the text, `running_lines` and `hyphens`; what belongs together, `paragraphs`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from index.types import Page
from ingest.content import Content, cautions
from ingest.errors import ReadError
from ingest.formats.pdf.assembly import Assembled, assembled
from ingest.formats.pdf.facts import metadata
from ingest.formats.pdf.headings import from_outline, from_print
from ingest.formats.pdf.hidden import has_covered_text
from ingest.formats.pdf.hyphens import words_of
from ingest.formats.pdf.layout import in_order
from ingest.formats.pdf.lines import Line, Sheet, body_size
from ingest.formats.pdf.opening import info, label, not_run, opened, outline
from ingest.formats.pdf.paragraphs import Paragraph, paragraphs_of
from ingest.formats.pdf.running_lines import without_running_lines
from ingest.formats.pdf.scans import drawn, is_picture
from ingest.formats.pdf.sheets import sheet_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from ingest.formats.recognition import Recognised

    Recognise = Callable[[Image], Recognised]


RUNS_NAMED = 10  # of pages, in a caution


@dataclass(frozen=True)
class _Leaf:
    """A page as it was read; `recognised` is there if its words come from text recognition."""

    sheet: Sheet
    is_picture: bool = False
    is_covering: bool = False
    recognised: "Recognised | None" = None


def read_pdf(data: bytes, recognise: "Recognise | None" = None) -> Content:
    """The text of a PDF, its pages in order, with what it says of itself.

    Pages whose words are pictures are given to `recognise`, or are named in `Content.pictures`.
    Raises `ReadError` if the file is damaged, cut short, protected, too long or blank.
    """
    with opened(data) as document:
        leaves = [_leaf(document, number, recognise) for number in range(len(document))]
        labels = [label(document, number) for number in range(len(document))]
        marks, facts, besides = outline(document), info(document), not_run(document)
    lines = [in_order(page) for page in without_running_lines([x.sheet.lines for x in leaves])]
    body = body_size(line for page in lines for line in page)
    written = [_written(page, leaf, body) for page, leaf in zip(lines, leaves, strict=True)]
    whole = assembled(written, words_of(lines))
    pages = _pages(leaves, labels, whole)
    pictures = tuple(
        page.number
        for page, leaf in zip(pages, leaves, strict=True)
        if leaf.is_picture and leaf.recognised is None
    )
    if not whole.text and not any(leaf.is_picture for leaf in leaves):
        raise ReadError(
            f"the PDF has no text: its pages ({len(pages)}) are blank",
            "check that it is the right file",
        )
    headings = from_outline(marks, pages, whole.text) or from_print(whole.starts, body)
    first = next((page for page in written if page), [])
    return Content(
        whole.text,
        pages,
        headings,
        metadata(data, facts, first, body),
        cautions(_of_scans(leaves, pictures), _of_boxes(leaves), besides),
        pictures=pictures,
    )


def _leaf(document: pdfium.PdfDocument, number: int, recognise: "Recognise | None") -> _Leaf:
    page = document[number]
    textpage = page.get_textpage()
    try:
        sheet = sheet_of(page, textpage, number)
        has_text = bool(sheet.lines or sheet.aside)
        covering = has_text and has_covered_text(page, textpage)
        if not is_picture(page, sheet):
            return _Leaf(sheet, is_covering=covering)
        return _Leaf(sheet, True, covering, recognise(drawn(page)) if recognise else None)
    finally:
        textpage.close()
        page.close()  # a long PDF would otherwise hold all of its pages


def _written(lines: Sequence[Line], leaf: _Leaf, body: float) -> list[Paragraph]:
    """The page's paragraphs; the words of a picture come after a stamp that they do not hold."""
    aside = leaf.sheet.aside
    if leaf.recognised is None:
        return paragraphs_of(lines, body, aside)
    read = _letters(leaf.recognised.text)
    stamps = [line for line in (*lines, *aside) if _letters(line.text) not in read]
    return paragraphs_of(stamps, body) + _recognised(leaf.recognised.text, leaf.sheet.number)


def _recognised(text: str, number: int) -> list[Paragraph]:
    found = []
    for block in text.split("\n\n"):
        lines = [" ".join(line.split()) for line in block.split("\n")]
        made = tuple(Line(line, number, 0, 0, 0, 0) for line in lines if line)
        if made:
            found.append(Paragraph(made))
    return found


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _pages(
    leaves: Sequence[_Leaf], labels: Sequence[str | None], whole: Assembled
) -> tuple[Page, ...]:
    return tuple(
        Page(
            number,
            *span,
            label=printed,
            recognised=leaf.recognised.confidence if leaf.recognised else None,
        )
        for number, (leaf, printed, span) in enumerate(
            zip(leaves, labels, whole.spans, strict=True), 1
        )
    )


def _of_scans(leaves: Sequence[_Leaf], pictures: Sequence[int]) -> str:
    found: list[int] = []
    nothing: list[int] = []
    for leaf in leaves:
        if leaf.recognised is not None:
            (found if leaf.recognised.text else nothing).append(leaf.sheet.number + 1)
    return cautions(
        _told(
            pictures,
            "is a picture whose words were not read",
            "are pictures whose words were not read",
        ),
        _told(found, "was read by text recognition (OCR)", "were read by text recognition (OCR)"),
        _told(
            nothing,
            "is a picture in which text recognition (OCR) found no words",
            "are pictures in which text recognition (OCR) found no words",
        ),
    )


def _of_boxes(leaves: Sequence[_Leaf]) -> str:
    found = [leaf.sheet.number + 1 for leaf in leaves if leaf.is_covering]
    known = "text under black boxes, which anyone can read in the file"
    return _told(found, f"has {known}", f"have {known}")


def _told(numbers: Sequence[int], one: str, several: str) -> str:
    """ "page 3 is …", "pages 2, 4-7 are …", or nothing for no pages."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    if not runs:
        return ""
    more = ", …" if len(runs) > RUNS_NAMED else ""
    names = ", ".join("-".join(map(str, run)) for run in runs[:RUNS_NAMED]) + more
    return f"page {names} {one}" if len(numbers) == 1 else f"pages {names} {several}"
