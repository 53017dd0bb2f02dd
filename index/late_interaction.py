"""Late interaction: which words of a passage answer to which words of a query.

Each word of the query is matched with its most similar token in the passage, both seen in their
context, and the matches are averaged by the words' rarity: MaxSim (Khattab and Zaharia 2020,
ColBERT) weighted by inverse document frequency, on the token vectors of the library's own
embedder. A passage is read under its title and headings, which count for all its sentences.
A word with a digit matches itself or nothing: to an embedder § 1593A is all but § 1594.
"""

import math
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.chunking import embedded_text
from index.embedder import Embedder, TokenVectors, Vectors
from index.evidence.projection import Projection
from index.search import STOP_WORDS, match_expression
from index.types import Passage

KEPT_QUERIES = 64
OWN_SHARE = 0.2  # recall@5 is the same from 0 to 0.5; alike titles make it matter
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class _Query:
    """A query's vector as a whole, its tokens, the word that each is of, and their weights."""

    vector: Vectors
    tokens: TokenVectors
    words: tuple[str, ...]
    weights: Vectors


class Store(Protocol):
    """What aligning needs of the catalogue."""

    def tokens(self, passages: Sequence[Passage]) -> tuple[TokenVectors | None, ...]:
        """The token vectors stored with each passage; None for one that is no longer there."""

    def document_frequency(self, expression: str) -> int:
        """How many passages match an FTS5 expression."""

    def passage_count(self) -> int:
        """How many passages there are."""


@dataclass(frozen=True)
class Alignment:
    """A query's words against one passage's tokens.

    `similarity` has shape (query tokens, passage tokens), cosines; `weights` one share for each
    query token, together 1; `offsets`, shape (passage tokens, 2), are offsets in the document's
    text, negative for the title and headings that the passage was read under.
    """

    passage: Passage
    weights: Vectors
    similarity: Vectors
    offsets: npt.NDArray[np.int64]

    @property
    def read(self) -> float:
        """How well the passage under its title and headings answers to the query, in [-1, 1]."""
        return self._weighed(np.ones(len(self.offsets), bool))

    @property
    def own(self) -> float:
        """The same of its own words, without the title and headings, which many passages share."""
        return self._weighed(self.offsets[:, 0] >= 0)

    @property
    def score(self) -> float:
        """Both together, in [-1, 1]."""
        return (1 - OWN_SHARE) * self.read + OWN_SHARE * self.own

    @property
    def nearness(self) -> float:
        """How near they are on the whole: the mean of all cosines, title and headings included.

        A query's word with a digit counts as 1 or 0, as it does in `similarity`.
        """
        return float(self.similarity.mean()) if self.similarity.size else -1.0

    @property
    def weakest(self) -> float:
        """How well the passage answers to the word of the query that it answers to least."""
        return float(self.similarity.max(axis=1).min())

    def span_score(self, start: int, end: int, *, with_context: bool) -> float:
        """The same for text[start:end] alone, or read together with the title and headings."""
        used = inside(self.offsets, (start, end))
        if with_context:
            used |= self.offsets[:, 0] < 0
        return self._weighed(used)

    def _weighed(self, tokens: npt.NDArray[np.bool_]) -> float:
        if not tokens.any():
            return -1.0
        return float(self.similarity[:, tokens].max(axis=1) @ self.weights)


