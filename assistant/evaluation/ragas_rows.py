"""A run's questions and answers in the rows that other evaluation tools read.

The names are those of `SingleTurnSample` in RAGAS (https://docs.ragas.io/en/stable/concepts/
components/eval_sample/; `EvaluationDataset.from_jsonl` reads the file, and passes over fields that
are not its own). DeepEval's `EvaluationDataset.add_test_cases_from_json_file`
(https://deepeval.com/docs/evaluation-datasets) reads one JSON list and is told which key holds
what: input user_input, actual output response, expected output reference, context
reference_contexts, retrieval context retrieved_contexts. Nothing is scored here.
"""

from collections.abc import Iterator
from typing import Any

from assistant.evaluation.answers import Json, read_answer
from assistant.evaluation.results import Result
from assistant.evaluation.runs import Run


def rows(run: Run) -> Iterator[dict[str, Any]]:
    """A row for each question that has an answer, in their order."""
    for result in run.results:
        if result.answer is not None:
            yield _row(result, result.answer)


def _row(result: Result, answer: Json) -> dict[str, Any]:
    """All fields in each row: a table is made of those that the first one has."""
    item, answered = result.item, read_answer(answer, result.item.id)
    return {
        # as it stands on its own, for these tools know no earlier questions
        "user_input": answer.get("standalone_question") or item.question,
        "response": answer.get("reason") or "" if answered.abstained else answered.text,
        "retrieved_contexts": [passage.text for passage in answered.passages],
        "reference": item.answer,
        "reference_contexts": [evidence.quote for evidence in item.evidence] or None,
        "id": item.id,
        "kind": item.kind,
        "question": item.question,
        "history": list(item.history),
        "answerable": item.answerable,
        "abstained": answered.abstained,
        "citations": [
            {"origin": cited.origin, "title": cited.title, "quote": cited.quote}
            for cited in answered.citations
        ],
        "scores": dict(result.scores),
    }
