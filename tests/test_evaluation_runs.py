"""Runs are kept whole, gone on with after an interruption, and compared question by question."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ModelError
from assistant.evaluation.comparison import compare, shortfall
from assistant.evaluation.making import MadeWith, differences, library_state, made_with
from assistant.evaluation.questions import Evidence, Item
from assistant.evaluation.results import Failure, Result, read_result, result_json
from assistant.evaluation.runs import Run, RunStore, evaluate
from assistant.settings import Settings
from index.errors import InvalidInput, LibraryDamaged, StorageError
from index.types import Entry, Source, Stats

ROOT = Path(__file__).parents[1]
MADE = MadeWith(
    settings={"passages": 8, "strict": False},
    models={"embedder": {"name": "small", "sha256": "aa"}, "chat": None},
    library={"documents": 3, "sha256": "bb"},
    questions_sha256="cc",
    version="0.1.0",
)
ITEMS = tuple(Item(f"q{number}", "fact", f"Why {number}?", line=number) for number in range(1, 6))


class Clock:
    """An hour passes each time that somebody looks."""

    def __init__(self) -> None:
        self.hours = 0

    def __call__(self) -> datetime:
        self.hours += 1
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=self.hours)


def store(folder: Path) -> RunStore:
    return RunStore(folder, Clock())


def answer_to(item: Item) -> Mapping[str, Any]:
    return {"id": item.id, "text": f"Because of {item.question} \ud83d “é”"}


def score_of(item: Item, answer: Mapping[str, Any]) -> dict[str, float]:
    assert answer["id"] == item.id
    return {"refused": 0.0, "words": float(item.id[1:])}


def whole_run(folder: Path, name: str = "first") -> list[str]:
    with store(folder).open(name, MADE, ITEMS) as run:
        return [result.item.id for result in evaluate(run, answer_to, score_of)]


def files(folder: Path, name: str = "first") -> tuple[Path, Path]:
    return (
        folder / "evaluations" / name / "run.json",
        folder / "evaluations" / name / "results.jsonl",
    )


# --- kept ----------------------------------------------------------------------------------------


def test_a_run_is_read_back_with_everything_that_made_it(tmp_path: Path) -> None:
    assert whole_run(tmp_path) == ["q1", "q2", "q3", "q4", "q5"]
    run = store(tmp_path).load("first")
    assert run == Run(
        "first",
        MADE,
        tuple(Result(item, answer_to(item), score_of(item, answer_to(item))) for item in ITEMS),
        questions=5,
        started="2026-01-01T01:00:00+00:00",
        finished="2026-01-01T02:00:00+00:00",
    )
    assert [result.item.line for result in run.results] == [1, 2, 3, 4, 5]
    made, results = files(tmp_path)
    assert json.loads(made.read_text(encoding="utf-8"))["made_with"]["settings"]["passages"] == 8
    assert len(results.read_text(encoding="utf-8").splitlines()) == 5


def test_runs_are_listed_by_name_and_nothing_else_is(tmp_path: Path) -> None:
    assert store(tmp_path).names() == ()
    for name in ("second", "first", "a-1_b.c"):
        whole_run(tmp_path, name)
    (tmp_path / "evaluations" / "empty").mkdir()
    (tmp_path / "evaluations" / "note.txt").write_text("mine")
    assert store(tmp_path).names() == ("a-1_b.c", "first", "second")


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a/b", "../a", "/tmp/a", "a\\b", "C:a", ".hidden", "-flag", "a.", "a b", "é",
     "a\n", "a\0", "x" * 101],
)  # fmt: skip
def test_a_name_that_could_be_a_path_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be the name of a run"):
        store(tmp_path).load(name)
    with pytest.raises(InvalidInput), store(tmp_path).open(name, MADE, ITEMS):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no run first") as caught:
        store(tmp_path).load("first")
    assert caught.value.remedy == "runs: none yet"
    whole_run(tmp_path, "other")
    with pytest.raises(InvalidInput) as caught:
        store(tmp_path).load("first")
    assert caught.value.remedy == "runs: other"


def test_a_result_or_a_failure_is_the_same_when_read_back() -> None:
    full = Item("q", "k", "?", ("Before?",), True, "Yes.", (Evidence("a", 2, "x"),), ("No.",))
    for result in (
        Result(full, {"id": "q"}, {"MRR": 0.5, "words": 3.0}),
        Result(ITEMS[2], failure=Failure("it broke off", "ask again")),
        Result.failed(full, ModelError("it broke off", "ask again")),
    ):
        assert read_result(json.loads(json.dumps(result_json(result)))) == result


# --- interrupted ---------------------------------------------------------------------------------


@pytest.mark.parametrize("tail", ["", '{"item": {"id": "q3", "quest', '{"item"'])
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, tail: str) -> None:
    asked: list[str] = []

    def interrupted(item: Item) -> Mapping[str, Any]:
        asked.append(item.id)
        if item.id == "q3" and asked.count("q3") == 1:
            raise KeyboardInterrupt
        return answer_to(item)

    with pytest.raises(KeyboardInterrupt), store(tmp_path).open("first", MADE, ITEMS) as run:
        list(evaluate(run, interrupted, score_of))
    results = files(tmp_path)[1]
    with results.open("a") as file:
        file.write(tail)  # a process that is killed leaves a piece of a line
    half = store(tmp_path).load("first")
    assert [result.item.id for result in half.results] == ["q1", "q2"]
    assert half.finished is None
    with store(tmp_path).open("first", MADE, ITEMS) as run:
        assert [item.id for item in run.left] == ["q3", "q4", "q5"]
        list(evaluate(run, interrupted, score_of))
    assert asked == ["q1", "q2", "q3", "q3", "q4", "q5"]
    whole_run(tmp_path / "other")
    assert results.read_bytes() == files(tmp_path / "other")[1].read_bytes()
    assert store(tmp_path).load("first").started == half.started


def test_a_killed_process_loses_no_result_that_it_recorded(tmp_path: Path) -> None:
    program = f"""
