"""Each metric against values computed by hand, and intervals against what is known of them."""

from collections.abc import Callable
from math import log2
from typing import Any

import numpy as np
import pytest

from assistant.evaluation import bootstrap, metrics
from assistant.evaluation.answers import Cited, Said, read_answer
from assistant.evaluation.bootstrap import interval, mean, paired, percentile, ratio
from assistant.evaluation.figures import figures, figures_by_kind
from assistant.evaluation.metrics import citation_scores, scores
from assistant.evaluation.questions import Evidence, Item
from assistant.evaluation.ranking import ranking_scores
from assistant.evaluation.results import Failure, Result
from assistant.output import answer_json
from assistant.types import Answer, Citation, Grounding, Seconds, Statement, Tokens
from index.errors import InvalidInput
from index.types import Document, Hit, Passage

ACT, REPORT = "/corpus/acts/1591.md", "/corpus/report.pdf"
LONG_QUOTE = "shall be punished by imprisonment for not less than 15 years"
QUOTES = (
    Evidence("acts/1591.md", None, LONG_QUOTE),
    Evidence("report.pdf", 3, "In 2019, 58 cases."),
)
COST = {"prompt": 900, "completion": 12}
MINIMUM = {"abstained": False, "statements": [], "citations": [], "passages": []}


def passage(origin: str, text: str) -> dict[str, Any]:
    return {"rank": 1, "origin": origin, "text": text, "start": 0, "end": len(text)}


def statement(verdict: str = "supported", *markers: int, text: str = "So it is.", invented: int = 0
              ) -> dict[str, Any]:  # fmt: skip
    return {
        "text": text,
        "citations": list(markers),
        "supported": verdict in ("supported", "not_needed"),
        "grounding": {"verdict": verdict, "probability": 0.8, "why": []},
        "invented_markers": [9] * invented,
    }


def citation(marker: int, origin: str, quote: str) -> dict[str, Any]:
    document = {"id": "x", "title": "A title", "origin": origin}
    return {"marker": marker, "document": document, "quote": quote, "start": 0, "end": 9, "page": 1}


def an_answer(**fields: Any) -> dict[str, Any]:
    return {**MINIMUM, "seconds": {"search": 0.5, "answer": 1.0, "total": 1.5}, **fields}


def asked(**known: Any) -> Item:
    return Item("q1", "fact", "What is the penalty?", **known)


# --- which metrics apply -------------------------------------------------------------------------

ALWAYS = {"refused", "seconds"}
RETRIEVAL = {*metrics.RECALLS, "nDCG@10", "MRR", "cites the evidence"}
SAID = {"statements", "words", "invented markers"}
GROUNDING = {"groundedness", "contradiction rate"}
TOKENS = {"prompt tokens", "completion tokens"}


@pytest.mark.parametrize(
    ("item", "answer", "expected"),
    [
        (asked(), an_answer(abstained=True), ALWAYS),
        (asked(), an_answer(abstained=True, tokens=COST), ALWAYS | TOKENS),
        (asked(evidence=QUOTES), an_answer(abstained=True), ALWAYS | RETRIEVAL),
        (asked(evidence=QUOTES, answerable=True), an_answer(), ALWAYS | RETRIEVAL | SAID),
        (asked(evidence=QUOTES, answerable=False), an_answer(), ALWAYS | SAID),
        (asked(), an_answer(statements=[statement("not_needed")]), ALWAYS | SAID),
        (asked(must_not=("x",)), an_answer(statements=[statement()]), ALWAYS | SAID | GROUNDING),
    ],
)
def test_only_the_metrics_that_apply_are_given(
    item: Item, answer: dict[str, Any], expected: set[str]
) -> None:
    found = scores(item, answer)
    assert set(found) == expected
    assert list(found) == [name for name in metrics.METRICS if name in expected]


