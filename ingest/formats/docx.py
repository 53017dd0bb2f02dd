"""Word files (DOCX): paragraphs, headings by their style, tables as rows.

The XML is walked here, because python-docx passes over inserted text (tracked changes), content
controls and text boxes. Headers, footers and footnotes are not read.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree  # type: ignore[import-untyped]

from ingest.content import CELL_BREAK, Content, Metadata
from ingest.errors import ReadError

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

LONGEST_HEADING_CHARS = 250  # what is longer is a paragraph in the wrong style
LARGEST_UNPACKED_BYTES = 300_000_000  # a small file may unpack to any size
_OLD_WORD = b"\xd0\xcf\x11\xe0"  # .doc, and what Word puts around a .docx with a password
# python-docx checks little: a damaged part shows as any of these
_DAMAGE = (
    PackageNotFoundError, zipfile.BadZipFile, zlib.error, etree.LxmlError, OSError, EOFError,
    LookupError, ValueError, TypeError, AttributeError, RuntimeError,
)  # fmt: skip
_MADE_UP = ("Word Document", "python-docx")  # python-docx's, where a file says nothing

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WRAPPERS = {f"{_W}{tag}" for tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
# properties, deleted text, and the copy of a text box for older programs
_PASSED_OVER = {f"{_W}{tag}" for tag in ("pPr", "rPr", "del", "moveFrom")} | {
    f"{_COMPATIBILITY}Fallback"
}
_BREAKS = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
}


def read_docx(data: bytes) -> Content:
    """A Word file's text in the order of the document."""
    blocks, found = _parsed(data)
    content = Content.of_blocks(blocks)
    return replace(content, found=found.over(Metadata(title=content.first_heading)))


def _parsed(data: bytes) -> tuple[list[tuple[str, int]], Metadata]:
    """Texts with their heading levels, and what the file says of itself."""
    if data.startswith(_OLD_WORD):
        raise ReadError(
            "the Word file is protected by a password, or of the older format (.doc)",
            "open it in a word processor and save it as .docx without a password",
        )
    try:
        _refuse_bombs(data)
        document = docx.Document(io.BytesIO(data))
        blocks = list(_blocks(document.element.body, _heading_levels(document)))
        facts = document.core_properties
        title, author = (" ".join(fact.split()) for fact in (facts.title, facts.author))
    except _DAMAGE as error:
        raise ReadError(
            "the Word file is damaged or cut short",
            "download it again, or open it in a word processor and save it anew",
        ) from error
    return blocks, Metadata(
        title=title if title not in _MADE_UP else None,
        author=author if author not in _MADE_UP else None,
    )


def _refuse_bombs(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        size = sum(part.file_size for part in package.infolist())
    if size > LARGEST_UNPACKED_BYTES:
        raise ReadError(
            f"the Word file unpacks to {size / 1e6:,.0f} MB, more than "
            f"{LARGEST_UNPACKED_BYTES / 1e6:,.0f}",
            "remove its pictures, or save its text alone",
        )


def _heading_levels(document: "WordDocument") -> dict[str, int]:
    """Levels from 1 by the id of the style."""
    levels = {}
    for style in document.styles:
        name = style.name or ""
        number = name.removeprefix("Heading ")
        if name == "Title":
            levels[style.style_id] = 1
        elif name.startswith("Heading ") and number.isdecimal():
            levels[style.style_id] = int(number)
    return levels


def _blocks(parent: etree._Element, levels: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Paragraphs and tables with words, each with its heading level or 0."""
    for child in parent:
        if child.tag == f"{_W}p":
            text = "".join(_words(child)).strip()
            if text:
                is_short = len(text) <= LONGEST_HEADING_CHARS
                yield text, levels.get(_style(child), 0) if is_short else 0
        elif child.tag == f"{_W}tbl":
            rows = [_row(row, levels) for row in child.iterchildren(f"{_W}tr")]
            if any(row.strip(CELL_BREAK) for row in rows):
                yield "\n".join(rows), 0
        elif child.tag in _WRAPPERS:
            yield from _blocks(child, levels)


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else style.get(f"{_W}val", "")


def _row(row: etree._Element, levels: Mapping[str, int]) -> str:
    """The row's cells on one line; what stands in a cell, a table included, joined by spaces."""
    cells = (cell for cell in row.iter(f"{_W}tc") if next(cell.iterancestors(f"{_W}tr")) is row)
    return CELL_BREAK.join(" ".join(text for text, _ in _blocks(cell, levels)) for cell in cells)


def _words(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag not in _PASSED_OVER:
            yield from _words(child)
