"""The figures of a run as HTML tables, in all and by kind, and why some are left out.

The report and the page show the same; what they are worth beside a baseline is told by
`report_comparison`.
"""

from collections.abc import Iterator

from assistant.evaluation.figures import FAILED
from assistant.evaluation.metrics import SECONDS
from assistant.evaluation.printed import ends, grouped, number, repeatable
from assistant.evaluation.report_parts import NONE, cell, listed, paragraph, table
from assistant.evaluation.summary import Summary

KINDS_BESIDE = 5  # of a table that a printed page has room for


def figures(summary: Summary) -> str:
    """Each figure with its interval, over how many questions."""
    rows = [
        (name, number(name, value.value), ends(name, value), str(value.n))
        for name, value in summary.figures.items()
    ]
    head = ("figure", "value", "95 % interval", "questions")
    return table("With 95 % bootstrap intervals over the questions", head, rows)


def left_out(summary: Summary) -> str:
    """Which figures the run does not give and why, and that the others can be had again."""
    lines = [f"{reason}: {names} left out" for reason, names in grouped(summary.left_out)]
    return listed(lines) + paragraph(repeatable(summary.run), "quiet")


def by_kind(summary: Summary) -> Iterator[str]:
    """Tables of the figures of each kind of question, a few kinds beside each other."""
    names = [name for name in summary.figures if name not in (FAILED, SECONDS)]
    kinds = list(summary.by_kind.items())
    for first in range(0, len(kinds), KINDS_BESIDE):
        some = kinds[first : first + KINDS_BESIDE]
        head = ("figure", *(f"{kind or NONE}\n({found[FAILED].n})" for kind, found in some))
        rows = [(name, *(cell(name, found.get(name)) for _, found in some)) for name in names]
        yield table("By kind of question (how many), with 95 % intervals", head, rows)
