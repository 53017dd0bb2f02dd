"""All that a report says of a run, computed once: figures, what is left out and why, comparison.

How it is shown, as text, page or JSON, is decided by those who show it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.evaluation.bootstrap import Interval
from assistant.evaluation.comparison import Comparison, compare
from assistant.evaluation.figures import (
    FAILED,
    FIGURES,
    REFUSAL_PRECISION,
    REFUSAL_RECALL,
    TIMES,
    TOKENS,
    figures,
    figures_by_kind,
)
from assistant.evaluation.metrics import (
    CITATION_PRECISION,
    CITATION_RECALL,
    CITES_THE_EVIDENCE,
    CONTRADICTION_RATE,
    GROUNDEDNESS,
    MUST_NOT,
    RECALLS,
)
from assistant.evaluation.ranking import MRR, NDCG
from assistant.evaluation.results import Result
from assistant.evaluation.runs import Run

_NEEDS = {
    **dict.fromkeys((*RECALLS, NDCG, MRR, CITES_THE_EVIDENCE), "no evidence in the set"),
    **dict.fromkeys(
        (CITATION_RECALL, GROUNDEDNESS, CONTRADICTION_RATE), "no statement that needs support"
    ),
    CITATION_PRECISION: "no citation",
    MUST_NOT: "no must_not in the set",
    REFUSAL_RECALL: "no unanswerable question in the set",
    **dict.fromkeys(TOKENS, "no chat model wrote, or it did not count"),
}


@dataclass(frozen=True)
class Summary:
    """A run and what it is worth; a `comparison` if there is a `baseline`.

    `figures` by name, in the order of `FIGURES`; `by_kind` is empty where there is one kind only;
    `left_out` has a reason for each figure that the run does not give.
    """

    run: Run
    figures: Mapping[str, Interval]
    by_kind: Mapping[str, Mapping[str, Interval]]
    left_out: Mapping[str, str]
    baseline: Run | None = None
    comparison: Comparison | None = None
    warnings: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[Result, ...]:
        """The questions without an answer."""
        return tuple(result for result in self.run.results if result.failure)

    @property
    def repeats_the_baseline(self) -> bool | None:
        """Whether what made both is the same and so are all figures but the times.

        None where something else made the baseline, or there is none.
        """
        if self.comparison is None or self.comparison.made_differently:
            return None
        rows = [row for row in self.comparison.rows if row.name not in TIMES]
        return all(row.baseline == row.run for row in rows)


def summarise(run: Run, baseline: Run | None = None, warnings: Sequence[str] = ()) -> Summary:
    """All that there is to say of the run. Its bootstraps take a second or two."""
    found = figures(run.results)
    kinds = figures_by_kind(run.results)
    return Summary(
        run=run,
        figures=found,
        by_kind=kinds if len(kinds) > 1 else {},
        left_out={n: left_out(n, run.results) for n in FIGURES if n not in found},
        baseline=baseline,
        comparison=compare(baseline, run) if baseline else None,
        warnings=tuple(warnings),
    )


def left_out(name: str, results: Sequence[Result]) -> str:
    """Why these results do not give the figure of that name."""
    if not results:
        return "no question was asked"
    if name != FAILED and all(result.failure for result in results):
        return "every question failed"
    if name == REFUSAL_PRECISION:
        told = any(result.item.answerable is not None for result in results)
        return "nothing was refused" if told else "the set does not say what is answerable"
    return _NEEDS.get(name, "nothing was answered")
