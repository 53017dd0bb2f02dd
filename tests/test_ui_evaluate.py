"""The evaluate tab's handlers on a small library, called with plain values; and its HTML."""

import json
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.errors import ModelError
from assistant.evaluation.pictures import pictures
from assistant.evaluation.questions import Evidence, Item
from assistant.evaluation.report import report_html
from assistant.evaluation.results import Failure, Result
from assistant.evaluation.runs import RunStore
from assistant.evaluation.saved_sets import SavedSets
from assistant.evaluation.summary import Summary, summarise
from assistant.settings import Settings
from index.embedder import Embedder
from index.errors import EmbedderError, InvalidInput
from index.library import Library
from tests.markup import Elements, text_of
from tests.test_evaluate_command import QUESTIONS, small_library
from ui import evaluated, evaluating
from ui.evaluated_plots import Histogram, plots
from ui.evaluating import Dropped, Request, Underway, View
from ui.loading import Loading

HOSTILE = '<script>alert(1)</script> <img src=x onerror="alert(2)"> </details></li> ${a} {{b}}'
SAFE_TAGS = {
    *("div", "section", "article", "h2", "h3", "p", "ul", "ol", "li", "span", "bdi", "strong"),
    *("details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "br"),
}


def lines(*items: Any) -> bytes:
    return "\n".join(i if isinstance(i, str) else json.dumps(i) for i in items).encode()


DROPPED = Dropped("farms.jsonl", lines(*QUESTIONS))


@pytest.fixture(scope="module")
def assistant(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("evaluating") / "library"
    return Assistant(small_library(folder, embedder), Settings(library=folder))


def ready(assistant: Assistant) -> Loading[Assistant]:
    future: Future[Assistant] = Future()
    future.set_result(assistant)
    return future


def views_of(
    assistant: Assistant, request: Request, underway: Underway | None = None
) -> Iterator[View]:
    return evaluating.evaluate(
        ready(assistant), assistant.library, request, underway or Underway(),
        now=lambda: datetime(2026, 11, 30, 17, 5),
    )  # fmt: skip


@pytest.fixture(scope="module")
def first(assistant: Assistant) -> Summary:
    """The run `first` over the questions, made as a reader makes it."""
    *_, last = views_of(assistant, Request(dropped=DROPPED, name="first"))
    assert last.shown
    return last.shown.summary


# --- asking --------------------------------------------------------------------------------------


def test_a_set_is_asked_question_by_question_and_then_shown(assistant: Assistant) -> None:
    underway = Underway()
    views = list(views_of(assistant, Request(dropped=DROPPED), underway))
    told = [text_of(view.status) for view in views]
    for done in range(7):
        assert told[done].startswith(f"Asking: {done} of 6")
    assert " left" in told[3]
    assert [view.busy for view in views] == [True] * 8 + [False]
    assert views[0].name == "2026-11-30-170500"  # under which it goes on if it is stopped
    last = views[-1]
    assert last.name == "" and told[-1] == "6 of 6 questions asked."
    assert last.shown and "evidence recall@8" in last.shown.figures
    assert RunStore(assistant.library.folder).load("2026-11-30-170500").finished
    assert not underway.is_busy


def test_what_was_answered_before_a_stop_stays_and_the_same_name_goes_on(
    assistant: Assistant,
) -> None:
    underway = Underway()
    request = Request(dropped=DROPPED, name=" halved ")
    views = views_of(assistant, request, underway)
    seen = [next(views), next(views), next(views)]
    stopping = evaluating.stop(underway)
    assert stopping.busy and "Stopping after the question" in stopping.status
    seen += views
    assert "Stopped." in seen[-1].status and "2 of 6 questions asked" in seen[-1].status
    assert seen[-1].name == "halved" and seen[-1].shown and not seen[-1].busy
    rest = list(views_of(assistant, request, underway))
    assert text_of(rest[0].status).startswith("Asking: 2 of 6")
    assert "6 of 6 questions asked" in rest[-1].status and "Stopped" not in rest[-1].status
    assert evaluating.stop(underway) == View("")  # nothing is to be stopped


def test_a_reader_who_leaves_loses_nothing_and_bars_nobody(assistant: Assistant) -> None:
    underway = Underway()
    views = views_of(assistant, Request(dropped=DROPPED, name="left"), underway)
    assert [next(views).busy for _ in range(4)] == [True] * 4
    views.close()  # type: ignore[attr-defined]
    assert not underway.is_busy
    assert len(RunStore(assistant.library.folder).load("left").results) == 3


def test_one_set_is_asked_at_a_time_and_the_other_reader_is_told(assistant: Assistant) -> None:
    underway = Underway()
    running = views_of(assistant, Request(dropped=DROPPED, name="one"), underway)
    next(running)
    (refused,) = views_of(assistant, Request(dropped=DROPPED, name="two"), underway)
    assert "The run one is being evaluated" in text_of(refused.status)
    assert refused.busy  # so that it can be stopped from here, too
    assert "6 of 6" in list(running)[-1].status
    assert "two" not in RunStore(assistant.library.folder).names()


def test_the_assistant_that_still_loads_is_waited_for_in_words(assistant: Assistant) -> None:
    loading: Future[Assistant] = Future()
    request = Request(dropped=DROPPED, name="waits")
    views = evaluating.evaluate(loading, assistant.library, request, Underway())
    first = next(views)
    assert "Loading the search model" in first.status and first.busy
    loading.set_exception(EmbedderError("the model is absent", "install it"))
    (last,) = views
    assert "The model is absent." in last.status and "install it" in last.status
    assert not last.busy


def test_a_fault_ends_the_evaluation_and_is_no_answer(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Any:
        raise KeyError("a fault")

    monkeypatch.setattr(Assistant, "answer", fails)
    underway = Underway()
    *_, last = views_of(assistant, Request(dropped=DROPPED, name="faulty"), underway)
    assert "under the same name" in last.status and not last.busy and not underway.is_busy


def test_a_question_at_which_the_model_fails_is_told_and_asked_again(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Assistant.answer

    def answer(self: Assistant, question: str, *more: Any) -> Any:
        if "nurses" in question or "hotline" in question:
            raise ModelError(f"it broke off {HOSTILE}", "ask again")
        return whole(self, question, *more)

    request = Request(dropped=DROPPED, name="broke-off")
    with monkeypatch.context() as patched:
        patched.setattr(Assistant, "answer", answer)
        *_, last = views_of(assistant, request)
    assert "1 question failed" in last.status and last.name == "broke-off"
    assert last.shown and "failed: 1" in text_of(last.shown.questions)
    assert "<script" not in last.shown.questions
    begun, *_, last = views_of(assistant, request)
    assert text_of(begun.status).startswith("Asking: 5 of 6")
    assert "failed" not in last.status


# --- question sets -------------------------------------------------------------------------------


def test_a_set_that_was_saved_is_asked_by_its_name(assistant: Assistant) -> None:
    item = Item("q", "", "Who answers the Zorbia hotline?")
    SavedSets(assistant.library.folder).save("mine", item)
    request = Request(saved="mine", name="of-mine")
    assert "mine: 1 question, 0 with evidence" in evaluating.preview(assistant.library, request)
    *_, last = views_of(assistant, request)
    assert last.shown and [r.item for r in last.shown.summary.run.results] == [item]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lines(QUESTIONS[0], "{bad", QUESTIONS[0], {"id": HOSTILE, "question": 3}),
         ["“farms.jsonl” has 3 lines that cannot be used.", "line 2: is not JSON",
          'line 3: the id "farms" is that of line 1', 'line 4: has no "question"']),
        (lines({"id": HOSTILE, "question": "a"}, {"id": HOSTILE, "question": "b"}),
         [f'line 2: the id "{HOSTILE}" is that of line 1']),
        (b"", ["“farms.jsonl” holds no question."]),
        (b"\xff\xfe\x00", ["“farms.jsonl” cannot be read"]),
    ],
)  # fmt: skip
def test_each_line_that_cannot_be_used_is_named_before_anything_is_asked(
    assistant: Assistant, data: bytes, said: list[str]
) -> None:
    request = Request(dropped=Dropped("farms.jsonl", data), name="broken")
    (view,) = views_of(assistant, request)
    for html in (view.status, evaluating.preview(assistant.library, request)):
        assert all(words in text_of(html) for words in said)
        assert Elements(html).tags <= SAFE_TAGS and "Try:" in html
        assert "attest-set" not in html  # the copy's place
    assert view.shown is None and not view.busy
    assert "broken" not in RunStore(assistant.library.folder).names()


def test_what_of_a_set_is_not_used_or_not_there_is_told_by_line(assistant: Assistant) -> None:
    data = lines(
        {**QUESTIONS[1], "evidence": [{"file": f"{HOSTILE}.pdf", "quote": "two nurses"}]},
        {**QUESTIONS[0], HOSTILE: 3},
    )
    request = Request(dropped=Dropped(f"{HOSTILE}.jsonl", data), name="odd")
    *_, last = views_of(assistant, request)
    for html in (last.status, evaluating.preview(assistant.library, request)):
        assert f'line 2: the field "{HOSTILE}" is not known and not used' in text_of(html)
        assert f"line 1: {HOSTILE}.pdf is not in the library" in text_of(html)
        assert "2 warnings" in html
        assert Elements(html).tags <= SAFE_TAGS


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Request(), "No question set is chosen."),
        (Request(saved="absent"), "“absent” cannot be read"),
        (Request(saved="../first"), "“../first” cannot be the name of a question set"),
        (Request(dropped=DROPPED, name="../up"), "cannot be the name of a run"),
        (Request(dropped=DROPPED, baseline="nothing"), "There is no run nothing"),
        (Request(dropped=Dropped("a", lines(QUESTIONS[1])), name="first"), "something else"),
    ],
)
def test_a_mistake_is_explained_with_a_remedy(
    assistant: Assistant, first: Summary, request_: Request, message: str
) -> None:
    *_, last = views_of(assistant, request_)
    assert message in text_of(last.status) and "Try:" in last.status
    assert last.shown is None and not last.busy
    assert RunStore(assistant.library.folder).load("first") == first.run


