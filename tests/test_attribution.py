"""A quotation is introduced by who says it, where and when, and never by a place it isn't from."""

from dataclasses import replace

import pytest

from assistant.attribution import attribution
from index.types import Document, Heading, Page, Passage

LAW = "Part\n(a) Whoever forces another:\n(1) a fine;\n(2) prison.\n(b) A court may order wages."
TREATY = "Convention\nArticle 4\n1. Each Party shall act.\n2. Each Party shall report."
REPORT = "Report\nNigeria\nVictims are found in farming. Few are children.\nLaw\nIt bans it."


def law(**changes: object) -> Document:
    plain = Document(
        "law", "18 U.S.C. § 1591. Sex trafficking of children", "statute", "Congress", None, "2023",
        "US", "law.md", "text/markdown", LAW, (),
        (
            Heading(0, 1, "Part"),
            *(
                Heading(LAW.index(label), level, label, label)
                for label, level in (("(a)", 2), ("(1)", 3), ("(2)", 3), ("(b)", 2))
            ),
        ),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def treaty() -> Document:
    return Document(
        "treaty", "Convention against Trafficking", "treaty", "Council of Europe", None, "2005",
        None, "treaty.md", "text/markdown", TREATY, (),
        (
            Heading(0, 1, "Convention"),
            Heading(TREATY.index("Article"), 2, "Article 4", "Article 4"),
            Heading(TREATY.index("1."), 3, "1. Each", "1."),
            Heading(TREATY.index("2."), 3, "2. Each", "2."),
        ),
    )  # fmt: skip


def report(**changes: object) -> Document:
    plain = Document(
        "report", "Report", "government report", "Central Agency", "A. Author", "2021-12-30",
        None, "report.pdf", "application/pdf", REPORT,
        (Page(1, 0, REPORT.index("Few")), Page(2, REPORT.index("Few"), len(REPORT))),
        (
            Heading(0, 1, "Report"),
            Heading(REPORT.index("Nigeria"), 2, "Nigeria"),
            Heading(REPORT.index("Law"), 3, "Law"),
        ),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def passage(document: Document, words: str) -> Passage:
    start = document.text.index(words)
    return Passage(document, start, start + len(words))


@pytest.mark.parametrize(
    ("document", "words", "expected"),
    [
        (law(), "A court may order wages.", "18 U.S.C. § 1591(b)"),
        (law(), "prison.", "18 U.S.C. § 1591(a)(2)"),
        (law(), "Whoever forces another:", "18 U.S.C. § 1591(a)"),
        (law(title="22 U.S.C. § 7103a"), "(b) A court", "22 U.S.C. § 7103a(b)"),
        (law(title="Safe Work Act"), "(b) A court", "Safe Work Act(b)"),
        (treaty(), "Each Party shall act.", "Convention against Trafficking, Article 4, 1"),
        (treaty(), "Article 4", "Convention against Trafficking, Article 4"),
    ],
)
def test_a_law_is_named_with_the_provision(document: Document, words: str, expected: str) -> None:
    assert attribution(passage(document, words)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("(1) a fine;\n(2) prison.", "18 U.S.C. § 1591(a)"),
        ("(2) prison.\n(b) A court", "18 U.S.C. § 1591"),
    ],
)
def test_words_of_several_provisions_are_those_of_what_holds_them_all(
    words: str, expected: str
) -> None:
    assert attribution(passage(law(), words)) == expected


@pytest.mark.parametrize(
    ("document", "words", "expected"),
    [
        (report(), "Few are", "Central Agency, 2021, Nigeria, p. 2"),
        (report(), "Victims are", "Central Agency, 2021, Nigeria, p. 1"),
        (report(), "It bans it.", "Central Agency, 2021, Law, p. 2"),
        (report(pages=()), "Report", "Central Agency, 2021"),
        (report(pages=(), kind="opinion"), "Report", "Central Agency, opinion, 2021"),
        (report(pages=(), publisher=None), "Report", "A. Author, 2021"),
        (report(pages=(), publisher=None, author=None), "Report", "Report, 2021"),
        (report(pages=(), published=None), "Report", "Central Agency, undated"),
    ],
)
def test_anything_else_is_named_by_who_says_it_and_when(
    document: Document, words: str, expected: str
) -> None:
    assert attribution(passage(document, words)) == expected
