"""The default answer: word for word, introduced and cited, in an order that reads; or declined."""

from collections.abc import Sequence

import pytest

from assistant.assistant import Assistant
from assistant.settings import LONGEST_QUESTION_CHARS, Settings
from assistant.types import Answer, EvidenceFound, Finished, Searching, TextDelta
from index.embedder import Embedder
from index.errors import InvalidInput, LibraryError
from index.evidence.names import missing_names, names_and_numbers
from index.library import Library
from index.types import Document, Filters, Heading

STATUTE = """# 9 Z.S.C. § 77. Recruitment fees

(a) A recruiter who charges a worker a recruitment fee shall be fined not more than 5,000 dollars.

(b) A worker may recover the recruitment fee from the recruiter within six years.
"""
OPINION = """The fine for charging a worker a recruitment fee is a joke.

No recruiter has ever been deterred by it.
"""
REPORT = """# Annual report

## Inspections

In 2021 the Zorbia labour inspectorate visited 312 farms and found forced labour on nine of them.

## Hotline

The hotline in Zorbia is answered by two nurses. Its staff speak eleven languages.
"""


def document(
    name: str, text: str, kind: str, publisher: str, headings: Sequence[tuple[str, str]] = ()
) -> Document:
    """A document whose headings are at the words given, each with its label."""
    marks = tuple(Heading(text.index(words), 2, words, label or None) for words, label in headings)
    return Document(
        id=name, title=text.splitlines()[0].lstrip("# "), kind=kind, publisher=publisher,
        author=None, published="2021-05-01", jurisdiction=None, origin=f"/files/{name}",
        media_type="text/markdown", text=text, headings=marks,
    )  # fmt: skip


