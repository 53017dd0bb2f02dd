"""The check tab: its widgets, and which handler of `ui.checking` each event calls."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.drafts.checked import (
    ANY,
    BY_PLACE,
    BY_PROBABILITY,
    BY_VERDICT,
    DISAGREEING,
    SYMBOLS,
    VERDICTS,
    WORDS,
    Selection,
)
from ui import checking
from ui.checking import Check, Checks, Dropped, Look, View
from ui.dropping import wire_drop
from ui.explained import explained
from ui.loading import Loading
from ui.saving import SAVING
from ui.sources import capital

DRAFTS_AT_ONCE = 2  # that may be checked; others wait their turn
INTRODUCTION = """
<p class="what">Paste an op-ed, a testimony or a brief. Every claim in it is looked up in your
library: what bears it out, what contradicts it, or that the library has nothing on it.</p>
"""
CHOICES = [("All claims", ANY), *((f"{SYMBOLS[v]} {capital(WORDS[v])}", v) for v in VERDICTS)]
ORDERS = [
    ("Order in the draft", BY_PLACE),
    ("Verdict, contradicted first", BY_VERDICT),
    ("Probability, least sure first", BY_PROBABILITY),
]
FILES = {"docx": "Word", "md": "Markdown", "csv": "CSV"}
# A draft without a verdict has just been drawn for the first time: its verdicts come below the box
# that it was pasted into, and are to be seen.
SHOWING = """
watch("value", () => {
  if (element.querySelector(".text") && !element.querySelector(".verdict"))
    document.getElementById("check-run").scrollIntoView({ block: "start" });
});
"""


@dataclass(frozen=True)
class Widgets:
    """The widgets of the check tab that events read or change."""

    check: gr.State
    look: gr.State
    dropped: gr.State
    box: gr.Textbox
    drop: gr.File
    run: gr.Button
    stop: gr.Button
    status: gr.HTML
    verdict: gr.Dropdown
    order: gr.Dropdown
    exports: tuple[gr.Button, ...]
    saved: gr.HTML
    draft: gr.HTML
    table: gr.HTML


def widgets() -> Widgets:
    """The tab's widgets, laid out from top to bottom."""
    states = gr.State(Check()), gr.State(Look()), gr.State(None)
    gr.HTML(INTRODUCTION, elem_id="check-introduction", apply_default_css=False)
    with gr.Row(elem_id="drafting"):
        box = gr.Textbox(
            label="Draft",
            placeholder="Paste the text here",
            lines=8,
            max_lines=14,
            scale=3,
            elem_id="draft-text",
        )
        with gr.Column(scale=1, min_width=220):
            drop = gr.File(
                label="Draft from a file",
                file_types=list(checking.SUFFIXES),
                height=132,
                elem_id="draft-drop",
            )
            gr.HTML("Text, Markdown, Word or PDF", elem_id="draft-kinds", apply_default_css=False)
    with gr.Row(elem_id="check-run"):
        run = gr.Button("Check", variant="primary", scale=0, min_width=110, elem_id="check")
        stop = gr.Button("Stop", scale=0, min_width=110, visible=False, elem_id="stop-checking")
    status = gr.HTML("", elem_id="check-status", apply_default_css=False)
    with gr.Row(elem_id="check-tools"):  # style/check.css hides it while there is no row
        verdict = gr.Dropdown(
            [*CHOICES, ("Sources disagree", DISAGREEING)],
            value=ANY,
            label="Show",
            elem_id="check-verdict",
        )
        order = gr.Dropdown(ORDERS, value=BY_PLACE, label="Sort by", elem_id="check-order")
        exports = tuple(
            gr.Button(f"Save as {name}", size="sm", scale=0, min_width=120, elem_id=f"save-{form}")
            for form, name in FILES.items()
        )
    saved = gr.HTML(
        "", html_template="", elem_id="check-saved", apply_default_css=False, js_on_load=SAVING
    )
    with gr.Row(elem_id="check-sides"):
        draft = gr.HTML("", elem_id="check-draft", apply_default_css=False, js_on_load=SHOWING)
        table = gr.HTML("", elem_id="check-table", apply_default_css=False)
    return Widgets(
        *states, box, drop, run, stop, status, verdict, order, exports, saved, draft, table
    )


def wire(page: Widgets, assistant: Loading[Checks], largest_bytes: int) -> None:
    """Connect the tab's events to the handlers.

    A dropped file of more than `largest_bytes` is refused.
    """
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    outputs = [page.check, page.status, page.draft, page.table, page.run, page.stop]

    def on_check(text: str, dropped: Dropped | None, look: Look) -> Iterator[tuple[Any, ...]]:
        yield from map(_updates, checking.check(assistant, text, dropped, look))

    def on_stop(check: Check, look: Look) -> tuple[Any, ...]:
        return _updates(checking.stopped(check, look))

    running = page.run.click(
        on_check,
        [page.box, page.dropped, page.look],
        outputs,
        concurrency_limit=DRAFTS_AT_ONCE,
        **quiet,
    )
    # afterwards, or the last view may be drawn over what `checking.stopped` says
    cancelled = page.stop.click(None, cancels=[running], queue=False, **quiet)
    cancelled.then(on_stop, [page.check, page.look], outputs, queue=False, **quiet)
    _wire_drop(page, largest_bytes)
    _wire_tools(page, quiet)


def _wire_drop(page: Widgets, largest_bytes: int) -> None:
    def read(path: Path, name: str) -> tuple[str, Dropped]:
        dropped = checking.read(path, name, largest_bytes)
        return dropped.text, dropped

    outputs = [page.box, page.dropped]
    wire_drop(page.drop, read, outputs, show_progress="minimal", show_progress_on=[page.box])


def _wire_tools(page: Widgets, quiet: dict[str, Any]) -> None:
    def on_look(
        check: Check, look: Look, verdict: str | None, order: str | None
    ) -> tuple[str, str]:
        return checking.looked(check, look, Selection(verdict or ANY, order or BY_PLACE))

    def on_save(form: str, check: Check) -> str:
        return checking.exported(check, form).value

    gr.on(
        [page.verdict.change, page.order.change],
        explained(on_look),
        [page.check, page.look, page.verdict, page.order],
        [page.draft, page.table],
        queue=False,
        **quiet,
    )
    for form, button in zip(FILES, page.exports, strict=True):
        save = explained(partial(on_save, form))
        button.click(save, [page.check], [page.saved], queue=False, **quiet)


def _updates(view: View) -> tuple[Any, ...]:
    """A view as updates of the widgets, in the order in which the events name them."""
    return (
        view.check,
        view.status,
        gr.skip() if view.draft is None else view.draft,
        gr.skip() if view.table is None else view.table,
        gr.update(visible=not view.busy),
        gr.update(visible=view.busy),
    )
