"""A checked draft as HTML: the draft with its claims marked, and the table of their verdicts.

Pure functions to strings in which all text of the draft and of the documents is escaped. A verdict
is told by a symbol, a word and a kind of line, never by colour alone; colours are `style/`'s.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape

from assistant.checked_draft import (
    MEANINGS,
    NOT_CHECKED,
    PROBABILITY_MEANING,
    SYMBOLS,
    WORDS,
    Row,
    Selection,
    counts,
    selected,
)
from assistant.checking import NOT_IN_CORPUS
from assistant.drafts import Aside, DraftClaim
from assistant.types import Citation
from index.types import Passage
from ui.render import count
from ui.sources import capital, date

COLUMNS = ("No.", "Claim", "Verdict", "Words for", "Words against")


def progress(done: int, total: int) -> str:
    """Which claim is being checked, in words and as a bar."""
    words = f"Checking claim {done + 1:,} of {total:,}"
    return f'{waiting(words)}<div class="progress"><span style="width:{done / total:.0%}"></span></div>'


def waiting(words: str) -> str:
    """That something is being done."""
    return f'<p class="status" role="status"><span class="pulse"></span>{escape(words)}</p>'


def summary(rows: Sequence[Row], asides: int, left: int, *, stopped: bool = False) -> str:
    """How many claims have which verdict, what that means, and what was not looked at.

    `left` claims come after those of the rows and were not reached.
    """
    given = ", ".join(f"{number:,} {WORDS[verdict]}" for verdict, number in counts(rows))
    lines = [f"<strong>{count(len(rows), 'claim')} checked{':' if given else '.'}</strong> {given}"]
    if stopped or left:
        lines.insert(0, "<strong>Stopped.</strong>" if stopped else "<strong>Not finished.</strong>")
        lines.append(f"{count(left, 'claim')} not reached")
    if asides:
        what = "sentence claims" if asides == 1 else "sentences claim"
        lines.append(f"{asides:,} {what} nothing that could be looked up")
    said = f"<p>{lines[0]} {'; '.join(lines[1:])}</p>" if stopped or left else f"<p>{'; '.join(lines)}</p>"
    meaning = f"“{capital(WORDS[NOT_IN_CORPUS])}”: {MEANINGS[NOT_IN_CORPUS]} {PROBABILITY_MEANING}"
    return f'<div class="note" role="status">{said}<p class="meaning">{escape(meaning)}</p></div>'


def draft(
    text: str, parts: Sequence[DraftClaim | Aside], rows: Sequence[Row], selection: Selection
) -> str:
    """The draft as it was given, each claim marked; a number leads to its row, if that is shown."""
    linked = {row.number for row in selected(rows, selection)}
    known = {row.number: row for row in rows}
    pieces, at, number = [], 0, 0
    for part in parts:
        start = max(at, part.start)
        if start >= part.end:
            continue
        pieces.append(escape(text[at:start]))
        words = escape(text[start : part.end])
        at = part.end
        if isinstance(part, Aside):
            pieces.append(f'<span class="aside" title="{escape(part.kind)}">{words}</span>')
            continue
        number += 1
        row = known.get(number)
        pieces.append(_claim(row, words, linked) if row else f'<span class="pending">{words}</span>')
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


def _claim(row: Row, words: str, linked: set[int]) -> str:
    verdict = f"{_symbol(row.verdict)} {WORDS[row.verdict]}"
    flag = f'<span class="verdict {row.verdict}">{row.number} {verdict}</span>'
    if row.number in linked:
        flag = (
            f'<a class="verdict {row.verdict}" href="#check-row-{row.number}"'
            f' title="To claim {row.number} in the table">{row.number} {verdict}</a>'
        )
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
    read = "; ".join(f"{word} = {meaning}" for word, meaning in row.claim.resolved)
    resolved = f'<p class="resolved" dir="auto">{escape(read)}</p>' if read else ""
    return f'<p dir="auto">{escape(row.claim.text)}</p>{resolved}'


def _verdict(row: Row) -> str:
    sure = f' <span class="sure">{row.checked.probability:.0%}</span>' if row.checked else ""
    verdict = f"{_symbol(row.verdict)} {WORDS[row.verdict]}"
    notes = "".join(f"<li>{escape(note)}</li>" for note in row.notes)
    return (
        f'<p><span class="verdict {row.verdict}">{verdict}</span>{sure}</p>'
        f"{'<p class=disagree>sources disagree</p>' if row.disagrees else ''}"
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
    """The pages as they are printed, with the sheet where that differs, and the innermost heading."""
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


def _symbol(verdict: str) -> str:
    """Beside its word; not read out."""
    return f'<span class="symbol" aria-hidden="true">{SYMBOLS[verdict]}</span>'


def _breakable(origin: str) -> str:
    return re.sub("/", "/<wbr>", escape(origin))
