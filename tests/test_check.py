"""A claim is checked against the library: for it, against it, or not there."""

import json
from pathlib import Path

import pytest

from assistant.__main__ import main
from assistant.checking import CONTRADICTED, NOT_IN_CORPUS, SUPPORTED, Checker, verdict_on
from index.embedder import Embedder
from index.errors import InvalidInput
from index.evidence.choice import chosen_verifier
from index.evidence.types import Judgement
from index.library import Library
from index.types import Document, Hit, Passage

REPORT = (
    "In 2021 the Zorbia labour inspectorate visited 312 farms and found forced labour on nine of "
    "them. The hotline in Zorbia is answered by two nurses."
)
OTHER = "The Zorbia hotline is answered by volunteers, who speak eleven languages."


def document(name: str, text: str, kind: str) -> Document:
    return Document(
        name, name.title(), kind, "Zorbia", None, "2022", None, f"{name}.txt", "text/plain", text
    )


def ranked(count: int) -> list[Hit]:
    """Hits in passages of documents whose ids are their ranks, from 1."""
    return [
        Hit(Passage(document(str(rank), REPORT, "other"), 0, 99), 1.0, rank, rank)
        for rank in range(1, count + 1)
    ]


@pytest.fixture(scope="module")
def library(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("check") / "library"
    made = Library.open(folder, embedder=embedder, create=True)
    made.add(
        [document("report", REPORT, "government report"), document("leaflet", OTHER, "NGO report")]
    )
    return made


@pytest.fixture(scope="module")
def checker(library: Library, embedder: Embedder) -> Checker:
    return Checker(library, chosen_verifier(None, embedder))


def test_a_claim_in_the_words_of_a_document_is_supported_by_exactly_these(checker: Checker) -> None:
    claim = "The hotline in Zorbia is answered by two nurses."
    checked = checker.check(claim)
    assert checked.verdict == SUPPORTED
    assert checked.probability > 0.5
    assert checked.supporting is not None
    assert checked.supporting.quote == claim
    for citation in checked.citations:
        passage = citation.passage
        assert citation.quote == passage.document.text[passage.start : passage.end]


def test_another_figure_contradicts_and_is_named(checker: Checker) -> None:
    checked = checker.check("In 2021 the Zorbia labour inspectorate visited 912 farms.")
    assert checked.verdict == CONTRADICTED
    assert any("912" in note for note in checked.notes)
    assert checked.contradicting is not None
    assert checked.citations[0] is checked.contradicting
    assert "312" in checked.contradicting.quote


def test_what_no_document_speaks_of_is_not_there_rather_than_false(checker: Checker) -> None:
    checked = checker.check("The Queen of Denmark opened a bridge in Copenhagen in 1998.")
    assert checked.verdict == NOT_IN_CORPUS


def test_the_best_for_and_the_best_against_a_claim_are_both_kept() -> None:
    hits = [
        Hit(Passage(document(name, text, "other"), 0, len(text)), 1.0, rank, rank)
        for rank, (name, text) in enumerate((("report", REPORT), ("leaflet", OTHER)), 1)
    ]
    judgements = [Judgement(0.9, 0.05, 0.05, 99, 149), Judgement(0.1, 0.8, 0.1, 0, 40, ("why",))]
    checked = verdict_on("Two nurses answer it.", hits, judgements)
    assert checked.supporting is not None and checked.contradicting is not None
    assert checked.supporting.quote == REPORT[99:149]
    assert checked.contradicting.quote == OTHER[:40]
    assert checked.sources_disagree


def test_words_against_a_claim_count_less_the_further_down_they_were_found() -> None:
    hits = ranked(5)
    for_it = Judgement(0.6, 0.1, 0.3, 0, 99)
    against, open_ = Judgement(0.1, 0.7, 0.2, 0, 99), Judgement(0.2, 0.2, 0.6, 0, 99)
    near = verdict_on("Nine farms.", hits, [against, for_it, open_, open_, open_])
    far = verdict_on("Nine farms.", hits, [for_it, open_, open_, open_, against])
    assert (near.verdict, far.verdict) == (CONTRADICTED, SUPPORTED)


def test_what_disagrees_most_is_shown_wherever_it_was_found() -> None:
    hits = ranked(3)
    judgements = [
        Judgement(0.1, 0.6, 0.3, 0, 99), Judgement(0.1, 0.74, 0.16, 0, 99),
        Judgement(0.9, 0.05, 0.05, 0, 99),
    ]  # fmt: skip
    checked = verdict_on("Nine farms.", hits, judgements)
    assert checked.verdict == SUPPORTED
    assert checked.contradicting is not None
    assert checked.contradicting.passage.document.id == "2"


def test_without_passages_nothing_is_in_the_library() -> None:
    checked = verdict_on("It rains.", [], [])
    assert (checked.verdict, checked.citations) == (NOT_IN_CORPUS, ())


@pytest.mark.parametrize("claim", ["", "  \n", "…", "word " * 1000])
def test_a_claim_that_cannot_be_checked_is_an_error(checker: Checker, claim: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        checker.check(claim)
    assert caught.value.remedy


def test_a_file_of_claims_has_a_line_for_each_and_failures_are_lines_too(
    library: Library, tmp_path: Path
) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [{"id": "a", "claim": OTHER}, {"id": "b", "claim": " "}]
    source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    command = ["check", "--library", str(library.folder), "--batch", str(source)]
    assert main([*command, "--out", str(target)]) == 1
    first, second = map(json.loads, target.read_text(encoding="utf-8").splitlines())
    assert set(first) == {"id", "claim", "verdict", "probability", "citations", "notes"}
    assert (first["id"], first["verdict"]) == ("a", "supported")
    assert first["citations"][0]["quote"] == OTHER
    assert first["citations"][0]["stance"] == "supports"
    assert second["id"] == "b" and second["error"] and second["remedy"]


def test_a_file_that_holds_no_claims_is_refused_by_its_line(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "a", "claim": "It rains."}\n{"id": "b"}\n', encoding="utf-8")
    command = ["check", "--library", str(library.folder), "--batch", str(source)]
    assert main([*command, "--out", str(tmp_path / "out.jsonl")]) == 1
    assert "line 2" in capsys.readouterr().err