def test_what_needs_a_judge_is_given_with_one_only() -> None:
    answer = an_answer(statements=[statement("supported", 1)], citations=[citation(1, ACT, "x")])
    item = asked(must_not=("x",))
    with_judges = scores(item, answer, judge=lambda *_: True, states=lambda *_: False)
    assert set(with_judges) - set(scores(item, answer)) == {
        "citation precision", "citation recall", "must_not violated"
    }  # fmt: skip


# --- retrieval -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passages", "recalls", "ndcg", "mrr"),
    [
        ([], (0, 0, 0, 0), 0.0, 0.0),
        ([passage(ACT, "nothing of it")], (0, 0, 0, 0), 0.0, 0.0),
        # the first of two quotes at rank 1, the other nowhere
        ([passage(ACT, f"Whoever does this {LONG_QUOTE}.")], (0.5, 0.5, 0.5, 0.5),
         1 / (1 + 1 / log2(3)), 1.0),
        # three fifths of it, over lines, in the right document only
        ([passage(REPORT, LONG_QUOTE), passage(ACT, "imprisonment for\n not less  than 15 years")],
         (0, 0.5, 0.5, 0.5), (1 / log2(3)) / (1 + 1 / log2(3)), 0.5),
        # both in one passage of each file, at ranks 2 and 4
        ([passage(ACT, "no"), passage(ACT, LONG_QUOTE), passage(ACT, "no"),
          passage(REPORT, "In 2019,\n58 cases.")], (0, 0.5, 1, 1),
         (1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3)), 0.5),
        # the same quote in two passages that overlap; the other at rank 9
        ([passage(ACT, LONG_QUOTE), passage(ACT, LONG_QUOTE), *[passage(ACT, "no")] * 6,
          passage(REPORT, "In 2019, 58 cases.")], (0.5, 0.5, 0.5, 0.5),
         (1 + 1 / log2(3) + 1 / log2(10)) / (1 + 1 / log2(3) + 1 / log2(4)), 1.0),
        # beyond the tenth it counts for the reciprocal rank alone
        ([*[passage(ACT, "no")] * 11, passage(ACT, LONG_QUOTE)], (0, 0, 0, 0), 0.0, 1 / 12),
    ],
)  # fmt: skip
def test_retrieval_is_measured_by_the_passages_that_hold_the_evidence(
    passages: list[dict[str, Any]], recalls: tuple[float, ...], ndcg: float, mrr: float
) -> None:
    found = scores(asked(evidence=QUOTES), an_answer(passages=passages))
    assert tuple(found[name] for name in metrics.RECALLS) == recalls
    assert found["nDCG@10"] == pytest.approx(ndcg)
    assert found["MRR"] == pytest.approx(mrr)


def test_the_library_ranks_as_the_formulas_say() -> None:
    generator = np.random.default_rng(1)
    for _ in range(40):
        relevant = [bool(value) for value in generator.random(generator.integers(0, 20)) < 0.3]
        missed = int(generator.integers(0, 4))
        gain = sum(1 / log2(rank + 1) for rank, is_so in enumerate(relevant[:10], 1) if is_so)
        best = sum(1 / log2(rank + 1) for rank in range(1, min(10, sum(relevant) + missed) + 1))
        first = next((1 / rank for rank, is_so in enumerate(relevant, 1) if is_so), 0.0)
        found = ranking_scores(relevant, missed)
        assert found["nDCG@10"] == pytest.approx(gain / best if best else 0.0)
        assert found["MRR"] == pytest.approx(first)


