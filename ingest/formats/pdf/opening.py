"""A PDF opened with care, and what PDFium says of the whole of it; its errors in plain words.

JavaScript is never run: only whether there is any is asked. Embedded files are not opened.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.errors import ReadError
from ingest.formats.pdf.headings import Mark

MOST_PAGES = 5_000
FILES_NAMED = 5
_LONGEST_NAME_BYTES = 1024
_END_MARK, _END_BYTES = b"%%EOF", 2048  # some programs write a little after the mark
_START_MARK, _START_BYTES = b"%PDF", 1024  # and some a little before the first
_WRONG_PASSWORD, _UNKNOWN_PROTECTION = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY


@contextmanager
def opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """The document; raises `ReadError` if it cannot be read, is cut short or far too long."""
    try:
        with pdfium.PdfDocument(data) as document:
            # PDFium opens what is there of a file that is cut short, and says nothing
            if _END_MARK not in data[-_END_BYTES:]:
                raise _cut_short()
            if len(document) > MOST_PAGES:
                raise ReadError(
                    f"the PDF has {len(document):,} pages, more than {MOST_PAGES:,}",
                    "split it into several files, and add those",
                )
            yield document
    except pdfium.PdfiumError as error:
        raise _translated(error, data) from error


def outline(document: pdfium.PdfDocument) -> list[Mark]:
    try:
        entries = [(entry, entry.get_dest()) for entry in document.get_toc()]
        places = [(entry, place.get_index()) for entry, place in entries if place]
        return [Mark(entry.level, entry.get_title(), page) for entry, page in places]
    except UnicodeDecodeError:
        return []  # the text can be read all the same


def label(document: pdfium.PdfDocument, page: int) -> str | None:
    """What is printed on the page, which counts from 0, if that is not its number from 1."""
    try:
        found: str = document.get_page_label(page).strip()
    except UnicodeDecodeError:
        return None
    return found if found and found != str(page + 1) else None


def info(document: pdfium.PdfDocument) -> dict[str, str]:
    """The Info dictionary: Title, Author, CreationDate and others."""
    try:
        facts: dict[str, str] = document.get_metadata_dict()
    except UnicodeDecodeError:
        return {}
    return facts


def not_run(document: pdfium.PdfDocument) -> str:
    """What the file holds besides its pages: a caution, or nothing."""
    said = []
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        said.append("it holds JavaScript, which was not run")
    count = raw.FPDFDoc_GetAttachmentCount(document)
    if count > 0:
        names = [_attachment(document, at) for at in range(min(count, FILES_NAMED))]
        more = ", …" if count > FILES_NAMED else ""
        said.append(f"files embedded in it were not opened: {', '.join(names)}{more}")
    return "; ".join(said)


def _attachment(document: pdfium.PdfDocument, at: int) -> str:
    file = raw.FPDFDoc_GetAttachment(document, at)
    buffer = ctypes.create_string_buffer(_LONGEST_NAME_BYTES)
    pointer = ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR))
    length = raw.FPDFAttachment_GetName(file, pointer, _LONGEST_NAME_BYTES)
    name = buffer.raw[: max(0, min(length, _LONGEST_NAME_BYTES) - 2)]
    return " ".join(name.decode("utf-16-le", errors="replace").split()) or "without a name"


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
    if _START_MARK in data[:_START_BYTES] and _END_MARK not in data[-_END_BYTES:]:
        return _cut_short()
    return ReadError(
        f"the PDF is damaged: {error}",
        "download it again, or open it in a viewer and print it to a new PDF",
    )
