"""What is fitted on top of frozen encoders: the support head, projection and token rarity.

The support head is a multinomial logistic model whose weights may only have the signs that their
features mean: a missing figure never speaks for a claim. Rows are weighed so that every source
and label counts alike, which also calibrates the probabilities for even odds.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.embedder import Embedder, TokenVectors, Vectors
from index.evidence.support import FEATURES
from index.evidence.training.data import LABELS, Row
from index.late_interaction import subject_tokens

DIMENSIONS = 96  # recall@5 on the development questions: 0.92 whole, 0.91 at 96, 0.905 at 64
RIDGE = 0.01
READINGS = ("says supported", "says refuted", "says neither")  # the encoder's log-probabilities
VALUES = (*FEATURES, *READINGS)
NOT_SUPPORTED = LABELS.index("not_supported")
# what may raise (+1) or lower (-1) the odds of "supported" and of "refuted" over "neither"
SIGNS = {
    "aligned": (1, 1), "aligned_window": (1, 1), "weakest": (1, 1), "contained": (1, 1),
    "matched": (1, 1), "unmatched": (-1, -1), "phrases": (1, 1),
    "figures": (-1, 0), "names": (-1, -1), "negation": (-1, 1),
    "only": (-1, 1), "bound": (-1, 1), "mode": (-1, 1), "quote_negates": (-1, 1),
    "says supported": (1, -1), "says refuted": (-1, 1), "says neither": (-1, -1),
}  # fmt: skip
# The least weight, in standard deviations, that alignment has for "supported" and half of that for
# "refuted", and missing or negated words for "supported". Sets whose false claims were made from
# true ones teach that words in common say nothing, which real false claims refute: at 0 the area
# under the curve is 0.68 on WiCE, here 0.78; at 0.6 it is 0.80, but 0.02 are lost on ContractNLI.
LEAST = {"aligned": 0.42, "weakest": 0.42, "unmatched": 0.42}
LEAST_SUPPORTED = {"figures": 0.21, "names": 0.21, "quote_negates": 0.28}
# noisy by their making: claims generated against their evidence, dialogue
SOURCE_WEIGHTS = {"fever": 0.5, "covidfact": 0.5, "begin": 0.5}


def support_head(values: Vectors, rows: Sequence[Row]) -> Vectors:
    """Weights of shape (3, features + 1) for values of shape (rows, features)."""
    from scipy.optimize import minimize

    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    scaled = np.concatenate([(values - mean) / spread, np.ones((len(values), 1))], axis=1)
    labels = np.array([LABELS.index(row.label) for row in rows])
    weights = _row_weights(rows)
    size = scaled.shape[1]

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        head = flat.reshape(2, size)
        logits = np.concatenate([scaled @ head.T, np.zeros((len(scaled), 1))], axis=1)
        chances = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
        wanted = _wanted(chances, labels)
        right = (chances * (wanted > 0)).sum(axis=1).clip(1e-9)
        slope = ((chances - wanted) * weights[:, None])[:, :2].T @ scaled
        penalty = RIDGE * (head[:, :-1] ** 2).sum()
        slope[:, :-1] += 2 * RIDGE * head[:, :-1]
        return float(-(weights * np.log(right)).sum() + penalty), slope.ravel()

    bounds = [_bounds(name, which) for which in (0, 1) for name in (*VALUES, "bias")]
    fitted = minimize(loss, np.zeros(2 * size), jac=True, bounds=bounds, method="L-BFGS-B")
    head = fitted.x.reshape(2, size)
    plain = head[:, :-1] / spread
    bias = head[:, -1:] - (plain @ mean)[:, None]
    found = np.concatenate([plain, bias], axis=1)
    return np.concatenate([found, np.zeros((1, size))]).astype(np.float32)


def projection(texts: Sequence[str], embedder: Embedder) -> Vectors:
    """The principal components of the texts' subject tokens, shape (dimension, DIMENSIONS)."""
    _, tokens = embedder.embed_with_tokens(texts)
    kept: list[TokenVectors] = [subject_tokens(t, v) for t, v in zip(texts, tokens, strict=True)]
    vectors = np.concatenate([tokens.vectors for tokens in kept])
    _, components = np.linalg.eigh(vectors.T @ vectors)
    return np.ascontiguousarray(components[:, ::-1][:, :DIMENSIONS]).astype(np.float32)


def rarity(texts: Sequence[str], embedder: Embedder) -> Vectors:
    """The inverse document frequency of each token of the vocabulary, at least 0.5."""
    found = np.zeros(embedder.load().tokenizer.vocab_size)
    for text in texts:
        found[np.unique(embedder.token_ids(text))] += 1
    rare: Vectors = np.log((len(texts) + 1) / (found + 0.5)).clip(0.5).astype(np.float32)
    return rare


def _wanted(
    chances: npt.NDArray[np.float64], labels: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """The distribution to move to: the label, or for "not supported" the other two as they are."""
    wanted: npt.NDArray[np.float64] = np.eye(3)[labels.clip(max=2)]
    open_ = labels == NOT_SUPPORTED
    others = chances[open_] * [0, 1, 1]
    wanted[open_] = others / others.sum(axis=1, keepdims=True).clip(1e-9)
    return wanted


def _row_weights(rows: Sequence[Row]) -> Vectors:
    counts = Counter((row.source, row.label) for row in rows)
    weights = np.array(
        [SOURCE_WEIGHTS.get(row.source, 1.0) / counts[row.source, row.label] for row in rows]
    )
    even: Vectors = weights / weights.sum()
    return even


def _bounds(name: str, which: int) -> tuple[float | None, float | None]:
    sign = SIGNS.get(name, (0, 0))[which]
    least = LEAST.get(name, 0.0) / (1 + which) + (0.0 if which else LEAST_SUPPORTED.get(name, 0.0))
    return (least if sign > 0 else None, -least if sign < 0 else None)
