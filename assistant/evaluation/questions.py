"""A question set: a JSON Lines file of questions with what is known of their right answers.

A set is read whole or refused whole, and then every line at fault is named; nothing of it is
skipped in silence. `evidence`, `answer`, `must_not`, `kind` and `answerable` are each optional.
How an answer is scored against an item is not said here.
"""

import json
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from assistant.batch import parsed_lines
from assistant.evaluation.atomic import replace_file
from assistant.evaluation.overlap import came_from, squeezed
from index.errors import InvalidInput, StorageError

MOST_NAMED = 20  # lines at fault that one message names
FIELDS = ("id", "kind", "question", "history", "answerable", "answer", "evidence", "must_not")
EVIDENCE_FIELDS = ("file", "page", "quote")
REMEDY = (
    'write each line as {"id": "q1", "question": "…"}, with what is known of "kind", "history", '
    '"answerable", "answer", "must_not" and "evidence": [{"file": "…", "page": 1, "quote": "…"}]'
)
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # as `parsed_lines` counts them
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Evidence:
    """Words that answer: `quote` stands in `file` (the end of its path), on `page` (from 1).

    `page` is None where the original has no pages or nobody noted it.
    """

    file: str
    page: int | None
    quote: str


@dataclass(frozen=True)
class Item:
    """A question and what is known of its answer; `line` is where it stands, 0 for nowhere yet.

    `history` are the earlier questions of the conversation, oldest first; `answerable` is None
    where nobody knows, `answer` a reference in other words, `must_not` wrong statements.
    """

    id: str
    kind: str
    question: str
    history: tuple[str, ...] = ()
    answerable: bool | None = None
    answer: str | None = None
    evidence: tuple[Evidence, ...] = ()
    must_not: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class QuestionSet:
    """The questions of a file, in order, and in `remarks` what of it was not used, by line."""

    items: tuple[Item, ...]
    remarks: tuple[str, ...] = ()


def read_set(path: Path) -> QuestionSet:
    """The question set of a file.

    Raises one `InvalidInput` that names each line at fault (at most `MOST_NAMED`, then a count),
    also for a file without questions.
    """
    found = _read(path)
    if not found.items:
        raise InvalidInput(f"{path} holds no question", REMEDY)
    return found


def missing_files(questions: QuestionSet, origins: Iterable[str]) -> tuple[str, ...]:
    """Each evidence file that none of these origins is, with its line; `origins` are a library's.

    Evidence in such a file can't be found, however good the search.
    """
    known = tuple(origins)
    asked = dict.fromkeys((e.file, item.line) for item in questions.items for e in item.evidence)
    there: dict[str, bool] = {}
    for file, _ in asked:
        if file not in there:
            there[file] = any(came_from(origin, file) for origin in known)
    return tuple(
        f"line {line}: {file} is not in the library" for file, line in asked if not there[file]
    )


def find(path: Path, name: str) -> Item | None:
    """The item of that id in a set, None if there is none or no set. Raises as `put` does."""
    return _taken_apart(path, name)[0]


def put(path: Path, item: Item) -> Item | None:
    """Save the item in a set, which is made if there is none; all or nothing.

    It takes the place of the item with its id, which is returned, or else is the last line. Threads
    of one process take turns. Raises `InvalidInput` for an item that could not be read back and a
    set that is broken, `StorageError` for one that cannot be read or written.
    """
    line = _line(path, item)
    with _one_at_a_time:
        former, lines = _taken_apart(path, item.id)
        if former:
            lines[former.line - 1] = line
        else:
            lines.append(line)
        _replace(path, lines)
    return former


def remove(path: Path, name: str) -> Item | None:
    """Take the item of that id out of a set; what was taken out, None if there is no such item.

    A set that is left without a question is deleted. Raises as `put` does.
    """
    with _one_at_a_time:
        former, lines = _taken_apart(path, name)
        if former:
            del lines[former.line - 1]
            _replace(path, lines)
    return former


def item_json(item: Item) -> dict[str, Any]:
    """The item as a line of a set holds it; what is not known is left out."""
    fields = {
        "id": item.id,
        "kind": item.kind,
        "question": item.question,
        "history": list(item.history),
        "answerable": item.answerable,
        "answer": item.answer,
        "evidence": [asdict(evidence) for evidence in item.evidence],
        "must_not": list(item.must_not),
    }
    always = ("id", "question")
    return {n: v for n, v in fields.items() if n in always or v not in (None, [], "")}


def read_item(fields: Any, line: int = 0) -> Item:
    """The item that such a line holds. Raises `InvalidInput` saying all that is wrong with it."""
    faults = list(_faults(fields))
    if faults:
        raise InvalidInput(f"line {line}: {'; '.join(faults)}", REMEDY)
    return _item(fields, line)


