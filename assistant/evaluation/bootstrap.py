"""How sure a figure is: percentile bootstrap intervals and the paired bootstrap test.

Questions are resampled, never their parts: a ratio has its numerator and denominator drawn
together (Efron 1979, Ann. Statist. 7; Efron and Tibshirani 1993, chapters 13 and 16). The same
rows give the same figures: the generator is seeded anew for each. What a row is, the caller knows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
LEVEL = 0.95
SEED = 20230524
_MOST_AT_ONCE = 2_000_000  # rows drawn, which bounds the memory
_NO_DIFFERENCE = 1e-12  # what adding up in another order may make of equal sums

Array = npt.NDArray[np.float64]
Rows = Sequence[float] | Sequence[tuple[float, float]]
"""One row a question: a value, or a numerator and a denominator."""
Statistic = Callable[[Array], Array]
"""From samples of shape (b, n) or (b, n, 2) to one figure each, shape (b,); NaN for none."""


@dataclass(frozen=True)
class Interval:
    """A figure over `n` questions, and the ends of its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Difference:
    """Second less first over the same `n` questions, its 95 % interval, and the two-sided `p`."""

    value: float
    low: float
    high: float
    p: float
    n: int


def mean(samples: Array) -> Array:
    """The mean of each sample's values."""
    means: Array = samples.mean(axis=1)
    return means


def ratio(samples: Array) -> Array:
    """All numerators of a sample over all of its denominators; NaN where these add up to 0."""
    above, below = samples.sum(axis=1).T
    ratios: Array = np.divide(above, below, out=np.full(len(above), np.nan), where=below != 0)
    return ratios


def percentile(percent: float) -> Statistic:
    """The percentile (0 to 100) of each sample's values, interpolated."""

    def statistic(samples: Array) -> Array:
        values: Array = np.percentile(samples, percent, axis=1)
        return values

    return statistic


def interval(rows: Rows, statistic: Statistic = mean, *, seed: int = SEED) -> Interval | None:
    """The figure of these rows with its interval; None if there is no figure."""
    values = np.asarray(rows, np.float64)
    figure = _figure(values, statistic)
    if figure is None:
        return None
    drawn = np.concatenate([statistic(values[at]) for at in _draws(len(values), seed)])
    return Interval(figure, *_ends(drawn), len(values))


def paired(
    first: Rows, second: Rows, statistic: Statistic = mean, *, seed: int = SEED
) -> Difference | None:
    """How the second figure differs from the first; rows at one index are one question's.

    The interval is of the difference in resamples of the questions, and p is twice the share of
    them on the far side of 0, so that both say the same. But resamples of three questions that all
    got better never disagree: p is therefore at least what a sign test could give, 2^(1 - k)
    where k questions differ. None if either has no figure. Raises `ValueError` for unequal lengths.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} rows are not paired with {len(second)}")
    one, two = np.asarray(first, np.float64), np.asarray(second, np.float64)
    before, after = _figure(one, statistic), _figure(two, statistic)
    if before is None or after is None:
        return None
    drawn = np.concatenate(
        [statistic(two[at]) - statistic(one[at]) for at in _draws(len(one), seed)]
    )
    drawn = drawn[~np.isnan(drawn)]
    sides = np.sum(drawn <= _NO_DIFFERENCE), np.sum(drawn >= -_NO_DIFFERENCE)
    p = 2 * (min(sides) + 1) / (len(drawn) + 1)
    differing = int(np.sum((one != two).reshape(len(one), -1).any(axis=1)))
    return Difference(
        after - before, *_ends(drawn), min(1.0, max(float(p), 2.0 ** (1 - differing))), len(one)
    )


def _figure(values: Array, statistic: Statistic) -> float | None:
    if not len(values):
        return None
    figure = float(statistic(values[np.newaxis])[0])
    return None if np.isnan(figure) else figure


def _draws(n: int, seed: int) -> Iterator[npt.NDArray[np.int64]]:
    """Indices of resamples, shape (b, n) each, `RESAMPLES` in all."""
    generator = np.random.default_rng(seed)
    at_once = max(1, min(RESAMPLES, _MOST_AT_ONCE // n))
    for done in range(0, RESAMPLES, at_once):
        yield generator.integers(0, n, (min(at_once, RESAMPLES - done), n))


def _ends(drawn: Array) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail])
    return float(low), float(high)
