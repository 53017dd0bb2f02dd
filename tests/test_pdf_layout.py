"""The layout of PDFs made here: columns, heads and feet, words in two parts, notes and tables."""

from collections import Counter

import pytest

from index.types import Page
from ingest.content import Content
from ingest.formats.pdf import read_pdf
from ingest.formats.pdf.hyphens import rejoined
from ingest.formats.pdf.lines import HYPHEN
from tests.test_pdf import at, box, lines, on_pages, pdf, picture
from tests.test_readers import headed

LEFT = [f"left line {row} is of a column with many words in it" for row in range(6)]
RIGHT = [f"right line {row} is of a column with many words" for row in range(6)]


def prose(page: int, count: int = 12) -> list[str]:
    """Lines of text as no other page has them."""
    return [
        f"On page {page} this is line {chr(97 + row)} of a text that is long."
        for row in range(count)
    ]


def read(*pages: str) -> Content:
    return read_pdf(pdf([f"{page} " for page in pages]))


# --- order ---------------------------------------------------------------------------------------


def test_columns_are_read_one_after_the_other_however_the_file_draws_them() -> None:
    left = [at(72, 700 - 12 * row, text) for row, text in enumerate(LEFT)]
    right = [at(330, 700 - 12 * row, text) for row, text in enumerate(RIGHT)]
    title = at(72, 730, "A title that is set over both of the columns, so that it runs on")
    turns = [text for pair in zip(left, right, strict=True) for text in pair]
    for drawn in (left + right, turns, right + left, turns[::-1]):
        content = read(title + "".join(drawn))
        expected = "A title that is set over both of the columns, so that it runs on "
        assert " ".join(content.text.split()) == expected + " ".join(LEFT + RIGHT)


def test_three_columns_are_three() -> None:
    columns = [[f"{name} line {row} has several words" for row in range(5)] for name in "abc"]
    drawn = "".join(
        at(40 + 180 * place, 700 - 12 * row, column[row])
        for row in range(5)
        for place, column in enumerate(columns)
    )
    assert read(drawn).text.split("\n") == [text for column in columns for text in column]


def test_a_foot_that_is_drawn_before_its_page_comes_after_it() -> None:
    text = lines(*prose(1, 4))
    assert read(at(300, 40, "17") + text).text.split() == [*" ".join(prose(1, 4)).split(), "17"]
    assert read(text + at(72, 780, "Head")).text.split()[0] == "Head"


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_turned_pages_and_turned_text_come_out_readable(rotate: int) -> None:
    upright = lines("First line", "Second line")
    up = "".join(at(100 + 14 * row, 90, f"row {row} of it", turn="0 1 -1 0") for row in range(3))
    down = "".join(at(200 - 14 * row, 700, f"row {row} of it", turn="0 -1 1 0") for row in range(3))
    over = "".join(
        at(300, 100 + 14 * row, f"row {row} of it", turn="-1 0 0 -1") for row in range(3)
    )
    turned = "row 0 of it\nrow 1 of it\nrow 2 of it"
    for drawn, expected in (
        (upright, "First line\nSecond line"),
        (up, turned),
        (down, turned),
        (over, turned),
    ):
        assert read_pdf(pdf([drawn], rotate=rotate)).text == expected


def test_what_stands_beside_the_page_is_not_read() -> None:
    assert (
        read(lines("words") + at(-400, 600, "of the page before") + at(72, -30, "mark")).text
        == "words"
    )


def test_words_up_the_margin_part_no_sentence() -> None:
    margin = at(20, 300, "arXiv:1234", turn="0 1 -1 0")
    text = lines("A sentence that begins here", "and that ends here.")
    assert (
        read(margin + text).text == "A sentence that begins here\nand that ends here.\n\narXiv:1234"
    )


# --- heads, feet and pages -----------------------------------------------------------------------


def test_heads_feet_and_page_numbers_are_not_in_the_text() -> None:
    def page(number: int) -> str:
        head = "A Report of 2020" if number % 2 else "Chapter on Ports"
        foot = at(40 if number % 2 else 550, 30, str(number)) + at(200, 30, f"Page {number} of 6")
        return foot + at(72, 770, head) + lines(*prose(number))

    content = read(*(page(number) for number in range(1, 7)))
    assert on_pages(content)[1:] == ["\n".join(prose(number)) for number in range(2, 7)]
    assert on_pages(content)[0] == "A Report of 2020\n\n" + "\n".join(prose(1))


