"""What stands on a page: lines of words with their places, in points of the page as it is read.

Left to right is `left` to `right`, from the foot of the page up is `base`, whatever way the page
or its text is turned. Nothing here knows of PDFium; nothing there knows of columns.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

# the end of a line at a hyphen: what PDFium writes there, until `hyphens` joins the word
HYPHEN = "\ufffe"


@dataclass(frozen=True, slots=True)
class Line:
    """Words side by side; `page` counts from 0, `base` is what the letters stand on.

    `size` is the font's in points, `bold` if its first and last letters are; `is_row` for the
    cells of a table's row, already joined.
    """

    text: str
    page: int
    left: float
    right: float
    base: float
    size: float
    bold: bool = False
    is_row: bool = False

    @property
    def width(self) -> float:
        return self.right - self.left

    def level_with(self, other: "Line") -> bool:
        """Whether both stand on one line of the page; a small raised figure does."""
        raised = 0.58 if abs(self.size - other.size) > 0.15 * self.size else 0.45
        return abs(self.base - other.base) < raised * max(self.size, other.size)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page, `height` points high: its lines in the order in which the file draws them.

    `aside` are lines that run another way than the rest: the side of a chart, a stamp.
    """

    number: int
    height: float
    lines: tuple[Line, ...]
    aside: tuple[Line, ...] = ()


def joined(lines: Iterable[Line], between: str = " ") -> Line:
    """Lines side by side as one, from left to right; it is as the longest of them is."""
    parts = sorted(lines, key=lambda line: line.left)
    if len(parts) == 1:
        return parts[0]
    longest = max(parts, key=lambda line: len(line.text))
    text = parts[0].text
    for before, line in pairwise(parts):
        if before.text.endswith(HYPHEN):  # a hyphen in the middle of a line is one
            text = f"{text.removesuffix(HYPHEN)}-{line.text}"
        else:
            near = line.left - before.right < 0.12 * longest.size and between == " "
            text = f"{text}{'' if near else between}{line.text}"
    right = max(line.right for line in parts)
    return replace(longest, text=text, left=parts[0].left, right=right)


def body_size(lines: Iterable[Line]) -> float:
    """The font size (points) in which most of the letters are set; 0 for no lines."""
    letters: dict[float, int] = {}
    for line in lines:
        size = round(line.size * 2) / 2
        letters[size] = letters.get(size, 0) + len(line.text)
    return max(letters, key=lambda size: letters[size], default=0.0)


def leading(lines: Iterable[Line]) -> float:
    """The usual distance from line to line in points; 0 where none can be told."""
    steps = []
    before: Line | None = None
    for line in lines:
        if before is not None and before.page == line.page:
            step = before.base - line.base
            if 0.8 * line.size < step < 3 * line.size:
                steps.append(step)
        before = line
    return median(steps) if steps else 0.0
