"""Whether the passages found can answer the question, so that the answer may be declined.

Five signs that can be said in words: how near the nearest passage is on the whole, how well the
best one answers to the question's worst answered word, which names and numbers no passage mentions,
whether any is of a document that the question names, and what a small encoder that has read the
best ones says. A logistic model weighs them. Where no passage answers to most of the question's
words, they are about something else, and no sign outweighs it.

Tried, and adding nothing beside these: whether a figure is asked for and given, names missing from
the best passage alone, how far the first passage is ahead.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.evidence.names import missing_names
from index.late_interaction import Alignment
from index.types import Hit, Passage

# fitted on the 125 development questions: area under the curve 0.90, cross-validated 0.88
BIAS, NEARNESS, WEAKEST, MISSING, NAMED, READING = -1.495, 13.8, 1.79, -0.70, 0.91, 0.46
# declines 0.67 of the unanswerable and 0.04 of the answerable ones there, where it was chosen;
# cross-validated, 0.65 at 0.07
THRESHOLD = 0.5
MOST_MISSING = 2  # more missing names say no more
# the least that a passage must answer to the question's words: none of the answerable development
# questions is below 0.48, and of 600 others about the training passages kept apart 3 are
LEAST_ANSWERED = 0.46


@dataclass(frozen=True)
class Answerability:
    """The judgement with its signs: three cosines, and `missing` names and numbers.

    `answered` is how well the best passage answers to all of the question's words; `reading` is the
    best of the passages' log-odds, by the encoder, that it answers.
    """

    nearness: float
    weakest: float
    answered: float
    missing: tuple[str, ...]
    named: bool
    reading: float

    @property
    def probability(self) -> float:
        """That the passages answer the question, in [0, 1]."""
        logit = (
            BIAS
            + NEARNESS * self.nearness
            + WEAKEST * self.weakest
            + MISSING * min(MOST_MISSING, len(self.missing))
            + NAMED * self.named
            + READING * self.reading
        )
        return 1 / (1 + math.exp(-logit))

    @property
    def answerable(self) -> bool:
        """Whether to answer rather than to decline."""
        return self.answered >= LEAST_ANSWERED and self.probability >= THRESHOLD


def judge(
    question: str,
    hits: Sequence[Hit],
    alignments: Sequence[Alignment],
    reading: float,
    named: Collection[str],
) -> Answerability:
    """The signs for a standalone question; `named` are the ids of the documents that it names.

    `hits` is not empty, `alignments` are those of its passages, best first.
    """
    return Answerability(
        nearness=max(alignment.nearness for alignment in alignments),
        weakest=alignments[0].weakest,
        answered=max(alignment.score for alignment in alignments),
        missing=missing_names(question, [_readable(hit.passage) for hit in hits]),
        named=any(hit.passage.document.id in named for hit in hits),
        reading=reading,
    )


def _readable(passage: Passage) -> str:
    return "\n".join((passage.document.title, *passage.heading_path, passage.text))
