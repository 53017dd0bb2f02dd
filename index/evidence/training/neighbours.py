"""Questions and claims with the passages that come nearest to them: right ones and near misses.

A search finds much that is about the same thing. The negatives are the nearest passages of other
documents, other passages of the same one, and the right passage without the sentences that come
nearest to the question.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from index.embedder import Embedder, Vectors
from index.evidence.training.data import Row, Text
from index.evidence.types import Pair
from index.sentences import sentence_spans

NEAREST = 8
NEGATIVES = 2
DISTRACTORS = {"uscode": 3500, "medquad": 1200, "policyqa": 1500}


class Neighbourhood:
    """Passages, those of `written` first, in which the nearest ones are found."""

    def __init__(
        self, written: Sequence[Text], others: Sequence[Text], embedder: Embedder,
        rng: random.Random,
    ) -> None:  # fmt: skip
        self._pool = [*written, *_drawn(others, rng)]
        self._written = len(written)
        self._embedder = embedder
        self._rng = rng
        self._vectors = embedder.embed([f"{t.title}\n{t.text}" for t in self._pool])
        self._titles = defaultdict[tuple[str, str], list[int]](list)
        for at, text in enumerate(self._pool):
            self._titles[text.source, text.group].append(at)

    def questions(self) -> Iterator[Row]:
        """Rows labelled "answers" and "no_answer", of the passages' questions."""
        asked = [(at, query) for at, text in enumerate(self._pool) for query in text.queries]
        nearest = self._nearest([query for _, query in asked])
        for (at, question), best in zip(asked, nearest, strict=True):
            text = self._pool[at]
            yield _row(question, text, "answers")
            for n in self._beside(best, text.title, NEGATIVES):
                yield _row(question, self._pool[n], "no_answer")
            same = [n for n in self._titles[text.source, text.group] if n != at]
            if same:
                yield _row(question, self._pool[self._rng.choice(same)], "no_answer")
            if at < self._written and self._rng.random() < 0.5:
                rest = _without_answer(question, text, self._embedder)
                if rest:
                    yield Row("question", Pair(rest, question, text.title), "no_answer")

    def claims(self, rows: Sequence[Row]) -> Iterator[Row]:
        """The rows' claims beside a passage that is near, which nearly always leaves them open."""
        for row, best in zip(rows, self._nearest([row.pair.claim for row in rows]), strict=True):
            for n in self._beside(best, row.pair.context, 1):
                text = self._pool[n]
                pair = Pair(text.text, row.pair.claim, text.title)
                yield Row("beside", pair, "not_enough_info")

    def _nearest(self, texts: Sequence[str]) -> list[list[int]]:
        """For each text the indices of the passages nearest to it, best first."""
        found: list[list[int]] = []
        for first in range(0, len(texts), 512):
            vectors: Vectors = self._embedder.embed(texts[first : first + 512])
            order = np.argsort(-(vectors @ self._vectors.T), axis=1)[:, :NEAREST]
            found += order.tolist()
        return found

    def _beside(self, best: Sequence[int], title: str, most: int) -> list[int]:
        others = [n for n in best if self._pool[n].title != title]
        return self._rng.sample(others, min(most, len(others)))


def _drawn(texts: Sequence[Text], rng: random.Random) -> list[Text]:
    found = []
    for source, most in DISTRACTORS.items():
        mine = [text for text in texts if text.source == source]
        found += rng.sample(mine, min(most, len(mine)))
    return found


def _without_answer(question: str, text: Text, embedder: Embedder) -> str | None:
    """The passage without the two sentences nearest to the question; None if little is left."""
    sentences = [text.text[a:b] for a, b in sentence_spans(text.text, 0, len(text.text))]
    if len(sentences) < 4:
        return None
    vectors = embedder.embed([question, *sentences])
    nearest = set(np.argsort(-(vectors[1:] @ vectors[0]))[:2].tolist())
    return " ".join(s for at, s in enumerate(sentences) if at not in nearest)


def _row(question: str, text: Text, label: str) -> Row:
    return Row("question", Pair(text.text, question, text.title), label)
