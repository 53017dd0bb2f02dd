"""What adds to the library: its widgets and their events.

What is dropped, typed or read again joins the `ui.turns.Line` of its page at once, outside of
Gradio's queue, so that the page can say that it waits; its turn comes in the queue.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from index.errors import AttestError
from index.library import Library
from index.types import KINDS
from ingest.content import Metadata
from ingest.pipeline import Options
from ui import outcomes, shelf
from ui.explained import explained
from ui.intake import Upload, dropped
from ui.listing import Look
from ui.shelf import Shelf
from ui.turns import Addition, Line, turn

ACCEPTED = (
    "PDF, Word, PowerPoint, Excel, CSV, OpenDocument, RTF, EPUB, HTML, e-mail, Markdown, plain "
    "text, pictures, and ZIP archives of these. What you add stays on this machine."
)
# What is announced must be written into an element that was there before.
ANNOUNCED = 'element.setAttribute("role", "status");'
# `script.js` gives the news the focus that the Stop button had.
FOCUSABLE = """const news = element.closest("#news");
news.tabIndex = -1;
news.setAttribute("role", "region");
news.setAttribute("aria-label", "What became of the files");"""


@dataclass(frozen=True)
class Widgets:
    """Where files and addresses are given, and what becomes of them."""

    drop: gr.File
    addresses: gr.Textbox
    fetch: gr.Button
    kind: gr.Dropdown
    recognising: gr.Checkbox
    stop: gr.Button
    queue: gr.HTML
    news: gr.HTML
    line: gr.State


def widgets() -> Widgets:
    """The widgets, laid out from top to bottom."""
    with gr.Row(elem_id="adding"):
        with gr.Column(scale=3):
            drop = gr.File(file_count="multiple", label="Add documents", height=132, elem_id="drop")
            gr.HTML(ACCEPTED, elem_id="accepted", apply_default_css=False)
        with gr.Column(scale=2):
            with gr.Row(elem_id="fetching"):
                addresses = gr.Textbox(
                    label="Web addresses",
                    placeholder="https://…",
                    lines=1,
                    max_lines=4,
                    scale=4,
                    elem_id="addresses",
                )
                fetch = gr.Button("Fetch", scale=1, min_width=80, elem_id="fetch")
            kind = gr.Dropdown(
                [("As its file says, else “other”", ""), *((kind, kind) for kind in KINDS)],
                value="",
                label="Kind of what is added",
                info="An opinion piece is labelled as one wherever it is cited.",
                elem_id="kind",
            )
            recognising = gr.Checkbox(
                True, label="Recognise text on scanned pages (OCR)", elem_id="recognising"
            )
    stop = gr.Button("Stop adding", visible=False, size="sm", elem_id="stop-adding")
    queue = gr.HTML("", elem_id="queue", apply_default_css=False, js_on_load=ANNOUNCED)
    news = gr.HTML("", elem_id="news", apply_default_css=False, js_on_load=FOCUSABLE)
    return Widgets(drop, addresses, fetch, kind, recognising, stop, queue, news, gr.State(Line()))


def wire(
    page: Widgets, table: gr.HTML, look: gr.State, library: Library, largest_bytes: int
) -> None:
    """Connect the events to the handlers of `ui.shelf`, one addition at a time."""
    stopping, busy = threading.Event(), threading.Event()

    def views(addition: Addition, look: Look) -> Iterator[Shelf]:
        if addition.refusal:
            yield shelf.refused(shelf.shown(library, look).table, addition.refusal)
            return
        options = Options(
            said=Metadata(kind=addition.kind or None),
            largest_bytes=largest_bytes,
            recognising=addition.recognising,
        )
        files, copies = addition.files, addition.copies
        yield from shelf.added(library, look, files, options, stopping, copies)

    def on_turn(line: Line, look: Look) -> Iterator[tuple[Any, ...]]:
        for view in turn(line, busy, lambda addition: views(addition, look)):
            yield view.table, view.news, outcomes.queue(line.names), gr.update(visible=view.busy)
        yield gr.skip(), gr.skip(), gr.skip(), gr.skip()  # one at least, if nobody waits any more

    def on_crash(line: Line, look: Look) -> tuple[Any, ...]:
        view = shelf.crashed(library, look)
        return view.table, view.news + line.open_news, gr.update(visible=False)

    # one at a time: the library has one writer
    turns: dict[str, Any] = {
        "show_progress": "hidden", "api_visibility": "private", "trigger_mode": "multiple",
        "concurrency_id": "adding", "concurrency_limit": 1,
    }  # fmt: skip
    shown = [table, page.news, page.queue, page.stop]
    for arrived in _arrivals(page, table, library, busy):
        taken = arrived.then(on_turn, [page.line, look], shown, **turns)
        taken.failure(
            explained(on_crash), [page.line, look], [table, page.news, page.stop],
            show_progress="hidden",
        )  # fmt: skip
    page.stop.click(stopping.set, show_progress="hidden", api_visibility="private", queue=False)


def _arrivals(
    page: Widgets, table: gr.HTML, library: Library, busy: threading.Event
) -> tuple[Any, ...]:
    """The events by which something joins the line. Their fields are emptied for the next."""

    def join(line: Line, addition: Addition) -> str:
        line.join(addition, busy)
        return outcomes.queue(line.names)

    def on_drop(
        files: list[dict[str, Any]], line: Line, kind: str, recognising: bool
    ) -> tuple[Any, ...]:
        uploads = _uploads(files)
        copies = tuple(upload.path for upload in uploads)
        return join(line, Addition(dropped(uploads), kind, recognising, copies)), None

    def on_fetch(typed: str, line: Line, kind: str, recognising: bool) -> tuple[Any, ...]:
        try:
            files = shelf.addresses(typed)
        except AttestError as failure:
            return join(line, Addition((), refusal=failure)), gr.skip()
        return join(line, Addition(files, kind, recognising)), ""

    def on_again(line: Line, recognising: bool, event: gr.EventData) -> str:
        try:
            files = shelf.originals(library, event.document)
        except AttestError as failure:
            return join(line, Addition((), refusal=failure))
        return join(line, Addition(files, recognising=recognising))

    at_once: dict[str, Any] = {
        "show_progress": "hidden", "api_visibility": "private", "trigger_mode": "multiple",
        "queue": False,
    }  # fmt: skip
    given = [page.line, page.kind, page.recognising]
    return (
        # Not preprocessed, because that loses the names that the files had where they came from;
        # that they are files which this page uploaded is checked before.
        page.drop.upload(
            on_drop, [page.drop, *given], [page.queue, page.drop], preprocess=False, **at_once
        ),
        gr.on(
            [page.addresses.submit, page.fetch.click], on_fetch, [page.addresses, *given],
            [page.queue, page.addresses], **at_once,
        ),
        table.again(on_again, [page.line, page.recognising], [page.queue], **at_once),
    )  # fmt: skip


def _uploads(files: list[dict[str, Any]]) -> tuple[Upload, ...]:
    return tuple(Upload(Path(f["path"]), Path(f["orig_name"] or f["path"]).name) for f in files)
