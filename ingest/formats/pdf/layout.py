"""The lines of a sheet in the order in which they are read.

The file's own order is trusted, for most programs write as one reads. It is left where geometry
says otherwise: where the lines of two columns come side by side, or a foot before its page. What
a sentence or a paragraph is, others say.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median

from ingest.formats.pdf.lines import Line, joined
from ingest.formats.pdf.tables import Row, with_tables

_FEWEST_LINES = 3  # in a column
_MOST_LINES = 1_500  # a page with more is a map or a plan
_COLUMN_CHARS = 14  # of a usual line: less is a column of a table, or marks on the margin
_FILLED = 0.5  # of the column's width, by a usual line of prose
_DISORDER = 0.25  # of the lines: above it the file's order is none
_SAME_ROW_GAP = 0.6  # of the font size, between words of one line that were drawn apart
_BEFORE = (0.1, 6.0)  # points from the gutter to a column: some of its lines begin earlier
_TABLE_LIKE = 0.8  # of the cells: so many begin level with what stands at their left
_DEEPEST = 4  # columns in columns

_Sides = tuple[list[Line], list[Line]]


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Whole lines as they are read; a table's row is one line."""
    rows = _rows(lines)
    if any(len(row) > 2 for row in rows):  # before columns are looked for, they would cut it
        rows = with_tables(rows, one_may_be_long=False)
    return list(_region([line for row in rows for line in row], 0))


def _region(lines: Sequence[Line], depth: int) -> Iterator[Line]:
    """Columns from left to right between the lines that run over all of them."""
    gutter = _gutter(lines) if depth < _DEEPEST else None
    if gutter is None:
        yield from _column(lines)
        return
    plain: list[Line] = []
    for band, sides in _bands(lines, gutter):
        if sides is None:
            plain += band
            continue
        yield from _region(plain, depth + 1)
        plain = []
        for side in sides:
            yield from _region(side, depth + 1)
    yield from _region(plain, depth + 1)


def _column(lines: Sequence[Line]) -> list[Line]:
    """One text: the file's order, repaired where it goes astray."""
    rows = with_tables(_mended(_rows(lines)))
    return [joined(row) for row in rows]


def _rows(lines: Sequence[Line]) -> list[Row]:
    """What stands side by side and was drawn one after the other."""
    rows: list[Row] = []
    for line in lines:
        last = rows[-1] if rows else None
        if (
            last
            and not line.is_row
            and not last[-1].is_row
            and line.left > last[-1].right - 0.5 * line.size
            and line.level_with(max(last, key=lambda cell: cell.width))
        ):
            last.append(line)
        else:
            rows.append([line])
    return [_closed_up(row) for row in rows]


def _closed_up(row: Row) -> Row:
    """Words of one line that were drawn apart are one again, a raised figure too."""
    closed = row[:1]
    for line in row[1:]:
        if line.left - closed[-1].right < _SAME_ROW_GAP * line.size:
            closed[-1] = joined([closed[-1], line])
        else:
            closed.append(line)
    return closed


def _mended(rows: list[Row]) -> list[Row]:
    """The rows from top to bottom if their order is none, else with a stray first and last put
    right."""
    if len(rows) < 2:
        return rows
    back = sum(_goes_back(a, b) for a, b in pairwise(rows))
    if back > max(2, _DISORDER * len(rows)):
        return _levelled(sorted(rows, key=lambda row: (-row[0].base, row[0].left)))
    at = 0
    lowest = min(row[0].base for row in rows)
    while at < len(rows) - 1 and rows[at][0].base <= lowest:
        at += 1  # a foot that is drawn before its page
        lowest = min(row[0].base for row in rows[at:])
    rows = rows[at:] + rows[:at][::-1]
    end = len(rows)
    while end > 1 and rows[end - 1][0].base > max(row[0].base for row in rows[: end - 1]):
        end -= 1  # a head that is drawn after it
    return rows[end:][::-1] + rows[:end]


