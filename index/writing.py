"""Changes on their way into a library: cut, embedded, put into vectors and catalogue, repaired.

Vectors are written before the catalogue's transaction and deleted after it, and every such key is
announced first, so a crash at any point leaves only vectors that nobody sees; `repair` removes
them. A text that was embedded before is not embedded again. Who may write, and when, is decided
elsewhere.
"""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from index.catalogue import Catalogue
from index.chunking import embedded_text, split
from index.embedder import Embedder
from index.errors import InvalidInput
from index.evidence.projection import Projection
from index.late_interaction import subject_tokens
from index.likeness import signature
from index.rows import Addition, Embedding, packed
from index.types import Change, Document
from index.vectors import VectorIndex

EMBEDDING_BATCH = 64  # passages, whose token vectors in full are 25 MB
KEY_DIGITS = 32

Progress = Callable[[int], None]


class Writer:
    """Writes to one library's catalogue and vectors; its caller holds the writer's lock."""

    def __init__(
        self,
        catalogue: Catalogue,
        vectors: VectorIndex,
        embedder: Embedder,
        projection: Projection,
    ) -> None:
        self._catalogue = catalogue
        self._vectors = vectors
        self._embedder = embedder
        self._projection = projection

    def write(self, change: Change, progress: Progress) -> int:
        """Do all of the change or nothing; the number of passages added.

        Calls `progress` with the number of passages embedded since the last call; what that
        raises ends the writing. Raises `InvalidInput` for a document without words.
        """
        additions = self._embedded([self._addition(d) for d in change.documents], progress)
        self._catalogue.announce([addition.vector_key for addition in additions])
        for addition in additions:
            self._vectors.add(addition.document, addition.vector_key, addition.vectors)
        self._discard(self._catalogue.commit(change, additions))
        return sum(len(addition.passages) for addition in additions)

    def rebuild(self, progress: Progress) -> int:
        """Cut all stored texts anew, and embed what was not embedded before; their passages."""
        self._vectors.clear()
        passages = 0
        for origin in dict.fromkeys(o.document_id for o in self._catalogue.origins()):
            document = self._catalogue.document(origin)
            passages += self.write(Change((document,), removing=(document.id,)), progress)
        return passages

    def repair(self) -> None:
        """Undo what a crash left."""
        self._discard(self._catalogue.pending())
        if self._vectors.count() == self._catalogue.passage_count():
            return
        # without a crash of the whole machine the counts agree: look closer only here
        wanted, stored = self._catalogue.vector_ids(), self._vectors.ids()
        self._vectors.discard_ids(sorted(stored - wanted))
        for key in {name.split(":")[0] for name in wanted - stored}:
            document, rows = self._catalogue.vector_rows(key)
            self._vectors.add(document, key, np.stack([np.frombuffer(v, "<f4") for v in rows]))

    def _addition(self, document: Document) -> Addition:
        passages = split(document, self._embedder)
        if not passages:
            raise InvalidInput(f"{document.origin} has no words", "add a document with text")
        words = tuple(embedded_text(passage, self._embedder) for passage in passages)
        return Addition(passages, words, uuid.uuid4().hex, signature(document.text))

    def _embedded(self, additions: Sequence[Addition], progress: Progress) -> list[Addition]:
        """The additions with the embeddings of their passages, in their order."""
        found = self._embeddings({text for a in additions for text in a.words}, progress)
        return [replace(a, embeddings=tuple(found[text] for text in a.words)) for a in additions]

    def _embeddings(self, texts: set[str], progress: Progress) -> dict[str, Embedding]:
        """Each text's embedding; those not kept from before are made, by length: little padding."""
        keys = {text: self._key(text) for text in texts}
        kept = self._catalogue.embeddings(keys.values())
        found = {text: kept[key] for text, key in keys.items() if key in kept}
        order = sorted(texts - found.keys(), key=lambda text: (len(text), text))
        for first in range(0, len(order), EMBEDDING_BATCH):
            batch = order[first : first + EMBEDDING_BATCH]
            vectors, tokens = self._embedder.embed_with_tokens(batch)
            for text, vector, its in zip(batch, vectors, tokens, strict=True):
                row = vector.astype("<f4").tobytes()
                few = self._projection(subject_tokens(text, its))
                found[text] = Embedding(keys[text], row, *packed(few))
            progress(len(batch))
        return found

    def _key(self, text: str) -> str:
        named = f"{self._embedder.name}\0{self._projection.name}\0{text}".encode(
            "utf-8", "surrogatepass"
        )
        return hashlib.sha256(named).hexdigest()[:KEY_DIGITS]

    def _discard(self, keys: Sequence[str]) -> None:
        if keys:
            self._vectors.discard(keys)
            self._catalogue.settle(keys)