import os
from tests.test_evaluation_runs import *
with store(Path({str(tmp_path)!r})).open("first", MADE, ITEMS) as run:
    for number, result in enumerate(evaluate(run, answer_to, score_of), 1):
        if number == 3:
            os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 9
    assert len(store(tmp_path).load("first").results) == 3
    assert whole_run(tmp_path) == ["q4", "q5"]
    assert store(tmp_path).load("first").finished


def test_a_finished_run_asks_nothing_and_stays_as_it_is(tmp_path: Path) -> None:
    whole_run(tmp_path)
    before = [path.read_bytes() for path in files(tmp_path)]
    later = Clock()
    later.hours = 100
    with RunStore(tmp_path, later).open("first", MADE, ITEMS) as run:
        assert run.left == ()
        assert run.is_complete
    assert [path.read_bytes() for path in files(tmp_path)] == before


def test_a_run_that_is_left_early_is_not_finished(tmp_path: Path) -> None:
    with store(tmp_path).open("first", MADE, ITEMS) as run:
        next(evaluate(run, answer_to, score_of))
        assert not run.is_complete
    assert store(tmp_path).load("first").finished is None


@pytest.mark.parametrize(
    "error", [ModelError("it broke off", "ask again"), InvalidInput("too long", "shorten it")]
)
def test_a_question_that_fails_is_a_result_and_is_asked_again_next_time(
    tmp_path: Path, error: ModelError | InvalidInput
) -> None:
    def failing(item: Item) -> Mapping[str, Any]:
        if item.id == "q2":
            raise error
        return answer_to(item)

    with store(tmp_path).open("first", MADE, ITEMS) as run:
        found = list(evaluate(run, failing, score_of))
    assert found[1] == Result(ITEMS[1], failure=Failure(error.message, error.remedy))
    kept = store(tmp_path).load("first")
    assert kept.finished
    assert [result.failure is None for result in kept.results] == [True, False, True, True, True]
    assert whole_run(tmp_path) == ["q2"]
    mended = store(tmp_path).load("first")
    assert [result.item.id for result in mended.results] == ["q1", "q2", "q3", "q4", "q5"]
    assert all(result.failure is None for result in mended.results)


