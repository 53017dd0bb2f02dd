"""Heads, feet and page numbers: lines at the edge of a page that other pages have at that height.

They belong to the paper: in the text they would stand in the middle of a sentence. Numbers in
them may change, left pages may have others than right ones, and chapters theirs.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from ingest.formats.pdf.lines import Line, body_size, leading

FEWEST_PAGES = 3  # a shorter document keeps all of its lines
_MOST_ROWS = 4  # so many in succession are text
_GAP, _LEAST_LEADING = 1.4, 1.15  # of the usual distance of lines, and that of the font size
_LEAST_HEIGHT = 300.0  # points: a page with three lines has a head, too
_EDGE = 0.2  # of the height of the text: heads are above, feet below
_SAME_HEIGHT = 4.0  # points
_SLOT_PAGES, _SLOT_SHARE = 5, 0.3  # pages and their share that make a height the head's own
_MOST_SHARE = 0.5  # of all letters, in heads and feet
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"^\W*(?:page\W+)?[ivxlc]{1,7}\W*$", re.IGNORECASE)


@dataclass
class _Slot:
    """A height at which lines of one font size run: where a chapter's own head stands, too."""

    base: float
    size: float
    pages: set[int] = field(default_factory=set)

    def holds(self, line: Line) -> bool:
        return abs(self.base - line.base) < _SAME_HEIGHT and abs(self.size - line.size) < 0.5


def without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages' lines without heads, feet and page numbers; a document of 1 or 2 pages keeps all.

    What is on the first page stays if it is at the head and no mere number, so that it is in the
    text once.
    """
    if len(pages) < FEWEST_PAGES:
        return [list(page) for page in pages]
    lines = [line for page in pages for line in page]
    body = body_size(lines)
    usual = max(leading(lines), _LEAST_LEADING * body)
    edges = [
        (list(_edge(page, usual, top=True)), list(_edge(page, usual, top=False))) for page in pages
    ]
    repeated = _Repeated(edges, body)
    cleaned = []
    for at, page in enumerate(pages):
        gone: set[int] = set()
        for is_head, rows in zip((True, False), edges[at], strict=True):
            for row in rows:
                running = [line for line in row if repeated.runs(line)]
                if not running:
                    break
                kept = at == 0 and is_head
                gone |= {id(line) for line in running if not kept or _is_number(line)}
        cleaned.append([line for line in page if id(line) not in gone])
    if _letters(cleaned) < (1 - _MOST_SHARE) * _letters(pages):
        return [list(page) for page in pages]  # its pages are alike: forms, tickets
    return cleaned


def _letters(pages: Iterable[Sequence[Line]]) -> int:
    return sum(len(line.text) for page in pages for line in page)


class _Repeated:
    """What stands at the edges of the pages, and how often."""

    def __init__(self, edges: Sequence[tuple[list[list[Line]], ...]], body: float) -> None:
        self._body = body
        self._needed = 2 if len(edges) == FEWEST_PAGES else FEWEST_PAGES
        lines = [line for page in edges for rows in page for row in rows for line in row]
        self._places = _places(lines)
        self._counts: dict[tuple[str, int], int] = {}
        slots: list[_Slot] = []
        for line in lines:
            if self._count(line) >= self._needed:
                slot = next((slot for slot in slots if slot.holds(line)), None)
                if slot is None:
                    slots.append(slot := _Slot(line.base, line.size))
                slot.pages.add(line.page)
        fewest = max(_SLOT_PAGES, _SLOT_SHARE * len(edges))
        self._slots = [slot for slot in slots if len(slot.pages) >= fewest]

    def runs(self, line: Line) -> bool:
        """Whether it is a head or foot: often at that height, or where others of them stand."""
        count = self._count(line)
        if count >= self._needed:
            return True
        is_small_print = abs(line.size - self._body) >= 0.5
        return (count > 1 or is_small_print) and any(slot.holds(line) for slot in self._slots)

    def _count(self, line: Line) -> int:
        """On how many pages such a line stands at this height."""
        key = _likeness(line), round(line.base)
        if key not in self._counts:
            same = self._places[key[0]]
            pages = {page for base, page in same if abs(base - line.base) < _SAME_HEIGHT}
            self._counts[key] = len(pages)
        return self._counts[key]


def _edge(page: Sequence[Line], usual: float, *, top: bool) -> Iterator[list[Line]]:
    """The rows at an edge of the page, from the edge inwards, that a gap parts from the text.

    `usual` is the distance of the text's lines in points: many in succession at it are the text,
    be they as alike on all pages as they may.
    """
    rows = _rows(page, top=top)
    if not rows:
        return
    edge, height = rows[0][0].base, abs(rows[0][0].base - rows[-1][0].base)
    reach = _EDGE * max(height, _LEAST_HEIGHT)
    block: list[list[Line]] = []
    for row, inner in zip_longest(rows, rows[1:]):
        if abs(row[0].base - edge) > reach:
            return
        block.append(row)
        if inner is None or _apart(row[0], inner[0], usual):
            yield from block
            block = []
        elif len(block) == _MOST_ROWS:
            return


def _rows(page: Sequence[Line], *, top: bool) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(page, key=lambda line: -line.base if top else line.base):
        if rows and abs(rows[-1][0].base - line.base) < _SAME_HEIGHT:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _apart(line: Line, inner: Line, usual: float) -> bool:
    other_print = abs(line.size - inner.size) > 0.05 * max(line.size, inner.size)
    return other_print or abs(line.base - inner.base) > _GAP * usual


def _places(lines: Iterable[Line]) -> dict[str, list[tuple[float, int]]]:
    found: dict[str, list[tuple[float, int]]] = {}
    for line in lines:
        found.setdefault(_likeness(line), []).append((line.base, line.page))
    return found


def _likeness(line: Line) -> str:
    """The line without what changes from page to page."""
    if _ROMAN.match(line.text):
        return "#"
    return " ".join(_DIGITS.sub("#", line.text).casefold().split())


def _is_number(line: Line) -> bool:
    return not re.search(r"[^\W#_]", _likeness(line).removeprefix("page"))
