"""Tables in text files (CSV, TSV): every row a line that carries its header.

There is no standard that all keep: the delimiter is found by which one splits the first rows
alike. Damaged quoting never loses words.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from ingest.content import BLOCK_BREAK, Content
from ingest.errors import ReadError
from ingest.formats import table_rows
from ingest.formats.text import decode

MOST_CELLS = 200_000
_DELIMITERS = "\t;|,"  # the last is also in numbers, and oftener than the others in texts
_SAMPLE_ROWS = 50
_SAMPLE_CHARS = 100_000
_NAMED = re.compile(r"sep=([^\r\n])\r?\n", re.IGNORECASE)  # as Excel writes it
_LONGEST_CELL_CHARS = 5_000_000


def read_csv(data: bytes) -> Content:
    """A table's rows, one a line. Raises `ReadError` if it is no text or has too many cells."""
    decoded = decode(data)
    text = decoded.text
    named = _NAMED.match(text)
    if named:
        text = text[named.end() :]
    rows = _bounded(_rows(text, named[1] if named else _delimiter(text)))
    return Content(BLOCK_BREAK.join(table_rows.blocks(rows)), caution=decoded.caution)


def _delimiter(text: str) -> str:
    """The one that splits most of the first rows into equally many cells, two or more."""
    sample = text[:_SAMPLE_CHARS]

    def alike(delimiter: str) -> int:
        rows = islice(_rows(sample, delimiter), _SAMPLE_ROWS)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        return max(widths.values(), default=0)

    return max(_DELIMITERS, key=alike)  # the first of those that split alike


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Rows of cells on one line each, in their own order."""
    csv.field_size_limit(_LONGEST_CELL_CHARS)
    # `newline=""`, or the reader would not see which line ends stand within quotes
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for row in reader:
            yield [" ".join(cell.split()) for cell in row]
    except csv.Error as error:
        raise ReadError(
            f"the table is damaged at line {reader.line_num}: {error}",
            "open it in a spreadsheet program and save it anew as CSV",
        ) from error


def _bounded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    cells = 0
    for row in rows:
        cells += sum(map(bool, row))
        if cells > MOST_CELLS:
            raise ReadError(
                f"the table has more than {MOST_CELLS:,} cells with content",
                "split it into several files, or leave out the rows that you don't need",
            )
        yield row
