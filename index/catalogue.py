"""The truth about a library: documents, passages and full-text index in one SQLite file.

A document is there if its row is committed, and only then; vectors without a row here are not
seen by anybody. `pending` names the vectors that a write is about to add or take away, so that
what a crash leaves can be found and put right. Vectors themselves are not kept here.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from index.embedder import TokenVectors
from index.errors import LibraryDamaged, LibraryMismatch, StorageError
from index.provenance import (
    forget_origin,
    put_likenesses,
    put_origin,
    put_original,
    select_newer_edition,
    select_origin,
    select_original,
    select_origins,
    select_origins_under,
    select_titles,
    settle_origins,
)
from index.query import Title
from index.rows import (
    Addition,
    Embedding,
    delete_document,
    delete_unused_embeddings,
    filter_condition,
    insert_document,
    scalar,
    select_document,
    select_entries,
    unpacked,
    vector_id,
)
from index.schema import SCHEMA, SCHEMA_VERSION
from index.types import Change, Document, Entry, Filters, Origin, Passage

BUSY_TIMEOUT_S = 30.0
RECENT_DOCUMENTS = 64


class Catalogue:
    """Reads and writes the SQLite file. A connection lives for one call: threads share nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._recent: dict[str, Document] = {}

    def create(self, manifest: Mapping[str, str]) -> None:
        """Make an empty catalogue with this manifest; all of it or nothing."""
        with self._writing() as db:
            db.executescript(f"BEGIN; {SCHEMA}")
            self._put_meta(db, manifest)

    @property
    def exists(self) -> bool:
        """Whether it was made; a file that a crash left without tables is none."""
        if not self.path.exists():
            return False
        with self._reading() as db:
            query = "SELECT count(*) FROM sqlite_master WHERE name = 'meta'"
            return bool(scalar(db, query))

    def manifest(self) -> dict[str, str]:
        """What the library was made with. Raises `LibraryMismatch` for another schema."""
        with self._reading() as db:
            manifest = dict(db.execute("SELECT name, value FROM meta"))
        version = int(manifest.get("schema_version", 0))
        if version != SCHEMA_VERSION:
            newer = "update Attest, or " if version > SCHEMA_VERSION else ""
            raise LibraryMismatch(
                f"the library at {self.path.parent} has schema version {version}, this program "
                f"reads {SCHEMA_VERSION}",
                f"{newer}ingest the documents into a new library (--library DIR)",
            )
        return manifest

    def revision(self) -> int:
        """A number that grows with every committed change."""
        with self._reading() as db:
            return int(scalar(db, "SELECT value FROM meta WHERE name = 'revision'"))

    # --- reading -------------------------------------------------------------------------------

    def entries(self, filters: Filters) -> tuple[Entry, ...]:
        """The documents that pass the filters, by title."""
        with self._reading() as db:
            return select_entries(db, filters)

    def origin(self, address: str) -> Origin | None:
        """What is noted of this path or web address."""
        with self._reading() as db:
            return select_origin(db, address)

    def origins(self, beginning: str = "") -> tuple[Origin, ...]:
        """The paths and web addresses, of those that begin so, that documents came from."""
        with self._reading() as db:
            return select_origins_under(db, beginning)

    def original(self, document_id: str) -> bytes | None:
        """The bytes of a web page as they were fetched; None for what was no web page."""
        with self._reading() as db:
            return select_original(db, document_id)

    def newer_edition(self, document_id: str) -> str | None:
        """The id of the latest document that names this one as its older edition."""
        with self._reading() as db:
            return select_newer_edition(db, document_id)

    def document(self, document_id: str) -> Document:
        """The whole document. Raises `DocumentMissing`."""
        with self._reading() as db:
            return select_document(db, document_id)

    def titles(self) -> tuple[Title, ...]:
        """What each document can be named by."""
        with self._reading() as db:
            return select_titles(db)

    def spans(self, document_id: str) -> tuple[tuple[int, int], ...]:
        """Start and end of the document's passages, in order."""
        query = "SELECT start, end FROM passages WHERE document_id = ? ORDER BY number"
        with self._reading() as db:
            return tuple(db.execute(query, (document_id,)).fetchall())

    def search_words(self, expression: str, limit: int, filters: Filters) -> tuple[str, ...]:
        """Vector ids of the passages that match an FTS5 expression, best BM25 first."""
        condition, values = filter_condition(filters)
        query = f"""SELECT d.vector_key, p.number FROM words
            JOIN passages p ON p.id = words.rowid JOIN documents d ON d.id = p.document_id
            WHERE words MATCH ? AND {condition} ORDER BY bm25(words), p.id LIMIT ?"""
        with self._reading() as db:
            rows = db.execute(query, (expression, *values, limit)).fetchall()
        return tuple(vector_id(*row) for row in rows)

    def resolve(self, vector_ids: Sequence[str]) -> dict[str, Passage]:
        """The passages of those vectors that are committed; the others are left out."""
        found = {}
        query = """SELECT d.vector_key, d.id, p.start, p.end FROM documents d
            JOIN passages p ON p.document_id = d.id WHERE d.vector_key = ? AND p.number = ?"""
        with self._reading() as db:
            for name in vector_ids:
                row = db.execute(query, name.split(":")).fetchone()
                if row:
                    found[name] = Passage(self._document(db, row[0], row[1]), row[2], row[3])
        return found

    def tokens(self, passages: Sequence[Passage]) -> tuple[TokenVectors | None, ...]:
        """The token vectors stored with each passage; None for one that is no longer there."""
        query = """SELECT offsets, tokens FROM embeddings e JOIN passages p ON p.embedding = e.key
            WHERE p.document_id = ? AND p.start = ? AND p.end = ?"""
        with self._reading() as db:
            rows = [
                db.execute(query, (passage.document.id, passage.start, passage.end)).fetchone()
                for passage in passages
            ]
        return tuple(unpacked(*row) if row else None for row in rows)

    def embeddings(self, keys: Iterable[str]) -> dict[str, Embedding]:
        """Those of these embeddings that are there already, by key."""
        query = "SELECT key, vector, offsets, tokens FROM embeddings WHERE key = ?"
        with self._reading() as db:
            rows = (db.execute(query, (key,)).fetchone() for key in keys)
            return {row[0]: Embedding(*row) for row in rows if row}

    def vector_rows(self, vector_key: str) -> tuple[Document, tuple[bytes, ...]]:
        """A document by its vectors' key, and its passages' vectors in order."""
        query = "SELECT id FROM documents WHERE vector_key = ?"
        with self._reading() as db:
            document = select_document(db, str(scalar(db, query, (vector_key,))))
            rows = db.execute(
                """SELECT e.vector FROM passages p JOIN embeddings e ON e.key = p.embedding
                WHERE p.document_id = ? ORDER BY p.number""",
                (document.id,),
            ).fetchall()
        return document, tuple(vector for (vector,) in rows)

    def document_frequency(self, expression: str) -> int:
        """How many passages match an FTS5 expression."""
        query = "SELECT count(*) FROM words WHERE words MATCH ?"
        with self._reading() as db:
            return int(scalar(db, query, (expression,)))

    def vector_ids(self) -> frozenset[str]:
        """The ids of all vectors that there should be."""
        query = """SELECT d.vector_key, p.number FROM passages p
            JOIN documents d ON d.id = p.document_id"""
        with self._reading() as db:
            return frozenset(vector_id(*row) for row in db.execute(query))

    def passage_count(self) -> int:
        """How many passages there are."""
        with self._reading() as db:
            return int(scalar(db, "SELECT count(*) FROM passages"))

    # --- writing: the caller holds the writer's lock ---------------------------------------------

    def pending(self) -> tuple[str, ...]:
        """Keys of vectors that an unfinished write added or meant to take away."""
        with self._reading() as db:
            return tuple(key for (key,) in db.execute("SELECT vector_key FROM pending"))

    def announce(self, keys: Iterable[str]) -> None:
        """Note, before the vectors are written, that they will be."""
        with self._writing() as db:
            db.executemany("INSERT OR IGNORE INTO pending VALUES (?)", [(k,) for k in keys])

    def settle(self, keys: Iterable[str]) -> None:
        """Forget keys whose vectors are gone."""
        with self._writing() as db:
            db.executemany("DELETE FROM pending WHERE vector_key = ?", [(k,) for k in keys])

    def commit(self, change: Change, additions: Sequence[Addition] = ()) -> tuple[str, ...]:
        """Do all of the change in one transaction; `additions` are its documents, embedded.

        Returns the vector keys of removed documents, which stay pending until `settle`.
        """
        coming = [addition.document.id for addition in additions]
        returning = [name for name in change.removing if name in coming]
        with self._writing() as db:
            origins = [origin for name in returning for origin in select_origins(db, name)]
            originals = {name: select_original(db, name) for name in returning}
            stale = [delete_document(db, name) for name in change.removing]
            for addition in additions:
                insert_document(db, addition)
                put_origin(db, Origin(addition.document.origin, addition.document.id))
            for origin in (*origins, *change.origins):
                put_origin(db, origin)
            for origin in change.forgetting:
                forget_origin(db, origin)
            for name, data in (*originals.items(), *change.originals.items()):
                if data is not None:
                    put_original(db, name, data)
            stale += settle_origins(db)
            put_likenesses(db, additions)
            if stale:
                delete_unused_embeddings(db)
            db.executemany("INSERT INTO pending VALUES (?)", [(key,) for key in stale])
            self._put_meta(db, {})
        self._recent.clear()
        return tuple(stale)

    def note(self, manifest: Mapping[str, str]) -> None:
        """Write what the library is made with."""
        with self._writing() as db:
            self._put_meta(db, manifest)

    @staticmethod
    def _put_meta(db: sqlite3.Connection, values: Mapping[str, str]) -> None:
        """Write these values; whatever is written, the revision grows."""
        db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
        db.execute("UPDATE meta SET value = value + 1 WHERE name = 'revision'")

    # --- connections ---------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._translated(), closing(self._connect()) as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._translated(), closing(self._connect()) as db, db:
            yield db

    def _document(self, db: sqlite3.Connection, vector_key: str, document_id: str) -> Document:
        """The document, kept for the next question: a vector key never names another text."""
        document = self._recent.pop(vector_key, None) or select_document(db, document_id)
        self._recent[vector_key] = document
        while len(self._recent) > RECENT_DOCUMENTS:
            self._recent.pop(next(iter(self._recent)), None)
        return document

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA foreign_keys = ON")
        return db

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StorageError(
                f"the library's catalogue {self.path} cannot be used: {error}",
                "check that the disk has room, that the folder can be written, and try again",
            ) from error
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(
                f"the library's catalogue {self.path} is damaged: {error}",
                "restore the folder from a copy, or ingest the documents into a new library",
            ) from error
