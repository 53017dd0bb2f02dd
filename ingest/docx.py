"""Word files (DOCX): paragraphs, headings by their style, tables as rows."""

import io
import zipfile
from collections.abc import Iterator

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from index.types import Heading
from ingest.content import Content, Metadata
from ingest.errors import ReadError
from ingest.markdown import one_line

CELL_BREAK = " | "
PARAGRAPH_BREAK = "\n\n"


def read_docx(data: bytes) -> Content:
    """A Word file's text in the order of the document."""
    try:
        document = docx.Document(io.BytesIO(data))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ReadError(
            "the Word file is damaged, protected by a password, or of an older format",
            "open it in a word processor and save it as .docx without a password",
        ) from error
    parts: list[str] = []
    headings: list[Heading] = []
    at = 0
    for text, level in _blocks(document.iter_inner_content()):
        if level:
            headings.append(Heading(at, level, one_line(text)))
        parts.append(text)
        at += len(text) + len(PARAGRAPH_BREAK)
    facts = document.core_properties
    found = Metadata(
        title=facts.title or next((h.title for h in headings if h.level == 1), None),
        author=facts.author or None,
    )
    return Content(PARAGRAPH_BREAK.join(parts), headings=tuple(headings), found=found)


def _blocks(content: Iterator[Paragraph | Table]) -> Iterator[tuple[str, int]]:
    """Paragraphs and tables with words, each with its heading level or 0."""
    for block in content:
        if isinstance(block, Table):
            rows = [CELL_BREAK.join(cell.text.strip() for cell in row.cells) for row in block.rows]
            if any(row.strip(" |") for row in rows):
                yield "\n".join(rows), 0
        elif block.text.strip():
            yield block.text.strip(), _level(block)


def _level(paragraph: Paragraph) -> int:
    name = (paragraph.style.name if paragraph.style else None) or ""
    if name == "Title":
        return 1
    number = name.removeprefix("Heading ")
    return int(number) if name.startswith("Heading ") and number.isdecimal() else 0
