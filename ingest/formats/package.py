"""Zip packages opened with care: what is inside is counted before any of it is unpacked.

Word, PowerPoint, Excel, OpenDocument and EPUB files are zip packages of XML, and archives hold any
files. A hostile one may unpack to terabytes, name paths outside of itself, or carry entities that
expand; each is refused here, for all readers alike.
"""

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath

from ingest.errors import ReadError
from ingest.refusals import ole_refusal

LARGEST_UNPACKED_BYTES = 300_000_000  # a small file may unpack to any size
LARGEST_XML_BYTES = 60_000_000  # of one part: its tree may take twenty times as much memory
MOST_MEMBERS = 20_000
_ENCRYPTED = 0x1  # of a member's flags
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = b"http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
_XML = re.compile(r"\.(xml|rels|xhtml|html|htm|opf|ncx)$", re.IGNORECASE)
# XML whatever its name: an Office package may give its parts any
_XML_START = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<[\0]*[?!A-Za-z]")
_LONGEST_START = 64
# in UTF-8, UTF-16 and UTF-32, and in EBCDIC, which some parsers read as well
_ENTITY = re.compile(
    rb"<\0{0,3}!\0{0,3}E\0{0,3}N\0{0,3}T\0{0,3}I\0{0,3}T\0{0,3}Y|\x4c\x5a\xc5\xd5\xe3\xc9\xe3\xe8"
)
# zipfile checks little: a damaged package shows as any of these
DAMAGE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError,
    NotImplementedError,
)  # fmt: skip


def opened(data: bytes, what: str) -> zipfile.ZipFile:
    """The package, its members checked but not unpacked; `what` names it in errors.

    Raises `ReadError` if it is damaged, encrypted, unpacks to more than
    `LARGEST_UNPACKED_BYTES`, or names a path outside of itself.
    """
    if data.startswith(_OLE):
        raise ole_refusal(data)
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        members = package.infolist()
    except DAMAGE as error:
        raise damaged(what) from error
    size = sum(member.file_size for member in members)
    if size > LARGEST_UNPACKED_BYTES:
        raise ReadError(
            f"the {what} unpacks to {size / 1e6:,.0f} MB, more than "
            f"{LARGEST_UNPACKED_BYTES / 1e6:,.0f}",
            "remove what is large in it, or add its text alone",
        )
    if len(members) > MOST_MEMBERS:
        raise ReadError(
            f"the {what} holds {len(members):,} files, more than {MOST_MEMBERS:,}",
            "split it into several",
        )
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise ReadError(
                f"the {what} is protected by a password", "save a copy without the password"
            )
        if leaves(member.filename):
            raise ReadError(
                f"the {what} names a path outside of itself: {member.filename!r}",
                "do not trust it; unpack it with care and add the files that you want",
            )
    return package


def opened_xml(data: bytes, what: str) -> zipfile.ZipFile:
    """`opened`, for a package whose members are XML: entities of its own are refused too."""
    package = opened(data, what)
    for member in package.infolist():
        if not _is_xml(package, member, what):
            continue
        if member.file_size > LARGEST_XML_BYTES:
            raise ReadError(
                f"a part of the {what} has {member.file_size / 1e6:,.0f} MB of XML, more than "
                f"{LARGEST_XML_BYTES / 1e6:,.0f}",
                "split it into several files",
            )
        if _ENTITY.search(unpacked(package, member, what)):
            raise ReadError(
                f"the {what} defines XML entities, which such files have no use for",
                "do not trust it; save its text anew",
            )
    return package


def opened_office(data: bytes, what: str) -> zipfile.ZipFile:
    """`opened_xml`, for Word, PowerPoint and Excel.

    Their strict variant, which no library reads, is refused by its name instead of as damaged.
    """
    package = opened_xml(data, what)
    relations = [member for member in package.infolist() if member.filename == "_rels/.rels"]
    if any(_STRICT in unpacked(package, member, what) for member in relations):
        raise ReadError(
            f"the {what} is of the strict variant of its format, which is not read",
            "save it anew, as the usual type and not as “Strict Open XML”",
        )
    return package


def unpacked(
    package: zipfile.ZipFile, member: zipfile.ZipInfo, what: str, most: int | None = None
) -> bytes:
    """The member's first `most` bytes (default all), never more than it said it has.

    Raises `ReadError` if it is damaged.
    """
    try:
        with package.open(member) as file:
            return file.read(member.file_size if most is None else most)
    except DAMAGE as error:
        raise damaged(what) from error


def leaves(name: str) -> bool:
    """Whether a member's name points outside of the package."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name) is not None


def damaged(what: str) -> ReadError:
    """The refusal of a package that can't be unpacked."""
    return ReadError(
        f"the {what} is damaged or cut short", "download it again, or save it anew and add that"
    )


def _is_xml(package: zipfile.ZipFile, member: zipfile.ZipInfo, what: str) -> bool:
    if _XML.search(member.filename):
        return True
    return _XML_START.match(unpacked(package, member, what, _LONGEST_START)) is not None
