"""The numbers of list items and headings in Word files, which the text itself does not hold.

Word computes them from the list definitions as it shows a file; so does this, for numbers and
letters. What a list counts in words is shown in digits.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BULLET = "•"
_LARGEST_ROMAN = 3999
_MOST_LETTERS = 30
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True)
class _Level:
    """How one level of a list counts: `shown` has %1 to %9 for the numbers of the levels."""

    kind: str = "bullet"
    shown: str = ""
    start: int = 1
    style: str = ""


@dataclass(frozen=True)
class _List:
    """A list in use: its definition's id and levels, and where it starts anew."""

    definition: str
    levels: Mapping[int, _Level]
    restarts: Mapping[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the items of all lists of a document, met in its order; made for one reading."""

    def __init__(self, part: etree._Element | None) -> None:
        self._lists = {} if part is None else _lists(part)
        self._counts: dict[str, dict[int, int]] = {}
        self._met: set[str] = set()

    def level_of(self, list_id: str, style: str) -> int:
        """The level that a paragraph style stands for in a list."""
        found = self._lists.get(list_id)
        levels = found.levels if found else {}
        return next((at for at, level in levels.items() if level.style == style), 0)

    def label(self, list_id: str, level: int) -> str:
        """The next item's number as shown ("2.1", "(a)"), or a bullet; empty outside of lists."""
        if list_id in ("", "0"):
            return ""
        found = self._lists.get(list_id)
        if found is None:
            return BULLET
        counts = self._counts.setdefault(found.definition, {})
        if list_id not in self._met:
            self._met.add(list_id)
            counts.update({at: start - 1 for at, start in found.restarts.items()})
        counts[level] = counts.get(level, _start(found, level) - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        own = found.levels.get(level, _Level())
        if own.kind == "bullet":
            return BULLET
        return re.sub(
            r"%([1-9])",
            lambda place: _number(found, counts, int(place[1]) - 1, is_own=own),
            own.shown,
        ).strip()


def roman(number: int) -> str:
    """In small letters: 4 is iv."""
    if not 0 < number <= _LARGEST_ROMAN:
        return str(number)
    shown = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        shown += letters * times
    return shown


def _number(found: _List, counts: Mapping[int, int], at: int, is_own: _Level) -> str:
    number = counts.get(at, _start(found, at))
    kind = found.levels.get(at, is_own).kind
    if kind in ("lowerRoman", "upperRoman"):
        return roman(number) if kind == "lowerRoman" else roman(number).upper()
    if kind in ("lowerLetter", "upperLetter"):
        letters = _letters(number)
        return letters if kind == "lowerLetter" else letters.upper()
    if kind == "none":
        return ""
    return f"{number:02}" if kind == "decimalZero" else str(number)


def _letters(number: int) -> str:
    """a to z, then aa to zz, as Word counts."""
    times, at = divmod(number - 1, 26)
    return chr(ord("a") + at) * (times + 1) if 0 <= times < _MOST_LETTERS else str(number)


def _start(found: _List, level: int) -> int:
    return found.levels.get(level, _Level()).start


def _lists(part: etree._Element) -> dict[str, _List]:
    """By the ids that paragraphs name."""
    definitions = {
        one.get(f"{W}abstractNumId", ""): _levels(one) for one in part.iter(f"{W}abstractNum")
    }
    lists = {}
    for one in part.iter(f"{W}num"):
        definition = value(one, "abstractNumId")
        overrides = list(one.iterchildren(f"{W}lvlOverride"))
        restarts = {
            number(override.get(f"{W}ilvl", "")): number(value(override, "startOverride"), 1)
            for override in overrides
            if value(override, "startOverride")
        }
        levels = dict(definitions.get(definition, {}))
        for override in overrides:
            levels |= _levels(override)
        lists[one.get(f"{W}numId", "")] = _List(definition, levels, restarts)
    return lists


def _levels(element: etree._Element) -> dict[int, _Level]:
    return {
        number(level.get(f"{W}ilvl", "")): _Level(
            kind=value(level, "numFmt") or "decimal",
            shown=value(level, "lvlText"),
            start=number(value(level, "start"), 1),
            style=value(level, "pStyle"),
        )
        for level in element.iterchildren(f"{W}lvl")
    }


def value(element: etree._Element, path: str) -> str:
    """What the element at the path of names ("pPr/pStyle") holds; empty if it is not there."""
    found = element.find("/".join(f"{W}{name}" for name in path.split("/")))
    return "" if found is None else found.get(f"{W}val", "")


def number(text: str, otherwise: int = 0) -> int:
    """A whole number of at most nine digits, or what stands in for a wrong one."""
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise
