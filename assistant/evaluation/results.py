"""What came of one question of a run: its answer and scores, or why there is neither.

Written as one JSON line and read back the same. How scores are made is not said here.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from assistant.evaluation.answers import Json
from assistant.evaluation.questions import Item, item_json, read_item
from index.errors import AttestError, InvalidInput


@dataclass(frozen=True)
class Failure:
    """Why a question has no answer, and what to do."""

    error: str
    remedy: str


@dataclass(frozen=True)
class Result:
    """A question with the JSON of its answer and its scores by metric, or its failure."""

    item: Item
    answer: Json | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    failure: Failure | None = None

    @classmethod
    def failed(cls, item: Item, error: AttestError) -> "Result":
        """The result of a question that could not be answered."""
        return cls(item, failure=Failure(error.message, error.remedy))


def result_json(result: Result) -> dict[str, Any]:
    """The result as a line of a run holds it."""
    fields: dict[str, Any] = {"item": item_json(result.item), "line": result.item.line}
    if result.failure:
        return fields | {"failure": asdict(result.failure)}
    return fields | {"scores": dict(result.scores), "answer": result.answer}


def read_result(fields: Any) -> Result:
    """The result that such a line holds. Raises `InvalidInput` if it is none."""
    match fields:
        case {"item": item, "line": int(line), "failure": {"error": str(error), "remedy": str(do)}}:
            return Result(read_item(item, line), failure=Failure(error, do))
        case {"item": item, "line": int(line), "answer": dict(answer), "scores": dict(scores)}:
            if all(isinstance(score, int | float) for score in scores.values()):
                numbers = {name: float(score) for name, score in scores.items()}
                return Result(read_item(item, line), answer, numbers)
    raise InvalidInput("it has no item with an answer and scores, nor a failure", "evaluate anew")
