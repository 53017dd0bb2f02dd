"""What a file is: its content decides; its name only tells kinds of text apart.

Files come with wrong names: error pages saved as `.pdf`, Word files renamed `.zip`. What no reader
reads is refused here with what to save it as instead. Whether the file is whole, and what it
says, is for the readers to find.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ingest.content import cautions
from ingest.errors import ReadError
from ingest.formats.package import DAMAGE
from ingest.formats.text import MARKS
from ingest.refusals import binary_refusal, ole_refusal

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
EPUB = "application/epub+zip"
ZIP = "application/zip"
RTF = "application/rtf"
MAIL = "message/rfc822"
HTML = "text/html"
CSV = "text/csv"
TSV = "text/tab-separated-values"
MARKDOWN = "text/markdown"
TEXT = "text/plain"
PNG, JPEG, GIF = "image/png", "image/jpeg", "image/gif"
TIFF, BMP, WEBP = "image/tiff", "image/bmp", "image/webp"

# what a type is called in messages, and the names' ends that promise it
_KINDS: dict[str, tuple[str, str]] = {
    PDF: ("PDF", ".pdf"),
    DOCX: ("Word", ".docx .docm .dotx .dotm"),
    PPTX: ("PowerPoint", ".pptx .pptm .ppsx .ppsm .potx"),
    XLSX: ("Excel", ".xlsx .xlsm .xltx .xltm"),
    ODT: ("OpenDocument text", ".odt .ott"),
    ODS: ("OpenDocument spreadsheet", ".ods .ots"),
    ODP: ("OpenDocument presentation", ".odp .otp"),
    EPUB: ("EPUB", ".epub"),
    ZIP: ("a ZIP archive", ".zip"),
    RTF: ("RTF", ".rtf"),
    MAIL: ("an e-mail", ".eml .mht .mhtml"),
    HTML: ("HTML", ".html .htm .xhtml"),
    CSV: ("CSV", ".csv"),
    TSV: ("tab-separated values", ".tsv .tab"),
    MARKDOWN: ("Markdown", ".md .markdown"),
    TEXT: ("plain text", ".txt .text .log"),
    PNG: ("a PNG picture", ".png"),
    JPEG: ("a JPEG picture", ".jpg .jpeg .jpe"),
    TIFF: ("a TIFF picture", ".tif .tiff"),
    GIF: ("a GIF picture", ".gif"),
    BMP: ("a BMP picture", ".bmp"),
    WEBP: ("a WebP picture", ".webp"),
}
SUFFIXES = {suffix: kind for kind, (_, names) in _KINDS.items() for suffix in names.split()}
MEDIA_TYPES = tuple(_KINDS)
WHAT_IS_READ = (
    "save it as one of PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, RTF, HTML, e-mail (.eml), "
    "CSV, Markdown, plain text, a picture, or a ZIP archive of these"
)

_TEXTS = (HTML, CSV, TSV, MARKDOWN, TEXT, MAIL)
_PREFIXES = (
    (b"{\\rtf", RTF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"GIF87a", GIF),
    (b"GIF89a", GIF), (b"II*\0", TIFF), (b"MM\0*", TIFF), (b"II+\0", TIFF), (b"MM\0+", TIFF),
)  # fmt: skip
_OFFICE = (("word/", DOCX), ("ppt/", PPTX), ("xl/", XLSX))
_OPEN = {kind: kind for kind in (ODT, ODS, ODP, EPUB)} | {
    f"{kind}-template": kind for kind in (ODT, ODS, ODP)
}
_OTHER_OPEN = b"application/vnd.oasis.opendocument."
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LONGEST_MIMETYPE = 100

_HEAD_BYTES = 8192
_PDF_HEAD_BYTES = 1024  # what PDF readers allow before the mark
_HTML = re.compile(
    r"\s*(?:<\?[^>]*>\s*)*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HEADER = re.compile(r"^([A-Za-z][A-Za-z-]*):", re.MULTILINE)
_MAILS = {"from", "to", "subject", "date", "cc", "reply-to"}  # a memo has these too
_MAIL_PROGRAMS = {
    "mime-version", "received", "message-id", "return-path", "delivered-to", "content-type",
    "content-transfer-encoding", "dkim-signature", "x-mailer", "authentication-results",
}  # fmt: skip
_MBOX_LINE = re.compile(rb"^From [^\r\n]+ \d{4}\r?\n", re.MULTILINE)
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9_+-]{0,11}")
_SCRIPT = re.compile(r"#! ?/")
_CONTROLS = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 0.02  # of the characters of a text


@dataclass(frozen=True)
class Found:
    """A type of `MEDIA_TYPES`; `caution` is empty, or says where the name says another."""

    media_type: str
    caution: str = ""


def media_type(data: bytes, name: str) -> Found:
    """What the file of this name is. Raises `ReadError` if it is nothing that is read."""
    if not data:
        raise ReadError("the file is empty (0 bytes)", "check that it is the right file")
    suffix = suffix_of(name)
    found, caution = _binary(data, suffix)
    if not found:
        found = _text(data, suffix)
    said = SUFFIXES.get(suffix)
    if said and said != found:
        other = f"its name says {_KINDS[said][0]}, its content is {_KINDS[found][0]}"
        return Found(found, cautions(other, caution))
    return Found(found, caution)


def suffix_of(name: str) -> str:
    """The end of a name that tells a type (".pdf"), in lower case; "" where there is none.

    "Smith v. Jones" and "report 1.2" have none. Of a web address only the path counts.
    """
    if "://" in name:
        name = urlsplit(name).path
    suffix = PurePosixPath(name.replace("\\", "/")).suffix
    return suffix.lower() if _SUFFIX.fullmatch(suffix) else ""


def is_archive(data: bytes) -> bool:
    """Whether it only holds other files: a ZIP archive that is no document, TAR, RAR and others."""
    if data.startswith(_ZIP_STARTS):
        try:
            return _zipped(data, "")[0] == ZIP
        except ReadError:
            return False
    refusal = binary_refusal(data)
    return refusal is not None and refusal.is_archive


def _binary(data: bytes, suffix: str) -> tuple[str, str]:
    """The type told by the first bytes, with a caution; two empty ones where it may be text."""
    if data.startswith(_OLE):
        raise ole_refusal(data)
    if data.startswith(_ZIP_STARTS):
        return _zipped(data, suffix)
    for prefix, kind in _PREFIXES:
        if data.startswith(prefix):
            return kind, ""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP, ""
    if data.startswith(b"BM") and data[6:10] == bytes(4):
        return BMP, ""
    if _is_pdf(data):
        return PDF, ""
    refusal = binary_refusal(data)
    if refusal:
        raise refusal.error
    return "", ""


def _is_pdf(data: bytes) -> bool:
    """The mark may come after a few bytes of something else; text may speak of the mark."""
    at = data[:_PDF_HEAD_BYTES].find(b"%PDF-")
    return at == 0 or (at > 0 and re.search(rb"\d+\s+\d+\s+obj\b", data) is not None)


def _zipped(data: bytes, suffix: str) -> tuple[str, str]:
    """A package by what is in it; one that cannot be opened by its name, for its reader to refuse.

    Macros are never run: no reader has a use for them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
            stated = b""
            if "mimetype" in names:
                with package.open("mimetype") as file:
                    stated = file.read(_LONGEST_MIMETYPE)
    except (*DAMAGE, ValueError, UnicodeError):
        said = SUFFIXES.get(suffix, ZIP)
        return (said if said in (DOCX, PPTX, XLSX, *_OPEN.values()) else ZIP), ""
    kind = _OPEN.get(stated.decode("ascii", "replace").strip())
    if kind:
        return kind, ""
    if stated.startswith(_OTHER_OPEN):
        raise ReadError("OpenDocument drawings and formulas are not read", "export it as PDF")
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        raise ReadError(
            "files of Apple Pages, Numbers and Keynote are not read", "export it as PDF"
        )
    if "[Content_Types].xml" not in names:
        return ZIP, ""
    return _office(names)