def test_a_document_with_two_origins_is_found_under_both() -> None:
    item = asked(evidence=(Evidence("copy/act.md", None, LONG_QUOTE),))
    answer = an_answer(
        passages=[passage(ACT, LONG_QUOTE)], citations=[citation(1, ACT, LONG_QUOTE)]
    )
    assert scores(item, answer)["MRR"] == 0.0
    found = scores(item, answer, origins={ACT: (ACT, "/other/copy/act.md")})
    assert (found["MRR"], found["cites the evidence"]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("citations", "expected"),
    [
        ([], 0.0),
        ([citation(1, ACT, "not less than 15 years")], 1.0),
        ([citation(1, REPORT, LONG_QUOTE)], 0.0),  # the words of another file
        ([citation(1, ACT, "something else"), citation(2, REPORT, "58 cases")], 1.0),
    ],
)
def test_an_answer_cites_the_evidence_if_one_citation_does(
    citations: list[dict[str, Any]], expected: float
) -> None:
    found = scores(asked(evidence=QUOTES), an_answer(citations=citations))
    assert found["cites the evidence"] == expected


# --- citations as ALCE has them ------------------------------------------------------------------


def said(*quotes: str) -> Said:
    cited = tuple(Cited(number, ACT, "A title", quote) for number, quote in enumerate(quotes, 1))
    return Said("It is so.", cited, "supported", 0.9, 0)


def joint(_: str, cited: tuple[Cited, ...]) -> bool:
    """Borne out by "all", or by "half" and "other half" together."""
    quotes = {one.quote for one in cited}
    return "all" in quotes or {"half", "other half"} <= quotes


@pytest.mark.parametrize(
    ("statements", "precision", "recall"),
    [
        ([], None, None),
        ([said()], None, 0.0),  # no citation: not borne out, and nothing to be precise about
        ([said("all")], 1.0, 1.0),
        ([said("no")], 0.0, 0.0),
        ([said("half", "other half")], 1.0, 1.0),  # neither alone, but each is needed
        ([said("all", "no")], 0.5, 1.0),  # one that adds nothing
        ([said("all", "half")], 0.5, 1.0),  # irrelevant: not alone, and not needed
        ([said("all", "all")], 1.0, 1.0),  # each alone
        ([said("half", "other half", "no")], 2 / 3, 1.0),
        ([said("half", "no")], 0.0, 0.0),  # nothing counts where the statement is not borne out
        ([said("all"), said(), said("no"), said("all", "no")], 2 / 4, 2 / 4),
    ],
)
def test_citation_precision_and_recall_are_those_of_alce(
    statements: list[Said], precision: float | None, recall: float | None
) -> None:
    found = citation_scores(statements, joint)
    assert found.get("citation precision") == precision
    assert found.get("citation recall") == recall


def test_the_judge_gets_the_words_that_each_statement_cites() -> None:
    asked_of: list[tuple[str, list[str]]] = []

    def judge(text: str, cited: tuple[Cited, ...]) -> bool:
        asked_of.append((text, [one.quote for one in cited]))
        return True

    answer = an_answer(
        statements=[
            statement("not_needed", text="In short:"),
            statement("no_evidence", 2, 1, 2, text="A sentence."),
            statement("no_evidence", text="Without any."),
        ],
        citations=[citation(1, ACT, "one"), citation(2, REPORT, "two")],
    )
    found = scores(asked(), answer, judge=judge)
    assert asked_of == [("A sentence.", ["two", "one"]), ("A sentence.", ["two"]),
                        ("A sentence.", ["one"])]  # fmt: skip
    assert (found["citation precision"], found["citation recall"]) == (1.0, 0.5)


# --- grounding, refusal, length ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdicts", "groundedness", "contradicted"),
    [
        (["supported"], 1.0, 0.0),
        (["supported", "not_needed", "no_evidence"], 0.5, 0.0),
        (["partly_supported", "contradicted", "contradicted", "supported"], 0.25, 0.5),
        (["not_needed"], None, None),
        ([], None, None),
    ],
)
def test_groundedness_is_over_the_statements_that_need_support(
    verdicts: list[str], groundedness: float | None, contradicted: float | None
) -> None:
    found = scores(asked(), an_answer(statements=[statement(verdict) for verdict in verdicts]))
    assert found.get("groundedness") == groundedness
    assert found.get("contradiction rate") == contradicted


