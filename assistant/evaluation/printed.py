"""A report of a run as text for a terminal: figures, comparison, what breaks a limit, runs.

What is said is computed elsewhere; the page and the file say it in their own forms.
"""

from collections.abc import Iterator, Mapping, Sequence

from assistant.evaluation.bootstrap import Difference, Interval
from assistant.evaluation.calibration import JUDGE_FIGURES
from assistant.evaluation.comparison import Change, Comparison, shortfall
from assistant.evaluation.figures import COUNTS, FAILED, REFUSAL_RECALL, TIMES
from assistant.evaluation.labelled import JudgeReport
from assistant.evaluation.metrics import CITES_THE_EVIDENCE, GROUNDEDNESS, RECALLS, REFUSED
from assistant.evaluation.questions import MOST_NAMED
from assistant.evaluation.runs import Run
from assistant.evaluation.summary import Summary
from assistant.evaluation.thresholds import Breach

# what the table by kind has room for
BY_KIND = (RECALLS[2], CITES_THE_EVIDENCE, GROUNDEDNESS, REFUSED, REFUSAL_RECALL)
LONGEST_QUESTION_CHARS = 90
_NAME, _NONE = 20, "–"


def summary_text(summary: Summary) -> str:
    """The run's figures, in all and by kind, and how it stands against the baseline."""
    lines = [headline(summary.run), "", f"{'':{_NAME}} {'value':>7}  95 % interval        n"]
    lines += (_figure_line(name, value) for name, value in summary.figures.items())
    lines += ["", *(f"{reason}: {names} left out" for reason, names in grouped(summary.left_out))]
    lines.append(repeatable(summary.run))
    if summary.by_kind:
        lines += ["", *_kind_lines(summary.by_kind)]
    if summary.comparison:
        lines += ["", *_comparison_lines(summary.comparison), identity(summary)]
    return "\n".join(lines).rstrip()


def headline(run: Run) -> str:
    """Which run, of how many questions, by whom, over what."""
    made = run.made_with
    chat = (made.models.get("chat") or {}).get("name") or "the extractive answerer"
    judge = (made.models.get("verifier") or {}).get("name")
    held = made.library.get("documents")
    return (
        f"Run {run.name}: {len(run.results)} of {run.questions} questions, answered by {chat}, "
        f"judged by {judge}, over {held} documents; Attest {made.version}"
    )


def repeatable(run: Run) -> str:
    """That the figures can be had again."""
    proviso = ", if the chat model writes the same" if run.made_with.models.get("chat") else ""
    return f"Evaluated anew in the same state, the figures are the same, times aside{proviso}."


def identity(summary: Summary) -> str:
    """Whether a baseline that the same things made has the same figures; "" for another one."""
    match summary.repeats_the_baseline:
        case True:
            return "The same things made both runs, and all figures are identical, times aside."
        case False:
            return "The same things made both runs, and yet figures differ: see the chat model."
    return ""


def apart(found: Comparison) -> list[str]:
    """The questions that are not in the comparison, and why, a line each reason."""
    reasons = (
        (f"asked in {found.baseline} only", found.only_in_baseline),
        (f"asked in {found.run} only", found.only_in_run),
        ("asked in both, but not alike, and not compared", found.altered),
    )
    return [f"{why}: {', '.join(ids)}" for why, ids in reasons if ids]


def grouped(left_out: Mapping[str, str]) -> list[tuple[str, str]]:
    """Reasons why figures are left out, each with their names in one line."""
    reasons = dict.fromkeys(left_out.values())
    return [(r, ", ".join(name for name, why in left_out.items() if why == r)) for r in reasons]


def number(name: str, value: float) -> str:
    """A figure as it is written: shares with three digits, seconds and counts with two."""
    return f"{value:.{2 if name in (*TIMES, *COUNTS) else 3}f}".replace("-", "−")


def ends(name: str, value: Interval | Difference) -> str:
    """The interval of the figure of that name."""
    return f"{number(name, value.low)} to {number(name, value.high)}"


