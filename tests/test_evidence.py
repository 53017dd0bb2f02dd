"""What the evidence model judges, and how it fails."""

import json
import random
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.__main__ import main
from index.embedder import Embedder
from index.errors import EvidenceError, InvalidInput
from index.evidence import verifier as packaged
from index.evidence import weights
from index.evidence.checks import check
from index.evidence.choice import chosen_verifier
from index.evidence.projection import projection_for
from index.evidence.training import perturbations
from index.evidence.types import Pair, Verifier
from index.evidence.verifier import NEARLY, UNNAMED_LEFT
from index.evidence.windows import windows
from index.late_interaction import subject_tokens
from index.rows import packed

ACT = (
    "(a) Whoever forces another person to work by threats shall be imprisoned for not more than "
    "12 years. (b) The court may order the offender to pay the victim's lost wages, up to $50,000."
)
OTHER = "The harbour of Norland is closed in winter, when ice covers the bay for weeks. "


@pytest.fixture(scope="module")
def verifier(embedder: Embedder) -> Verifier:
    """The packaged verifier."""
    return chosen_verifier(None, embedder)


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("Forcing a person to work by threats brings at most 12 years in prison.",
         "Forcing a person to work by threats brings at most 25 years in prison."),
        ("The court may order lost wages of up to $50,000.",
         "The court must order lost wages of at least $50,000."),
        ("Forcing somebody to work by threats can mean prison.",
         "Ice covers the bay of Norland in winter."),
    ],
)  # fmt: skip
def test_a_true_claim_is_likelier_supported_than_one_made_false(
    verifier: Verifier, true: str, false: str
) -> None:
    right, wrong = verifier.verify([Pair(ACT, true), Pair(ACT, false)])
    assert right.supported > wrong.supported
    for judgement in (right, wrong):
        chances = judgement.supported + judgement.refuted + judgement.not_enough_info
        assert chances == pytest.approx(1, abs=1e-3)


def test_what_is_wrong_is_said_in_words(verifier: Verifier) -> None:
    (judgement,) = verifier.verify([Pair(ACT, "Forcing a person to work brings 25 years.")])
    assert judgement.verdict == "refuted"
    assert judgement.notes == ("“25” is not in the passage, which says “12 years”",)


CONVICTED = (
    "No traffickers have been convicted in Norland since 2013. Fines may not exceed 500 crowns."
)


@pytest.mark.parametrize(
    ("claim", "evidence", "notes"),
    [
        ("Norland has not convicted a single trafficker since 2013.", CONVICTED, ()),
        (
            "Norland has convicted traffickers since 2013.",
            CONVICTED,
            ("one says “not” of it, the other does not",),
        ),
        (
            "Fines are at least 500 crowns.",
            CONVICTED,
            ("it says “at least”, the passage says “not exceed”",),
        ),
        ("The minimum age was raised.", CONVICTED, ()),
        ("He has not been convicted.", "He has not been arrested, charged or convicted.", ()),
        ("He was convicted.", "In a case with no witnesses he was convicted.", ()),
        (
            "The king signed the law.",
            "The king did not sign the law.",
            ("one says “not” of it, the other does not",),
        ),
        ("The government did not report any case.", "The government reported no case.", ()),
        (
            "Fines are at least 500 crowns.",
            "Prison lasts up to 5 years, and fines are at most 500 crowns.",
            ("it says “at least”, the passage says “at most”",),
        ),
        (
            "It was signed in April 2019.",
            "It was signed in May 2019.",
            ("“April” is not in the passage",),
        ),
        ("Terms of ten and seven years followed.", "They got ten years and seven years.", ()),
        (
            "A term of twenty-five years followed.",
            "He got twenty years and five months.",
            ("“twenty-five” is not in the passage, which says “twenty years”",),
        ),
        ("There is a law against it in Britain.", "The UK has such a law.", ()),
        (
            "Britain has a law against it.",
            "Norland has such a law.",
            ("“Britain” is not in the passage",),
        ),
        ("In Norland it is forbidden.", "It is forbidden.", ("“Norland” is not in the passage",)),
    ],
)
def test_the_words_that_matter_are_compared(
    claim: str, evidence: str, notes: tuple[str, ...]
) -> None:
    assert check(claim, evidence, evidence).notes == notes


