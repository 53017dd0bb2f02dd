"""The library tab: its widgets, and which handler of `ui.shelf` each event calls."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import wraps
from html import escape
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import gradio as gr

from index.errors import AttestError
from index.library import Library
from index.types import KINDS
from ingest.content import Metadata
from ingest.files import SourceFile
from ingest.pipeline import Options
from ui import editing, shelf
from ui.intake import Upload, dropped
from ui.listing import Look
from ui.render import error, sentence
from ui.shelf import Shelf

P = ParamSpec("P")
R = TypeVar("R")

ACCEPTED = (
    "PDF, Word, PowerPoint, Excel, CSV, OpenDocument, RTF, EPUB, HTML, e-mail, Markdown, plain "
    "text, pictures, and ZIP archives of these. What you add stays on this machine."
)

# The buttons in the table become events, which carry the id of their row's document or their
# column. The table is redrawn after each: the focus goes to where the button was, or to what it
# led to. Gradio knows an event by its name in quotes after `trigger`.
TABLE_EVENTS = """
const next = { discard: "keep", keep: "discard", confirm: "sort", again: "again" };
let wanted = "";
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action]");
  if (!button) return;
  const { action, document: id, column } = button.dataset;
  const row = id ? `[data-document="${CSS.escape(id)}"]` : "";
  if (action === "sort") wanted = `[data-column="${column}"]`;
  else if (action === "confirm") wanted = "[data-action=sort]";
  else if (next[action]) wanted = `[data-action=${next[action]}]${row}`;
  if (action === "edit") document.body.dataset.edited = id;
  if (action === "sort") trigger("sort", { column });
  if (action === "more") trigger("more", {});
  if (action === "edit") trigger("edit", { document: id });
  if (action === "again") trigger("again", { document: id });
  if (action === "discard") trigger("discard", { document: id });
  if (action === "keep") trigger("keep", { document: id });
  if (action === "confirm") trigger("confirm", { document: id });
});
new MutationObserver(() => {
  const button = wanted && element.querySelector(wanted);
  if (!button) return;
  wanted = "";
  button.focus({ preventScroll: true });
}).observe(element, { childList: true, subtree: true });
"""


@dataclass(frozen=True)
class Widgets:
    """The widgets of the library tab that events read or change."""

    drop: gr.File
    addresses: gr.Textbox
    fetch: gr.Button
    kind: gr.Dropdown
    recognising: gr.Checkbox
    stop: gr.Button
    news: gr.HTML
    form: editing.Widgets
    wanted: gr.Textbox
    only: gr.Dropdown
    to_check: gr.Checkbox
    look: gr.State
    table: gr.HTML


def widgets() -> Widgets:
    """The tab's widgets, laid out from top to bottom."""
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
    stop = gr.Button("Stop adding", visible=False, size="sm", elem_id="stop")
    news = gr.HTML("", elem_id="news", apply_default_css=False)
    form = editing.widgets()
    with gr.Row(elem_id="finding"):
        wanted = gr.Textbox(
            label="Find in the list",
            placeholder="title, publisher, kind or file name",
            scale=3,
            elem_id="wanted",
        )
        only = gr.Dropdown(
            [("All kinds", ""), *((kind, kind) for kind in KINDS)],
            value="",
            label="Kind",
            scale=1,
            elem_id="only",
        )
        to_check = gr.Checkbox(
            False, label="Only what to check before citing", scale=1, elem_id="to-check"
        )
    look = gr.State(Look())
    table = gr.HTML("", elem_id="table", apply_default_css=False, js_on_load=TABLE_EVENTS)
    return Widgets(
        drop, addresses, fetch, kind, recognising, stop, news, form, wanted, only, to_check, look,
        table,
    )  # fmt: skip


def wire(page: Widgets, tab: gr.Tab, library: Library, largest_bytes: int) -> None:
    """Connect the tab's events to the handlers."""
    _wire_table(page, tab, library)
    _wire_adding(page, library, largest_bytes)
    editing.wire(page.form, page.table, page.news, page.look, library)


