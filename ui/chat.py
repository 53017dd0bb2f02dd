"""The chat tab's handlers: from a conversation and a question to the views that follow.

A handler is a plain generator from plain values to `View`s; the page turns a view into updates
of its widgets. Nothing here knows of Gradio, and no HTML is written here: `ui.render` does that.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from assistant.evaluation.marked import Exchange, exchange_of
from assistant.types import (
    Checked,
    Event,
    EvidenceFound,
    Finished,
    Searching,
    Statement,
    TextDelta,
)
from index.errors import AttestError, InvalidInput
from index.types import KINDS, Filters, documents_of, is_date
from ui import render
from ui.loading import Loading

LOG = logging.getLogger(__name__)
EXAMPLES = (
    "How does US law define severe forms of trafficking in persons?",
    "What are the penalties for sex trafficking under 18 U.S.C. § 1591?",
    "What did FOSTA add to section 230?",
    "What are the act, the means and the purpose in the Palermo Protocol?",
    "What do the trafficking tiers mean?",
    "What was the controversy about Backpage?",
)
LOADING = "Loading the search model, once after each start"
SEARCHING = "Searching the library"
BETWEEN_VIEWS_S = 0.05


class Answers(Protocol):
    """What the chat needs of the assistant."""

    def ask(self, question: str, history: Sequence[str], filters: Filters) -> Iterator[Event]:
        """The events by which an answer comes into being; raises `AttestError`."""
        ...


@dataclass(frozen=True)
class Turn:
    """A question and what the page shows of it; only an answered one counts as history.

    While it is underway, `checked` are the sentences with their verdicts, `text` what follows.
    `history` are the questions that it follows; `filtered`, whether only some documents were
    searched. Once it is answered, `exchange` is what of it can be saved in a question set.
    """

    number: int
    question: str
    history: tuple[str, ...] = ()
    filtered: bool = False
    exchange: Exchange | None = None
    standalone: str = ""
    status: str = ""
    text: str = ""
    checked: tuple[Statement, ...] = ()
    html: str = ""
    state: Literal["underway", "answered", "stopped", "failed"] = "underway"

    @property
    def is_answered(self) -> bool:
        """Whether it has its answer, which may be an abstention."""
        return self.state == "answered"


@dataclass(frozen=True)
class Conversation:
    """What was answered before, and the latest turn, which may be underway or have failed."""

    past: tuple[Turn, ...] = ()
    latest: Turn | None = None

    @property
    def answered(self) -> tuple[Turn, ...]:
        """All that a new question follows: a latest turn without an answer is dropped."""
        return (*self.past, self.latest) if self.latest and self.latest.is_answered else self.past


@dataclass(frozen=True)
class Choice:
    """The filter as the page has it: kinds, and dates as they were typed."""

    kinds: tuple[str, ...] = ()
    published_from: str = ""
    published_to: str = ""

    @property
    def summary(self) -> str:
        """The filter in a few words, for the fold that hides it."""
        first, last = self.published_from.strip(), self.published_to.strip()
        dates = f"{first or '…'} to {last or '…'}" if first or last else ""
        chosen = " · ".join(part for part in (", ".join(self.kinds), dates) if part)
        return f"Filter: {chosen}" if chosen else "Filter"


@dataclass(frozen=True)
class View:
    """What the chat tab shows; `box` is the question box's new text, None to leave it alone."""

    conversation: Conversation
    box: str | None = None
    notice: str = ""
    busy: bool = False

    @property
    def past(self) -> str:
        """The earlier turns, which do not change while an answer streams."""
        return "".join(turn.html for turn in self.conversation.past)

    @property
    def latest(self) -> str:
        """The turn that is being answered or was answered last."""
        return self.conversation.latest.html if self.conversation.latest else ""


