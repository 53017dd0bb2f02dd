"""The chat's handlers, called with plain values: what each view holds, and that nothing is lost."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future

import pytest

from assistant.types import (
    SUPPORTED,
    Answer,
    Citation,
    Event,
    EvidenceFound,
    Finished,
    Grounding,
    Searching,
    Seconds,
    Statement,
    TextDelta,
)
from index.errors import AttestError, InvalidInput, LibraryError
from index.types import Document, Filters, Hit, Passage
from ui import chat
from ui.chat import Answers, Choice, Conversation, View

TEXT = "The law forbids it. It always did."
LAW = Document("d1", "Act § 1", "statute", None, None, None, None, "1.md", "text/markdown", TEXT)
FOUND = Passage(LAW, 0, 19)


class Scripted:
    """Answers with one sentence, and remembers what it was asked."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.asked: list[tuple[str, tuple[str, ...], Filters]] = []

    def ask(self, question: str, history: Sequence[str], filters: Filters) -> Iterator[Event]:
        self.asked.append((question, tuple(history), filters))
        yield Searching(question)
        hits = (Hit(FOUND, 1.0, 1, 1),)
        yield EvidenceFound(hits)
        yield TextDelta("It is ")
        if self.failure:
            raise self.failure
        yield TextDelta("forbidden.")
        yield Finished(
            Answer(
                question=question,
                standalone_question=question,
                abstained=False,
                reason=None,
                statements=(Statement("It is forbidden.", (1,), Grounding(SUPPORTED, 0.9)),),
                citations=(Citation(1, FOUND),),
                passages=hits,
                model="test:model",
                seconds=Seconds(0.1, 0.1),
            )
        )


def ready(assistant: Answers) -> "Future[Answers]":
    future: Future[Answers] = Future()
    future.set_result(assistant)
    return future


def asked(
    question: str,
    conversation: Conversation = Conversation(),
    assistant: Answers | None = None,
    choice: Choice = Choice(),
) -> list[View]:
    answers = ready(assistant or Scripted())
    return list(chat.ask(answers, conversation, question, choice, clock=iter(range(99)).__next__))


def test_views_follow_the_events_and_only_the_last_is_idle() -> None:
    views = asked("Is it forbidden?")
    assert [view.busy for view in views] == [True, True, True, True, True, False]
    said = ["Searching", "Searching", "1 passage", "It is ", "It is forbidden.", "<mark>"]
    assert all(words in view.latest for words, view in zip(said, views, strict=True))


def test_the_box_is_emptied_once_so_that_the_next_question_can_be_typed_meanwhile() -> None:
    assert [view.box for view in asked("Is it forbidden?")] == ["", None, None, None, None, None]


def test_a_conversation_keeps_every_answer_with_its_own_sources() -> None:
    first = asked("One?")[-1].conversation
    second = asked("Two?", first)[-1]
    assert [turn.question for turn in second.conversation.answered] == ["One?", "Two?"]
    assert 'id="turn-1-source-1"' in second.past
    assert 'id="turn-2-source-1"' in second.latest


def test_earlier_answered_questions_are_the_history() -> None:
    assistant = Scripted()
    first = asked("One?", assistant=assistant)[-1].conversation
    failed = asked("Two?", first, Scripted(LibraryError("no", "yes")))[-1].conversation
    asked("Three?", failed, assistant)
    assert [history for _, history, _ in assistant.asked] == [(), ("One?",)]


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_is_said_to_be_empty_and_changes_nothing_else(question: str) -> None:
    before = asked("One?")[-1].conversation
    (view,) = asked(question, before)
    assert "question is empty" in view.notice
    assert view.conversation == before
    assert not view.busy


@pytest.mark.parametrize(
    ("failure", "box"),
    [
        (InvalidInput("the question has 50,000 characters", "shorten it"), "Two?"),
        (AttestError("the model does not answer", "start it"), None),
    ],
)
def test_an_error_is_shown_with_its_remedy_and_a_question_that_must_be_changed_is_back_in_the_box(
    failure: AttestError, box: str | None
) -> None:
    before = asked("One?")[-1].conversation
    view = asked("Two?", before, Scripted(failure))[-1]
    assert failure.message[1:] in view.latest
    assert failure.remedy in view.latest
    assert view.box == box
    assert not view.busy
    assert [turn.question for turn in view.conversation.past] == ["One?"]


def test_asking_again_replaces_the_latest_turn_and_nothing_else() -> None:
    assistant = Scripted()
    first = asked("One?")[-1].conversation
    second = asked("Two?", first)[-1].conversation
    view = list(chat.retry(ready(assistant), second, "", Choice(("opinion",))))[-1]
    assert assistant.asked == [("Two?", ("One?",), Filters(kinds=("opinion",)))]
    assert [turn.question for turn in view.conversation.answered] == ["One?", "Two?"]
    assert [turn.number for turn in view.conversation.answered] == [1, 2]