def test_what_fails_for_all_questions_ends_the_run(tmp_path: Path) -> None:
    def damaged(_: Item) -> Mapping[str, Any]:
        raise LibraryDamaged("the catalogue cannot be read", "rebuild it")

    def unscorable(*_: Any) -> dict[str, float]:
        raise InvalidInput("the answer lacks seconds", "ask anew")

    with pytest.raises(LibraryDamaged), store(tmp_path).open("first", MADE, ITEMS) as run:
        list(evaluate(run, damaged, score_of))
    with (
        pytest.raises(InvalidInput, match="seconds"),
        store(tmp_path).open("first", MADE, ITEMS) as run,
    ):
        list(evaluate(run, answer_to, unscorable))
    assert store(tmp_path).load("first").results == ()


def test_an_error_of_whoever_evaluates_is_not_taken_for_one_of_the_run(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), store(tmp_path).open("first", MADE, ITEMS):
        (tmp_path / "absent" / "report.html").write_text("x")


def test_only_questions_of_the_run_are_recorded(tmp_path: Path) -> None:
    with store(tmp_path).open("first", MADE, ITEMS) as run:
        for item in (Item("q9", "", "?"), replace(ITEMS[0], question="Other?")):
            with pytest.raises(ValueError, match="does not ask"):
                run.record(Result(item, {}, {}))


# --- made by something else ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "items", "named"),
    [
        (replace(MADE, version="0.2.0"), ITEMS, ["version: 0.1.0, now 0.2.0"]),
        (replace(MADE, settings={"passages": 5, "strict": False, "new": 1}), ITEMS,
         ["settings.passages: 8, now 5", "settings.new: –, now 1"]),
        (replace(MADE, models={"embedder": {"name": "small", "sha256": "ff"}, "chat": None}), ITEMS,
         ["models.embedder.sha256: aa, now ff"]),
        (replace(MADE, questions_sha256="dd"), ITEMS, ["questions_sha256: cc, now dd"]),
        (MADE, ITEMS[:4], ["questions: 5, now 4", "the question q5"]),
        (MADE, (replace(ITEMS[0], question="Other?"), *ITEMS[1:]), ["the question q1"]),
    ],
)  # fmt: skip
def test_a_run_that_something_else_made_is_not_gone_on_with(
    tmp_path: Path, made: MadeWith, items: tuple[Item, ...], named: list[str]
) -> None:
    whole_run(tmp_path)
    before = [path.read_bytes() for path in files(tmp_path)]
    with (
        pytest.raises(InvalidInput, match="was made with something else") as caught,
        store(tmp_path).open("first", made, items),
    ):
        pass
    assert caught.value.message.endswith(f"something else: {'; '.join(named)}")
    assert "another name" in caught.value.remedy
    assert [path.read_bytes() for path in files(tmp_path)] == before


ENTRY = Entry(
    Source("ab", "An act", "statute", None, None, "2018", "US", "/a/act.md", "text/markdown"),
    characters=900,
    pages=0,
    passages=2,
    added="2026-01-01T00:00:00+00:00",
    origins=("/a/act.md", "/b/act.md"),
)
STATS = Stats(1, 2, 900, (("statute", 1),), "small", 384, "v1", 3, size_bytes=1000)


def test_what_makes_a_run_is_all_that_answers_depend_on_and_no_secret(tmp_path: Path) -> None:
    questions, model = tmp_path / "q.jsonl", tmp_path / "model"
    questions.write_text("{}")
    model.mkdir()
    (model / "weights").write_text("1")

    def made(settings: Settings) -> MadeWith:
        return made_with(settings, STATS, [ENTRY], questions, "0.1.0")

    settings = Settings(tmp_path)
    plain = made(settings)
    assert plain.models["chat"] is None
    assert plain.models["verifier"]["sha256"] == plain.models["reranker"]["sha256"]
    assert json.loads(json.dumps(plain.library)) == plain.library
    secret = replace(settings, model="openai:x", model_url="http://me:key@host:8080/v1?token=key")
    assert made(secret).models["chat"]["address"] == "http://host:8080/v1"
    named = replace(settings, embedder=str(model), verifier="model", model="ollama:y")
    assert made(named).models["verifier"] == made(named).models["chat"]
    before = made(named)
    (model / "weights").write_text("2")
    assert [line.split(":")[0] for line in differences(before, made(named))] == [
        "models.embedder.sha256"
    ]
    assert made(replace(settings, library=tmp_path / "elsewhere")) == plain
    questions.write_text("{} ")
    assert [line.split(":")[0] for line in differences(plain, made(settings))] == [
        "questions_sha256"
    ]
    questions.unlink()
    with pytest.raises(InvalidInput, match=r"q\.jsonl cannot be read"):
        made(settings)


