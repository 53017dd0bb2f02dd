"""The judge: of citations, as ALCE wants it, and itself judged against labels."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.errors import ModelError
from assistant.evaluation import calibration
from assistant.evaluation.calibration import Bin, Scored, judge_figures, reliability
from assistant.evaluation.citation_judge import CitationJudge
from assistant.evaluation.labelled import containment, judge_pairs, read_pairs
from assistant.evaluation.metrics import scores
from assistant.evaluation.questions import Item, put
from assistant.evaluation.results import Failure, Result
from assistant.evaluation.runs import RunStore, evaluate
from index.errors import InvalidInput
from index.evidence.types import Judgement, Pair
from index.types import Document
from tests.test_evaluation_runs import ITEMS, MADE

TEXT = "The hotline is answered by two nurses. They speak eleven languages."
NURSES, LANGUAGES = (0, 38), (39, 67)


class Verifier:
    """Says that evidence bears out what it holds word for word; notes all that it was asked."""

    name = "literal"

    def __init__(self, fails_at: str = "") -> None:
        self.asked: list[Pair] = []
        self._fails_at = fails_at

    def verify(self, pairs: Sequence[Pair]) -> tuple[Judgement, ...]:
        if self._fails_at and any(self._fails_at in pair.claim for pair in pairs):
            raise ModelError("it broke off", "ask again")
        self.asked += pairs
        return tuple(self._judged(pair) for pair in pairs)

    def _judged(self, pair: Pair) -> Judgement:
        missing = [p for p in pair.claim.split("; ") if p not in f"{pair.evidence} {pair.beside}"]
        chance = 0.1 if missing else 0.9
        return Judgement(chance, 0.05, 0.95 - chance, 0, 0)


def document(name: str) -> Document:
    return Document(name, "A leaflet", "other", None, None, None, None, "a.txt", "text/plain", TEXT)


def answer(text: str, *spans: tuple[int, int], model: str = "openai:small") -> dict[str, Any]:
    citations = [
        {"marker": marker, "document": {"id": "d", "origin": "a.txt", "title": "A leaflet"},
         "quote": TEXT[start:end], "start": start, "end": end}
        for marker, (start, end) in enumerate(spans, 1)
    ]  # fmt: skip
    statement = {
        "text": text,
        "citations": [one["marker"] for one in citations],
        "grounding": {"verdict": "no_evidence", "probability": 0.2},
        "invented_markers": [],
    }
    return {
        "model": model, "abstained": False, "statements": [statement], "citations": citations,
        "passages": [], "seconds": {"total": 0.1},
    }  # fmt: skip


def alce(verifier: Verifier, given: dict[str, Any]) -> tuple[float, float]:
    judge = CitationJudge(document, verifier)
    found = scores(Item("q", "", "?"), given, judge=judge.of(given))
    return found["citation recall"], found["citation precision"]


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("answered by two nurses", [NURSES], (1, 1)),
        ("answered by two nurses", [LANGUAGES], (0, 0)),
        # the second is not needed, and does not bear it out alone
        ("answered by two nurses", [NURSES, LANGUAGES], (1, 0.5)),
        # together only: each is needed
        ("answered by two nurses; speak eleven languages", [NURSES, LANGUAGES], (1, 1)),
    ],
)
def test_citations_are_judged_by_the_words_that_they_quote(
    text: str, spans: list[tuple[int, int]], expected: tuple[float, float]
) -> None:
    verifier = Verifier()
    assert alce(verifier, answer(text, *spans)) == expected
    assert {pair.evidence for pair in verifier.asked} == {TEXT[a:b] for a, b in spans}
    assert all(pair.context == "A leaflet" for pair in verifier.asked)
    assert len(set(verifier.asked)) == len(verifier.asked)  # each pair once


def test_what_the_extractive_answer_quotes_word_for_word_costs_nothing() -> None:
    verifier = Verifier()
    quoted = f"A leaflet, undated: “{TEXT[slice(*NURSES)]}”"
    assert alce(verifier, answer(quoted, NURSES, model="extractive")) == (1, 1)
    assert verifier.asked == []
    # a quotation of something else is judged like any statement, and so is a written one
    assert alce(verifier, answer(quoted, LANGUAGES, model="extractive")) == (0, 0)
    alce(verifier, answer(quoted, NURSES))
    assert len(verifier.asked) == 2


def test_a_wrong_statement_is_looked_for_in_the_answer() -> None:
    judge = CitationJudge(document, Verifier())
    rows = [(TEXT, "two nurses", True), (TEXT, "three nurses", False), (TEXT, " ", False)]
    for text, wrong, expected in rows:
        assert judge.states(text, wrong) is expected


def test_a_chat_model_that_fails_as_the_judge_fails_at_that_question_alone(tmp_path: Path) -> None:
    judge = CitationJudge(document, Verifier(fails_at="Why 2"))

    def ask(item: Item) -> dict[str, Any]:
        return answer(item.question, NURSES)

    def score(item: Item, given: Any) -> dict[str, float]:
        return scores(item, given, judge=judge.of(given))

    with RunStore(tmp_path).open("first", MADE, ITEMS) as run:
        found = list(evaluate(run, ask, score))
    assert [result.failure is None for result in found] == [True, False, True, True, True]
    assert found[1] == Result(ITEMS[1], failure=Failure("it broke off", "ask again"))


# --- calibration ---------------------------------------------------------------------------------


def scored(*rows: tuple[str, float, str | None]) -> list[Scored]:
    return [Scored(*row) for row in rows]


SUPPORTED, REFUTED, NEITHER = "supported", "refuted", "not_enough_info"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], {}),
        # all alike: nothing to tell apart
        (scored((SUPPORTED, 0.9, SUPPORTED)),
         {"accuracy of three verdicts": 1, "accuracy": 1, "calibration error": 0.1}),
        # one of two supported, one of one refuted; 0.9 and 0.4 against 0.4
        (scored((SUPPORTED, 0.9, SUPPORTED), (SUPPORTED, 0.4, NEITHER), (REFUTED, 0.4, NEITHER)),
         {"accuracy of three verdicts": 1 / 3, "accuracy": 2 / 3, "balanced accuracy": 0.75,
          "AUC": 0.75, "calibration error": (0.1 + abs(0.8 - 1)) / 3}),
        # a label that does not tell three apart, or a judge that does not
        (scored((SUPPORTED, 0.5, SUPPORTED), ("not_supported", 0.6, SUPPORTED)),
         {"accuracy": 0.5, "balanced accuracy": 0.5, "AUC": 0,
          "calibration error": (0.5 + 0.6) / 2}),
        (scored((SUPPORTED, 1.0, None), (REFUTED, 0.0, None)),
         {"accuracy": 1, "balanced accuracy": 1, "AUC": 1, "calibration error": 0}),
    ],
)  # fmt: skip
def test_a_judge_is_measured_against_labels(rows: list[Scored], expected: dict[str, float]) -> None:
    found = judge_figures(rows)
    assert {name: value.value for name, value in found.items()} == pytest.approx(expected)
    assert list(found) == [name for name in calibration.JUDGE_FIGURES if name in expected]
    for value in found.values():
        assert value.low <= value.value + 1e-9
        assert value.n == len(rows)


def test_auc_and_calibration_error_are_what_their_definitions_say() -> None:
    generator = np.random.default_rng(3)
    for size in (7, 60, 300):
        # with ties, and none at the edge of a bin
        chances = generator.random(size).round(2) * 0.98 + 0.005
        labels = generator.random(size) < chances
        rows = [Scored(SUPPORTED if is_so else REFUTED, float(chance))
                for chance, is_so in zip(chances, labels, strict=True)]  # fmt: skip
        found = judge_figures(rows)
        higher = np.sign(chances[labels][:, None] - chances[~labels])
        assert found["AUC"].value == pytest.approx((1 + higher.mean()) / 2)
        which = (chances * 10).astype(int)
        gaps = [abs(chances[which == at].sum() - labels[which == at].sum()) for at in range(10)]
        assert found["calibration error"].value == pytest.approx(sum(gaps) / size)


def test_the_bins_of_a_reliability_diagram_hold_all_pairs() -> None:
    rows = scored((SUPPORTED, 0.0, None), (REFUTED, 0.04, None), (SUPPORTED, 0.95, None),
                  (SUPPORTED, 1.0, None), (REFUTED, 0.5, None))  # fmt: skip
    assert reliability(rows) == (
        Bin(0.0, 0.1, 0.02, 0.5, 2), Bin(0.5, 0.6, 0.5, 0.0, 1), Bin(0.9, 1.0, 0.975, 1.0, 2)
    )  # fmt: skip


# --- pairs ---------------------------------------------------------------------------------------


def lines(path: Path, *rows: Any) -> Path:
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def pair(**more: Any) -> dict[str, Any]:
    return {"evidence": TEXT, "claim": "two nurses", "label": "supported", **more}


@pytest.mark.parametrize("name", ["pairs.jsonl", "pairs.jsonl.gz"])
def test_labelled_pairs_are_read_packed_or_not(tmp_path: Path, name: str) -> None:
    path = lines(tmp_path / name, pair(id="p1", source="a"), pair(note="x", context="A leaflet"))
    found = read_pairs(path)
    assert [(one.id, one.source, one.line) for one in found.pairs] == [
        ("p1", "a", 1), ("line 2", "", 2)
    ]  # fmt: skip
    assert found.pairs[1].pair == Pair(TEXT, "two nurses", "A leaflet")
    assert found.remarks == ('line 2: the field "note" is not known and not used',)


def test_every_broken_line_is_named(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "pairs.jsonl", pair(), "{", [1], pair(label="true"), pair(claim=" "),
        pair(evidence=3), pair(context=[]), pair(claim="x" * 3000), pair(label=["supported"]),
    )  # fmt: skip
    with pytest.raises(InvalidInput) as caught:
        read_pairs(path)
    named = [line.split(":")[0] for line in caught.value.message.splitlines()[1:]]
    assert named == [f"line {number}" for number in range(2, 10)]
    for empty in ("", "\n\n"):
        with pytest.raises(InvalidInput, match="holds no pair"):
            read_pairs(lines(tmp_path / "empty.jsonl", empty))
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(gzip.compress(b"{}" * 99)[:-9])
    for path in (broken, tmp_path / "absent.jsonl"):
        with pytest.raises(InvalidInput, match="cannot be read"):
            read_pairs(path)


def test_the_verifier_stands_beside_plain_containment(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "pairs.jsonl",
        pair(claim="two nurses", source="a"),
        pair(claim="nurses two", label="refuted", source="a"),  # the same words
        pair(claim="eleven languages", source="b"),
        pair(claim="four dogs", label="not_enough_info", source="b"),
    )
    judged: list[int] = []
    report = judge_pairs(read_pairs(path), Verifier(), judged.append)
    literal, contained = report.judges
    assert (literal.name, contained.name) == ("literal", "containment")
    assert literal.figures["AUC"].value == 1
    assert contained.figures["AUC"].value == 0.75
    assert contained.figures["accuracy"].value == 0.75
    assert "accuracy of three verdicts" not in contained.figures
    assert list(literal.by_source) == ["a", "b"]
    assert contained.by_source["a"]["accuracy"].value == 0.5
    assert sum(judged) == report.pairs == 4
    assert report.labels == {"supported": 2, "refuted": 1, "not_enough_info": 1}


def test_a_pair_at_which_the_chat_model_fails_is_named_and_left_out(tmp_path: Path) -> None:
    rows = [pair(id="good"), pair(id="bad", claim="dogs", label="refuted")]
    given = read_pairs(lines(tmp_path / "pairs.jsonl", *rows))
    report = judge_pairs(given, Verifier(fails_at="dogs"))
    assert report.pairs == 1
    assert [(one.id, why.error) for one, why in report.failures] == [("bad", "it broke off")]
    with pytest.raises(InvalidInput, match="no pair could be judged: it broke off"):
        judge_pairs(given, Verifier(fails_at="s"))


@pytest.mark.parametrize(
    ("claim", "share"),
    [("The nurses of the hotline", 1.0), ("Nurses and dogs", 0.5), ("Is it?", 0.5), ("…", 0.0)],
)
def test_containment_is_the_share_of_content_words(claim: str, share: float) -> None:
    assert containment(Pair(TEXT, claim)) == share


def test_nothing_is_added_to_a_packed_set(tmp_path: Path) -> None:
    path = lines(tmp_path / "set.jsonl.gz", {"id": "q1", "question": "?"})
    before = path.read_bytes()
    with pytest.raises(InvalidInput, match="is packed"):
        put(path, Item("q2", "", "Who?"))
    assert path.read_bytes() == before