class Aligner:
    """Aligns queries with passages by the token vectors that were stored with them."""

    def __init__(self, embedder: Embedder, store: Store, projection: Projection) -> None:
        self._embedder = embedder
        self._projection = projection
        self._store = store
        self._rarity: dict[str, float] = {}
        self._total: int | None = None
        self._queries: dict[str, _Query] = {}
        self._lock = threading.Lock()

    def vector(self, query: str) -> Vectors:
        """The whole query's unit vector, shape (dimension,), of the same pass as its tokens."""
        return self._query(query).vector

    def align(self, query: str, passages: Sequence[Passage]) -> tuple[Alignment, ...]:
        """One alignment a passage, in their order."""
        if not passages:
            return ()
        asked = self._query(query)
        texts = [embedded_text(passage, self._embedder) for passage in passages]
        read = [
            stored or self._embedded(text)
            for stored, text in zip(self._store.tokens(passages), texts, strict=True)
        ]
        # one product for all: many small ones wait for each other's threads
        cosines = asked.tokens.vectors @ np.concatenate([tokens.vectors for tokens in read]).T
        ends = np.cumsum([len(tokens.offsets) for tokens in read])[:-1]
        return tuple(
            Alignment(
                passage,
                asked.weights,
                _exact_where_digits(asked.words, similarity, text, tokens.offsets),
                _document_offsets(tokens.offsets, passage, len(text)),
            )
            for passage, text, tokens, similarity in zip(
                passages, texts, read, np.split(cosines, ends, axis=1), strict=True
            )
        )

    def forget_frequencies(self) -> None:
        """Weigh words anew: the library has changed."""
        with self._lock:
            self._rarity.clear()
            self._total = None
            self._queries.clear()

    def _query(self, query: str) -> _Query:
        with self._lock:
            if query not in self._queries:
                if len(self._queries) == KEPT_QUERIES:
                    self._queries.clear()
                self._queries[query] = self._weighed_query(query)
            return self._queries[query]

    def _weighed_query(self, query: str) -> _Query:
        """The query's tokens, the word that each is of, and their weights by the words' rarity.

        Words that carry no subject have no weight and are left out.
        """
        (vector,), (tokens,) = self._embedder.embed_with_tokens([query])
        weights = np.zeros(len(tokens.offsets), np.float32)
        words = [""] * len(weights)
        for word in _WORD.finditer(query):
            mine = np.flatnonzero(inside(tokens.offsets, word.span()))
            for token in mine:
                words[token] = word[0].lower()
            if word[0].lower() not in STOP_WORDS:
                weights[mine] = self._rarity_of(word[0].lower()) / max(1, len(mine))
        if not weights.any():
            weights[:] = 1
        used = np.flatnonzero(weights > 0)
        kept = self._projection(TokenVectors(tokens.offsets[used], tokens.vectors[used]))
        kept_words = tuple(words[token] for token in used)
        return _Query(vector, kept, kept_words, weights[used] / weights.sum())

    def _rarity_of(self, word: str) -> float:
        if word not in self._rarity:
            expression = match_expression(word)
            found = self._store.document_frequency(expression) if expression else 0
            if self._total is None:
                self._total = self._store.passage_count()
            self._rarity[word] = math.log((self._total + 1) / (found + 0.5))
        return max(self._rarity[word], 0.01)

    def _embedded(self, text: str) -> TokenVectors:
        """For a passage that another process has replaced since it was found."""
        _, (tokens,) = self._embedder.embed_with_tokens([text])
        return self._projection(subject_tokens(text, tokens))


def subject_tokens(text: str, tokens: TokenVectors) -> TokenVectors:
    """The tokens of a text's words that carry its subject: the only ones worth keeping."""
    carries = np.zeros(len(text), bool)  # for each character
    for word in _WORD.finditer(text):
        carries[slice(*word.span())] = word[0].lower() not in STOP_WORDS
    kept = carries[tokens.offsets[:, 0]]
    return TokenVectors(tokens.offsets[kept], tokens.vectors[kept])


def _exact_where_digits(
    words: Sequence[str], cosines: Vectors, text: str, offsets: npt.NDArray[np.int64]
) -> Vectors:
    """The cosines, but 1 or 0 for the tokens of a query's word with a digit."""
    for row, word in enumerate(words):
        if any(map(str.isdigit, word)):
            cosines[row] = 0
            for same in re.finditer(rf"\b{re.escape(word)}\b", text, re.IGNORECASE):
                cosines[row, inside(offsets, same.span())] = 1
    return cosines


def inside(offsets: npt.NDArray[np.int64], span: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Which tokens lie within the span."""
    within: npt.NDArray[np.bool_] = (offsets[:, 0] >= span[0]) & (offsets[:, 1] <= span[1])
    return within


def _document_offsets(
    offsets: npt.NDArray[np.int64], passage: Passage, length: int
) -> npt.NDArray[np.int64]:
    """Offsets in `embedded_text` (of this length) as offsets in the document."""
    context = length - len(passage.text)
    own = offsets[:, :1] >= context
    return np.where(own, offsets - context + passage.start, -1)
