"""Whether a sentence follows from what it cites, and why not, in words."""

from functools import cache

import pytest

from assistant.grounding import Grounder
from assistant.markers import MarkedSentence
from assistant.types import (
    CONTRADICTED,
    NO_EVIDENCE,
    NOT_NEEDED,
    PARTLY_SUPPORTED,
    SUPPORTED,
    GroundingReport,
    Statement,
)
from index.embedder import Embedder
from index.evidence.choice import chosen_verifier
from index.evidence.figures import missing_figures
from index.evidence.types import Verifier
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


@cache
def verifier(embedder: Embedder) -> Verifier:
    return chosen_verifier(None, embedder)


def grounded(
    embedder: Embedder, text: str, *cited: int, invented: tuple[int, ...] = ()
) -> tuple[Statement, Grounder]:
    """The sentence, citing the act (1) or the report (2), with its verdict."""
    grounder = Grounder((act(), report()), verifier(embedder))
    return grounder.statement(MarkedSentence(text, cited, invented)), grounder


@pytest.mark.parametrize(
    ("claim", "quoted"),
    [
        ("If the victim is younger than 18, the term is at least ten years.", "(b)"),
        ("Under § 4(b), the term is at least 10 years if the victim is under 18.", "(b)"),
        ("The court may order lost wages of up to 50,000 dollars.", "(c)"),
        ("A victim is not prosecuted for an offence that she was forced to commit.", "(d)"),
        ("7. The court may order the offender to pay lost wages.", "(c)"),  # 7 is a list's number
    ],
)
def test_a_claim_that_the_passage_bears_out_is_supported_by_the_words_that_say_it(
    embedder: Embedder, claim: str, quoted: str
) -> None:
    statement, grounder = grounded(embedder, claim, 1)
    assert statement.grounding.verdict == SUPPORTED
    (citation,) = grounder.citations
    assert statement.citations == (citation.marker,) == (1,)
    assert citation.quote.startswith(quoted)
    assert citation.quote == ACT[citation.passage.start : citation.passage.end]


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("Forcing a person to work by threats brings up to 15 years.", "15"),
        ("The court may order lost wages of up to 50,000 euros.", "50,000 euros"),
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
def test_one_wrong_figure_name_or_small_word_is_named(
    embedder: Embedder, claim: str, said: str
) -> None:
    statement, _ = grounded(embedder, claim, 1)
    assert not statement.supported
    assert any(f"“{said}”" in reason for reason in statement.grounding.why)


@pytest.mark.parametrize(
    "claim",
    [
        "Trafficking harms the whole of society.",
        "Experts agree that prevention, education and outreach matter most.",
        "The king abolished the Act.",
    ],
)
def test_what_the_passage_does_not_say_is_not_supported(embedder: Embedder, claim: str) -> None:
    for cited in ((1,), ()):
        statement, _ = grounded(embedder, claim, *cited)
        assert statement.grounding.verdict in (NO_EVIDENCE, CONTRADICTED)
        assert statement.grounding.why


@pytest.mark.parametrize(
    "sentence",
    ["In summary:", "Is that so?", "The passages do not mention a king.", "I hope this helps!"],
)
def test_what_says_nothing_of_the_world_needs_no_support(embedder: Embedder, sentence: str) -> None:
    statement, grounder = grounded(embedder, sentence)
    assert statement.grounding.verdict == NOT_NEEDED
    assert statement.supported
    assert GroundingReport((statement,)).groundedness is None
    assert grounder.citations == ()


def test_of_two_clauses_the_one_that_is_not_borne_out_is_named(embedder: Embedder) -> None:
    true = "Police identified 214 victims of trafficking in 2020"
    false = "the king gave each of them a house in the capital"
    statement, _ = grounded(embedder, f"{true}, and {false}.", 2)
    assert statement.grounding.verdict == PARTLY_SUPPORTED
    assert any(false in reason for reason in statement.grounding.why)


def test_what_each_of_two_passages_bears_out_is_supported_together(embedder: Embedder) -> None:
    whole = (
        "The court may order the offender to pay lost wages; in 2020 the police of Norland "
        "identified 214 victims."
    )
    statement, grounder = grounded(embedder, whole, 1, 2)
    assert statement.supported
    assert len(grounder.citations) == len(statement.citations) == 2
    assert not grounded(embedder, whole.replace("214", "412"), 1, 2)[0].supported


@pytest.mark.parametrize(
    ("sentence", "misquoted"),
    [
        ("It says “the term shall be at least 10 years” of minors.", ()),
        ("It says “the term shall never be less than 10 years” of minors.",
         ("the term shall never be less than 10 years",)),
        ("It calls her a “victim” of it.", ()),
    ],
)  # fmt: skip
def test_words_in_quotation_marks_must_be_the_passages(
    embedder: Embedder, sentence: str, misquoted: tuple[str, ...]
) -> None:
    statement, _ = grounded(embedder, sentence, 1)
    assert statement.misquoted == misquoted
    report_ = GroundingReport((statement,))
    assert report_.misquotations == len(misquoted)
    if misquoted:
        assert not statement.supported


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
        ("more than 48,000 calls", "48,326 calls", ()),
        ("more than 50,000 calls", "48,326 calls", ("50,000",)),
        ("nearly $5 million", "$4.8 million", ()),
        ("about 60% of them", "62 per cent", ()),
        ("more than 12 years", "15 years", ("12",)),
        ("over 2015", "2016", ("2015",)),
        ("a 15-year-old", "a person under 16", ()),
        ("a 15-year-old", "for 16 years", ("15",)),
    ],
)
def test_a_figure_is_the_same_however_it_is_written(
    claim: str, evidence: str, missing: tuple[str, ...]
) -> None:
    assert missing_figures(claim, evidence) == missing
