"""Where documents came from and how they are related, as rows of the catalogue.

A document has one origin or more: the same content under two paths is one document. It may name an
older edition that it supersedes, and may be nearly the same as another. Functions over an open
connection; when they are called, and in which transaction, is the catalogue's to say.
"""

import sqlite3
import zlib
from collections.abc import Sequence

from index.likeness import Signature, alike, unpacked_signature
from index.query import Title
from index.rows import Addition, delete_document, newer_edition
from index.types import Origin

_ORIGINS = """SELECT address, document_id, fingerprint, etag, last_modified, final_address
    FROM origins"""
_LAST = "\U0010ffff"  # sorts after whatever else an address goes on with


def select_origin(db: sqlite3.Connection, address: str) -> Origin | None:
    """What is noted of this path or web address."""
    row = db.execute(f"{_ORIGINS} WHERE address = ?", (address,)).fetchone()
    return Origin(*row) if row else None


def select_origins(db: sqlite3.Connection, document_id: str | None = None) -> tuple[Origin, ...]:
    """All that is noted, or that of one document, by address."""
    query = f"{_ORIGINS} WHERE document_id = coalesce(?, document_id) ORDER BY address"
    return tuple(Origin(*row) for row in db.execute(query, (document_id,)))


def select_origins_under(db: sqlite3.Connection, beginning: str) -> tuple[Origin, ...]:
    """Those whose address begins so, by address."""
    query = f"{_ORIGINS} WHERE address >= ? AND address < ? ORDER BY address"
    return tuple(Origin(*row) for row in db.execute(query, (beginning, beginning + _LAST)))


def put_origin(db: sqlite3.Connection, origin: Origin) -> None:
    """Note where an original is, in the place of what its address led to."""
    db.execute(
        "INSERT OR REPLACE INTO origins VALUES (?, ?, ?, ?, ?, ?)",
        (origin.address, origin.document_id, origin.fingerprint, origin.etag,
         origin.last_modified, origin.final_address),
    )  # fmt: skip


def forget_origin(db: sqlite3.Connection, origin: Origin) -> None:
    """Let the address lead to this document no longer; if it leads to another, it still does."""
    db.execute(
        "DELETE FROM origins WHERE address = ? AND document_id = ?",
        (origin.address, origin.document_id),
    )


def settle_origins(db: sqlite3.Connection) -> list[str]:
    """Delete documents left without an origin, and name one of theirs as the others' own.

    Returns the vector keys of the deleted ones.
    """
    mine = "SELECT 1 FROM origins WHERE document_id = documents.id"
    left = db.execute(f"SELECT id FROM documents WHERE NOT EXISTS ({mine})").fetchall()
    db.execute(
        f"""UPDATE documents SET origin =
            (SELECT min(address) FROM origins WHERE document_id = documents.id)
        WHERE EXISTS ({mine}) AND NOT EXISTS ({mine} AND address = documents.origin)"""
    )
    return [delete_document(db, document_id) for (document_id,) in left]


def put_original(db: sqlite3.Connection, document_id: str, data: bytes) -> None:
    """Keep the bytes as they were fetched."""
    packed = zlib.compress(data)
    db.execute("INSERT OR REPLACE INTO originals VALUES (?, ?)", (document_id, packed))


def select_original(db: sqlite3.Connection, document_id: str) -> bytes | None:
    """The bytes as they were fetched; None for a document that was no web page."""
    query = "SELECT data FROM originals WHERE document_id = ?"
    row = db.execute(query, (document_id,)).fetchone()
    return zlib.decompress(row[0]) if row else None


def select_newer_edition(db: sqlite3.Connection, document_id: str) -> str | None:
    """The id of the latest document that names this one as its older edition."""
    row = db.execute(newer_edition("?"), (document_id,)).fetchone()
    return row[0] if row else None


def select_titles(db: sqlite3.Connection) -> tuple[Title, ...]:
    """What each document can be named by."""
    query = f"""SELECT d.id, d.title, d.publisher, d.published, d.jurisdiction,
        ({newer_edition("d.id")}) FROM documents d"""
    return tuple(Title(*row) for row in db.execute(query))


def put_likenesses(db: sqlite3.Connection, additions: Sequence[Addition]) -> None:
    """Note which documents are nearly the same as these, both ways."""
    if not additions:
        return
    signatures: dict[str, Signature] = {
        name: unpacked_signature(value)
        for name, value in db.execute("SELECT id, signature FROM documents")
    }
    for addition in additions:
        mine = addition.document.id
        others = {name: value for name, value in signatures.items() if name != mine}
        for other, similarity in alike(addition.signature, others).items():
            db.executemany(
                "INSERT OR REPLACE INTO likenesses VALUES (?, ?, ?)",
                [(mine, other, similarity), (other, mine, similarity)],
            )
