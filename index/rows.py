"""How values become rows of the catalogue, and rows values again."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from index.embedder import TokenVectors, Vectors
from index.errors import DocumentMissing
from index.likeness import Signature, packed_signature
from index.types import Document, Entry, Filters, Heading, Likeness, Page, Passage, Source

UNIT = 127
SOURCE_FIELDS = (
    "id", "title", "kind", "publisher", "author", "published", "jurisdiction", "origin",
    "media_type", "retrieved", "supersedes", "inferred", "corrected", "caution",
)  # fmt: skip
_LISTS = ("inferred", "corrected")  # stored as JSON


@dataclass(frozen=True)
class Embedding:
    """What the embedder made of one text: kept by `key`, which tells text and embedder.

    `vector` is 32-bit floats, `offsets` and `tokens` are as `packed` makes them.
    """

    key: str
    vector: bytes
    offsets: bytes
    tokens: bytes


@dataclass(frozen=True)
class Addition:
    """A document ready to be stored: its passages, the words to find each by, its vectors' key.

    `embeddings` are those of each passage, once it is embedded.
    """

    passages: tuple[Passage, ...]
    words: tuple[str, ...]
    vector_key: str
    signature: Signature
    embeddings: tuple[Embedding, ...] = ()

    @property
    def document(self) -> Document:
        """The document of all these passages."""
        return self.passages[0].document

    @property
    def vectors(self) -> Vectors:
        """The passages' unit vectors, shape (passages, dimension)."""
        return np.stack([np.frombuffer(e.vector, "<f4") for e in self.embeddings])


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


# --- writing -------------------------------------------------------------------------------------


def insert_document(db: sqlite3.Connection, addition: Addition) -> None:
    """Insert a document with its passages and words; its vectors are pending no more."""
    document = addition.document
    facts = [getattr(document, field) for field in SOURCE_FIELDS]
    facts = [json.dumps(fact) if isinstance(fact, tuple) else fact for fact in facts]
    pages = [(p.number, p.start, p.end, p.label, p.recognised) for p in document.pages]
    headings = [(h.start, h.level, h.title, h.label) for h in document.headings]
    added = datetime.now(UTC).isoformat(timespec="seconds")
    db.execute(
        f"INSERT INTO documents VALUES ({', '.join('?' * (len(facts) + 7))})",
        (*facts, document.text, json.dumps(pages), json.dumps(headings),
         day_number(document.published), addition.vector_key, added,
         packed_signature(addition.signature)),
    )  # fmt: skip
    parts = zip(addition.passages, addition.words, addition.embeddings, strict=True)
    for number, (passage, words, embedding) in enumerate(parts):
        db.execute(
            "INSERT OR IGNORE INTO embeddings VALUES (?, ?, ?, ?)",
            (embedding.key, embedding.vector, embedding.offsets, embedding.tokens),
        )
        row = db.execute(
            "INSERT INTO passages (document_id, number, start, end, embedding) "
            "VALUES (?, ?, ?, ?, ?)",
            (document.id, number, passage.start, passage.end, embedding.key),
        )
        db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row.lastrowid, words))
    db.execute("DELETE FROM pending WHERE vector_key = ?", (addition.vector_key,))


def delete_document(db: sqlite3.Connection, document_id: str) -> str:
    """Delete a document with its passages, words and all else that is its own; its vectors' key.

    Its embeddings stay until `delete_unused_embeddings`. Raises `DocumentMissing`.
    """
    row = db.execute("SELECT vector_key FROM documents WHERE id = ?", (document_id,)).fetchone()
    if row is None:
        raise _missing(document_id)
    mine = "SELECT id FROM passages WHERE document_id = ?"
    db.execute(f"DELETE FROM words WHERE rowid IN ({mine})", (document_id,))
    db.execute("DELETE FROM documents WHERE id = ?", (document_id,))
    return str(row[0])


def delete_unused_embeddings(db: sqlite3.Connection) -> None:
    """Delete the embeddings that no passage has any more."""
    db.execute(
        "DELETE FROM embeddings WHERE NOT EXISTS "
        "(SELECT 1 FROM passages WHERE passages.embedding = embeddings.key)"
    )


# --- reading -------------------------------------------------------------------------------------


def select_document(db: sqlite3.Connection, document_id: str) -> Document:
    """The whole document. Raises `DocumentMissing`."""
    query = f"SELECT {', '.join(SOURCE_FIELDS)}, text, pages, headings FROM documents WHERE id = ?"
    row = db.execute(query, (document_id,)).fetchone()
    if row is None:
        raise _missing(document_id)
    text, pages, headings = row[len(SOURCE_FIELDS) :]
    return Document(
        **_facts(row),
        text=text,
        pages=tuple(Page(*page) for page in json.loads(pages)),
        headings=tuple(Heading(*heading) for heading in json.loads(headings)),
    )


def select_entries(db: sqlite3.Connection, filters: Filters) -> tuple[Entry, ...]:
    """The documents that pass the filters, by title."""
    condition, values = filter_condition(filters)
    query = f"""SELECT {", ".join("d." + f for f in SOURCE_FIELDS)}, length(d.text),
        json_array_length(d.pages), (SELECT count(*) FROM passages WHERE document_id = d.id),
        d.added,
        (SELECT count(*) FROM json_each(d.pages) WHERE json_extract(value, '$[4]') IS NOT NULL),
        ({newer_edition("d.id")})
        FROM documents d WHERE {condition} ORDER BY d.title, d.id"""
    origins, alike = _addresses(db, filters.documents), _likenesses(db, filters.documents)
    entries = []
    for row in db.execute(query, values):
        characters, pages, passages, added, recognised, newer = row[len(SOURCE_FIELDS) :]
        source = Source(**_facts(row))
        others = [address for address in origins.get(source.id, ()) if address != source.origin]
        entries.append(
            Entry(
                source,
                characters,
                pages,
                passages,
                added,
                recognised,
                (source.origin, *others),
                alike.get(source.id, ()),
                newer,
            )
        )
    return tuple(entries)


def newer_edition(document_id: str) -> str:
    """SQL for the id of the latest document that names this one as its older edition.

    `document_id` is SQL too: a column, or "?".
    """
    return f"""SELECT n.id FROM documents n JOIN origins o ON o.address = n.supersedes
        WHERE o.document_id = {document_id} AND n.id != o.document_id
        ORDER BY n.day DESC LIMIT 1"""


def _facts(row: Sequence[Any]) -> dict[str, Any]:
    facts = dict(zip(SOURCE_FIELDS, row, strict=False))
    return facts | {name: tuple(json.loads(facts[name])) for name in _LISTS}


def _addresses(db: sqlite3.Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """The origins of these documents, of all if there are no ids, by document."""
    found = dict[str, list[str]]()
    query = f"SELECT document_id, address FROM origins {_among(ids)} ORDER BY address"
    for document_id, address in db.execute(query, ids):
        found.setdefault(document_id, []).append(address)
    return found


def _likenesses(db: sqlite3.Connection, ids: Sequence[str]) -> dict[str, tuple[Likeness, ...]]:
    found = dict[str, tuple[Likeness, ...]]()
    query = f"""SELECT document_id, d.id, d.title, similarity FROM likenesses
        JOIN documents d ON d.id = other_id {_among(ids)} ORDER BY similarity DESC"""
    for mine, *other in db.execute(query, ids):
        found[mine] = (*found.get(mine, ()), Likeness(*other))
    return found


def _among(ids: Sequence[str]) -> str:
    return f"WHERE document_id IN ({', '.join('?' * len(ids))})" if ids else ""


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
