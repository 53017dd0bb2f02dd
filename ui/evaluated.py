"""An evaluation as HTML: how far it is, what it found, and each question with what was answered.

Pure functions to strings in which all text of sets, documents and models is escaped. The tables of
figures are the report's own; colours and layout are `style/`'s.
"""

from collections.abc import Iterator, Sequence
from html import escape

from assistant.evaluation.answers import Cited, Said, read_answer
from assistant.evaluation.asking import Step
from assistant.evaluation.comparison import Change, Comparison, shortfall
from assistant.evaluation.printed import headline, number
from assistant.evaluation.questions import Item
from assistant.evaluation.report_comparison import against
from assistant.evaluation.report_figures import by_kind, left_out
from assistant.evaluation.report_figures import figures as figures_table
from assistant.evaluation.report_parts import listed, paragraph, section
from assistant.evaluation.results import Result
from assistant.evaluation.runs import Run
from assistant.evaluation.summary import Summary
from index.errors import AttestError
from ui import render
from ui.checked import waiting
from ui.evaluated_plots import Plot

MOST_SHOWN = 60  # questions of one group; the report has them all
FAILED, FINE = "failed", "nothing wrong, as far as the set tells"

Answers = Sequence[tuple[str, Result]]
"""Results of one question, each under the name of its run."""


def progress(step: Step, line: str) -> str:
    """How many questions are asked, in words and as a bar."""
    bar = f'<div class="progress"><span style="width:{step.done / step.total:.0%}"></span></div>'
    return waiting(f"Asking: {line}") + bar


def refused(failure: AttestError) -> str:
    """An error with its remedy; what it says of single lines stands on lines of its own."""
    message, *lines = failure.message.splitlines()
    message = message.rstrip(":")  # what follows it is a list
    return render.error(message, failure.remedy, details=listed(lines))


def chosen(name: str) -> str:
    """Which file was dropped."""
    return f'<p class="chosen">Chosen: <bdi>{escape(name)}</bdi></p>'


def preview(name: str, items: Sequence[Item], warnings: Sequence[str]) -> str:
    """What a question set holds, before it is asked."""
    with_evidence = sum(bool(item.evidence) for item in items)
    unanswerable = sum(item.answerable is False for item in items)
    told = (
        f"{name}: {render.count(len(items), 'question')}, {with_evidence} with evidence, "
        f"{unanswerable} known to be unanswerable."
    )
    return f'<div class="note" role="status">{paragraph(told)}{_warned(warnings)}</div>'


def ended(summary: Summary) -> str:
    """Whether all was asked, what failed, and how to go on."""
    run = summary.run
    left = run.questions - len(run.results)
    said = [f"{len(run.results)} of {render.count(run.questions, 'question')} asked."]
    if summary.failed:
        said.append(f"{render.count(len(summary.failed), 'question')} failed.")
    if left or summary.failed:
        said.append(f"The rest is asked if you evaluate under the same name, {run.name}.")
    stopped = "<strong>Stopped.</strong> " if left else ""
    words = escape(" ".join(said))
    return (
        f'<div class="note" role="status"><p dir="auto">{stopped}{words}</p>'
        f"{_warned(summary.warnings)}</div>"
    )


def figures(summary: Summary) -> str:
    """The figures with their intervals, against a baseline if there is one, and by kind."""
    kinds = "".join(by_kind(summary))
    parts = [
        paragraph(headline(summary.run), "quiet"),
        section("Figures", figures_table(summary), left_out(summary)),
        _fold("Figures by kind of question", kinds) if kinds else "",
    ]
    if summary.comparison:
        parts.append(against(summary, summary.comparison))
    return f'<div class="evaluated">{"".join(parts)}</div>'


def plot_title(plot: Plot) -> str:
    """What a plot shows and how to read it, or what it would need."""
    return f"<h3>{escape(plot.title)}</h3>{paragraph(plot.reading, 'quiet')}"


def questions(summary: Summary) -> str:
    """The questions in groups: what got better or worse, and what is wrong with which.

    Each with its answer in a fold.
    """
    groups: list[str] = []
    if summary.comparison and summary.baseline:
        groups += _changed(summary.comparison, summary.baseline, summary.run)
    wrong: dict[str, list[str]] = {}
    for result in summary.run.results:
        why = FAILED if result.failure else shortfall(result) or FINE
        wrong.setdefault(why, []).append(_question(result.item, "", [("", result)]))
    for why in sorted(wrong, key=lambda one: (one != FAILED, one == FINE, one)):
        groups.append(_group(why, wrong[why]))
    body = "".join(groups)
    return f'<div class="evaluated"><section><h2>Questions</h2>{body}</section></div>'