def test_nothing_is_said_of_a_set_that_is_not_chosen(assistant: Assistant) -> None:
    assert evaluating.preview(assistant.library, Request()) == ""


def test_a_dropped_file_is_read_once_and_its_copy_deleted(tmp_path: Path) -> None:
    for name in ("small", "large"):
        (tmp_path / name).write_bytes(b"x" * 20)
    assert evaluating.read(tmp_path / "small", "a.jsonl", 20) == Dropped("a.jsonl", b"x" * 20)
    with pytest.raises(InvalidInput, match=r"“b\.jsonl” has more than 19 bytes"):
        evaluating.read(tmp_path / "large", "b.jsonl", 19)
    assert list(tmp_path.iterdir()) == []


# --- runs that are kept --------------------------------------------------------------------------


def test_a_kept_run_is_shown_without_asking_and_beside_another(
    assistant: Assistant, first: Summary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hits of other questions stand in for a search that fails."""
    whole = Library.search

    def search(self: Library, query: str, *_: Any) -> Any:
        return whole(self, "Zorbia hotline nurses" if "imprison" in query else query, 1)

    with monkeypatch.context() as patched:
        patched.setattr(Library, "search", search)
        *_, made = views_of(assistant, Request(dropped=DROPPED, name="worse", baseline="first"))
    monkeypatch.setattr(Assistant, "answer", None)
    folder = assistant.library.folder
    again = evaluating.opened(folder, "worse", "first")
    assert again.shown and made.shown
    assert again.shown == replace(made.shown, summary=again.shown.summary)
    assert again.shown.summary == summarise(RunStore(folder).load("worse"), first.run)
    said = text_of(again.shown.questions)
    assert "Worse than in first: 1" in said
    assert "; now: evidence not found" in said
    assert "How long is the imprisonment" in said
    assert "imprisoned for not less than four years" in said
    assert "Against first" in again.shown.figures
    better = evaluating.opened(folder, "first", "worse").shown
    assert better and "; before: evidence not found" in text_of(better.questions)
    alone = evaluating.opened(folder, "worse", "").shown
    assert alone and "Against" not in alone.figures and "Worse" not in alone.questions
    assert evaluating.opened(folder, "", "first") == View("")


def test_a_run_that_is_gone_or_damaged_is_told_with_a_remedy(assistant: Assistant) -> None:
    folder = assistant.library.folder
    damaged = RunStore(folder).folder / "damaged"
    damaged.mkdir(parents=True)
    (damaged / "run.json").write_text(HOSTILE)
    for name, message in (("gone", "There is no run gone"), ("damaged", "cannot be read")):
        view = evaluating.opened(folder, name, "")
        assert message in view.status and "Try:" in view.status and view.shown is None


def test_the_report_is_that_of_the_command(first: Summary) -> None:
    html = evaluating.exported(first, evaluating.HTML)
    assert (html.name, html.media_type) == ("first.html", "text/html")
    assert html.data.decode() == report_html(first, None)
    value = evaluating.exported(first, evaluating.JSON)
    assert value.name == "first.json"
    assert json.loads(value.data)["figures"]["evidence recall@8"]["value"] == 1.0
    with pytest.raises(InvalidInput, match="no run is shown"):
        evaluating.exported(None, evaluating.HTML)


# --- what is shown -------------------------------------------------------------------------------


def test_plots_show_the_figures_and_tell_two_runs_apart_without_colour(
    assistant: Assistant, first: Summary
) -> None:
    shown = evaluating.opened(assistant.library.folder, "first", "first").shown
    assert shown
    shares, recall, right, support, seconds = (plot.drawn for plot in shown.plots)
    assert isinstance(shares, dict) and isinstance(recall, dict) and isinstance(right, dict)
    values = {row["place"]: row for row in shares["data"]["values"]}
    for name in ("evidence recall@5", "groundedness", "refusal recall"):
        figure = first.figures[name]
        drawn = values[name]
        assert (drawn["value"], drawn["low"], drawn["high"]) == (
            figure.value, figure.low, figure.high
        )  # fmt: skip
    assert "seconds" not in values and "words" not in values
    assert [row["place"] for row in recall["data"]["values"]][:4] == ["1", "3", "5", "8"]
    assert sum(row["n"] for row in right["data"]["values"]) == 2 * 4  # the answerable, twice
    for chart in (shares, recall, right):
        told = json.dumps(chart["layer"])
        assert '"shape"' in told and '"strokeDash"' in told
    assert isinstance(support, Histogram) and isinstance(seconds, Histogram)
    assert sum(count for _, count in seconds.rows) == 6
    assert support.end == 1.0 and support.step == 0.1


def test_a_plot_that_lacks_its_numbers_says_what_it_needs(assistant: Assistant) -> None:
    bare = Dropped("bare.jsonl", lines({"id": "q", "question": "Who answers the hotline?"}))
    *_, last = views_of(assistant, Request(dropped=bare, name="bare"))
    assert last.shown
    _, recall, right, *_ = last.shown.plots
    assert recall.drawn is None and "needs a question set that notes evidence" in recall.reading
    assert right.drawn is None and "It needs labels" in right.reading
    empty = plots(pictures(summarise(replace(last.shown.summary.run, results=()))))
    assert [plot.drawn for plot in empty] == [None] * len(empty)
    assert all(plot.reading for plot in empty)


def test_a_question_shows_its_answer_with_citations_and_what_the_set_knows(
    first: Summary,
) -> None:
    said = text_of(evaluated.questions(first))
    for words in (
        "farms (fact)", "How many farms did the Zorbia inspectorate visit?", "[1]",
        "Answer in the set: 312.", "Evidence: “visited 312 farms” – report.txt", "report.txt",
        "Asked before: Who answers the Zorbia hotline?", "Refused",
        "Must not be said: Keeping a passport",
    ):  # fmt: skip
        assert words in said, words


def test_only_the_first_questions_of_a_group_are_shown_and_the_rest_counted(
    first: Summary,
) -> None:
    failed = [Result(Item(f"q{n}", "", "?"), failure=Failure("no", "x")) for n in range(70)]
    run = replace(first.run, results=tuple(failed), questions=70)
    html = evaluated.questions(replace(first, run=run))
    assert "failed: 70" in html and "and 10 more, which the report shows" in html
    assert html.count("<article>") == 60


def test_what_others_wrote_is_shown_as_text(first: Summary) -> None:
    result = first.run.results[0]
    assert result.answer
    answer = json.loads(json.dumps(result.answer))
    answer["statements"][0]["text"] = answer["citations"][0]["quote"] = HOSTILE
    answer["citations"][0]["document"]["title"] = HOSTILE
    item = Item(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), True, HOSTILE,
                (Evidence(HOSTILE, 1, HOSTILE),), (HOSTILE,))  # fmt: skip
    results = (Result(item, answer, result.scores), Result(replace(item, id="b"), failure=Failure(
        HOSTILE, HOSTILE)), Result(replace(item, id="c"), answer | {"abstained": True, "reason":
        HOSTILE, "statements": [], "citations": []}, {"refused": 1.0}))  # fmt: skip
    summary = summarise(replace(first.run, results=results), first.run, [HOSTILE])
    pages = (
        evaluated.questions(summary),
        evaluated.figures(summary),
        evaluated.ended(summary),
        evaluated.chosen(HOSTILE),
        evaluated.refused(InvalidInput(f"{HOSTILE}\n{HOSTILE}", HOSTILE)),
        evaluated.preview(HOSTILE, [item], [HOSTILE]),
    )
    for html in pages:
        elements = Elements(html)
        assert elements.tags <= SAFE_TAGS
        assert not [name for name in elements.attributes if name.startswith("on")]
        assert HOSTILE in text_of(html)
    assert all(HOSTILE not in json.dumps(plot.title) for plot in plots(pictures(summary)))
