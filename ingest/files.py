"""Which files the given paths mean: a file itself, a folder all that lies in it.

Hidden files and folders and the tables that describe files are left out; links to folders are
not followed. What is in a file, and whether it can be read, is not looked at here.
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


def source_files(paths: Iterable[Path]) -> Iterator[SourceFile]:
    """The files that the paths mean, each once, folders in the order of their names.

    A path that does not exist is a file too, which then cannot be read.
    """
    seen: set[Path] = set()
    for path in paths:
        for file in _under(path.expanduser().absolute()):
            if file not in seen:
                seen.add(file)
                yield SourceFile(file, str(file))


def _under(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield Path(os.path.normpath(path))
        return
    for folder, folders, names in os.walk(path.resolve()):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and name != TABLE:
                yield Path(folder, name)
