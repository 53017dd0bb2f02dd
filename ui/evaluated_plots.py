"""The pictures of a run as the page's plots take them: Vega-Lite charts and rows of bars.

Plain values without Gradio. `gr.BarPlot` draws the histograms. It has no intervals, and its series
differ in colour alone: what compares is therefore a Vega-Lite chart, which `gr.Plot` draws. Colours
are those of `style/colours.css`, by name, so that a chart follows light and dark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from assistant.evaluation.bootstrap import Interval
from assistant.evaluation.calibration import Bin
from assistant.evaluation.pictures import (
    RECALL,
    RIGHT,
    SECONDS,
    SHARES,
    SUPPORT,
    Bars,
    Compared,
    Pictures,
)

Spec = dict[str, Any]
ROW_PX, CURVE_PX = 26, 240
COLOURS = ("var(--accent)", "var(--amber)")
SHAPES = ("circle", "square")
DASHES = ([1, 0], [5, 3])
TICKS = [0, 0.25, 0.5, 0.75, 1]
_QUIET, _INK, _RULE = "var(--quiet)", "var(--ink)", "var(--rule)"
_AXIS = {"labelColor": _QUIET, "titleColor": _QUIET, "gridColor": _RULE, "tickColor": _RULE,
         "domainColor": _RULE, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": 400,
         "labelLimit": 170, "labelPadding": 8}  # fmt: skip
_INTERVAL = {"type": "rule", "strokeWidth": 2}
_CURVE = {"type": "line", "strokeWidth": 1.5}
_POINT = {"type": "point", "filled": True, "opacity": 1, "size": 70}
_CONFIG = {
    "background": "transparent",
    "font": "system-ui, 'Liberation Sans', sans-serif",
    "view": {"stroke": None},
    "axis": _AXIS,
    # no outline: it would be dashed for the second run, and cut into its shape
    "legend": {"labelColor": _INK, "labelFontSize": 13, "labelLimit": 260, "symbolSize": 90,
               "symbolStrokeWidth": 0},
}  # fmt: skip
# As SVG the names of colours hold; a canvas knows none.
_EMBEDDING = {"embedOptions": {"renderer": "svg", "actions": False}}


@dataclass(frozen=True)
class Histogram:
    """The rows of a bar plot: the middle of each bar with how many; `step` is a bar's width."""

    rows: tuple[tuple[float, int], ...]
    step: float
    end: float


@dataclass(frozen=True)
class Plot:
    """What stands at a plot's place: its title, how to read it, and what is drawn.

    Where that is None, `reading` says what it would need.
    """

    title: str
    reading: str
    drawn: Spec | Histogram | None


def plots(pictures: Pictures) -> tuple[Plot, ...]:
    """All plots of a run, charts first, always the same number in the same order."""
    return (
        Plot(
            SHARES,
            "The mark is the figure, the line its interval.",
            _shares(SHARES, pictures.shares) if pictures.shares.places else None,
        ),
        Plot(
            RECALL,
            "The share of the noted evidence that is among the first k passages found."
            if pictures.recall
            else "It needs a question set that notes evidence.",
            _curves(RECALL, pictures.recall) if pictures.recall else None,
        ),
        Plot(
            RIGHT,
            "The numbers are answers. On the dotted line, a probability is what it says. Right is "
            "an answer that cites the noted evidence and says nothing that it must not; to an "
            "unanswerable question, no answer is."
            if pictures.right
            else "It needs labels: a question set that notes evidence, or which questions are "
            "unanswerable, and answers to them.",
            _reliability(RIGHT, pictures.right) if pictures.right else None,
        ),
        Plot(
            SUPPORT,
            "The probability that what a sentence cites bears it out. Words taken from a document "
            "as they stand are near 1."
            if pictures.support
            else "No sentence needs support.",
            _histogram(pictures.support),
        ),
        Plot(
            SECONDS,
            "From the question to the whole answer."
            if pictures.seconds
            else "No question was answered.",
            _histogram(pictures.seconds),
        ),
    )


def _histogram(bars: Bars | None) -> Histogram | None:
    if bars is None:
        return None
    middles = [(low + high) / 2 for low, high in pairwise(bars.edges)]
    rows = tuple(zip(middles, bars.counts, strict=True))
    return Histogram(rows, bars.edges[1], bars.edges[-1])


def _shares(title: str, compared: Compared) -> Spec:
    """One row a figure, the runs below each other in it."""
    runs = [name for name, _ in compared.series]
    rows = [row for run in compared.series for row in _rows(compared.places, *run)]
    y = {"field": "place", "type": "nominal", "sort": None, "title": None,
         "axis": {"grid": False, "ticks": False, "domain": False}}  # fmt: skip
    return _chart(
        title,
        rows,
        ROW_PX * len(compared.places) * (3 + len(runs)) / 4,
        {"y": y, "yOffset": {"field": "run", "type": "nominal", "sort": runs}, **_styles(runs)},
        [
            {"mark": _INTERVAL,
             "encoding": {"x": _of("low"), "x2": {"field": "high"}, **_dashes(runs)}},
            {"mark": _POINT,
             "encoding": {"x": _of("value"), **_shapes(runs)}},
        ],
    )  # fmt: skip


