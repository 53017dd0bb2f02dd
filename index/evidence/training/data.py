"""The labelled sets as they lie in the data folder, and the mix that the encoder is trained on.

Sets are balanced by caps, so that the largest doesn't teach its own habits; one row in ten, told
by its evidence, is held out for the heads. What is made from them is `perturbations`' work.
"""

import gzip
import json
import random
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import InvalidInput
from index.evidence.types import Pair

HAND_WRITTEN = ("synthetic", "authored", "findings")  # sources
LABELS = ("supported", "refuted", "not_enough_info", "not_supported", "answers", "no_answer")
HELD_OUT = 10  # one in so many
# most rows of a source and label; what is not named is taken whole
CAPS = {
    ("fever", "supported"): 1000, ("fever", "refuted"): 1000,
    ("climate", "not_enough_info"): 1000, ("climate", "supported"): 900,
    ("begin", "not_supported"): 500, ("begin", "supported"): 400,
    ("covidfact", "not_supported"): 800, ("covidfact", "supported"): 650,
    ("cnli", "supported"): 2000, ("cnli", "not_enough_info"): 1800,
    ("perturbed", "refuted"): 3200, ("copied", "supported"): 500,
    ("beside", "not_enough_info"): 2500,
    ("neighbour", "not_enough_info"): 800, ("shuffled", "not_enough_info"): 1000,
    ("company", "supported"): 300, ("company", "refuted"): 200,
    ("company", "not_enough_info"): 200, ("company", "not_supported"): 100,
    ("question", "answers"): 1700, ("question", "no_answer"): 2000,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One labelled pair; `label` is one of LABELS, the last two for questions."""

    source: str
    pair: Pair
    label: str


@dataclass(frozen=True)
class Text:
    """A passage of a training set: `group` is what it belongs to (a chapter, a disease)."""

    source: str
    group: str
    title: str
    text: str
    queries: tuple[str, ...] = ()
    id: str = ""


def grounding(folder: Path, part: str) -> list[Row]:
    """The pairs of `grounding/train` or `grounding/dev`."""
    return [
        Row(row["source"], Pair(row["evidence"], row["claim"]), row["label"])
        for row in _rows(folder / "grounding" / f"{part}.jsonl.gz")
    ]


def written(folder: Path, part: str) -> tuple[list[Row], list[Text]]:
    """The claims and the passages with their questions of `synthetic`, of "train" or "dev"."""
    claims, texts = [], []
    for row in _rows(folder / "synthetic" / "passages.jsonl.gz"):
        if row["split"] == part:
            for claim in row["claims"]:
                pair = Pair(row["passage"], claim["text"], row["title"])
                claims.append(Row("synthetic", pair, claim["label"]))
            texts.append(
                Text(
                    row["source"],
                    row["title"],
                    row["title"],
                    row["passage"],
                    tuple(row["questions"]),
                    row["id"],
                )
            )
    return claims, texts


def passages(folder: Path) -> list[Text]:
    """The query and passage pairs of `reranking`, each passage once."""
    found: dict[str, Text] = {}
    for row in _rows(folder / "reranking" / "train.jsonl.gz"):
        title = row["query"].partition(":")[0] if row["source"] == "uscode" else row["group"]
        text = Text(row["source"], row["group"], title, row["positive"], (row["query"],))
        found.setdefault(row["positive"], text)
    return list(found.values())


def is_held_out(row: Row) -> bool:
    """Whether it is kept from the encoder, for the heads to be fitted on."""
    return zlib.crc32(row.pair.evidence.encode()) % HELD_OUT == 0


def capped(rows: Iterable[Row], rng: random.Random) -> list[Row]:
    """The rows in random order, no more of each source and label than CAPS says.

    What was written by hand is worth more, row for row: it comes twice.
    """
    shuffled = list(rows)
    rng.shuffle(shuffled)
    seen = Counter[tuple[str, str]]()
    kept = []
    for row in shuffled:
        key = row.source, row.label
        seen[key] += 1
        if seen[key] <= CAPS.get(key, seen[key]):
            kept.append(row)
    kept += [row for row in kept if row.source in HAND_WRITTEN]
    rng.shuffle(kept)
    return kept


def counts(rows: Sequence[Row]) -> str:
    """How many of each source and label, for the log."""
    found = Counter((row.source, row.label) for row in rows)
    return ", ".join(f"{source} {label} {n}" for (source, label), n in sorted(found.items()))


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"the training data {path} cannot be read: {error}",
            "give the folder that holds grounding, reranking and synthetic: --data DIR",
        ) from error
