"""How good a judge is against labels: accuracy, AUC and calibration, each with its interval.

A judge gives each pair a score in [0, 1] that the evidence bears out the claim. Where the score is
`BORNE_OUT` or more it says "supported". What the pairs are and who judges is not said here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.evaluation.bootstrap import Array, Interval, Statistic, interval, mean
from assistant.grounding import BORNE_OUT
from index.evidence.types import NOT_ENOUGH, REFUTED, SUPPORTED

NOT_SUPPORTED = "not_supported"  # refuted or not enough, and nobody knows which
LABELS = (SUPPORTED, REFUTED, NOT_ENOUGH, NOT_SUPPORTED)
THREE_WAY = "accuracy of three verdicts"
ACCURACY, BALANCED = "accuracy", "balanced accuracy"
AUC, CALIBRATION_ERROR = "AUC", "calibration error"
JUDGE_FIGURES = (THREE_WAY, ACCURACY, BALANCED, AUC, CALIBRATION_ERROR)
BINS = 10


@dataclass(frozen=True)
class Scored:
    """What a judge says of a pair of that `label`: its score, and one of three verdicts if any."""

    label: str
    score: float
    verdict: str | None = None


@dataclass(frozen=True)
class Bin:
    """Pairs whose scores lie in one of `BINS` bins: their mean, and the share that is supported."""

    low: float
    high: float
    score: float
    supported: float
    n: int


def judge_figures(judged: Sequence[Scored]) -> dict[str, Interval]:
    """Those of `JUDGE_FIGURES` that these give, in that order.

    All but the first are about "supported" or not. Left out: three verdicts where a label or a
    judge does not tell three apart; balanced accuracy and AUC where all labels are alike.
    """
    labels = [float(one.label == SUPPORTED) for one in judged]
    scored = [(one.score, label) for one, label in zip(judged, labels, strict=True)]
    statistics: Mapping[str, tuple[Sequence[tuple[float, float]], Statistic]] = {
        ACCURACY: (scored, _accuracy),
        BALANCED: (scored, _balanced),
        AUC: (scored, _auc),
        CALIBRATION_ERROR: (scored, _calibration_error),
    }
    three = [float(one.verdict == one.label) for one in judged if _tells_three(one)]
    found = {THREE_WAY: interval(three, mean) if len(three) == len(judged) else None}
    found |= {name: interval(rows, statistic) for name, (rows, statistic) in statistics.items()}
    return {name: value for name, value in found.items() if value is not None}


def reliability(judged: Sequence[Scored]) -> tuple[Bin, ...]:
    """The bins of equal width that hold pairs, lowest first, for a reliability diagram."""
    scores = np.array([one.score for one in judged], np.float64)
    right = np.array([one.label == SUPPORTED for one in judged], np.float64)
    which = _bins(scores)
    return tuple(
        Bin(
            low=at / BINS,
            high=(at + 1) / BINS,
            score=float(scores[which == at].mean()),
            supported=float(right[which == at].mean()),
            n=int((which == at).sum()),
        )
        for at in range(BINS)
        if (which == at).any()
    )


def _tells_three(one: Scored) -> bool:
    return one.verdict is not None and one.label != NOT_SUPPORTED


def _accuracy(samples: Array) -> Array:
    return mean((samples[..., 0] >= BORNE_OUT) == (samples[..., 1] > 0))


def _balanced(samples: Array) -> Array:
    """The mean of the accuracies on supported and on other pairs; NaN without either."""
    says, is_so = samples[..., 0] >= BORNE_OUT, samples[..., 1] > 0
    supported, others = is_so.sum(axis=1), (~is_so).sum(axis=1)
    with np.errstate(invalid="ignore"):
        shares: Array = (says & is_so).sum(axis=1) / supported
        rest: Array = (~says & ~is_so).sum(axis=1) / others
    return (shares + rest) / 2


def _auc(samples: Array) -> Array:
    """The chance that a supported pair scores above another, ties counting half (Hanley 1982)."""
    return np.array([_auc_of(sample[:, 0], sample[:, 1] > 0) for sample in samples])


def _auc_of(scores: Array, is_so: npt.NDArray[np.bool_]) -> float:
    values, which = np.unique(scores, return_inverse=True)
    supported = np.bincount(which[is_so], minlength=len(values))
    others = np.bincount(which[~is_so], minlength=len(values))
    below = np.cumsum(others) - others
    pairs = supported.sum() * others.sum()
    return float(supported @ (below + others / 2) / pairs) if pairs else float("nan")


def _calibration_error(samples: Array) -> Array:
    """Expected calibration error in bins of equal width (Naeini et al. 2015)."""
    scores, is_so = samples[..., 0], samples[..., 1]
    which = _bins(scores)
    gaps = [np.abs(((scores - is_so) * (which == at)).sum(axis=1)) for at in range(BINS)]
    errors: Array = np.sum(gaps, axis=0) / scores.shape[1]
    return errors


def _bins(scores: Array) -> Array:
    bins: Array = np.minimum((scores * BINS).astype(int), BINS - 1)
    return bins
