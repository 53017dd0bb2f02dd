"""Limits that a release must keep: `groundedness=0.9` at least, `seconds p95=2` at most.

What was measured is compared with them here; what a breach looks like is `printed`'s to say. A
figure that could not be measured keeps no limit.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.evaluation.bootstrap import Interval
from assistant.evaluation.calibration import CALIBRATION_ERROR, JUDGE_FIGURES
from assistant.evaluation.figures import FIGURES, LESS_IS_BETTER, NEITHER_IS_BETTER
from assistant.evaluation.labelled import JudgeReport
from assistant.evaluation.results import Result
from assistant.evaluation.summary import Summary
from index.errors import InvalidInput

OF_THE_JUDGE = {f"judge {name}": name for name in JUDGE_FIGURES}
NAMES = (*FIGURES, *OF_THE_JUDGE)
WORST = 5  # questions named with a breach
_LESS = (*LESS_IS_BETTER, f"judge {CALIBRATION_ERROR}")
UNDER, OVER = "--fail-under", "--fail-over"


@dataclass(frozen=True)
class Limit:
    """A figure's least value (`is_least`) or its most."""

    metric: str
    value: float
    is_least: bool

    def is_kept_by(self, value: float) -> bool:
        """Whether a figure of that value keeps it; exactly the limit does."""
        return value >= self.value if self.is_least else value <= self.value


@dataclass(frozen=True)
class Breach:
    """A limit that isn't kept: by that figure, or None, and then `reason` says why there is none.

    `worst` are the questions that fall furthest behind it, each with its part in the figure.
    """

    limit: Limit
    figure: Interval | None
    reason: str = ""
    worst: tuple[tuple[Result, float], ...] = ()


def read_limits(under: Sequence[str], over: Sequence[str]) -> tuple[Limit, ...]:
    """The limits of `--fail-under` and `--fail-over`, each written METRIC=VALUE.

    Raises `InvalidInput` for a name that is none of `NAMES`, whatever its case and dashes, for
    what is no number, and for a limit on the side where a figure is good.
    """
    least = [_limit(written, is_least=True) for written in under]
    return (*least, *(_limit(written, is_least=False) for written in over))


def breaches(
    limits: Sequence[Limit], summary: Summary | None, judge: JudgeReport | None
) -> tuple[Breach, ...]:
    """The limits that aren't kept, in their order."""
    return tuple(_breaches(limits, summary, judge))


def _breaches(
    limits: Sequence[Limit], summary: Summary | None, judge: JudgeReport | None
) -> Iterator[Breach]:
    for limit in limits:
        figure, reason = _measured(limit.metric, summary, judge)
        if figure is None:
            yield Breach(limit, None, reason)
        elif not limit.is_kept_by(figure.value):
            results = summary.run.results if summary and limit.metric in FIGURES else ()
            yield Breach(limit, figure, worst=_worst(limit, results))


def _measured(
    name: str, summary: Summary | None, judge: JudgeReport | None
) -> tuple[Interval | None, str]:
    if name in OF_THE_JUDGE:
        if judge is None:
            return None, "the judge was not judged: give --judge PAIRS.jsonl"
        figures: Mapping[str, Interval] = judge.judges[0].figures
        return figures.get(OF_THE_JUDGE[name]), "the pairs' labels do not allow it"
    if summary is None:
        return None, "no question was asked"
    return summary.figures.get(name), summary.left_out.get(name, "")


def _worst(limit: Limit, results: Sequence[Result]) -> tuple[tuple[Result, float], ...]:
    found = []
    for result in results:
        part = FIGURES[limit.metric].part(result)
        # of a ratio, a question without a denominator has no part
        value = part if not isinstance(part, tuple) else part[0] / part[1] if part[1] else None
        if value is not None and not limit.is_kept_by(value):
            found.append((result, value))
    found.sort(key=lambda each: each[1] if limit.is_least else -each[1])
    return tuple(found[:WORST])


def _limit(written: str, *, is_least: bool) -> Limit:
    flag = UNDER if is_least else OVER
    name, _, number = written.rpartition("=")
    metric = _metric(name, flag, written)
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InvalidInput(
            f"{flag} {written}: {number!r} is no number", f'write it as {flag} "{metric}=0.9"'
        )
    if metric not in NEITHER_IS_BETTER and is_least == (metric in _LESS):
        other = OVER if is_least else UNDER
        better = "less" if metric in _LESS else "more"
        raise InvalidInput(
            f"{flag} {written}: of {metric}, {better} is better",
            f'write it as {other} "{metric}={number}"',
        )
    return Limit(metric, value, is_least)


def _metric(name: str, flag: str, written: str) -> str:
    known = {_plain(metric): metric for metric in NAMES}
    if _plain(name) not in known:
        raise InvalidInput(
            f"{flag} {written}: there is no metric {name!r}"
            if name
            else f"{flag} {written}: it names no metric with a value",
            f"write METRIC=VALUE with one of: {', '.join(NAMES)}",
        )
    return known[_plain(name)]


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name.strip()).casefold()
