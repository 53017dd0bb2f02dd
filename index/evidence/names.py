"""The names and numbers of a text, and which of them another text does not mention."""

import re
from collections.abc import Sequence, Set

from index.search import STOP_WORDS, words_of

_NAME_OR_NUMBER = re.compile(r"[^\W_]+(?:[.,/][^\W_]+)*")
_RUN = re.compile(r"[A-Z][\w’'-]+(?:\s+(?:(?:of|and|the|for|on)\s+)*[A-Z][\w’'-]+)+")
_LONGEST_ACRONYM = 6


def names_and_numbers(text: str) -> tuple[str, ...]:
    """Words with a digit, and capitalised words that don't just open a sentence."""
    found = []
    for word in _NAME_OR_NUMBER.finditer(text):
        opens = text[: word.start()].rstrip()[-1:] in ("", ".", "?", "!", ":")
        capital = word[0][0].isupper() and word[0].lower() not in STOP_WORDS
        if any(map(str.isdigit, word[0])) or (capital and (not opens or word[0][1:].isupper())):
            found.append(word[0])
    return tuple(dict.fromkeys(found))


def missing_names(text: str, others: Sequence[str]) -> tuple[str, ...]:
    """Names and numbers of the text that none of the others mentions.

    An acronym counts as mentioned where words with its initials stand together.
    """
    words = {word for other in others for word in words_of(other)}
    acronyms = {acronym for other in others for acronym in _initials(other)}
    return tuple(
        name
        for name in names_and_numbers(text)
        if name not in acronyms and not all(is_among(part, words) for part in words_of(name))
    )


def is_among(word: str, words: Set[str]) -> bool:
    """Whether the word or another form of it is there: "Cambodian" for "Cambodia"."""
    if word in words:
        return True
    stem = word[: max(4, len(word) - 2)]
    return word.isalpha() and len(word) > 4 and any(other.startswith(stem) for other in words)


def _initials(text: str) -> set[str]:
    """Initials of runs of capitalised words, small words between them left out."""
    found = set()
    for run in _RUN.findall(text):
        letters = "".join(word[0] for word in run.split() if word[0].isupper())
        for first in range(len(letters)):
            for last in range(first + 2, min(len(letters), first + _LONGEST_ACRONYM) + 1):
                found.add(letters[first:last])
    return found
