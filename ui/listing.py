"""The library as HTML: what is in it, sorted and filtered, with a way to change each document.

Functions to strings in which titles, publishers and file names are escaped; all that they look up
is whether the original of a row is still there. A row asks before it removes: its button leads to
a row with two.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from index.types import Entry
from ingest.files import why_unreadable
from ui.render import count, sentence
from ui.sources import capital, date

ROWS_SHOWN = 300
_FACTS = {"Kind": "kind", "Publisher": "publisher", "Date": "published",
          "Jurisdiction": "jurisdiction", "Title": "title"}  # fmt: skip
_SORTS: dict[str, Callable[[Entry], tuple[bool, str | int]]] = {
    "Title": lambda entry: (False, entry.source.title.casefold()),
    "Kind": lambda entry: (False, entry.source.kind),
    "Publisher": lambda entry: _absent_last(entry.source.publisher),
    "Date": lambda entry: _absent_last(entry.source.published),
    "Jurisdiction": lambda entry: _absent_last(entry.source.jurisdiction),
    "Passages": lambda entry: (False, entry.passages),
    "Added": lambda entry: (False, entry.added),
}
COLUMNS = tuple(_SORTS)


@dataclass(frozen=True)
class Look:
    """How the reader wants the table: which documents, in which order, how many of them."""

    wanted: str = ""
    kind: str = ""
    to_check: bool = False
    sort: str = "Title"
    descending: bool = False
    rows: int = ROWS_SHOWN


def table(entries: Sequence[Entry], look: Look = Look(), asking: str | None = None) -> str:
    """The documents that the reader wants to see, in their order.

    `asking` is the id of the document whose removal waits for its confirmation.
    """
    if not entries:
        return (
            '<p class="note">The library is empty. Add documents above, or on the command line: '
            "<code>python -m ingest PATH</code></p>"
        )
    found = [entry for entry in entries if _matches(entry, look)]
    # those without the fact come last either way
    found.sort(key=lambda entry: _SORTS[look.sort](entry)[1], reverse=look.descending)
    found.sort(key=lambda entry: _SORTS[look.sort](entry)[0])
    titles = {entry.source.id: entry.source.title for entry in entries}
    rows = "".join(_row(e, titles, e.source.id == asking) for e in found[: look.rows])
    heads = "".join(_head(name, look) for name in COLUMNS)
    more = _more(len(found) - look.rows) if len(found) > look.rows else ""
    return (
        f'<p class="total" role="status">{_total(entries, found)}</p>'
        f'<table class="shelf"><thead><tr>{heads}<th scope="col">{_unseen("Change")}</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>{more}"
    )


def removal(title: str) -> str:
    """That a document was removed."""
    return f'<p class="note" role="status">Removed <bdi>“{escape(title)}”</bdi>.</p>'


def correction(title: str) -> str:
    """That a document's facts were put right."""
    return f'<p class="note" role="status">Saved <bdi>“{escape(title)}”</bdi>.</p>'


def unreadable(entry: Entry) -> tuple[str, str] | None:
    """Why a document can't be read again from anywhere, and what to do; None if it can be."""
    why = [why_unreadable(origin) for origin in entry.origins or (entry.source.origin,)]
    return None if None in why else why[0]


def _head(name: str, look: Look) -> str:
    sorted_by = look.sort == name
    order = ("descending" if look.descending else "ascending") if sorted_by else "none"
    arrow = ("↓" if look.descending else "↑") if sorted_by else ""
    number = ' class="number"' if name == "Passages" else ""
    return (
        f'<th scope="col" aria-sort="{order}"{number}><button type="button" class="sort"'
        f' data-action="sort" data-column="{name}">{name}'
        f'<span class="arrow" aria-hidden="true">{arrow}</span></button></th>'
    )


def _row(entry: Entry, titles: dict[str, str], asking: bool) -> str:
    source, why = entry.source, unreadable(entry)
    values = (
        _title(entry, titles, why),
        f'<span class="kind kind-{"opinion" if source.kind == "opinion" else "plain"}">'
        f"{escape(capital(source.kind))}</span>",
        _text(source.publisher),
        escape(date(source.published)),
        _text(source.jurisdiction),
        f"{entry.passages:,}",
        escape(date(entry.added[:10])),
    )
    cells = "".join(
        f'<td data-label="{label}"{_number(label)}>{value or _none()}{_inferred(entry, label)}</td>'
        for label, value in zip(COLUMNS, values, strict=True)
    )
    last = _confirmation(entry) if asking else _actions(entry, why)
    return f'<tr{" class=asking" if asking else ""}>{cells}<td class="act">{last}</td></tr>'


