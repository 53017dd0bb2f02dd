"""The whole training, from the labelled sets to the file of weights.

One after the other: the mix of pairs, the encoder, the heads on rows that it hasn't seen, the
projection, the re-ranker. Everything is seeded; the same data on the same machine give the same
weights, on other machines they differ by rounding.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.embedder import Embedder, Vectors, sha256_of
from index.evidence.encoder import Encoder
from index.evidence.training.authored import authored_claims, authored_questions, invented
from index.evidence.training.data import (
    Row,
    Text,
    as_read,
    capped,
    counts,
    grounding,
    is_held_out,
    passages,
    written,
)
from index.evidence.training.encoder import train_encoder
from index.evidence.training.heads import VALUES, projection, rarity, support_head
from index.evidence.training.neighbours import Neighbourhood
from index.evidence.training.perturbations import made_from
from index.evidence.training.relevance import relevance
from index.evidence.verifier import PackagedVerifier
from index.evidence.weights import Weights, packed, unpacked

SEED = 0
EPOCHS = 1
PROJECTED_TEXTS = 1500

Log = Callable[[str], None]


def train(data: Path, out: Path, log: Log, *, most_rows: int | None = None) -> str:
    """Train on the sets in `data`; write `out`, and return its SHA-256.

    A checkpoint beside `out` is taken up again. `most_rows` trains the encoder on fewer rows, to
    try the command. Raises `InvalidInput` if a set cannot be read.
    """
    from safetensors.numpy import save_file

    rng = random.Random(SEED)
    embedder = Embedder()
    labelled = grounding(data, "train")
    claims, texts = written(data, "train")
    ours, our_texts = invented()
    labelled += [*claims, *authored_claims(texts), *(row for row in ours if not row.asks)]
    asked = [*authored_questions(texts), *(row for row in ours if row.asks)]
    texts += our_texts
    others = passages(data)
    rows = _mix(labelled, asked, texts, others, embedder, rng)[:most_rows]
    log(f"{len(rows)} rows: {counts(rows)}")
    encoder = train_encoder(
        rows, embedder, seed=SEED, epochs=EPOCHS, checkpoint=out.with_suffix(".checkpoint"), log=log
    )
    rare = rarity([row.pair.evidence for row in labelled], embedder)
    log("projection")
    sample = [text.text for text in rng.sample([*texts, *others], PROJECTED_TEXTS)]
    weights = Weights(
        projection(sample, embedder), rare, np.zeros(0, np.float32),
        np.zeros((3, len(VALUES) + 1), np.float32), encoder,
    )  # fmt: skip
    held_out = [row for row in labelled if is_held_out(row)][:most_rows]
    log(f"support head, on {len(held_out)} rows held out")
    weights = replace(weights, support=_support(held_out, embedder, weights, log))
    log("re-ranker")
    weights = replace(weights, relevance=relevance(texts, others, embedder, rng))
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file(packed(weights), out)
    return sha256_of(out)


def _mix(
    labelled: list[Row], asked: list[Row], texts: list[Text], others: list[Text],
    embedder: Embedder, rng: random.Random,
) -> list[Row]:  # fmt: skip
    """The encoder's rows, claims and questions, in random order."""
    taught = [row for row in labelled if not is_held_out(row)]
    made = list(made_from(taught, others, rng))
    near = Neighbourhood(texts, others, embedder, rng)
    asked = [row for row in asked if not is_held_out(row)]
    written_claims = [row for row in taught if row.source in ("synthetic", "authored", "policies")]
    mixed = [*taught, *made, *asked, *near.questions(), *near.claims(written_claims)]
    return list(as_read(capped(mixed, rng), embedder))


def _support(rows: list[Row], embedder: Embedder, weights: Weights, log: Log) -> Vectors:
    """The support head, on the values of each row's best window, encoder as it will be stored."""
    stored = unpacked(packed(weights))
    verifier = PackagedVerifier(embedder, stored, Encoder(embedder, stored.encoder))
    values, kept = [], []
    for first in range(0, len(rows), 256):
        batch = rows[first : first + 256]
        for row, readings in zip(batch, verifier.readings([r.pair for r in batch]), strict=True):
            if readings:
                values.append(readings[0].values)
                kept.append(row)
        log(f"support head: {first + len(batch)} of {len(rows)} rows read")
    return support_head(np.stack(values), kept)