def _line(path: Path, item: Item) -> bytes:
    """The item as a line of this set. Raises `InvalidInput` if it could not be read back."""
    fields = item_json(item)
    faults = list(_faults(fields))
    if faults:
        raise InvalidInput(f"the question cannot be added to {path}: {'; '.join(faults)}", REMEDY)
    try:
        return json.dumps(fields, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError as error:
        raise InvalidInput(
            f"the question cannot be added to {path}: it has half of a character", "type it anew"
        ) from error


def _taken_apart(path: Path, name: str) -> tuple[Item | None, list[bytes]]:
    """The item of that id, and the lines of the set with their ends; nothing of an absent one."""
    if path.suffix == ".gz":
        raise InvalidInput(f"{path} is packed, and nothing in it can be changed", "unpack it first")
    try:
        lines = _LINE.findall(path.read_bytes())
    except FileNotFoundError:
        return None, []
    except OSError as error:
        raise _closed(path, "read", error) from error
    items = _read(path).items
    if lines and not lines[-1].endswith((b"\n", b"\r")):
        lines[-1] += b"\n"
    return next((item for item in items if item.id == name), None), lines


def _replace(path: Path, lines: list[bytes]) -> None:
    try:
        if any(line.strip() for line in lines):
            replace_file(path, b"".join(lines))
        else:
            path.unlink()
    except OSError as error:
        raise _closed(path, "written", error) from error


def _closed(path: Path, how: str, error: OSError) -> StorageError:
    return StorageError(
        f"{path} cannot be {how}: {error.strerror}",
        "check that its folder can be read and written and that the disk has room",
    )


def _read(path: Path) -> QuestionSet:
    items: list[Item] = []
    first_lines: dict[str, int] = {}
    remarks: list[str] = []
    wrong: list[str] = []
    for line in parsed_lines(path):
        if line.error:
            wrong.append(f"line {line.number}: is not JSON: {line.error}")
            continue
        faults = list(_faults(line.value))
        name = line.value.get("id") if isinstance(line.value, dict) else None
        if isinstance(name, str) and first_lines.setdefault(name, line.number) != line.number:
            faults.append(f'the id "{name}" is that of line {first_lines[name]}')
        if faults:
            wrong.append(f"line {line.number}: {'; '.join(faults)}")
            continue
        items.append(_item(line.value, line.number))
        unknown = _unknown(line.value)
        remarks += (f"line {line.number}: {what} is not known and not used" for what in unknown)
    if wrong:
        raise InvalidInput(_told(path, wrong), REMEDY)
    return QuestionSet(tuple(items), tuple(remarks))


def _told(path: Path, wrong: list[str]) -> str:
    lines = "1 line" if len(wrong) == 1 else f"{len(wrong)} lines"
    more = [f"and {len(wrong) - MOST_NAMED} more"] if len(wrong) > MOST_NAMED else []
    return "\n".join([f"{path} has {lines} that cannot be used:", *wrong[:MOST_NAMED], *more])


def _faults(fields: Any) -> Iterator[str]:
    """What is wrong with a line, in words; nothing if it can be used."""
    if not isinstance(fields, dict):
        yield "is no JSON object"
        return
    for name in ("id", "question"):
        if not _is_text(fields.get(name)):
            yield f'has no "{name}", or one that is no text'
    for name in ("kind", "answer"):
        if not isinstance(fields.get(name), str | None):
            yield f'"{name}" is no text'
    for name in ("history", "must_not"):
        if not _is_list(fields.get(name), str):
            yield f'"{name}" is no list of texts'
    if not isinstance(fields.get("answerable"), bool | None):
        yield '"answerable" is neither true nor false'
    evidence = fields.get("evidence")
    if not _is_list(evidence, dict):
        yield '"evidence" is no list of objects'
        return
    for number, one in enumerate(evidence or (), 1):
        yield from (f"evidence {number}: {fault}" for fault in _evidence_faults(one))


def _evidence_faults(fields: dict[str, Any]) -> Iterator[str]:
    for name in ("file", "quote"):
        if not _is_text(fields.get(name)):
            yield f'has no "{name}", or one that is no text'
    page = fields.get("page")
    # True is an int to Python
    if page is not None and (type(page) is not int or page < 1):
        yield '"page" is no number from 1'


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(squeezed(value))


def _is_list(value: Any, kind: type) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(v, kind) for v in value))


def _item(fields: dict[str, Any], line: int) -> Item:
    return Item(
        id=fields["id"],
        kind=fields.get("kind") or "",
        question=fields["question"],
        history=tuple(fields.get("history") or ()),
        answerable=fields.get("answerable"),
        answer=fields.get("answer") or None,
        evidence=tuple(
            Evidence(one["file"], one.get("page"), one["quote"])
            for one in fields.get("evidence") or ()
        ),
        must_not=tuple(fields.get("must_not") or ()),
        line=line,
    )


def _unknown(fields: dict[str, Any]) -> Iterator[str]:
    yield from (f'the field "{name}"' for name in fields if name not in FIELDS)
    for number, one in enumerate(fields.get("evidence") or (), 1):
        unknown = (name for name in one if name not in EVIDENCE_FIELDS)
        yield from (f'the field "{name}" of evidence {number}' for name in unknown)