def test_roman_numbers_of_pages_go_and_lines_in_the_middle_stay() -> None:
    numbers = ("ii", "iii", "iv", "v")
    same = at(72, 300, "The same words on each page.")
    content = read(*(lines(*prose(at_)) + same + at(300, 30, numbers[at_]) for at_ in range(4)))
    assert all(text.endswith("The same words on each page.") for text in on_pages(content))


def test_short_documents_and_such_whose_pages_are_alike_keep_all_lines() -> None:
    assert read(*[at(72, 770, "Head") + lines(*prose(1))] * 2).text.count("Head") == 2
    assert read(*[at(72, 770, "Ticket") + lines("words")] * 5).text.count("Ticket") == 5


def test_a_sentence_that_runs_on_over_the_page_is_not_broken() -> None:
    for last, first, between in (
        ("and the sentence that", "goes on over the page.", "\n"),
        ("this sentence of the report names the city of Paris and the city of", "London.", "\n"),
        ("a sentence ends.", "Another begins.", "\n\n"),
        ("the word is inter-", "national, they say.", ""),
        ("the clause is", "1. An item of a list", "\n\n"),
    ):
        content = read(lines(*prose(1, 2), last), lines(first, *prose(2, 2)))
        one, two = content.pages
        assert content.text[one.end : two.start] == between
        assert on_pages(content)[1].startswith(first)
    assert "international, they" in read(lines("it is inter-"), lines("national, they say.")).text


def test_notes_at_the_foot_part_no_sentence_and_stay_on_their_page() -> None:
    notes = lines("1 See the report,", "on its page 4.", size=8, top=90, step=10)
    body = lines("A first paragraph.", *prose(1, 3)) + lines(
        "The second paragraph goes", "on over the", top=600
    )
    content = read(body + notes, lines("page and ends.", *prose(2, 4)))
    first, second = on_pages(content)
    assert first.endswith(
        "\n\n1 See the report,\non its page 4.\n\nThe second paragraph goes\non over the"
    )
    assert "on over the\npage and ends." in content.text
    assert second.startswith("page and ends.")
    ended = read(body + lines("end.", top=572) + notes, lines("Page two.", *prose(2, 4)))
    assert on_pages(ended)[0].endswith("end.\n\n1 See the report,\non its page 4.")


def test_every_page_has_a_span_and_its_words_are_in_it() -> None:
    pages = [lines(*prose(1)), "", lines(*prose(3)), ""]
    content = read_pdf(pdf([page and f"{page} " for page in pages]))
    assert [page.number for page in content.pages] == [1, 2, 3, 4]
    assert [page.start == page.end for page in content.pages] == [False, True, False, True]
    spans = [(page.start, page.end) for page in content.pages]
    assert spans == sorted(spans)
    assert on_pages(content) == ["\n".join(prose(1)), "", "\n".join(prose(3)), ""]
    assert all(isinstance(page, Page) for page in content.pages)


# --- words and paragraphs ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "following", "known", "expected"),
    [
        ("the traf-", "ficking of", "", ("the trafficking", "of")),
        ("the traf\ufffe", "ficking", "", ("the trafficking", "")),
        ("with anti-", "trafficking laws", "trafficking", ("with anti-trafficking", "laws")),
        ("with anti-", "trafficking laws", "antitrafficking", ("with antitrafficking", "laws")),
        ("a co-", "operation", "co-operation", ("a co-operation", "")),
        ("a co-", "operation", "cooperation co-operation cooperation", ("a cooperation", "")),
        ("of decision-", "making.", "decision making", ("of decision-making.", "")),
        ("and there-", "fore", "there fore", ("and therefore", "")),
        ("a 15-", "year term", "", ("a 15-year", "term")),
        ("the Cross-", "Government Board", "", ("the Cross-Government", "Board")),
        ("at http://a.org/of-", "modern-slavery", "", ("at http://a.org/of-modern-slavery", "")),
        ("a d-", "dimensional space", "", ("a d-dimensional", "space")),
        ("a dash -", "follows", "", ("a dash -", "follows")),
    ],
)
def test_a_word_in_two_parts_is_made_whole_and_a_compound_keeps_its_hyphen(
    line: str, following: str, known: str, expected: tuple[str, str]
) -> None:
    assert rejoined(line, following, Counter(known.split())) == expected


