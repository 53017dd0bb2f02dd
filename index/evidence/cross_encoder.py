"""Sentence-transformers cross-encoders in the place of the packaged re-ranker and verifier.

Named by hub name or directory. A verifier needs three classes with names that say which is which
(entailment, contradiction, neutral), or one score, which is then that of support.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.embedder import Embedder, Vectors
from index.errors import EvidenceError
from index.evidence.types import NO_EVIDENCE, Judgement, Pair
from index.evidence.verifier import check_claim
from index.evidence.windows import Window, windows
from index.late_interaction import Alignment
from index.query import Query
from index.types import Hit

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

MOST_WINDOWS = 16
_CLASSES = ("entail", "contradict", "neutral")
_CLASS_NAMES = {"support": "entail", "refut": "contradict", "not_enough": "neutral"}


class CrossEncoderReranker:
    """Scores passages with a cross-encoder of one output. Raises `EvidenceError` on first use."""

    def __init__(self, model: str) -> None:
        self.name = model
        self._model = _Model(model, "ATTEST_RERANKER")

    def scores(
        self, query: Query, hits: Sequence[Hit], alignments: Sequence[Alignment]
    ) -> tuple[float, ...]:
        """One score a hit, higher is better."""
        del alignments  # it reads the texts themselves
        texts = [
            "\n".join((h.passage.document.title, *h.passage.heading_path, h.passage.text))
            for h in hits
        ]
        scores = self._model.logits([(query.text, text) for text in texts])
        if scores.shape[1] != 1:
            raise EvidenceError(
                f"{self.name} has {scores.shape[1]} outputs, a re-ranker has one",
                "name a cross-encoder that ranks in ATTEST_RERANKER, or unset it",
            )
        return tuple(float(score) for score in scores[:, 0])


class CrossEncoderVerifier:
    """Judges pairs with a cross-encoder. Raises `EvidenceError` on first use."""

    def __init__(self, model: str, embedder: Embedder) -> None:
        self.name = model
        self._model = _Model(model, "ATTEST_VERIFIER")
        self._embedder = embedder

    def verify(self, pairs: Sequence[Pair]) -> tuple[Judgement, ...]:
        """One judgement a pair, in their order."""
        for pair in pairs:
            check_claim(pair)
        cut = [windows(p.evidence, self._embedder.token_starts)[:MOST_WINDOWS] for p in pairs]
        texts = [
            (f"{pair.context}\n{pair.evidence[w.start : w.end]}".strip(), pair.claim)
            for pair, mine in zip(pairs, cut, strict=True)
            for w in mine
        ]
        chances = iter(self._chances(texts))
        return tuple(_judgement(mine, [next(chances) for _ in mine]) for mine in cut)

    def _chances(self, texts: Sequence[tuple[str, str]]) -> Vectors:
        """Of supported, refuted and neither, shape (n, 3)."""
        if not texts:
            return np.zeros((0, 3), np.float32)
        logits = self._model.logits(texts)
        if logits.shape[1] == 1:
            supported = 1 / (1 + np.exp(-logits[:, 0]))
            return np.stack([supported, 0 * supported, 1 - supported], axis=1)
        order = self._model.classes()
        chances = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
        ordered: Vectors = chances[:, order]
        return ordered


class _Model:
    """A cross-encoder, loaded when it is first used; one caller at a time."""

    def __init__(self, path: str, setting: str) -> None:
        self._path, self._setting = path, setting
        self._lock = threading.Lock()
        self._loaded: CrossEncoder | None = None

    def logits(self, texts: Sequence[tuple[str, str]]) -> Vectors:
        """The outputs before any activation, shape (n, outputs)."""
        import torch

        with self._lock:
            found = self._load().predict(
                list(texts),
                activation_fn=torch.nn.Identity(),
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return np.asarray(found, np.float32).reshape(len(texts), -1)

    def classes(self) -> list[int]:
        """The outputs that stand for supported, refuted and neither."""
        config: Any = self._load().config
        names: dict[int, str] = config.id2label
        told = {at: _class_name(name) for at, name in names.items()}
        if sorted(told.values()) != sorted(_CLASSES):
            raise EvidenceError(
                f"{self._path} does not say which of its outputs is entailment: {dict(names)}",
                f"name a model for natural language inference in {self._setting}, or unset it",
            )
        return [next(int(at) for at, name in told.items() if name == one) for one in _CLASSES]

    def _load(self) -> "CrossEncoder":
        if self._loaded is None:
            from sentence_transformers import CrossEncoder

            try:
                self._loaded = CrossEncoder(self._path, local_files_only=Path(self._path).is_dir())
            except (OSError, ValueError, ImportError) as error:
                raise EvidenceError(
                    f"the cross-encoder {self._path} cannot be loaded: {_first_line(error)}",
                    f"check {self._setting}: a cross-encoder's directory or hub name",
                ) from error
        return self._loaded


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _class_name(name: str) -> str:
    lower = name.lower()
    known = {**{one: one for one in _CLASSES}, **_CLASS_NAMES}
    return next((one for part, one in known.items() if part in lower), lower)


def _judgement(found: Sequence[Window], chances: Sequence[Vectors]) -> Judgement:
    if not found:
        return NO_EVIDENCE
    best = max(range(len(found)), key=lambda at: float(chances[at][:2].sum()))
    supported, refuted, neither = (float(chance) for chance in chances[best])
    return Judgement(supported, refuted, neither, found[best].start, found[best].end)
