"""PDF: the text layer in reading order, page by page."""

import re
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from index.types import Heading, Page
from ingest.content import Content, Metadata, one_line
from ingest.errors import ReadError

PAGE_BREAK = "\n\n"
PAGES_NAMED = 10
_END_MARK, _END_BYTES = b"%%EOF", 2048  # some programs write a little after the mark
_WRONG_PASSWORD, _UNKNOWN_PROTECTION = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_LINE_END_HYPHEN = "\ufffe"  # what PDFium makes of a hyphen at the end of a line
_PROGRAM_TITLE = re.compile(r"^(microsoft|untitled|document\d*$)|\.(docx?|pdf|indd|pptx?)$", re.I)


@dataclass(frozen=True)
class _Mark:
    """An entry of the outline: `level` and `page` (None if it is nowhere) count from 0."""

    level: int
    title: str
    page: int | None


def read_pdf(data: bytes) -> Content:
    """A PDF with a text layer; pages count sheets from 1."""
    try:
        with pdfium.PdfDocument(data) as document:
            # PDFium opens what is there of a file that is cut short, and says nothing
            if _END_MARK not in data[-_END_BYTES:]:
                raise _cut_short()
            sheets = [_sheet(page) for page in document]
            marks = _outline(document)
            found = _metadata(document)
    except pdfium.PdfiumError as error:
        raise _translated(error, data) from error
    texts = [text for text, _ in sheets]
    if not any(texts):
        raise ReadError(
            f"the PDF has no text layer: its pages ({len(sheets)}) are pictures or blank",
            "run it through text recognition (OCR) first, then add it again",
        )
    pages, at = [], 0
    for number, text in enumerate(texts, 1):
        pages.append(Page(number, at, at + len(text)))
        at += len(text) + len(PAGE_BREAK)
    whole = PAGE_BREAK.join(texts)
    caution = _caution([number for number, (_, picture) in enumerate(sheets, 1) if picture])
    return Content(whole, tuple(pages), _headings(marks, pages, whole), found, caution)


def _sheet(page: pdfium.PdfPage) -> tuple[str, bool]:
    """The page's text, empty if it has no words, and whether it is a picture instead."""
    textpage = page.get_textpage()
    text = _readable(textpage.get_text_range())
    textpage.close()
    has_text = bool(text.strip())
    is_picture = not has_text and any(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE]))
    page.close()  # a long PDF would otherwise hold all of its pages
    return text if has_text else "", is_picture


def _readable(text: str) -> str:
    """Lines as they stand on the page, without the marks of the format."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = text.replace(_LINE_END_HYPHEN, "-")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _outline(document: pdfium.PdfDocument) -> list[_Mark]:
    try:
        entries = [(entry, entry.get_dest()) for entry in document.get_toc()]
        places = [(entry, place.get_index()) for entry, place in entries if place]
        return [_Mark(entry.level, entry.get_title(), page) for entry, page in places]
    except UnicodeDecodeError:
        return []  # the text can be read all the same


def _headings(marks: list[_Mark], pages: list[Page], text: str) -> tuple[Heading, ...]:
    """The outline's entries where their titles begin a line, else where their pages begin."""
    found = []
    for mark in marks:
        if mark.page is not None and mark.page < len(pages) and mark.title.strip():
            page = pages[mark.page]
            words = r"\s+".join(map(re.escape, mark.title.split()))
            line = re.compile(rf"^[ \t]*(?:[\d.]+[ \t]+)?{words}", re.IGNORECASE | re.MULTILINE)
            stands = line.search(text, page.start, page.end)
            start = stands.start() if stands else page.start
            found.append(Heading(start, mark.level + 1, one_line(mark.title)))
    return tuple(sorted(found, key=lambda heading: heading.start))


def _metadata(document: pdfium.PdfDocument) -> Metadata:
    """Title and author; a title that a program made up is none."""
    try:
        facts = document.get_metadata_dict()
    except UnicodeDecodeError:
        return Metadata()
    title, author = (" ".join(facts.get(name, "").split()) for name in ("Title", "Author"))
    return Metadata(title="" if _PROGRAM_TITLE.search(title) else title, author=author)


def _caution(pictures: list[int]) -> str:
    if not pictures:
        return ""
    more = ", …" if len(pictures) > PAGES_NAMED else ""
    numbers = ", ".join(map(str, pictures[:PAGES_NAMED])) + more
    return f"{len(pictures)} pages are pictures without text and were not read: {numbers}"


def _cut_short() -> ReadError:
    return ReadError("the PDF is cut short: its end is missing", "download or copy it again")


def _translated(error: pdfium.PdfiumError, data: bytes) -> ReadError:
    code = getattr(error, "err_code", None)
    if code == _WRONG_PASSWORD:
        return ReadError(
            "the PDF is protected by a password", "save a copy without the password, and add that"
        )
    if code == _UNKNOWN_PROTECTION:
        return ReadError(
            "the PDF is protected in a way that cannot be read here",
            "open it where you may read it, and print it to a new PDF",
        )
    if data.startswith(b"%PDF") and _END_MARK not in data[-_END_BYTES:]:
        return _cut_short()
    return ReadError(
        f"the PDF is damaged: {error}",
        "download it again, or open it in a viewer and print it to a new PDF",
    )