def ask(
    assistant: Loading[Answers],
    conversation: Conversation,
    question: str,
    choice: Choice,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[View]:
    """Views from the question's arrival to its answer, abstention or error.

    Only the first empties the question box: the next question may be typed while this one is
    answered. A question that must be changed comes back.
    """
    latest = View(conversation)
    try:
        for latest in _asked(assistant, conversation, question, choice, clock):
            yield latest
    except Exception:
        # Whatever it is, the turn must not seem to go on for ever, nor pass for an abstention.
        LOG.exception("An answer failed")
        yield _crashed(latest.conversation)


def retry(
    assistant: Loading[Answers], conversation: Conversation, typed: str, choice: Choice
) -> Iterator[View]:
    """The latest question asked again, in place of its turn and with the filter as it is now.

    Another question that was `typed` meanwhile stays in the box.
    """
    if conversation.latest is None:
        words = render.error("there is no question to ask again", "ask one first")
        yield View(conversation, notice=words)
        return
    question = conversation.latest.question
    views = ask(assistant, Conversation(conversation.past), question, choice)
    first = next(views)
    yield first if typed in ("", question) else replace(first, box=None)
    yield from views


def stop(conversation: Conversation, typed: str) -> View:
    """The turn underway is kept as far as it came, marked as stopped.

    Its question is back in the box, unless something was typed there meanwhile.
    """
    turn = conversation.latest
    if turn is None or turn.is_answered:
        return View(conversation)
    html = render.stopped(turn.number, turn.question, turn.text, turn.checked)
    stopped = replace(turn, html=html, state="stopped")
    back = None if typed.strip() else turn.question
    return View(Conversation(conversation.past, stopped), box=back)


def clear() -> View:
    """A new conversation."""
    return View(Conversation(), box="")


def filters_of(choice: Choice) -> Filters:
    """The filter as the search takes it. Raises `InvalidInput` for what is not a date."""
    first, last = (text.strip() or None for text in (choice.published_from, choice.published_to))
    for written in (first, last):
        if written and not is_date(written):
            raise InvalidInput(
                f"“{written}” in the filter is not a date",
                "write a year, month or day: 2018, 2018-04 or 2018-04-14",
            )
    kinds = tuple(kind for kind in KINDS if kind in choice.kinds)
    return Filters(kinds=kinds, published_from=first, published_to=last)


def _asked(
    assistant: Loading[Answers],
    conversation: Conversation,
    question: str,
    choice: Choice,
    clock: Callable[[], float],
) -> Iterator[View]:
    if not question.strip():
        words = render.error("the question is empty", "type a question, or choose an example")
        yield View(conversation, notice=words)
        return
    past = conversation.answered
    history = tuple(turn.question for turn in past)
    turn = Turn(past[-1].number + 1 if past else 1, question, history)
    try:
        filters = filters_of(choice)
        turn = replace(turn, filtered=filters != Filters())
        turn = _underway(replace(turn, status=SEARCHING if assistant.done() else LOADING))
        yield View(Conversation(past, turn), box="", busy=True)
        answers = assistant.result()
        for event in _paced(answers.ask(question, history, filters), clock):
            turn = _after(turn, event)
            yield View(Conversation(past, turn), busy=not turn.is_answered)
    except AttestError as failure:
        failed = _failed(turn, failure.message, failure.remedy)
        back = question if isinstance(failure, InvalidInput) else None
        yield View(Conversation(past, failed), box=back)


def _crashed(conversation: Conversation) -> View:
    """What is left where a fault of this program ended the turn underway."""
    remedy = "ask again; Attest's terminal says more"
    if conversation.latest is None or conversation.latest.is_answered:
        return View(conversation, notice=render.error(render.FAULT, remedy))
    turn = _failed(conversation.latest, render.FAULT, remedy)
    return View(Conversation(conversation.past, turn))


def _after(turn: Turn, event: Event) -> Turn:
    """The turn once this event has happened."""
    match event:
        case Searching(standalone_question=standalone):
            return _underway(replace(turn, standalone=standalone, status=SEARCHING))
        case EvidenceFound(passages=hits):
            documents = render.count(len(documents_of(hit.passage for hit in hits)), "document")
            reading = f"Reading {render.count(len(hits), 'passage')} of {documents}"
            return _underway(replace(turn, status=reading))
        case TextDelta(text=text):
            return _underway(replace(turn, text=turn.text + text))
        case Checked(statement=statement, rest=rest):
            return _underway(replace(turn, checked=(*turn.checked, statement), text=rest))
        case Finished(answer=answer):
            html = render.answered(turn.number, answer)
            exchange = exchange_of(answer, turn.history, filtered=turn.filtered)
            return replace(turn, html=html, exchange=exchange, state="answered")


def _failed(turn: Turn, message: str, remedy: str) -> Turn:
    html = render.failed(turn.number, turn.question, message, remedy)
    return replace(turn, html=html, state="failed")


def _underway(turn: Turn) -> Turn:
    html = render.underway(
        turn.number, turn.question, turn.standalone, turn.status, turn.text, turn.checked
    )
    return replace(turn, html=html)


def _paced(events: Iterator[Event], clock: Callable[[], float]) -> Iterator[Event]:
    """The same events with deltas joined: a page redrawn for every token would lag behind."""
    held, sent = "", float("-inf")
    for event in events:
        if isinstance(event, TextDelta):
            held += event.text
            if clock() - sent < BETWEEN_VIEWS_S:
                continue
            sent = clock()
        if held:
            yield TextDelta(held)
            held = ""
        if not isinstance(event, TextDelta):
            yield event
