"""The evidence model's own figures for `make bench`: support, calibration, claims, what parts add.

Each part runs in a process of its own and gives a JSON value; `tests.benchmark` calls them and
prints. Figures come with 95 % bootstrap intervals over the rows. Nothing is judged here.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.evaluation.overlap import holds
from assistant.standalone import standalone_question
from index.embedder import Embedder, Vectors
from index.evidence import weights
from index.evidence.encoder import Encoder
from index.evidence.relevance import LinearReranker
from index.evidence.support import FEATURES
from index.evidence.training.authored import ANSWERS, authored_questions
from index.evidence.training.data import Row, grounding, written
from index.evidence.types import NOT_ENOUGH, REFUTED, SUPPORTED, Reranker
from index.evidence.verifier import PackagedVerifier, probabilities
from index.late_interaction import Alignment
from index.library import Library
from index.query import Query
from index.types import Hit

VERDICTS = (SUPPORTED, REFUTED, NOT_ENOUGH)
READINGS = ("says supported", "says refuted", "says neither")
BINS = 10
RESAMPLED = 1000
BATCH = 256

Json = dict[str, Any]
Figure = dict[str, float]


def support(shared: Path) -> Json:
    """AUC, accuracy and calibration of the verifier on each development set, by parts too."""
    embedder, loaded = Embedder(), weights.load()
    verifier = PackagedVerifier(embedder, loaded, Encoder(embedder, loaded.encoder))
    rows = grounding(shared, "dev") + written(shared, "dev")[0]
    values = np.stack([_values(verifier, loaded.support, row) for row in rows])
    sets = sorted({row.source for row in rows})
    heads = {"all": loaded.support} | dict(_without(loaded.support, values))
    found: Json = {}
    for name in sets:
        mine = [at for at, row in enumerate(rows) if row.source == name]
        found[name] = _figures(values[mine], [rows[at] for at in mine], heads)
    found["mean calibration error"] = float(
        np.mean([found[name]["all"]["calibration error"]["mean"] for name in sets[:-1]])
    )
    return found


def answers(shared: Path) -> Json:
    """AUC of "answers" over near misses that were written by hand and held out of training."""
    embedder, loaded = Embedder(), weights.load()
    rows = list(authored_questions(written(shared, "dev")[1]))
    encoder = Encoder(embedder, loaded.encoder)
    read = encoder.read([(r.pair.claim, f"{r.pair.context}\n{r.pair.evidence}") for r in rows])
    right = np.array([row.label == ANSWERS[0] for row in rows])
    return {"rows": len(rows), "AUC": _interval(_auc, read[:, 3], right)}


def claims(shared: Path, library: Path) -> Json:
    """What `check` makes of the development claims, by their own scoring."""
    gold, out = shared / "eval" / "claims.jsonl", library.with_suffix(".claims.jsonl")
    command = ["-m", "assistant", "check", "--library", str(library), "--batch", str(gold)]
    subprocess.run([sys.executable, *command, "--out", str(out)], check=True)
    script = str(shared / "eval" / "score.py")
    scored = subprocess.run(
        [sys.executable, script, str(gold), str(out), "--json"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    # the table of verdicts stands before the figures
    found: Json = json.loads(scored.stdout[scored.stdout.index("{") :])
    return found


def search_parts(shared: Path, library: Path) -> Json:
    """Evidence recall@5 of the development questions, with more and more of the search."""
    lines = (shared / "eval" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [item for item in map(json.loads, lines) if item["answerable"]]
    embedder = Embedder()
    packaged = LinearReranker(weights.load().relevance)
    parts: dict[str, tuple[Reranker, bool]] = {
        "dense": (_By("dense", lambda _, hit, __: hit.similarity or 0.0), False),
        "lexical": (_By("lexical", lambda _, hit, __: 1 / (hit.lexical_rank or 1000)), False),
        "fusion": (_By("fusion", lambda _, hit, __: hit.score), False),
        "late interaction": (_By("late interaction", lambda _, __, found: found.score), False),
        "and the re-ranker's features": (_WithoutRules(packaged), False),
        "and its rules": (packaged, False),
        "and sides": (packaged, True),
    }
    found: Json = {}
    for name, (reranker, reading) in parts.items():
        opened = Library.open(library, embedder=embedder, reranker=reranker)
        recalls = [_recall(opened, item, reading=reading) for item in asked]
        found[name] = _interval(lambda values: float(values.mean()), np.array(recalls))
    return found


class _By:
    """A re-ranker by one number."""

    def __init__(self, name: str, score: Callable[[Query, Hit, Alignment], float]) -> None:
        self.name = name
        self._score = score

    def scores(
        self, query: Query, hits: Sequence[Hit], alignments: Sequence[Alignment]
    ) -> tuple[float, ...]:
        pairs = zip(hits, alignments, strict=True)
        return tuple(self._score(query, hit, alignment) for hit, alignment in pairs)


class _WithoutRules:
    """The packaged re-ranker for a query of which nothing is understood."""

    name = "without rules"

    def __init__(self, packaged: Reranker) -> None:
        self._packaged = packaged

    def scores(
        self, query: Query, hits: Sequence[Hit], alignments: Sequence[Alignment]
    ) -> tuple[float, ...]:
        bare = replace(query, documents=(), outdated=frozenset(), defines=False)
        return self._packaged.scores(bare, hits, alignments)


def _recall(library: Library, item: Json, *, reading: bool) -> float:
    question = standalone_question(item["question"], item["history"])
    searcher = library._searcher
    query = searcher.read(question)
    hits = searcher.searched(query if reading else replace(query, sides=()), 5)
    held = [
        any(
            hit.passage.document.origin.endswith(evidence["file"])
            and holds(hit.passage.text, evidence["quote"])
            for hit in hits
        )
        for evidence in item["evidence"]
    ]
    return sum(held) / len(held)


def _values(verifier: PackagedVerifier, head: Vectors, row: Row) -> Vectors:
    """The values of the window that decides."""
    (readings,) = verifier.readings([row.pair])
    values = np.stack([reading.values for reading in readings])
    best: Vectors = values[probabilities(values, head)[:, :2].sum(axis=1).argmax()]
    return best


def _without(head: Vectors, values: Vectors) -> Iterator[tuple[str, Vectors]]:
    """The head without each feature, which is taken to be as it is on average."""
    parts = {name: [at] for at, name in enumerate(FEATURES)}
    parts["encoder"] = [len(FEATURES) + at for at in range(len(READINGS))]
    for name, columns in parts.items():
        changed = head.copy()
        changed[:, -1] += head[:, columns] @ values[:, columns].mean(axis=0)
        changed[:, columns] = 0
        yield f"without {name}", changed


def _figures(values: Vectors, rows: Sequence[Row], heads: dict[str, Vectors]) -> Json:
    supported = np.array([row.label == SUPPORTED for row in rows])
    labels = np.array([VERDICTS.index(r.label) if r.label in VERDICTS else -1 for r in rows])
    found: Json = {"rows": len(rows)}
    contained = values[:, FEATURES.index("contained")]
    found["containment alone"] = {"AUC": _interval(_auc, contained, supported)}
    for name, head in heads.items():
        chances = probabilities(values, head)
        found[name] = {"AUC": _interval(_auc, chances[:, 0], supported)}
        if name == "all":
            found[name]["calibration error"] = _interval(_calibration, chances[:, 0], supported)
        if (labels >= 0).all():
            right = (chances.argmax(axis=1) == labels).astype(float)
            found[name]["accuracy"] = _interval(lambda all_: float(all_.mean()), right)
    return found


def _auc(scores: Vectors, right: npt.NDArray[np.bool_]) -> float:
    """The chance that a right one scores above a wrong one, ties counting half."""
    order = scores.argsort(kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in np.unique(scores):
        same = scores == value
        ranks[same] = ranks[same].mean()
    n, m = int(right.sum()), int((~right).sum())
    return float((ranks[right].sum() - n * (n + 1) / 2) / (n * m)) if n and m else 0.5


def _calibration(chances: Vectors, right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error (Naeini et al. 2015) in bins of equal width."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(chances[bins == b].mean()) - float(right[bins == b].mean())) * (bins == b).sum()
        for b in range(BINS)
        if (bins == b).any()
    ]
    return float(sum(gaps) / len(chances))


def _interval(measure: Callable[..., float], *columns: npt.NDArray[Any]) -> Figure:
    """The measure with its 95 % percentile bootstrap interval (Efron 1979)."""
    rng = np.random.default_rng(0)
    size = len(columns[0])
    drawn = [rng.integers(0, size, size) for _ in range(RESAMPLED if size < 300 else 200)]
    again = sorted(measure(*(column[rows] for column in columns)) for rows in drawn)
    low, high = again[int(0.025 * len(again))], again[int(0.975 * len(again))]
    return {"mean": measure(*columns), "low": low, "high": high}


def main() -> None:
    """All parts on their own: python -m tests.benchmark_evidence SHARED LIBRARY."""
    shared, library = Path(sys.argv[1]), Path(sys.argv[2])
    parts: dict[str, Callable[[], Json]] = {
        "support": lambda: support(shared),
        "answers": lambda: answers(shared),
        "claims": lambda: claims(shared, library),
        "search": lambda: search_parts(shared, library),
    }
    for name in sys.argv[3:] or parts:
        print(f"{name}:\n{json.dumps(parts[name](), indent=1)}", flush=True)


if __name__ == "__main__":
    main()
