"""The library as HTML: what is in it, with a way to remove it.

Pure functions to strings in which titles, publishers and file names are escaped. A row asks before
it removes: its first button leads to a row with two.
"""

from collections import Counter
from collections.abc import Sequence
from html import escape

from index.types import Entry
from ingest.pipeline import Outcome
from ui.intake import Step
from ui.render import count
from ui.sources import capital, date

ROWS_SHOWN = 300
COLUMNS = ("Title", "Kind", "Publisher", "Date", "Jurisdiction", "Passages", "")


def table(entries: Sequence[Entry], wanted: str = "", asking: str | None = None) -> str:
    """The documents whose title, publisher, kind or origin has all `wanted` words.

    `asking` is the id of the document whose removal waits for its confirmation.
    """
    if not entries:
        return (
            '<p class="note">The library is empty. Add documents above, or on the command line: '
            "<code>python -m ingest PATH</code></p>"
        )
    found = [entry for entry in entries if _matches(entry, wanted)]
    rows = "".join(_row(entry, entry.source.id == asking) for entry in found[:ROWS_SHOWN])
    heads = "".join(f'<th scope="col">{name or _unseen("Remove")}</th>' for name in COLUMNS)
    return (
        f'<p class="total">{_total(entries, found)}</p>'
        f'<table class="shelf"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def removal(title: str) -> str:
    """That a document was removed."""
    return f'<p class="note" role="status">Removed <bdi>“{escape(title)}”</bdi>.</p>'


def intake(step: Step) -> str:
    """How far dropped files have come: a bar until all are done, and a line for each that is."""
    lines = "".join(_outcome(outcome) for outcome in step.outcomes)
    outcomes = f'<ul class="outcomes">{lines}</ul>' if lines else ""
    if step.finished:
        return f'<div class="note" role="status">{_summary(step.outcomes)}{outcomes}</div>'
    done = len(step.outcomes)
    progress = f"{done} of {count(step.total, 'file')} done, {count(step.passages, 'passage')}"
    return (
        f'<div class="note">{outcomes}<p role="status">Adding: {progress}</p>'
        f'<div class="progress" role="progressbar" aria-label="Files added" aria-valuemin="0"'
        f' aria-valuemax="{step.total}" aria-valuenow="{done}">'
        f'<span style="width:{100 * done / max(1, step.total):.0f}%"></span></div></div>'
    )


def _summary(outcomes: Sequence[Outcome]) -> str:
    """How many files had which verdict, where there are enough to lose count."""
    if len(outcomes) < 2:
        return ""
    verdicts = Counter(outcome.verdict for outcome in outcomes)
    shown = ", ".join(f"{number:,} {verdict}" for verdict, number in verdicts.most_common())
    return f"<p><strong>{count(len(outcomes), 'file')}:</strong> {shown}</p>"


def _outcome(outcome: Outcome) -> str:
    name = f'<bdi class="name">{escape(outcome.origin)}</bdi>'
    verdict = f'<span class="verdict">{outcome.verdict.capitalize()}:</span>'
    if outcome.refused:
        why = escape(outcome.reason.rstrip("."))
        remedy = f"<strong>Try:</strong> {escape(outcome.remedy)}"
        return f'<li class="failed">{verdict} {name}: {why}. {remedy}</li>'
    passages = f", {count(outcome.passages, 'passage')}" if outcome.passages else ""
    reason = f" ({escape(outcome.reason)})" if outcome.reason else ""
    return f"<li>{verdict} {name}{passages}{reason}</li>"


def _row(entry: Entry, asking: bool) -> str:
    source = entry.source
    values = (
        _title(entry),
        f'<span class="kind kind-{"opinion" if source.kind == "opinion" else "plain"}">'
        f"{escape(capital(source.kind))}</span>",
        _text(source.publisher),
        escape(date(source.published)),
        _text(source.jurisdiction),
        f"{entry.passages:,}",
    )
    cells = "".join(
        f'<td data-label="{label}"{_number(label)}>{value or _none()}</td>'
        for label, value in zip(COLUMNS, values, strict=False)
    )
    last = _confirmation(entry) if asking else _button("discard", "Remove", entry)
    return f'<tr{" class=asking" if asking else ""}>{cells}<td class="act">{last}</td></tr>'


def _title(entry: Entry) -> str:
    pages = f" · {entry.pages:,} pages" if entry.pages else ""
    return (
        f'<bdi class="name">{escape(entry.source.title)}</bdi>'
        f'<span class="path"><bdi>{escape(entry.source.origin)}</bdi>{pages}</span>'
    )


def _confirmation(entry: Entry) -> str:
    """The harmless button comes first, where the other one was: a double click removes nothing."""
    keep, remove = _button("keep", "Keep", entry), _button("confirm", "Remove", entry)
    return f'<span class="ask" role="alert">Remove it?</span>{keep}{remove}'


def _button(action: str, words: str, entry: Entry) -> str:
    return (
        f'<button type="button" class="{action}" data-action="{action}"'
        f' data-document="{escape(entry.source.id)}"'
        f' aria-label="{escape(f"{words} {entry.source.title}")}">{words}</button>'
    )


def _matches(entry: Entry, wanted: str) -> bool:
    source = entry.source
    known = (source.title, source.kind, source.publisher, source.jurisdiction, source.origin)
    text = " ".join(part for part in known if part).casefold()
    return all(word in text for word in wanted.casefold().split())


def _total(entries: Sequence[Entry], found: Sequence[Entry]) -> str:
    passages = sum(entry.passages for entry in entries)
    total = f"{count(len(entries), 'document')}, {count(passages, 'passage')}"
    found_too = f"; {len(found):,} found" if len(found) < len(entries) else ""
    first = f"; the first {ROWS_SHOWN} are shown" if len(found) > ROWS_SHOWN else ""
    return f"{total}{found_too}{first}"


def _text(value: str | None) -> str:
    return f"<bdi>{escape(value)}</bdi>" if value else ""


def _number(label: str) -> str:
    return ' class="number"' if label == "Passages" else ""


def _none() -> str:
    return f'<span aria-hidden="true">–</span>{_unseen("not known")}'


def _unseen(words: str) -> str:
    return f'<span class="unseen">{words}</span>'