def test_a_library_is_in_another_state_if_its_documents_or_what_is_said_of_them_differ() -> None:
    state = library_state(STATS, [ENTRY])
    other = replace(ENTRY, source=replace(ENTRY.source, id="cd"))
    for same in (
        library_state(replace(STATS, size_bytes=99_999), [ENTRY]),  # runs are kept in the folder
        library_state(STATS, [replace(ENTRY, added="2026-02-02", origins=ENTRY.origins[::-1])]),
    ):
        assert same == state
    assert library_state(STATS, [ENTRY, other]) == library_state(STATS, [other, ENTRY])
    for differs in (
        [other],
        [replace(ENTRY, source=replace(ENTRY.source, published="2019"))],
        [replace(ENTRY, superseded_by="cd")],
        [replace(ENTRY, passages=3)],
    ):
        assert library_state(STATS, differs) != state


# --- damaged -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "text", "named"),
    [
        (0, "{", "run.json cannot be read: it is not JSON"),
        (0, "[]", "run.json cannot be read: it is not the record of a run"),
        (0, '{"made_with": {}, "questions": 5, "started": "x"}', "run.json cannot be read: it do"),
        (1, "{}\n", "results.jsonl cannot be read: line 1: it has no item"),
        (1, '\n{"item": {"id": 7}, "line": 1, "answer": {}, "scores": {}}\n', "line 2"),
        (1, '{"item": {"id": "q", "question": "?"}, "line": 1, "answer": {}, "scores": {"": ""}}\n',
         "line 1"),
        (1, "nothing\n", "results.jsonl cannot be read: line 1 is not JSON"),
        (1, b"\xff\xfe\n", "results.jsonl cannot be read: line 1 is not JSON"),
    ],
)  # fmt: skip
def test_a_damaged_run_is_named_and_is_not_written_over(
    tmp_path: Path, which: int, text: str | bytes, named: str
) -> None:
    whole_run(tmp_path)
    path = files(tmp_path)[which]
    data = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match=named) as caught:
        store(tmp_path).load("first")
    assert "another name" in caught.value.remedy
    with pytest.raises(InvalidInput, match=named), store(tmp_path).open("first", MADE, ITEMS):
        pass
    assert path.read_bytes() == data


def test_results_of_which_nobody_knows_the_maker_are_left_alone(tmp_path: Path) -> None:
    whole_run(tmp_path)
    made, results = files(tmp_path)
    made.unlink()
    with (
        pytest.raises(InvalidInput, match="nothing says what made it"),
        store(tmp_path).open("first", MADE, ITEMS),
    ):
        pass
    assert results.exists()


def test_a_folder_that_cannot_be_written_is_an_error_of_storage(tmp_path: Path) -> None:
    (tmp_path / "evaluations").write_text("a file is in the way")
    with (
        pytest.raises(StorageError, match=r"run\.json cannot be written"),
        store(tmp_path).open("first", MADE, ITEMS),
    ):
        pass


# --- compared ------------------------------------------------------------------------------------

QUOTE = (Evidence("acts/1591.md", None, "not less than 15 years"),)


def scored(item: Item, **values: float) -> Result:
    named = {name.replace("_", " "): value for name, value in values.items() if " " not in name}
    named |= {name: value for name, value in values.items() if " " in name}
    recall = named.pop("recall", None)
    more = {} if recall is None else {"evidence recall@8": recall}
    return Result(item, {}, {"refused": 0.0, **named, **more})


