"""Passage vectors in an embedded Chroma collection; the only module that imports chromadb.

Chroma here answers one question: which vectors are nearest to this one, among the documents that
the filters allow. Which of them are real is the catalogue's to say.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from index.embedder import Vectors
from index.errors import LibraryDamaged, StorageError
from index.rows import day_number, vector_id
from index.types import Document, Filters

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

COLLECTION = "passages"
# a graph so well connected that what it finds is exact, and the same in every process; with
# Chroma's own connectivity 5 of 9 processes missed one of the nearest 60 passages
GRAPH = {"space": "cosine", "ef_construction": 300, "max_neighbors": 48, "ef_search": 400}


class VectorIndex:
    """Nearest neighbours by cosine; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._client: Client | None = None
        self._collection: Collection | None = None

    def add(self, document: Document, key: str, vectors: Vectors) -> None:
        """Store one vector a passage, in batches of the client's own maximum."""
        metadata = _metadata(document, key)
        ids = [vector_id(key, number) for number in range(len(vectors))]
        with self._translated():
            collection = self._open()
            assert self._client is not None
            most = self._client.get_max_batch_size()
            for at in range(0, len(ids), most):
                batch = ids[at : at + most]
                collection.upsert(
                    ids=batch,
                    embeddings=vectors[at : at + most],
                    metadatas=[metadata] * len(batch),
                )

    def discard(self, keys: Iterable[str]) -> None:
        """Delete all vectors with these documents' keys; absent ones are no error."""
        with self._translated():
            for key in keys:
                self._open().delete(where={"key": key})

    def discard_ids(self, ids: Sequence[str]) -> None:
        """Delete these vectors."""
        with self._translated():
            assert self._open() is not None and self._client is not None
            most = self._client.get_max_batch_size()
            for at in range(0, len(ids), most):
                self._open().delete(ids=list(ids[at : at + most]))

    def nearest(
        self, vector: Vectors, limit: int, filters: Filters
    ) -> tuple[tuple[str, float], ...]:
        """Up to `limit` vector ids with their cosine similarity, nearest first.

        `vector` has shape (dimension,).
        """
        where: Any = _where(filters)
        with self._translated():
            found = self._open().query(
                query_embeddings=vector[None, :], n_results=limit, where=where,
                include=["distances"],
            )  # fmt: skip
        assert found["distances"] is not None
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return tuple((name, 1.0 - distance) for name, distance in pairs)

    def ids(self) -> frozenset[str]:
        """The ids of all stored vectors."""
        with self._translated():
            return frozenset(self._open().get(include=[])["ids"])

    def count(self) -> int:
        """How many vectors are stored."""
        with self._translated():
            return self._open().count()

    def refresh(self) -> None:
        """See what other processes wrote: an open collection keeps its graph in memory."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None

    close = refresh

    def clear(self) -> None:
        """Drop all vectors, whatever their dimension."""
        with self._translated():
            self._open()
            assert self._client is not None
            self._client.delete_collection(COLLECTION)
            self.refresh()

    def _open(self) -> "Collection":
        if self._collection is None:
            self._client = self._connect()
            self._collection = self._client.get_or_create_collection(
                COLLECTION,
                embedding_function=None,
                configuration=cast("Any", {"hnsw": GRAPH}),
            )
        return self._collection

    def _connect(self) -> "Client":
        import chromadb
        from chromadb.config import Settings
        from chromadb.errors import ChromaError

        settings = Settings(anonymized_telemetry=False)
        try:
            client = chromadb.PersistentClient(str(self.folder), settings=settings)
        except (ChromaError, ValueError, AttributeError, OSError) as error:
            # where it can't write, Chroma trips over its own half-made client
            raise StorageError(
                f"the library's vectors in {self.folder} cannot be opened: {_first(error)}",
                "check that the disk has room and that the folder can be written",
            ) from error
        return cast("Client", client)  # which its signature does not say

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """One caller at a time, with Chroma's errors in our words."""
        from chromadb.errors import ChromaError

        with self._lock:
            try:
                yield
            except ChromaError as error:
                text = str(error)
                if any(sign in text for sign in ("readonly", "read-only", "full", "unable to")):
                    raise StorageError(
                        f"the library's vectors in {self.folder} cannot be written: {text}",
                        "check that the disk has room and that the folder can be written",
                    ) from error
                raise LibraryDamaged(
                    f"the library's vectors in {self.folder} cannot be used: {text}",
                    "run: python -m assistant library rebuild",
                ) from error


def _first(error: BaseException) -> BaseException:
    """The error that the others followed from."""
    while error.__context__ is not None:
        error = error.__context__
    return error


def _metadata(document: Document, key: str) -> dict[str, str | int]:
    fields: dict[str, str | int | None] = {
        "key": key,
        "document": document.id,
        "kind": document.kind,
        "publisher": document.publisher,
        "jurisdiction": document.jurisdiction,
        "day": day_number(document.published),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _where(filters: Filters) -> dict[str, Any] | None:
    """The filters in Chroma's query language."""
    parts: list[dict[str, Any]] = [
        {field: {"$in": list(allowed)}}
        for field, allowed in (
            ("kind", filters.kinds),
            ("publisher", filters.publishers),
            ("jurisdiction", filters.jurisdictions),
            ("document", filters.documents),
        )
        if allowed
    ]
    if filters.published_from:
        parts.append({"day": {"$gte": day_number(filters.published_from)}})
    if filters.published_to:
        parts.append({"day": {"$lte": day_number(filters.published_to, last=True)}})
    if len(parts) < 2:
        return parts[0] if parts else None
    return {"$and": parts}
