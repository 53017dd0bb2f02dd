"""Charts say in text and shape what they show, and nothing in them is taken for markup."""

import re
from collections import Counter
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from assistant.evaluation.bootstrap import Interval
from assistant.evaluation.calibration import Bin
from assistant.evaluation.charts import curves, histogram, intervals, reliability
from assistant.evaluation.pictures import binned, is_right
from assistant.evaluation.questions import Item
from assistant.evaluation.results import Result

HOSTILE = '<script>alert("x")</script> & “more”'
HALF, MOST = Interval(0.5, 0.4, 0.6, 20), Interval(0.75, 0.7, 0.8, 20)
LOW, HIGH = Bin(0.0, 0.1, 0.05, 0.25, 4), Bin(0.9, 1.0, 0.95, 1.0, 7)
CHARTS = {
    "intervals": intervals(HOSTILE, [HOSTILE, "b"], [("now", (HALF, MOST)), ("was", (MOST, None))]),
    "curves": curves("c", ["1", "3"], [("now", (HALF, MOST)), ("was", (None, MOST))], HOSTILE),
    "histogram": histogram("h", binned([0.1, 0.95, 1.0], 1.0), HOSTILE),
    "reliability": reliability(
        "r", [(HOSTILE, [LOW, HIGH]), ("other", [LOW])], "pairs", "that is supported"
    ),
}


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in parsed(svg).iter("text")]


def bars(svg: str) -> list[dict[str, float]]:
    names = ("x", "y", "width", "height")
    found = [each for each in parsed(svg).iter("rect") if each.get("class") == "bar"]
    return [{name: float(each.attrib[name]) for name in names} for each in found]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_one_picture_with_a_title_and_needs_nothing_from_elsewhere(name: str) -> None:
    svg = CHARTS[name]
    root = parsed(svg)
    assert root.tag == "svg"
    assert root.get("role") == "img"
    assert root[0].tag == "title"
    assert root[0].text
    assert not re.search(r"https?:|href|url\(|<script|<style|\bon\w+=", svg)


@pytest.mark.parametrize("name", CHARTS)
def test_what_a_chart_is_given_is_text_and_never_markup(name: str) -> None:
    root = parsed(CHARTS[name])
    said = " ".join([root[0].text or "", *texts(CHARTS[name])])
    assert HOSTILE in said
    assert {element.tag for element in root.iter()} <= {
        "svg", "title", "text", "line", "polyline", "circle", "rect"
    }  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_everything_stands_within_the_picture(name: str) -> None:
    root = parsed(CHARTS[name])
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for element in root.iter():
        for across in ("x", "x1", "x2", "cx"):
            assert 0 <= float(element.get(across, 0)) <= width
        for down in ("y", "y1", "y2", "cy"):
            assert 0 <= float(element.get(down, 0)) <= height


def test_series_differ_in_shape_and_not_in_colour_alone() -> None:
    tags = Counter(element.tag for element in parsed(CHARTS["intervals"]).iter())
    assert (tags["circle"], tags["rect"]) == (2 + 1, 1 + 1)  # figures, and one each in the legend
    dashed = [e.get("stroke-dasharray") for e in parsed(CHARTS["curves"]).iter("polyline")]
    assert dashed == [None]  # a series of one point has no line
    both = curves("c", ["1", "3"], [("now", (HALF, MOST)), ("was", (MOST, HALF))], "k")
    dashes = [e.get("stroke-dasharray") for e in parsed(both).iter("polyline")]
    assert dashes == [None, "6 4"]


def test_values_and_names_are_there_as_text() -> None:
    said = texts(CHARTS["intervals"])
    assert said.count("0.75 (0.70–0.80)") == 2
    assert {"0.50 (0.40–0.60)", "b", "now", "was"} <= set(said)
    assert {"1", "3", "0.50", "0.75", "now", "was"} <= set(texts(CHARTS["curves"]))
    assert {"4", "7", "other", "numbers: pairs", "up: share that is supported"} <= set(
        texts(CHARTS["reliability"])
    )


def test_a_figure_stands_where_its_value_is() -> None:
    svg = intervals("t", ["a", "b"], [("now", (Interval(0, 0, 0.5, 9), Interval(1, 0.5, 1, 9)))])
    discs = [float(e.attrib["cx"]) for e in parsed(svg).iter("circle")][:2]
    whiskers = [e for e in parsed(svg).iter("line") if e.get("class") == "first"]
    ends = [(float(e.attrib["x1"]), float(e.attrib["x2"])) for e in whiskers]
    middle = (discs[0] + discs[1]) / 2
    assert ends == [(discs[0], pytest.approx(middle)), (pytest.approx(middle), discs[1])]


@pytest.mark.parametrize(
    ("values", "to", "counts"),
    [
        ([], None, []),
        ([0.0], None, [1]),
        ([0.05, 0.1, 0.3, 0.99, 1.0], 1.0, [1, 1, 1, 2]),  # an edge belongs to the bar above it
        ([0.31, 0.32, 0.35, 0.9], None, [3, 1]),
        ([1.2, 250.0], None, [1, 1]),
    ],
)
def test_a_histogram_has_a_bar_for_each_step_that_holds_values(
    values: list[float], to: float | None, counts: list[int]
) -> None:
    svg = histogram("t", binned(values, to), "seconds")
    drawn = bars(svg)
    assert len(drawn) == len(counts)
    if counts:
        tallest = max(bar["height"] for bar in drawn)
        for bar, count in zip(drawn, counts, strict=True):
            assert bar["height"] == pytest.approx(tallest * count / max(counts), abs=0.1)


@pytest.mark.parametrize("most", [0.0004, 0.35, 1.0, 1.59, 1.6, 9.99, 40.0, 3600.0])
def test_steps_read_well_and_hold_the_largest_value(most: float) -> None:
    edges = [
        float(said)
        for said in texts(histogram("t", binned([most]), "seconds"))
        if said[0].isdigit()
    ]
    edges = sorted(edges[1:])  # the count of the one bar stands first
    assert 3 <= len(edges) <= 18
    assert edges[0] == 0
    assert edges[-1] >= most
    step = f"{edges[1]:e}"
    assert step[0] in "125"
    assert all(b - a == pytest.approx(edges[1], rel=0.1) for a, b in pairwise(edges))


@pytest.mark.parametrize(
    ("answerable", "scores", "right"),
    [
        (True, {"cites the evidence": 1.0}, True),
        (None, {"cites the evidence": 1.0, "must_not violated": 0.0}, True),
        (True, {"cites the evidence": 0.0}, False),
        (True, {"cites the evidence": 1.0, "must_not violated": 1.0}, False),
        (False, {}, False),  # no answer is, to what is unanswerable
        (True, {}, None),
        (None, {"must_not violated": 0.0}, None),
    ],
)
def test_an_answer_is_right_or_wrong_as_far_as_its_set_tells(
    answerable: bool | None, scores: dict[str, float], right: bool | None
) -> None:
    item = Item("q", "", "?", answerable=answerable)
    assert is_right(Result(item, {}, scores)) is right
