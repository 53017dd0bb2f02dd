"""Lines become paragraphs, each of one page; notes at its foot are told from the text.

Conservative: a line that may go on is taken to do so, for a paragraph too long is no harm, and a
sentence in two is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.formats.pdf.hyphens import parted, plain
from ingest.formats.pdf.lines import Line, leading

_ENDED = re.compile(r"[.!?:;…。！？][\"'”’»)\]\d]*$")
_CLOSED = re.compile(r"[.!?…。！？][\"'”’»)\]\d]*$")
_OPEN = re.compile(r"[^\W\d_],?$")
_ITEM = re.compile(
    r"^(?:[•●○▪■□◦‣➢✓]|[–—*-]\s|\(?(?:\d{1,3}|[a-z]{1,4}|[A-Z])[.)]\s|\d+(?:\.\d+)+\s)"
)
_NOTE_MARK = re.compile(r"^(?:\d{1,3}|[*†‡§¶∗]{1,2}|[a-z])(?=\W|[A-Z])")
_LOOSE = 1.35  # of the usual distance between lines: a wider one parts paragraphs
_OTHER_SIZE = 0.08  # of the font size
_NOTE_SIZE = 0.93  # of the body's


@dataclass(frozen=True)
class Paragraph:
    """Lines of one page that belong together: a paragraph's, a heading's, a table's rows."""

    lines: tuple[Line, ...]
    is_note: bool = False

    @property
    def text(self) -> str:
        """On one line, as it is read."""
        return " ".join(plain(line.text) for line in self.lines)

    def stands_out_from(self, other: "Paragraph") -> bool:
        """Whether it is set larger or bolder, as the other's heading would be."""
        mine, its = self.lines[0], other.lines[0]
        larger = mine.size > (1 + _OTHER_SIZE) * its.size
        return len(self.lines) < 4 and (larger or mine.bold > its.bold)


def paragraphs_of(
    lines: Sequence[Line], body: float, aside: Sequence[Line] = ()
) -> list[Paragraph]:
    """A page's paragraphs in reading order, its notes last."""
    step = leading(lines)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not _parts(groups[-1], line, step):
            groups[-1].append(line)
        else:
            groups.append([line])
    notes = _notes(groups, body)
    found = [Paragraph(tuple(group)) for at, group in enumerate(groups) if at not in notes]
    found += [Paragraph(tuple(groups[at]), is_note=True) for at in sorted(notes)]
    return found + [Paragraph((line,), is_note=True) for line in aside]


def runs_on(before: Paragraph, after: Paragraph) -> bool:
    """Whether the second is the rest of the first, on a new page or in a new column."""
    return _goes_on(before.lines, after.lines[0])


def _goes_on(lines: Sequence[Line], line: Line) -> bool:
    last = lines[-1]
    if last.is_row or line.is_row or _ENDED.search(last.text) or _ITEM.match(line.text):
        return False
    if parted(last.text):
        return True
    if abs(last.size - line.size) > _OTHER_SIZE * line.size or last.bold != line.bold:
        return False
    letter = next((char for char in line.text if char.isalnum()), "")
    if letter.islower():
        return True
    whole = (
        len(last.text) > 30 and last.right >= max(each.right for each in lines) - 0.2 * last.width
    )
    return whole and not last.bold


def _parts(lines: Sequence[Line], line: Line, step: float) -> bool:
    """Whether a new paragraph begins with the line."""
    last = lines[-1]
    if last.is_row or line.is_row:
        return last.is_row != line.is_row or line.base > last.base
    drop = last.base - line.base
    if abs(drop) < 0.6 * max(line.size, last.size) and line.left > last.left:
        return False  # a raised figure, drawn apart
    if drop < -0.5 * line.size or drop > max(3 * step, 4 * line.size):
        return not _goes_on(lines, line)  # another column
    if drop < 2.5 * line.size and _in_mid_sentence(last, line):
        return False
    if abs(last.size - line.size) > _OTHER_SIZE * max(last.size, line.size):
        return True
    if last.bold and not line.bold and _stands_alone(lines, line):
        return True
    if step and drop > max(_LOOSE * step, 1.35 * line.size):
        return True
    if _ITEM.match(line.text) and not line.text[0].isalnum():
        return True
    if not _CLOSED.search(last.text):
        return False
    indent = line.left - last.left
    indented = 0.8 * line.size < indent < 6 * line.size and len(lines) > 1
    return indented or bool(_ITEM.match(line.text)) or last.right < line.right - 3 * line.size


def _in_mid_sentence(last: Line, line: Line) -> bool:
    """Whether a sentence plainly goes on, in whatever print."""
    alike = abs(last.size - line.size) < 0.3 * max(last.size, line.size)
    return alike and line.text[0].islower() and bool(_OPEN.search(last.text))


def _stands_alone(lines: Sequence[Line], line: Line) -> bool:
    """Whether bold lines stand above plain ones, and are no bold beginning of a sentence."""
    last = lines[-1]
    begins = line.text[:1].isupper() or not line.text[:1].isalpha()
    return begins and all(each.bold for each in lines) and not parted(last.text)


def _notes(groups: Sequence[Sequence[Line]], body: float) -> set[int]:
    """Which groups are notes at the foot: in small print, from a note's mark on, nothing below."""
    found: set[int] = set()
    pending: list[int] = []
    for at, group in enumerate(groups):
        small = max(line.size for line in group) <= _NOTE_SIZE * body and not group[0].is_row
        if pending and group[0].base > groups[pending[-1]][-1].base:
            found.update(pending)  # the next column begins
            pending = []
        if small and (pending or _NOTE_MARK.match(group[0].text)):
            pending.append(at)
        else:
            pending = []
    found.update(pending)
    return found if len(found) < len(groups) else set()