def _goes_back(above: Row, below: Row) -> bool:
    """Whether the second row stands above the first, and not in another column."""
    a, b = above[0], below[0]
    rises = b.base > a.base + 0.5 * b.size
    return rises and b.left < above[-1].right and a.left < below[-1].right


def _levelled(rows: list[Row]) -> list[Row]:
    """Rows from top to bottom as rows again, with what stands at one height side by side."""
    levels: list[Row] = []
    for row in rows:
        if levels and levels[-1][0].level_with(row[0]):
            levels[-1] += row
        else:
            levels.append(list(row))
    return _rows([line for level in levels for line in sorted(level, key=lambda line: line.left)])


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where a right column of prose begins beside a left one; None where there are none."""
    if not 2 * _FEWEST_LINES <= len(lines) <= _MOST_LINES:
        return None
    begin = min(line.left for line in lines)
    width = max(line.right for line in lines) - begin
    starts: dict[int, list[float]] = {}
    for line in lines:
        if line.left > begin + 0.15 * width and not line.is_row:
            starts.setdefault(round(line.left / 6), []).append(line.left)
    best, most = None, 0
    for lefts in sorted(starts.values(), key=len, reverse=True):
        if len(lefts) >= _FEWEST_LINES:
            for before in _BEFORE:
                gutter = min(lefts) - before
                weight = _parted(lines, gutter, most)
                if weight > most:
                    best, most = gutter, weight
    return best


def _parted(lines: Sequence[Line], gutter: float, most: int) -> int:
    """How many lines the gutter parts into columns, those of the shorter side; 0 if not more
    than `most`, which is soon told."""
    left = sum(line.right <= gutter for line in lines)
    right = sum(line.left >= gutter for line in lines)
    if min(left, right) <= max(most, _FEWEST_LINES - 1):
        return 0
    bands = _bands(lines, gutter)
    return sum(min(map(len, sides)) for _, sides in bands if sides is not None)


def _bands(lines: Sequence[Line], gutter: float) -> Iterator[tuple[list[Line], _Sides | None]]:
    """From top to bottom what runs over the gutter, and what it parts: two columns, or not."""
    ranks = {id(line): at for at, line in enumerate(lines)}
    from_top = sorted(lines, key=lambda line: -line.base)
    for crosses, run in groupby(from_top, key=lambda line: line.left < gutter < line.right):
        band = sorted(run, key=lambda line: ranks[id(line)])
        left = [line for line in band if line.right <= gutter]
        right = [line for line in band if line.left >= gutter]
        parted = not crosses and _are_columns(left, right) and not _are_cells(band, gutter)
        yield band, (left, right) if parted else None


def _are_columns(left: list[Line], right: list[Line]) -> bool:
    if min(len(left), len(right)) < _FEWEST_LINES:
        return False
    if not (_is_prose(left) and _is_prose(right)):
        return False
    lowest = [min(line.base for line in side) for side in (left, right)]
    highest = [max(line.base for line in side) for side in (left, right)]
    return min(highest) >= max(lowest)  # else one stands below the other


def _is_prose(side: list[Line]) -> bool:
    """Whether its usual line is long, and fills the width."""
    whole = [joined(row) for row in _rows(side)]
    width = max(line.right for line in whole) - min(line.left for line in whole)
    return (
        len(whole) >= _FEWEST_LINES
        and median(len(line.text) for line in whole) >= _COLUMN_CHARS
        and median(line.width for line in whole) >= _FILLED * width
    )


def _are_cells(band: list[Line], gutter: float) -> bool:
    """Whether they are cells of a table's rows: drawn in turns, each level with the one before.

    The lines of two columns may be drawn in turns as well, but then each turn is of one line.
    """
    turns = [list(run) for _, run in groupby(band, key=lambda line: line.left >= gutter)]
    if len(turns) < 4 or len(band) < 1.6 * len(turns):
        return False
    pairs = [(a[0], b[0]) for a, b in pairwise(turns) if b[0].left >= gutter]
    level = [a.level_with(b) for a, b in pairs]
    return sum(level) >= _TABLE_LIKE * len(pairs)
