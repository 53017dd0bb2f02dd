"""ZIP archives: the files inside, each to be a document of its own.

Nothing is written to disk. Archives inside of an archive are not opened (they could go on without
end), but named. What systems leave in archives unasked (folders, hidden files, previews) is no
document.
"""

import stat
import zipfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import PurePosixPath

from ingest.content import Content, Part, cautions
from ingest.errors import ReadError
from ingest.formats.package import opened, unpacked
from ingest.sniffing import is_archive

MOST_FILES = 2_000
_WHAT = "archive"
_LITTER = {"thumbs.db", "desktop.ini", "__macosx"}
_UTF_8 = 0x800  # of a member's flags: its name is UTF-8
_MOST_NAMED = 5


def read_zip(data: bytes) -> Content:
    """The files of an archive as `parts`, in the archive's order; no text of its own.

    Raises `ReadError` if it is damaged, encrypted, empty, or holds more than `MOST_FILES`.
    """
    package = opened(data, _WHAT)
    members = [member for member in package.infolist() if not _is_litter(member)]
    if len(members) > MOST_FILES:
        raise ReadError(
            f"the archive holds {len(members):,} files, more than {MOST_FILES:,}",
            "unpack it, and add the folder",
        )
    parts: list[Part] = []
    archives: list[str] = []
    links: list[str] = []
    for member in members:
        name = _name(member)
        if stat.S_ISLNK(member.external_attr >> 16):
            links.append(name)
            continue
        content = unpacked(package, member, _WHAT)
        if is_archive(content):
            archives.append(name)
        else:
            parts.append(Part(name, content))
    if not members:
        raise ReadError("the archive holds no files", "check that it is the right file")
    caution = cautions(
        _named("archives inside of an archive are not opened", archives),
        _named("links are not followed", links),
    )
    if not parts:
        raise ReadError(f"the archive holds no documents: {caution}", "unpack it, and add those")
    return Content("", caution=caution, parts=with_distinct_names(parts))


def with_distinct_names(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts, those of one name told apart: "a.txt", "a (2).txt"; equal ones are one."""
    seen: Counter[str] = Counter()
    taken: dict[str, Part] = {}
    for part in dict.fromkeys(parts):
        path = PurePosixPath(part.name)
        name = part.name
        while name.lower() in taken:  # systems that know no case would take them for one
            seen[part.name.lower()] += 1
            name = str(path.with_name(f"{path.stem} ({seen[part.name.lower()] + 1}){path.suffix}"))
        taken[name.lower()] = Part(name, part.data)
    return tuple(taken.values())


def _is_litter(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(_name(member)).parts
    return (
        member.is_dir()
        or not parts
        or any(part.startswith(".") or part.lower() in _LITTER for part in parts)
    )


def _name(member: zipfile.ZipInfo) -> str:
    """Its name with forward slashes; many programs write UTF-8 without saying so."""
    name = member.filename
    if not member.flag_bits & _UTF_8:
        with suppress(UnicodeError):  # it may be as it was declared
            name = name.encode("cp437").decode("utf-8")
    readable = "".join(character if character.isprintable() else "_" for character in name)
    return readable.replace("\\", "/")


def _named(what: str, names: list[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{what}: {', '.join(names[:_MOST_NAMED])}{more}"
