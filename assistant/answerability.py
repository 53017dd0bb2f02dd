"""Whether the passages found can answer the question, so that the answer may be declined.

Five signs that can be said in words: how near the best passage is in meaning, how well it answers
to the question's worst answered word, which names and numbers no passage mentions, whether a
figure is asked for, and whether the best sentences then give one. A logistic model weighs them.
It does not read: a passage about the right thing that leaves the asked detail open looks
answerable to it.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.late_interaction import Alignment
from index.search import STOP_WORDS, words_of
from index.types import Hit, Passage

# fitted on the 125 development questions: area under the curve 0.84, cross-validated 0.81
BIAS, SIMILARITY, WEAKEST, MISSING = -1.95, 4.84, 3.97, -1.24
ASKS_FIGURE, LACKS_FIGURE = -0.60, -2.06
# declines 0.56 of the unanswerable and 0.08 of the answerable ones there, where it was chosen;
# cross-validated, 0.42 at the same 0.08
THRESHOLD = 0.51
UNKNOWN_SIMILARITY = 0.3  # of a passage that only its words found
MOST_MISSING = 2  # more missing names say no more

_NAME_OR_NUMBER = re.compile(r"[^\W_]+(?:[.,/][^\W_]+)*")
_ASKS_FIGURE = re.compile(
    r"\bhow (many|much|long|old|young|big|high|large|often|soon|quick(ly)?|far)\b|\bwhen\b"
    r"|\b(percentage|proportion|share|number|amount|budget|date|year|years|maximum|minimum)\b",
    re.IGNORECASE,
)
_FIGURE_WORDS = frozenset(
    """
    one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty ninety
    half hundred thousand million billion life
    """.split()
)
_LONGEST_ACRONYM = 6


@dataclass(frozen=True)
class Answerability:
    """The judgement with its signs: cosines, `missing` names and numbers, and about figures."""

    similarity: float
    weakest: float
    missing: tuple[str, ...]
    asks_figure: bool
    lacks_figure: bool

    @property
    def probability(self) -> float:
        """That the passages answer the question, in [0, 1]."""
        logit = (
            BIAS
            + SIMILARITY * self.similarity
            + WEAKEST * self.weakest
            + MISSING * min(MOST_MISSING, len(self.missing))
            + ASKS_FIGURE * self.asks_figure
            + LACKS_FIGURE * self.lacks_figure
        )
        return 1 / (1 + math.exp(-logit))

    @property
    def answerable(self) -> bool:
        """Whether to answer rather than to decline."""
        return self.probability >= THRESHOLD


def judge(
    question: str,
    hits: Sequence[Hit],
    alignments: Sequence[Alignment],
    sentences: Sequence[Passage],
) -> Answerability:
    """The signs for a standalone question.

    `hits` is not empty, `alignments` are those of its passages, best first, and `sentences` the
    best ones found there.
    """
    asks_figure = _ASKS_FIGURE.search(question) is not None
    similarity = hits[0].similarity
    return Answerability(
        similarity=UNKNOWN_SIMILARITY if similarity is None else similarity,
        weakest=alignments[0].weakest,
        missing=missing_names(question, [hit.passage for hit in hits]),
        asks_figure=asks_figure,
        lacks_figure=asks_figure and not _give_figure(sentences, words_of(question)),
    )


def _give_figure(sentences: Sequence[Passage], asked: Sequence[str]) -> bool:
    """Whether any of them has a number that the question did not bring along."""
    return any(
        word in _FIGURE_WORDS or any(map(str.isdigit, word))
        for sentence in sentences
        for word in words_of(sentence.text)
        if word not in asked
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