def test_length_time_and_markers_that_point_nowhere_are_counted() -> None:
    answer = an_answer(
        statements=[statement(text="Two words,", invented=2), statement(text="and three more.")]
    )
    found = scores(asked(), answer)
    assert (found["statements"], found["words"], found["invented markers"]) == (2, 5, 2)
    assert (found["seconds"], found["refused"]) == (1.5, 0)
    whole = an_answer(abstained=True, seconds={"total": 2})
    assert scores(asked(), whole) == {"refused": 1.0, "seconds": 2.0}


@pytest.mark.parametrize(
    ("answer", "violated"),
    [
        (an_answer(statements=[statement(text="It is"), statement(text="ten years.")]), 1.0),
        (an_answer(statements=[statement(text="It is fifteen years.")]), 0.0),
        (an_answer(abstained=True), 0.0),
    ],
)
def test_an_answer_violates_what_it_must_not_say_if_it_says_any_of_it(
    answer: dict[str, Any], violated: float
) -> None:
    item = asked(must_not=("It is life.", "It is ten years."))
    found = scores(item, answer, states=lambda text, wrong: wrong in text)
    assert found["must_not violated"] == violated


def test_an_answer_is_scored_as_it_is_written() -> None:
    text = f"Whoever does this {LONG_QUOTE}. Nothing else is said."
    act = Document("ab", "An act", "statute", None, None, None, None, ACT, "text/plain", text=text)
    answer = Answer(
        question="What is the penalty?",
        standalone_question="What is the penalty?",
        abstained=False,
        reason=None,
        statements=(
            Statement("It is 15 years.", (1,), Grounding("supported", 0.9, (), 1)),
            Statement("It is life.", (), Grounding("contradicted", 0.1), invented_markers=(7,)),
        ),
        citations=(Citation(1, Passage(act, 0, len(LONG_QUOTE) + 18)),),
        passages=(Hit(Passage(act, 0, len(text)), 0.5, 1, 1),),
        model="extractive",
        seconds=Seconds(search=0.25, answer=0.5),
        tokens=Tokens(prompt=900, completion=12),
    )
    item = asked(evidence=QUOTES[:1], answerable=True)
    assert scores(item, answer_json(answer), judge=lambda *_: True) == {
        **dict.fromkeys(metrics.RECALLS, 1.0), "nDCG@10": 1.0, "MRR": 1.0,
        "cites the evidence": 1.0, "citation precision": 1.0, "citation recall": 0.5,
        "groundedness": 0.5, "contradiction rate": 0.5, "invented markers": 1.0, "refused": 0.0,
        "statements": 2.0, "words": 7.0, "seconds": 0.75,
        "prompt tokens": 900.0, "completion tokens": 12.0,
    }  # fmt: skip


def without(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def remove(answer: dict[str, Any]) -> None:
        value: Any = answer
        for step in path[:-1]:
            value = value[step]
        del value[path[-1]]

    return remove


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (without("statements", 1, "grounding"), r"statements\[1\]\.grounding"),
        (without("statements", 0, "grounding", "verdict"), r"statements\[0\]\.grounding\.verdict"),
        (
            lambda a: a["statements"][0]["grounding"].update(verdict="yes"),
            r"statements\[0\]\.grounding\.verdict",
        ),
        (lambda a: a["statements"][0].update(citations=[7]), r"statements\[0\]\.citations"),
        (lambda a: a["statements"][0].update(citations=[[1]]), r"statements\[0\]\.citations"),
        (lambda a: a["statements"][0].update(text=None), r"statements\[0\]\.text"),
        (lambda a: a.update(statements=["text"]), r"statements\[0\]\.citations"),
        (lambda a: a.update(seconds=1.5), "seconds"),
        (without("seconds", "total"), r"seconds\.total"),
        (without("passages"), "passages"),
        (without("citations", 0, "document", "origin"), r"citations\[0\]\.document\.origin"),
        (without("abstained"), "abstained"),
        (lambda a: a.update(tokens={"prompt": 900}), r"tokens\.completion"),
    ],
)
def test_an_answer_that_lacks_what_is_scored_is_refused_by_name(
    damage: Callable[[dict[str, Any]], None], named: str
) -> None:
    answer = an_answer(
        statements=[statement("supported", 1), statement("supported")],
        citations=[citation(1, ACT, "x")],
    )
    read_answer(answer, "q1")
    damage(answer)
    with pytest.raises(InvalidInput, match=rf"the answer to q1 lacks {named}, or"):
        scores(asked(), answer)


