"""The library tab: its widgets, and which handler of `ui.shelf` each event calls."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from index.library import Library
from index.types import KINDS
from ui import adding, editing, shelf
from ui.explained import explained
from ui.listing import Look
from ui.shelf import Shelf

# The buttons in the table become events, which carry the id of their row's document or their
# column. The table is redrawn after each: the focus goes to where the button was, or to what it
# led to. Gradio knows an event by its name in quotes after `trigger`.
TABLE_EVENTS = """
const next = { discard: "keep", keep: "discard", confirm: "sort", again: "again" };
let wanted = "";
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action]:not([aria-disabled])");
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

    adding: adding.Widgets
    form: editing.Widgets
    wanted: gr.Textbox
    only: gr.Dropdown
    to_check: gr.Checkbox
    look: gr.State
    table: gr.HTML


def widgets() -> Widgets:
    """The tab's widgets, laid out from top to bottom."""
    added = adding.widgets()
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
    return Widgets(added, form, wanted, only, to_check, look, table)


def wire(page: Widgets, tab: gr.Tab, library: Library, largest_bytes: int) -> None:
    """Connect the tab's events to the handlers."""
    _wire_table(page, tab, library)
    adding.wire(page.adding, page.table, page.look, library, largest_bytes)
    editing.wire(page.form, page.table, page.adding.news, page.look, library)


def _wire_table(page: Widgets, tab: gr.Tab, library: Library) -> None:
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    both = [page.table, page.adding.news]

    def on_row(handler: Callable[[Library, Look, str], Shelf]) -> Callable[..., tuple[str, str]]:
        def handled(look: Look, event: gr.EventData) -> tuple[str, str]:
            return _updates(handler(library, look, event.document))

        return explained(handled)

    def shown(look: Look) -> tuple[Look, str]:
        return look, shelf.shown(library, look).table

    def on_filter(
        wanted: str | None, only: str | None, to_check: bool | None, look: Look
    ) -> tuple[Look, str]:
        # None, where the tab is opened before all of it is there
        look = replace(look, wanted=wanted or "", kind=only or "", to_check=bool(to_check))
        return shown(look)

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


def _updates(view: Shelf) -> tuple[str, str]:
    return view.table, view.news
