"""The questions and claims written by hand for this project, beside the labelled sets.

They lie in `authored/`, whose README.md tells what they are; most refer to passages of the data
folder by their id, and are left out where that passage is not among those asked for.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.evidence.training.data import Row, Text
from index.evidence.types import Pair

FOLDER = Path(__file__).parent / "authored"
VERDICTS = ("supported", "refuted", "not_enough_info")
ANSWERS = ("answers", "no_answer")


def authored_claims(texts: Sequence[Text]) -> Iterator[Row]:
    """The claims about these passages, as rows of the source "authored"."""
    return _about(texts, "claims", VERDICTS)


def authored_questions(texts: Sequence[Text]) -> Iterator[Row]:
    """The questions about these passages, labelled "answers" or "no_answer"."""
    return _about(texts, "questions", ANSWERS)


def findings() -> Iterator[Row]:
    """The invented research findings with their claims, as rows of the source "findings"."""
    for fields in _lines("findings"):
        for label in VERDICTS:
            for claim in fields[label]:
                yield Row("findings", Pair(fields["evidence"], claim), label)


def _about(texts: Sequence[Text], name: str, labels: Sequence[str]) -> Iterator[Row]:
    known = {text.id: text for text in texts}
    for fields in _lines(name):
        text = known.get(fields["id"])
        if text:
            for label in labels:
                for sentence in fields[label]:
                    yield Row("authored", Pair(text.text, sentence, text.title), label)


def _lines(name: str) -> Iterator[dict[str, Any]]:
    for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)
