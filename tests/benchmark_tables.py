"""Tables of figures, for JSON and for a terminal.

A table has rows by name, a row has cells by column, and a cell is a count or a figure with its
95 % interval. What the figures are is their makers' business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from assistant.evaluation.bootstrap import Difference, Interval

Cell = int | dict[str, float]
"""A count, or "value", "low" and "high" with "n" rows, and of a difference also "p"."""
Table = dict[str, dict[str, Cell]]
Tables = dict[str, Table]
"""Tables by title."""


def row(found: Mapping[str, Interval | Difference | None]) -> dict[str, Cell]:
    """Figures by column as the cells of a row; None is no cell."""
    return {name: asdict(value) for name, value in found.items() if value is not None}


def tables_text(tables: Tables) -> str:
    """All tables, each under its title."""
    return "\n\n".join("\n".join((title, *_lines(table))) for title, table in tables.items())


def _lines(table: Table) -> Iterator[str]:
    columns = list(dict.fromkeys(name for cells in table.values() for name in cells))
    written = {
        name: [_written(cells[column]) if column in cells else "–" for column in columns]
        for name, cells in table.items()
    }
    widths = [
        max(len(text) for text in (column, *(texts[at] for texts in written.values())))
        for at, column in enumerate(columns)
    ]
    first = max(map(len, table))
    for name, texts in {"": columns, **written}.items():
        padded = (f"{text:>{width}}" for text, width in zip(texts, widths, strict=True))
        yield f"  {name:{first}}  {'  '.join(padded)}"


def _written(cell: Cell) -> str:
    if isinstance(cell, int):
        return f"{cell:,}"
    digits = 3 if abs(cell["value"]) < 10 else 1
    value, low, high = (f"{cell[name]:,.{digits}f}" for name in ("value", "low", "high"))
    p = f" p {cell['p']:.3f}" if "p" in cell else ""
    return f"{value} [{low}, {high}]{p}"
