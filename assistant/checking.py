"""Checks a claim against the library: what bears it out, what contradicts it, or that nothing does.

The claim is searched like a question, and the passages found are judged by the verifier; the best
for it and the best against it are both kept, so that sources which disagree show as a
disagreement. How a draft is cut into claims is not decided here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.editions import with_edition
from assistant.judging import judged, words_of_judgement
from assistant.types import Citation
from index.evidence.types import Judgement, Verifier
from index.library import Library
from index.types import Filters, Hit

SUPPORTED, CONTRADICTED, NOT_IN_CORPUS = "supported", "contradicted", "not_in_corpus"
PASSAGES = 5  # of the best found, that are judged; 8 were no better on the development claims
# What a passage says against a claim counts by a fifth less than in the one before it: what comes
# after the best is often about another law, country or year. Of 300 written claims that training
# did not see, 0.73 had the right verdict without it, 0.74 have with it.
FADING = 0.8
# From here on a passage that speaks the other way than the verdict is shown as a disagreement: of
# claims about which no two sources differ, 4 in 100 had one at 0.5, 1 in 1,000 at 0.7.
DISAGREES = 0.7


@dataclass(frozen=True)
class CheckedClaim:
    """A claim with its verdict, one of the three above, and the verdict's probability.

    `supporting` and `contradicting` are the words that speak most for it and most against it, None
    where none does; their markers are 1 and 2. `notes` say in words what speaks against it.
    """

    claim: str
    verdict: str
    probability: float
    supporting: Citation | None
    contradicting: Citation | None
    notes: tuple[str, ...] = ()

    @property
    def sources_disagree(self) -> bool:
        """Whether there are words for it and words against it."""
        return self.supporting is not None and self.contradicting is not None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Those that there are, the one that the verdict rests on first."""
        found = [self.supporting, self.contradicting]
        if self.verdict == CONTRADICTED:
            found.reverse()
        return tuple(citation for citation in found if citation)


class Checker:
    """Checks claims against one library."""

    def __init__(self, library: Library, verifier: Verifier) -> None:
        self._library = library
        self._verifier = verifier

    def check(self, claim: str, filters: Filters = Filters()) -> CheckedClaim:
        """The claim with its verdict.

        Raises `InvalidInput` for an empty or overlong claim, `LibraryError` for an empty library,
        and `ModelError` if a chat model is the verifier and fails.
        """
        hits = self._library.search(claim, PASSAGES, filters)
        passages = [hit.passage for hit in hits]
        found = verdict_on(claim, hits, judged(claim, passages, self._verifier))
        return replace(
            found,
            supporting=self._with_edition(found.supporting),
            contradicting=self._with_edition(found.contradicting),
        )

    def _with_edition(self, citation: Citation | None) -> Citation | None:
        return with_edition(citation, self._library) if citation else None


def verdict_on(claim: str, hits: Sequence[Hit], judgements: Sequence[Judgement]) -> CheckedClaim:
    """The verdict that follows from the judgements of the passages found, best first."""
    if not hits:
        return CheckedClaim(claim, NOT_IN_CORPUS, 1.0, None, None, ("nothing was found",))
    found = list(zip(hits, judgements, strict=True))
    best = max(found, key=lambda each: each[1].supported)
    against = [judgement.refuted * FADING**rank for rank, judgement in enumerate(judgements)]
    chances = {
        SUPPORTED: best[1].supported,
        CONTRADICTED: max(against),
        NOT_IN_CORPUS: min(judgement.not_enough_info for judgement in judgements),
    }
    verdict = max(chances, key=lambda name: chances[name])
    # what decides; else what disagrees most, wherever it was found
    worst = (
        found[against.index(max(against))]
        if verdict == CONTRADICTED
        else max(found, key=lambda each: each[1].refuted)
    )
    total = sum(chances.values())
    return CheckedClaim(
        claim,
        verdict,
        chances[verdict] / total,
        _citation(1, *best) if _is_shown(SUPPORTED, verdict, best[1].supported) else None,
        _citation(2, *worst) if _is_shown(CONTRADICTED, verdict, worst[1].refuted) else None,
        worst[1].notes if verdict == CONTRADICTED else best[1].notes,
    )


def _is_shown(stance: str, verdict: str, chance: float) -> bool:
    """Whether the words that speak most for or against the claim are shown beside its verdict."""
    return stance == verdict or chance >= DISAGREES


def _citation(marker: int, hit: Hit, judgement: Judgement) -> Citation:
    return Citation(marker, words_of_judgement(hit.passage, judgement))
