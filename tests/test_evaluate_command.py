"""`evaluate`, run as a user runs it over a small library: figures, reports and exit status."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant import chat_model
from assistant.__main__ import main
from assistant.assistant import Assistant
from assistant.errors import ModelError
from assistant.evaluation.figures import FIGURES
from assistant.evaluation.progress import Progress
from assistant.evaluation.thresholds import NAMES
from assistant.evaluation.version import attest_version
from assistant.types import Tokens
from index.embedder import Embedder
from index.library import Library
from index.types import Document

TEXTS = {
    "report.txt": "In 2021 the Zorbia labour inspectorate visited 312 farms and found forced "
    "labour on nine of them. Inspectors spoke with 1,140 workers.",
    "leaflet.txt": "The Zorbia hotline is answered by two nurses, who speak eleven languages.",
    "act.txt": "Whoever keeps a worker's passport in Zorbia shall be imprisoned for not less than "
    "four years. The passport shall be returned within seven days.",
}
QUESTIONS: list[dict[str, Any]] = [
    {"id": "farms", "kind": "fact", "question": "How many farms did the Zorbia inspectorate visit?",
     "answerable": True, "answer": "312.",
     "evidence": [{"file": "report.txt", "page": None, "quote": "visited 312 farms"}]},
    {"id": "hotline", "kind": "fact", "question": "Who answers the Zorbia hotline?",
     "answerable": True,
     "evidence": [{"file": "leaflet.txt", "quote": "answered by two nurses"}]},
    {"id": "which", "kind": "follow_up", "question": "Which languages do they speak?",
     "history": ["Who answers the Zorbia hotline?"], "answerable": True,
     "evidence": [{"file": "leaflet.txt", "quote": "who speak eleven languages"}]},
    {"id": "prison", "kind": "fact",
     "question": "How long is the imprisonment for keeping a worker's passport in Zorbia?",
     "answerable": True, "must_not": ["Keeping a passport is not punished in Zorbia."],
     "evidence": [{"file": "act.txt", "quote": "imprisoned for not less than four years"}]},
    {"id": "bridge", "kind": "unanswerable", "answerable": False,
     "question": "Which architect built the Copenhagen opera bridge in 1998?"},
    {"id": "open", "kind": "", "question": "What is known of <b>farms</b> & workers in Zorbia?"},
]  # fmt: skip
PAIRS = [
    (TEXTS["report.txt"], "The inspectorate visited 312 farms.", "supported"),
    (TEXTS["report.txt"], "The inspectorate visited 912 farms.", "refuted"),
    (TEXTS["report.txt"], "Inspectors spoke with 1,140 workers.", "supported"),
    (TEXTS["report.txt"], "The harvest of 1998 was poor in Denmark.", "not_enough_info"),
    (TEXTS["leaflet.txt"], "Two nurses answer the Zorbia hotline.", "supported"),
    (TEXTS["leaflet.txt"], "The hotline closed in 2015 for want of money.", "not_enough_info"),
    (TEXTS["act.txt"], "Whoever keeps a worker's passport is imprisoned.", "supported"),
    (TEXTS["act.txt"], "The passport shall be returned within ninety days.", "refuted"),
]


def small_library(folder: Path, embedder: Embedder) -> Library:
    """A library of `TEXTS`, which the questions are about."""
    library = Library.open(folder, embedder=embedder, create=True)
    library.add(
        [Document(f"{name:0<16}", name, "other", None, None, "2021", None, f"/in/{name}",
                  "text/plain", text) for name, text in TEXTS.items()]
    )  # fmt: skip
    return library


def write_set(path: Path, items: list[Any]) -> Path:
    text = "\n".join(item if isinstance(item, str) else json.dumps(item) for item in items)
    path.write_text(text + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library, a question set, labelled pairs, and the run `first` over them."""
    made = tmp_path_factory.mktemp("evaluate")
    small_library(made / "library", embedder)
    write_set(made / "set.jsonl", QUESTIONS)
    rows = [{"id": f"p{n}", "evidence": e, "claim": c, "label": label}
            for n, (e, c, label) in enumerate(PAIRS, 1)]  # fmt: skip
    write_set(made / "pairs.jsonl", rows)
    assert run(made, "--name", "first", "--json", str(made / "first.json")) == 0
    return made


