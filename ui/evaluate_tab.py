"""The evaluate tab: its widgets, and which handler of `ui.evaluating` each event calls."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import native_plot, plot

from assistant.assistant import Assistant
from assistant.evaluation.runs import RunStore
from assistant.evaluation.saved_sets import SavedSets
from assistant.evaluation.summary import Summary
from index.library import Library
from ui import evaluated, evaluating
from ui.dropping import wire_drop
from ui.evaluated_plots import Histogram, Plot, Spec
from ui.evaluating import Dropped, Request, Underway, View
from ui.explained import explained
from ui.loading import Loading
from ui.saving import SAVING

PAGES_AT_ONCE = 4  # that may ask for an evaluation; the second is told that there is a first
CHARTS, HISTOGRAMS = 3, 2  # as `evaluated_plots.plots` gives them
BARS_PX = 240
NO_SET, NO_RUN = ("None", ""), ("None", "")
INTRODUCTION = """
<p class="what">How good are the answers? Ask a set of questions whose answers are known, one JSON
line each: the figures come with 95 % intervals, are kept, and can be compared with a later run.</p>
"""
KINDS = "JSON Lines, one question a line"
FILES = {evaluating.HTML: "HTML report", evaluating.JSON: "JSON"}


@dataclass(frozen=True)
class Widgets:
    """The widgets of the evaluate tab that events read or change."""

    dropped: gr.State
    summary: gr.State
    saved: gr.Dropdown
    drop: gr.File
    set_name: gr.HTML
    name: gr.Textbox
    run: gr.Button
    stop: gr.Button
    status: gr.HTML
    kept: gr.Dropdown
    baseline: gr.Dropdown
    exports: tuple[gr.Button, ...]
    saving: gr.HTML
    figures: gr.HTML
    titles: tuple[gr.HTML, ...]
    plots: tuple[gr.Plot | gr.BarPlot, ...]
    questions: gr.HTML


def widgets() -> Widgets:
    """The tab's widgets, laid out from top to bottom."""
    states = gr.State(None), gr.State(None)
    gr.HTML(INTRODUCTION, elem_id="evaluate-introduction", apply_default_css=False)
    with gr.Row(elem_id="evaluate-what"):
        with gr.Column(scale=3, min_width=260):
            saved = gr.Dropdown(
                [NO_SET], value="", label="Question set saved in this library", elem_id="saved-set"
            )
            name = gr.Textbox(
                label="Name of the run",
                placeholder="date and time, if you leave it empty",
                max_lines=1,
                elem_id="run-name",
            )
        with gr.Column(scale=2, min_width=220):
            drop = gr.File(
                label="Question set from a file",
                file_types=[".jsonl", ".json", ".gz"],
                height=132,
                elem_id="set-drop",
            )
            set_name = gr.HTML(KINDS, elem_id="set-name", apply_default_css=False)
    with gr.Row(elem_id="evaluate-run"):
        run = gr.Button("Evaluate", variant="primary", scale=0, min_width=110, elem_id="evaluate")
        stop = gr.Button("Stop", scale=0, min_width=110, visible=False, elem_id="stop-evaluating")
    status = gr.HTML("", elem_id="evaluate-status", apply_default_css=False)
    with gr.Row(elem_id="evaluate-tools"):
        kept = gr.Dropdown([NO_RUN], value="", label="Run that is shown", elem_id="kept-run")
        baseline = gr.Dropdown([NO_RUN], value="", label="Compared with", elem_id="baseline-run")
        exports = tuple(
            gr.Button(
                f"Save as {form}", size="sm", scale=0, min_width=120, elem_id=f"report-{kind}"
            )
            for kind, form in FILES.items()
        )
    saving = gr.HTML(
        "", html_template="", elem_id="evaluate-saved", apply_default_css=False, js_on_load=SAVING
    )
    figures = gr.HTML("", elem_id="evaluate-figures", apply_default_css=False)
    titles, plots = zip(*_plots(), strict=True)
    questions = gr.HTML("", elem_id="evaluate-questions", apply_default_css=False)
    return Widgets(
        *states, saved, drop, set_name, name, run, stop, status, kept, baseline, exports, saving,
        figures, titles, plots, questions,
    )  # fmt: skip


def _plots() -> Iterator[tuple[gr.HTML, gr.Plot | gr.BarPlot]]:
    """Each plot under its title; what isn't drawn yet takes no room."""
    axes = (("probability", "sentences"), ("seconds", "questions"))
    with gr.Column(elem_id="evaluate-plots"):
        for number in range(CHARTS + HISTOGRAMS):
            with gr.Column(elem_classes="picture", min_width=0):
                title = gr.HTML("", apply_default_css=False)
                if number < CHARTS:
                    yield title, gr.Plot(show_label=False, container=False, visible=False)
                else:
                    x, y = axes[number - CHARTS]
                    yield title, gr.BarPlot(
                        x="at", y="how many", x_title=x, y_title=y, y_aggregate="sum",
                        height=BARS_PX, container=False, visible=False,
                    )  # fmt: skip


