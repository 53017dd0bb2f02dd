"""The library tab's handlers: what is in the library, adding to it, removing from it.

Plain functions and generators from plain values to `Shelf`s, without Gradio; the HTML is
`ui.listing`'s, the way of a file into the library `ui.intake`'s.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.errors import AttestError, DocumentMissing
from index.library import Library
from ui import listing, render
from ui.intake import Step, Upload, take_in


@dataclass(frozen=True)
class Shelf:
    """What the library tab shows: the table, and above it what became of the latest action."""

    table: str
    news: str = ""


def shown(library: Library, wanted: str) -> Shelf:
    """The library as it is now, with what other processes changed."""
    return Shelf(listing.table(library.entries(), wanted))


def asked(library: Library, wanted: str, document_id: str) -> Shelf:
    """The library, asking whether this document is to be removed."""
    return Shelf(listing.table(library.entries(), wanted, asking=document_id))


def removed(library: Library, wanted: str, document_id: str) -> Shelf:
    """The library without this document. Raises `DocumentMissing` and `LibraryBusy`."""
    entry = library.get(document_id)
    if entry is None:
        raise DocumentMissing("this document is no longer in the library", "reload the page")
    library.remove(document_id)
    table = listing.table(library.entries(), wanted)
    return Shelf(table, listing.removal(entry.source.title))


def added(
    library: Library,
    wanted: str,
    uploads: Sequence[Upload],
    kind: str | None,
    largest_bytes: int,
) -> Iterator[Shelf]:
    """Views while the files are taken in; the last has each file's outcome."""
    table = listing.table(library.entries(), wanted)
    yield Shelf(table, listing.intake(Step(len(uploads))))
    try:
        for step in take_in(library, uploads, kind, largest_bytes):
            if step.finished:
                table = listing.table(library.entries(), wanted)
            yield Shelf(table, listing.intake(step))
    except AttestError as failure:
        table = listing.table(library.entries(), wanted)
        yield Shelf(table, render.error(failure.message, failure.remedy))


def crashed(library: Library, wanted: str) -> Shelf:
    """The library as it is after a fault of this program ended an addition."""
    news = render.error(render.FAULT, "add the files again; Attest's terminal says more")
    return Shelf(listing.table(library.entries(), wanted), news)
