"""A file becomes documents: what it is, which reader reads it, and what is known of it.

What the user says goes before the table `sources.csv`, and that before what the file says of
itself. A document of which nobody says what it is, is of kind "other". An archive or an e-mail
holds files of its own, each a document. All of this runs in a worker process (`ingest.workers`).
"""

import hashlib
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from index.environment import DEFAULT_FILE_BYTES
from index.types import Document
from ingest import sniffing
from ingest.content import Content, Metadata, Part, cautions
from ingest.errors import ReadError
from ingest.files import TABLE, SourceFile, inside
from ingest.formats.archive import read_zip
from ingest.formats.csv_table import read_csv
from ingest.formats.docx import read_docx
from ingest.formats.epub import read_epub
from ingest.formats.html import read_html
from ingest.formats.image import Recogniser, read_image
from ingest.formats.mail import read_mail
from ingest.formats.markdown import read_markdown
from ingest.formats.odt import read_odp, read_ods, read_odt
from ingest.formats.pdf import read_pdf
from ingest.formats.pptx import read_pptx
from ingest.formats.recognition import recognise
from ingest.formats.rtf import read_rtf
from ingest.formats.spreadsheet import read_xlsx
from ingest.formats.text import read_text
from ingest.structure import with_provisions

Pictures = Literal["ask", "recognise", "leave out"]

READERS = "readers 3"  # change it when readers read better: files are then read anew
LONGEST_TEXT_CHARS = 5_000_000  # some 2,500 pages
DEEPEST_PARTS = 3  # an e-mail in an e-mail in an archive
ID_DIGITS = 16
PAGES_NAMED = 10
LAW = ("statute", "treaty", "regulation")

_READERS: dict[str, Callable[[bytes], Content]] = {
    sniffing.MARKDOWN: read_markdown,
    sniffing.TEXT: read_text,
    sniffing.HTML: read_html,
    sniffing.DOCX: read_docx,
    sniffing.PPTX: read_pptx,
    sniffing.XLSX: read_xlsx,
    sniffing.CSV: read_csv,
    sniffing.TSV: read_csv,
    sniffing.ODT: read_odt,
    sniffing.ODS: read_ods,
    sniffing.ODP: read_odp,
    sniffing.RTF: read_rtf,
    sniffing.EPUB: read_epub,
    sniffing.MAIL: read_mail,
    sniffing.ZIP: read_zip,
}
_PICTURES = (
    sniffing.PNG, sniffing.JPEG, sniffing.GIF, sniffing.TIFF, sniffing.BMP, sniffing.WEBP,
)  # fmt: skip
_SEEING_READERS: dict[str, Callable[[bytes, Recogniser | None], Content]] = {
    sniffing.PDF: read_pdf,
    **dict.fromkeys(_PICTURES, read_image),
}


@dataclass(frozen=True)
class Job:
    """A file to read: what is said of it, and its fingerprint when it was last taken in.

    What to do about pages that are pictures: "ask" only counts them, because recognition takes
    seconds a page and needs another time limit.
    """

    file: SourceFile
    said: Metadata = Metadata()
    seen: str = ""
    largest_bytes: int = DEFAULT_FILE_BYTES
    pictures: Pictures = "ask"


@dataclass(frozen=True)
class Reading:
    """What came of reading a file: its documents, and the parts of it that are none.

    `fingerprint` tells bytes, readers and what was said; where it is the one last `seen`, nothing
    was read. `pictures` counts the pages that wait for text recognition; then nothing else is
    there yet.
    """

    fingerprint: str
    documents: tuple[Document, ...] = ()
    refused: tuple[tuple[str, ReadError], ...] = ()
    pictures: int = 0

    @property
    def pages(self) -> int:
        """How many pages its documents have."""
        return sum(len(document.pages) for document in self.documents)


def read(job: Job) -> Reading:
    """The documents in a file, each with its own origin.

    Raises `ReadError` if it is absent, too large, of an unknown type, empty or damaged.
    """
    data = job.file.data
    if job.file.leads_out:
        raise ReadError(
            "it is a link that leads out of the folder", "add the file itself that it leads to"
        )
    if data is None:
        data = _bytes(job.file.path, job.largest_bytes)
    fingerprint = _fingerprint(data, job)
    if fingerprint == job.seen:
        return Reading(fingerprint)
    origin = job.file.origin
    found = tuple(_documents(origin, data, job, DEEPEST_PARTS))
    pictures = sum(result for _, result in found if isinstance(result, int))
    if pictures:
        return Reading(fingerprint, pictures=pictures)
    documents = tuple(result for _, result in found if isinstance(result, Document))
    refused = tuple((name, result) for name, result in found if isinstance(result, ReadError))
    if [name for name, _ in refused] == [origin] and not documents:
        raise refused[0][1]
    if not found:
        raise ReadError("it holds no file that can be read", "check that it is the right file")
    return Reading(fingerprint, documents, refused)


