"""Numbered provisions of laws and treaties as headings: articles, (a), (1), (A), (i), …

The numbering itself says what is under what: a mark of a style seen higher up ends what was
below it, and a mark that neither continues nor begins a numbering is no heading, for then its
place would be a guess.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.types import Heading
from ingest.markdown import one_line

LONGEST_TITLE_CHARS = 80
_MARK = r"\([0-9A-Za-z]{1,5}\)|[a-z]\)|\d{1,3}\."
_PROVISION = re.compile(rf"^(?:#{{1,6}}[ \t]+)?((?:(?:{_MARK})\s*)+)(.*)$", re.MULTILINE)
_ARTICLE = re.compile(r"^(?:article|section|§)\s*\d+[\w.\-]*", re.IGNORECASE)
_ROMAN = re.compile(r"^(?=.)(x{0,3})(ix|iv|v?i{0,3})$")
_UNITS = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}


@dataclass(frozen=True)
class _Mark:
    """A numbering's style ("(lower)", "digit.") and the number that the mark has in it."""

    style: str
    number: int


def with_provisions(text: str, headings: Sequence[Heading]) -> tuple[Heading, ...]:
    """The headings of a law's text, its numbered provisions among them, each under its parent."""
    plain = {heading.start: heading for heading in headings}
    provisions = {found.start(): found for found in _PROVISION.finditer(text)}
    found: list[Heading] = []
    base, stack = 0, list[_Mark]()
    for start in sorted(plain | provisions):
        if start in provisions:
            for mark in re.findall(_MARK, provisions[start][1]):
                stack = _placed(stack, mark)
                if stack:
                    title = one_line(f"{mark} {provisions[start][2].strip()}", LONGEST_TITLE_CHARS)
                    found.append(Heading(start, base + len(stack), title.strip(), mark))
        else:
            base, stack = plain[start].level, []
            article = _ARTICLE.match(plain[start].title)
            found.append(replace(plain[start], label=article[0] if article else None))
    return tuple(found)


def _placed(stack: list[_Mark], mark: str) -> list[_Mark]:
    """The stack with this mark on top; empty if its place cannot be told."""
    readings = list(_readings(mark))
    for at in range(len(stack) - 1, -1, -1):
        for reading in readings:
            if reading.style == stack[at].style and reading.number == stack[at].number + 1:
                if not _begins_roman(reading, readings, stack):
                    return [*stack[:at], reading]
    for reading in readings:
        if reading.number == 1 and all(reading.style != above.style for above in stack):
            return [*stack, reading]
    for at in range(len(stack) - 1, -1, -1):  # a repealed number is missing
        for reading in readings:
            if reading.style == stack[at].style and reading.number > stack[at].number:
                return [*stack[:at], reading]
    return []


def _begins_roman(reading: _Mark, readings: list[_Mark], stack: list[_Mark]) -> bool:
    """Whether (i) after (A) begins clauses rather than continue the letters from (h)."""
    roman = any(other.number == 1 and other is not reading for other in readings)
    return roman and reading.number == 9 and stack[-1].style in ("(UPPER)", "UPPER)")


def _readings(mark: str) -> Iterator[_Mark]:
    """What a mark may mean: "(i)" is the ninth letter or the first roman number."""
    word = mark.strip("().")
    shape = mark.replace(word, "{}")
    if word.isdecimal():
        yield _Mark(shape.format("digit"), int(word))
        return
    case = "UPPER" if word.isupper() else "lower"
    letters = word.lower()
    if len(set(letters)) == 1 and len(letters) <= 2:
        yield _Mark(shape.format(case * len(letters)), ord(letters[0]) - ord("a") + 1)
    roman = _ROMAN.match(letters)
    if roman:
        yield _Mark(shape.format(f"{case} roman"), 10 * len(roman[1]) + _UNITS[roman[2]])
