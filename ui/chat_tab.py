"""The chat tab: its widgets, and which handler of `ui.chat` each event calls."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.evaluation.marked import Exchange
from index.library import Library
from index.types import KINDS
from ui import chat, marking
from ui.chat import Answers, Choice, Conversation, View
from ui.loading import Loading
from ui.marking import Marks
from ui.sources import capital

PAGES_AT_ONCE = 4  # that may be answered; others wait their turn
INTRODUCTION = """
<div class="introduction">
<h1>Ask, and check every sentence.</h1>
<p>Answers come from the documents in your library and from nowhere else. Each sentence carries
the exact words that it rests on: choose its number to read them where they stand.</p>
</div>
"""
# Marks become events. Gradio knows an event by its name in quotes after `trigger`. When it redraws,
# it keeps the elements and with them the focus; but a set that was typed would not be in the bars
# of other turns, and a box would stay ticked that could not be saved.
MARK_EVENTS = """
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-mark]");
  // the second click of a double one would undo the first
  if (!button || event.detail > 1) return;
  const bar = button.closest(".marks");
  const set = bar.querySelector("input.set").value;
  const right = button.dataset.mark === "right";
  trigger("mark", { turn: Number(bar.dataset.turn), right, set });
});
element.addEventListener("change", (event) => {
  const box = event.target.closest("input[data-untrue]");
  if (!box) return;
  const turn = Number(box.closest(".marks").dataset.turn);
  trigger("tick", { turn, statement: Number(box.dataset.untrue) });
});
element.addEventListener("input", (event) => {
  if (event.target.matches("input.set")) document.body.dataset.questionSet = event.target.value;
});
new MutationObserver(() => {
  const typed = document.body.dataset.questionSet;
  element.querySelectorAll("input.set").forEach((box) => {
    if (typed !== undefined && box !== document.activeElement) box.value = typed;
  });
  element.querySelectorAll("input[data-untrue]").forEach((box) => {
    box.checked = box.hasAttribute("checked");
  });
}).observe(element, { childList: true, subtree: true });
"""


@dataclass(frozen=True)
class Widgets:
    """The widgets of the chat tab that events read or change."""

    conversation: gr.State
    marks: gr.State
    examples: tuple[gr.Button, ...]
    past: gr.HTML
    latest: gr.HTML
    notice: gr.HTML
    box: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    retry: gr.Button
    clear: gr.Button
    fold: gr.Accordion
    kinds: gr.CheckboxGroup
    published_from: gr.Textbox
    published_to: gr.Textbox


def widgets() -> Widgets:
    """The tab's widgets, laid out from top to bottom."""
    conversation, marks = gr.State(Conversation()), gr.State(Marks())
    with gr.Column(elem_id="introduction"):  # style/page.css hides it once there is a turn
        gr.HTML(INTRODUCTION, apply_default_css=False)
        with gr.Row(elem_id="examples"):
            examples = tuple(gr.Button(text, size="sm", min_width=260) for text in chat.EXAMPLES)
    past, latest = (
        gr.HTML("", elem_id=name, apply_default_css=False, js_on_load=MARK_EVENTS)
        for name in ("past", "latest")
    )
    with gr.Column(elem_id="composer"):
        notice = gr.HTML("", elem_id="notice", apply_default_css=False)
        with gr.Row(elem_id="asking"):
            box = gr.Textbox(
                label="Question",
                show_label=False,
                container=False,
                placeholder="Ask a question",
                lines=1,
                max_lines=6,
                scale=1,
                autofocus=True,
                elem_id="question",
            )
            ask = gr.Button("Ask", variant="primary", scale=0, min_width=88, elem_id="ask")
            stop = gr.Button("Stop", scale=0, min_width=88, visible=False, elem_id="stop")
        with gr.Row(elem_id="tools"):
            fold = gr.Accordion(Choice().summary, open=False, elem_id="filter")
            with fold, gr.Row():
                choosing = _choosing()
            retry = gr.Button("Ask again", size="sm", scale=0, visible=False, elem_id="retry")
            clear = gr.Button("Clear", size="sm", scale=0, visible=False, elem_id="clear")
    return Widgets(
        conversation, marks, examples, past, latest, notice, box, ask, stop, retry, clear, fold,
        *choosing,
    )  # fmt: skip


