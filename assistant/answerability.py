"""Whether the passages found can answer the question, so that the answer may be declined.

Four signs that can be said in words: how well the best passage answers to the question's words,
how near the nearest passage is in meaning, which names and numbers of the question no passage
mentions, and whether a figure is asked for (figures are missing more often than facts). A
logistic model weighs them. It does not read: a passage about the right thing that leaves the
asked detail open looks answerable to it.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.late_interaction import Alignment
from index.search import STOP_WORDS, words_of
from index.types import Hit, Passage

# fitted on the 125 development questions, judged by cross-validation; see `make bench`
BIAS, RELEVANCE, SIMILARITY, MISSING, FIGURE = 0.0, 1.0, 1.0, -1.0, -0.5
THRESHOLD = 0.5
MOST_MISSING = 2  # more missing names say no more

_NAME_OR_NUMBER = re.compile(r"[^\W_]+(?:[.,/][^\W_]+)*")
_ASKS_FIGURE = re.compile(
    r"\bhow (many|much|long|old|young|big|high|large|often|soon|quick(ly)?|far)\b|\bwhen\b"
    r"|\b(percentage|proportion|share|number|amount|budget|date|year|years|maximum|minimum)\b",
    re.IGNORECASE,
)
_LONGEST_ACRONYM = 6


@dataclass(frozen=True)
class Answerability:
    """The judgement with its signs: `probability` in [0, 1], `missing` names and numbers."""

    relevance: float
    similarity: float
    missing: tuple[str, ...]
    asks_figure: bool

    @property
    def probability(self) -> float:
        """That the passages answer the question."""
        logit = (
            BIAS
            + RELEVANCE * self.relevance
            + SIMILARITY * self.similarity
            + MISSING * min(MOST_MISSING, len(self.missing))
            + FIGURE * self.asks_figure
        )
        return 1 / (1 + math.exp(-logit))

    @property
    def answerable(self) -> bool:
        """Whether to answer rather than to decline."""
        return self.probability >= THRESHOLD


def judge(question: str, hits: Sequence[Hit], alignments: Sequence[Alignment]) -> Answerability:
    """The signs for a standalone question; `alignments` are those of `hits`, not empty."""
    passages = [hit.passage for hit in hits]
    return Answerability(
        relevance=max(alignment.score for alignment in alignments),
        similarity=max(hit.similarity or 0.0 for hit in hits),
        missing=missing_names(question, passages),
        asks_figure=_ASKS_FIGURE.search(question) is not None,
    )


def missing_names(question: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Names and numbers of the question that no passage, its title or headings mention.

    An acronym counts as mentioned where words with its initials stand together.
    """
    texts = [_readable(passage) for passage in passages]
    words = {word for text in texts for word in words_of(text)}
    acronyms = {acronym for text in texts for acronym in _initials(text)}
    return tuple(
        name
        for name in names_and_numbers(question)
        if name not in acronyms and not all(_among(part, words) for part in words_of(name))
    )


def names_and_numbers(question: str) -> tuple[str, ...]:
    """Words with a digit, and capitalised words that don't just open a sentence."""
    found = []
    for word in _NAME_OR_NUMBER.finditer(question):
        opens = question[: word.start()].rstrip()[-1:] in ("", ".", "?", "!", ":")
        capital = word[0][0].isupper() and word[0].lower() not in STOP_WORDS
        if any(map(str.isdigit, word[0])) or (capital and (not opens or word[0][1:].isupper())):
            found.append(word[0])
    return tuple(dict.fromkeys(found))


def _readable(passage: Passage) -> str:
    return "\n".join((passage.document.title, *passage.heading_path, passage.text))


def _among(word: str, words: set[str]) -> bool:
    """Whether the word or another form of it is there: "Cambodian" for "Cambodia"."""
    if word in words:
        return True
    stem = word[: max(4, len(word) - 2)]
    return word.isalpha() and len(word) > 4 and any(other.startswith(stem) for other in words)


def _initials(text: str) -> set[str]:
    """Initials of runs of capitalised words, small words between them left out."""
    found = set()
    for run in re.findall(r"[A-Z][\w’'-]+(?:\s+(?:(?:of|and|the|for|on)\s+)*[A-Z][\w’'-]+)+", text):
        letters = "".join(word[0] for word in run.split() if word[0].isupper())
        for first in range(len(letters)):
            for last in range(first + 2, min(len(letters), first + _LONGEST_ACRONYM) + 1):
                found.add(letters[first:last])
    return found