def _title(entry: Entry, titles: dict[str, str], why: tuple[str, str] | None) -> str:
    pages = f" · {count(entry.pages, 'page')}" if entry.pages else ""
    origins = "".join(
        f'<span class="path"><bdi>{escape(origin)}</bdi>{pages if n == 0 else ""}</span>'
        for n, origin in enumerate(entry.origins or (entry.source.origin,))
    )
    marks = _marks(entry, titles)
    if entry.source.retrieved:
        marks.append(f"Retrieved {escape(date(entry.source.retrieved))}")
    listed = "".join(f"<li>{mark}</li>" for mark in marks)
    details = f'<ul class="marks">{listed}</ul>' if marks else ""
    return (
        f'<bdi class="name">{escape(entry.source.title)}</bdi>{origins}{_why(entry, why)}{details}'
    )


def _marks(entry: Entry, titles: dict[str, str]) -> list[str]:
    """What one should check before citing it, in words."""
    source = entry.source
    marks = []
    if entry.superseded_by:
        newer = escape(titles.get(entry.superseded_by, "another edition"))
        marks.append(f"Superseded by <bdi>“{newer}”</bdi>")
    marks += [
        f"Nearly the same as <bdi>“{escape(other.title)}”</bdi> ({other.similarity:.0%})"
        for other in entry.alike
    ]
    if source.caution:
        marks.append(escape(source.caution[:1].upper() + source.caution[1:]))
    elif entry.recognised_pages:
        marks.append(f"{count(entry.recognised_pages, 'page')} read by text recognition (OCR)")
    return marks


def _inferred(entry: Entry, label: str) -> str:
    """Whether this fact was stated by nobody, or put right by the reader."""
    fact = _FACTS.get(label)
    # the title's cell tells more than the title
    what = "title " if fact == "title" else ""
    if fact in entry.source.inferred:
        return f'<span class="mark">{what}inferred</span>'
    return f'<span class="mark">{what}corrected</span>' if fact in entry.source.corrected else ""


def _why(entry: Entry, why: tuple[str, str] | None) -> str:
    """What describes the button that can't be used."""
    if not why:
        return ""
    reason, remedy = why
    said = f"Can't be read again: {reason}. {sentence(remedy)}"
    return f'<span class="why" id="why-{escape(entry.source.id)}">{escape(said)}</span>'


def _actions(entry: Entry, why: tuple[str, str] | None) -> str:
    again = _button("again", "Read again", entry)
    if why:
        # it can still be reached with the keyboard, so that what describes it is heard
        off = f'<button aria-disabled="true" aria-describedby="why-{escape(entry.source.id)}"'
        again = again.replace("<button", off, 1)
    return _button("edit", "Edit", entry) + again + _button("discard", "Remove", entry)


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


def _matches(entry: Entry, look: Look) -> bool:
    source = entry.source
    if look.kind and source.kind != look.kind:
        return False
    if look.to_check and not (_marks(entry, {}) or source.inferred):
        return False
    known = (source.title, source.kind, source.publisher, source.jurisdiction, *entry.origins)
    text = " ".join(part for part in (*known, source.origin) if part).casefold()
    return all(word in text for word in look.wanted.casefold().split())


def _absent_last(fact: str | None) -> tuple[bool, str]:
    return fact is None, (fact or "").casefold()


def _total(entries: Sequence[Entry], found: Sequence[Entry]) -> str:
    passages = sum(entry.passages for entry in entries)
    total = f"{count(len(entries), 'document')}, {count(passages, 'passage')}"
    found_too = f"; {len(found):,} found" if len(found) < len(entries) else ""
    return f"{total}{found_too}"


def _more(left: int) -> str:
    words = f"Show {min(left, ROWS_SHOWN):,} more of {left:,}"
    return f'<p><button type="button" class="more" data-action="more">{words}</button></p>'


def _text(value: str | None) -> str:
    return f"<bdi>{escape(value)}</bdi>" if value else ""


def _number(label: str) -> str:
    return ' class="number"' if label == "Passages" else ""


def _none() -> str:
    return f'<span aria-hidden="true">–</span>{_unseen("not known")}'


def _unseen(words: str) -> str:
    return f'<span class="unseen">{words}</span>'
