"""Passages follow the document and never exceed what the embedder reads."""

import re
from itertools import pairwise

import pytest

from index.chunking import embedded_text, split
from index.embedder import Embedder
from index.sentences import sentence_spans
from index.types import Document, Heading

WORDS = "A person who knowingly recruits another person shall be punished as the court directs. "


def document(text: str, headings: tuple[Heading, ...] = (), title: str = "Title") -> Document:
    return Document(
        "id", title, "other", None, None, None, None, "a.txt", "text/plain", text, (), headings
    )


def marked(text: str) -> Document:
    """A document whose headings are its lines that begin with # or an enumerator."""
    headings = []
    for line in re.finditer(r"^(#+ .*|\((\w)\).*)$", text, re.MULTILINE):
        label = f"({line[2]})" if line[2] else None
        level = 3 if label else line[0].count("#")
        headings.append(Heading(line.start(), level, line[0].lstrip("# ")[:60], label))
    return document(text, tuple(headings))


@pytest.mark.parametrize(
    "text",
    [
        WORDS * 200,
        "\n\n".join([WORDS * 3] * 50),
        "word" * 20_000,
        "żółć שלום 🙂 漢字" * 2_000,
        "a.b." * 5_000,
        "\r\n".join(["| 1 | 2 |"] * 900),
        "# One\n\n" + WORDS * 40 + "\n\n## Two\n\n" + WORDS * 40,
    ],
    ids=["sentences", "paragraphs", "one word", "scripts", "stops", "table", "headings"],
)
@pytest.mark.parametrize("title", ["Title", "A very long title indeed " * 30])
def test_no_passage_exceeds_what_the_embedder_reads(
    text: str, title: str, embedder: Embedder
) -> None:
    made = marked(text)
    passages = split(document(text, made.headings, title), embedder)
    for passage in passages:
        counted = len(embedder.token_starts(embedded_text(passage, embedder)))
        assert counted + embedder.special_tokens <= embedder.max_tokens


@pytest.mark.parametrize(
    "text",
    ["", " \n\t ", "One.", WORDS * 100, "# A\n\nText.\n\n# B\n\n" + WORDS * 60 + "\n\nLast words"],
)
def test_passages_hold_every_word_once_and_in_order(text: str, embedder: Embedder) -> None:
    passages = split(marked(text), embedder)
    assert [p.start for p in passages] == sorted(p.start for p in passages)
    assert all(a.end <= b.start for a, b in pairwise(passages))
    assert " ".join(p.text for p in passages).split() == text.split()


def test_a_subsection_stays_whole_where_it_fits(embedder: Embedder) -> None:
    parts = [f"({letter}) {WORDS * 6}" for letter in "abcd"]
    passages = split(marked("# Act\n\n" + "\n\n".join(parts)), embedder)
    for part in parts:
        assert any(part.strip() in passage.text for passage in passages), part[:10]


def test_subjects_of_their_own_are_kept_apart(embedder: Embedder) -> None:
    text = "# Profiles\n\n" + "\n\n".join(f"## Country {n}\n\n{WORDS * 4}" for n in range(5))
    passages = split(marked(text), embedder)
    assert all(len(re.findall("## Country", passage.text)) <= 1 for passage in passages)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is the law. The court read 18 U.S.C. § 1591(b) there. Dr. No agrees with that.", 3),
        ("(e)(5).\nPub. L. 115–164 added par. (5).", 1),
        ("- one item here, first of the list\n- two items here, second of the list", 2),
        ("### Article 4 \n\nNobody shall be held in servitude.", 2),
        ("", 0),
    ],
)
def test_sentences_end_where_a_lawyer_ends_them(text: str, expected: int) -> None:
    assert len(sentence_spans(text)) == expected


def test_a_sentence_has_no_mark_or_space_around_it() -> None:
    text = "  \n- Item one of the list.\n\n###### (c) No action may be maintained.  "
    assert [text[a:b] for a, b in sentence_spans(text)] == [
        "Item one of the list.",
        "(c) No action may be maintained.",
    ]
