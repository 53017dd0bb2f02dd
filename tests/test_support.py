"""What a passage bears out and what speaks against it, told by its words."""

import pytest

from assistant.support import support
from index.evidence.figures import missing_figures
from index.types import Document, Heading, Passage

ACT = """\
(a) Whoever forces another person to work by threats shall be imprisoned for not more than 12 years.
(b) If the victim is under the age of 18, the term shall be at least 10 years.
(c) The court may order the offender to pay the victim's lost wages, up to $50,000.
(d) A victim shall not be prosecuted for an offence that she was forced to commit.
(e) The Minister of Labour shall report to Parliament by 1 March of each year."""
REPORT = (
    "In 2020 the police of Norland identified 214 victims of trafficking. Of these, 61 were "
    "children. Most worked in farming and fishing."
)


def act() -> Passage:
    labels = ("(a)", "(b)", "(c)", "(d)", "(e)")
    headings = tuple(Heading(ACT.index(label), 1, label, label) for label in labels)
    return whole(
        Document(
            "act", "Safe Work Act § 4", "statute", "Parliament of Norland", None, "2019-05-02",
            "Norland", "act.md", "text/markdown", ACT, (), headings,
        )
    )  # fmt: skip


def report() -> Passage:
    return whole(
        Document(
            "report", "Annual report", "government report", "Norland Commissioner", None, "2021",
            "Norland", "report.txt", "text/plain", REPORT,
        )
    )  # fmt: skip


def whole(document: Document) -> Passage:
    return Passage(document, 0, len(document.text))


@pytest.mark.parametrize(
    ("claim", "quoted"),
    [
        ("Forcing a person to work by threats brings up to twelve years in prison.", "(a)"),
        ("If the victim is younger than 18, the term is at least ten years.", "(b)"),
        ("Under § 4(b), the term is at least 10 years if the victim is under 18.", "(b)"),
        ("The court may order lost wages of up to 50,000 dollars.", "(c)"),
        ("A victim is not prosecuted for an offence that she was forced to commit.", "(d)"),
        ("Norland's Safe Work Act of 2019 punishes whoever forces another to work.", "(a)"),
        ("7. The court may order the offender to pay lost wages.", "(c)"),  # 7 is a list's number
        ("The court may not only punish the offender but order lost wages.", "(c)"),
    ],
)
def test_a_claim_in_the_passages_words_is_borne_out_by_the_sentence_that_says_it(
    claim: str, quoted: str
) -> None:
    found = support(claim, act())
    assert found.problems == ()
    assert found.bears_out
    assert ACT[found.start : found.end].startswith(quoted)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("Forcing a person to work by threats brings up to 15 years.", "15"),
        ("The court may order lost wages of up to 50,000 euros.", "50,000 euros"),
        ("The court may order up to 50,000 percent of the victim's lost wages.", "50,000 percent"),
        ("The Minister of Labour shall report by 1 April of each year.", "April"),
        ("Under § 4(f), a victim shall not be prosecuted.", "(f)"),
        ("The Minister of Finance shall report to Parliament.", "Finance"),
        ("The term shall be at most 10 years if the victim is under 18.", "at most"),
        ("The court must order the offender to pay the victim's lost wages.", "must"),
        ("The court may not order the offender to pay the victim's lost wages.", "not"),
        ("A victim shall be prosecuted for an offence that she was forced to commit.", "not"),
        ("Only the court may order the offender to pay lost wages.", "only"),
    ],
)
def test_one_wrong_figure_name_or_small_word_speaks_against_a_claim(claim: str, said: str) -> None:
    found = support(claim, act())
    assert found.score > 0.5  # the rest of its words are the passage's
    assert any(f"“{said}”" in problem for problem in found.problems)
    assert not found.bears_out


@pytest.mark.parametrize(
    "claim",
    [
        "Trafficking harms the whole of society.",
        "Experts agree that prevention, education and outreach matter most.",
        "There are many reasons for this.",
        "[…]",
        "",
    ],
)
def test_a_claim_in_other_words_is_not_borne_out_even_if_nothing_speaks_against_it(
    claim: str,
) -> None:
    assert not support(claim, act()).bears_out


def test_two_sentences_are_quoted_only_where_the_second_adds_something() -> None:
    one = support("Police identified 214 victims of trafficking.", report())
    both = support("Of the 214 victims whom police identified, 61 were children.", report())
    assert REPORT[one.start : one.end] == REPORT[: REPORT.index(" Of these")]
    assert REPORT[both.start : both.end] == REPORT[: REPORT.index(" Most")]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("The term is at most 12 years; in 2020 the police identified 214 victims.", True),
        ("The term is at most 13 years; in 2020 the police identified 214 victims.", False),
    ],
)
def test_what_one_cited_passage_lacks_another_may_have(claim: str, expected: bool) -> None:
    cited = (act(), report())
    assert not any(support(claim, passage).bears_out for passage in cited)
    assert any(support(claim, passage, cited).bears_out for passage in cited) is expected


@pytest.mark.parametrize(
    ("claim", "evidence", "missing"),
    [
        ("three victims", "3 victims", ()),
        ("14%", "14 per cent of all", ()),
        ("14%", "14 of all", ("14%",)),
        ("$1.4 million", "1,400,000 in all", ()),
        ("twenty-one years", "21 years", ()),
        ("a hundred and twenty", "120", ()),
        ("on 14 April 2018", "2018-04-14", ()),
        ("on 14 May 2018", "2018-04-14", ("may",)),
        ("it may fall", "it falls", ()),
        ("in 2017-18", "from 2017 to 2018", ()),
        ("§ 2421A", "section 2421A", ()),
        ("§ 2421A", "section 2421", ("2421a",)),
        ("one of the two", "some", ()),
    ],
)
def test_a_figure_is_the_same_however_it_is_written(
    claim: str, evidence: str, missing: tuple[str, ...]
) -> None:
    assert missing_figures(claim, evidence) == missing