# --- over a set ----------------------------------------------------------------------------------


def refusing(answerable: bool | None, refused: bool, name: str = "q", kind: str = "") -> Result:
    return Result(Item(name, kind, "?", answerable=answerable), {}, {"refused": float(refused)})


@pytest.mark.parametrize(
    ("results", "precision", "recall"),
    [
        ([], None, None),
        ([refusing(True, False)], None, None),
        ([refusing(True, True)], 0.0, None),
        ([refusing(False, False)], None, 0.0),
        ([refusing(None, True)], None, None),  # nobody knows whether that was right
        ([refusing(False, True)] * 2 + [refusing(True, True)] + [refusing(False, False)] * 2
         + [refusing(True, False)] * 5, 2 / 3, 2 / 4),
    ],
)  # fmt: skip
def test_refusal_precision_and_recall_are_ratios_over_the_set(
    results: list[Result], precision: float | None, recall: float | None
) -> None:
    found = figures(results)
    for name, expected in (("refusal precision", precision), ("refusal recall", recall)):
        given = found[name].value if name in found else None
        assert given == (pytest.approx(expected) if expected is not None else None)


def test_figures_are_in_all_and_by_kind_and_count_their_questions() -> None:
    def scored(kind: str, **values: float) -> Result:
        return Result(Item("q", kind, "?"), {}, values)

    failed = Result(Item("q", "b", "?"), failure=Failure("no model", "start it"))
    results = [scored("a", MRR=1.0, seconds=1.0), scored("b", seconds=3.0), failed]
    found = figures(results)
    assert {name: (figure.value, figure.n) for name, figure in found.items()} == {
        "MRR": (1.0, 1), "seconds": (2.0, 2), "seconds p50": (2.0, 2),
        "seconds p95": (pytest.approx(2.9), 2), "failed": (pytest.approx(1 / 3), 3),
    }  # fmt: skip
    kinds = figures_by_kind(results)
    assert list(kinds) == ["a", "b"]
    assert (kinds["b"]["seconds"].value, kinds["b"]["failed"].value) == (3.0, 0.5)
    assert figures([]) == {}


# --- how sure a figure is ------------------------------------------------------------------------


def test_an_interval_holds_its_figure_and_is_as_wide_as_theory_has_it() -> None:
    values = [0.0, 1.0] * 200
    found = interval(values)
    assert found is not None
    spread = 1.96 * 0.5 / np.sqrt(len(values))
    assert found.value == 0.5
    assert found.low == pytest.approx(0.5 - spread, abs=0.006)
    assert found.high == pytest.approx(0.5 + spread, abs=0.006)
    assert found.n == 400


@pytest.mark.parametrize(
    ("rows", "statistic", "expected"),
    [
        ([], mean, None),
        ([0.25], mean, (0.25, 0.25, 0.25)),
        ([2.0, 2.0, 2.0], mean, (2.0, 2.0, 2.0)),
        ([0.0, 1.0], mean, (0.5, 0.0, 1.0)),
        ([], ratio, None),
        ([(0.0, 0.0), (0.0, 0.0)], ratio, None),
        ([(1.0, 1.0), (0.0, 0.0)], ratio, (1.0, 1.0, 1.0)),  # resamples without any are left out
        ([(1.0, 1.0), (1.0, 3.0)], ratio, (0.5, 1 / 3, 1.0)),  # not the mean of 1 and 1/3
        ([1.0, 2.0, 3.0], percentile(50), (2.0, 1.0, 3.0)),
    ],
)
def test_small_samples_have_the_intervals_that_can_be_counted_out(
    rows: Any, statistic: bootstrap.Statistic, expected: tuple[float, ...] | None
) -> None:
    found = interval(rows, statistic)
    given = (found.value, found.low, found.high) if found else None
    assert given == (pytest.approx(expected) if expected else None)


