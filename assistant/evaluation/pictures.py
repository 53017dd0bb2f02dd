"""The numbers that pictures of a run show, apart from how they are drawn.

The report draws them as SVG (`charts`), the page with its own plots: both say the same.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.evaluation.answers import Answered, read_answer
from assistant.evaluation.bootstrap import Interval
from assistant.evaluation.calibration import NOT_SUPPORTED, Bin, Scored, reliability
from assistant.evaluation.figures import COUNTS, FIGURES, TIMES
from assistant.evaluation.metrics import CITES_THE_EVIDENCE, DEPTHS, MUST_NOT, RECALLS
from assistant.evaluation.results import Result
from assistant.evaluation.runs import Run
from assistant.evaluation.summary import Summary
from index.evidence.types import SUPPORTED

MOST_BARS = 16
SHARES = "Figures that are shares, with 95 % intervals"
RECALL = "Evidence recall at k, with 95 % intervals"
SUPPORT = "Sentences by the probability that they are supported"
RIGHT = "Answers by their probability, and the share that is right"
SECONDS = "Questions by the seconds that they took"

Series = tuple[str, tuple[Interval | None, ...]]
"""A name with a figure at each place, None where there is none."""


@dataclass(frozen=True)
class Compared:
    """Figures in [0, 1] at named places, of one run or of two side by side."""

    places: tuple[str, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True)
class Bars:
    """A histogram: how many values lie from each edge up to the next; one edge more than counts."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Pictures:
    """All pictures of a run, each None, or without series, where the run lacks what it shows.

    `right` are the bins of a reliability diagram, by run.
    """

    shares: Compared
    recall: Compared | None
    support: Bars | None
    right: tuple[tuple[str, tuple[Bin, ...]], ...]
    seconds: Bars | None


def pictures(summary: Summary) -> Pictures:
    """The numbers of all pictures; with a baseline, over the questions that both runs asked."""
    runs = _figures(summary)
    shares = tuple(
        name
        for name in FIGURES
        if name not in (*TIMES, *COUNTS) and any(name in figures for _, figures in runs)
    )
    has_recall = any(RECALLS[0] in figures for _, figures in runs)
    answers = [answered for _, answered in _answers(summary.run)]
    chances = [said.probability for answered in answers for said in answered.needing]
    both = [summary.run, *([summary.baseline] if summary.baseline else [])]
    judged = [(run.name, reliability(_judged(run))) for run in both]
    return Pictures(
        shares=Compared(shares, _series(runs, shares)),
        recall=Compared(tuple(map(str, DEPTHS)), _series(runs, RECALLS)) if has_recall else None,
        support=binned(chances, 1.0) if chances else None,
        right=tuple((name, bins) for name, bins in judged if bins),
        seconds=binned([answered.seconds for answered in answers]) if answers else None,
    )


def binned(values: Sequence[float], to: float | None = None) -> Bars:
    """The histogram of values from 0 up, ten bars `to` that end, else in steps that read well.

    A value at an edge belongs to the bar above it, at the end to the last one.
    """
    edges = _edges(values, to)
    counts = [0] * (len(edges) - 1)
    for value in values:
        counts[min(bisect_right(edges, value), len(counts)) - 1] += 1
    return Bars(tuple(edges), tuple(counts))


def is_right(result: Result) -> bool | None:
    """Whether an answer is right, as far as the set tells; None where it doesn't.

    Right is one that cites the evidence and says nothing that it must not; to what is
    unanswerable, no answer is.
    """
    if result.item.answerable is False:
        return False
    if CITES_THE_EVIDENCE not in result.scores:
        return None
    return bool(result.scores[CITES_THE_EVIDENCE]) and not result.scores.get(MUST_NOT)


def _figures(summary: Summary) -> list[tuple[str, Mapping[str, Interval]]]:
    found = summary.comparison
    if found is None:
        return [(summary.run.name, summary.figures)]
    return [
        (found.run, {row.name: row.run for row in found.rows if row.run}),
        (found.baseline, {row.name: row.baseline for row in found.rows if row.baseline}),
    ]


def _series(
    runs: Sequence[tuple[str, Mapping[str, Interval]]], names: Sequence[str]
) -> tuple[Series, ...]:
    return tuple((run, tuple(figures.get(name) for name in names)) for run, figures in runs)


def _answers(run: Run) -> Iterator[tuple[Result, Answered]]:
    for result in run.results:
        if result.answer is not None:
            yield result, read_answer(result.answer, result.item.id)


def _judged(run: Run) -> list[Scored]:
    """The answers of which the set tells whether they are right, each with its mean probability."""
    found = []
    for result, answered in _answers(run):
        right, said = is_right(result), answered.needing
        if right is not None and said:
            chance = sum(one.probability for one in said) / len(said)
            found.append(Scored(SUPPORTED if right else NOT_SUPPORTED, chance))
    return found


def _edges(values: Sequence[float], to: float | None) -> list[float]:
    if to is not None:
        return [to * at / 10 for at in range(11)]
    end = max([*values, 1e-3])
    size = 10 ** math.floor(math.log10(end / MOST_BARS))
    step = next(size * factor for factor in (1, 2, 5, 10, 20) if end / (size * factor) < MOST_BARS)
    return [round(step * at, 9) for at in range(math.floor(end / step) + 2)]
