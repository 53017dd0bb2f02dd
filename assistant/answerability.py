"""Whether the passages found can answer the question, so that the answer may be declined.

Four signs that can be said in words: how near the nearest passage is on the whole, how well the
best one answers to the question's worst answered word, which names and numbers no passage mentions,
and what a small encoder that has read the best passages says. A logistic model weighs them.
Tried, and adding nothing beside them: whether a figure is asked for and given, how many of the
question's words are found, names missing from the best passage alone, how far the first is ahead.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.evidence.names import missing_names
from index.late_interaction import Alignment
from index.types import Hit, Passage

# fitted on the 125 development questions: area under the curve 0.88, cross-validated 0.86
BIAS, NEARNESS, WEAKEST, MISSING, READING = -1.6, 15.65, 1.93, -0.81, 0.43
# declines 0.67 of the unanswerable and 0.04 of the answerable ones there, where it was chosen;
# cross-validated, 0.65 at 0.07
THRESHOLD = 0.5
MOST_MISSING = 2  # more missing names say no more


@dataclass(frozen=True)
class Answerability:
    """The judgement with its signs: two cosines, and `missing` names and numbers.

    `reading` is the best of the passages' log-odds, by the encoder, that it answers.
    """

    nearness: float
    weakest: float
    missing: tuple[str, ...]
    reading: float

    @property
    def probability(self) -> float:
        """That the passages answer the question, in [0, 1]."""
        logit = (
            BIAS
            + NEARNESS * self.nearness
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
    return Answerability(
        nearness=max(alignment.nearness for alignment in alignments),
        weakest=alignments[0].weakest,
        missing=missing_names(question, [_readable(hit.passage) for hit in hits]),
        reading=reading,
    )


def _readable(passage: Passage) -> str:
    return "\n".join((passage.document.title, *passage.heading_path, passage.text))