def test_asking_again_before_anything_was_asked_says_so() -> None:
    (view,) = chat.retry(ready(Scripted()), Conversation(), "", Choice())
    assert "no question" in view.notice


@pytest.mark.parametrize(("typed", "box"), [("", ""), ("One?", ""), ("Two?", None)])
def test_asking_again_leaves_another_question_in_the_box(typed: str, box: str | None) -> None:
    before = asked("One?")[-1].conversation
    views = list(chat.retry(ready(Scripted()), before, typed, Choice()))
    assert [view.box for view in views] == [box, None, None, None, None, None]


def test_stopping_keeps_the_text_so_far_and_gives_the_question_back() -> None:
    underway = asked("One?")[4].conversation
    view = chat.stop(underway, typed=" ")
    assert "Stopped." in view.latest
    assert "It is forbidden." in view.latest
    assert view.box == "One?"
    assert view.conversation.answered == ()


def test_stopping_leaves_what_was_typed_meanwhile() -> None:
    assert chat.stop(asked("One?")[4].conversation, typed="Two?").box is None


def test_stopping_too_late_changes_nothing() -> None:
    finished = asked("One?")[-1].conversation
    assert chat.stop(finished, typed="") == View(finished)


def test_a_fault_of_this_program_ends_the_turn_is_logged_and_is_no_abstention(
    caplog: pytest.LogCaptureFixture,
) -> None:
    view = asked("One?", assistant=Scripted(ZeroDivisionError("by nought")))[-1]
    assert "fault of its own" in view.latest
    assert "Not answered" not in view.latest
    assert not view.busy
    assert "by nought" in caplog.text
    assert asked("Two?", view.conversation)[-1].conversation.past == ()


def test_clearing_leaves_an_empty_conversation() -> None:
    view = chat.clear()
    assert (view.past, view.latest, view.box) == ("", "", "")


def test_while_the_models_load_the_page_says_so() -> None:
    loading: Future[Answers] = Future()
    views = chat.ask(loading, Conversation(), "One?", Choice())
    assert "Loading" in next(views).latest
    loading.set_result(Scripted())
    assert "Searching" in next(views).latest


def test_models_that_cannot_be_loaded_are_an_error_at_each_question() -> None:
    broken: Future[Answers] = Future()
    broken.set_exception(AttestError("the model is absent", "install it"))
    for _ in range(2):
        *_, view = chat.ask(broken, Conversation(), "One?", Choice())
        assert "install it" in view.latest


def test_deltas_that_follow_fast_are_drawn_together() -> None:
    views = list(chat.ask(ready(Scripted()), Conversation(), "One?", Choice(), clock=lambda: 0.0))
    assert len(views) == 6
    assert "It is forbidden." in views[4].latest


@pytest.mark.parametrize(
    ("choice", "filters"),
    [
        (Choice(), Filters()),
        (Choice(("opinion", "statute")), Filters(kinds=("statute", "opinion"))),
        (Choice((), " 2018 ", ""), Filters(published_from="2018")),
        (Choice((), "", "2018-04-14"), Filters(published_to="2018-04-14")),
    ],
)
def test_the_filter_is_what_was_chosen(choice: Choice, filters: Filters) -> None:
    assert chat.filters_of(choice) == filters


@pytest.mark.parametrize("date", ["April 2018", "18", "2018-13", "2018-02-32", "2018-4", "<b>"])
def test_what_is_no_date_is_refused_and_the_question_kept(date: str) -> None:
    with pytest.raises(InvalidInput, match="not a date"):
        chat.filters_of(Choice(published_from=date))
    view = asked("One?", choice=Choice(published_to=date))[-1]
    assert view.box == "One?"


@pytest.mark.parametrize(
    ("choice", "summary"),
    [
        (Choice(), "Filter"),
        (Choice(("statute",)), "Filter: statute"),
        (Choice(("statute", "treaty"), "2015"), "Filter: statute, treaty · 2015 to …"),
        (Choice((), "", "2018"), "Filter: … to 2018"),
    ],
)
def test_the_fold_says_which_filter_is_on(choice: Choice, summary: str) -> None:
    assert choice.summary == summary


def test_a_turn_stands_at_its_number_whatever_failed_before_it() -> None:
    failed = asked("One?", assistant=Scripted(AttestError("no", "yes")))[-1].conversation
    turn = asked("Two?", failed)[-1].conversation.latest
    assert turn is not None
    assert turn.number == 1
