"""Fits the re-ranker's weights: which of a search's candidates holds the passage asked for.

The hand-written questions are searched in a library of their passages and of as many others; a
listwise softmax over the candidates (Cao et al. 2007), weights not below zero.
"""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.embedder import Embedder, Vectors
from index.evidence.relevance import FEATURES, by_rules, features
from index.evidence.training.data import Text
from index.late_interaction import Alignment
from index.library import Library
from index.query import Query
from index.types import Document, Hit

OTHERS = 2000
QUESTIONS = 1200
RIDGE = 0.02
SHARPNESS = 20.0  # scores differ by hundredths
START = (1.0, 0.2, 0.1, 0.0, 0.0, 0.0)


class _Recorder:
    """A re-ranker that keeps the features of what it is asked to score."""

    name = "recorder"

    def __init__(self) -> None:
        self.seen: list[tuple[Vectors, list[float], tuple[str, ...]]] = []

    def scores(
        self, query: Query, hits: Sequence[Hit], alignments: Sequence[Alignment]
    ) -> tuple[float, ...]:
        values = np.stack([features(query, h, a) for h, a in zip(hits, alignments, strict=True)])
        rules = [by_rules(query, hit.passage) for hit in hits]
        self.seen.append((values, rules, tuple(hit.passage.document.id for hit in hits)))
        return tuple(float(row @ np.array(START)) for row in values)


def relevance(
    written: Sequence[Text], others: Sequence[Text], embedder: Embedder, rng: random.Random
) -> Vectors:
    """The weights of `relevance.FEATURES`."""
    pool = [*written, *rng.sample(list(others), min(OTHERS, len(others)))]
    asked = [(at, question) for at, text in enumerate(written) for question in text.queries]
    with tempfile.TemporaryDirectory() as folder:
        recorder = _Recorder()
        library = Library.open(Path(folder), embedder=embedder, reranker=recorder, create=True)
        library.add([_document(at, text) for at, text in enumerate(pool)])
        lists = []
        for at, question in rng.sample(asked, min(QUESTIONS, len(asked))):
            recorder.seen.clear()
            library.search(question, 1)
            values, rules, ids = recorder.seen[0]
            right = np.array([name == str(at) for name in ids])
            if right.any() and not right.all():
                lists.append((values, np.array(rules), right))
    return _fitted(lists)


def _fitted(lists: Sequence[tuple[Vectors, Vectors, npt.NDArray[np.bool_]]]) -> Vectors:
    from scipy.optimize import minimize

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        total, slope = 0.0, np.zeros(len(FEATURES))
        for values, rules, right in lists:
            scores = SHARPNESS * (values @ weights + rules)
            chances = np.exp(scores - np.logaddexp.reduce(scores))
            mine = chances * right / max(float((chances * right).sum()), 1e-12)
            total -= float(np.log((chances * right).sum() + 1e-12))
            slope += SHARPNESS * ((chances - mine) @ values)
        away = weights - np.array(START)
        penalty = RIDGE * len(lists) * float(away @ away)
        return (
            total / len(lists) + penalty / len(lists),
            slope / len(lists) + 2 * RIDGE * away,
        )

    bounds = [(0.0, None)] * len(FEATURES)
    fitted = minimize(loss, np.array(START), jac=True, bounds=bounds, method="L-BFGS-B")
    weights: Vectors = fitted.x.astype(np.float32)
    return weights


def _document(at: int, text: Text) -> Document:
    return Document(
        str(at), text.title, "other", None, None, None, None, f"{at}.txt", "text/plain", text.text
    )