def _changed(found: Comparison, baseline: Run, run: Run) -> Iterator[str]:
    before, after = baseline.by_id, run.by_id
    for title, when, changes in (
        (f"Worse than in {found.baseline}", "now", found.worse),
        (f"Better than in {found.baseline}", "before", found.better),
    ):
        shown = []
        for change in changes:
            both = [(found.run, after[change.item.id]), (found.baseline, before[change.item.id])]
            shown.append(_question(change.item, _why(change, when), both))
        yield _group(title, shown, opened=bool(shown))


def _why(change: Change, when: str) -> str:
    was, now = number(change.metric, change.baseline), number(change.metric, change.run)
    return f"{change.metric} {was} → {now}" + (
        f"; {when}: {change.reason}" if change.reason else ""
    )


def _group(title: str, shown: Sequence[str], *, opened: bool = False) -> str:
    more = len(shown) - MOST_SHOWN
    rest = paragraph(f"and {more} more, which the report shows", "quiet") if more > 0 else ""
    return _fold(f"{title}: {len(shown)}", "".join(shown[:MOST_SHOWN]) + rest, opened=opened)


def _question(item: Item, why: str, answers: Answers) -> str:
    kind = f" ({item.kind})" if item.kind else ""
    head = f"{item.id}{kind}" + (f": {why}" if why else "")
    earlier = "".join(paragraph(f"Asked before: {text}", "quiet") for text in item.history)
    return (
        f'<article><h3 dir="auto">{escape(head)}</h3>{earlier}{paragraph(item.question)}'
        f"{''.join(_answer(name, result) for name, result in answers)}{_known(item)}</article>"
    )


def _answer(run: str, result: Result) -> str:
    of = f" in {run}" if run else ""
    if result.failure:
        return paragraph(f"Failed{of}: {result.failure.error}", "warning")
    answer = result.answer or {}
    if answer.get("abstained"):
        return _fold(f"Refused{of}", paragraph(str(answer.get("reason") or "")))
    read = read_answer(answer, result.item.id)
    said = "".join(map(_said, read.statements))
    cited = "".join(map(_cited, read.citations))
    title = f"Answer{of}: {render.count(len(read.statements), 'sentence')}"
    return _fold(title, f'<ul class="said">{said}</ul><ol class="cited">{cited}</ol>')


def _said(said: Said) -> str:
    marks = "".join(f"[{cited.marker}]" for cited in said.citations)
    flag = render.VERDICT_WORDS.get(said.verdict, "")
    flag = f' <span class="flag">{escape(flag)}</span>' if flag else ""
    return f'<li dir="auto">{escape(said.text)} <span class="quiet">{marks}</span>{flag}</li>'


def _cited(cited: Cited) -> str:
    quote = " ".join(cited.quote.split())
    return (
        f'<li value="{cited.marker}" dir="auto">“{escape(quote)}” '
        f'<span class="quiet">{escape(cited.title)}</span></li>'
    )


def _known(item: Item) -> str:
    """What the set knows of the right answer."""
    parts = [paragraph(f"Answer in the set: {item.answer}")] if item.answer else []
    if item.answerable is False:
        parts.append(paragraph("The library does not answer it, the set says."))
    for one in item.evidence:
        place = f"{one.file}, p. {one.page}" if one.page else one.file
        parts.append(paragraph(f"Evidence: “{one.quote}” – {place}"))
    parts += [paragraph(f"Must not be said: {wrong}") for wrong in item.must_not]
    return _fold("What the set knows of it", "".join(parts)) if parts else ""


def _warned(warnings: Sequence[str]) -> str:
    if not warnings:
        return ""
    return _fold(render.count(len(warnings), "warning"), listed(warnings), opened=True)


def _fold(title: str, body: str, *, opened: bool = False) -> str:
    return (
        f'<details{" open" if opened else ""}><summary dir="auto">{escape(title)}</summary>'
        f"{body}</details>"
    )
