"""The part of a report that sets a run against its baseline, as HTML.

How the two are compared, and why a question fares better or worse, is said by `comparison`.
"""

from collections.abc import Callable, Mapping

from assistant.evaluation.comparison import Change, Comparison, Row
from assistant.evaluation.printed import apart, chance, ends, identity, number
from assistant.evaluation.report_parts import (
    NONE,
    cell,
    listed,
    paragraph,
    question,
    section,
    table,
)
from assistant.evaluation.results import Result
from assistant.evaluation.runs import Run
from assistant.evaluation.summary import Summary


def comparison(summary: Summary, found: Comparison, baseline: Run) -> str:
    """What differs, the figures of both with the paired test, and the questions that changed."""
    show = _shower(found, baseline.by_id, summary.run.by_id)
    sections = (
        against(summary, found),
        section("Better, with what was wrong before", *map(show, found.better)),
        section("Worse, with what is wrong now", *map(show, found.worse)),
    )
    return "\n".join(part for part in sections if part)


def against(summary: Summary, found: Comparison) -> str:
    """What differs, the figures of both with the paired test, and how many questions changed."""
    made = [f"made differently: {line}" for line in found.made_differently]
    counted = (
        f"Questions that fare better: {len(found.better)}, worse: {len(found.worse)}, "
        f"neither: {found.unchanged}."
    )
    return section(
        f"Against {found.baseline}",
        listed([*made, *apart(found)]),
        paragraph(identity(summary)),
        _figures(found),
        paragraph(counted),
    )


def _figures(found: Comparison) -> str:
    head = ("figure", found.baseline, found.run, "change", "95 % interval", "p")
    caption = "Over the questions of both; change and p by the paired bootstrap test"
    return table(caption, head, map(_row, found.rows))


def _row(row: Row) -> tuple[str, ...]:
    both = row.name, cell(row.name, row.baseline), cell(row.name, row.run)
    change = row.difference
    if change is None:
        return (*both, NONE, NONE, NONE)
    return (*both, number(row.name, change.value), ends(row.name, change), chance(change.p))


def _shower(
    found: Comparison, before: Mapping[str, Result], after: Mapping[str, Result]
) -> Callable[[Change], str]:
    def show(change: Change) -> str:
        was, now = number(change.metric, change.baseline), number(change.metric, change.run)
        why = f": {change.reason}" if change.reason else ""
        answers = [(found.baseline, before[change.item.id]), (found.run, after[change.item.id])]
        return question(change.item, f"{change.metric} {was} → {now}{why}", answers)

    return show
