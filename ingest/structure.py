"""Numbered provisions of laws and treaties as headings: articles, (a), (1), (A), (i), …

The numbering itself says what is under what: a mark of a style seen higher up ends what was
below it, and a mark that neither continues nor begins a numbering is no heading, for then its
place would be a guess. The styles' order is that of the drafting manuals of the US Congress.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.types import Heading
from ingest.content import one_line

LONGEST_TITLE_CHARS = 80
_MARK = r"\([0-9A-Za-z]{1,5}\)|[a-z]\)|\d{1,3}\.(?!\d)"
_PROVISION = re.compile(rf"^(#{{1,6}}[ \t]+)?((?:(?:{_MARK})[ \t]*)+)(.*)$", re.MULTILINE)
ARTICLE = re.compile(r"^(?:article|section|§)\s*\d+[\w.\-]*", re.IGNORECASE)
_ROMAN = re.compile(r"^(?=.)(x{0,3})(ix|iv|v?i{0,3})$")
_UNITS = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
# what a roman numbering divides: (A)(i)(I)
_ABOVE_ROMAN = {
    "(lower roman)": "(UPPER)",
    "(UPPER roman)": "(lower roman)",
    "lower roman)": "UPPER)",
}


@dataclass(frozen=True)
class _Mark:
    """A numbering's style ("(lower)", "digit.") and the number that the mark has in it."""

    style: str
    number: int


@dataclass(frozen=True)
class _Provision:
    """A mark that begins a line at `start`; `is_heading` if the line is a Markdown heading."""

    start: int
    mark: str
    title: str
    is_heading: bool


def with_provisions(text: str, headings: Sequence[Heading]) -> tuple[Heading, ...]:
    """The headings of a law's text, its numbered provisions among them, each under its parent."""
    plain = {heading.start: heading for heading in headings}
    lines = {found.start(): found for found in _PROVISION.finditer(text)}
    provisions = tuple(mark for line in lines.values() for mark in _provisions(line))
    found: list[Heading] = []
    base, stack, at = 0, list[_Mark](), 0
    for start in sorted(plain | lines):
        if start not in lines:
            base, stack = plain[start].level, []
            article = ARTICLE.match(plain[start].title)
            found.append(replace(plain[start], label=article[0] if article else None))
        while at < len(provisions) and provisions[at].start == start:
            provision, coming = provisions[at], provisions[at + 1 :]
            stack = _placed(stack, provision, coming)
            if stack:
                level = base + len(stack)
                found.append(Heading(start, level, provision.title, provision.mark))
            at += 1
    return tuple(found)


def _provisions(line: re.Match[str]) -> Iterator[_Provision]:
    """The marks that begin a line, the last with the words that follow: "(ii) (I) who has …"."""
    is_heading, marks, words = line.groups()
    *outer, last = re.findall(_MARK, marks)
    for mark in outer:
        yield _Provision(line.start(), mark, mark, bool(is_heading))
    title = one_line(f"{last} {words}", LONGEST_TITLE_CHARS)
    yield _Provision(line.start(), last, title, bool(is_heading))


def _placed(stack: list[_Mark], provision: _Provision, coming: Sequence[_Provision]) -> list[_Mark]:
    """The stack with this provision on top; empty if its place cannot be told."""
    readings = list(_readings(provision.mark))
    depths = range(len(stack) - 1, -1, -1)
    for at in depths:
        for reading in readings:
            follows = reading == replace(stack[at], number=stack[at].number + 1)
            if follows and not _begins_roman(reading, readings, stack, coming):
                return [*stack[:at], reading]
    for reading in readings:
        if reading.number == 1 and all(reading.style != above.style for above in stack):
            return [*stack, reading]
    for at in depths:  # a repealed number is missing
        for reading in readings:
            if reading.style == stack[at].style and reading.number > stack[at].number:
                return [*stack[:at], reading]
    # its author calls it a heading: what stood before it is not in this text
    return readings[:1] if provision.is_heading and not stack else []


def _begins_roman(
    letter: _Mark, readings: list[_Mark], stack: list[_Mark], coming: Sequence[_Provision]
) -> bool:
    """Whether (i) after (h)(1)(A) begins clauses rather than continue the letters from (h).

    Both can be: then it is told by which of (ii) and (j) comes first.
    """
    for roman in readings:
        if roman.number == 1 and _ABOVE_ROMAN.get(roman.style) == stack[-1].style:
            for later in coming:
                marks = tuple(_readings(later.mark))
                if replace(roman, number=2) in marks:
                    return True
                if replace(letter, number=letter.number + 1) in marks:
                    return False
            return True
    return False


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
