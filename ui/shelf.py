"""The library tab's handlers: what is in the library, adding to it, changing and removing.

Plain functions and generators from plain values to `Shelf`s, without Gradio; the HTML is
`ui.listing`'s and `ui.outcomes`'s, the way of a file into the library `ui.intake`'s.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import AttestError, DocumentMissing, InvalidInput
from index.library import Library
from index.types import Entry
from ingest.content import CORRECTABLE
from ingest.corrections import correct
from ingest.errors import ReadError
from ingest.files import SourceFile, can_be_read
from ingest.pipeline import Options
from ui import listing, outcomes, render
from ui.intake import Step, take_in
from ui.listing import ROWS_SHOWN, Look

NONE = ""  # the value of a fact that is not known


@dataclass(frozen=True)
class Shelf:
    """What the library tab shows: the table, and above it what became of the latest action.

    `kept` is what must still be said of an ended addition while another follows it at once;
    `busy` tells that one is under way.
    """

    table: str
    news: str = ""
    kept: str = ""
    busy: bool = False


@dataclass(frozen=True)
class Form:
    """The facts of one document as they are edited; `others` are older editions to choose from.

    `inferred` says which facts nobody stated.
    """

    document_id: str
    facts: dict[str, str]
    others: tuple[tuple[str, str], ...]  # title, origin
    inferred: tuple[str, ...]


def shown(library: Library, look: Look) -> Shelf:
    """The library as it is now, with what other processes changed."""
    return Shelf(listing.table(library.entries(), look))


def sorted_by(look: Look, column: str) -> Look:
    """The table in the order of this column; the other way round if it is so already."""
    if column not in listing.COLUMNS:
        return look
    return replace(look, sort=column, descending=look.sort == column and not look.descending)


def longer(look: Look) -> Look:
    """The table with more rows."""
    return replace(look, rows=look.rows + ROWS_SHOWN)


def asked(library: Library, look: Look, document_id: str) -> Shelf:
    """The library, asking whether this document is to be removed."""
    return Shelf(listing.table(library.entries(), look, asking=document_id))


def removed(library: Library, look: Look, document_id: str) -> Shelf:
    """The library without this document. Raises `DocumentMissing` and `LibraryBusy`."""
    entry = _entry(library, document_id)
    library.remove(document_id)
    table = listing.table(library.entries(), look)
    return Shelf(table, listing.removal(entry.source.title))


def form(library: Library, document_id: str) -> Form:
    """The facts of a document, to be edited. Raises `DocumentMissing`."""
    entry = _entry(library, document_id)
    facts = {name: getattr(entry.source, name) or NONE for name in CORRECTABLE}
    others = tuple(
        (other.source.title, other.source.origin)
        for other in library.entries()
        if other.source.id != document_id
    )
    return Form(document_id, facts, others, entry.source.inferred)


def saved(library: Library, look: Look, document_id: str, facts: dict[str, str]) -> Shelf:
    """The library with these facts put right; those that are as they were are left alone.

    Raises `InvalidInput`, `DocumentMissing` and `LibraryBusy`.
    """
    before = form(library, document_id).facts
    changed = {name: value for name, value in facts.items() if value.strip() != before[name]}
    if changed:
        correct(library, document_id, changed)
    title = _entry(library, document_id).source.title
    return Shelf(listing.table(library.entries(), look), listing.correction(title))


def addresses(typed: str) -> tuple[SourceFile, ...]:
    """The web addresses that were typed, between spaces or lines. Raises `InvalidInput`."""
    from ingest.web.addresses import normalised  # httpx takes a quarter of a second to load

    words = typed.split()
    if not words:
        raise InvalidInput("no address was given", "paste one from your browser")
    try:
        found = dict.fromkeys(normalised(word) for word in words)
    except ReadError as error:
        raise InvalidInput(error.message, error.remedy) from error
    return tuple(SourceFile(Path(), address) for address in found)


def originals(library: Library, document_id: str) -> tuple[SourceFile, ...]:
    """Where a document can be read again. Raises `DocumentMissing` and `InvalidInput`."""
    entry = _entry(library, document_id)
    if why := listing.unreadable(entry):
        reason, remedy = why
        raise InvalidInput(f"“{entry.source.title}” can't be read again: {reason}", remedy)
    known = entry.origins or (entry.source.origin,)
    return tuple(SourceFile(Path(origin), origin) for origin in known if can_be_read(origin))


def added(
    library: Library,
    look: Look,
    files: Sequence[SourceFile],
    options: Options,
    stop: threading.Event,
    copies: Sequence[Path] = (),
) -> Iterator[Shelf]:
    """Views while the files are taken in; the last has each file's outcome.

    `copies` are deleted when all is done, even if nobody asks for more views.

    Before an addition begins, `stop` is cleared; whoever sets it ends this one.
    """
    stop.clear()
    table = listing.table(library.entries(), look)
    waiting = Step(tuple((file.origin, "waiting") for file in files))
    yield Shelf(table, outcomes.intake(waiting), busy=True)
    try:
        for step in take_in(library, files, options, stop, copies):
            if not step.finished:
                yield Shelf(table, outcomes.intake(step), busy=True)
                continue
            table = listing.table(library.entries(), look)
            yield Shelf(table, outcomes.intake(step), outcomes.kept(step))
    except AttestError as failure:
        yield refused(listing.table(library.entries(), look), failure)


def refused(table: str, failure: AttestError) -> Shelf:
    """That nothing (more) was added, and why; the table is as it is given."""
    message, remedy = failure.message, failure.remedy
    return Shelf(table, render.error(message, remedy), render.error(message, remedy, is_new=False))


def crashed(library: Library, look: Look) -> Shelf:
    """The library as it is after a fault of this program ended an addition."""
    news = render.error(render.FAULT, "add the files again; Attest's terminal says more")
    return Shelf(listing.table(library.entries(), look), news)


def _entry(library: Library, document_id: str) -> Entry:
    entry = library.get(document_id)
    if entry is None:
        raise DocumentMissing("this document is no longer in the library", "reload the page")
    return entry
