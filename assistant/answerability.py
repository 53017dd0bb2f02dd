"""Whether the passages found can answer the question, so that the answer may be declined.

Four signs that can be said in words: how near the best passage is in meaning, how well it answers
to the question's worst answered word, which names and numbers no passage mentions, and what a small
encoder that has read the best passages says. A logistic model weighs them. Whether a figure is
asked for and given was a sign before the encoder had learnt to read for it, and adds nothing now.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.evidence.names import missing_names
from index.evidence.relevance import UNKNOWN_SIMILARITY
from index.late_interaction import Alignment
from index.types import Hit, Passage

# fitted on the 125 development questions: area under the curve 0.86, cross-validated 0.84
BIAS, SIMILARITY, WEAKEST, MISSING, READING = -0.375, 1.83, 2.77, -1.15, 0.55
# declines 0.56 of the unanswerable and 0.06 of the answerable ones there, where it was chosen;
# cross-validated, 0.53 at 0.07
THRESHOLD = 0.5
MOST_MISSING = 2  # more missing names say no more


@dataclass(frozen=True)
class Answerability:
    """The judgement with its signs: cosines, and `missing` names and numbers.

    `reading` is the best of the passages' log-odds, by the encoder, that it answers.
    """

    similarity: float
    weakest: float
    missing: tuple[str, ...]
    reading: float

    @property
    def probability(self) -> float:
        """That the passages answer the question, in [0, 1]."""
        logit = (
            BIAS
            + SIMILARITY * self.similarity
            + WEAKEST * self.weakest
            + MISSING * min(MOST_MISSING, len(self.missing))
            + READING * self.reading
        )
        return 1 / (1 + math.exp(-logit))

    @property
    def answerable(self) -> bool:
        """Whether to answer rather than to decline."""
        return self.probability >= THRESHOLD


def judge(
    question: str, hits: Sequence[Hit], alignments: Sequence[Alignment], reading: float
) -> Answerability:
    """The signs for a standalone question.

    `hits` is not empty, `alignments` are those of its passages, best first.
    """
    similarity = hits[0].similarity
    return Answerability(
        similarity=UNKNOWN_SIMILARITY if similarity is None else similarity,
        weakest=alignments[0].weakest,
        missing=missing_names(question, [_readable(hit.passage) for hit in hits]),
        reading=reading,
    )


def _readable(passage: Passage) -> str:
    return "\n".join((passage.document.title, *passage.heading_path, passage.text))
