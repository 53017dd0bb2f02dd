"""Rows of a sheet as lines that carry their header, so that a single row can be cited.

"Team: Blues | Location: STL" says what its cells are; "Blues | STL" does not. Which row is the
header is told by its shape alone; where no row is clearly one, none is made up. How cells look
in a file is for its reader.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ingest.content import CELL_BREAK

Row = Sequence[str]  # cells by column; "" where a cell is empty

LONGEST_LABEL_CHARS = 120  # what is longer is a sentence, not the name of a column
_FEWEST_COVERED = 0.8  # of the rows below a header: those that have no cell beside it
_MOST_TITLE_LINES = 20
_NUMBER = re.compile(
    r"[^\w]{0,3}\d[\d.,'\u00a0\u202f ]*(?:%|[A-Za-z€£]{1,3})?|[-–—.]+|n/?a", re.IGNORECASE
)
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[ T][\d:.]+)?")
_YEAR = re.compile(r"(?:FY ?)?(?:1[89]|20)\d\d(?:[-–/]\d{2,4})?")


def blocks(rows: Iterable[Row]) -> Iterator[str]:
    """The tables and title lines of a sheet, a line for each row; empty rows part the blocks."""
    header: dict[int, str] = {}
    for group in _groups(rows):
        at = _header_at(group)
        if at is not None and not _continues(group, at, header):
            header = _labels(group, at)
            before, after = group[:at], group[at + 1 :]
        else:
            before, after = [], group
            if not _is_below(group, header):
                header = {}
        lines = [*map(_plain, before), *(_line(row, header) for row in after)]
        yield "\n".join(lines)


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        if any(row):
            group.append(row)
        elif group:
            yield group
            group = []
    if group:
        yield group


def _header_at(group: Sequence[Row]) -> int | None:
    """The first row of two or more labels under which the other rows stand."""
    columns = [_columns(row) for row in group]
    for at, row in enumerate(group[: min(len(group) - 1, _MOST_TITLE_LINES)]):
        names, below = columns[at], columns[at + 1 :]
        if len(names) < 2 or max(map(len, below)) < 2:
            continue  # a title, or a note
        covered = sum(other <= names or _fits(other, names) for other in below)
        if covered < _FEWEST_COVERED * len(below):
            continue  # of several columns less than the table has
        is_header = all(_is_label(row[column]) for column in names)
        return at if is_header and not _is_form(group[at:], names) else None
    return None


def _is_form(group: Sequence[Row], names: set[int]) -> bool:
    """Whether two columns are questions and answers, of which the first are no header."""
    if len(names) > 2:
        return False
    first, second = sorted(names)
    answers = [row[second] for row in group[1:] if len(row) > second and row[second]]
    return any(row[first].endswith(":") for row in group) or (
        0 < sum(map(_is_value, answers)) < len(answers)
    )


def _fits(columns: set[int], header: set[int]) -> bool:
    """Rows under a header whose first column has no name."""
    return columns - {min(columns)} <= header and min(columns) < min(header)


def _continues(group: Sequence[Row], at: int, header: dict[int, str]) -> bool:
    """Whether the row that looks like a header is one more row of text of the table above.

    It is none if all that tells it from the rows below is that it comes first.
    """
    if at or not _is_below(group, header):
        return False
    first = group[0]
    below = group[1:]
    return not any(
        _is_value(row[column])
        for column in _columns(first)
        if not _is_value(first[column])
        for row in below
        if column < len(row)
    )


def _is_below(group: Sequence[Row], header: dict[int, str]) -> bool:
    columns = [_columns(row) for row in group]
    return bool(header) and all(c <= header.keys() for c in columns) and max(map(len, columns)) > 1


def _labels(group: Sequence[Row], at: int) -> dict[int, str]:
    """Names by column; where several are alike, the wide cells of the row above tell them apart."""
    row = group[at]
    names = {column: row[column] for column in _columns(row)}
    above = group[at - 1] if at else ()
    if len(set(names.values())) < len(names) and len(_columns(above)) > 1:
        wide = ""
        repeated = Counter(names.values())
        for column in names:
            wide = (above[column] if column < len(above) else "") or wide
            if wide and repeated[names[column]] > 1:
                names[column] = f"{wide}, {names[column]}"
    return names


def _line(row: Row, header: dict[int, str]) -> str:
    columns = sorted(_columns(row))
    if not header or (len(columns) == 1 and columns[0] == min(header)):
        return _plain(row)  # what stands alone in the first column is a subtitle or a note
    return CELL_BREAK.join(
        f"{header[column].rstrip(' :')}: {row[column]}" if header.get(column) else row[column]
        for column in columns
    )


def _plain(row: Row) -> str:
    return CELL_BREAK.join(filter(None, row))


def _columns(row: Row) -> set[int]:
    return {column for column, cell in enumerate(row) if cell}


def _is_label(cell: str) -> bool:
    return len(cell) <= LONGEST_LABEL_CHARS and (
        not _is_value(cell) or _YEAR.fullmatch(cell) is not None
    )


def _is_value(cell: str) -> bool:
    """A number, a date, or a sign for none."""
    return (_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell)) is not None
