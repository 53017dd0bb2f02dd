"""Two runs beside each other: what each figure became, and which questions fared better or worse.

Only questions that both runs asked, with the same history and the same known answer, are compared;
the others are named. Why a question fares as it does is told from its scores. Nothing is printed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.evaluation.bootstrap import Difference, Interval
from assistant.evaluation.figures import FAILED, FIGURES
from assistant.evaluation.making import differences
from assistant.evaluation.metrics import (
    CITES_THE_EVIDENCE,
    CONTRADICTION_RATE,
    GROUNDEDNESS,
    MUST_NOT,
    RECALLS,
    REFUSED,
)
from assistant.evaluation.questions import Item
from assistant.evaluation.ranking import MRR
from assistant.evaluation.results import Result
from assistant.evaluation.runs import Run

NOT_FOUND = "evidence not found"
NOT_USED = "found but not used"
USED_BUT_WRONG = "used but wrong"
REFUSED_THOUGH_ANSWERABLE = "refused though answerable"
ANSWERED_THOUGH_UNANSWERABLE = "answered though unanswerable"
# what decides whether a question fares better, first to last, and whether more of it is better
_DECIDING = (
    (MUST_NOT, -1), (CITES_THE_EVIDENCE, 1), (CONTRADICTION_RATE, -1), (GROUNDEDNESS, 1),
    *((name, 1) for name in reversed(RECALLS)),
)  # fmt: skip
_SAME = 1e-9


@dataclass(frozen=True)
class Row:
    """A figure of both runs and their paired difference, run less baseline.

    A run to none of whose questions the metric applies has None. The difference is over the
    questions to which it applies in both, so it need not be that of the two figures.
    """

    name: str
    baseline: Interval | None
    run: Interval | None
    difference: Difference | None


@dataclass(frozen=True)
class Change:
    """A question that fares better or worse: the metric that decides, before and after.

    `reason` is what is wrong where it fares worse (`shortfall`): in the run if it got worse, in
    the baseline if it got better; "" where the scores don't tell.
    """

    item: Item
    metric: str
    baseline: float
    run: float
    reason: str


@dataclass(frozen=True)
class Comparison:
    """Two runs compared. `made_differently` says in words what made them differ.

    `only_in_baseline` and `only_in_run` are ids of questions that one of them asked, `altered` of
    those that differ in what is asked or known of them: none of these are in the figures.
    """

    baseline: str
    run: str
    rows: tuple[Row, ...]
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    unchanged: int
    made_differently: tuple[str, ...]
    only_in_baseline: tuple[str, ...] = ()
    only_in_run: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()


def compare(baseline: Run, run: Run) -> Comparison:
    """The run against the baseline, questions in the run's order."""
    before, after = baseline.by_id, run.by_id
    both = [name for name in after if name in before]
    same = [name for name in both if before[name].item == after[name].item]
    first, second = [before[name] for name in same], [after[name] for name in same]
    changes = [change for pair in zip(first, second, strict=True) if (change := _change(*pair))]
    better = tuple(change for is_better, change in changes if is_better)
    worse = tuple(change for is_better, change in changes if not is_better)
    return Comparison(
        baseline=baseline.name,
        run=run.name,
        rows=tuple(_rows(first, second)),
        better=better,
        worse=worse,
        unchanged=len(same) - len(changes),
        made_differently=differences(baseline.made_with, run.made_with),
        only_in_baseline=tuple(name for name in before if name not in after),
        only_in_run=tuple(name for name in after if name not in before),
        altered=tuple(name for name in both if name not in same),
    )


def shortfall(result: Result) -> str:
    """What is wrong with a result, as far as its scores tell; "" if nothing, or they don't.

    The cause goes before what follows from it: a refusal is "evidence not found" where no passage
    holds any quote. An answer that cites some of the evidence and lacks the rest is that as well.
    """
    found = result.scores
    if REFUSED not in found:
        return ""
    if result.item.answerable is False:
        return "" if found[REFUSED] else ANSWERED_THOUGH_UNANSWERABLE
    # no passage, however deep, has enough of any quote
    if found.get(MRR) == 0 and not found.get(CITES_THE_EVIDENCE):
        return NOT_FOUND
    if found[REFUSED]:
        is_answerable = result.item.answerable or result.item.evidence
        return REFUSED_THOUGH_ANSWERABLE if is_answerable else ""
    if CITES_THE_EVIDENCE not in found:
        return ""
    if not found[CITES_THE_EVIDENCE]:
        return NOT_USED
    if found.get(GROUNDEDNESS, 1) < 1 or found.get(CONTRADICTION_RATE) or found.get(MUST_NOT):
        return USED_BUT_WRONG
    return NOT_FOUND if found.get(RECALLS[-1], 1) < 1 else ""


def _rows(first: Sequence[Result], second: Sequence[Result]) -> Iterator[Row]:
    for name, figure in FIGURES.items():
        before, after = figure.of(first), figure.of(second)
        if before or after:
            yield Row(name, before, after, figure.paired(first, second))


def _change(before: Result, after: Result) -> tuple[bool, Change] | None:
    """Whether the question fares better, and how; None if nothing that decides differs."""
    for metric, sign, one, two in _deciding(before, after):
        if abs(two - one) > _SAME:
            is_better = (two - one) * sign > 0
            reason = shortfall(before if is_better else after)
            return is_better, Change(after.item, metric, one, two, reason)
    return None


def _deciding(before: Result, after: Result) -> Iterator[tuple[str, int, float, float]]:
    """Metric, whether more of it is better, before and after: what decides first comes first."""
    yield FAILED, -1, float(before.failure is not None), float(after.failure is not None)
    answerable = before.item.answerable
    if answerable is None and before.item.evidence:
        answerable = True
    order = _DECIDING if answerable is None else ((REFUSED, -1 if answerable else 1), *_DECIDING)
    for metric, sign in order:
        if metric in before.scores and metric in after.scores:
            yield metric, sign, before.scores[metric], after.scores[metric]
