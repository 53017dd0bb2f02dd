"""When a passage or a quotation and an evidence quote are the same words of the same file.

White space is collapsed first, so that the line breaks of a PDF don't count. What follows from
words being the same is decided by the metrics.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

HELD_PERCENT = 60  # of a quote's length that a passage must have in one run
CITED_CHARS = 40  # in one run, or half of the shorter of the two

Origins = Mapping[str, Sequence[str]]
"""All places that a document came from, by the one that its passages and citations name."""
NO_OTHERS: Origins = MappingProxyType({})


def squeezed(text: str) -> str:
    """The text with each run of white space as one space, none at its ends."""
    return " ".join(text.split())


def came_from(origin: str, file: str) -> bool:
    """Whether `file` is the whole origin or the end of it, from the start of a name in its path.

    A member of an archive stands behind its archive's path, or behind "#" after a web address.
    """
    whole, end = _path(origin), _path(file).removeprefix("./").lstrip("/")
    return bool(end) and (
        whole.removeprefix("./").lstrip("/") == end or whole.endswith((f"/{end}", f"#{end}"))
    )


def is_from(origin: str, file: str, origins: Origins) -> bool:
    """Whether the document of this origin came from `file`, there or at another of its places."""
    return any(came_from(place, file) for place in (origin, *origins.get(origin, ())))


def holds(passage: str, quote: str) -> bool:
    """Whether the passage has the quote, `HELD_PERCENT` of its length or more in one run."""
    wanted = squeezed(quote)
    return shares(squeezed(passage), wanted, _part(len(wanted), HELD_PERCENT))


def cites(quotation: str, quote: str) -> bool:
    """Whether they share `CITED_CHARS` characters or half of the shorter in one run."""
    a, b = squeezed(quotation), squeezed(quote)
    return shares(a, b, min(CITED_CHARS, _part(min(len(a), len(b)), 50)))


def shares(a: str, b: str, length: int) -> bool:
    """Whether some run of `length` characters stands in both; False for texts that are empty."""
    short, long = sorted((a, b), key=len)
    if not 0 < length <= len(short):
        return False
    return any(short[at : at + length] in long for at in range(len(short) - length + 1))


def _part(length: int, percent: int) -> int:
    """That part of the length, rounded up: in whole numbers, for 0.6 * 5 may exceed 3."""
    return -(-length * percent // 100)


def _path(name: str) -> str:
    """With slashes, and with accents as one character: some file systems take them apart."""
    return unicodedata.normalize("NFC", name.strip().replace("\\", "/"))
