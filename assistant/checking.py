"""Checks a claim against the library: what bears it out, what contradicts it, or that nothing does.

The claim is searched like a question, and the passages found are judged by the verifier; the best
for it and the best against it are both kept, so that sources which disagree show as a
disagreement. How a draft is cut into claims is not decided here.
"""

from dataclasses import dataclass

from assistant.judging import judged
from assistant.types import Citation
from index.evidence.types import Verifier
from index.library import Library
from index.types import Filters

SUPPORTED, CONTRADICTED, NOT_IN_CORPUS = "supported", "contradicted", "not_in_corpus"
PASSAGES = 8  # of the best found, that are judged
SHOWN = 0.5  # a passage this likely to speak for or against it is shown


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
        return verdict_on(claim, hits, judged(claim, passages, self._verifier))
