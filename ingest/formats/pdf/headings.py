"""Headings: the outline's, else short lines that are set larger or bolder than the text.

None rather than wrong ones: where too much is large, nothing is a heading.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Heading, Page
from ingest.content import one_line
from ingest.formats.pdf.paragraphs import Paragraph

MOST_LEVELS = 4
LONGEST_HEADING_CHARS = 150
_LARGER = 1.12  # than the body
_MOST_SHARE = 0.12  # of the letters of a text, in headings
_MOST_LINES = 4
_LETTERS = re.compile(r"[^\W\d_]{2}")
_NUMBERED = re.compile(
    r"^(?:(?:chapter|part|section|annex|appendix)\s+)?(?:\d+(?:\.\d+)*[.:)]?|(?:[IVXLC]+|[A-Z])[.:)])\s+\S",
    re.I,
)
_CONTENTS = re.compile(r"(?:\.{3}|…|_|\. \.)\s*(?:\d{1,3}|[ivxl]+)$")
_SENTENCE_END = re.compile(r"[.,;][\"'”’)]*$|^\W*[a-z]|^[“\"]|[”\"]$")


@dataclass(frozen=True)
class Mark:
    """An entry of the outline: `level` and `page` (None if it is nowhere) count from 0."""

    level: int
    title: str
    page: int | None


def from_outline(marks: Sequence[Mark], pages: Sequence[Page], text: str) -> tuple[Heading, ...]:
    """The outline's entries where their titles begin a line, else where their pages begin."""
    found = []
    for mark in marks:
        if mark.page is not None and mark.page < len(pages) and mark.title.strip():
            page = pages[mark.page]
            words = r"\s+".join(map(re.escape, mark.title.split()))
            line = re.compile(rf"^[ \t]*(?:[\d.]+[ \t]+)?{words}", re.IGNORECASE | re.MULTILINE)
            stands = line.search(text, page.start, page.end)
            start = stands.start() if stands else page.start
            found.append(Heading(start, mark.level + 1, one_line(mark.title)))
    return tuple(sorted(found, key=lambda heading: heading.start))


def from_print(starts: Sequence[tuple[int, Paragraph]], body: float) -> tuple[Heading, ...]:
    """Short paragraphs larger than the body's size (points), then bold ones that stand alone.

    A level for each size that recurs: one that stands once goes with the next larger that does.
    """
    ranked = [(at, part, _rank(part, body)) for at, part in starts]
    found = []
    for place, (at, part, rank) in enumerate(ranked):
        if rank and (rank > body or _above_text(ranked, place)):
            found.append((at, part, rank))
    letters = sum(len(part.text) for _, part in starts)
    if sum(len(part.text) for _, part, _ in found) > _MOST_SHARE * letters:
        return ()
    counts = Counter(rank for _, _, rank in found)
    recurring = sorted((rank for rank in counts if counts[rank] > 1), reverse=True)
    sizes = (recurring or sorted(counts, reverse=True))[:MOST_LEVELS]
    levels = {rank: 1 + sum(size > rank for size in sizes) for rank in counts}
    return tuple(
        Heading(at, min(levels[rank], MOST_LEVELS), one_line(part.text)) for at, part, rank in found
    )


def _above_text(ranked: Sequence[tuple[int, Paragraph, float]], place: int) -> bool:
    """Whether plain text follows at the same margin, as under a heading: else it is a list in
    bold, or words that are set apart."""
    part = ranked[place][1]
    if place + 1 == len(ranked):
        return False
    _, following, rank = ranked[place + 1]
    first, below = part.lines[0], following.lines[0]
    if rank or below.bold or below.page != first.page or following.is_note:
        return bool(_NUMBERED.match(part.text)) and not following.is_note
    return below.base < first.base and abs(below.left - first.left) < 3 * first.size


def _rank(part: Paragraph, body: float) -> float:
    """The size that orders headings, rounded; 0 if it is none."""
    text, first = part.text, part.lines[0]
    size = min(line.size for line in part.lines)
    if part.is_note or first.is_row or len(part.lines) > _MOST_LINES or size < 0.95 * body:
        return 0
    if len(text) > LONGEST_HEADING_CHARS or not _LETTERS.search(text) or _CONTENTS.search(text):
        return 0
    if _SENTENCE_END.search(text) and not _NUMBERED.match(text):
        return 0
    if size >= _LARGER * body:
        return max(round(size), body + 0.01)
    bold = all(line.bold for line in part.lines) and len(part.lines) <= 2
    return body if bold and not text.endswith((".", ",")) else 0
