"""Runs over question sets, kept in the library's folder: `evaluations/NAME/`.

`run.json` says what made a run and when, `results.jsonl` has one line a question, written as it
comes: what an interruption leaves is gone on with, if the same things make the rest. How answers
are made and scored is handed in; how runs compare is not said here.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from assistant.errors import ModelError
from assistant.evaluation.answers import Json
from assistant.evaluation.atomic import replace_file
from assistant.evaluation.making import MadeWith, differences, read_made_with
from assistant.evaluation.questions import Item
from assistant.evaluation.results import Result, read_result, result_json
from index.errors import InvalidInput, StorageError

FOLDER = "evaluations"
MADE, RESULTS = "run.json", "results.jsonl"
# no path, no hidden file, no flag of a command line; Windows drops a full stop at the end
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_-])?")

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Run:
    """A run as it is kept; `started` and `finished` are ISO 8601, `finished` None if it is not.

    `results` are in the order in which their questions were first asked, of `questions` in all.
    """

    name: str
    made_with: MadeWith
    results: tuple[Result, ...]
    questions: int
    started: str
    finished: str | None = None

    @property
    def by_id(self) -> dict[str, Result]:
        """The results by the ids of their questions."""
        return {result.item.id: result for result in self.results}


class OpenRun:
    """A run that is going on. Made by `RunStore.open`."""

    def __init__(self, name: str, items: Sequence[Item], done: Sequence[Result], file: BinaryIO):
        self.name = name
        self._items = {item.id: item for item in items}
        self._results = {result.item.id: result for result in done}
        self._file = file

    @property
    def left(self) -> tuple[Item, ...]:
        """The questions still to be asked: those without a result, and those that failed."""
        done = {name for name, result in self._results.items() if not result.failure}
        return tuple(item for name, item in self._items.items() if name not in done)

    @property
    def is_complete(self) -> bool:
        """Whether each question has a result, be it a failure."""
        return self._items.keys() <= self._results.keys()

    def record(self, result: Result) -> None:
        """Keep the result, in the place of an earlier one. Raises `StorageError`.

        Raises `ValueError` for a question that the run has not.
        """
        if self._items.get(result.item.id) != result.item:
            raise ValueError(f"the run {self.name} does not ask {result.item.id}")
        # in ASCII, for a model may write half of a surrogate pair
        line = json.dumps(result_json(result)).encode() + b"\n"
        try:
            self._file.write(line)
            self._file.flush()  # what is answered survives an interruption
        except OSError as error:
            raise _not_written(Path(self._file.name), error) from error
        self._results[result.item.id] = result


class RunStore:
    """The runs of one library's folder. `now` is the clock."""

    def __init__(self, folder: Path, now: Clock = _now) -> None:
        self.folder = folder / FOLDER
        self._now = now

    def names(self) -> tuple[str, ...]:
        """The names of all runs, finished or not, sorted."""
        made = self.folder.glob(f"*/{MADE}")
        return tuple(sorted(path.parent.name for path in made if _is_name(path.parent.name)))

    def load(self, name: str) -> Run:
        """The run of that name, finished or not.

        Raises `InvalidInput` if there is none, its name can be none, or its files are damaged.
        """
        folder = self._folder_of(name)
        if not (folder / MADE).is_file():
            known = ", ".join(self.names()) or "none yet"
            raise InvalidInput(f"there is no run {name} in {self.folder}", f"runs: {known}")
        fields = _read_json(folder / MADE)
        match fields:
            case {"made_with": made, "questions": int(questions), "started": str(started)}:
                made_with = _explained(folder / MADE, read_made_with, made)
            case _:
                raise _damaged(folder / MADE, "it is not the record of a run")
        results = tuple(_results(folder / RESULTS).values())
        return Run(name, made_with, results, questions, started, fields.get("finished"))

    @contextmanager
    def open(self, name: str, made_with: MadeWith, items: Sequence[Item]) -> Iterator[OpenRun]:
        """Begin the run of that name, or go on with it; it is finished when each item has a result.

        Raises `InvalidInput` if what made the run so far differs, saying in what, and as `load`
        does; `StorageError` if it cannot be written.
        """
        folder = self._folder_of(name)
        prepared = self._resumed if (folder / MADE).is_file() else self._begun
        run = prepared(name, made_with, items)
        with _for_appending(folder / RESULTS) as file:
            opened = OpenRun(name, items, run.results, file)
            asked_any = bool(opened.left)
            yield opened
        if opened.is_complete and (asked_any or run.finished is None):
            self._note(run, self._now().isoformat(timespec="seconds"))

    def _begun(self, name: str, made_with: MadeWith, items: Sequence[Item]) -> Run:
        results = self._folder_of(name) / RESULTS
        if results.exists():
            raise _damaged(results, f"nothing says what made it, for there is no {MADE} beside it")
        started = self._now().isoformat(timespec="seconds")
        run = Run(name, made_with, (), len(items), started)
        self._note(run, None)
        return run

    def _resumed(self, name: str, made_with: MadeWith, items: Sequence[Item]) -> Run:
        run = self.load(name)
        asked = {item.id: item for item in items}
        differing = [*differences(run.made_with, made_with)]
        if run.questions != len(items):
            differing.append(f"questions: {run.questions}, now {len(items)}")
        differing += (
            f"the question {result.item.id}"
            for result in run.results
            if asked.get(result.item.id) != result.item
        )
        if differing:
            raise InvalidInput(
                f"the run {name} was made with something else: {'; '.join(differing)}",
                f"give this run another name, or delete {self._folder_of(name)}",
            )
        return run

    def _note(self, run: Run, finished: str | None) -> None:
        fields = {
            "made_with": asdict(run.made_with),
            "questions": run.questions,
            "started": run.started,
            "finished": finished,
        }
        path = self._folder_of(run.name) / MADE
        try:
            replace_file(path, json.dumps(fields, ensure_ascii=False, indent=2).encode())
        except OSError as error:
            raise _not_written(path, error) from error

    def _folder_of(self, name: str) -> Path:
        if not _is_name(name):
            raise InvalidInput(
                f"{name!r} cannot be the name of a run",
                "use up to 100 letters, digits, -, _ and ., a letter, digit or _ first",
            )
        return self.folder / name


