"""Which files the given paths mean: a file itself, a folder all that lies in it.

Hidden files and folders, the tables that describe files and the library's own folder are left
out; links to folders are not followed. What is in a file, and whether it can be read, is not
looked at here.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.sources import TABLE


@dataclass(frozen=True)
class SourceFile:
    """A file to take in, and the path or name that the library knows it by."""

    path: Path
    origin: str


def source_files(paths: Iterable[Path], *, besides: Path | None = None) -> Iterator[SourceFile]:
    """The files that the paths mean, each once, folders in the order of their names.

    A path that does not exist, and a folder that may not be looked into, is a file too, which
    then cannot be read. Nothing in the folder `besides` is meant.
    """
    seen: set[Path] = set()
    left_out = Path(os.path.realpath(besides)) if besides else None
    for path in paths:
        for file in _under(path, left_out):
            if file not in seen:
                seen.add(file)
                yield SourceFile(file, _origin(file))


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


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # reading it will say why


def _origin(path: Path) -> str:
    """The path as text that can be stored and shown; names need not be UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
