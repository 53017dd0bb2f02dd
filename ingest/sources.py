"""`sources.csv`: what a folder's owner says of its files, one line a file.

Columns are `path` (relative to the table's folder), `title`, `kind`, `publisher`, `author`,
`published`, `jurisdiction` and `supersedes` (path or address of the older edition); all but `path`
may be empty or absent, others are ignored. A file is described by the nearest table, in its own
folder or above it, that lists it.
"""

import csv
import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from index.types import DATE_FORMS, KINDS, is_date
from ingest.content import Metadata
from ingest.errors import ReadError
from ingest.files import TABLE, is_address, origin_of

Row = dict[str, str]


class Sources:
    """The tables met in one run, each read once."""

    def __init__(self) -> None:
        self._tables: dict[Path, dict[str, Row]] = {}

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

    def _table(self, folder: Path) -> dict[str, Row]:
        if folder not in self._tables:
            self._tables[folder] = _read(folder / TABLE)
        return self._tables[folder]


def _read(table: Path) -> dict[str, Row]:
    """The table's rows by path; empty if there is no such table."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = dict[str, Row]()
            for path, row in _rows(file, table):
                if rows.setdefault(path, row) != row:
                    raise _unusable(table, f"lists {path} twice", "remove one of the lines")
            return rows
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unusable(table, f"cannot be read ({error})", "save it as CSV in UTF-8") from error


def _rows(file: Iterable[str], table: Path) -> Iterator[tuple[str, Row]]:
    """Each line's path and its cells by column, white space tidied."""
    lines = csv.reader(file)
    columns = [name.strip().lower() for name in next(lines, [])]
    if "path" not in columns:
        raise _unusable(
            table, "has no column 'path'", "name the columns in its first line, between commas"
        )
    for cells in lines:
        if any(cells[len(columns) :]):
            raise _unusable(
                table,
                f"has more cells than columns in line {lines.line_num}",
                "put quotation marks around text that has a comma",
            )
        row = {name: " ".join(cell.split()) for name, cell in zip(columns, cells, strict=False)}
        path = cells[columns.index("path")].strip() if len(cells) > columns.index("path") else ""
        if path:
            yield PurePosixPath(path).as_posix(), row


def _metadata(row: Row, table: Path) -> Metadata:
    kind, published = row.get("kind"), row.get("published")
    if kind and kind not in KINDS:
        raise ReadError(
            f"{table} gives this file the kind {kind!r}", f"use one of {', '.join(KINDS)}"
        )
    if published and not is_date(published):
        raise ReadError(
            f"{table} gives this file the date {published!r}",
            f"write it as {DATE_FORMS}",
        )
    return Metadata(
        title=row.get("title"),
        kind=kind,
        publisher=row.get("publisher"),
        author=row.get("author"),
        published=published,
        jurisdiction=row.get("jurisdiction"),
        supersedes=_older(row.get("supersedes"), table.parent),
    )


def _older(name: str | None, folder: Path) -> str | None:
    """The origin of an older edition: a path is relative to the table, like those of the files."""
    if not name or is_address(name):
        return name
    return origin_of(Path(os.path.normpath(folder.resolve() / name)))


def _unusable(table: Path, why: str, remedy: str) -> ReadError:
    return ReadError(f"{table}, which may describe this file, {why}", f"{remedy}, or move it away")
