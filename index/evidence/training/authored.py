"""The questions and claims written by hand for this project, beside the labelled sets.

They lie in `authored/`, whose README.md tells what they are; some refer to passages of the data
folder by their id, and are left out where that passage is not among those asked for, the others
bring invented passages of their own.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.evidence.training.data import ANSWERS, FOR_HEADS_ONLY, Row, Text
from index.evidence.types import Pair

FOLDER = Path(__file__).parent / "authored"
VERDICTS = ("supported", "refuted", "not_enough_info")
INVENTED = ("findings", "policies", "articles", "studies")  # files with passages of their own


def authored_claims(texts: Sequence[Text]) -> Iterator[Row]:
    """The claims about these passages, as rows of the source "authored"."""
    return _about(texts, "claims", VERDICTS)


def authored_questions(texts: Sequence[Text]) -> Iterator[Row]:
    """The questions about these passages, labelled "answers" or "no_answer"."""
    return _about(texts, "questions", ANSWERS)


def invented() -> tuple[list[Row], list[Text]]:
    """The invented passages, with the rows of their claims and questions; sources are `INVENTED`.

    Passages are those that have a title and questions, and are read as a whole.
    """
    rows, texts = [], []
    for source in INVENTED:
        for fields in _lines(source):
            title, evidence = fields.get("title", ""), fields["evidence"]
            for label in (*VERDICTS, *ANSWERS):
                for sentence in fields.get(label, ()):
                    rows.append(Row(source, Pair(evidence, sentence, title), label))
            if title and source not in FOR_HEADS_ONLY:
                asked = tuple(fields["answers"])
                texts.append(Text(source, title, title, evidence, asked, fields["id"]))
    return rows, texts


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