def test_words_are_made_whole_in_the_text_and_a_hyphen_within_a_line_stays() -> None:
    drawn = lines("The self-made man saw the traf-", "ficking of goods and the end-")
    assert read(drawn).text == "The self-made man saw the trafficking\nof goods and the end-"
    assert HYPHEN not in read(lines("A soft one: ef\\255", "ficient")).text


def test_paragraphs_are_parted_by_a_blank_line() -> None:
    spaced = lines("One begins here.", "And goes on.", "It ends.") + lines("Two is here.", top=660)
    indented = lines("One begins on this line and", "goes on to here.") + at(
        90, 692, "Two is here.", 12
    )
    bullets = lines("These are:", "\\267 one thing", "\\267 two things")
    bold = at(72, 734, "A head", 12, font="B") + lines("The text begins.", "It ends.")
    for drawn, expected in (
        (spaced, ["One begins here.\nAnd goes on.\nIt ends.", "Two is here."]),
        (indented, ["One begins on this line and\ngoes on to here.", "Two is here."]),
        (bullets, ["These are:", "• one thing", "• two things"]),
        (bold, ["A head", "The text begins.\nIt ends."]),
    ):
        assert read(drawn).text.split("\n\n") == expected


# --- tables and headings -------------------------------------------------------------------------


def table(*rows: tuple[str, ...], step: float = 14) -> str:
    return "".join(
        at(72 + 130 * column, 700 - step * row, cell)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        if cell
    )


def test_aligned_cells_become_rows() -> None:
    rows = (("Country", "Cases", "Year"), ("France", "12", "2019"), ("Italy", "7", "2020"))
    expected = "Country | Cases | Year\nFrance | 12 | 2019\nItaly | 7 | 2020"
    assert read(table(*rows)).text == expected
    around = read(lines("Before it.", top=730) + table(*rows) + lines("After it.", top=640))
    assert around.text == f"Before it.\n\n{expected}\n\nAfter it."
    wrapped = (*rows, ("Spain", "3", "2021"), ("", "(some)", ""), ("Malta", "1", "2021"))
    assert "Spain | 3 (some) | 2021\nMalta | 1 | 2021" in read(table(*wrapped)).text


def test_what_is_no_table_is_not_cut_into_cells() -> None:
    two = table(("France", "12"), ("Italy", "7"))
    numbered = "".join(
        at(72, 700 - 14 * row, f"{row + 1}.") + at(110, 700 - 14 * row, f"An item {row} of it")
        for row in range(4)
    )
    columns = "".join(
        at(72, 700 - 12 * row, LEFT[row]) + at(330, 700 - 12 * row, RIGHT[row]) for row in range(6)
    )
    wide = "".join(at(72, 700 - 14 * row, "wide   spaces   in this   line") for row in range(4))
    parties = "".join(
        at(72, 700 - 14 * row, text)
        + at(250, 700 - 14 * row, "\\)")
        + at(300, 700 - 14 * row, side)
        for row, (text, side) in enumerate(
            [("A. SMITH,", "No. 12"), ("v.", ""), ("B. JONES,", "Filed")]
        )
    )
    for drawn in (two, numbered, columns, wide, parties):
        assert " | " not in read(drawn).text


def test_larger_and_bold_lines_are_headings_and_sentences_are_not() -> None:
    text = lines(*prose(1, 8), top=640)
    more = lines(*prose(2, 8), top=420)
    drawn = (
        at(72, 740, "Report", 24) + at(72, 700, "Aims", 16)
        + at(72, 660, "Ports", 12, font="B") + text
        + at(72, 500, "Harbours", 12, font="B") + at(72, 470, "Means", 16) + more
        + at(72, 200, "This is large, but it is a sentence.", 16)
        + at(72, 170, "Chapter 9 ..... 14", 16)
    )  # fmt: skip
    assert headed(read(drawn)) == [
        (1, "Report", "Report"),
        (1, "Aims", "Aims\n\n"),
        (2, "Ports", "Ports\n"),
        (1, "Means", "Means\n"),
    ]
    assert read(lines(*prose(1))).headings == ()
    assert (
        read("".join(at(72, 700 - 40 * row, f"Word {row}", 12 + row) for row in range(9))).headings
        == ()
    )


def test_pictures_and_boxes_on_a_page_of_text_change_nothing() -> None:
    text = lines(*prose(1))
    assert read(picture(200, 100, 72, 100) + text + box(72, 90, 300, 1)).text == "\n".join(prose(1))
