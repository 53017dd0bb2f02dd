"""Rows of a table: lines whose cells stand under one another, three in succession at the least.

Conservative: what reads as prose or as a list stays as it is, for a sentence that is cut into
cells is worse than a table that is read line by line.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from ingest.content import CELL_BREAK
from ingest.formats.pdf.lines import Line, joined

FEWEST_ROWS = 3
Row = list[Line]  # what stands on one line, from left to right
_SHORT_CELL, _LONG_CELL = 24, 40  # characters: the usual cell of a table, and prose
_FARTHEST = 3.5  # of the font size: rows further apart are not of one table
_NEAR = 0.45  # of the font size: edges this near are at the same place
_RULES = frozenset(")§:|")  # drawn beside the parties of a case, say
LIST_MARK = re.compile(r"^(?:[•●○▪■□◦‣·–—*-]|\(?(?:\d{1,3}|[a-z]{1,4}|[A-Z])[.)]|\d+(?:\.\d+)+)$")


def with_tables(rows: Sequence[Row], *, one_may_be_long: bool = True) -> list[Row]:
    """The rows; each of a table is one line, its cells joined by CELL_BREAK."""
    found: list[Row] = []
    at = 0
    rows = [_without_mark(row) for row in rows]
    while at < len(rows):
        run = _run(rows, at)
        if _is_table(rows[at : at + run], one_may_be_long):
            found += [[row] for row in _table(rows[at : at + run])]
            at += run
        else:
            found.append(rows[at])
            at += 1
    return found


def _without_mark(row: Row) -> Row:
    """A list's mark goes with what it marks, and a rule of brackets with what stands before."""
    if len(row) > 1 and LIST_MARK.match(row[0].text):
        row = [joined(row[:2]), *row[2:]]
    while (at := next((at for at, cell in enumerate(row) if at and cell.text in _RULES), 0)) > 0:
        row = [*row[: at - 1], joined(row[at - 1 : at + 1]), *row[at + 1 :]]
    return row


def _run(rows: Sequence[Row], at: int) -> int:
    """How many rows from here on stand under one another."""
    if len(rows[at]) < 2:
        return 1
    last, count = rows[at], 1
    for row in rows[at + 1 :]:
        if not 0 < last[0].base - row[0].base < _FARTHEST * row[0].size * _lines_of(last):
            break
        if not (len(row) > 1 and _aligned(last, row)) and not _continues(last, row):
            break
        count += 1
        last = row if not _continues(last, row) else last
    return count


def _lines_of(row: Row) -> int:
    """Cells of several lines may follow: rows are then the farther from one another."""
    return 2 if len(row) > 2 else 1


def _aligned(above: Row, below: Row) -> bool:
    """Whether most of the cells of the shorter row stand under one of the other."""
    fewer, more = sorted((above, below), key=len)
    matches = sum(any(_same_place(cell, other) for other in more) for cell in fewer)
    return matches >= 2 and matches >= 0.6 * len(fewer)


def _same_place(cell: Line, other: Line) -> bool:
    near = _NEAR * max(cell.size, other.size)
    return (
        abs(cell.left - other.left) < near
        or abs(cell.right - other.right) < near
        or abs(cell.left + cell.right - other.left - other.right) < 2 * near
    )


def _continues(above: Row, below: Row) -> bool:
    """Whether a row is but the second line of cells of the one above, and not of its first."""
    if len(below) >= len(above) or abs(below[0].left - above[0].left) < below[0].size:
        return False
    return all(_column(above, cell) is not None and cell.text not in _RULES for cell in below)


def _column(row: Row, cell: Line) -> int | None:
    for at, other in enumerate(row):
        if abs(cell.left - other.left) < _NEAR * cell.size:
            return at
    return None


def _is_table(rows: Sequence[Row], one_may_be_long: bool) -> bool:
    full = [row for row in rows if len(row) > 1]
    if len(full) < FEWEST_ROWS:
        return False
    lengths = [len(cell.text) for row in full for cell in row]
    long_cells = max(sum(len(cell.text) > _LONG_CELL for cell in row) for row in full)
    if long_cells > one_may_be_long or (long_cells and len(full[0]) < 3):
        return False
    return median(lengths) <= _SHORT_CELL


def _table(rows: Sequence[Row]) -> list[Line]:
    made: list[Row] = []
    for row in rows:
        if made and _continues(made[-1], row):
            cells = made[-1]
            for cell in row:
                at = _column(cells, cell)
                if at is not None:
                    text = f"{cells[at].text} {cell.text}"
                    cells[at] = replace(
                        cells[at], text=text, right=max(cells[at].right, cell.right)
                    )
        else:
            made.append(list(row))
    return [replace(joined(row, CELL_BREAK), is_row=True) for row in made]
