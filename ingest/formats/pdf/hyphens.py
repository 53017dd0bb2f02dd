"""Words that the end of a line parts are made whole; the hyphen of a real compound stays.

The document's own words decide first, then a small rule. Which lines follow one another, others
say.
"""

import re
from collections import Counter
from collections.abc import Iterable

from ingest.formats.pdf.lines import HYPHEN, Line

_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_ADDRESS = re.compile(r"(?:://|www\.|@)\S*$")
_LAST = re.compile(r"([^\W_]+)$")
_FIRST = re.compile(r"^([^\W_]+)(\S*)\s*")
_KEEPING = frozenset(
    "anti non self cross ex half well multi pre post co semi quasi all high low long short full"
    " part mid off by vice".split()
)
# a word that begins so is one word more often than two
_OPENING = frozenset(
    "there where some any every over under with more further never none how what out up through"
    " which who news when".split()
)


def words_of(pages: Iterable[Iterable[Line]]) -> Counter[str]:
    """How often each word stands whole in the document: no line's end tells how one is written."""
    words: Counter[str] = Counter()
    for page in pages:
        for line in page:
            text = line.text.casefold()
            if text.endswith((HYPHEN, "-")):
                text = text.rpartition(" ")[0]
            words.update(_WORD.findall(text))
    return words


def parted(line: str) -> bool:
    """Whether a line ends at a hyphen within a word."""
    return line.endswith((HYPHEN, "-", "‐")) and bool(_LAST.search(line[:-1]))


def rejoined(line: str, following: str, words: Counter[str]) -> tuple[str, str]:
    """Both lines, a word that the line's end parts whole on the first; a real hyphen stays."""
    last, first = _LAST.search(line[:-1]), _FIRST.search(following)
    if not (parted(line) and last and first):
        return plain(line), following
    is_address = bool(_ADDRESS.search(line))
    compound = is_address or _is_compound(last[1].casefold(), first[1], words)
    hyphen = "-" if compound else ""
    return f"{line[:-1]}{hyphen}{first[1]}{first[2]}", following[first.end() :]


def plain(line: str) -> str:
    """The line with the hyphen at its end, if any, as it is printed."""
    return line.replace(HYPHEN, "-")


def _is_compound(before: str, written: str, words: Counter[str]) -> bool:
    """Whether the hyphen is the word's own: the document's words say so, else a small rule."""
    after = written.casefold()
    whole, compound = words[before + after], words[f"{before}-{after}"]
    if whole or compound:
        return compound > whole
    if not (before + after).isalpha() or written[0].isupper() or len(before) == 1:
        return True
    if before in _KEEPING:
        return words[after] > 0
    both = min(len(before), len(after)) > 3 and words[before] and words[after]
    return bool(both) and before not in _OPENING
