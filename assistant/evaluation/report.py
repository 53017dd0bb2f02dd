"""The report of an evaluation as one HTML file that needs no network and no script.

It is read on a screen, light or dark, and in print. What it says is computed elsewhere.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from assistant.evaluation import charts
from assistant.evaluation.calibration import JUDGE_FIGURES
from assistant.evaluation.comparison import shortfall
from assistant.evaluation.labelled import JudgeReport
from assistant.evaluation.making import facts
from assistant.evaluation.pictures import RECALL, RIGHT, SECONDS, SHARES, SUPPORT, pictures
from assistant.evaluation.printed import breach_text, headline
from assistant.evaluation.report_comparison import comparison
from assistant.evaluation.report_figures import by_kind, figures, left_out
from assistant.evaluation.report_parts import (
    NONE,
    cell,
    fact_table,
    listed,
    paragraph,
    picture,
    question,
    section,
    table,
)
from assistant.evaluation.results import Result
from assistant.evaluation.runs import Run
from assistant.evaluation.summary import Summary
from assistant.evaluation.thresholds import Breach

STYLE = Path(__file__).with_suffix(".css")
# nothing may be fetched or run, should an escape ever be missing
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def report_html(
    summary: Summary | None, judge: JudgeReport | None, breaches: Sequence[Breach] = ()
) -> str:
    """The whole page: of the run, of the judge, or of both."""
    title = f"Evaluation {summary.run.name}" if summary else "Evaluation of the judge"
    parts = [*(_of_the_run(summary, breaches) if summary else ()), *_of_the_judge(judge)]
    if summary is None:
        parts.append(_limits(breaches))
    else:
        parts.append(_making(summary))
    body = "\n".join(part for part in parts if part)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n"
        f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _of_the_run(summary: Summary, breaches: Sequence[Breach]) -> Iterator[str]:
    yield paragraph(headline(summary.run))
    yield _limits(breaches)
    yield section("Warnings", listed(summary.warnings))
    yield section("Figures", figures(summary), left_out(summary), *by_kind(summary))
    yield section("Pictures", *_drawn(summary))
    if summary.comparison and summary.baseline:
        yield comparison(summary, summary.comparison, summary.baseline)
    yield section("Questions that fail or fall short", *_short(summary.run))


def _limits(breaches: Sequence[Breach]) -> str:
    lines = (breach_text(breach).splitlines()[0] for breach in breaches)
    return section("Limits that are not kept", listed(lines))


def _drawn(summary: Summary) -> Iterator[str]:
    shown = pictures(summary)
    yield picture(SHARES, charts.intervals(SHARES, shown.shares.places, shown.shares.series))
    if recall := shown.recall:
        drawn = charts.curves(RECALL, recall.places, recall.series, "k, the first passages")
        yield picture(RECALL, drawn)
    if shown.support:
        yield picture(SUPPORT, charts.histogram(SUPPORT, shown.support, "probability"))
    if shown.right:
        drawn = charts.reliability(RIGHT, shown.right, "answers", "that is right")
        yield picture(RIGHT, drawn)
    if shown.seconds:
        yield picture(SECONDS, charts.histogram(SECONDS, shown.seconds, "seconds"))


def _short(run: Run) -> Iterator[str]:
    """Grouped by what is wrong, failures first."""
    wrong: dict[str, list[Result]] = {}
    for result in run.results:
        why = "failed" if result.failure else shortfall(result)
        if why:
            wrong.setdefault(why, []).append(result)
    for why in sorted(wrong, key=lambda one: (one != "failed", one)):
        yield paragraph(f"{why}: {len(wrong[why])}", "warning")
        for result in wrong[why]:
            yield question(result.item, why, [("The answer", result)])


def _of_the_judge(judge: JudgeReport | None) -> Iterator[str]:
    if judge is None:
        return
    names = [one.name for one in judge.judges]
    groups = [("all", [one.figures for one in judge.judges])]
    groups += [
        (source or "no source", [one.by_source[source] for one in judge.judges])
        for source in judge.judges[0].by_source
    ]
    rows = [
        (f"{figure}, {group}", *(cell(figure, found.get(figure)) for found in figures))
        for group, figures in groups
        for figure in JUDGE_FIGURES
        if any(figure in found for found in figures)
    ]
    labels = ", ".join(f"{n} {label}" for label, n in judge.labels.items())
    title = "Reliability of the judge"
    bins = [(one.name, one.bins) for one in judge.judges]
    yield section(
        "The judge, judged",
        paragraph(f"{judge.pairs} labelled pairs: {labels}."),
        table("With 95 % bootstrap intervals over the pairs", ("figure", *names), rows),
        picture(title, charts.reliability(title, bins, "pairs", "that is supported")),
        listed(judge.remarks),
        listed(f"{one.id} could not be judged: {why.error}" for one, why in judge.failures),
    )


def _making(summary: Summary) -> str:
    runs = [summary.run, *([summary.baseline] if summary.baseline else [])]
    parts = []
    for run in runs:
        made = [("started", run.started), ("finished", run.finished or "not finished")]
        made += [(name, NONE if fact is None else str(fact)) for name, fact in facts(run.made_with)]
        parts += [f"<h3>{escape(run.name)}</h3>", fact_table(made)]
    return section("What made it", *parts)
