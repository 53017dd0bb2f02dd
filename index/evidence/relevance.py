"""Which passages answer a query: a few named features of each, weighed in a line.

Most of the weight lies on late interaction, the rest on signs that can be said in words. The
first features' weights are trained (`training.relevance`); the last four hold by what they mean,
where training sets have no such queries: a document that the query names, the very part of it,
a definition where one is asked for, an edition that a later one replaces.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from index.embedder import Vectors
from index.late_interaction import Alignment
from index.query import Query
from index.search import content_words, words_of
from index.types import Hit, Passage

FEATURES = ("read", "own", "dense", "lexical", "coverage", "phrases")
RULES = {"named": 0.1, "provision": 0.1, "defining": 0.1, "outdated": -0.05}
UNKNOWN_SIMILARITY = 0.3  # of a passage that only its words found
LEXICAL_K = 10  # ranks beyond say little
_TERM = r"[“\"‘'](?P<{}>[^”\"’']{{2,60}})[”\"’']"
_MEANS = r"(?:shall\s+)?(?:means?|includes?|comprises?|refers?\s+to)\b"
_DEFINITIONS = re.compile(
    rf"{_TERM.format('quoted')}\s*(?:,[^,]{{1,60}},)?\s*(?:{_MEANS}|is\s)"
    rf"|\b[Tt]erms?\s+(?P<term>[\w -]{{2,60}}?)\s+{_MEANS}"
    r"|(?P<plain>[A-Z]?[\w -]{3,50}?)\s+(?:shall\s+(?:mean|include)|means|is\s+the\s+status"
    r"|is\s+defined\s+as)\b"
)


class LinearReranker:
    """The packaged re-ranker; `weights` are those of FEATURES, shape (6,)."""

    name = "attest"

    def __init__(self, weights: Vectors) -> None:
        self._weights = weights

    def scores(
        self, query: Query, hits: Sequence[Hit], alignments: Sequence[Alignment]
    ) -> tuple[float, ...]:
        """One score a hit, higher is better."""
        return tuple(
            float(features(query, hit, alignment) @ self._weights) + by_rules(query, hit.passage)
            for hit, alignment in zip(hits, alignments, strict=True)
        )


def features(query: Query, hit: Hit, alignment: Alignment) -> Vectors:
    """The trained features of a hit, shape (6,), in the order of FEATURES."""
    passage = hit.passage
    heading = " ".join((passage.document.title, *passage.heading_path))
    wanted, asked = content_words(query.text), words_of(query.text)
    held, said = set(words_of(f"{heading} {passage.text}")), words_of(passage.text)
    phrases = set(pairwise(said))
    pairs = list(pairwise(asked))
    values = (
        alignment.read,
        alignment.own,
        UNKNOWN_SIMILARITY if hit.similarity is None else hit.similarity,
        1 / (LEXICAL_K + hit.lexical_rank) if hit.lexical_rank else 0.0,
        sum(word in held for word in wanted) / max(1, len(wanted)),
        sum(pair in phrases for pair in pairs) / max(1, len(pairs)),
    )
    return np.array(values, np.float32)


def by_rules(query: Query, passage: Passage) -> float:
    """What the query's own words add to a passage or take from it."""
    named = passage.document.id in query.documents
    holds = {
        "named": named,
        "provision": named and _is_part(passage, query.provisions),
        "defining": query.defines and _defines(passage.text, query.text),
        "outdated": passage.document.id in query.outdated,
    }
    return sum(RULES[rule] for rule, held in holds.items() if held)


def _is_part(passage: Passage, parts: Sequence[str]) -> bool:
    """Whether the passage holds the part of a section, "(b)" "(1)", or stands in it."""
    wanted = [part.lower() for part in parts]
    for offset in (passage.start, passage.end - 1):
        headings = passage.document.headings_at(offset)
        labels = [heading.label.lower() for heading in headings if heading.label]
        if wanted and labels and labels[: len(wanted)] == wanted[: len(labels)]:
            return True
    return False


def _defines(text: str, query: str) -> bool:
    """Whether the text says what a word of the query means."""
    wanted = set(content_words(query))
    return any(
        wanted & set(content_words(next(filter(None, found.groups()), "")))
        for found in _DEFINITIONS.finditer(text)
    )
