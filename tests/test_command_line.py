"""The command line, run as a user runs it: its results, its errors and its exit status."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.__main__ import main
from index.types import KINDS
from ingest.__main__ import main as ingest

ROOT = Path(__file__).parents[1]
TEXT = "# Hotline\n\n## Staff\n\nThe hotline in Zorbia is answered by two nurses.\r\n\r\n🙂 שלום\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("command-line")
    (folder / "hotline.md").write_bytes(TEXT.encode())
    assert ingest([str(folder / "hotline.md"), "--library", str(folder / "library")]) == 0
    return str(folder / "library")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What a command with --json prints, and that it succeeds."""
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_an_answer_has_the_promised_form(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    question = "Who answers the hotline in Zorbia?"
    value = printed(capsys, "ask", question, "--library", library)
    assert set(value) == {
        "id", "question", "standalone_question", "abstained", "reason", "statements", "struck",
        "citations", "passages", "model", "seconds", "tokens",
    }  # fmt: skip
    assert value["question"] == value["standalone_question"] == question
    assert value["abstained"] is False and value["model"] == "extractive"
    assert set(value["seconds"]) == {"search", "answer", "total"}
    (statement,), (citation,) = value["statements"], value["citations"]
    assert statement["citations"] == [1] and statement["supported"] is True
    assert set(citation) == {
        "marker", "document", "superseded_by", "quote", "start", "end", "page", "page_label",
        "recognised", "heading",
    }  # fmt: skip
    assert citation["quote"] == TEXT[citation["start"] : citation["end"]]
    assert citation["document"]["origin"].endswith("hotline.md")
    assert set(citation["document"]) == {
        "id", "title", "kind", "publisher", "published", "origin", "retrieved", "inferred",
    }  # fmt: skip


def test_a_search_has_the_promised_form(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    value = printed(capsys, "search", "nurses", "-k", "1", "--library", library)
    assert (value["id"], value["query"]) == (None, "nurses")
    (passage,) = value["passages"]
    assert set(passage) == {"rank", "document_id", "origin", "start", "end", "page",
                            "page_label", "recognised", "heading", "score", "text"}  # fmt: skip
    assert passage["text"] == TEXT[passage["start"] : passage["end"]]


def test_the_library_lists_shows_and_measures_itself(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (entry,) = printed(capsys, "library", "list", "--library", library)
    shown = printed(capsys, "library", "show", entry["id"], "--text", "--library", library)
    assert shown["text"] == TEXT
    stats = printed(capsys, "library", "stats", "--library", library)
    assert (stats["documents"], stats["by_kind"]) == (1, {"other": 1})


def test_a_rebuild_keeps_everything_and_a_removed_document_is_gone(
    library: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extra = tmp_path / "extra.txt"
    extra.write_text("An extra document about ferries.")
    assert ingest([str(extra), "--library", library]) == 0
    entries = printed(capsys, "library", "list", "--library", library)
    assert printed(capsys, "library", "rebuild", "--library", library) == {"passages": 2}
    assert printed(capsys, "library", "list", "--library", library) == [
        entry | {"added": new["added"]}
        for entry, new in zip(
            entries, printed(capsys, "library", "list", "--library", library), strict=True
        )
    ]
    (added,) = [entry for entry in entries if entry["origin"] == str(extra)]
    assert main(["library", "remove", added["id"], "--library", library]) == 0
    assert len(printed(capsys, "library", "list", "--library", library)) == 1


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_batch_answers_every_line_in_order(library: str, tmp_path: Path, command: str) -> None:
    lines = [
        {"id": "b", "question": "Who answers the hotline in Zorbia?", "history": []},
        {"id": "bad", "question": "  "},
        {"id": "a", "question": "And where?", "history": ["Who answers the hotline?"]},
    ]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(map(json.dumps, lines)))
    arguments = ["--batch", str(source), "--out", str(target), "--library", library]
    assert main([command, *arguments]) == 1  # one of them failed, and the others did not
    results = [json.loads(line) for line in target.read_text().splitlines()]
    assert [result["id"] for result in results] == ["b", "bad", "a"]
    assert "empty" in results[1]["error"] and results[1]["remedy"]
    assert results[2]["query" if command == "search" else "standalone_question"] == (
        "Who answers the hotline? And where?"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", "What?", "--library", "/nowhere"], "there is no library at /nowhere"),
        (["ask", ""], "the question is empty"),
        (["ask"], "give a question"),
        (["ask", "What?", "--batch", "x.jsonl", "--out", "y.jsonl"], "give a question"),
        (["ask", "--batch", "x.jsonl"], "--batch and --out go together"),
        (["ask", "--batch", "absent.jsonl", "--out", "y.jsonl"], "absent.jsonl cannot be read"),
        (["ask", "What?", "--kind", "blog"], "'blog' is no kind"),
        (["ask", "What?", "--from", "soon"], "'soon' is no date"),
        (["ask", "What?", "--model", "gpt"], "does not name a provider"),
        (["search", "what", "-k", "0"], "asks for no passages"),
        (["search", "?!"], "no words"),
        (["library", "show", "nothing"], "no document has the id 'nothing'"),
        (["library", "remove", "nothing"], "no document has the id 'nothing'"),
    ],
)
def test_a_users_mistake_is_explained_with_a_remedy_and_ends_with_1(
    library: str, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    where = [] if "--library" in arguments else ["--library", library]
    assert main([*arguments, *where]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ") and "\ntry: " in error
    assert message in error


@pytest.mark.parametrize("arguments", [[], ["fly"], ["library"], ["ask", "--wings"]])
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(arguments)
    assert ending.value.code == 2


def test_the_doctor_finds_all_in_order_or_says_what_to_do(
    library: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    checks = printed(capsys, "doctor", "--library", library)
    assert {check["severity"] for check in checks} == {"ok"}
    assert main(["doctor", "--library", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert f"there is no library at {tmp_path}" in said and "try: " in said


@pytest.mark.parametrize("room", ["assistant", "ingest", "ui"])
def test_help_comes_at_once(room: str) -> None:
    """Half a second on a quiet machine; what costs more is the import of a large package."""
    code = f"import sys, {room}.__main__ as m\ntry: m.main(['--help'])\nexcept SystemExit: pass\n"
    large = "['torch', 'chromadb', 'gradio', 'sentence_transformers', 'langchain_core']"
    check = f"assert not [name for name in {large} if name in sys.modules]"
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code + check], cwd=ROOT, check=True, capture_output=True)
    assert time.perf_counter() - began < 10


def test_an_unknown_setting_is_an_error(
    library: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTEST_MODLE", "openai:x")
    assert main(["ask", "What?", "--library", library]) == 1
    assert "unknown setting ATTEST_MODLE" in capsys.readouterr().err


def test_every_command_and_kind_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("ask", "search", "doctor"):
        assert f"python -m assistant {command}" in readme
    for action in ("list", "show ID", "remove ID", "stats", "rebuild"):
        assert f"python -m assistant library {action}" in readme
    words = " ".join(readme.split())
    assert all(kind in words for kind in KINDS)
