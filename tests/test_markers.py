"""Written text becomes sentences; each marker points to a passage or is kept as invented."""

import pytest

from assistant.markers import marked_sentences

PASSAGES = 3


def sentences(written: str) -> list[tuple[str, tuple[int, ...]]]:
    found = marked_sentences(written, PASSAGES)
    assert not any(sentence.invented for sentence in found)
    return [(sentence.text, sentence.markers) for sentence in found]


@pytest.mark.parametrize(
    "written",
    [
        "The term is 12 years [1].",
        "The term is 12 years. [1]",
        "The term is 12 years.[1]",
        "The term is 12 years[1].",
        "The term [1] is 12 years.",
        "[1] The term is 12 years.",
        "[1]: The term is 12 years.",
        "The term is 12 years.\n[1]",
        "- The term is 12 years [1].",
        "**The term is 12 years** [1].",
        "The term is 12 years 【1】.",
        "The term is 12 years [ 1 ].",
        "The term is 12 years [Passage 1].",
        "The term is 12 years [1][1].",
    ],
)
def test_a_marker_belongs_to_its_sentence_wherever_it_stands_to_it(written: str) -> None:
    assert sentences(written) == [("The term is 12 years.", (1,))]


@pytest.mark.parametrize(
    ("marks", "numbers"),
    [
        ("[1][3]", (1, 3)),
        ("[3][1]", (3, 1)),
        ("[1, 2]", (1, 2)),
        ("[1; 2]", (1, 2)),
        ("[1], [2]", (1, 2)),
        ("[1] [2]", (1, 2)),
        ("[1-3]", (1, 2, 3)),
        ("[1–3]", (1, 2, 3)),
        ("[3-1]", (3, 1)),
        ("[passages 1, 2]", (1, 2)),
        ("", ()),
    ],
)
def test_a_sentence_may_carry_several_markers_or_none(marks: str, numbers: tuple[int, ...]) -> None:
    assert sentences(f"Both laws say so {marks}.".replace(" .", ".")) == [
        ("Both laws say so.", numbers)
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "Police found 214 victims. [2] Of these, 61 were children. [3]",
            [("Police found 214 victims.", (2,)), ("Of these, 61 were children.", (3,))],
        ),
        (
            "Police found 214 victims [2]. Of these, 61 were children.",
            [("Police found 214 victims.", (2,)), ("Of these, 61 were children.", ())],
        ),
        (
            "It says:\n- 214 victims were found [2]\n- 61 were children [3]",
            [("It says:", ()), ("214 victims were found", (2,)), ("61 were children", (3,))],
        ),
        (
            "No full stop ends this [1]\nNor does one end this [2]",
            [("No full stop ends this", (1,)), ("Nor does one end this", (2,))],
        ),
        (
            "Police found 214 victims [2].\n[3] Of these, 61 were children.",
            [("Police found 214 victims.", (2,)), ("Of these, 61 were children.", (3,))],
        ),
        (
            "18 U.S.C. § 1591 says so [1]. It is a law.",
            [("18 U.S.C. § 1591 says so.", (1,)), ("It is a law.", ())],
        ),
        (
            "The law says so. [1] Éire agrees. [2]",
            [("The law says so.", (1,)), ("Éire agrees.", (2,))],
        ),
        ("In the U.S. [1] it is a crime.", [("In the U.S. it is a crime.", (1,))]),
        ("1. [2] The law says it.", [("1. The law says it.", (2,))]),
        ("The rule[1]which holds.", [("The rule which holds.", (1,))]),
        ("One thing is so [1].\n\n---\n\n", [("One thing is so.", (1,))]),
        ("The term is 12 […]", [("The term is 12 […]", ())]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_come_in_order_and_each_keeps_its_own_markers(
    written: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert sentences(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "He wrote “no [sic] law”.",
        "It was so in [2018].",
        "The clauses (1) and (2) say so.",
        "Note [12a] says so.",
        "See [1, p. 4] of it.",
        "It is the {1} law.",
    ],
)
def test_what_only_resembles_a_marker_stays_in_the_text(written: str) -> None:
    assert sentences(written) == [(written, ())]


@pytest.mark.parametrize(
    ("marks", "numbers", "invented"),
    [
        ("[4]", (), (4,)),
        ("[0]", (), (0,)),
        ("[9][9]", (), (9,)),
        ("[1][7]", (1,), (7,)),
        ("[1, 7, 8]", (1,), (7, 8)),
        ("[2-5]", (2, 3), (5,)),
        ("[1-999]", (1, 2, 3), (999,)),
        ("[5-7]", (), (5, 7)),
    ],
)
def test_a_marker_that_points_nowhere_is_kept_as_invented(
    marks: str, numbers: tuple[int, ...], invented: tuple[int, ...]
) -> None:
    (sentence,) = marked_sentences(f"The term is 12 years {marks}.", PASSAGES)
    assert sentence.text == "The term is 12 years."
    assert sentence.markers == numbers
    assert sentence.invented == invented


def test_markers_without_a_word_are_not_lost() -> None:
    (sentence,) = marked_sentences("[2][8]", PASSAGES)
    assert (sentence.text, sentence.markers, sentence.invented) == ("", (2,), (8,))
