"""OpenDocument files (LibreOffice): texts (ODT), spreadsheets (ODS) and presentations (ODP).

The XML is read here, by the standard (OASIS ODF 1.3), because the library for it parses with
entities on. What was deleted under tracked changes, comments and pictures are not read.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import repeat

from lxml import etree  # type: ignore[import-untyped]

from index.types import is_date
from ingest.content import CELL_BREAK, Content, Metadata, one_line
from ingest.errors import ReadError
from ingest.formats import table_rows
from ingest.formats.package import opened_xml, unpacked
from ingest.formats.slides import NOTES, Slide, slide_show

MOST_CELLS = 200_000
MOST_COLUMNS = 1_000
LONGEST_HEADING_CHARS = 250  # what is longer is a paragraph in the wrong style
_WHAT = "OpenDocument file"
_BASE = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TEXT, _TABLE, _DRAW, _PRESENTATION, _META = (
    f"{{{_BASE}{name}:1.0}}"
    for name in ("office", "text", "table", "drawing", "presentation", "meta")
)
_SVG = f"{{{_BASE}svg-compatible:1.0}}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ENCRYPTED = f"{{{_BASE}manifest:1.0}}encryption-data"
# deleted text, comments, what a picture stands for, and how a word is pronounced
_PASSED_OVER = {
    f"{_TEXT}tracked-changes", f"{_TEXT}ruby-text", f"{_OFFICE}annotation",
    f"{_OFFICE}annotation-end", f"{_OFFICE}forms", f"{_DRAW}object", f"{_DRAW}image",
    f"{_TEXT}sequence-decls", f"{_TEXT}variable-decls", f"{_TEXT}user-field-decls",
    f"{_SVG}title", f"{_SVG}desc",
}  # fmt: skip
_ROWS = {f"{_TABLE}{tag}" for tag in ("table-header-rows", "table-rows", "table-row-group")}
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_SPACE = re.compile(r"[ \t\r\n]+")
_MOST_SPACES = 100
_BULLET = "•"


def read_odt(data: bytes) -> Content:
    """A text in its order. Raises `ReadError` if it is damaged or has a password."""
    package, body = _opened(data, "text")
    content = Content.of_blocks(_Walk(_numbered_lists(package)).blocks(body))
    found = _facts(package)
    if content.first_heading:
        found = found.over(Metadata(title=content.first_heading, inferred=("title",)))
    return replace(content, found=found)


def read_ods(data: bytes) -> Content:
    """Each sheet a heading, every row a line that carries its header.

    Raises `ReadError` if it is damaged, has a password, or more than `MOST_CELLS` with content.
    """
    package, body = _opened(data, "spreadsheet")
    blocks: list[tuple[str, int]] = []
    cells = 0
    for sheet in body.iterchildren(f"{_TABLE}table"):
        rows = []
        for row in _sheet_rows(sheet):
            cells += sum(map(bool, row))
            if cells > MOST_CELLS:
                raise _too_large(f"more than {MOST_CELLS:,} cells with content")
            rows.append(row)
        lines = list(table_rows.blocks(rows))
        if lines:
            blocks += [(sheet.get(f"{_TABLE}name") or "Sheet", 1), *((line, 0) for line in lines)]
    return replace(Content.of_blocks(blocks), found=_facts(package))


def read_odp(data: bytes) -> Content:
    """Each slide a page, its title a heading. Raises `ReadError` if damaged or with a password."""
    package, body = _opened(data, "presentation")
    content = slide_show([_slide(page) for page in body.iterchildren(f"{_DRAW}page")])
    return replace(content, found=_facts(package).over(content.found))


def _opened(data: bytes, kind: str) -> tuple[zipfile.ZipFile, etree._Element]:
    """The package, and the element of its body that has the content."""
    package = opened_xml(data, _WHAT)
    manifest = _xml(package, "META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter(_ENCRYPTED), None) is not None:
        raise ReadError(
            f"the {_WHAT} is protected by a password", "save a copy without the password"
        )
    root = _xml(package, "content.xml")
    body = None if root is None else root.find(f"{_OFFICE}body/{_OFFICE}{kind}")
    if body is None:
        raise _damaged()
    return package, body


def _xml(package: zipfile.ZipFile, path: str) -> etree._Element | None:
    if path not in package.namelist():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(unpacked(package, package.getinfo(path), _WHAT), parser)
    except (etree.LxmlError, ValueError) as error:
        raise _damaged() from error


def _damaged() -> ReadError:
    return ReadError(
        "the OpenDocument file is damaged or cut short",
        "download it again, or open it in LibreOffice and save it anew",
    )


def _too_large(what: str) -> ReadError:
    return ReadError(
        f"the spreadsheet has {what}",
        "save the sheets or rows that you need as a file of their own",
    )


def _facts(package: zipfile.ZipFile) -> Metadata:
    root = _xml(package, "meta.xml")
    meta = None if root is None else root.find(f"{_OFFICE}meta")
    if meta is None:
        return Metadata()

    def stated(*names: str) -> str | None:
        texts = (one_line(meta.findtext(name) or "") for name in names)
        return next(filter(None, texts), None)

    day = (stated(f"{_META}creation-date", f"{_DC}date") or "")[:10]
    return Metadata(
        title=stated(f"{_DC}title"),
        author=stated(f"{_META}initial-creator", f"{_DC}creator"),
        published=day if is_date(day) else None,
        inferred=("published",) if is_date(day) else (),
    )


def _numbered_lists(package: zipfile.ZipFile) -> set[tuple[str, int]]:
    """Names of list styles with the levels at which they number their items."""
    found = set()
    for path in ("styles.xml", "content.xml"):
        root = _xml(package, path)
        for level in () if root is None else root.iter(f"{_TEXT}list-level-style-number"):
            name = level.getparent().get(f"{{{_BASE}style:1.0}}name", "")
            if any(key.endswith("}num-format") and value for key, value in level.attrib.items()):
                found.add((name, _count(level.get(f"{_TEXT}level"))))
    return found


def _count(text: str | None) -> int:
    """A count that a file states, 1 where it states none or a wrong one."""
    return int(text) if text and text.isdecimal() and 0 < len(text) < 10 else 1


class _Walk:
    """One pass over a body: what is met in a paragraph but stands after it is kept here."""

    def __init__(self, numbered: set[tuple[str, int]]) -> None:
        self._numbered = numbered
        self._notes: list[str] = []
        self._boxes: list[etree._Element] = []

    def blocks(self, body: etree._Element) -> Iterator[tuple[str, int]]:
        """Paragraphs, lists and tables with words, their heading levels, and their notes."""
        for text, level in self._content(body):
            notes, self._notes = self._notes, []
            if level and notes:
                yield text, level
                yield "\n".join(notes), 0
            else:
                yield "\n".join([text, *notes]), level

    def _content(self, parent: Iterable[etree._Element]) -> Iterator[tuple[str, int]]:
        for child in parent:
            if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                text = "".join(self._words(child)).strip()
                is_heading = child.tag == f"{_TEXT}h" and len(text) <= LONGEST_HEADING_CHARS
                boxes, self._boxes = self._boxes, []
                if text:
                    yield text, _count(child.get(f"{_TEXT}outline-level")) if is_heading else 0
                for box in boxes:
                    yield from self._content(box)
            elif child.tag == f"{_TEXT}list":
                yield from self._list(child, child.get(f"{_TEXT}style-name", ""), 1)
            elif child.tag == f"{_TABLE}table":
                rows = [self._row(row) for row in _rows(child)]
                if any(row.strip(CELL_BREAK) for row in rows):
                    yield "\n".join(rows), 0
            elif child.tag not in _PASSED_OVER and isinstance(child.tag, str):
                yield from self._content(child)

    def _list(self, element: etree._Element, style: str, depth: int) -> Iterator[tuple[str, int]]:
        """The items, each with its number or a bullet before its first paragraph."""
        count = 0
        for item in element.iterchildren(f"{_TEXT}list-item", f"{_TEXT}list-header"):
            label = ""
            if item.tag == f"{_TEXT}list-item":
                count = _count(item.get(f"{_TEXT}start-value", str(count + 1)))
                label = f"{count}." if (style, depth) in self._numbered else _BULLET
            for child in item.iterchildren(etree.Element):
                if child.tag == f"{_TEXT}list":
                    own = child.get(f"{_TEXT}style-name") or style
                    yield from self._list(child, own, depth + 1)
                    continue
                for text, level in self._content([child]):
                    shown = "" if level and label == _BULLET else label
                    yield f"{shown} {text}".lstrip(), level
                    label = ""

    def _row(self, row: etree._Element) -> str:
        """The cells on one line; what stands in a cell, a table included, joined by spaces."""
        return CELL_BREAK.join(
            " ".join(" ".join(text for text, _ in self._content(cell)).split())
            for cell in row.iterchildren(*_CELLS)
        )

    def _words(self, element: etree._Element) -> Iterator[str]:
        yield _SPACE.sub(" ", element.text or "")
        for child in element:
            if child.tag == f"{_TEXT}s":
                yield " " * min(_count(child.get(f"{_TEXT}c")), _MOST_SPACES)
            elif child.tag == f"{_TEXT}tab":
                yield "\t"
            elif child.tag == f"{_TEXT}line-break":
                yield "\n"
            elif child.tag == f"{_TEXT}note":
                yield self._note(child)
            elif child.tag == f"{_DRAW}text-box":
                self._boxes.append(child)
            elif child.tag not in _PASSED_OVER and isinstance(child.tag, str):
                yield from self._words(child)
            yield _SPACE.sub(" ", child.tail or "")

    def _note(self, note: etree._Element) -> str:
        """The mark of a foot- or endnote, as the file states it; its text is kept for after."""
        body = note.find(f"{_TEXT}note-body")
        citation = note.find(f"{_TEXT}note-citation")
        texts = [] if body is None else [text for text, _ in self._content(body)]
        text = " ".join(" ".join(texts).split())
        mark = "" if citation is None else "".join(citation.itertext()).strip()
        if not text:
            return ""
        self._notes.append(f"[{mark or '*'}] {text}")
        return f"[{mark or '*'}]"


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table.iterchildren(etree.Element):
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in _ROWS:
            yield from _rows(child)


def _sheet_rows(sheet: etree._Element) -> Iterator[list[str]]:
    """Rows of texts; a file may say of any row or cell that it is there a million times."""
    for row in _rows(sheet):
        cells: list[str] = []
        for cell in row.iterchildren(*_CELLS):
            text = _shown(cell)
            times = _count(cell.get(f"{_TABLE}number-columns-repeated"))
            if len(cells) + times > MOST_COLUMNS:
                if text:
                    raise _too_large(f"more than {MOST_COLUMNS:,} columns")
                times = MOST_COLUMNS + 1 - len(cells)  # what is filled beyond is met next
            cells += repeat(text, times)
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise _too_large(f"more than {MOST_COLUMNS:,} columns")
        times = _count(row.get(f"{_TABLE}number-rows-repeated"))
        yield from repeat(cells, times if cells else 1)


def _shown(cell: etree._Element) -> str:
    """A cell as it shows, but dates by ISO 8601."""
    if cell.get(f"{_OFFICE}value-type") == "date":
        day = str(cell.get(f"{_OFFICE}date-value", ""))
        return day.removesuffix("T00:00:00").replace("T", " ")
    return " ".join(" ".join(text for text, _ in _Walk(set()).blocks(cell)).split())


def _slide(page: etree._Element) -> Slide:
    """The frames in the order of the file: their places are often only in the styles."""
    title = ""
    texts = []
    for frame in page.iterchildren(etree.Element):
        blocks = (text for text, _ in _Walk(set()).blocks(frame))
        if frame.tag == f"{_PRESENTATION}notes":
            text = " ".join(blocks)
            texts.append(f"{NOTES}{text}" if text else "")
        elif frame.get(f"{_PRESENTATION}class") == "title" and not title:
            title = " ".join(blocks)
        else:
            texts.append("\n".join(blocks))
    return Slide(title, tuple(filter(None, texts)))
