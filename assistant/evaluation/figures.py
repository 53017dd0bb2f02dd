"""What a run is worth as a whole: each metric over its questions, with a bootstrap interval.

A metric is a mean over the questions to which it applies, but refusal precision is a ratio over
the set, for which the answered questions are resampled too, and time has percentiles. A question
that failed has no scores; the share of those is a figure of its own, so that a run does not look
better for them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.evaluation.bootstrap import (
    Difference,
    Interval,
    Rows,
    Statistic,
    interval,
    mean,
    paired,
    percentile,
    ratio,
)
from assistant.evaluation.metrics import (
    COMPLETION_TOKENS,
    CONTRADICTION_RATE,
    INVENTED_MARKERS,
    METRICS,
    MUST_NOT,
    PROMPT_TOKENS,
    REFUSED,
    SECONDS,
    STATEMENTS,
    WORDS,
)
from assistant.evaluation.results import Result

FAILED = "failed"
REFUSAL_PRECISION, REFUSAL_RECALL = "refusal precision", "refusal recall"
SECONDS_P50, SECONDS_P95 = "seconds p50", "seconds p95"
TIMES = (SECONDS, SECONDS_P50, SECONDS_P95)  # what two runs of the same state don't have alike
TOKENS = (PROMPT_TOKENS, COMPLETION_TOKENS)
# neither they nor times are shares in [0, 1]
COUNTS = (INVENTED_MARKERS, STATEMENTS, WORDS, *TOKENS)
LESS_IS_BETTER = (CONTRADICTION_RATE, INVENTED_MARKERS, MUST_NOT, FAILED, *TOKENS, *TIMES)
NEITHER_IS_BETTER = (REFUSED, STATEMENTS, WORDS)

Part = float | tuple[float, float]
"""What a question adds to a figure: a value, or a numerator and a denominator."""


@dataclass(frozen=True)
class Figure:
    """How a figure is made: `part` is a question's part in it, None where it has none."""

    part: Callable[[Result], Part | None]
    statistic: Statistic = mean

    def of(self, results: Sequence[Result]) -> Interval | None:
        """The figure over these questions; None if none has a part in it."""
        parts = [part for part in map(self.part, results) if part is not None]
        return interval(_rows(parts), self.statistic)

    def paired(self, first: Sequence[Result], second: Sequence[Result]) -> Difference | None:
        """How the second differs from the first, over the questions with a part in both.

        Results at one index are of one question.
        """
        both = [
            (one, two)
            for one, two in zip(map(self.part, first), map(self.part, second), strict=True)
            if one is not None and two is not None
        ]
        before, after = _rows([one for one, _ in both]), _rows([two for _, two in both])
        return paired(before, after, self.statistic)


def figures(results: Sequence[Result]) -> dict[str, Interval]:
    """Each figure that these results give, by name, in the order of `FIGURES`."""
    found = {name: figure.of(results) for name, figure in FIGURES.items()}
    return {name: value for name, value in found.items() if value is not None}


def figures_by_kind(results: Sequence[Result]) -> dict[str, dict[str, Interval]]:
    """The figures of each kind of question, kinds in order of first appearance; "" is no kind."""
    kinds = dict.fromkeys(result.item.kind for result in results)
    return {
        kind: figures([result for result in results if result.item.kind == kind]) for kind in kinds
    }


def _score(name: str) -> Callable[[Result], Part | None]:
    return lambda result: result.scores.get(name)


def _failed(result: Result) -> Part:
    return float(result.failure is not None)


def _refusal_precision(result: Result) -> Part | None:
    """Rightly refused, of the refused."""
    refused = result.scores.get(REFUSED)
    if refused is None or result.item.answerable is None:
        return None
    return refused * (not result.item.answerable), refused


def _refusal_recall(result: Result) -> Part | None:
    """Refused, where the question is unanswerable."""
    return result.scores.get(REFUSED) if result.item.answerable is False else None


def _rows(parts: Sequence[Part]) -> Rows:
    """All of one shape, which a figure's rows are."""
    return parts  # type: ignore[return-value]


FIGURES: Mapping[str, Figure] = {
    **{name: Figure(_score(name)) for name in METRICS},
    REFUSAL_PRECISION: Figure(_refusal_precision, ratio),
    REFUSAL_RECALL: Figure(_refusal_recall),
    SECONDS_P50: Figure(_score(SECONDS), percentile(50)),
    SECONDS_P95: Figure(_score(SECONDS), percentile(95)),
    FAILED: Figure(_failed),
}