def wire(
    page: Widgets, tab: gr.Tab, assistant: Loading[Assistant], library: Library, largest_bytes: int
) -> None:
    """Connect the tab's events to the handlers.

    A dropped file of more than `largest_bytes` is refused.
    """
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    underway = Underway()
    report = [page.summary, page.figures, *page.titles, *page.plots, page.questions]
    outputs = [page.status, page.name, page.run, page.stop, page.kept, page.baseline, *report]

    def on_evaluate(
        dropped: Dropped | None, saved: str | None, name: str | None, baseline: str | None
    ) -> Iterator[tuple[Any, ...]]:
        request = Request(saved or "", dropped, name or "", baseline or "")
        for view in evaluating.evaluate(assistant, library, request, underway):
            yield _updates(view, library)

    def on_stop() -> tuple[Any, ...]:
        view = evaluating.stop(underway)
        return view.status, gr.update(visible=view.busy)

    def on_open(name: str | None, baseline: str | None) -> tuple[Any, ...]:
        return _updates(evaluating.opened(library.folder, name or "", baseline or ""), library)

    def on_tab() -> tuple[Any, ...]:
        names = SavedSets(library.folder).names()
        return gr.update(choices=[NO_SET, *names]), *_runs(library)

    asked = [page.dropped, page.saved, page.name, page.baseline]
    page.run.click(on_evaluate, asked, outputs, concurrency_limit=PAGES_AT_ONCE, **quiet)
    page.stop.click(on_stop, None, [page.status, page.stop], queue=False, **quiet)
    gr.on(
        [page.kept.input, page.baseline.input], on_open, [page.kept, page.baseline], outputs,
        **quiet,
    )  # fmt: skip
    tab.select(on_tab, None, [page.saved, page.kept, page.baseline], **quiet)
    _wire_set(page, library, largest_bytes, quiet)
    for form, button in zip(FILES, page.exports, strict=True):
        save = explained(partial(_saved, form))
        button.click(save, [page.summary], [page.saving], **quiet)


def _wire_set(page: Widgets, library: Library, largest_bytes: int, quiet: dict[str, Any]) -> None:
    """A set is looked through as soon as it is chosen: the one that was chosen last is asked."""

    def read(path: Path, name: str) -> tuple[Any, ...]:
        dropped = evaluating.read(path, name, largest_bytes)
        told = evaluating.preview(library, Request(dropped=dropped))
        return dropped, "", evaluated.chosen(name), told

    def on_choose(saved: str | None) -> tuple[Any, ...]:
        return None, KINDS, evaluating.preview(library, Request(saved or ""))

    outputs = [page.dropped, page.saved, page.set_name, page.status]
    wire_drop(page.drop, read, outputs, show_progress="hidden")
    page.saved.input(on_choose, [page.saved], [page.dropped, page.set_name, page.status], **quiet)


def _saved(form: str, summary: Summary | None) -> str:
    return evaluating.exported(summary, form).value


def _updates(view: View, library: Library) -> tuple[Any, ...]:
    """A view as updates of the widgets, in the order in which the events name them."""
    shown = view.shown
    first = (
        view.status,
        gr.skip() if view.name is None else view.name,
        gr.update(visible=not view.busy),
        gr.update(visible=view.busy),
    )
    if shown is None:
        return (*first, *(gr.skip() for _ in range(2 + 3 + 2 * (CHARTS + HISTOGRAMS))))
    kept, baseline = _runs(library)
    return (
        *first,
        kept | {"value": shown.summary.run.name},
        baseline,
        shown.summary,
        shown.figures,
        *map(evaluated.plot_title, shown.plots),
        *map(_drawn, shown.plots),
        shown.questions,
    )


def _runs(library: Library) -> tuple[dict[str, Any], dict[str, Any]]:
    """The runs that are kept, as they can be shown and compared with."""
    choices = [NO_RUN, *RunStore(library.folder).names()]
    return gr.update(choices=choices), gr.update(choices=choices)


def _drawn(shown: Plot) -> dict[str, Any]:
    if shown.drawn is None:
        return gr.update(visible=False)
    if isinstance(shown.drawn, Histogram):
        bars = shown.drawn
        return gr.update(value=_rows(bars), x_bin=bars.step, x_lim=[0, bars.end], visible=True)
    return gr.update(value=_chart(shown.drawn), visible=True)


def _rows(bars: Histogram) -> dict[str, Any]:
    """The rows as `gr.BarPlot` sends them to the browser; it makes the same of a data frame."""
    names = ["at", "how many"]
    data = native_plot.PlotData(
        columns=names,
        data=[list(row) for row in bars.rows],
        datatypes=dict.fromkeys(names, "quantitative"),
        mark="bar",
    )
    return data.model_dump()


def _chart(spec: Spec) -> plot.PlotData:
    """The chart as `gr.Plot` sends it to the browser, which draws Vega-Lite without Altair here."""
    return plot.PlotData(type="altair", plot=json.dumps(spec))