KNOWN = Item("q", "", "?", answerable=True, evidence=QUOTE)
UNMARKED = Item("q", "", "?", evidence=QUOTE)  # evidence, and so an answer
NO_EVIDENCE = Item("q", "", "?", answerable=True)
UNANSWERABLE = Item("q", "", "?", answerable=False)
OPEN = Item("q", "", "?")


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (scored(KNOWN, MRR=0, recall=0, cites_the_evidence=0), "evidence not found"),
        (scored(KNOWN, MRR=0, recall=0, cites_the_evidence=0, refused=1), "evidence not found"),
        (scored(KNOWN, MRR=1, recall=1, cites_the_evidence=0, refused=1),
         "refused though answerable"),
        (scored(UNMARKED, MRR=1, recall=1, cites_the_evidence=0, refused=1),
         "refused though answerable"),
        (scored(NO_EVIDENCE, refused=1), "refused though answerable"),
        (scored(KNOWN, MRR=1, recall=1, cites_the_evidence=0), "found but not used"),
        # found deeper than recall looks
        (scored(KNOWN, MRR=0.1, recall=0, cites_the_evidence=0), "found but not used"),
        (scored(KNOWN, MRR=1, recall=1, cites_the_evidence=1, groundedness=0.5), "used but wrong"),
        (scored(KNOWN, MRR=1, recall=1, cites_the_evidence=1, groundedness=1,
                **{"must_not violated": 1}), "used but wrong"),
        (scored(KNOWN, MRR=1, recall=0.5, cites_the_evidence=1, groundedness=1),
         "evidence not found"),
        (scored(KNOWN, MRR=1, recall=1, cites_the_evidence=1, groundedness=1,
                contradiction_rate=0), ""),
        # less of a quote in the passage than counts as held, and yet cited
        (scored(KNOWN, MRR=0, recall=1, cites_the_evidence=1), ""),
        (scored(NO_EVIDENCE, groundedness=0.5), ""),
        (scored(UNANSWERABLE), "answered though unanswerable"),
        (scored(UNANSWERABLE, refused=1), ""),
        (scored(OPEN, refused=1), ""),
        (scored(OPEN, groundedness=0), ""),
        (Result(KNOWN, failure=Failure("it broke off", "ask again")), ""),
    ],
)  # fmt: skip
def test_why_a_question_fares_badly_is_told_from_its_scores(result: Result, reason: str) -> None:
    assert shortfall(result) == reason


def a_run(name: str, *results: Result, version: str = "0.1.0") -> Run:
    named = tuple(
        replace(result, item=replace(result.item, id=f"q{number}"))
        for number, result in enumerate(results, 1)
    )
    return Run(name, replace(MADE, version=version), named, len(named), "2026-01-01")


