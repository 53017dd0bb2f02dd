"""How values become rows of the catalogue, and rows values again."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from index.embedder import TokenVectors
from index.errors import DocumentMissing
from index.types import Document, Filters, Heading, Page, Passage

UNIT = 127
SOURCE_FIELDS = (
    "id", "title", "kind", "publisher", "author", "published", "jurisdiction", "origin",
    "media_type",
)  # fmt: skip


@dataclass(frozen=True)
class Addition:
    """A document ready to be stored: its passages, the words to find each by, its vectors' key.

    `tokens` are those of each passage, once it is embedded.
    """

    passages: tuple[Passage, ...]
    words: tuple[str, ...]
    vector_key: str
    tokens: tuple[TokenVectors, ...] = ()

    @property
    def document(self) -> Document:
        """The document of all these passages."""
        return self.passages[0].document


def packed(tokens: TokenVectors) -> tuple[bytes, bytes]:
    """Offsets as 16-bit numbers, unit vectors as 8-bit fixed point: a quarter of their size."""
    vectors = np.rint(tokens.vectors * UNIT).astype(np.int8)
    return tokens.offsets.astype("<u2").tobytes(), vectors.tobytes()


def unpacked(offsets: bytes, vectors: bytes) -> TokenVectors:
    """What `packed` packed; a component is off by at most 1/254."""
    places = np.frombuffer(offsets, "<u2").reshape(-1, 2).astype(np.int64)
    rows = np.frombuffer(vectors, np.int8).reshape(len(places), -1 if len(places) else 0)
    return TokenVectors(places, rows.astype(np.float32) / np.float32(UNIT))


def vector_id(key: str, number: int) -> str:
    """The id of a passage's vector: its document's key and its number, from 0."""
    return f"{key}:{number}"


def day_number(date: str | None, *, last: bool = False) -> int | None:
    """An ISO date of any precision as yyyymmdd; what is left open is 00, or 99 if `last`."""
    if date is None:
        return None
    digits = date.replace("-", "")[:8]
    return int(digits.ljust(8, "9" if last else "0"))


def insert_document(db: sqlite3.Connection, addition: Addition) -> None:
    """Insert a document with its passages and words; its vectors are pending no more."""
    document = addition.document
    values = [getattr(document, field) for field in SOURCE_FIELDS]
    pages = json.dumps([(p.number, p.start, p.end) for p in document.pages])
    headings = json.dumps([(h.start, h.level, h.title, h.label) for h in document.headings])
    added = datetime.now(UTC).isoformat(timespec="seconds")
    db.execute(
        f"INSERT INTO documents VALUES ({', '.join('?' * 15)})",
        (*values, document.text, pages, headings, day_number(document.published),
         addition.vector_key, added),
    )  # fmt: skip
    parts = zip(addition.passages, addition.words, addition.tokens, strict=True)
    for number, (passage, words, tokens) in enumerate(parts):
        row = db.execute(
            "INSERT INTO passages (document_id, number, start, end) VALUES (?, ?, ?, ?)",
            (document.id, number, passage.start, passage.end),
        )
        db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row.lastrowid, words))
        db.execute("INSERT INTO tokens VALUES (?, ?, ?)", (row.lastrowid, *packed(tokens)))
    db.execute("DELETE FROM pending WHERE vector_key = ?", (addition.vector_key,))


def delete_document(db: sqlite3.Connection, document_id: str) -> str:
    """Delete a document with its passages and words; its vectors' key."""
    row = db.execute("SELECT vector_key FROM documents WHERE id = ?", (document_id,)).fetchone()
    if row is None:
        raise _missing(document_id)
    mine = "SELECT id FROM passages WHERE document_id = ?"
    db.execute(f"DELETE FROM words WHERE rowid IN ({mine})", (document_id,))
    db.execute("DELETE FROM documents WHERE id = ?", (document_id,))
    return str(row[0])


def select_document(db: sqlite3.Connection, document_id: str) -> Document:
    """The whole document. Raises `DocumentMissing`."""
    query = f"SELECT {', '.join(SOURCE_FIELDS)}, text, pages, headings FROM documents WHERE id = ?"
    row = db.execute(query, (document_id,)).fetchone()
    if row is None:
        raise _missing(document_id)
    pages = tuple(Page(*page) for page in json.loads(row[10]))
    headings = tuple(Heading(*heading) for heading in json.loads(row[11]))
    fields: dict[str, Any] = dict(zip(SOURCE_FIELDS, row, strict=False))
    return Document(**fields, text=row[9], pages=pages, headings=headings)


def _missing(document_id: str) -> DocumentMissing:
    return DocumentMissing(
        f"no document has the id {document_id!r}",
        "see the ids with: python -m assistant library list",
    )


def filter_condition(filters: Filters) -> tuple[str, list[str | int]]:
    """The filters as SQL over `documents d`, with its values."""
    parts, values = ["1"], list[str | int]()
    for column, allowed in (
        ("kind", filters.kinds),
        ("publisher", filters.publishers),
        ("jurisdiction", filters.jurisdictions),
        ("id", filters.documents),
    ):
        if allowed:
            parts.append(f"d.{column} IN ({', '.join('?' * len(allowed))})")
            values.extend(allowed)
    if filters.published_from:
        parts.append("d.day >= ?")
        values.append(day_number(filters.published_from) or 0)
    if filters.published_to:
        parts.append("d.day <= ?")
        values.append(day_number(filters.published_to, last=True) or 0)
    return " AND ".join(parts), values


def scalar(db: sqlite3.Connection, query: str, values: Sequence[str] = ()) -> str | int:
    """The first column of the query's only row."""
    row: tuple[str | int] = db.execute(query, values).fetchone()
    return row[0]
