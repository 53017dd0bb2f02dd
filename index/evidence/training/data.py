"""The labelled sets as they lie in the data folder, and the mix that the encoder is trained on.

Sets are balanced by caps, so that the largest doesn't teach its own habits; one row in ten, told
by its evidence, is held out for the heads. What is made from them is `perturbations`' work.
"""

import gzip
import json
import random
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.embedder import Embedder
from index.errors import InvalidInput
from index.evidence.types import Pair
from index.evidence.windows import Window, likely, windows

HAND_WRITTEN = ("synthetic", "authored", "findings", "policies", "studies")  # sources
# their claims rest on sentences that stand far apart, more than the encoder reads at once
FOR_HEADS_ONLY = ("articles",)
ANSWERS = ("answers", "no_answer")  # labels of questions; the others are those of claims
LABELS = ("supported", "refuted", "not_enough_info", "not_supported", *ANSWERS)
HELD_OUT = 10  # one in so many
# most rows of a source and label; what is not named is taken whole
CAPS = {
    ("fever", "supported"): 600, ("fever", "refuted"): 600,
    ("climate", "not_enough_info"): 700, ("climate", "supported"): 700,
    ("begin", "not_supported"): 500, ("begin", "supported"): 400,
    ("covidfact", "not_supported"): 500, ("covidfact", "supported"): 400,
    ("cnli", "supported"): 1500, ("cnli", "not_enough_info"): 1300,
    ("perturbed", "refuted"): 2600, ("copied", "supported"): 500,
    ("beside", "not_enough_info"): 2500,
    ("neighbour", "not_enough_info"): 800, ("shuffled", "not_enough_info"): 1000,
    ("company", "supported"): 300, ("company", "refuted"): 200,
    ("company", "not_enough_info"): 200, ("company", "not_supported"): 100,
    ("question", "answers"): 1700, ("question", "no_answer"): 2000,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One labelled pair; `label` is one of LABELS."""

    source: str
    pair: Pair
    label: str

    @property
    def asks(self) -> bool:
        """Whether it is a question, not a claim."""
        return self.label in ANSWERS


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
    if row.source in FOR_HEADS_ONLY:
        return True
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


def as_read(rows: Iterable[Row], embedder: Embedder) -> Iterator[Row]:
    """The rows as the encoder will meet them: of long evidence the window most like the claim.

    Cut off where the encoder's reading ends, half of the hand-written rows would be taught without
    the words that they rest on.
    """
    cut: dict[str, tuple[Window, ...]] = {}
    for row in rows:
        pair = row.pair
        if pair.evidence not in cut:
            cut[pair.evidence] = windows(pair.evidence, embedder.token_starts)
        found = likely(pair.claim, pair.evidence, cut[pair.evidence], 1)
        if found:
            words = pair.evidence[found[0].start : found[0].end]
            pair = replace(pair, evidence=words)
        yield replace(row, pair=pair)


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