def evaluate(
    run: OpenRun,
    ask: Callable[[Item], Json],
    score: Callable[[Item, Json], dict[str, float]],
) -> Iterator[Result]:
    """Ask and score what is left of a run, recording and yielding each result as it comes.

    A question that cannot be asked, or at which the chat model fails, as the writer or the judge,
    is a result too, and the rest go on. Raises what else `ask` and `score` raise.
    """
    for item in run.left:
        result = _result(item, ask, score)
        run.record(result)
        yield result


def _result(
    item: Item, ask: Callable[[Item], Json], score: Callable[[Item, Json], dict[str, float]]
) -> Result:
    try:
        answer = ask(item)
    except (InvalidInput, ModelError) as error:
        return Result.failed(item, error)
    try:
        return Result(item, answer, score(item, answer))
    except ModelError as error:
        return Result.failed(item, error)


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def _for_appending(path: Path) -> BinaryIO:
    """The file, without the piece of a line at its end that an interruption left."""
    try:
        file = path.open("ab")
        file.truncate(len(_whole_lines(path.read_bytes())))
    except OSError as error:
        raise _not_written(path, error) from error
    return file


def _results(path: Path) -> dict[str, Result]:
    """The results of a file by id, the last for each; empty if there is none yet."""
    if not path.exists():
        return {}
    try:
        lines = _whole_lines(path.read_bytes()).split(b"\n")
    except OSError as error:
        raise _damaged(path, str(error.strerror)) from error
    found: dict[str, Result] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            where = f"line {number}"
            try:
                fields = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise _damaged(path, f"{where} is not JSON: {error}") from error
            result = _explained(path, read_result, fields, f"{where}: ")
            found[result.item.id] = result
    return found


def _whole_lines(data: bytes) -> bytes:
    return data[: data.rfind(b"\n") + 1]


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise _damaged(path, str(error.strerror)) from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path, f"it is not JSON: {error}") from error


def _explained(path: Path, read: Callable[[Any], Any], fields: Any, where: str = "") -> Any:
    """What `read` makes of the fields; its refusal names the file."""
    try:
        return read(fields)
    except InvalidInput as error:
        raise _damaged(path, f"{where}{error.message}") from error


def _damaged(path: Path, why: str) -> InvalidInput:
    return InvalidInput(
        f"{path} cannot be read: {why}",
        f"delete {path.parent} and evaluate anew, or give the run another name",
    )


def _not_written(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path} cannot be written: {error.strerror}",
        "check that the library's folder can be written and that the disk has room",
    )