def wire(page: Widgets, assistant: Loading[Answers], library: Library) -> None:
    """Connect the tab's events to the handlers. `library` is where marked answers are saved."""
    choosing = [page.kinds, page.published_from, page.published_to]
    outputs = [
        page.conversation, page.past, page.latest, page.notice, page.box, page.ask, page.stop,
        page.retry, page.clear,
    ]  # fmt: skip

    def on_ask(
        marks: Marks, conversation: Conversation, question: str, *choice: Any
    ) -> Iterator[tuple[Any, ...]]:
        for view in chat.ask(assistant, conversation, question, _choice(*choice)):
            yield _updates(view, marks, library)

    def on_retry(
        marks: Marks, conversation: Conversation, typed: str, *choice: Any
    ) -> Iterator[tuple[Any, ...]]:
        for view in chat.retry(assistant, conversation, typed, _choice(*choice)):
            yield _updates(view, marks, library)

    def updates(handler: Callable[..., View]) -> Callable[..., tuple[Any, ...]]:
        return lambda marks, *values: _updates(handler(*values), marks, library)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    asking = quiet | {"concurrency_limit": PAGES_AT_ONCE}
    asked = [page.marks, page.conversation, page.box, *choosing]
    running = [
        gr.on([page.box.submit, page.ask.click], on_ask, asked, outputs, **asking),
        page.retry.click(on_retry, asked, outputs, **asking),
        *(
            example.click(
                on_ask, [page.marks, page.conversation, example, *choosing], outputs, **asking
            )
            for example in page.examples
        ),
    ]
    # afterwards, or the answer's last view may be drawn over what `chat.stop` says of it
    cancelled = page.stop.click(None, cancels=running, queue=False, **quiet)
    stopped = [page.marks, page.conversation, page.box]
    cancelled.then(updates(chat.stop), stopped, outputs, queue=False, **quiet)
    page.clear.click(updates(chat.clear), [page.marks], outputs, **quiet)
    _wire_marks(page, library, quiet)
    gr.on(
        [page.kinds.change, page.published_from.change, page.published_to.change],
        lambda *choice: gr.update(label=_choice(*choice).summary),
        choosing,
        [page.fold],
        **quiet,
    )


def _wire_marks(page: Widgets, library: Library, quiet: dict[str, Any]) -> None:
    def mark(marks: Marks, exchange: Exchange, event: gr.EventData) -> None:
        marking.mark(library, marks, exchange, event.right, event.set)

    def tick(marks: Marks, exchange: Exchange, event: gr.EventData) -> None:
        marking.tick(library, marks, exchange, event.statement)

    def on(change: Callable[[Marks, Exchange, gr.EventData], None]) -> Callable[..., Any]:
        def handled(
            conversation: Conversation, marks: Marks, event: gr.EventData
        ) -> tuple[Any, Any]:
            turn = marking.turn_of(conversation, event.turn)
            if turn and turn.exchange:
                change(marks, turn.exchange, event)
            view = View(conversation)
            # only the part that has the turn: the other one may be drawn by an answer
            if turn is conversation.latest:
                return gr.skip(), marking.latest(view, marks, library)
            return marking.past(view, marks, library), gr.skip()

        return handled

    states, turns = [page.conversation, page.marks], [page.past, page.latest]
    for part in turns:
        part.mark(on(mark), states, turns, **quiet)
        part.tick(on(tick), states, turns, **quiet)


def _choosing() -> tuple[gr.CheckboxGroup, gr.Textbox, gr.Textbox]:
    """The filter's widgets: kinds, published from, published to."""
    kinds = gr.CheckboxGroup(
        [(capital(kind), kind) for kind in KINDS],
        label="Kinds of document (all, if none is chosen)",
        scale=3,
        elem_id="kinds",
    )
    first, last = (
        gr.Textbox(label=label, placeholder=placeholder, elem_classes="date")
        for label, placeholder in (
            ("Published from", "2015 or 2015-06-30"),
            ("Published to", "2018 or 2018-04-14"),
        )
    )
    return kinds, first, last


def _choice(kinds: list[str] | None, first: str | None, last: str | None) -> Choice:
    return Choice(tuple(kinds or ()), first or "", last or "")


def _updates(view: View, marks: Marks, library: Library) -> tuple[Any, ...]:
    """A view as updates of the widgets, in the order in which the chat's events name them."""
    begun = view.conversation.latest is not None
    idle = not view.busy
    return (
        view.conversation,
        marking.past(view, marks, library),
        marking.latest(view, marks, library),
        view.notice,
        gr.skip() if view.box is None else gr.update(value=view.box),
        gr.update(visible=idle),
        gr.update(visible=view.busy),
        gr.update(visible=begun and idle),
        gr.update(visible=begun and idle),
    )