def content_id(data: bytes) -> str:
    """What tells a document: the start of its original's SHA-256."""
    return hashlib.sha256(data).hexdigest()[:ID_DIGITS]


def _fingerprint(data: bytes, job: Job) -> str:
    told = f"{content_id(data)} {READERS} {job.said}"
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:ID_DIGITS]


def _documents(
    origin: str, data: bytes, job: Job, deepest: int
) -> Iterator[tuple[str, Document | ReadError | int]]:
    """What is in these bytes, by origin: a document, why it is none, or pages to recognise."""
    try:
        name = job.file.path.name if origin == job.file.origin else origin
        content, kind_of_file, caution = _content(name, data, job.pictures)
        if content.pictures and job.pictures == "ask":
            yield origin, len(content.pictures)
        elif content.text or not content.parts:
            _check_words(content)
            document = _document(origin, data, content, kind_of_file, caution, job.said)
            yield origin, replace(document, retrieved=job.file.retrieved)
    except ReadError as error:
        yield origin, error
        return
    if content.parts and not content.text and content.caution:
        yield origin, ReadError(content.caution, "unpack it, and add these files themselves")
    for part in content.parts:
        if PurePosixPath(part.name).name != TABLE:
            yield from _part(inside(origin) + part.name, part, job, deepest - 1)


def _part(
    origin: str, part: Part, job: Job, deepest: int
) -> Iterator[tuple[str, Document | ReadError | int]]:
    if deepest == 0:
        yield origin, ReadError("it is nested too deep in other files", "unpack it, and add it")
    else:
        yield from _documents(origin, part.data, job, deepest)


def _content(name: str, data: bytes, pictures: Pictures) -> tuple[Content, str, str]:
    """The content with its media type, and what is to be said of the file as a whole."""
    found = sniffing.media_type(data, name)
    seeing = _SEEING_READERS.get(found.media_type)
    if seeing:
        content = seeing(data, recognise if pictures == "recognise" else None)
    else:
        content = _READERS[found.media_type](data)
    return content, found.media_type, cautions(found.caution, _left_out(content))


def _left_out(content: Content) -> str:
    if not content.pictures:
        return ""
    numbers = ", ".join(map(str, content.pictures[:PAGES_NAMED]))
    more = ", …" if len(content.pictures) > PAGES_NAMED else ""
    return f"pages that are pictures were not read: {numbers}{more}"


def _document(
    origin: str, data: bytes, content: Content, kind_of_file: str, caution: str, said: Metadata
) -> Document:
    name = " ".join(PurePosixPath(origin).stem.split())
    facts = said.over(content.found).over(Metadata(title=name, kind="other", inferred=("title",)))
    assert facts.title and facts.kind
    headings = content.headings
    if facts.kind in LAW:
        headings = with_provisions(content.text, headings)
    return Document(
        id=content_id(data),
        title=facts.title,
        kind=facts.kind,
        publisher=facts.publisher,
        author=facts.author,
        published=facts.published,
        jurisdiction=facts.jurisdiction,
        origin=origin,
        media_type=kind_of_file,
        supersedes=facts.supersedes,
        inferred=facts.inferred,
        caution=cautions(caution, content.caution),
        text=content.text,
        pages=content.pages,
        headings=headings,
    )


def _bytes(path: Path, most: int) -> bytes:
    size_bytes = _size(path)
    if size_bytes > most:
        raise ReadError(
            f"the file has {size_bytes / 1e6:,.1f} MB, more than {most / 1e6:,.0f}",
            "split it, or allow more with ATTEST_MAX_FILE_MB",
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(error) from error


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


def _check_words(content: Content) -> None:
    read = [page for page in content.pages if page.number not in content.pictures]
    if content.pictures and not any(page.end > page.start for page in read):
        # what text such pages have is a stamp
        raise ReadError(
            "its pages are pictures, and text recognition (OCR) is off",
            "switch it on (leave out --no-ocr), or add a copy with text",
        )
    if not any(map(str.isalnum, content.text)):
        raise ReadError("the file has no words", "check that it is the right file")
    if len(content.text) > LONGEST_TEXT_CHARS:
        raise ReadError(
            f"the file's text has {len(content.text):,} characters, more than "
            f"{LONGEST_TEXT_CHARS:,}",
            "split it into several files",
        )


def _unreadable(error: OSError) -> ReadError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return ReadError("there is no such file or folder", "check the path")
    return ReadError(f"it cannot be read: {error.strerror}", "check that you may read it")
