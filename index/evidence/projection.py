"""Token vectors in fewer dimensions, so that those of a passage take a quarter of the room.

The principal components of the packaged embedder's token vectors, fitted in training; the tokens
of another embedder stay as they are.
"""

import hashlib

import numpy as np

from index.embedder import Embedder, TokenVectors, Vectors
from index.evidence import weights


class Projection:
    """Takes token vectors of unit length to such of `matrix.shape[1]` dimensions."""

    def __init__(self, matrix: Vectors | None) -> None:
        self._matrix = matrix
        self.name = "whole" if matrix is None else f"pca {matrix.shape[1]} {_digest(matrix)}"

    def __call__(self, tokens: TokenVectors) -> TokenVectors:
        """The tokens with their vectors projected, at length 1 again."""
        if self._matrix is None:
            return tokens
        vectors = tokens.vectors @ self._matrix
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9)
        return TokenVectors(tokens.offsets, vectors / lengths)


def _digest(matrix: Vectors) -> str:
    """Tells one fit from another: their components do not compare."""
    return hashlib.sha256(matrix.astype("<f4").tobytes()).hexdigest()[:8]


def projection_for(embedder: Embedder) -> Projection:
    """The projection for an embedder's tokens. Raises `EvidenceError`."""
    return Projection(weights.load().projection if embedder.is_packaged else None)
