"""The truth about a library: documents, passages and full-text index in one SQLite file.

A document is there if its row is committed, and only then; vectors without a row here are not
seen by anybody. `pending` names the vectors that a write is about to add or take away, so that
what a crash leaves can be found and put right. Vectors themselves are not kept here.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from index.embedder import TokenVectors
from index.errors import LibraryDamaged, LibraryMismatch, StorageError
from index.rows import (
    SOURCE_FIELDS,
    Addition,
    delete_document,
    filter_condition,
    insert_document,
    scalar,
    select_document,
    unpacked,
    vector_id,
)
from index.types import Document, Entry, Filters, Passage, Source

SCHEMA_VERSION = 2
BUSY_TIMEOUT_S = 30.0
RECENT_DOCUMENTS = 64
Words = Callable[[Sequence[Passage]], tuple[str, ...]]
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL, publisher TEXT, author TEXT,
    published TEXT, jurisdiction TEXT, origin TEXT NOT NULL UNIQUE, media_type TEXT NOT NULL,
    text TEXT NOT NULL, pages TEXT NOT NULL, headings TEXT NOT NULL, day INTEGER,
    vector_key TEXT NOT NULL UNIQUE, added TEXT NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    number INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    UNIQUE (document_id, number), UNIQUE (document_id, start)
);
CREATE TABLE tokens (
    passage_id INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    offsets BLOB NOT NULL, vectors BLOB NOT NULL
);
CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TABLE pending (vector_key TEXT PRIMARY KEY);
INSERT INTO meta VALUES ('revision', '0');
"""


class Catalogue:
    """Reads and writes the SQLite file. A connection lives for one call: threads share nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._recent: dict[str, Document] = {}

    def create(self, manifest: Mapping[str, str]) -> None:
        """Make an empty catalogue with this manifest; all of it or nothing."""
        with self._writing() as db:
            db.executescript(f"BEGIN; {_SCHEMA}")
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
        """What the library was made with. Raises `LibraryMismatch` for a newer schema."""
        with self._reading() as db:
            manifest = dict(db.execute("SELECT name, value FROM meta"))
        if int(manifest.get("schema_version", 0)) != SCHEMA_VERSION:
            raise LibraryMismatch(
                f"the library at {self.path.parent} has schema version "
                f"{manifest.get('schema_version')}, this program reads {SCHEMA_VERSION}",
                "update Attest, or ingest the documents into a new library (--library DIR)",
            )
        return manifest

    def revision(self) -> int:
        """A number that grows with every committed change."""
        with self._reading() as db:
            return int(scalar(db, "SELECT value FROM meta WHERE name = 'revision'"))

    # --- reading -------------------------------------------------------------------------------

    def entries(self, filters: Filters) -> tuple[Entry, ...]:
        """The documents that pass the filters, by title."""
        condition, values = filter_condition(filters)
        query = f"""SELECT {", ".join("d." + f for f in SOURCE_FIELDS)}, length(d.text),
            json_array_length(d.pages), (SELECT count(*) FROM passages WHERE document_id = d.id),
            d.added FROM documents d WHERE {condition} ORDER BY d.title, d.id"""
        with self._reading() as db:
            return tuple(Entry(Source(*row[:9]), *row[9:]) for row in db.execute(query, values))

    def id_of_origin(self, origin: str) -> str | None:
        """The id of the document from this path or address."""
        with self._reading() as db:
            row = db.execute("SELECT id FROM documents WHERE origin = ?", (origin,)).fetchone()
        return row[0] if row else None

    def document(self, document_id: str) -> Document:
        """The whole document. Raises `DocumentMissing`."""
        with self._reading() as db:
            return select_document(db, document_id)

    def addition(self, vector_key: str, words: Words) -> Addition:
        """A committed document as it was added, `words` giving the text to find passages by."""
        with self._reading() as db:
            query = "SELECT id FROM documents WHERE vector_key = ?"
            document = select_document(db, str(scalar(db, query, (vector_key,))))
        passages = tuple(Passage(document, *span) for span in self.spans(document.id))
        return Addition(passages, words(passages), vector_key)

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
        query = """SELECT offsets, vectors FROM tokens JOIN passages p ON p.id = passage_id
            WHERE p.document_id = ? AND p.start = ? AND p.end = ?"""
        with self._reading() as db:
            rows = [
                db.execute(query, (passage.document.id, passage.start, passage.end)).fetchone()
                for passage in passages
            ]
        return tuple(unpacked(*row) if row else None for row in rows)

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

    def commit(
        self,
        additions: Sequence[Addition],
        removing: Sequence[str],
        manifest: Mapping[str, str] | None = None,
    ) -> tuple[str, ...]:
        """Add and remove documents in one transaction.

        Returns the vector keys of the removed ones, which stay pending until `settle`.
        """
        with self._writing() as db:
            stale = [delete_document(db, document_id) for document_id in removing]
            db.executemany("INSERT INTO pending VALUES (?)", [(key,) for key in stale])
            for addition in additions:
                insert_document(db, addition)
            db.execute("UPDATE meta SET value = value + 1 WHERE name = 'revision'")
            self._put_meta(db, manifest or {})
        return tuple(stale)

    @staticmethod
    def _put_meta(db: sqlite3.Connection, values: Mapping[str, str]) -> None:
        db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

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
