"""A question set is asked, scored and kept as a run, one question at a time.

The command and the page both go on with what this yields, and show it in their own ways. How an
answer is scored and where a run is kept is said elsewhere.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.assistant import Assistant
from assistant.evaluation.answers import Json
from assistant.evaluation.citation_judge import CitationJudge
from assistant.evaluation.making import made_with
from assistant.evaluation.metrics import scores
from assistant.evaluation.questions import Item, QuestionSet, missing_files
from assistant.evaluation.runs import RunStore, evaluate
from assistant.evaluation.version import attest_version
from assistant.output import answer_json
from index.types import Entry


@dataclass(frozen=True)
class Step:
    """How far a run has come: `done` of `total` questions need not be asked any more."""

    done: int
    total: int


def asked(
    assistant: Assistant, path: Path, questions: QuestionSet, name: str, store: RunStore
) -> Generator[Step, None, None]:
    """Ask what the run of that name still lacks of the set in `path`, a step for each question.

    The first step comes before anything is asked. What is answered is kept, also where the caller
    goes no further, and the same name goes on. Raises as `RunStore.open` and `Assistant.ask` do,
    but not for a question that cannot be asked: that is a result.
    """
    library = assistant.library
    entries = library.entries()
    made = made_with(assistant.settings, library.stats(), entries, path, attest_version())
    judge = CitationJudge(library.document, assistant.verifier)
    origins = {entry.source.origin: entry.origins for entry in entries}

    def ask(item: Item) -> Json:
        return answer_json(assistant.answer(item.question, item.history), item.id)

    def score(item: Item, answer: Json) -> dict[str, float]:
        return scores(item, answer, judge=judge.of(answer), states=judge.states, origins=origins)

    with store.open(name, made, questions.items) as run:
        total = len(questions.items)
        before = total - len(run.left)
        yield Step(before, total)
        for done, _ in enumerate(evaluate(run, ask, score), before + 1):
            yield Step(done, total)


def warnings_of(questions: QuestionSet, entries: Sequence[Entry], name: str) -> tuple[str, ...]:
    """What of a set is not used and which evidence can't be found, each under the set's name."""
    origins = [place for entry in entries for place in (entry.source.origin, *entry.origins)]
    return tuple(
        f"{name}, {what}" for what in (*questions.remarks, *missing_files(questions, origins))
    )


def name_of_now(now: datetime) -> str:
    """The name of a run that nobody named."""
    return now.strftime("%Y-%m-%d-%H%M%S")
