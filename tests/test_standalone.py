"""A follow-up is searched with the questions that it leans on, in the asker's own words."""

import pytest

from assistant.standalone import MOST_EARLIER, leans_on_earlier, standalone_question

PENALTY = "What is the penalty for sex trafficking of adults by force in the United States?"
PALERMO = "How does the Palermo Protocol define trafficking in persons for states that signed?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("And for minors?", True),
        ("but since when?", True),
        ("What about labour trafficking under the same chapter of the code?", True),
        ("Does it also apply to companies that only host advertisements?", True),
        ("How long have they been in force across all of the member states?", True),
        ("Who can waive that, and on what grounds exactly, before a hearing?", True),
        ("Why?", True),
        ("Since 2018?", True),
        (PENALTY, False),
        (PALERMO, False),
        ("Why did Parliament raise the maximum sentence for slavery offences?", False),
        # what is pointed at stands in the question itself
        ("Who was the first Anti-Slavery Commissioner, and why did he step down?", False),
        ("Which states can get grants for child welfare, and can they apply twice?", False),
        ("Must a firm that imports cotton publish a statement every year?", False),
    ],
)
def test_a_question_leans_on_earlier_ones_if_it_points_back_or_says_little(
    question: str, expected: bool
) -> None:
    assert leans_on_earlier(question) is expected


@pytest.mark.parametrize(
    ("question", "history", "expected"),
    [
        ("And for minors?", [], "And for minors?"),
        ("  And for minors? ", [f" {PENALTY}\n"], f"{PENALTY} And for minors?"),
        (PALERMO, [PENALTY], PALERMO),
        ("And for minors?", [PALERMO, PENALTY], f"{PENALTY} And for minors?"),
        # a follow-up to a follow-up needs both
        (
            "Since when?",
            [PALERMO, PENALTY, "And for minors?"],
            f"{PENALTY} And for minors? Since when?",
        ),
        ("Why?", ["A?", "B?", "C?", "D?"], "B? C? D? Why?"),
    ],
)
def test_as_many_earlier_questions_come_first_as_are_leant_on(
    question: str, history: list[str], expected: str
) -> None:
    assert MOST_EARLIER == 3
    assert standalone_question(question, history) == expected
