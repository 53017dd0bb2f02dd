"""Whether the passages found can answer the question, so that the answer may be declined.

Six signs that can be said in words: how near the best passage is in meaning, how well it answers
to the question's worst answered word, which names and numbers no passage mentions, whether a
figure is asked for, whether the best sentences then give one, and what a small encoder that has
read them says. A logistic model weighs them. It reads little: a passage about the right thing that
leaves the asked detail open often looks answerable to it.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.evidence.names import missing_names
from index.evidence.relevance import UNKNOWN_SIMILARITY
from index.late_interaction import Alignment
from index.search import words_of
from index.types import Hit, Passage

# fitted on the 125 development questions: area under the curve 0.85, cross-validated 0.80
BIAS, SIMILARITY, WEAKEST, MISSING = -1.77, 4.13, 2.00, -1.40
ASKS_FIGURE, LACKS_FIGURE, READING = -0.66, -1.85, 0.54
# declines 0.47 of the unanswerable and 0.07 of the answerable ones there, where it was chosen;
# cross-validated, 0.34 at 0.05
THRESHOLD = 0.49
MOST_MISSING = 2  # more missing names say no more

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


@dataclass(frozen=True)
class Answerability:
    """The judgement with its signs: cosines, `missing` names and numbers, and about figures.

    `reading` is the best of the passages' log-odds, by the encoder, that it answers.
    """

    similarity: float
    weakest: float
    missing: tuple[str, ...]
    asks_figure: bool
    lacks_figure: bool
    reading: float

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
            + READING * self.reading
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
    reading: float,
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
        missing=missing_names(question, [_readable(hit.passage) for hit in hits]),
        asks_figure=asks_figure,
        lacks_figure=asks_figure and not _give_figure(sentences, words_of(question)),
        reading=reading,
    )


def _give_figure(sentences: Sequence[Passage], asked: Sequence[str]) -> bool:
    """Whether any of them has a number that the question did not bring along."""
    return any(
        word in _FIGURE_WORDS or any(map(str.isdigit, word))
        for sentence in sentences
        for word in words_of(sentence.text)
        if word not in asked
    )


def _readable(passage: Passage) -> str:
    return "\n".join((passage.document.title, *passage.heading_path, passage.text))