@pytest.mark.parametrize(
    ("before", "after", "metric", "reason"),
    [  # each gets better; turned round, it gets worse for the same reason
        (scored(KNOWN, MRR=1, recall=1, cites_the_evidence=0, refused=1),
         scored(KNOWN, MRR=1, recall=1, cites_the_evidence=0), "refused",
         "refused though answerable"),
        (scored(UNMARKED, MRR=1, recall=1, cites_the_evidence=0, refused=1),
         scored(UNMARKED, MRR=1, recall=1, cites_the_evidence=1), "refused",
         "refused though answerable"),
        (scored(UNANSWERABLE), scored(UNANSWERABLE, refused=1), "refused",
         "answered though unanswerable"),
        (scored(KNOWN, MRR=0, recall=0, cites_the_evidence=0),
         scored(KNOWN, MRR=1, recall=1, cites_the_evidence=1), "cites the evidence",
         "evidence not found"),
        (scored(KNOWN, MRR=1, recall=1, cites_the_evidence=0),
         scored(KNOWN, MRR=1, recall=1, cites_the_evidence=1, groundedness=0.5),
         "cites the evidence", "found but not used"),
        (scored(KNOWN, cites_the_evidence=1, groundedness=0.5),
         scored(KNOWN, cites_the_evidence=1, groundedness=1), "groundedness", "used but wrong"),
        (scored(KNOWN, cites_the_evidence=1, groundedness=0, contradiction_rate=1),
         scored(KNOWN, cites_the_evidence=1, groundedness=0, contradiction_rate=0),
         "contradiction rate", "used but wrong"),
        (scored(KNOWN, MRR=1, cites_the_evidence=1, recall=0.5),
         scored(KNOWN, MRR=1, cites_the_evidence=1, recall=1), "evidence recall@8",
         "evidence not found"),
        (scored(OPEN, groundedness=0.5), scored(OPEN, groundedness=1), "groundedness", ""),
        (Result(KNOWN, failure=Failure("it broke off", "ask again")),
         scored(KNOWN, cites_the_evidence=0), "failed", ""),
    ],
)  # fmt: skip
def test_a_question_gets_better_or_worse_for_a_reason(
    before: Result, after: Result, metric: str, reason: str
) -> None:
    forth = compare(a_run("a", before), a_run("b", after))
    back = compare(a_run("b", after), a_run("a", before))
    (better,), (worse,) = forth.better, back.worse
    assert (forth.worse, back.better, forth.unchanged) == ((), (), 0)
    assert (better.metric, better.reason, better.item.id) == (metric, reason, "q1")
    assert (worse.metric, worse.reason) == (metric, reason)
    assert (worse.baseline, worse.run) == (better.run, better.baseline)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (scored(KNOWN, words=10, seconds=1), scored(KNOWN, words=900, seconds=9)),
        (scored(OPEN, refused=1), scored(OPEN)),  # nobody knows which of them is right
        (scored(UNANSWERABLE, refused=1), scored(UNANSWERABLE, refused=1)),
        (scored(KNOWN, groundedness=0.1 + 0.2), scored(KNOWN, groundedness=0.3)),
    ],
)
def test_what_is_neither_better_nor_worse_is_unchanged(before: Result, after: Result) -> None:
    found = compare(a_run("a", before), a_run("b", after))
    assert (found.better, found.worse, found.unchanged) == ((), (), 1)


def test_figures_stand_side_by_side_with_their_paired_difference() -> None:
    before = [scored(KNOWN, MRR=0.25, groundedness=0.5)] * 8 + [scored(KNOWN, MRR=0.25, refused=1)]
    after = [scored(KNOWN, MRR=0.75, groundedness=1)] * 9
    found = compare(a_run("a", *before), a_run("b", *after, version="0.2.0"))
    assert (found.baseline, found.run) == ("a", "b")
    assert found.made_differently == ("version: 0.1.0, now 0.2.0",)
    rows = {row.name: row for row in found.rows}
    assert list(rows) == ["MRR", "groundedness", "refused", "refusal precision", "failed"]
    mrr, groundedness, precision = rows["MRR"], rows["groundedness"], rows["refusal precision"]
    assert mrr.baseline and mrr.run and mrr.difference
    assert (mrr.baseline.value, mrr.run.value, mrr.difference.value) == (0.25, 0.75, 0.5)
    assert mrr.difference.p < 0.01 and mrr.difference.n == 9
    # an answer that was refused has no groundedness: the pairs are the other eight
    assert groundedness.baseline and groundedness.run and groundedness.difference
    assert (groundedness.baseline.n, groundedness.run.n, groundedness.difference.n) == (8, 9, 8)
    # nothing was refused in the second run: no precision, and nothing to compare
    assert precision.baseline and precision.run is None and precision.difference is None


def test_only_the_same_questions_are_compared_and_the_others_are_named() -> None:
    one, two = a_run("a", *[scored(KNOWN, MRR=0.5)] * 4), a_run("b", *[scored(KNOWN, MRR=1)] * 3)
    altered = replace(two.results[1], item=replace(two.results[1].item, question="Other?"))
    new = replace(two.results[2], item=replace(KNOWN, id="q9"))
    two = replace(two, results=(two.results[0], altered, new))
    found = compare(one, two)
    assert (found.only_in_baseline, found.only_in_run) == (("q3", "q4"), ("q9",))
    assert found.altered == ("q2",)
    assert [row.run.n for row in found.rows if row.run] == [1, 1, 1]
    nothing = compare(a_run("a"), a_run("b"))
    assert (nothing.rows, nothing.better, nothing.worse, nothing.unchanged) == ((), (), (), 0)
