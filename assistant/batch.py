"""Many questions from a file: one JSON line in, one JSON line out, in order."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from index.errors import InvalidInput


@dataclass(frozen=True)
class Question:
    """A line of a question file: `{"id", "question", "history": [earlier questions]}`."""

    id: str | None
    question: str
    history: tuple[str, ...] = ()


def run_batch(
    source: Path, target: Path, handle: Callable[[Question], dict[str, Any]]
) -> tuple[int, int]:
    """Write what `handle` makes of each question to `target`; (questions, failures).

    A question that fails has `{"id", "error", "remedy"}` as its line, and the rest go on. Raises
    `InvalidInput` before anything is written if the file cannot be read as questions, or is the
    target too.
    """
    questions = tuple(read_questions(source))
    if target.exists() and target.samefile(source):
        raise InvalidInput(f"{target} has the questions", "name another file with --out")
    failures = 0
    try:
        with target.open("w", encoding="utf-8") as file:
            for question in questions:
                try:
                    result = handle(question)
                except (InvalidInput, ModelError) as error:
                    failures += 1
                    result = {"id": question.id, "error": error.message, "remedy": error.remedy}
                file.write(json.dumps(result, ensure_ascii=False) + "\n")
                file.flush()  # what is answered survives an interruption
    except OSError as error:
        raise InvalidInput(
            f"{target} cannot be written: {error.strerror}", "name another file with --out"
        ) from error
    return len(questions), failures


def read_questions(source: Path) -> Iterator[Question]:
    """The questions of a JSON Lines file. Raises `InvalidInput` naming the line."""
    try:
        # not splitlines, which takes marks that JSON allows in a text for ends of lines
        lines = source.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{source} cannot be read: {error}", "name a JSON Lines file") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _question(line, f"{source}, line {number}")


def _question(line: str, where: str) -> Question:
    remedy = 'write each line as {"id": "q1", "question": "…", "history": []}'
    try:
        fields = json.loads(line)
        json.dumps(fields, ensure_ascii=False).encode()  # half a surrogate pair can't be written
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{where} is not JSON: {error}", remedy) from error
    match fields:
        case {"question": str(question)}:
            history = fields.get("history") or []
            if isinstance(history, list) and all(isinstance(h, str) for h in history):
                return Question(fields.get("id"), question, tuple(history))
    raise InvalidInput(f"{where} has no question, or a history that is no list of texts", remedy)
