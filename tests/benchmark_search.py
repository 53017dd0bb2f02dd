"""The search's own figures for `make bench`: what each part of it adds, its room and its time.

Searches are put together from the library's parts with more and more of them, over the
development questions that have an answer. Nothing is judged here.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from assistant.evaluation.bootstrap import interval, paired, percentile, ratio
from assistant.evaluation.overlap import NO_OTHERS, holds, is_from
from assistant.standalone import standalone_question
from index import late_interaction, writing
from index.catalogue import Catalogue
from index.chunking import embedded_text
from index.embedder import Embedder
from index.evidence import weights
from index.evidence.projection import projection_for
from index.evidence.relevance import FEATURES, LinearReranker
from index.evidence.types import Reranker
from index.late_interaction import Aligner, Alignment
from index.library import CATALOGUE, VECTORS, Library
from index.plain_words import written_words
from index.query import Query
from index.rows import packed
from index.search import CANDIDATES, fuse, match_expression, without_repeats
from index.searching import Searcher
from index.types import Filters, Hit, Passage
from index.vectors import VectorIndex
from tests.benchmark_process import Json, K, lines_of
from tests.benchmark_sides import WARM_UP
from tests.benchmark_tables import Tables, row

RECALL = f"evidence recall@{K}"
SCALED_TOKENS = 200  # passages are cut differently, so their bytes are told for so many tokens
Search = Callable[[str], Sequence[Hit]]
Reading = Callable[[Query], Query]

# what the re-ranker's rules have of a query's words, each unread
UNREAD: dict[str, Reading] = {
    "named documents": lambda query: replace(query, documents=()),
    "named provisions": lambda query: replace(query, provisions=()),
    "definitions asked for": lambda query: replace(query, defines=False),
    "outdated editions": lambda query: replace(query, outdated=frozenset()),
}


def recall(library: str, _: Path, shared: Path) -> Tables:
    """Evidence recall with more and more of the search, each beside the one before."""
    parts = _Parts(Path(library), Embedder())
    found = {name: _recalls(search, shared) for name, search in _steps(parts).items()}
    before = dict(zip(list(found)[3:], list(found)[2:], strict=False))
    return {
        f"{RECALL}, step by step": {
            name: row(
                {
                    RECALL: interval(values),
                    "change": paired(found[before[name]], values) if name in before else None,
                }
            )
            for name, values in found.items()
        }
    }


def features(library: str, _: Path, shared: Path) -> Tables:
    """Evidence recall of the whole search without each feature and rule of the re-ranker."""
    parts, trained = _Parts(Path(library), Embedder()), weights.load().relevance
    whole = LinearReranker(trained)
    searches = {"the whole search": parts.by(whole)}
    for at, name in enumerate(FEATURES):
        without = trained.copy()
        without[at] = 0
        searches[f"without {name}"] = parts.by(LinearReranker(without))
    for name, unread in UNREAD.items():
        searches[f"without {name}"] = parts.by(whole, unread)
    found = {name: _recalls(search, shared) for name, search in searches.items()}
    first = next(iter(found.values()))
    return {
        f"{RECALL}, each feature and rule left out": {
            name: row(
                {
                    RECALL: interval(values),
                    "change": paired(first, values) if values is not first else None,
                }
            )
            for name, values in found.items()
        }
    }


def headings(library: str, folder: Path, shared: Path) -> Tables:
    """Evidence recall where passages are embedded with, and without, title and headings.

    The passages are the same; their vectors, tokens and searchable words are made anew. The
    re-ranker's share of the query's words that title, headings and passage hold stays as it is.
    """
    embedder, given = Embedder(), Library.open(Path(library))
    documents = [given.document(entry.source.id) for entry in given.entries()]
    with_context = _steps(_Parts(Path(library), embedder))
    found = {name: _recalls(search, shared) for name, search in with_context.items()}
    with _without_context():
        Library.open(folder, embedder=embedder, create=True).add(documents)
        bare = _steps(_Parts(folder, embedder))
        without = {name: _recalls(search, shared) for name, search in bare.items()}
    return {
        f"{RECALL}, passages embedded with title and headings": {
            name: row(
                {
                    "with": interval(values),
                    "without": interval(without[name]),
                    "change": paired(without[name], values),
                }
            )
            for name, values in found.items()
        }
    }


def room(library: str, _: Path, __: Path) -> Tables:
    """Bytes kept for each passage so that it can be re-ordered: tokens' vectors and places."""
    embedder, opened = Embedder(), Library.open(Path(library))
    catalogue = Catalogue(Path(library) / CATALOGUE)
    kept: list[tuple[float, float]] = []
    for entry in opened.entries():
        document = opened.document(entry.source.id)
        passages = [Passage(document, *span) for span in catalogue.spans(document.id)]
        for passage, tokens in zip(passages, catalogue.tokens(passages), strict=True):
            read = len(embedder.token_starts(embedded_text(passage, embedder)))
            size = sum(map(len, packed(tokens))) if tokens else 0
            kept.append((size, read / SCALED_TOKENS))
    sizes = [size for size, _ in kept]
    return {
        "kept for re-ordering": {
            "bytes a passage": row({"mean": interval(sizes)}),
            "tokens read a passage": row({"mean": interval([SCALED_TOKENS * n for _, n in kept])}),
            f"bytes a passage of {SCALED_TOKENS} tokens": row({"mean": interval(kept, ratio)}),
        }
    }