def test_a_ratio_resamples_questions_so_that_its_denominator_varies_too() -> None:
    rows = [(1.0, 1.0)] * 5 + [(0.0, 1.0)] * 5 + [(0.0, 0.0)] * 190
    over_questions, over_refusals = interval(rows, ratio), interval(rows[:10], ratio)
    assert over_questions is not None and over_refusals is not None
    assert over_questions.value == over_refusals.value == 0.5
    assert over_questions.high - over_questions.low >= over_refusals.high - over_refusals.low


def test_the_same_rows_give_the_same_figures_and_another_seed_nearly_these() -> None:
    values = list(np.random.default_rng(5).random(60))
    again = [value / 2 for value in values]
    assert interval(values) == interval(values)
    assert paired(values, again) == paired(values, again)
    one, two = interval(values), interval(values, seed=7)
    assert one is not None and two is not None
    assert one.low != two.low
    assert one.low == pytest.approx(two.low, abs=0.02)


def test_large_samples_are_drawn_piece_by_piece_with_the_same_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = list(np.random.default_rng(5).random(50))
    at_once = interval(values)
    monkeypatch.setattr(bootstrap, "_MOST_AT_ONCE", 700)
    assert interval(values) == at_once


GROWING = [0.3 + 0.01 * number for number in range(40)]


@pytest.mark.parametrize(
    ("first", "second", "value", "least_p", "most_p"),
    [
        ([0.5] * 9, [0.5] * 9, 0.0, 1.0, 1.0),
        ([0.0] * 40, GROWING, 0.495, 0.0, 0.001),  # all of them better
        ([0.0, 1.0] * 20, [1.0, 0.0] * 20, 0.0, 0.8, 1.0),  # as many better as worse
        ([0.0] * 3, [1.0] * 3, 1.0, 0.25, 0.25),  # three questions prove nothing
        ([0.0], [1.0], 1.0, 1.0, 1.0),
        ([0.0] * 200, [1.0] * 4 + [0.0] * 196, 0.02, 0.125, 0.2),  # nor four among many
        ([0.1, 0.2, 0.3], [0.3, 0.2, 0.1], 0.0, 0.9, 1.0),
    ],
)
def test_a_paired_test_tells_a_difference_from_chance(
    first: list[float], second: list[float], value: float, least_p: float, most_p: float
) -> None:
    found, reverse = paired(first, second), paired(second, first)
    assert found is not None and reverse is not None
    assert found.value == pytest.approx(value)
    assert least_p <= found.p <= most_p
    assert found.low <= found.value <= found.high
    assert found.n == len(first)
    assert (reverse.value, reverse.low, reverse.high) == pytest.approx(
        (-found.value, -found.high, -found.low)
    )
    assert reverse.p == pytest.approx(found.p)


def test_a_paired_ratio_has_no_difference_where_one_has_no_figure() -> None:
    assert paired([], []) is None
    assert paired([(0.0, 0.0)], [(1.0, 1.0)], ratio) is None
    found = paired([(0.0, 1.0)] * 12, [(1.0, 1.0)] * 11 + [(0.0, 0.0)], ratio)
    assert found is not None
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="2 rows"):
        paired([1.0, 2.0], [1.0])


def test_when_nothing_changes_in_truth_a_small_p_is_rare() -> None:
    generator = np.random.default_rng(3)
    ps = []
    for _ in range(200):
        found = paired(list(generator.normal(size=60)), list(generator.normal(size=60)))
        assert found is not None
        ps.append(found.p)
    assert 0.01 <= np.mean(np.array(ps) < 0.05) <= 0.10
