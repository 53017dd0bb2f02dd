"""Excel files (XLSX): each sheet a heading, every row a line that carries its header.

Values are read as the program that wrote the file computed and kept them; formulas are neither
evaluated nor read. Charts, comments and pictures are not read.
"""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Protocol
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml import etree  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException

from ingest.content import Content, cautions
from ingest.errors import ReadError
from ingest.formats import table_rows
from ingest.formats.office_facts import stated_facts
from ingest.formats.package import opened_office

MOST_CELLS = 200_000
MOST_COLUMNS = 1_000
MOST_ROWS = 2_500_000  # of all sheets, the empty ones between others included
_MOST_PLACES = 30_000_000  # for cells, filled or not
_WHAT = "Excel file"
# openpyxl checks little: a damaged part shows as any of these; what defusedxml refuses (entities)
# is a ValueError
_DAMAGE = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, ParseError,
    etree.LxmlError, OSError, EOFError, LookupError, ValueError, TypeError, AttributeError,
    ArithmeticError, RuntimeError,
)  # fmt: skip


class _Cell(Protocol):
    """What of openpyxl's cells is used: it comes without types."""

    value: object
    number_format: str


def read_xlsx(data: bytes) -> Content:
    """A workbook's sheets, in their order.

    Raises `ReadError` if it is damaged, has a password, or more than `MOST_CELLS` with content.
    """
    package = opened_office(data, _WHAT)
    blocks: list[tuple[str, int]] = []
    hidden: list[str] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is only for show
            book = openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=True, keep_links=False
            )
            rows = _Bounds()
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # what files say of them is often wrong
                lines = list(table_rows.blocks(rows.within(sheet.iter_rows())))
                if lines:
                    blocks += [(sheet.title, 1), *((line, 0) for line in lines)]
                    if sheet.sheet_state != "visible":
                        hidden.append(sheet.title)
    except _DAMAGE as error:
        raise ReadError(
            "the Excel file is damaged or cut short",
            "download it again, or open it in a spreadsheet program and save it anew",
        ) from error
    content = Content.of_blocks(blocks)
    caution = f"hidden sheets are read as well: {', '.join(hidden)}" if hidden else ""
    return replace(content, found=stated_facts(package, _WHAT), caution=cautions(caution))


class _Bounds:
    """Counts rows and cells over all sheets: few bytes may declare any number of them."""

    def __init__(self) -> None:
        self._rows = self._cells = self._places = 0

    def within(self, rows: Iterator[tuple[_Cell, ...]]) -> Iterator[list[str]]:
        """The rows as texts, without their empty ends."""
        for row in rows:
            self._rows += 1
            self._places += len(row)
            if self._rows > MOST_ROWS:
                raise _too_large(f"more than {MOST_ROWS:,} rows, most of them empty")
            if self._places > _MOST_PLACES:
                raise _too_large(f"more than {_MOST_PLACES:,} cells, most of them empty")
            texts = [_shown(cell) if cell.value is not None else "" for cell in row]
            filled = [column for column, text in enumerate(texts) if text]
            if not filled:
                yield []
                continue
            self._cells += len(filled)
            if self._cells > MOST_CELLS:
                raise _too_large(f"more than {MOST_CELLS:,} cells with content")
            if filled[-1] >= MOST_COLUMNS:
                raise _too_large(f"more than {MOST_COLUMNS:,} columns")
            yield texts[: filled[-1] + 1]


def _too_large(what: str) -> ReadError:
    return ReadError(
        f"the Excel file has {what}", "save the sheets or rows that you need as a file of their own"
    )


def _shown(cell: _Cell) -> str:
    """A value as a reader of the sheet sees it, but in full: not rounded, dates by ISO 8601."""
    value = cell.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(" ", "minutes" if not value.second else "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return " ".join(str(value).split())


def _number(value: float, number_format: str) -> str:
    """With the 15 digits that spreadsheets keep: 0.1 + 0.2 is 0.3 to them."""
    shown = number_format.split(";")[0]
    if shown.endswith("%"):
        places = len(shown.rstrip("%").partition(".")[2])
        return f"{value * 100:.{min(places, 10)}f}%"
    if isinstance(value, int):
        return str(value)
    return f"{value:.15g}"