def run(folder: Path, *arguments: str, questions: str = "set.jsonl") -> int:
    return main(
        ["evaluate", str(folder / questions), "--library", str(folder / "library"), *arguments]
    )


def report_on(folder: Path, *arguments: str) -> int:
    """Of a run that is kept, without asking anything."""
    return main(["evaluate", "--library", str(folder / "library"), *arguments])


def without_clock(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert set(value["times"]["figures"]) == {"seconds", "seconds p50", "seconds p95"}
    return {name: part for name, part in value.items() if name not in ("run", "times")}


# --- figures -------------------------------------------------------------------------------------


def test_a_set_is_asked_scored_and_measured(folder: Path) -> None:
    value = json.loads((folder / "first.json").read_text(encoding="utf-8"))
    figures = value["figures"] | value["times"]["figures"]
    assert set(figures) | set(value["left_out"]) == set(FIGURES)
    assert figures["evidence recall@8"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 4}
    assert figures["citation recall"]["value"] == figures["citation precision"]["value"] == 1.0
    assert figures["groundedness"]["value"] == 1.0
    assert figures["refusal recall"]["value"] == 1.0  # the bridge
    assert list(value["by_kind"]) == ["fact", "follow_up", "unanswerable", ""]
    assert value["answered"] == value["questions"] == 6
    assert value["made_with"]["version"] == attest_version()
    assert value["failures"] == {} and value["breaches"] == []


def test_two_evaluations_of_the_same_state_give_identical_figures(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "second.json"
    assert run(folder, "--name", "second", "--baseline", "first", "--json", str(out)) == 0
    first, second = without_clock(folder / "first.json"), without_clock(out)
    comparison = second.pop("comparison")
    assert second.pop("repeats_the_baseline") is True
    first = {name: part for name, part in first.items() if name in second}
    assert first == second
    assert comparison["better"] == comparison["worse"] == comparison["made_differently"] == []
    said = capsys.readouterr().out
    assert "all figures are identical, times aside" in said
    # a report on what is kept is the same to the byte
    again = folder / "again.json"
    assert report_on(folder, "--name", "second", "--baseline", "first", "--json", str(again)) == 0
    assert again.read_bytes() == out.read_bytes()


def test_the_terminal_shows_figures_kinds_and_what_is_left_out(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_on(folder, "--name", "first") == 0
    said = capsys.readouterr().out
    assert "Run first: 6 of 6 questions" in said
    assert re.search(r"evidence recall@8 +1\.000 +1\.000 to 1\.000 +4\n", said)
    assert re.search(r"by kind +n +evidence recall@5", said)
    assert re.search(r"unanswerable +1 ", said)
    assert "the figures are the same, times aside" in said


def test_metrics_that_the_set_cannot_give_are_left_out_with_a_word(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(folder / "bare.jsonl", [{"id": "q", "question": "Who answers the Zorbia hotline?"}])
    assert run(folder, "--name", "bare", questions="bare.jsonl") == 0
    said = capsys.readouterr().out
    assert "no evidence in the set: evidence recall@1, " in said
    assert "no must_not in the set: must_not violated left out" in said
    assert "the set does not say what is answerable: refusal precision left out" in said
    assert "no chat model wrote, or it did not count: prompt tokens" in said
    assert "by kind" not in said


def test_a_run_that_was_interrupted_goes_on_where_it_stopped(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    whole = Assistant.answer

    def answer(self: Assistant, question: str, *more: Any) -> Any:
        asked.append(question)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return whole(self, question, *more)

    monkeypatch.setattr(Assistant, "answer", answer)
    assert run(folder, "--name", "halved") == 130
    assert "go on with: --name halved" in capsys.readouterr().err
    assert report_on(folder, "--name", "halved") == 1  # not all of it was asked
    assert "4 were not asked" in capsys.readouterr().err
    out = folder / "halved.json"
    assert run(folder, "--name", "halved", "--json", str(out)) == 0
    assert "6 of 6" in capsys.readouterr().err
    assert len(asked) == 2 + 1 + 4
    assert without_clock(out) == without_clock(folder / "first.json")


def test_a_run_that_something_else_made_is_not_gone_on_with(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTEST_PASSAGES", "3")
    assert run(folder, "--name", "first") == 1
    assert "settings.passages: 8, now 3" in capsys.readouterr().err


def test_a_baseline_shows_what_got_better_and_worse_and_why(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hits of other questions stand in for a search that fails."""
    whole = Library.search

    def search(self: Library, query: str, *_: Any) -> Any:
        return whole(self, "Zorbia hotline nurses" if "imprison" in query else query, 1)

    monkeypatch.setattr(Library, "search", search)
    html, out = folder / "worse.html", folder / "worse.json"
    assert run(folder, "--name", "worse", "--baseline", "first", "--html", str(html), "--json",
               str(out)) == 0  # fmt: skip
    said = capsys.readouterr().out
    assert "Against the run first" in said
    worse = {change["id"]: change for change in json.loads(out.read_text())["comparison"]["worse"]}
    assert worse["prison"]["reason"] == "evidence not found"
    assert re.search(r"Worse: \d\n(.|\n)*prison  .*: evidence not found", said)
    page = html.read_text(encoding="utf-8")
    assert "Worse, with what is wrong now" in page
    assert "first cited: “" in page
    assert "imprisoned for not less than four years" in page


def test_runs_are_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report_on(folder, "--runs") == 0
    assert re.search(r"^first +6 of 6 +extractive +\S+ +finished 20", capsys.readouterr().out, re.M)
    assert main(["evaluate", "--runs", "--library", str(folder / "elsewhere")]) == 0
    assert "No run is kept" in capsys.readouterr().out


class Model:
    """Writes the same to every question, and breaks off at one of them."""

    name = "openai:small"
    tokens = Tokens(900, 12)

    def stream(self, messages: Sequence[tuple[str, str]]) -> Iterator[str]:
        if "architect" in messages[-1][1]:
            raise ModelError("it broke off", "ask again")
        yield "The Zorbia hotline is answered by two nurses [1]. It was founded in 1890 [99]."


def test_a_chat_model_is_measured_and_a_question_at_which_it_fails_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_model, "open_model", lambda _: Model())
    out, export = folder / "chat.json", folder / "chat.jsonl"
    assert run(folder, "--name", "chat", "--model", "openai:small", "--baseline", "first",
               "--json", str(out), "--export", str(export)) == 1  # fmt: skip
    said = capsys.readouterr()
    assert "answered by openai:small" in said.out
    assert "if the chat model writes the same" in said.out
    assert "1 of 6 questions failed, 0 were not asked; the first: it broke off\ntry: " in said.err
    value = json.loads(out.read_text())
    assert value["failures"] == {"bridge": {"error": "it broke off", "remedy": "ask again"}}
    figures = value["figures"]
    assert figures["invented markers"]["value"] == 1
    assert (figures["prompt tokens"]["value"], figures["completion tokens"]["value"]) == (900, 12)
    assert figures["citation recall"]["value"] <= 0.5  # the second sentence cites nothing
    assert figures["failed"]["value"] == pytest.approx(1 / 6)
    assert any("models.chat" in line for line in value["comparison"]["made_differently"])
    assert len(export.read_text(encoding="utf-8").splitlines()) == 5


# --- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "status", "said"),
    [
        (["--fail-under", "groundedness=0.9", "--fail-over", "Failed=0"], 0, ""),
        (["--fail-under", "Evidence-Recall@8=1"], 0, ""),  # the limit itself is kept
        (["--fail-under", "words=100000"], 1, r"failed: words is \d+\.\d\d \[.*\] over \d, under"),
        (["--fail-over", "SECONDS-p95=0"], 1, r"failed: seconds p95 is (.|\n)*  farms  \d"),
        (["--fail-under", "words=100000", "--fail-over", "seconds=0"], 1, r"words(.|\n)*seconds"),
        (["--fail-under", "judge-auc=0.5"], 1, r"judge AUC could not be measured \(the judge was"),
        (["--fail-under", "trust=1"], 1, r"no metric 'trust'\ntry: .*nDCG@10.*groundedness"),
        (["--fail-under", "groundedness"], 1, r"names no metric with a value\ntry: "),
        (["--fail-under", "groundedness=high"], 1, r"'high' is no number\ntry: "),
        (["--fail-under", "contradiction rate=0"], 1, r"less is better\ntry: .*--fail-over"),
        (["--fail-over", "MRR=1"], 1, r"more is better\ntry: .*--fail-under"),
    ],
)
def test_a_limit_that_is_not_kept_ends_with_1_and_the_worst_questions(
    folder: Path, capsys: pytest.CaptureFixture[str], limits: list[str], status: int, said: str
) -> None:
    assert report_on(folder, "--name", "first", *limits) == status
    error = capsys.readouterr().err
    assert re.search(said, error) if said else not error


def test_what_could_not_be_measured_keeps_no_limit(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(folder / "none.jsonl", [{"id": "q", "question": "Who answers the Zorbia hotline?"}])
    limit = ("--fail-under", "evidence recall@5=0.1")
    assert run(folder, "--name", "none", *limit, questions="none.jsonl") == 1
    assert "could not be measured (no evidence in the set)" in capsys.readouterr().err


def test_every_figure_can_have_a_limit() -> None:
    assert set(FIGURES) < set(NAMES)


# --- reports -------------------------------------------------------------------------------------


def test_the_page_needs_no_network_and_no_script_and_escapes_what_it_shows(folder: Path) -> None:
    html = folder / "report.html"
    assert report_on(folder, "--name", "first", "--html", str(html), "--judge",
                     str(folder / "pairs.jsonl")) == 0  # fmt: skip
    page = html.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert not re.search(r"https?://|<script|<link|\bsrc=|\bhref=|url\(|@import|\bon\w+=", page)
    assert "prefers-color-scheme: dark" in page and "@media print" in page
    assert page.count("<svg") == page.count("<figure>") == 6
    for title in ("Figures that are shares", "Evidence recall at k", "Sentences by the probability",
                  "Answers by their probability",
                  "Questions by the seconds", "Reliability of the judge"):  # fmt: skip
        assert f"<title>{title}" in page
    assert "settings.passages" in page and attest_version() in page
    assert "<b>farms</b>" not in page


def test_the_page_escapes_a_question_that_it_shows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Library, "search", lambda *_: ())
    items = [{**QUESTIONS[5], "answerable": True}]
    write_set(folder / "markup.jsonl", items)
    html = folder / "markup.html"
    assert run(folder, "--name", "markup", "--html", str(html), questions="markup.jsonl") == 0
    page = html.read_text(encoding="utf-8")
    assert "&lt;b&gt;farms&lt;/b&gt; &amp; workers" in page and "<b>" not in page
    assert "refused though answerable: 1" in page


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.json"])
def test_rows_are_exported_under_the_names_that_other_tools_read(folder: Path, name: str) -> None:
    out = folder / name
    assert report_on(folder, "--name", "first", "--export", str(out)) == 0
    text = out.read_text(encoding="utf-8")
    rows = json.loads(text) if name.endswith(".json") else list(map(json.loads, text.splitlines()))
    assert [row["id"] for row in rows] == [item["id"] for item in QUESTIONS]
    assert len({tuple(row) for row in rows}) == 1
    farms, which = rows[0], rows[2]
    assert farms["user_input"] == QUESTIONS[0]["question"]
    assert farms["reference"] == "312." and farms["reference_contexts"] == ["visited 312 farms"]
    assert "312 farms" in farms["response"]
    assert any("312 farms" in context for context in farms["retrieved_contexts"])
    assert "hotline" in which["user_input"]  # as it stands on its own
    assert rows[4]["abstained"] and rows[4]["response"]


# --- the judge -----------------------------------------------------------------------------------


def test_the_judge_is_judged_beside_plain_containment(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, html = folder / "judge.json", folder / "judge.html"
    pairs = str(folder / "pairs.jsonl")
    limits = ("--fail-under", "judge accuracy=1.1", "--fail-over", "judge calibration error=1")
    assert main(["evaluate", "--judge", pairs, "--json", str(out), "--html", str(html),
                 "--verifier", "attest", *limits]) == 1  # fmt: skip
    said = capsys.readouterr()
    assert re.search(r"attest +containment\naccuracy of three verdicts +\d", said.out)
    assert "8 of 8" in said.err and "judge accuracy is" in said.err
    judge = json.loads(out.read_text())["judge"]
    assert judge["labels"] == {"supported": 4, "refuted": 2, "not_enough_info": 2}
    verifier, contained = judge["judges"]
    assert (verifier["name"], contained["name"]) == ("attest", "containment")
    assert verifier["figures"]["AUC"]["value"] >= contained["figures"]["AUC"]["value"]
    assert sum(one["n"] for one in verifier["reliability"]) == 8
    page = html.read_text(encoding="utf-8")
    assert "<h1>Evaluation of the judge</h1>" in page and page.count("<svg") == 1


# --- what cannot be used -------------------------------------------------------------------------


def test_a_broken_set_names_its_lines_before_anything_is_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(folder / "broken.jsonl", [QUESTIONS[0], "{", QUESTIONS[0], {"id": "x"}])
    assert run(folder, "--name", "broken", questions="broken.jsonl") == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ") and "\ntry: " in error
    assert [f"line {n}:" in error for n in (1, 2, 3, 4)] == [False, True, True, True]
    assert not (folder / "library" / "evaluations" / "broken").exists()


def test_missing_evidence_files_and_unknown_fields_are_warned_of_with_their_lines(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [
        {**QUESTIONS[1], "evidence": [{"file": "lost.pdf", "page": 2, "quote": "two nurses"}]},
        {**QUESTIONS[0], "difficulty": 3},
    ]
    write_set(folder / "odd.jsonl", items)
    out, html = folder / "odd.json", folder / "odd.html"
    assert run(folder, "--name", "odd", "--json", str(out), "--html", str(html),
               questions="odd.jsonl") == 0  # fmt: skip
    error = capsys.readouterr().err
    expected = [
        'odd.jsonl, line 2: the field "difficulty" is not known and not used',
        "odd.jsonl, line 1: lost.pdf is not in the library",
    ]
    assert all(f"warning: {folder}/{line}" in error for line in expected)
    assert json.loads(out.read_text())["warnings"] == [f"{folder}/{line}" for line in expected]
    assert "lost.pdf is not in the library" in html.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "there is nothing to evaluate"),
        (["--name", "nothing"], "there is no run nothing in"),
        (["--name", "../first"], "cannot be the name of a run"),
        (["--name", "first", "--baseline", "nothing"], "there is no run nothing in"),
        (["--judge", "absent.jsonl"], "absent.jsonl cannot be read"),
        (["--judge", "absent.jsonl", "--baseline", "first"], "are about a run"),
        (["--name", "first", "--html", "/nowhere/report.html"], "there is no folder /nowhere"),
        (["absent.jsonl"], "absent.jsonl cannot be read"),
    ],
)
def test_a_users_mistake_is_explained_with_a_remedy(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert report_on(folder, *arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ") and "\ntry: " in error
    assert message in error


# --- progress ------------------------------------------------------------------------------------


class Screen:
    def __init__(self, *, is_terminal: bool) -> None:
        self.text, self._is_terminal = "", is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize(
    ("is_terminal", "done", "expected"),
    [
        (True, 0, ["1 of 125, 0.5/s, 4 min left", "37 of 125, 0.5/s, 3 min left"]),
        # what was done before does not make it look faster
        (True, 100, ["101 of 125, 0.5/s, 48 s left", "125 of 125, 0.5/s, 0 s left"]),
        (False, 0, ["5 of 125, 0.5/s, 4 min left"]),
    ],
)
def test_progress_says_how_far_how_fast_and_how_long(
    is_terminal: bool, done: int, expected: list[str]
) -> None:
    seconds = iter(range(0, 10_000, 2))
    screen = Screen(is_terminal=is_terminal)
    progress = Progress(125, screen, done=done, clock=lambda: float(next(seconds)))  # type: ignore[arg-type]
    for _ in range(37 if not done else 25):
        progress.advance()
    lines = [line.strip() for line in re.split(r"[\r\n]", screen.text) if line.strip()]
    assert set(expected) <= set(lines)
    assert len(lines) == (25 if done else 37 if is_terminal else 7)