def _curves(title: str, compared: Compared) -> Spec:
    """One place a depth, the runs beside each other at it, each with a line."""
    runs = [name for name, _ in compared.series]
    rows = [row for run in compared.series for row in _rows(compared.places, *run)]
    x = {"field": "place", "type": "ordinal", "sort": None, "title": "k, the first passages",
         "axis": {"labelAngle": 0}}  # fmt: skip
    offset = {"field": "run", "type": "nominal", "sort": runs,
              "scale": {"paddingOuter": 2}}  # fmt: skip
    return _chart(
        title,
        rows,
        CURVE_PX,
        {"x": x, "xOffset": offset, **_styles(runs)},
        [
            {"mark": _INTERVAL,
             "encoding": {"y": _of("low"), "y2": {"field": "high"}, **_dashes(runs)}},
            {"mark": _CURVE,
             "encoding": {"y": _of("value"), **_dashes(runs)}},
            {"mark": _POINT,
             "encoding": {"y": _of("value"), **_shapes(runs)}},
        ],
    )  # fmt: skip


def _reliability(title: str, series: Sequence[tuple[str, Sequence[Bin]]]) -> Spec:
    """What share is right over the probability that was given (DeGroot and Fienberg 1983)."""
    runs = [name for name, _ in series]
    rows = [
        {"run": name, "score": one.score, "right": one.supported, "n": one.n,
         "told": f"{name}: {one.supported:.2f} of {one.n} right at {one.score:.2f}"}
        for name, bins in series
        for one in bins
    ]  # fmt: skip
    x = _of("score", "probability that is given")
    y = _of("right", "share that is right")
    ends = {"values": [{"score": at, "right": at} for at in (0, 1)]}
    diagonal = {"type": "line", "strokeDash": [2, 4], "color": _QUIET, "strokeWidth": 1}
    layers: list[Spec] = [
        {"mark": _CURVE, "encoding": _styles(runs) | _dashes(runs)},
        {"mark": _POINT,
         "encoding": _styles(runs) | _shapes(runs)},
    ]  # fmt: skip
    layers += [
        # those of two runs at one place would cover each other
        {"transform": [{"filter": {"field": "run", "equal": run}}],
         "mark": {"type": "text", "dx": -9, "dy": 14 * at - 3, "align": "right", "color": _INK},
         "encoding": {"text": {"field": "n"}}}
        for at, run in enumerate(runs)
    ]  # fmt: skip
    chart = _chart(title, rows, CURVE_PX, {"x": x, "y": y}, layers)
    chart["layer"].insert(0, {"data": ends, "mark": diagonal})
    return chart


def _rows(places: Sequence[str], run: str, figures: Sequence[Interval | None]) -> list[Spec]:
    return [
        {"place": place, "run": run, "value": one.value, "low": one.low, "high": one.high,
         "told": f"{run}, {place}: {one.value:.2f} ({one.low:.2f}–{one.high:.2f}), n = {one.n}"}
        for place, one in zip(places, figures, strict=True)
        if one
    ]  # fmt: skip


def _of(field: str, title: str | None = None) -> Spec:
    """Where a share in [0, 1] stands."""
    return {"field": field, "type": "quantitative", "title": title, "scale": {"domain": [0, 1]},
            "axis": {"values": TICKS, "format": ".2~f"}}  # fmt: skip


def _styles(runs: Sequence[str]) -> Spec:
    """What tells the runs apart in all marks, and what is said of one."""
    return {"color": _told_by(runs, COLOURS), "tooltip": {"field": "told"}}


def _shapes(runs: Sequence[str]) -> Spec:
    """What tells them apart, beside the colour, in points."""
    return {"shape": _told_by(runs, SHAPES)}


def _dashes(runs: Sequence[str]) -> Spec:
    """What tells them apart, beside the colour, in lines."""
    return {"strokeDash": _told_by(runs, DASHES)}


def _told_by(runs: Sequence[str], ways: Sequence[Any]) -> Spec:
    """One legend for all ways, if there are two runs to be told apart."""
    legend = {"title": None, "orient": "top", "columns": 1} if len(runs) > 1 else None
    return {"field": "run", "type": "nominal", "legend": legend,
            "scale": {"domain": list(runs), "range": list(ways[: len(runs)])}}  # fmt: skip


def _chart(title: str, rows: list[Spec], height: Any, encoding: Spec, layers: list[Spec]) -> Spec:
    return {
        "description": title,
        "data": {"values": rows},
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "encoding": encoding,
        "layer": layers,
        "config": _CONFIG,
        "usermeta": _EMBEDDING,
    }
