"""The library tab: its widgets, and which handler of `ui.shelf` each event calls."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from html import escape
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import gradio as gr

from index.errors import AttestError
from index.library import Library
from index.types import KINDS
from ui import shelf
from ui.intake import Upload
from ui.render import sentence
from ui.shelf import Shelf

P = ParamSpec("P")
R = TypeVar("R")

ACCEPTED = "Markdown, plain text, HTML, PDF and DOCX. What you add stays on this machine."

# The buttons in the table's rows become three events, which carry the id of the row's document.
ROW_EVENTS = """
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action]");
  if (!button) return;
  const row = { document: button.dataset.document };
  if (button.dataset.action === "discard") trigger("discard", row);
  if (button.dataset.action === "keep") trigger("keep", row);
  if (button.dataset.action === "confirm") trigger("confirm", row);
});
"""


@dataclass(frozen=True)
class Widgets:
    """The widgets of the library tab that events read or change."""

    drop: gr.File
    kind: gr.Dropdown
    news: gr.HTML
    wanted: gr.Textbox
    table: gr.HTML


def widgets() -> Widgets:
    """The tab's widgets, laid out from top to bottom."""
    with gr.Row(elem_id="adding"):
        drop = gr.File(
            file_count="multiple", label="Add documents", height=132, scale=3, elem_id="drop"
        )
        kind = gr.Dropdown(
            [("As its file says, else “other”", ""), *((kind, kind) for kind in KINDS)],
            value="",
            label="Kind of what is added",
            info="An opinion piece is labelled as one wherever it is cited.",
            scale=2,
            elem_id="kind",
        )
    gr.HTML(ACCEPTED, elem_id="accepted", apply_default_css=False)
    news = gr.HTML("", elem_id="news", apply_default_css=False)
    wanted = gr.Textbox(
        label="Find in the list",
        placeholder="title, publisher, kind or file name",
        elem_id="wanted",
    )
    table = gr.HTML("", elem_id="table", apply_default_css=False, js_on_load=ROW_EVENTS)
    return Widgets(drop, kind, news, wanted, table)


def wire(page: Widgets, tab: gr.Tab, library: Library, largest_bytes: int) -> None:
    """Connect the tab's events to the handlers."""
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

    def on_row(handler: Callable[[Library, str, str], Shelf]) -> Callable[..., tuple[str, str]]:
        def handled(wanted: str, event: gr.EventData) -> tuple[str, str]:
            return _updates(handler(library, wanted, event.document))

        return explained(handled)

    def on_add(files: list[dict[str, Any]], kind: str, wanted: str) -> Iterator[tuple[Any, ...]]:
        views = map(
            _updates, shelf.added(library, wanted, _uploads(files), kind or None, largest_bytes)
        )
        yield (*next(views), None)  # at once, so that more can be dropped meanwhile
        for view in views:
            yield (*view, gr.skip())

    both = [page.table, page.news]
    refresh = explained(lambda wanted: shelf.shown(library, wanted).table)
    gr.on([tab.select, page.wanted.change], refresh, [page.wanted], [page.table], **quiet)
    page.table.keep(refresh, [page.wanted], [page.table], **quiet)
    # Not preprocessed, because that loses the names that the files had where they came from;
    # that they are files which this page uploaded is checked before.
    adding = page.drop.upload(
        on_add,
        [page.drop, page.kind, page.wanted],
        [*both, page.drop],
        preprocess=False,
        trigger_mode="multiple",
        **quiet,
    )
    crashed = explained(lambda wanted: _updates(shelf.crashed(library, wanted)))
    adding.failure(crashed, [page.wanted], both, **quiet)
    page.table.discard(on_row(shelf.asked), [page.wanted], both, **quiet)
    page.table.confirm(on_row(shelf.removed), [page.wanted], both, **quiet)


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


def _updates(view: Shelf) -> tuple[str, str]:
    return view.table, view.news
