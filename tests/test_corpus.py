"""Over the whole development corpus: every citation is exact, and quality keeps above its floors.

The floors are what the first release promises; they may be raised, and not lowered.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.batch import read_questions
from assistant.output import answer_json
from assistant.settings import Settings
from index.chunking import embedded_text
from index.embedder import Embedder
from index.library import Library
from index.types import Passage
from tests.conftest import SHARED

QUESTIONS = SHARED / "eval" / "questions.jsonl"
FLOORS = {
    "evidence recall@5": 0.87,
    "answers citing the evidence": 0.72,
    "declined, unanswerable": 0.5,
}
CEILINGS = {"declined though answerable": 0.1, "statements without a citation": 0.0}


@pytest.fixture(scope="module")
def answers(corpus_library: Library) -> list[dict[str, Any]]:
    """The default answers to all development questions, as `ask --batch` writes them."""
    assistant = Assistant(corpus_library, Settings(library=corpus_library.folder))
    return [
        answer_json(assistant.answer(item.question, item.history), item.id)
        for item in read_questions(QUESTIONS)
    ]


def test_every_quotation_and_passage_is_an_exact_span_of_its_stored_document(
    corpus_library: Library, answers: list[dict[str, Any]]
) -> None:
    texts = {
        e.source.id: corpus_library.document(e.source.id).text for e in corpus_library.entries()
    }
    quoted = 0
    for answer in answers:
        for citation in answer["citations"]:
            text = texts[citation["document"]["id"]]
            assert citation["quote"] == text[citation["start"] : citation["end"]]
            quoted += 1
        for passage in answer["passages"]:
            text = texts[passage["document_id"]]
            assert passage["text"] == text[passage["start"] : passage["end"]]
    assert quoted > len(answers)


def test_a_text_files_offsets_are_the_files_own(answers: list[dict[str, Any]]) -> None:
    checked = 0
    for answer in answers:
        for citation in answer["citations"]:
            origin = Path(citation["document"]["origin"])
            if origin.suffix in (".md", ".txt"):
                decoded = origin.read_bytes().decode("utf-8")
                assert decoded[citation["start"] : citation["end"]] == citation["quote"]
                checked += 1
    assert checked


def test_a_pdfs_pages_are_the_pages_that_hold_the_words(corpus_library: Library) -> None:
    for entry in corpus_library.entries():
        if entry.pages:
            document = corpus_library.document(entry.source.id)
            assert [page.number for page in document.pages] == list(range(1, entry.pages + 1))
            assert all(page.start <= page.end for page in document.pages)


def test_no_passage_of_the_corpus_exceeds_what_the_embedder_reads(
    corpus_library: Library, embedder: Embedder
) -> None:
    passages = 0
    for entry in corpus_library.entries():
        document = corpus_library.document(entry.source.id)
        for span in corpus_library._catalogue.spans(entry.source.id):
            text = embedded_text(Passage(document, *span), embedder)
            tokens = len(embedder.token_starts(text)) + embedder.special_tokens
            assert tokens <= embedder.max_tokens
            passages += 1
    assert passages == corpus_library.stats().passages


def test_quality_keeps_above_its_floors(answers: list[dict[str, Any]], tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    out.write_text("\n".join(map(json.dumps, answers)), encoding="utf-8")
    script = SHARED / "eval" / "score.py"
    command = [sys.executable, str(script), str(QUESTIONS), str(out), "--json"]
    scores = json.loads(subprocess.check_output(command, text=True))
    found = {name: figure["mean"] for name, figure in scores.items()}
    assert {n: found[n] for n, floor in FLOORS.items() if found[n] < floor} == {}
    assert {n: found[n] for n, ceiling in CEILINGS.items() if found[n] > ceiling} == {}
