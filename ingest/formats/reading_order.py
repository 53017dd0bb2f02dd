"""Lines found on a picture of a page, put into the order in which they are read.

Columns of prose are kept apart and read one after the other; what stands side by side otherwise
(a table's cells, a form's label and its answer) is one row. Where lines are, and what words they
hold, is found by `recognition`; this knows only their boxes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles

_FEWEST_COLUMN_LINES = 4
_PROSE_ASPECT = 7.0  # width by height of a line of prose, some 15 characters; cells are shorter
_MOST_CROSSING = 0.3  # of the lines: titles, and figures over both columns
_SIDEWAYS = 3.0  # height by width of a line up the margin: a stamp, which is read last
_SAME_ROW = 0.5  # of the lower line's height that two lines of one row have in common
_PARAGRAPH_PITCH = 1.4  # of the usual distance between rows
_LINE_END_HYPHEN = re.compile(r"([^\W\d_]+)[-‐\xad]\n([^\W\d_]+)(\S*)[ \n]?")


@dataclass(frozen=True)
class Line:
    """Words in an upright box; coordinates in pixels grow to the right and downwards."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.top + self.bottom) / 2


def in_reading_order(lines: Sequence[Line]) -> str:
    """The page's text: a line each row, a blank line between paragraphs and columns."""
    if not lines:
        return ""
    sideways = [[line] for line in lines if line.height > _SIDEWAYS * line.width]
    upright = [line for line in lines if line.height <= _SIDEWAYS * line.width]
    blocks = [_rows(block) for block in [*_blocks(upright), *sideways] if block]
    pitch = _usual_pitch([row for rows in blocks for row in [*rows, None]])
    return _joined_words("\n\n".join(_paragraphs(rows, pitch) for rows in blocks))


def _blocks(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Runs of lines that are read from top to bottom: columns, and what spans them."""
    gutter = _gutter(lines)
    if gutter is None:
        yield lines
        return
    band: list[Line] = []
    spanning: list[Line] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if line.left < gutter < line.right:
            if band:
                yield from _columns(band, gutter)
            band = []
            spanning.append(line)
        else:
            if spanning:
                yield spanning
            spanning = []
            band.append(line)
    yield from _columns(band, gutter)
    if spanning:
        yield spanning


def _columns(band: Sequence[Line], gutter: float) -> Iterator[Sequence[Line]]:
    for side in _sides(band, gutter):
        if side:
            yield from _blocks(side)


def _sides(lines: Sequence[Line], gutter: float) -> tuple[list[Line], list[Line]]:
    return [a for a in lines if a.right <= gutter], [a for a in lines if a.left >= gutter]


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where two columns of prose part, None if they don't; the middle of the clearest strip."""
    if len(lines) < 2 * _FEWEST_COLUMN_LINES:
        return None
    edge, end = min(line.left for line in lines), max(line.right for line in lines)
    step = median(line.height for line in lines) / 4
    places = [edge + step * n for n in range(1, int((end - edge) / step))]
    crossing = [sum(line.left < x < line.right for line in lines) for x in places]
    parted = [
        (count, n)
        for n, count in enumerate(crossing)
        if count <= _MOST_CROSSING * len(lines)
        and all(map(_is_column, _sides(lines, places[n])))
        and _abreast(*_sides(lines, places[n]))
    ]
    if not parted:
        return None
    fewest = min(parted)[0]
    first = min(n for count, n in parted if count == fewest)
    last = first
    while (fewest, last + 1) in parted:
        last += 1
    return places[(first + last) // 2]


def _is_column(lines: Sequence[Line]) -> bool:
    """Whether it is prose: enough lines, and most of them long."""
    return (
        len(lines) >= _FEWEST_COLUMN_LINES
        and median(line.width / max(line.height, 1.0) for line in lines) >= _PROSE_ASPECT
    )


def _abreast(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Whether the two stand side by side, and not one below the other."""
    top = max(min(line.middle for line in side) for side in (left, right))
    bottom = min(max(line.middle for line in side) for side in (left, right))
    both = [sum(top <= line.middle <= bottom for line in side) for side in (left, right)]
    return min(both) >= _FEWEST_COLUMN_LINES


@dataclass(frozen=True)
class _Row:
    text: str
    middle: float


def _rows(block: Sequence[Line]) -> list[_Row]:
    """The lines side by side as one, from left to right; rows from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(block, key=lambda line: line.middle):
        if rows and _beside(rows[-1][-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [
        _Row(
            " ".join(line.text for line in sorted(row, key=lambda line: line.left)),
            median(line.middle for line in row),
        )
        for row in rows
    ]


def _beside(one: Line, other: Line) -> bool:
    common = min(one.bottom, other.bottom) - max(one.top, other.top)
    return common >= _SAME_ROW * min(one.height, other.height)


def _usual_pitch(rows: Sequence[_Row | None]) -> float:
    """The distance between rows of one paragraph: most rows are in one with the next."""
    pitches = [below.middle - row.middle for row, below in pairwise(rows) if row and below]
    if len(pitches) < 2:
        return max(pitches, default=0.0)
    return quantiles(pitches, n=3)[0]


def _paragraphs(rows: Sequence[_Row], usual: float) -> str:
    own = _usual_pitch(rows) if len(rows) > _FEWEST_COLUMN_LINES else usual
    text = rows[0].text
    for row, below in pairwise(rows):
        is_far = below.middle - row.middle > _PARAGRAPH_PITCH * own
        text += ("\n\n" if is_far else "\n") + below.text
    return text


def _joined_words(text: str) -> str:
    """Words broken at line ends made whole; a compound that stands unbroken too keeps its hyphen.

    The rest of the word goes up to the first line, and the line ends after it.
    """

    def whole(found: re.Match[str]) -> str:
        first, rest, after = found.groups()
        if not rest[0].islower():
            return found[0]
        hyphen = "-" if f"{first}-{rest}".lower() in known else ""
        return f"{first}{hyphen}{rest}{after}\n"

    known = text.lower()
    return _LINE_END_HYPHEN.sub(whole, text)