def chance(p: float) -> str:
    """A p-value as it is written."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def judge_text(report: JudgeReport) -> str:
    """The judges side by side, in all and by source."""
    labels = ", ".join(f"{n} {label}" for label, n in report.labels.items())
    names = [judge.name for judge in report.judges]
    lines = [
        f"The judge over {report.pairs} labelled pairs ({labels})", "",
        f"{'':28}" + "".join(f"{name:24}" for name in names),
    ]  # fmt: skip
    lines += _judge_lines([judge.figures for judge in report.judges])
    for source in report.judges[0].by_source:
        lines += ["", f"of {source or 'no source'}:"]
        lines += _judge_lines([judge.by_source[source] for judge in report.judges])
    for labelled, failure in report.failures:
        lines.append(f"{labelled.id} could not be judged: {failure.error}")
    return "\n".join(line.rstrip() for line in lines)


def breach_text(breach: Breach) -> str:
    """A limit that isn't kept, with the figure, its interval and the worst questions."""
    limit, figure = breach.limit, breach.figure
    bound = f"{'under' if limit.is_least else 'over'} {limit.value:g}"
    if figure is None:
        return f"failed: {limit.metric} could not be measured ({breach.reason}); limit {bound}"
    told = f"{number(limit.metric, figure.value)} [{ends(limit.metric, figure)}]"
    lines = [f"failed: {limit.metric} is {told} over {figure.n}, {bound}"]
    for result, value in breach.worst:
        why = result.failure.error if result.failure else shortfall(result)
        item = result.item
        lines.append(f"  {item.id}  {number(limit.metric, value)}  {why}".rstrip())
        lines.append(f"      {clipped(item.question)}")
    return "\n".join(lines)


def warnings_text(warnings: Sequence[str]) -> str:
    """The warnings, one a line, the first of them and a count where there are many."""
    more = len(warnings) - MOST_NAMED
    lines = [f"warning: {warning}" for warning in warnings[:MOST_NAMED]]
    return "\n".join([*lines, f"warning: and {more} more (all in --json)"] if more > 0 else lines)


def run_line(run: Run) -> str:
    """A run in the list of runs."""
    done = f"{len(run.results)} of {run.questions}"
    state = f"finished {run.finished}" if run.finished else "not finished"
    chat = (run.made_with.models.get("chat") or {}).get("name") or "extractive"
    return f"{run.name:24}  {done:>12}  {chat:24}  {run.made_with.version:22}  {state}"


def clipped(text: str) -> str:
    """The text in one line, cut where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_QUESTION_CHARS else plain[:LONGEST_QUESTION_CHARS] + "…"


def _figure_line(name: str, value: Interval) -> str:
    return f"{name:{_NAME}} {number(name, value.value):>7}  {ends(name, value):16} {value.n:>6}"


def _kind_lines(by_kind: Mapping[str, Mapping[str, Interval]]) -> Iterator[str]:
    shown = [name for name in BY_KIND if any(name in figures for figures in by_kind.values())]
    width = max(9, *(len(kind) for kind in by_kind))
    yield f"{'by kind':{width}} {'n':>4}  " + "".join(f"{name:20}" for name in shown).rstrip()
    for kind, figures in by_kind.items():
        cells = [_cell(figures.get(name), 2) for name in shown]
        row = "".join(f"{cell:20}" for cell in cells)
        yield f"{kind or _NONE:{width}} {figures[FAILED].n:>4}  {row}".rstrip()


def _cell(value: Interval | None, digits: int) -> str:
    if value is None:
        return _NONE
    return f"{value.value:.{digits}f} ({value.low:.{digits}f}–{value.high:.{digits}f})"


def _comparison_lines(found: Comparison) -> Iterator[str]:
    yield f"Against the run {found.baseline}"
    yield from (f"  made differently: {line}" for line in found.made_differently)
    yield from (f"  {line}" for line in apart(found))
    yield f"{'':{_NAME}} {'before':>7} {'now':>7} {'change':>7}  95 % interval         p"
    for row in found.rows:
        before, now = (
            number(row.name, each.value) if each else _NONE for each in (row.baseline, row.run)
        )
        line = f"{row.name:{_NAME}} {before:>7} {now:>7}"
        if row.difference:
            change = f"{number(row.name, row.difference.value):>7}"
            line += f" {change}  {ends(row.name, row.difference):18} {chance(row.difference.p):>7}"
        yield line
    yield from _change_lines("Better", found.better)
    yield from _change_lines("Worse", found.worse)
    yield f"Neither: {found.unchanged}"


def _change_lines(title: str, changes: Sequence[Change]) -> Iterator[str]:
    yield f"{title}: {len(changes)}"
    for change in changes[:MOST_NAMED]:
        before, now = number(change.metric, change.baseline), number(change.metric, change.run)
        reason = f": {change.reason}" if change.reason else ""
        when = " before" if change.reason and title == "Better" else ""
        yield f"  {change.item.id}  {change.metric} {before} → {now}{reason}{when}"
        yield f"      {clipped(change.item.question)}"
    if len(changes) > MOST_NAMED:
        yield f"  and {len(changes) - MOST_NAMED} more (all in --html and --json)"


def _judge_lines(judges: Sequence[Mapping[str, Interval]]) -> Iterator[str]:
    for name in JUDGE_FIGURES:
        found = [figures.get(name) for figures in judges]
        if any(found):
            yield f"{name:28}" + "".join(f"{_cell(value, 3):24}" for value in found)
