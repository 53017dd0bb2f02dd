"""Which re-ranker and verifier judge: the packaged ones, or cross-encoders named in their place."""

from functools import lru_cache

from index.embedder import Embedder
from index.evidence import weights
from index.evidence.encoder import Encoder
from index.evidence.types import Reranker, Verifier


def chosen_reranker(name: str | None) -> Reranker | None:
    """The cross-encoder of this hub name or directory; None for the packaged re-ranker."""
    if name is None:
        return None
    from index.evidence.cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(name)


def answer_reader(embedder: Embedder) -> Encoder:
    """The packaged encoder, whose second head tells whether a passage answers a question.

    Raises `EvidenceError` if its weights are absent or altered.
    """
    return _encoder(_packaged(embedder))


def chosen_verifier(name: str | None, embedder: Embedder) -> Verifier:
    """The packaged verifier, or the cross-encoder of this hub name or directory.

    `embedder` is the library's; the packaged verifier reads with the packaged one. Raises
    `EvidenceError` if its weights are absent or altered.
    """
    if name is None:
        from index.evidence.verifier import PackagedVerifier

        packaged = _packaged(embedder)
        return PackagedVerifier(packaged, weights.load(), _encoder(packaged))
    from index.evidence.cross_encoder import CrossEncoderVerifier

    return CrossEncoderVerifier(name, embedder)


@lru_cache(maxsize=1)
def _encoder(embedder: Embedder) -> Encoder:
    """One for all who read with it."""
    return Encoder(embedder, weights.load().encoder)


def _packaged(embedder: Embedder) -> Embedder:
    """This embedder if it is the packaged one, which its weights were trained on; else that."""
    return embedder if embedder.is_packaged else Embedder()
