"""The report of an evaluation as one HTML file that needs no network and no script.

It is read on a screen, light or dark, and in print. What it says is computed elsewhere.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from assistant.evaluation import charts
from assistant.evaluation.answers import read_answer
from assistant.evaluation.bootstrap import Interval
from assistant.evaluation.calibration import JUDGE_FIGURES
from assistant.evaluation.comparison import shortfall
from assistant.evaluation.figures import COUNTS, FAILED, FIGURES, TIMES
from assistant.evaluation.labelled import JudgeReport
from assistant.evaluation.making import facts
from assistant.evaluation.metrics import DEPTHS, RECALLS, SECONDS
from assistant.evaluation.printed import (
    breach_text,
    ends,
    grouped,
    headline,
    number,
    repeatable,
)
from assistant.evaluation.report_comparison import comparison
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
KINDS_BESIDE = 5  # of a table that a printed page has room for
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
    yield section("Figures", _figures(summary), _left_out(summary), _by_kind(summary))
    yield section("Pictures", *_pictures(summary))
    if summary.comparison and summary.baseline:
        yield comparison(summary, summary.comparison, summary.baseline)
    yield section("Questions that fail or fall short", *_short(summary.run))


def _limits(breaches: Sequence[Breach]) -> str:
    lines = (breach_text(breach).splitlines()[0] for breach in breaches)
    return section("Limits that are not kept", listed(lines))


def _figures(summary: Summary) -> str:
    rows = [
        (name, number(name, value.value), ends(name, value), str(value.n))
        for name, value in summary.figures.items()
    ]
    head = ("figure", "value", "95 % interval", "questions")
    return table("With 95 % bootstrap intervals over the questions", head, rows)


def _left_out(summary: Summary) -> str:
    lines = [f"{reason}: {names} left out" for reason, names in grouped(summary.left_out)]
    return listed(lines) + paragraph(repeatable(summary.run), "quiet")


def _by_kind(summary: Summary) -> str:
    names = [name for name in summary.figures if name not in (FAILED, SECONDS)]
    kinds = list(summary.by_kind.items())
    tables = []
    for first in range(0, len(kinds), KINDS_BESIDE):
        some = kinds[first : first + KINDS_BESIDE]
        head = ("figure", *(f"{kind or NONE}\n({found[FAILED].n})" for kind, found in some))
        rows = [(name, *(cell(name, found.get(name)) for _, found in some)) for name in names]
        tables.append(table("By kind of question (how many), with 95 % intervals", head, rows))
    return "\n".join(tables)


def _pictures(summary: Summary) -> Iterator[str]:
    run, found = summary.run, summary.comparison
    runs: list[tuple[str, dict[str, Interval]]] = [(run.name, dict(summary.figures))]
    if found:
        runs = [
            (found.run, {row.name: row.run for row in found.rows if row.run}),
            (found.baseline, {row.name: row.baseline for row in found.rows if row.baseline}),
        ]
    shares = [
        name
        for name in FIGURES
        if name not in (*TIMES, *COUNTS) and any(name in figures for _, figures in runs)
    ]
    title = "Figures that are shares, with 95 % intervals"
    series = [(name, [figures.get(share) for share in shares]) for name, figures in runs]
    yield picture(title, charts.intervals(title, shares, series))
    if any(RECALLS[0] in figures for _, figures in runs):
        title = "Evidence recall at k, with 95 % intervals"
        series = [(name, [figures.get(recall) for recall in RECALLS]) for name, figures in runs]
        places = [str(k) for k in DEPTHS]
        yield picture(title, charts.curves(title, places, series, "k, the first passages"))
    yield from _histograms(run)


def _histograms(run: Run) -> Iterator[str]:
    answers = [read_answer(r.answer, r.item.id) for r in run.results if r.answer is not None]
    chances = [said.probability for answered in answers for said in answered.needing]
    if chances:
        title = "Sentences by the probability that they are supported"
        yield picture(title, charts.histogram(title, chances, "probability", to=1.0))
    if answers:
        title = "Questions by the seconds that they took"
        seconds = [answered.seconds for answered in answers]
        yield picture(title, charts.histogram(title, seconds, "seconds"))


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
    yield section(
        "The judge, judged",
        paragraph(f"{judge.pairs} labelled pairs: {labels}."),
        table("With 95 % bootstrap intervals over the pairs", ("figure", *names), rows),
        picture(title, charts.reliability(title, [(one.name, one.bins) for one in judge.judges])),
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
