"""Which files the given paths mean: a file itself, a folder all that lies in it.

Hidden files and folders, the tables that describe files and the library's own folder are left
out; links to folders are not followed, and a link to a file outside of its folder is not read.
What is in a file, and whether it can be read, is not looked at here.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

TABLE = "sources.csv"  # describes the files of its folder


@dataclass(frozen=True)
class SourceFile:
    """A file to take in, and the path, name or address that the library knows it by.

    `leads_out` marks a link in a folder to a file outside of it: whoever made the folder may not
    have meant that file. Of a web page, `data` are the bytes as they were fetched on the day
    `retrieved`, and only the name of `path` counts.
    """

    path: Path
    origin: str
    leads_out: bool = False
    data: bytes | None = None
    retrieved: str | None = None

    @property
    def is_address(self) -> bool:
        """Whether it is to be fetched from the web, or was."""
        return is_address(self.origin)

    @property
    def size_bytes(self) -> int:
        """Its size; 0 for a file that is not there."""
        if self.data is not None:
            return len(self.data)
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


def source_files(paths: Iterable[Path], *, besides: Path | None = None) -> Iterator[SourceFile]:
    """The files that the paths mean, each once, folders in the order of their names.

    A path that does not exist, and a folder that may not be looked into, is a file too, which
    then cannot be read. Nothing in the folder `besides` is meant.
    """
    seen: set[Path] = set()
    left_out = Path(os.path.realpath(besides)) if besides else None
    for path in paths:
        folder = Path(os.path.realpath(path)) if _is_folder(path) else None
        for file in _under(path, left_out):
            if file not in seen:
                seen.add(file)
                yield SourceFile(file, origin_of(file), leads_out=_leads_out(file, folder))


def is_address(text: str) -> bool:
    """Whether it is a web address and no path."""
    return re.match(r"\s*https?://", text, re.IGNORECASE) is not None


def can_be_read(origin: str) -> bool:
    """Whether an original is still where it came from, as far as can be told without the web."""
    return why_unreadable(origin) is None


def why_unreadable(origin: str) -> tuple[str, str] | None:
    """Why an original can't be read again, and what to do instead; None if it can be."""
    if is_address(origin):
        inner = "#" in origin  # as `inside` has it
        return ("it came inside of a file from the web", "fetch that again") if inner else None
    path = Path(origin)
    if not path.is_absolute():
        return "dropped files are not kept", "drop it again"
    if _is_file(path):
        return None
    if any(map(_is_file, path.parents)):
        return "it came inside of another file", "add that again"
    return "its file is gone", "put it back, or drop it here"


def inside(origin: str) -> str:
    """How the origins of files inside of this one begin: of attachments, of an archive's members.

    A web address never has a fragment of its own here.
    """
    return f"{origin}#" if is_address(origin) else f"{origin}/"


def _under(path: Path, left_out: Path | None) -> Iterator[Path]:
    # the folder's real path, so that a file has one origin however it is reached; a link to a
    # file keeps its name, by which the table beside it may know it
    path = Path(os.path.realpath(path.parent), path.name) if path.name else path
    if not _is_folder(path):
        yield path
        return
    unreadable: list[OSError] = []
    for folder, folders, names in os.walk(os.path.realpath(path), onerror=unreadable.append):
        if Path(folder) == left_out:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and name != TABLE:
                yield Path(folder, name)
    yield from (Path(error.filename) for error in unreadable)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False  # it may not be looked at, or its name is too long


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # reading it will say why


def _leads_out(file: Path, folder: Path | None) -> bool:
    if folder is None or not file.is_symlink():
        return False
    return not Path(os.path.realpath(file)).is_relative_to(folder)


def origin_of(path: Path) -> str:
    """The path as text that can be stored and shown; names need not be UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
