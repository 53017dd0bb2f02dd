"""Many questions from a file: one JSON line in, one JSON line out, in order."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from assistant.errors import ModelError
from index.errors import AttestError, InvalidInput


class Named(Protocol):
    """What a file's line holds, under the id that its result is to bear."""

    @property
    def id(self) -> Any:
        """As the line gives it."""


Item = TypeVar("Item", bound=Named)


@dataclass(frozen=True)
class Question:
    """A line of a question file: `{"id", "question", "history": [earlier questions]}`."""

    id: str | None
    question: str
    history: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line of a JSON Lines file, counted from 1: its value, or why it is not JSON."""

    number: int
    value: Any = None
    error: ValueError | RecursionError | None = None


def run_batch(
    source: Path, target: Path, handle: Callable[[Question], dict[str, Any]]
) -> tuple[int, int]:
    """Write what `handle` makes of each question to `target`; (questions, failures).

    A question that fails has `{"id", "error", "remedy"}` as its line, and the rest go on. Raises
    `InvalidInput` before anything is written if the file cannot be read as questions, or is the
    target too.
    """
    return run_each(tuple(read_questions(source)), source, target, handle)


def run_each(
    items: Sequence[Item], source: Path, target: Path, handle: Callable[[Item], dict[str, Any]]
) -> tuple[int, int]:
    """The same for what was read from `source` before."""

    def lines() -> Iterator[dict[str, Any]]:
        for item in items:
            try:
                yield handle(item)
            except (InvalidInput, ModelError) as error:
                yield failure(item.id, error)

    return write_lines(target, source, lines())


def failure(name: Any, error: AttestError) -> dict[str, Any]:
    """The line of what could not be done."""
    return {"id": name, "error": error.message, "remedy": error.remedy}


def write_lines(target: Path, source: Path, lines: Iterator[dict[str, Any]]) -> tuple[int, int]:
    """Write results as they come; how many there are, and how many of them are failures.

    Raises `InvalidInput` if the target is the source too, or cannot be written.
    """
    if target.exists() and target.samefile(source):
        raise InvalidInput(f"{target} has what is read", "name another file with --out")
    written, failures = 0, 0
    try:
        with target.open("w", encoding="utf-8") as file:
            for line in lines:
                written += 1
                failures += "error" in line
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()  # what is answered survives an interruption
    except OSError as error:
        raise InvalidInput(
            f"{target} cannot be written: {error.strerror}", "name another file with --out"
        ) from error
    return written, failures


def read_questions(source: Path) -> Iterator[Question]:
    """The questions of a JSON Lines file. Raises `InvalidInput` naming the line."""
    remedy = 'write each line as {"id": "q1", "question": "…", "history": []}'
    for fields, where in read_lines(source, remedy):
        yield _question(fields, where, remedy)


def read_lines(source: Path, remedy: str) -> Iterator[tuple[Any, str]]:
    """What each line of a JSON Lines file holds, and where it stands, in words.

    Raises `InvalidInput` with the remedy for a line that is not JSON.
    """
    for line in parsed_lines(source):
        where = f"{source}, line {line.number}"
        if line.error:
            raise InvalidInput(f"{where} is not JSON: {line.error}", remedy) from line.error
        yield line.value, where


def parsed_lines(source: Path) -> Iterator[Line]:
    """The lines of a JSON Lines file that aren't empty, those too that are not JSON.

    A file whose name ends in .gz is unpacked. Raises `InvalidInput` if it cannot be read.
    """
    try:
        data = source.read_bytes()
        data = gzip.decompress(data) if source.suffix == ".gz" else data
        text = data.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise InvalidInput(f"{source} cannot be read: {error}", "name a JSON Lines file") from error
    # not splitlines, which takes marks that JSON allows in a text for ends of lines
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _parsed(number, line)


def _parsed(number: int, text: str) -> Line:
    try:
        value = json.loads(text)
        # half a surrogate pair can't be written
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        return Line(number, error=error)
    return Line(number, value)


def _question(fields: Any, where: str, remedy: str) -> Question:
    match fields:
        case {"question": str(question)}:
            history = fields.get("history") or []
            if isinstance(history, list) and all(isinstance(h, str) for h in history):
                return Question(fields.get("id"), question, tuple(history))
    raise InvalidInput(f"{where} has no question, or a history that is no list of texts", remedy)
