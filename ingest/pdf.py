"""PDF: the text layer in reading order, page by page."""

import re

import pypdfium2 as pdfium

from index.types import Heading, Page
from ingest.content import Content, Metadata
from ingest.errors import ReadError
from ingest.markdown import one_line

PAGE_BREAK = "\n\n"
_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD
_LINE_END_HYPHEN = "\ufffe"  # what PDFium makes of a hyphen at the end of a line
_PROGRAM_TITLE = re.compile(r"^(microsoft|untitled|document\d*$)|\.(docx?|pdf|indd|pptx?)$", re.I)


def read_pdf(data: bytes) -> Content:
    """A PDF with a text layer; pages count sheets from 1."""
    try:
        with pdfium.PdfDocument(data) as document:
            texts = [_page_text(page) for page in document]
            outline = [(b.level, b.get_title(), b.get_dest()) for b in document.get_toc()]
            marks = [(level, title, dest.get_index()) for level, title, dest in outline if dest]
            facts = document.get_metadata_dict()
    except pdfium.PdfiumError as error:
        raise _translated(error) from error
    if not any(text.strip() for text in texts):
        raise ReadError(
            f"the PDF has no text layer: its {len(texts)} pages are pictures",
            "run it through text recognition (OCR) first, then add it again",
        )
    pages, at = [], 0
    for number, text in enumerate(texts, 1):
        pages.append(Page(number, at, at + len(text)))
        at += len(text) + len(PAGE_BREAK)
    whole = PAGE_BREAK.join(texts)
    return Content(whole, tuple(pages), _headings(marks, pages, whole), _metadata(facts))


def _page_text(page: pdfium.PdfPage) -> str:
    textpage = page.get_textpage()
    text: str = textpage.get_text_range()
    textpage.close()
    page.close()  # a long PDF would otherwise hold all of its pages
    return _readable(text)


def _readable(text: str) -> str:
    """Lines as they stand on the page, without the marks of the format."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = text.replace(_LINE_END_HYPHEN, "-")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _headings(
    marks: list[tuple[int, str, int]], pages: list[Page], text: str
) -> tuple[Heading, ...]:
    """The outline's entries where their titles stand on their pages, else where those begin."""
    found = []
    for level, title, index in marks:
        if 0 <= index < len(pages) and title.strip():
            page = pages[index]
            pattern = r"\s+".join(map(re.escape, title.split()))
            stands = re.compile(pattern, re.IGNORECASE).search(text, page.start, page.end)
            start = stands.start() if stands else page.start
            found.append(Heading(start, level + 1, one_line(title)))
    return tuple(sorted(found, key=lambda heading: heading.start))


def _metadata(facts: dict[str, str]) -> Metadata:
    """Title and author; a title that a program made up is none."""
    title = " ".join((facts.get("Title") or "").split())
    author = " ".join((facts.get("Author") or "").split())
    return Metadata(
        title=title if title and not _PROGRAM_TITLE.search(title) else None, author=author or None
    )


def _translated(error: pdfium.PdfiumError) -> ReadError:
    if getattr(error, "err_code", None) == _WRONG_PASSWORD:
        return ReadError(
            "the PDF is protected by a password", "save a copy without the password, and add that"
        )
    return ReadError(
        f"the PDF is damaged or cut short: {error}",
        "download it again, or open it in a viewer and print it to a new PDF",
    )
