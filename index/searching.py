"""A search from its words to its hits: read, candidates from both halves, re-ordered, joined.

What the query names is looked through by itself, so that a named section or document is reached;
each side of a comparison is a search of its own, and their best take turns. How passages are
scored is the re-ranker's, what words mean the query's reading.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from index.catalogue import Catalogue
from index.errors import InvalidInput
from index.evidence.types import Reranker
from index.late_interaction import Aligner
from index.plain_words import written_words
from index.query import Names, Query
from index.search import (
    CANDIDATES,
    REORDERED,
    fuse,
    match_expression,
    reorder,
    shortlist,
    without_repeats,
)
from index.types import Filters, Hit
from index.vectors import VectorIndex

NAMED = 12  # passages of what the query names that are looked at closely, besides the others


class Searcher:
    """Searches one library's catalogue and vectors."""

    def __init__(
        self, catalogue: Catalogue, vectors: VectorIndex, aligner: Aligner, reranker: Reranker
    ) -> None:
        self._catalogue = catalogue
        self._vectors = vectors
        self._aligner = aligner
        self._reranker = reranker
        self._names: Names | None = None

    def forget(self) -> None:
        """The library has changed: read its names anew."""
        self._names = None
        self._aligner.forget_frequencies()

    def search(self, text: str, k: int, filters: Filters) -> tuple[Hit, ...]:
        """Up to `k` passages, best first. Raises `InvalidInput` for a query without words."""
        return self.searched(self.read(text), k, filters)

    def read(self, text: str) -> Query:
        """What the words mean in this library."""
        if self._names is None:
            self._names = Names(self._catalogue.titles())
        return self._names.read(text)

    def searched(self, query: Query, k: int, filters: Filters = Filters()) -> tuple[Hit, ...]:
        """Up to `k` passages for a query that was read, best first. Raises as `search` does."""
        rankings = [self._ranked(query, filters)]
        for side in query.sides:
            about = _narrowed(filters, side.documents)
            if about and match_expression(side.text):
                rankings.append(self._ranked(replace(query, text=side.text, sides=()), about))
        return without_repeats(_taking_turns(rankings[1:], rankings[0]), k)

    def _ranked(self, query: Query, filters: Filters) -> list[Hit]:
        query = replace(query, text=f"{query.text} {written_words(query.text)}".strip())
        hits = self._candidates(query.text, filters)[:REORDERED]
        named = _narrowed(filters, query.documents) if query.documents else None
        if named and named != filters:
            known = {(hit.passage.document.id, hit.passage.start) for hit in hits}
            more = self._candidates(query.text, named)[:NAMED]
            hits += [h for h in more if (h.passage.document.id, h.passage.start) not in known]
        alignments = self._aligner.align(query.text, [hit.passage for hit in hits])
        return reorder(hits, self._reranker.scores(query, hits, alignments))

    def _candidates(self, text: str, filters: Filters) -> list[Hit]:
        expression = match_expression(text)
        if expression is None:
            raise InvalidInput("the query has no words", "ask with at least one word")
        dense = self._vectors.nearest(self._aligner.vector(text), CANDIDATES, filters)
        lexical = self._catalogue.search_words(expression, CANDIDATES, filters)
        names = dict.fromkeys([name for name, _ in dense] + list(lexical))
        return shortlist(fuse(dense, lexical, self._catalogue.resolve(tuple(names))))


def _narrowed(filters: Filters, documents: Sequence[str]) -> Filters | None:
    """The filters, for these documents alone; None if they leave none of them."""
    if not documents:
        return filters
    both = [name for name in documents if not filters.documents or name in filters.documents]
    return replace(filters, documents=tuple(both)) if both else None


def _taking_turns(sides: Sequence[Sequence[Hit]], whole: Sequence[Hit]) -> Iterator[Hit]:
    """The first of each side, then the second of each and the first of the whole, and so on.

    Each passage comes once.
    """
    seen = set[tuple[str, int]]()
    for row in zip_longest(*sides, [None, *whole] if sides else whole):
        for hit in row:
            if hit and (hit.passage.document.id, hit.passage.start) not in seen:
                seen.add((hit.passage.document.id, hit.passage.start))
                yield hit
