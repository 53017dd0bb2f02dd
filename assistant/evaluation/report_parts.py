"""Pieces of a report as HTML: tables, and questions with what was cited. All text is escaped.

Which pieces make a report is said by `report`.
"""

from collections.abc import Iterable, Sequence
from html import escape

from assistant.evaluation.answers import read_answer
from assistant.evaluation.bootstrap import Interval
from assistant.evaluation.printed import ends, number
from assistant.evaluation.questions import Item
from assistant.evaluation.results import Result

MOST_SHOWN = 4  # quotations of one answer
LONGEST_QUOTE_CHARS = 320
NONE = "–"


def section(title: str, *parts: str) -> str:
    """A heading with what stands under it; nothing where that is nothing."""
    body = "\n".join(part for part in parts if part)
    return f"<section>\n<h2>{escape(title)}</h2>\n{body}\n</section>" if body else ""


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain text, which may be in any direction; nothing where there is none."""
    name = f' class="{kind}"' if kind else ""
    return f'<p dir="auto"{name}>{escape(text)}</p>' if text else ""


def listed(lines: Iterable[str]) -> str:
    """Plain texts as a list; nothing for none."""
    items = "\n".join(f'<li dir="auto">{escape(line)}</li>' for line in lines)
    return f"<ul>\n{items}\n</ul>" if items else ""


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of plain texts, which may have lines; the first column names a row.

    Nothing where there are no rows.
    """
    body = "\n".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    if not body:
        return ""
    names = "".join(
        f'<th scope="col"{_aligned(at)}>{_lines(name)}</th>' for at, name in enumerate(head)
    )
    return (
        f'<div class="wide"><table>\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{names}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def fact_table(rows: Iterable[tuple[str, str]]) -> str:
    """Names with what they are."""
    body = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="fact">{escape(fact)}</td></tr>'
        for name, fact in rows
    )
    return f'<div class="wide"><table>\n<tbody>\n{body}\n</tbody></table></div>' if body else ""


def picture(title: str, svg: str) -> str:
    """A chart under its title; the chart is HTML already."""
    return f"<figure>\n<figcaption>{escape(title)}</figcaption>\n{svg}\n</figure>"


def question(item: Item, why: str, answers: Sequence[tuple[str, Result]]) -> str:
    """A question with its evidence and what each of the answers cites, under a name each."""
    kind = f" ({item.kind})" if item.kind else ""
    known = "".join(
        paragraph(f"Evidence: “{_clipped(one.quote)}” – {_place(one.file, one.page)}", "quiet")
        for one in item.evidence
    )
    earlier = "".join(paragraph(f"Asked before: {before}", "quiet") for before in item.history)
    said = "".join(_answer(name, result) for name, result in answers)
    return (
        f'<article>\n<h3 dir="auto">{escape(item.id)}{escape(kind)}: {escape(why)}</h3>\n'
        f"{paragraph(item.question)}{earlier}{known}{said}\n</article>"
    )


def cell(name: str, value: Interval | None) -> str:
    """A figure in one cell, its interval below it."""
    return f"{number(name, value.value)}\n{ends(name, value)}" if value else NONE


def _answer(name: str, result: Result) -> str:
    if result.failure:
        return paragraph(f"{name}: failed: {result.failure.error}")
    answer = result.answer or {}
    if answer.get("abstained"):
        return paragraph(f"{name}: refused. {answer.get('reason') or ''}")
    cited = read_answer(answer, result.item.id).citations
    if not cited:
        return paragraph(f"{name}: answered, and cited nothing.")
    shown = [
        paragraph(f"{name} cited: “{_clipped(one.quote)}” – {one.title}")
        for one in cited[:MOST_SHOWN]
    ]
    more = len(cited) - MOST_SHOWN
    return "".join([*shown, paragraph(f"and {more} more")] if more > 0 else shown)


def _cells(row: Sequence[str]) -> str:
    name, *values = row
    cells = "".join(f'<td class="number">{_lines(value)}</td>' for value in values)
    return f'<th scope="row">{escape(name)}</th>{cells}'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _aligned(at: int) -> str:
    return ' class="number"' if at else ""


def _place(file: str, page: int | None) -> str:
    return f"{file}, p. {page}" if page else file


def _clipped(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_QUOTE_CHARS else plain[:LONGEST_QUOTE_CHARS] + "…"
