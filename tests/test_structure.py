"""Headings of laws, and the maps of all real files: each provision stands where it belongs."""

import csv
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from index.chunking import split
from index.embedder import Embedder
from index.errors import AttestError
from index.types import Document, Heading
from ingest.content import Metadata
from ingest.files import SourceFile, source_files
from ingest.reading import Job, read
from ingest.sources import Sources
from ingest.structure import with_provisions
from tests.benchmark_ingest import holds
from tests.conftest import SHARED
from tests.test_readers import read_bytes

needs_corpus = pytest.mark.skipif(
    not (SHARED / "corpus").is_dir(), reason=f"the development corpus is not at {SHARED}"
)
needs_messy = pytest.mark.skipif(
    not (SHARED / "messy").is_dir(), reason=f"the messy files are not at {SHARED}"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(a) x\n(1) y\n(A) z\n(i) c\n(ii) c\n(B) z\n(2) y\n(b) x",
         "a a/1 a/1/A a/1/A/i a/1/A/ii a/1/B a/2 b"),
        ("(a) x\n(1) y\n(i) c\n(ii) c\n(2) y\n(i) c", "a a/1 a/1/i a/1/ii a/2 a/2/i"),
        ("(g) x\n(h) x", ""),
        ("(a) x\n(c) repealed between", "a c"),
        ("\n".join(f"({letter}) x" for letter in "abcdefghij"), "a b c d e f g h i j"),
        ("\n".join(f"({letter}) x" for letter in "ABCDEFGHIJ"), "A B C D E F G H I J"),
        ("\n".join(f"({x}) x" for x in [*"ABCDEFGH", "i", "ii", *"IJ"]),
         "A B C D E F G H H/i H/ii I J"),
        ("\n".join(f"({x}) x" for x in [*"ABCDEFGH", "i", "ii", "I", "II"]),
         "A B C D E F G H H/i H/ii H/ii/I H/ii/II"),
        ("(a)\n\n(1) on a line of its own\n\n(2) y", "a a/1 a/2"),
        ("(a) (1) on one line\n(2) y", "a a/1 a/2"),
        ("1. x\n2. y\na) z\nb) z\n3. x", "1 2 2/a 2/b 3"),
        ("1.5 million victims\n2.5 million", ""),
        ("see paragraph\n(7) of this section", ""),
    ],
)  # fmt: skip
def test_a_provision_stands_under_what_its_number_says(text: str, expected: str) -> None:
    assert " ".join(paths(with_provisions(text, ()))) == expected


def paths(found: Iterable[Heading]) -> Iterator[str]:
    """The labels above and of each heading: "Article 3/a"."""
    path: list[Heading] = []
    for heading in found:
        while path and path[-1].level >= heading.level:
            path.pop()
        path.append(heading)
        yield "/".join(above.label.strip("().") for above in path if above.label)


def test_provisions_of_a_law_in_markdown_stand_under_its_articles(tmp_path: Path) -> None:
    text = "# Law\n\n## Article 4\n\n(a) x\n\n## Annex\n\n##### (b) Second\n\n(1) y\n"
    as_law = read_bytes(tmp_path, "law.md", text.encode(), Metadata(kind="statute")).documents[0]
    assert [(h.level, h.label, h.title) for h in as_law.headings] == [
        (1, None, "Law"),
        (2, "Article 4", "Article 4"),
        (3, "(a)", "(a) x"),
        (2, None, "Annex"),
        (3, "(b)", "(b) Second"),
        (4, "(1)", "(1) y"),
    ]
    as_news = read_bytes(tmp_path, "law.md", text.encode(), Metadata(kind="news")).documents[0]
    assert [h.label for h in as_news.headings] == [None] * 4


def corpus() -> Iterator[Document]:
    sources = Sources()
    for file in source_files([SHARED / "corpus"]):
        yield read(Job(file, sources.facts(file.path))).documents[0]


@needs_corpus
def test_every_map_and_passage_of_the_corpus_is_consistent(embedder: Embedder) -> None:
    documents = list(corpus())
    assert len(documents) == 87
    for document in documents:
        text = document.text
        if document.media_type in ("text/markdown", "text/plain"):
            assert text == Path(document.origin).read_bytes().decode("utf-8-sig")
        starts = [heading.start for heading in document.headings]
        assert starts == sorted(starts)
        for heading in document.headings:
            assert heading.level >= 1 and heading.title == " ".join(heading.title.split())
            # a heading of a PDF may run over some lines
            words = letters(text[heading.start : heading.start + 2 * len(heading.title) + 40])
            assert words.startswith(letters(heading.title.rstrip("…"))[:40])
        assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
        for page, after in pairwise(document.pages):
            # a sentence, and even a word, may run on over the page
            assert text[page.end : after.start] in ("", "\n", "\n\n")
        check_passages(document, embedder)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def check_passages(document: Document, embedder: Embedder) -> None:
    """They are in order, none overlap, and between them there are no words."""
    at = 0
    for passage in split(document, embedder):
        assert not letters(document.text[at : passage.start])
        assert passage.start < passage.end
        assert passage.text == passage.text.strip()
        at = passage.end
    assert not letters(document.text[at:])


@needs_corpus
def test_the_corpus_laws_have_the_provisions_that_lawyers_cite() -> None:
    found = {
        (Path(document.origin).stem, path)
        for document in corpus()
        if document.kind in ("statute", "treaty")
        for path in paths(document.headings)
    }
    assert found >= {
        ("18-usc-1591", "e/2/B"),
        ("18-usc-1595", "b/1"),
        ("22-usc-7102", "11/A"),
        ("22-usc-7102", "5/I"),
        ("22-usc-7103", "d/7/I"),
        ("22-usc-7104", "k/1/I"),
        ("22-usc-7105", "b/1/E/i/II/bb"),
        ("22-usc-7109", "b/3"),
        ("47-usc-230", "c/2/A"),
        ("un-trafficking-protocol-2000", "Article 3/a"),
        ("coe-convention-trafficking-2005", "Article 13/1"),
        ("ilo-c029-forced-labour-1930", "Article 2/2/c"),
    }


@needs_messy
def test_every_messy_file_is_read_where_it_should_be_or_refused_with_a_remedy() -> None:
    place = SHARED / "messy"
    with (place / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    assert len(rows) == 69
    for name, row in rows.items():
        documents: tuple[Document, ...] = ()
        pictures = 0
        try:
            reading = read(Job(SourceFile(place / name, name)))
            documents, pictures = reading.documents, reading.pictures
        except AttestError as refusal:
            assert refusal.message and refusal.remedy
        expected = {"taken": bool(documents or pictures), "refused": not documents,
                    "ocr": pictures > 0, "either": True}  # fmt: skip
        assert expected[row["expect"]], name
        if documents and row["phrase"]:
            assert any(holds(document, row) for document in documents), name
