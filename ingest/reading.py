"""A file becomes a document: which reader reads it, and what is known of it.

What the user says goes before the table `sources.csv`, and that before what the file says of
itself. A document of which nobody says what it is, is of kind "other".
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from index.types import Document
from ingest.content import Content, Metadata
from ingest.docx import read_docx
from ingest.errors import ReadError
from ingest.files import SourceFile
from ingest.html import read_html
from ingest.markdown import read_markdown
from ingest.pdf import read_pdf
from ingest.structure import with_provisions
from ingest.text import read_text

LARGEST_BYTES = 100_000_000
ID_DIGITS = 16
LAW = ("statute", "treaty", "regulation")

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FORMATS: dict[str, tuple[str, Callable[[bytes], Content]]] = {
    ".md": ("text/markdown", read_markdown),
    ".markdown": ("text/markdown", read_markdown),
    ".txt": ("text/plain", read_text),
    ".text": ("text/plain", read_text),
    ".html": ("text/html", read_html),
    ".htm": ("text/html", read_html),
    ".xhtml": ("text/html", read_html),
    ".pdf": ("application/pdf", read_pdf),
    ".docx": (_WORD, read_docx),
}
SUFFIXES = tuple(_FORMATS)


def read(file: SourceFile, known: Metadata, largest_bytes: int = LARGEST_BYTES) -> Document:
    """The document in a file; `known` goes before what the file says of itself.

    Raises `ReadError` if it is absent, too large, of an unknown type, empty or damaged.
    """
    media_type, reader = _format(file.path)
    data = _bytes(file.path, largest_bytes)
    content = reader(data)
    if not any(map(str.isalnum, content.text)):
        raise ReadError("the file has no words", "check that it is the right file")
    facts = known.over(content.found)
    kind = facts.kind or "other"
    headings = content.headings
    return Document(
        id=content_id(data),
        title=facts.title or file.path.stem,
        kind=kind,
        publisher=facts.publisher,
        author=facts.author,
        published=facts.published,
        jurisdiction=facts.jurisdiction,
        origin=file.origin,
        media_type=media_type,
        text=content.text,
        pages=content.pages,
        headings=with_provisions(content.text, headings) if kind in LAW else headings,
    )


def content_id(data: bytes) -> str:
    """What tells a document: the start of its original's SHA-256."""
    return hashlib.sha256(data).hexdigest()[:ID_DIGITS]


def _format(path: Path) -> tuple[str, Callable[[bytes], Content]]:
    if not path.exists():
        raise _missing()
    found = _FORMATS.get(path.suffix.lower())
    if found is None:
        raise ReadError(
            f"files of type {path.suffix or 'unknown'} are not read",
            f"save it as one of {', '.join(SUFFIXES)}",
        )
    return found


def _bytes(path: Path, most: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > most:
            raise ReadError(
                f"the file has {size / 1e6:,.1f} MB, more than {most / 1e6:,.0f}",
                "split it, or allow more with ATTEST_MAX_FILE_MB",
            )
        if size == 0:
            raise ReadError("the file is empty (0 bytes)", "check that it is the right file")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise _missing() from error
    except OSError as error:
        raise ReadError(
            f"the file cannot be read: {error.strerror}", "check that you may read it"
        ) from error


def _missing() -> ReadError:
    return ReadError("there is no such file or folder", "check the path")