def test_what_lacks_a_name_of_the_claim_contradicts_it_less(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = "President Aas did not sign the law on forced labour; he vetoed it in May 2016."
    pair = Pair(evidence, "President Berg signed the law on forced labour.")
    (judgement,) = chosen_verifier(None, embedder).verify([pair])
    monkeypatch.setattr(packaged, "UNNAMED_LEFT", 1.0)
    (otherwise,) = chosen_verifier(None, embedder).verify([pair])
    assert judgement.supported == otherwise.supported
    assert judgement.refuted == pytest.approx(UNNAMED_LEFT * otherwise.refuted)
    assert judgement.not_enough_info > otherwise.not_enough_info


def test_a_verdict_points_at_the_words_in_long_evidence(verifier: Verifier) -> None:
    evidence = OTHER * 60 + ACT + OTHER * 60
    claim = "Forcing another person to work by threats brings up to 12 years in prison."
    (judgement,) = verifier.verify([Pair(evidence, claim)])
    assert "forces another person to work" in evidence[judgement.start : judgement.end]


def test_what_is_quoted_word_for_word_is_supported(verifier: Verifier) -> None:
    claim = "ice covers  the bay\nfor weeks"
    (judgement,) = verifier.verify([Pair(OTHER, claim)])
    assert judgement.verdict == "supported"
    assert OTHER[judgement.start : judgement.end] == "ice covers the bay for weeks"


TERM = "The term shall be at least 10 years, if the victim is a child."
TERMS = f"{TERM} Courts may not suspend it."


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "the term is at least 10 years, if the victim is a child",
            TERM,
        ),
        ("A term at least 10 years if victim a child.", TERM),
        ("The term may be at least 10 years, if the victim is a child.", None),
        ("The term is at least 12 years, if the victim is a child.", None),
        ("The term is not at least 10 years, if the victim is a child.", None),
        ("The victim is a child courts may suspend.", None),
    ],
)
def test_what_is_quoted_but_for_words_that_say_nothing_is_supported(
    verifier: Verifier, claim: str, quote: str | None
) -> None:
    (judgement,) = verifier.verify([Pair(TERMS, claim)])
    assert (judgement.supported == NEARLY.supported) == (quote is not None)
    if quote:
        assert TERMS[judgement.start : judgement.end] == quote


@pytest.mark.parametrize(
    "evidence", ["", "  \n", "…", "x" * 5000, "<p>" * 900, "警察は人身取引を" * 200]
)
def test_evidence_of_any_kind_has_a_judgement(verifier: Verifier, evidence: str) -> None:
    (judgement,) = verifier.verify([Pair(evidence, "The police found three victims.")])
    assert judgement.verdict != "supported"
    assert 0 <= judgement.start <= judgement.end <= len(evidence)


@pytest.mark.parametrize("claim", ["", " \n", "word " * 1000])
def test_an_empty_or_endless_claim_is_an_error(verifier: Verifier, claim: str) -> None:
    with pytest.raises(InvalidInput):
        verifier.verify([Pair(ACT, claim)])


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    altered = tmp_path / "evidence.safetensors"
    data = weights.FILE.read_bytes()
    altered.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(EvidenceError, match="not the model it should be"):
        weights.load(altered)
    with pytest.raises(EvidenceError, match="cannot be read"):
        weights.load(tmp_path / "none")


def test_the_weights_are_small() -> None:
    assert weights.FILE.stat().st_size <= 30_000_000


def test_a_passage_keeps_at_most_16_kilobytes_of_tokens(embedder: Embedder) -> None:
    text = ACT * 5
    assert 200 <= len(embedder.token_starts(text)) <= 254
    _, (tokens,) = embedder.embed_with_tokens([text])
    offsets, vectors = packed(projection_for(embedder)(subject_tokens(text, tokens)))
    assert len(offsets) + len(vectors) <= 16_000


def test_windows_are_whole_sentences_that_cover_all(embedder: Embedder) -> None:
    text = OTHER * 30
    found = windows(text, embedder.token_starts)
    assert found[0].start == 0
    assert found[-1].end >= len(text) - 1
    assert all(later.start < earlier.end for earlier, later in pairwise(found))
    assert all(text[window.start : window.end].endswith("weeks.") for window in found)


def test_a_claim_is_made_false_by_one_change() -> None:
    rng = random.Random(1)
    claim = "The court may order up to 12 years."
    for _ in range(20):
        false = perturbations.falsified(claim, ACT, (), rng)
        assert false
        assert false != claim


def test_pairs_from_a_file_are_judged_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs, out = tmp_path / "pairs.jsonl", tmp_path / "out.jsonl"
    rows = [
        {"id": 1, "evidence": ACT, "claim": "Forced work by threats brings up to 12 years."},
        {"id": 2, "evidence": ACT, "claim": " "},
    ]
    pairs.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert main(["verify", "--pairs", str(pairs), "--out", str(out)]) == 1
    first, second = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert set(first) == {"id", "supported", "refuted", "not_enough_info", "window", "notes"}
    assert second["id"] == 2
    assert "empty" in second["error"]
    pairs.write_text('{"id": 1, "claim": "x"}', encoding="utf-8")
    assert main(["verify", "--pairs", str(pairs), "--out", str(out)]) == 1
    assert "line 1" in capsys.readouterr().err
