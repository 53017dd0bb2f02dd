"""The trained weights, loaded only if they are the ones that this code was made for.

`index.evidence.training` writes them; MODEL_CARD.md says from what, and how good they are. Layers
of the encoder are 8-bit with a scale for each row; all else is 16- or 32-bit floats.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from index.embedder import Vectors, verify_weights
from index.errors import EvidenceError

FILE = Path(__file__).parent / "weights" / "evidence.safetensors"
SHA256 = "c708a90f4274aeedfdaf7614570a8499235043064a058b9080c289bafed6b597"
SCALE = ".scale"


@dataclass(frozen=True)
class Weights:
    """What was learned.

    `projection` of shape (384, d) takes token vectors to fewer dimensions; `rarity` has one
    inverse document frequency for each token of the vocabulary; `relevance` and `support` weigh
    features in a line, by name and as a matrix of (3, features + 1), the last column a bias;
    `encoder` are parameters by their names in the model, "head.…" the heads.
    """

    projection: Vectors
    rarity: Vectors
    relevance: Vectors
    support: Vectors
    encoder: Mapping[str, Vectors]


@cache
def load(path: Path = FILE, sha256: str = SHA256) -> Weights:
    """The weights. Raises `EvidenceError` if the file is absent or another one."""
    from safetensors.numpy import load_file

    verify_weights(
        path, sha256, EvidenceError, "install Attest anew: git checkout -- index/evidence/weights"
    )
    return unpacked(load_file(path))


def packed(weights: Weights) -> dict[str, np.ndarray]:
    """The arrays that are stored."""
    stored: dict[str, np.ndarray] = {
        "projection": weights.projection.astype(np.float16),
        "rarity": weights.rarity.astype(np.float16),
        "relevance": weights.relevance.astype(np.float32),
        "support": weights.support.astype(np.float32),
    }
    for name, value in weights.encoder.items():
        if value.ndim == 2 and not name.startswith("head."):
            scale = np.abs(value).max(axis=1, keepdims=True).clip(1e-9) / 127
            stored[f"encoder.{name}"] = np.rint(value / scale).astype(np.int8)
            stored[f"encoder.{name}{SCALE}"] = scale.astype(np.float32)
        else:
            stored[f"encoder.{name}"] = value.astype(np.float32)
    return stored


def unpacked(stored: Mapping[str, np.ndarray]) -> Weights:
    """What `packed` packed; a number of a layer is off by at most 1/254 of its row's largest."""
    encoder = {}
    for name, value in stored.items():
        if name.startswith("encoder.") and not name.endswith(SCALE):
            scale = stored.get(name + SCALE, np.float32(1))
            encoder[name.removeprefix("encoder.")] = value.astype(np.float32) * scale
    small = {n: v.astype(np.float32) for n, v in stored.items() if not n.startswith("encoder.")}
    return Weights(
        small["projection"], small["rarity"], small["relevance"], small["support"], encoder
    )
