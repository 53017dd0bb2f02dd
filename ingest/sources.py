"""`sources.csv`: what a folder's owner says of its files, one line a file.

Columns are `path` (relative to the table's folder), `title`, `kind`, `publisher`, `author`,
`published`, `jurisdiction`; all but `path` may be empty or absent, others are ignored. A file is
described by the nearest table, in its own folder or above it, that lists it.
"""

import csv
from pathlib import Path

from index.types import KINDS, is_date
from ingest.content import Metadata
from ingest.errors import ReadError

TABLE = "sources.csv"


class Sources:
    """The tables met in one run, each read once."""

    def __init__(self) -> None:
        self._tables: dict[Path, dict[str, dict[str, str]]] = {}

    def facts(self, path: Path) -> Metadata:
        """What the nearest table that lists this file says of it; nothing if none does.

        Raises `ReadError` for a table that cannot be read, or a kind or date that is none.
        """
        path = path.absolute()
        for folder in path.parents:
            row = self._table(folder).get(path.relative_to(folder).as_posix())
            if row is not None:
                return _metadata(row, folder / TABLE)
        return Metadata()

    def _table(self, folder: Path) -> dict[str, dict[str, str]]:
        if folder not in self._tables:
            self._tables[folder] = _read(folder / TABLE)
        return self._tables[folder]


def _read(table: Path) -> dict[str, dict[str, str]]:
    """The table's rows by path; empty if there is no such table."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(file)]
    except (FileNotFoundError, PermissionError):
        return {}  # a parent folder's table that may not be read describes nothing of ours
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReadError(
            f"{table}, which describes this file, cannot be read: {error}",
            "save it as CSV in UTF-8, or move it away",
        ) from error
    return {row["path"].strip(): row for row in rows if row.get("path", "").strip()}


def _metadata(row: dict[str, str], table: Path) -> Metadata:
    facts = {name: value.strip() or None for name, value in row.items()}
    kind, published = facts.get("kind"), facts.get("published")
    if kind is not None and kind not in KINDS:
        raise ReadError(
            f"{table} gives this file the kind {kind!r}", f"use one of {', '.join(KINDS)}"
        )
    if published is not None and not is_date(published):
        raise ReadError(
            f"{table} gives this file the date {published!r}",
            "write it as 2018, 2018-04 or 2018-04-14",
        )
    return Metadata(
        title=facts.get("title"),
        kind=kind,
        publisher=facts.get("publisher"),
        author=facts.get("author"),
        published=published,
        jurisdiction=facts.get("jurisdiction"),
    )
