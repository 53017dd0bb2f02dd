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

LARGEST_UNPACKED_BYTES = 300_000_000  # a small file may unpack to any size
MOST_MEMBERS = 20_000
_ENCRYPTED = 0x1  # of a member's flags
_XML = re.compile(r"\.(xml|rels|xhtml|html|htm|opf|ncx)$", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY|<\0!\0E\0N\0T\0I\0T\0Y|\0<\0!\0E\0N\0T\0I\0T\0Y")
# zipfile checks little: a damaged package shows as any of these
DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError)


def opened(data: bytes, what: str) -> zipfile.ZipFile:
    """The package, its members checked but not unpacked; `what` names it in errors.

    Raises `ReadError` if it is damaged, encrypted, unpacks to more than
    `LARGEST_UNPACKED_BYTES`, or names a path outside of itself.
    """
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
        if _XML.search(member.filename) and _ENTITY.search(unpacked(package, member, what)):
            raise ReadError(
                f"the {what} defines XML entities, which such files have no use for",
                "do not trust it; save its text anew",
            )
    return package


def unpacked(package: zipfile.ZipFile, member: zipfile.ZipInfo, what: str) -> bytes:
    """The member's bytes, never more than it said it has. Raises `ReadError` if damaged."""
    try:
        with package.open(member) as file:
            return file.read(member.file_size)
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