def _wire_table(page: Widgets, tab: gr.Tab, library: Library) -> None:
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    both = [page.table, page.news]

    def on_row(handler: Callable[[Library, Look, str], Shelf]) -> Callable[..., tuple[str, str]]:
        def handled(look: Look, event: gr.EventData) -> tuple[str, str]:
            return _updates(handler(library, look, event.document))

        return explained(handled)

    def shown(look: Look) -> tuple[Look, str]:
        return look, shelf.shown(library, look).table

    def on_filter(wanted: str, only: str, to_check: bool, look: Look) -> tuple[Look, str]:
        return shown(replace(look, wanted=wanted, kind=only or "", to_check=to_check))

    def on_sort(look: Look, event: gr.EventData) -> tuple[Look, str]:
        return shown(shelf.sorted_by(look, event.column))

    def on_more(look: Look) -> tuple[Look, str]:
        return shown(shelf.longer(look))

    filters = [page.wanted, page.only, page.to_check, page.look]
    looked = [page.look, page.table]
    changes = [page.wanted.change, page.only.change, page.to_check.change]
    gr.on([tab.select, *changes], explained(on_filter), filters, looked, **quiet)
    page.table.sort(explained(on_sort), [page.look], looked, **quiet)
    page.table.more(explained(on_more), [page.look], looked, **quiet)
    refresh = explained(lambda look: shelf.shown(library, look).table)
    page.table.keep(refresh, [page.look], [page.table], **quiet)
    page.table.discard(on_row(shelf.asked), [page.look], both, **quiet)
    page.table.confirm(on_row(shelf.removed), [page.look], both, **quiet)


def _wire_adding(page: Widgets, library: Library, largest_bytes: int) -> None:
    stopping = threading.Event()
    # one at a time: the library has one writer
    adding: dict[str, Any] = {
        "show_progress": "hidden", "api_visibility": "private", "trigger_mode": "multiple",
        "concurrency_id": "adding", "concurrency_limit": 1,
    }  # fmt: skip
    views = [page.table, page.news, page.stop]

    def views_of(
        files: Sequence[SourceFile], kind: str, recognising: bool, look: Look
    ) -> Iterator[tuple[Any, ...]]:
        options = Options(
            said=Metadata(kind=kind or None), largest_bytes=largest_bytes, recognising=recognising
        )
        with suppress(GeneratorExit):
            for view in shelf.added(library, look, files, options, stopping):
                yield (*_updates(view), gr.update(visible=True))
        yield gr.skip(), gr.skip(), gr.update(visible=False)

    def on_drop(
        files: list[dict[str, Any]], kind: str, recognising: bool, look: Look
    ) -> Iterator[tuple[Any, ...]]:
        uploads = _uploads(files)
        try:
            for number, view in enumerate(views_of(dropped(uploads), kind, recognising, look)):
                # emptied at once, so that more can be dropped meanwhile
                yield (*view, None if number == 0 else gr.skip())
        finally:
            for upload in uploads:
                upload.path.unlink(missing_ok=True)  # else the page's copies stay in its folder

    def on_fetch(typed: str, kind: str, recognising: bool, look: Look) -> Iterator[tuple[Any, ...]]:
        try:
            files = shelf.addresses(typed)
        except AttestError as failure:
            yield (*_refused(failure), gr.skip())
            return
        for number, view in enumerate(views_of(files, kind, recognising, look)):
            yield (*view, "" if number == 0 else gr.skip())

    def on_again(recognising: bool, look: Look, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        try:
            files = shelf.originals(library, event.document)
        except AttestError as failure:
            yield _refused(failure)
            return
        yield from views_of(files, "", recognising, look)

    given = [page.kind, page.recognising, page.look]
    # Not preprocessed, because that loses the names that the files had where they came from;
    # that they are files which this page uploaded is checked before.
    drops = page.drop.upload(
        on_drop, [page.drop, *given], [*views, page.drop], preprocess=False, **adding
    )
    typed = [page.addresses, *given]
    fetches = gr.on(
        [page.addresses.submit, page.fetch.click], on_fetch, typed, [*views, page.addresses],
        **adding,
    )  # fmt: skip
    again = page.table.again(on_again, [page.recognising, page.look], views, **adding)

    def on_crash(look: Look) -> tuple[Any, ...]:
        return (*_updates(shelf.crashed(library, look)), gr.update(visible=False))

    for event in (drops, fetches, again):
        event.failure(explained(on_crash), [page.look], views, show_progress="hidden")
    page.stop.click(stopping.set, show_progress="hidden", api_visibility="private", queue=False)


def explained(handler: Callable[P, R]) -> Callable[P, R]:
    """A handler whose explained errors the page shows, with their remedy, in place of a result."""

    @wraps(handler)
    def shown(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except AttestError as failure:
            words = f"{sentence(failure.message)} Try: {failure.remedy}"
            raise gr.Error(escape(words), print_exception=False) from failure

    return shown


def _uploads(files: list[dict[str, Any]]) -> tuple[Upload, ...]:
    return tuple(Upload(Path(f["path"]), Path(f["orig_name"] or f["path"]).name) for f in files)


def _refused(failure: AttestError) -> tuple[Any, ...]:
    """An addition that did not begin: the table and the button stay as they are."""
    return gr.skip(), error(failure.message, failure.remedy), gr.skip()


def _updates(view: Shelf) -> tuple[str, str]:
    return view.table, view.news
