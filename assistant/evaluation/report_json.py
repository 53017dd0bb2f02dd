"""A report as JSON: the same figures give the same bytes, for what differs by the clock is apart.

Under "run" stand its name and when it was made, under "times" the figures that are seconds; all
the rest is the same for two runs of the same state.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from assistant.evaluation.bootstrap import Interval
from assistant.evaluation.comparison import Change, Comparison, Row, shortfall
from assistant.evaluation.figures import TIMES
from assistant.evaluation.labelled import JudgeFigures, JudgeReport
from assistant.evaluation.summary import Summary
from assistant.evaluation.thresholds import Breach

Json = dict[str, Any]


def report_json(
    summary: Summary | None, judge: JudgeReport | None, breaches: Sequence[Breach]
) -> Json:
    """All that was measured: of the run, of the judge, and the limits that aren't kept."""
    value: Json = {} if summary is None else _summary_json(summary)
    if judge:
        value["judge"] = _judge_json(judge)
    return value | {"breaches": [_breach_json(breach) for breach in breaches]}


def as_text(value: Json) -> str:
    """A report as a file holds it."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _summary_json(summary: Summary) -> Json:
    run = summary.run
    return {
        "run": {
            "name": run.name,
            "started": run.started,
            "finished": run.finished,
        },
        "questions": run.questions,
        "answered": len(run.results) - len(summary.failed),
        "made_with": asdict(run.made_with),
        "figures": _figures(summary.figures, of_time=False),
        "by_kind": _by_kind(summary, of_time=False),
        "left_out": dict(summary.left_out),
        "shortfalls": {r.item.id: why for r in run.results if (why := shortfall(r))},
        "failures": {r.item.id: asdict(r.failure) for r in summary.failed if r.failure},
        "warnings": list(summary.warnings),
        "comparison": _comparison_json(summary.comparison) if summary.comparison else None,
        "repeats_the_baseline": summary.repeats_the_baseline,
        "times": {
            "figures": _figures(summary.figures, of_time=True),
            "by_kind": _by_kind(summary, of_time=True),
            "comparison": _rows(summary.comparison, of_time=True),
        },
    }


def _figures(figures: Mapping[str, Interval], *, of_time: bool) -> Json:
    return {name: asdict(value) for name, value in figures.items() if (name in TIMES) == of_time}


def _by_kind(summary: Summary, *, of_time: bool) -> Json:
    kinds = summary.by_kind.items()
    return {kind: _figures(figures, of_time=of_time) for kind, figures in kinds}


def _comparison_json(found: Comparison) -> Json:
    return {
        "baseline": found.baseline,
        "made_differently": list(found.made_differently),
        "figures": _rows(found, of_time=False),
        "better": [_change_json(change) for change in found.better],
        "worse": [_change_json(change) for change in found.worse],
        "unchanged": found.unchanged,
        "only_in_baseline": list(found.only_in_baseline),
        "only_in_run": list(found.only_in_run),
        "altered": list(found.altered),
    }


def _rows(found: Comparison | None, *, of_time: bool) -> Json:
    rows = found.rows if found else ()
    return {row.name: _row_json(row) for row in rows if (row.name in TIMES) == of_time}


def _row_json(row: Row) -> Json:
    parts = {"baseline": row.baseline, "run": row.run, "difference": row.difference}
    return {name: asdict(part) if part else None for name, part in parts.items()}


def _change_json(change: Change) -> Json:
    return {
        "id": change.item.id,
        "question": change.item.question,
        "metric": change.metric,
        "baseline": change.baseline,
        "run": change.run,
        "reason": change.reason,
    }


def _judge_json(report: JudgeReport) -> Json:
    return {
        "pairs": report.pairs,
        "labels": dict(report.labels),
        "judges": [_figures_json(judge) for judge in report.judges],
        "failures": {one.id: asdict(failure) for one, failure in report.failures},
        "remarks": list(report.remarks),
    }


def _figures_json(judge: JudgeFigures) -> Json:
    return {
        "name": judge.name,
        "figures": {name: asdict(value) for name, value in judge.figures.items()},
        "by_source": {
            source: {name: asdict(value) for name, value in figures.items()}
            for source, figures in judge.by_source.items()
        },
        "reliability": [asdict(one) for one in judge.bins],
    }


def _breach_json(breach: Breach) -> Json:
    return {
        "metric": breach.limit.metric,
        "limit": breach.limit.value,
        "at_least": breach.limit.is_least,
        "figure": asdict(breach.figure) if breach.figure else None,
        "reason": breach.reason,
        "worst": [{"id": result.item.id, "value": value} for result, value in breach.worst],
    }
