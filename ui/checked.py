"""A checked draft as HTML: the draft with its claims marked, and the table of their verdicts.

Pure functions to strings in which all text of the draft and of the documents is escaped. A verdict
is told by a symbol, a word and a kind of line, never by colour alone; colours are `style/`'s.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape

from assistant.checking import NOT_IN_CORPUS
from assistant.drafts.checked import (
    MEANINGS,
    PROBABILITY_MEANING,
    SYMBOLS,
    WORDS,
    Row,
    Selection,
    counts,
    selected,
)
from assistant.drafts.claims import Aside, DraftClaim
from assistant.drafts.export import DISAGREEMENT, resolved
from assistant.types import Citation
from index.types import Passage
from ui.render import count
from ui.sources import capital, date

COLUMNS = ("No.", "Claim", "Verdict", "Words for", "Words against")


def progress(done: int, total: int) -> str:
    """Which claim is being checked, in words and as a bar."""
    bar = f'<div class="progress"><span style="width:{done / total:.0%}"></span></div>'
    return waiting(f"Checking claim {done + 1:,} of {total:,}") + bar


def waiting(words: str) -> str:
    """That something is being done."""
    return f'<p class="status" role="status"><span class="pulse"></span>{escape(words)}</p>'


def summary(rows: Sequence[Row], asides: int, left: int, *, stopped: bool = False) -> str:
    """How many claims have which verdict, what that means, and what was not looked at.

    `left` claims come after those of the rows and were not reached.
    """
    said = [_verdicts(rows)]
    if left:
        said.append(f"{count(left, 'claim')} not reached")
    if asides:
        what = "sentence claims" if asides == 1 else "sentences claim"
        said.append(f"{asides:,} {what} nothing that could be looked up")
    ended = "<strong>Stopped.</strong> " if stopped else ""
    meaning = f"“{capital(WORDS[NOT_IN_CORPUS])}”: {MEANINGS[NOT_IN_CORPUS]} {PROBABILITY_MEANING}"
    return (
        f'<div class="note" role="status"><p>{ended}{"; ".join(said)}.</p>'
        f'<p class="meaning">{escape(meaning)}</p></div>'
    )


def draft(
    text: str, parts: Sequence[DraftClaim | Aside], rows: Sequence[Row], selection: Selection
) -> str:
    """The draft as it was given, each claim marked; a number leads to its row, if that is shown.

    Claims that have no row yet are the last ones.
    """
    linked = {row.number for row in selected(rows, selection)}
    checked = iter(rows)
    pieces, at = [], 0
    for part in parts:
        row = next(checked, None) if isinstance(part, DraftClaim) else None
        start, end = max(at, part.start), max(at, part.end)
        pieces += [escape(text[at:start]), _part(part, row, escape(text[start:end]), linked)]
        at = end
    pieces.append(escape(text[at:]))
    return (
        '<section class="draft" aria-label="Draft" tabindex="0"><h3>Draft</h3>'
        f'<div class="text" dir="auto">{"".join(pieces)}</div></section>'
    )


def table(rows: Sequence[Row], selection: Selection) -> str:
    """The wanted rows in their order, each with the words for and against its claim."""
    if not rows:
        return ""
    found = selected(rows, selection)
    heads = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    body = "".join(map(_row, found))
    shown = f"{len(found):,} of {count(len(rows), 'claim')} shown"
    return (
        f'<p class="total" role="status">{shown}</p><table class="verdicts">'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


def _verdicts(rows: Sequence[Row]) -> str:
    """How many claims were checked, and how many have each verdict."""
    checked = f"<strong>{count(len(rows), 'claim')} checked</strong>"
    given = ", ".join(f"{number:,} {_marked(verdict)}" for verdict, number in counts(rows))
    return f"{checked}: {given}" if rows else checked


def _part(part: DraftClaim | Aside, row: Row | None, words: str, linked: set[int]) -> str:
    """Escaped words of the draft, marked as what they are."""
    if isinstance(part, Aside):
        return f'<span class="aside" title="{escape(part.kind)}">{words}</span>'
    return _claim(row, words, linked) if row else f'<span class="pending">{words}</span>'


def _claim(row: Row, words: str, linked: set[int]) -> str:
    flag = f"{row.number} {_marked(row.verdict)}"
    if row.number in linked:
        flag = (
            f'<a class="verdict {row.verdict}" href="#check-row-{row.number}"'
            f' title="To claim {row.number} in the table">{flag}</a>'
        )
    else:
        flag = f'<span class="verdict {row.verdict}">{flag}</span>'
    return (
        f'<span class="claim {row.verdict}" id="check-claim-{row.number}" tabindex="-1">'
        f"{words}</span> {flag}"
    )


def _row(row: Row) -> str:
    checked = row.checked
    both = (checked.supporting, checked.contradicting) if checked else (None, None)
    back = (
        f'<a class="back-to-draft" href="#check-claim-{row.number}"'
        f' title="To claim {row.number} in the draft">{row.number}</a>'
    )
    cells = (back, _what(row), _verdict(row), *map(_words, both))
    shown = "".join(
        f'<td data-label="{name}">{cell}</td>' for name, cell in zip(COLUMNS, cells, strict=True)
    )
    return f'<tr class="{row.verdict}" id="check-row-{row.number}" tabindex="-1">{shown}</tr>'


def _what(row: Row) -> str:
    read = resolved(row)
    read = f'<p class="resolved" dir="auto">{escape(read)}</p>' if read else ""
    return f'<p dir="auto">{escape(row.claim.text)}</p>{read}'


def _verdict(row: Row) -> str:
    sure = f' <span class="sure">{row.checked.probability:.0%}</span>' if row.checked else ""
    notes = "".join(f"<li>{escape(note)}</li>" for note in row.notes)
    return (
        f'<p><span class="verdict {row.verdict}">{_marked(row.verdict)}</span>{sure}</p>'
        f"{f'<p class=disagree>{DISAGREEMENT}</p>' if row.disagrees else ''}"
        f"{f'<ul class=notes>{notes}</ul>' if notes else ''}"
    )


def _words(citation: Citation | None) -> str:
    if citation is None:
        return '<span aria-hidden="true">–</span><span class="unseen">none</span>'
    passage = citation.passage
    document = passage.document
    kind = "kind-opinion" if document.kind == "opinion" else "kind-plain"
    facts = [
        escape(_stated(passage, "published", date(document.published))),
        *map(escape, _place(passage)),
        f"characters {passage.start:,}–{passage.end:,}",
    ]
    return (
        f'<blockquote dir="auto">{escape(" ".join(citation.quote.split()))}</blockquote>'
        f'<p class="source"><bdi class="name">'
        f"{escape(_stated(passage, 'title', document.title))}</bdi></p>"
        f'<p class="source"><span class="kind {kind}">{escape(capital(document.kind))}</span> '
        f"{' · '.join(filter(None, facts))}</p>"
        f'<p class="source path"><bdi>{_breakable(document.origin)}</bdi></p>'
    )


def _place(passage: Passage) -> Iterator[str]:
    """The pages as printed, with the sheet where that differs, and the innermost heading."""
    sheets = passage.sheets
    if sheets:
        names = [f"{s.label} (sheet {s.number})" if s.label else str(s.number) for s in sheets]
        yield f"p. {'–'.join(dict.fromkeys((names[0], names[-1])))}"
    if passage.recognised is not None:
        yield f"read by text recognition, {passage.recognised:.0%} sure"
    headings = [title for title in passage.heading_path if title != passage.document.title]
    if headings:
        yield headings[-1]


def _stated(passage: Passage, fact: str, value: str) -> str:
    return f"{value} (inferred)" if value and fact in passage.document.inferred else value


def _marked(verdict: str) -> str:
    """The verdict's word after its symbol, which is not read out."""
    return f'<span class="symbol" aria-hidden="true">{SYMBOLS[verdict]}</span> {WORDS[verdict]}'


def _breakable(origin: str) -> str:
    return re.sub("/", "/<wbr>", escape(origin))
