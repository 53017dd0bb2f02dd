"""Tables: every row is a line that carries its header, in Excel files, OpenDocument and CSV."""

import datetime
import io
from collections.abc import Sequence

import openpyxl
import pytest

from ingest.errors import ReadError
from ingest.formats import csv_table, spreadsheet
from ingest.formats.csv_table import read_csv
from ingest.formats.spreadsheet import read_xlsx
from ingest.formats.table_rows import blocks


def workbook(sheets: dict[str, Sequence[Sequence[object]]], hidden: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def cells(*lines: str) -> list[list[str]]:
    return [line.split("|") if line else [] for line in lines]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (cells("Team|City", "Blues|STL", "|TOR"), ["Team: Blues | City: STL\nCity: TOR"]),
        (cells("Country|2019|2020", "Kenya|2|"), ["Country: Kenya | 2019: 2"]),
        (cells("All tiers", "State|Tier", "Kenya|2"), ["All tiers\nState: Kenya | Tier: 2"]),
        (cells("Source:|UN|x", "", "A|B", "1|2"), ["Source: | UN | x", "A: 1 | B: 2"]),
        (cells("A|B", "x|1", "Africa", "y|2"), ["A: x | B: 1\nAfrica\nA: y | B: 2"]),
        (cells("A|B", "x|1", "", "y|2"), ["A: x | B: 1", "A: y | B: 2"]),
        (cells("A|B", "x|1", "", "C|D", "y|2"), ["A: x | B: 1", "C: y | D: 2"]),
        (cells("A|B", "x|y", "", "z|w", "v|u"), ["A: x | B: y", "A: z | B: w\nA: v | B: u"]),
        (cells("1|2", "3|4"), ["1 | 2\n3 | 4"]),
        (cells("State|Kenya", "Year|2020", "Tier|Two"), ["State | Kenya\nYear | 2020\nTier | Two"]),
        (cells("Country:|Kenya", "Capital:|Nairobi"), ["Country: | Kenya\nCapital: | Nairobi"]),
        (cells("|2019|2020", "Kenya|5|6"), ["Kenya | 2019: 5 | 2020: 6"]),
        (cells("name", "x", "y"), ["name\nx\ny"]),
        ([], []),
    ],
)  # fmt: skip
def test_a_row_carries_its_header_where_a_row_is_clearly_one(
    rows: list[list[str]], expected: list[str]
) -> None:
    assert list(blocks(rows)) == expected


def test_wide_cells_above_a_header_tell_its_like_names_apart() -> None:
    rows = cells("|Found||Freed|", "State|2019|2020|2019|2020", "Kenya|5|6|7|8")
    assert list(blocks(rows)) == [
        "Found | Freed\n"
        "State: Kenya | Found, 2019: 5 | Found, 2020: 6 | Freed, 2019: 7 | Freed, 2020: 8"
    ]


def test_each_sheet_is_a_heading_and_hidden_ones_are_told() -> None:
    tiers: list[list[object]] = [
        ["Country", "Year", "Tier"],
        ["Kenya", 2019, "Tier 2"],
        ["Chad", 2020.0, "Tier 3"],
    ]
    content = read_xlsx(workbook({"Tiers": tiers, "None": [], "Old": [["a note"]]}, hidden="Old"))
    assert content.text == (
        "Tiers\n\nCountry: Kenya | Year: 2019 | Tier: Tier 2\n"
        "Country: Chad | Year: 2020 | Tier: Tier 3\n\nOld\n\na note"
    )
    assert [(h.level, h.title) for h in content.headings] == [(1, "Tiers"), (1, "Old")]
    assert content.caution == "hidden sheets are read as well: Old"
    assert (content.found.title, content.found.author) == (None, None)
    assert content.found.inferred == ("published",)


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (2.0, "General", "2"),
        (0.1 + 0.2, "General", "0.3"),
        (0.256, "0.0%", "25.6%"),
        (0.25, "0%", "25%"),
        (True, "General", "TRUE"),
        (datetime.date(2018, 4, 14), "d mmm yyyy", "2018-04-14"),
        (datetime.datetime(2018, 4, 14, 9, 30), "d mmm h:mm", "2018-04-14 09:30"),
        ("two\nlines", "General", "two lines"),
        ("=1+1", "General", ""),
    ],
)
def test_values_are_shown_in_full_and_formulas_are_not_computed(
    value: object, number_format: str, shown: str
) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = value
    book.active["A1"].number_format = number_format
    written = io.BytesIO()
    book.save(written)
    assert read_xlsx(written.getvalue()).text.removeprefix("Sheet").strip() == shown


def test_a_million_empty_rows_cost_nothing_and_too_many_cells_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "first"
    book.active["B1048576"] = "last"
    written = io.BytesIO()
    book.save(written)
    assert read_xlsx(written.getvalue()).text == "Sheet\n\nfirst\n\nlast"
    monkeypatch.setattr(spreadsheet, "MOST_CELLS", 3)
    with pytest.raises(ReadError, match="more than 3 cells"):
        read_xlsx(workbook({"A": [[1, 2], [3, 4]]}))
    monkeypatch.setattr(spreadsheet, "MOST_COLUMNS", 1)
    with pytest.raises(ReadError, match="more than 1 columns"):
        read_xlsx(workbook({"A": [[1, 2]]}))


@pytest.mark.parametrize("data", [workbook({"A": [[1]]})[:-50], b"no workbook"])
def test_a_damaged_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match="damaged or cut short"):
        read_xlsx(data)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Team,City\r\nBlues,STL\r\n", "Team: Blues | City: STL"),
        ("Land;Teil\nKenia;1,5\nTschad;2,5\n", "Land: Kenia | Teil: 1,5\nLand: Tschad | Teil: 2,5"),
        ("1,5;2,5\n3,5;4,5\n", "1,5 | 2,5\n3,5 | 4,5"),
        ("a\tb\n1\t2\n", "a: 1 | b: 2"),
        ("a|b\n1|2\n", "a: 1 | b: 2"),
        ("sep=;\r\na;b\r\n1;2", "a: 1 | b: 2"),
        ("\ufeffa,b\n1,2", "a: 1 | b: 2"),
        ('a,b\n"1, ""x""\ny",2', 'a: 1, "x" y | b: 2'),
        ("a,b\n1\n2,3,4\n", "a | b\n1\n2 | 3 | 4"),
        ('a,b\n"open,2\n3,4', "a | b\nopen,2 3,4"),
    ],
)  # fmt: skip
def test_the_delimiter_of_a_csv_is_found_and_no_words_are_lost(text: str, expected: str) -> None:
    assert read_csv(text.encode()).text == expected


def test_a_csv_hands_on_a_guessed_encoding_and_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    content = read_csv("Straße;Ort\nAllee;Köln\n".encode("cp1252"))
    assert content.text == "Straße: Allee | Ort: Köln"
    assert "guess" in content.caution
    monkeypatch.setattr(csv_table, "MOST_CELLS", 3)
    with pytest.raises(ReadError, match="more than 3 cells"):
        read_csv(b"1,2\n3,4\n")