def latency(library: str, _: Path, shared: Path) -> Tables:
    """Milliseconds of a whole search, its question read and embedded, once for each question."""
    opened, times = Library.open(Path(library)), []
    for item in lines_of(shared / "eval" / "questions.jsonl"):
        began = time.perf_counter()
        opened.search(standalone_question(item["question"], item["history"]), K)
        times.append(1000 * (time.perf_counter() - began))
    counted = times[WARM_UP:]
    return {
        "whole search": {
            f"p{at}": row({"ms": interval(counted, percentile(at))}) for at in (50, 95)
        }
    }


class _Parts:
    """What a library's search is made of, put together bit by bit."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._catalogue = Catalogue(folder / CATALOGUE)
        self._vectors = VectorIndex(folder / VECTORS)
        self._aligner = Aligner(embedder, self._catalogue, projection_for(embedder))

    def fused(self, text: str, *, dense: bool = True, lexical: bool = True) -> tuple[Hit, ...]:
        """What either half or both find, as they rank it."""
        near = self._vectors.nearest(self._aligner.vector(text), CANDIDATES, Filters())
        expression = match_expression(text)
        assert expression
        worded = self._catalogue.search_words(expression, CANDIDATES, Filters())
        names = (*(name for name, _ in near if dense), *(worded if lexical else ()))
        hits = fuse(
            near if dense else (), worded if lexical else (), self._catalogue.resolve(names)
        )
        return without_repeats(hits, K)

    def by(self, reranker: Reranker, reading: Reading = lambda query: query) -> Search:
        """The library's search with this re-ranker, by what `reading` leaves of a query."""
        searcher = Searcher(self._catalogue, self._vectors, self._aligner, reranker)
        return lambda text: searcher.searched(reading(searcher.read(text)), K)


class _ByAlignment:
    """Late interaction alone."""

    name = "late interaction"

    def scores(
        self, _: Query, __: Sequence[Hit], alignments: Sequence[Alignment]
    ) -> tuple[float, ...]:
        return tuple(alignment.score for alignment in alignments)


def _steps(parts: _Parts) -> dict[str, Search]:
    """Searches with more and more parts; from the third each has what the one before it has."""
    packaged = LinearReranker(weights.load().relevance)
    return {
        "dense": lambda text: parts.fused(text, lexical=False),
        "lexical": lambda text: parts.fused(text, dense=False),
        "fused": parts.fused,
        "+ plain words": lambda text: parts.fused(f"{text} {written_words(text)}".strip()),
        "+ late interaction": parts.by(_ByAlignment(), _nothing_read),
        "+ the ranker's features": parts.by(packaged, _nothing_read),
        "+ its rules": parts.by(packaged, _one_search),
        "+ sides of a comparison": parts.by(packaged),
    }


def _one_search(query: Query) -> Query:
    return replace(query, sides=())


def _nothing_read(query: Query) -> Query:
    for unread in UNREAD.values():
        query = unread(query)
    return _one_search(query)


def _recalls(search: Search, shared: Path) -> list[float]:
    """Of each answerable question, the share of its evidence that the passages hold."""
    recalls = []
    for item in lines_of(shared / "eval" / "questions.jsonl"):
        if item["answerable"]:
            hits = search(standalone_question(item["question"], item["history"]))
            held = [any(_holds(hit.passage, one) for hit in hits) for one in item["evidence"]]
            recalls.append(sum(held) / len(held))
    return recalls


def _holds(passage: Passage, evidence: Json) -> bool:
    of_it = is_from(passage.document.origin, evidence["file"], NO_OTHERS)
    return of_it and holds(passage.text, evidence["quote"])


@contextmanager
def _without_context() -> Iterator[None]:
    """Passages are embedded, and tokens placed, as if they had neither title nor headings."""
    for module in (writing, late_interaction):
        setattr(module, "embedded_text", lambda passage, _: passage.text)  # noqa: B010
    try:
        yield
    finally:
        for module in (writing, late_interaction):
            setattr(module, "embedded_text", embedded_text)  # noqa: B010


PARTS = {
    "recall": recall,
    "features": features,
    "headings": headings,
    "room": room,
    "latency": latency,
}
