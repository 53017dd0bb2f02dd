"""Questions from a file: each line has one result, in order, or the file is refused unread."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.batch import Question, read_questions, run_batch
from assistant.errors import ModelError
from index.errors import InvalidInput, LibraryDamaged

LINES = [
    {"id": "q1", "question": "Is it forbidden?", "history": ["What is § 1591?"]},
    {"id": "q2", "question": ""},
    {"question": "And for minors? 🙂", "history": None},
]


def echo(item: Question) -> dict[str, Any]:
    if not item.question:
        raise InvalidInput("the question is empty", "type a question")
    return {"id": item.id, "question": item.question, "history": list(item.history)}


def written(folder: Path, text: str) -> Path:
    source = folder / "in.jsonl"
    source.write_text(text, encoding="utf-8")
    return source


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_each_question_has_its_line_in_order_and_a_failure_is_one_too(tmp_path: Path) -> None:
    source = written(tmp_path, "\n".join(map(json.dumps, LINES)))
    target = tmp_path / "out.jsonl"
    assert run_batch(source, target, echo) == (3, 1)
    assert lines_of(target) == [
        {"id": "q1", "question": "Is it forbidden?", "history": ["What is § 1591?"]},
        {"id": "q2", "error": "the question is empty", "remedy": "type a question"},
        {"id": None, "question": "And for minors? 🙂", "history": []},
    ]


@pytest.mark.parametrize(
    ("error", "goes_on"),
    [
        (InvalidInput("too long", "shorten it"), True),
        (ModelError("it broke off", "ask again"), True),
        (LibraryDamaged("the catalogue cannot be read", "rebuild it"), False),
    ],
)
def test_what_fails_for_one_question_spares_the_others_and_what_fails_for_all_ends_it(
    tmp_path: Path, error: InvalidInput | ModelError | LibraryDamaged, goes_on: bool
) -> None:
    def handle(item: Question) -> dict[str, Any]:
        if item.id == "q2":
            assert lines_of(target) == [{"id": "q1"}]  # it would survive an interruption
            raise error
        return {"id": item.id}

    source = written(tmp_path, "\n".join(map(json.dumps, LINES)))
    target = tmp_path / "out.jsonl"
    if goes_on:
        assert run_batch(source, target, handle) == (3, 1)
        assert lines_of(target)[1] == {
            "id": "q2", "error": error.message, "remedy": error.remedy
        }  # fmt: skip
    else:
        with pytest.raises(LibraryDamaged):
            run_batch(source, target, handle)
        assert lines_of(target) == [{"id": "q1"}]


@pytest.mark.parametrize(
    "text",
    [
        '\ufeff{"question": "Why?"}',
        '{"question": "Why?"}\r\n\r\n',
        '\n\n{"question": "Why?", "more": 1}\n',
    ],
)
def test_a_mark_of_byte_order_and_empty_lines_are_no_questions(tmp_path: Path, text: str) -> None:
    assert list(read_questions(written(tmp_path, text))) == [Question(None, "Why?")]


@pytest.mark.parametrize("mark", ["\u2028", "\u0085", "\x0c", "\u2029"])
def test_only_a_new_line_ends_a_line(tmp_path: Path, mark: str) -> None:
    line = json.dumps({"question": f"Why{mark}not?"}, ensure_ascii=False)
    assert [item.question for item in read_questions(written(tmp_path, line))] == [f"Why{mark}not?"]


@pytest.mark.parametrize(
    "wrong",
    [
        "Is it forbidden?",
        '"Is it forbidden?"',
        '{"question": ',
        '{"id": "q1"}',
        '{"question": 7}',
        '{"question": "Why?", "history": "What?"}',
        '{"question": "Why?", "history": [1]}',
        '{"question": "half a pair \\ud83d"}',
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_question_is_named_before_anything_is_answered(
    tmp_path: Path, wrong: str
) -> None:
    source = written(tmp_path, f'{{"question": "Why?"}}\n{wrong}\n')
    target = tmp_path / "out.jsonl"
    with pytest.raises(InvalidInput, match=r"in\.jsonl, line 2 ") as caught:
        run_batch(source, target, echo)
    assert '"question"' in caught.value.remedy
    assert not target.exists()


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    source = written(tmp_path, '{"question": "Why?"}')
    (tmp_path / "latin.jsonl").write_bytes(b'{"question": "caf\xe9"}')
    for unreadable in ("absent.jsonl", "latin.jsonl"):
        with pytest.raises(InvalidInput, match=unreadable):
            run_batch(tmp_path / unreadable, tmp_path / "out.jsonl", echo)
    with pytest.raises(InvalidInput, match="absent"):
        run_batch(source, tmp_path / "absent" / "out.jsonl", echo)


def test_the_questions_are_never_overwritten_by_their_answers(tmp_path: Path) -> None:
    source = written(tmp_path, '{"question": "Why?"}')
    with pytest.raises(InvalidInput):
        run_batch(source, source, echo)
    assert source.read_text(encoding="utf-8") == '{"question": "Why?"}'
