"""What the words of a query name, compare and ask for, and whether it is reached."""

import pytest

from index.library import Library
from index.plain_words import written_words
from index.query import Names, Title
from index.types import Document

NAMES = Names(
    [
        Title("1591", "18 U.S.C. § 1591. Sex trafficking of children", "Congress", "2023", "US"),
        Title("2421A", "18 U.S.C. § 2421A. Promotion of prostitution", "Congress", "2023", "US"),
        Title("2421", "18 U.S.C. § 2421. Transportation generally", "Congress", "2023", "US"),
        Title("c29", "Forced Labour Convention, 1930 (No. 29)", "Labour Organization"),
        Title("p29", "Protocol of 2014 to the Forced Labour Convention, 1930"),
        Title("un", "Protocol to Prevent Trafficking (Palermo Protocol)", "United Nations", "2000"),
        Title("a17", "Atlas of Zorbia (2017 edition)", published="2017"),
        Title("a23", "Atlas of Zorbia (2023 edition)", published="2023"),
    ]
)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("2421A what is it", {"2421A"}),
        ("What does § 1591 punish?", {"1591"}),
        ("18 USC 1591(b)(1) minimum?", {"1591"}),
        ("22 USC 1591", set()),  # another title of the Code
        ("What did the Mann Act forbid?", {"2421"}),
        ("What did FOSTA change?", {"2421A"}),
        ("Is prison labour covered by the 1930 Forced Labour Convention?", {"c29"}),
        ("Is organ removal part of the UN protocol?", {"un"}),
        ("How many people were trafficked in 1930?", set()),
        ("What is debt bondage?", set()),
    ],
)
def test_a_section_nickname_or_title_names_its_document(query: str, named: set[str]) -> None:
    assert set(NAMES.read(query).documents) == named


@pytest.mark.parametrize(
    ("query", "sides"),
    [
        ("Is the penalty in § 1591 higher than in § 2421A?", [("1591",), ("2421A",)]),
        ("Palermo Protocol vs 1930 Forced Labour Convention: who is bound?", [("un",), ("c29",)]),
        ("How did the rating change between the 2017 and the 2023 edition?", [("a17",), ("a23",)]),
        ("What was it in the 2017 edition of the Atlas, and now?", [("a17",), ("a23",)]),
        ("What is the penalty in § 1591?", []),
        ("How do gangs in Ruritania and Zorbia recruit?", []),
    ],
)
def test_each_side_of_a_comparison_is_a_search_of_its_own(
    query: str, sides: list[tuple[str, ...]]
) -> None:
    assert [side.documents for side in NAMES.read(query).sides] == sides


def test_what_is_asked_for_now_is_not_in_an_edition_that_has_a_later_one() -> None:
    assert NAMES.read("What is the current tier of Zorbia?").outdated == {"a17"}
    assert NAMES.read("What was the tier in 2017?").outdated == set()


def test_the_parts_of_a_section_are_read() -> None:
    assert NAMES.read("18 USC 1591(b)(1) minimum?").provisions == ("(b)", "(1)")


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("Can she sue the hotel?", "civil action"),
        ("How does a state pull out of the treaty?", "denunciation"),
        ("What is forced labour?", ""),
    ],
)
def test_plain_words_bring_those_of_the_law(query: str, word: str) -> None:
    written = written_words(query)
    assert word in written
    assert bool(written) == bool(word)


def test_both_sides_of_a_comparison_are_found_at_once(library: Library) -> None:
    def act(section: str, years: int) -> Document:
        text = f"Whoever breaks this section shall be imprisoned not more than {years} years. " * 3
        title = f"18 U.S.C. § {section}. Offence {section}"
        name = f"{section}.txt"
        return Document(section, title, "statute", None, None, None, "US", name, "text/plain", text)

    library.add([act(str(section), section - 1500) for section in range(1591, 1599)])
    hits = library.search("Is the maximum under 1593 higher than under 1597?", 2)
    assert {hit.passage.document.id for hit in hits} == {"1593", "1597"}