@pytest.fixture(scope="module")
def assistant(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("answers") / "library"
    library = Library.open(folder, embedder=embedder, create=True)
    library.add(
        [
            document("law", STATUTE, "statute", "Parliament of Zorbia",
                     [("(a) A recruiter", "(a)"), ("(b) A worker", "(b)")]),
            document("op", OPINION, "opinion", "The Zorbia Post"),
            document("report", REPORT, "government report", "Labour Inspectorate",
                     [("Inspections", ""), ("Hotline", "")]),
        ]
    )  # fmt: skip
    return Assistant(library, Settings(library=folder))


def assert_exact(answer: Answer) -> None:
    for citation in answer.citations:
        passage = citation.passage
        assert citation.quote == passage.document.text[passage.start : passage.end]
    markers = [citation.marker for citation in answer.citations]
    assert markers == list(range(1, len(markers) + 1))
    for statement in answer.statements:
        assert statement.supported
        (marker,) = statement.citations
        quote = " ".join(answer.citations[marker - 1].quote.split())
        assert statement.text == f"{statement.attribution}: “{quote}”"


@pytest.mark.parametrize(
    ("question", "attribution", "words"),
    [
        ("What is the fine for charging a recruitment fee?", "9 Z.S.C. § 77(a)", "5,000 dollars"),
        ("Until when may a worker recover a recruitment fee?", "9 Z.S.C. § 77(b)", "six years"),
        ("How many farms did the inspectorate visit in 2021?", "Labour Inspectorate, 2021",
         "312 farms"),
        ("Who answers the hotline in Zorbia?", "Labour Inspectorate, 2021, Hotline", "two nurses"),
    ],
)  # fmt: skip
def test_an_answer_is_the_sources_own_words_with_who_says_them(
    assistant: Assistant, question: str, attribution: str, words: str
) -> None:
    answer = assistant.answer(question)
    assert not answer.abstained
    assert_exact(answer)
    said = [s for s in answer.statements if words in s.text]
    assert said and (said[0].attribution or "").startswith(attribution)


def test_the_law_comes_before_an_opinion_which_is_called_one(assistant: Assistant) -> None:
    answer = assistant.answer("What is said of the fine for charging a recruitment fee?")
    kinds = [citation.passage.document.kind for citation in answer.citations]
    assert {"statute", "opinion"} <= set(kinds)
    assert kinds.index("statute") < kinds.index("opinion")
    opinions = [s.attribution for s in answer.statements if "joke" in s.text]
    assert opinions == ["The Zorbia Post, opinion, 2021"]


@pytest.mark.parametrize(
    "question",
    [
        "Do you have a recipe for lentil soup?",
        "Tell me a joke.",
        "Hello there!",
        "What did the Supreme Court of Ruritania decide in Smith v. Jones?",
        "When was the Federal Trade Commission of Elbonia founded?",
    ],
)
def test_what_the_documents_do_not_answer_is_declined_with_what_was_looked_for(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.answer(question)
    assert answer.abstained and not answer.statements and not answer.citations
    assert answer.reason is not None
    assert question in answer.reason and "Nearest:" in answer.reason


def test_events_come_in_order_and_the_last_is_the_whole_answer(assistant: Assistant) -> None:
    events = list(assistant.ask("Who answers the hotline in Zorbia?"))
    kinds = [type(event) for event in events]
    assert kinds[:2] == [Searching, EvidenceFound]
    assert set(kinds[2:-1]) == {TextDelta}
    last = events[-1]
    assert isinstance(last, Finished)
    streamed = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert all(statement.text in streamed for statement in last.answer.statements)
    assert last.answer.seconds.total >= last.answer.seconds.search > 0


def test_a_follow_up_is_answered_from_its_conversation(assistant: Assistant) -> None:
    history = ["Who answers the hotline in Zorbia?"]
    answer = assistant.answer("And which languages do they speak?", history)
    assert answer.standalone_question == f"{history[0]} And which languages do they speak?"
    assert any("eleven languages" in statement.text for statement in answer.statements)


def test_filters_limit_what_an_answer_rests_on(assistant: Assistant) -> None:
    answer = assistant.answer("What of recruitment fees?", filters=Filters(kinds=("opinion",)))
    assert {hit.passage.document.kind for hit in answer.passages} == {"opinion"}


@pytest.mark.parametrize(
    ("question", "message"),
    [("", "empty"), (" \n", "empty"), ("why " * 12_500, "50,000 characters")],
)
def test_a_question_that_cannot_be_one_is_an_error(
    assistant: Assistant, question: str, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        assistant.answer(question)


@pytest.mark.parametrize(
    "question",
    [
        "???",
        "<script>alert(1)</script>",
        "¿Quién contesta la línea de ayuda?",
        "кто отвечает?",
        "🙂",
        "x" * LONGEST_QUESTION_CHARS,
    ],
)
def test_any_other_question_gets_an_answer_or_an_explained_error(
    assistant: Assistant, question: str
) -> None:
    try:
        answer = assistant.answer(question)
    except InvalidInput as error:
        assert error.remedy
    else:
        assert answer.abstained or answer.citations


def test_an_empty_library_is_an_error_and_no_abstention(
    embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("empty") / "library"
    library = Library.open(folder, embedder=embedder, create=True)
    with pytest.raises(LibraryError, match="no documents"):
        Assistant(library, Settings(library=folder)).answer("What?")


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What did Montenegro do in 2021?", ("Montenegro", "2021")),
        ("Is § 2421A enforced?", ("2421A",)),
        ("What did the IOM say to Roe?", ("IOM", "Roe")),
        ("Which rights have workers?", ()),
    ],
)
def test_names_and_numbers_are_what_must_be_mentioned(
    question: str, names: tuple[str, ...]
) -> None:
    assert names_and_numbers(question) == names


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Did the ZLI visit farms in Ruritania?", ("ZLI", "Ruritania")),
        ("Did the AR of Zorbia count 312 farms?", ()),  # AR: Annual Report
        ("Did the Zorbian inspectorate visit farms?", ()),
    ],
)
def test_what_no_passage_mentions_is_missing(question: str, missing: tuple[str, ...]) -> None:
    text = "Annual Report of Zorbia. In 2021 the inspectorate visited 312 farms."
    assert missing_names(question, [text]) == missing
