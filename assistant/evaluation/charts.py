"""Pictures of figures as SVG, from values to text: nothing is fetched and no script is needed.

Each has a title that a screen reader reads, its values as text, and marks that differ in shape, not
in colour alone. They are drawn in `currentColor`, so that they fit a page in light, dark and print;
the classes `first` and `second` are for whoever wants to colour the series. All text is escaped.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from assistant.evaluation.bootstrap import Interval
from assistant.evaluation.calibration import Bin
from assistant.evaluation.pictures import Bars, Series

WIDTH = 720
_LEFT, _RIGHT, _TOP, _BOTTOM = 180, 110, 34, 46  # around what is plotted
_ROW, _GAP, _SIZE = 20, 10, 5
_PLOT_HEIGHT = 220
_CLASSES = ("first", "second")
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Frame:
    """Where values stand: x from `left` to `right`, y from `bottom` up to `top`, in pixels."""

    left: float
    right: float
    top: float
    bottom: float

    def x(self, share: float) -> float:
        """That share of the way, in [0, 1], from left to right."""
        return self.left + share * (self.right - self.left)

    def y(self, share: float) -> float:
        """That share of the way from the bottom up."""
        return self.bottom - share * (self.bottom - self.top)


def intervals(title: str, names: Sequence[str], series: Sequence[Series]) -> str:
    """Shares in [0, 1] with their intervals, one row a name, at most two series side by side."""
    step = _ROW * len(series) + _GAP
    frame = Frame(_LEFT, WIDTH - _RIGHT, _TOP, _TOP + step * len(names))
    parts = list(_upright_grid(frame))
    for at, name in enumerate(names):
        y = frame.top + step * at + _GAP / 2
        parts.append(_text(_LEFT - 10, y + _ROW * len(series) / 2 + 4, name, "end"))
        for which, (_, values) in enumerate(series):
            if value := values[at]:
                parts += _lying(frame, y + _ROW * (which + 0.5), value, which)
    parts += _legend([name for name, _ in series])
    return _svg(title, frame.bottom + _BOTTOM, parts)


def curves(title: str, places: Sequence[str], series: Sequence[Series], below: str) -> str:
    """Shares in [0, 1] over places from left to right, with their intervals and a line each."""
    frame = Frame(60, WIDTH - 40, _TOP, _TOP + _PLOT_HEIGHT)
    parts = list(_level_grid(frame))
    for which, (_, values) in enumerate(series):
        points = []
        for at, value in enumerate(values):
            if value:
                # beside each other where they would cover each other
                x = frame.x((at + 0.5) / len(places)) + 16 * (which - (len(series) - 1) / 2)
                points.append((x, frame.y(value.value)))
                parts += _standing(frame, x, value, which)
        parts.append(_line(points, which))
    for at, place in enumerate(places):
        parts.append(_text(frame.x((at + 0.5) / len(places)), frame.bottom + 18, place, "middle"))
    parts.append(_text(frame.x(0.5), frame.bottom + 38, below, "middle"))
    parts += _legend([name for name, _ in series])
    return _svg(title, frame.bottom + _BOTTOM, parts)


def histogram(title: str, bars: Bars, below: str) -> str:
    """How many values lie between which edges."""
    edges, counts = bars.edges, bars.counts
    frame = Frame(60, WIDTH - 40, _TOP, _TOP + _PLOT_HEIGHT)
    width = (frame.right - frame.left) / len(counts)
    most = max([*counts, 1])
    parts = [_rule(frame.left, frame.bottom, frame.right, frame.bottom)]
    for at, count in enumerate(counts):
        x, y = frame.left + width * at, frame.y(count / most)
        if count:
            parts.append(
                f'<rect class="bar" x="{x + 1:.1f}" y="{y:.1f}" width="{width - 2:.1f}" '
                f'height="{frame.bottom - y:.1f}" fill="currentColor" fill-opacity="0.55"/>'
            )
            parts.append(_text(x + width / 2, y - 5, str(count), "middle"))
    for at, edge in enumerate(edges):
        parts.append(_text(frame.left + width * at, frame.bottom + 18, f"{edge:.3g}", "middle"))
    parts.append(_text(frame.x(0.5), frame.bottom + 38, below, "middle"))
    return _svg(title, frame.bottom + _BOTTOM, parts)


def reliability(
    title: str, series: Sequence[tuple[str, Sequence[Bin]]], counted: str, share: str
) -> str:
    """A reliability diagram: of what has such a probability, the share that is so.

    On the diagonal a probability is what it says (DeGroot and Fienberg 1983). The numbers say how
    many were `counted` ("pairs"), `share` what they are a share of ("that is supported").
    """
    frame = Frame(60, 60 + 340, _TOP, _TOP + 340)
    parts = [*_level_grid(frame)]
    parts += [_text(frame.x(tick), frame.bottom + 18, f"{tick:g}", "middle") for tick in _TICKS]
    parts.append(_rule(frame.left, frame.bottom, frame.right, frame.top, 'stroke-dasharray="2 4"'))
    for which, (_, bins) in enumerate(series):
        points = [(frame.x(one.score), frame.y(one.supported)) for one in bins]
        parts.append(_line(points, which))
        for (x, y), one in zip(points, bins, strict=True):
            parts.append(_mark(x, y, which))
            right, up, anchor = (9, -4, "start") if which == 0 else (0, 10, "middle")
            parts.append(_text(x + right, y - up, str(one.n), anchor, "small"))
    parts.append(_text(frame.x(0.5), frame.bottom + 38, "probability that is given", "middle"))
    beside = frame.right + 30
    parts.append(_text(beside, frame.y(0.5), f"up: share {share}", "start"))
    parts.append(_text(beside, frame.y(0.5) + 20, "dotted: what is said is what is", "start"))
    parts.append(_text(beside, frame.y(0.5) + 40, f"numbers: {counted}", "start"))
    parts += _legend([name for name, _ in series])
    return _svg(title, frame.bottom + _BOTTOM, parts)


def _svg(title: str, height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" fill="currentColor" font-size="13" '
        f'font-family="system-ui, sans-serif"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _upright_grid(frame: Frame) -> Iterator[str]:
    for tick in _TICKS:
        yield _rule(frame.x(tick), frame.top, frame.x(tick), frame.bottom)
        yield _text(frame.x(tick), frame.bottom + 18, f"{tick:g}", "middle")


def _level_grid(frame: Frame) -> Iterator[str]:
    for tick in _TICKS:
        yield _rule(frame.left, frame.y(tick), frame.right, frame.y(tick))
        yield _text(frame.left - 8, frame.y(tick) + 4, f"{tick:g}", "end")


def _legend(names: Sequence[str]) -> Iterator[str]:
    x = 60.0
    for which, name in enumerate(names):
        yield _mark(x, 14, which)
        yield _text(x + 12, 18, name, "start")
        x += 44 + 7.5 * len(name)


def _lying(frame: Frame, y: float, value: Interval, which: int) -> Iterator[str]:
    low, high = frame.x(value.low), frame.x(value.high)
    yield _whisker(low, y, high, y, which)
    yield _mark(frame.x(value.value), y, which)
    told = f"{value.value:.2f} ({value.low:.2f}–{value.high:.2f})"
    yield _text(frame.right + 8, y + 4, told, "start", "small")


def _standing(frame: Frame, x: float, value: Interval, which: int) -> Iterator[str]:
    yield _whisker(x, frame.y(value.low), x, frame.y(value.high), which)
    yield _mark(x, frame.y(value.value), which)
    side, anchor = (-9.0, "end") if which == 0 else (9.0, "start")
    yield _text(x + side, frame.y(value.value) + 4, f"{value.value:.2f}", anchor, "small")


def _mark(x: float, y: float, which: int) -> str:
    """A full disc for the first series, an open square for the second."""
    if which == 0:
        return f'<circle class="first" cx="{x:.1f}" cy="{y:.1f}" r="{_SIZE}" fill="currentColor"/>'
    side = 2 * _SIZE - 1
    return (
        f'<rect class="second" x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side}" '
        f'height="{side}" fill="none" stroke="currentColor" stroke-width="2"/>'
    )


def _whisker(x1: float, y1: float, x2: float, y2: float, which: int) -> str:
    return (
        f'<line class="{_CLASSES[which]}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" '
        f'y2="{y2:.1f}" stroke="currentColor" stroke-width="2"/>'
    )


def _line(points: Sequence[tuple[float, float]], which: int) -> str:
    """Through the points, dashed for the second series; nothing through one."""
    if len(points) < 2:
        return ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = ' stroke-dasharray="6 4"' if which else ""
    return (
        f'<polyline class="{_CLASSES[which]}" points="{path}" fill="none" stroke="currentColor" '
        f'stroke-opacity="0.6"{dash}/>'
    )


def _rule(x1: float, y1: float, x2: float, y2: float, more: str = "") -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="currentColor" '
        f'stroke-opacity="{0.6 if more else 0.2}" {more}/>'
    )


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    size = ' font-size="11"' if kind == "small" else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{size}>{escape(text)}</text>'