def _office(names: set[str]) -> tuple[str, str]:
    if "xl/workbook.bin" in names:
        raise ReadError("binary Excel files (.xlsb) are not read", "save it as .xlsx")
    for folder, kind in _OFFICE:
        if any(name.startswith(folder) for name in names):
            has_macros = any(name.endswith("vbaProject.bin") for name in names)
            return kind, "its macros are not run" if has_macros else ""
    raise ReadError("the file is an Office package without a document", WHAT_IS_READ)


def _text(data: bytes, suffix: str) -> str:
    head = _head(data)
    said = SUFFIXES.get(suffix)
    if _HTML.match(head):
        return HTML
    if said == MAIL or _is_mail(head, is_text=said in _TEXTS):
        _refuse_mailbox(data)
        return MAIL
    if _SCRIPT.match(head):
        raise ReadError("the file is a script, not a document", WHAT_IS_READ)
    if said in _TEXTS:
        return said  # whether it is text indeed is for its reader to find
    if not _looks_like_text(head):
        raise ReadError("the file is of no type that is known", WHAT_IS_READ)
    if suffix and said is None:
        raise ReadError(f"files of type {suffix} are not read", WHAT_IS_READ)
    return TEXT


def _head(data: bytes) -> str:
    """The first characters, as far as their encoding can be told by its mark or its zeros."""
    start = data[:_HEAD_BYTES]
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return start.decode(encoding, "ignore")
    for encoding, zeros in (("utf-16-le", start[1:64:2]), ("utf-16-be", start[:64:2])):
        if len(zeros) > 1 and zeros.count(0) > 0.8 * len(zeros):
            return start.decode(encoding, "ignore")
    return start.decode("latin-1")


def _is_mail(head: str, is_text: bool) -> bool:
    """Headers at the start; in a file named as text, some that only mail programs write."""
    block = re.split(r"\r?\n[ \t]*\r?\n", head.lstrip(), maxsplit=1)[0]
    first = block.removeprefix("From ").split("\n", 1)
    lines = first[1] if block.startswith("From ") and len(first) > 1 else block
    if not _HEADER.match(lines):
        return False
    headers = {name.lower() for name in _HEADER.findall(lines)}
    by_program = headers & _MAIL_PROGRAMS
    return len(headers & _MAILS) + len(by_program) >= 2 and bool(by_program or not is_text)


def _refuse_mailbox(data: bytes) -> None:
    if data.startswith(b"From ") and len(_MBOX_LINE.findall(data)) > 1:
        raise ReadError(
            "the file is a mailbox of several e-mails",
            "save those that you want from the mail program, each as .eml",
        )


def _looks_like_text(head: str) -> bool:
    return len(_CONTROLS.findall(head)) <= _MOST_CONTROLS * len(head)
