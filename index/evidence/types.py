"""What is judged, and what a judgement is: the values and Protocols of the evidence model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.late_interaction import Alignment
from index.query import Query
from index.types import Hit

SUPPORTED, REFUTED, NOT_ENOUGH = "supported", "refuted", "not_enough_info"


@dataclass(frozen=True)
class Pair:
    """A claim and the evidence that may bear it out.

    `context` is what a reader of the evidence knows before its first word: title, headings, who
    says it and when. `beside` is other evidence that the claim rests on: a figure or a name that
    stands there is not missing.
    """

    evidence: str
    claim: str
    context: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Judgement:
    """Probabilities, together 1, that the evidence bears out the claim, contradicts it, or neither.

    `evidence[start:end]` are the words that it rests on most; `notes` say in words what speaks
    against the claim.
    """

    supported: float
    refuted: float
    not_enough_info: float
    start: int
    end: int
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """The likeliest of the three: "supported", "refuted" or "not_enough_info"."""
        chances = {
            SUPPORTED: self.supported,
            REFUTED: self.refuted,
            NOT_ENOUGH: self.not_enough_info,
        }
        return max(chances, key=lambda name: chances[name])


NO_EVIDENCE = Judgement(0.0, 0.0, 1.0, 0, 0, ("there is no evidence",))


class Verifier(Protocol):
    """Judges whether evidence bears out claims."""

    name: str

    def verify(self, pairs: Sequence[Pair]) -> tuple[Judgement, ...]:
        """One judgement a pair, in their order. Raises `InvalidInput` for an empty claim."""


class Reranker(Protocol):
    """Scores passages that a search found by how well they answer."""

    name: str

    def scores(
        self, query: Query, hits: Sequence[Hit], alignments: Sequence[Alignment]
    ) -> tuple[float, ...]:
        """One score a hit, higher is better; `alignments` are those of the hits, in order."""
