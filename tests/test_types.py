"""The core values: a passage is its document's text between two offsets, whatever the text."""

import pytest

from index.errors import InvalidInput
from index.types import Document, Filters, Heading, Page, Passage, is_date

TEXT = "# Act\n\n(a) One 🙂.\n\n(1) Two.\n\n(b) שלום three.\r\n"


def document(text: str = TEXT) -> Document:
    headings = tuple(
        Heading(text.index(mark), level, mark, label)
        for mark, level, label in (
            ("# Act", 1, None),
            ("(a)", 2, "(a)"),
            ("(1)", 3, "(1)"),
            ("(b)", 2, "(b)"),
        )
    )
    pages = (Page(1, 0, 20), Page(2, 20, len(text)))
    return Document(
        "id", "Act", "statute", None, None, "2018", None, "a.md", "text/markdown", text, pages,
        headings,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "labels", "pages"),
    [
        ("(a) One 🙂.", ["(a)"], (1,)),
        ("Two.", ["(a)", "(1)"], (2,)),
        ("(b) שלום three.", ["(b)"], (2,)),
        ("One 🙂.\n\n(1) Two.", ["(a)"], (1, 2)),
        ("(1) Two.\n\n(b) שלום", [], (1, 2)),
    ],
)
def test_a_passage_knows_its_words_headings_and_pages(
    words: str, labels: list[str], pages: tuple[int, ...]
) -> None:
    start = TEXT.index(words)
    passage = Passage(document(), start, start + len(words))
    assert passage.text == words
    assert [h.label for h in passage.headings if h.label] == labels
    assert passage.pages == pages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018", True),
        ("2018-04", True),
        ("2018-04-14", True),
        ("2018-4", False),
        ("2018-13", False),
        ("2018-02-30", False),
        ("April 2018", False),
        ("", False),
        ("20180414", False),
    ],
)
def test_a_date_is_iso_of_any_precision(text: str, expected: bool) -> None:
    assert is_date(text) is expected


@pytest.mark.parametrize(
    "wrong", [{"kinds": ("blog",)}, {"published_from": "soon"}, {"published_to": "2018-99"}]
)
def test_filters_refuse_what_cannot_match(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        Filters(**wrong)  # type: ignore[arg-type]
