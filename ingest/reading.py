"""A file becomes a document: which reader reads it, and what is known of it.

What the user says goes before the table `sources.csv`, and that before what the file says of
itself. A document of which nobody says what it is, is of kind "other".
"""

import hashlib
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.environment import DEFAULT_FILE_BYTES
from index.types import Document
from ingest.content import Content, Metadata
from ingest.errors import ReadError
from ingest.files import SourceFile
from ingest.formats.docx import read_docx
from ingest.formats.html import read_html
from ingest.formats.markdown import read_markdown
from ingest.formats.pdf import read_pdf
from ingest.formats.text import read_text
from ingest.structure import with_provisions

LONGEST_TEXT_CHARS = 5_000_000  # some 2,500 pages; cutting them takes 1 GB of memory
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


@dataclass(frozen=True)
class Reading:
    """A document and, if not empty, what of its file was guessed or could not be read."""

    document: Document
    caution: str = ""


def read(file: SourceFile, known: Metadata, largest_bytes: int = DEFAULT_FILE_BYTES) -> Reading:
    """The document in a file; `known` goes before what the file says of itself.

    Raises `ReadError` if it is absent, too large, of an unknown type, empty or damaged.
    """
    size_bytes = _size(file.path)
    media_type, reader = _format(file.path)
    data = _bytes(file.path, size_bytes, largest_bytes)
    content = reader(data)
    _check_words(content.text)
    facts = known.over(content.found)
    kind = facts.kind or "other"
    headings = content.headings
    document = Document(
        id=content_id(data),
        title=facts.title or " ".join(Path(file.origin).stem.split()),
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
    return Reading(document, content.caution)


def content_id(data: bytes) -> str:
    """What tells a document: the start of its original's SHA-256."""
    return hashlib.sha256(data).hexdigest()[:ID_DIGITS]


def _size(path: Path) -> int:
    """Size in bytes of a file that can be read at all: a pipe, say, would be waited for."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            next(path.iterdir(), None)
    except OSError as error:
        raise _unreadable(error) from error
    if not stat.S_ISREG(found.st_mode):
        raise ReadError("it is no file, but a folder, device or pipe", "name a file")
    return found.st_size


def _format(path: Path) -> tuple[str, Callable[[bytes], Content]]:
    found = _FORMATS.get(path.suffix.lower())
    if found is None:
        raise ReadError(
            f"files of type {path.suffix or 'unknown'} are not read",
            f"save it as one of {', '.join(SUFFIXES)}",
        )
    return found


def _bytes(path: Path, size_bytes: int, most: int) -> bytes:
    if size_bytes > most:
        raise ReadError(
            f"the file has {size_bytes / 1e6:,.1f} MB, more than {most / 1e6:,.0f}",
            "split it, or allow more with ATTEST_MAX_FILE_MB",
        )
    if size_bytes == 0:
        raise ReadError("the file is empty (0 bytes)", "check that it is the right file")
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(error) from error


def _check_words(text: str) -> None:
    if not any(map(str.isalnum, text)):
        raise ReadError("the file has no words", "check that it is the right file")
    if len(text) > LONGEST_TEXT_CHARS:
        raise ReadError(
            f"the file's text has {len(text):,} characters, more than {LONGEST_TEXT_CHARS:,}",
            "split it into several files",
        )


def _unreadable(error: OSError) -> ReadError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return ReadError("there is no such file or folder", "check the path")
    return ReadError(f"it cannot be read: {error.strerror}", "check that you may read it")
