"""An addition to the library as HTML: each file's state, and what became of it.

Pure functions to strings in which names and reasons are escaped. What needs the reader, a refusal,
comes first.
"""

from collections import Counter
from collections.abc import Sequence
from html import escape

from ingest.outcome import Outcome
from ingest.progress import time_left
from ui.intake import Step
from ui.render import count

MOST_NAMED = 5  # of the files that wait or were left out, so that a list of hundreds stays short


def intake(step: Step) -> str:
    """How far files have come: a bar until all are done, and a line for each that is."""
    refused = [outcome for outcome in step.outcomes if outcome.refused]
    others = [outcome for outcome in step.outcomes if not outcome.refused]
    lines = [*map(_outcome, refused), *_under_way(step), *map(_outcome, others)]
    listed = f'<ul class="outcomes" tabindex="0" aria-label="Files">{"".join(lines)}</ul>'
    outcomes = listed if lines else ""
    if step.finished:
        return f'<div class="note" role="status">{_summary(step)}{outcomes}</div>'
    rate = f" ({step.passages / step.seconds:,.0f} a second)" if step.seconds > 1 else ""
    progress = (
        f"{step.done} of {count(step.total, 'file')} done, {count(step.pages, 'page')}, "
        f"{count(step.passages, 'passage')}{rate}{_left(step)}"
    )
    return (
        f'<div class="note"><p role="status">Adding: {progress}</p>'
        f'<div class="progress" role="progressbar" aria-label="Files added" aria-valuemin="0"'
        f' aria-valuemax="{step.total}" aria-valuenow="{step.done}">'
        f'<span style="width:{100 * step.done / max(1, step.total):.0f}%"></span></div>'
        f"{outcomes}</div>"
    )


def kept(step: Step) -> str:
    """What of these files must still be said once others follow: refused, or left out; or ""."""
    lines = "".join(_outcome(outcome) for outcome in step.outcomes if outcome.refused)
    refused = f'<ul class="outcomes" tabindex="0" aria-label="Refused">{lines}</ul>'
    said = _left_out(step) + (refused if lines else "")
    return f'<div class="note earlier"><p>Of the files before:</p>{said}</div>' if said else ""


def queue(names: Sequence[str]) -> str:
    """That these files wait until the addition before theirs has ended; "" for none."""
    if not names:
        return ""
    return (
        f'<p class="note">{count(len(names), "file")} waiting until the files before are done: '
        f"{_named(names)}.</p>"
    )


def _left(step: Step) -> str:
    seconds = step.seconds_left
    return "" if seconds is None or step.seconds < 2 else time_left(seconds)


def _under_way(step: Step) -> list[str]:
    """A line for each file that is read or waits to be embedded; those that wait are counted."""
    if step.finished:
        return []
    words = {"reading": "Reading", "read": "Read, waits to be added"}
    lines = [
        f'<li class="under-way"><span class="verdict">{words[state]}:</span>'
        f' <bdi class="name">{escape(name)}</bdi></li>'
        for name, state in step.files
        if state in words
    ]
    waiting = [name for name, state in step.files if state == "waiting"]
    if waiting:
        counted = count(len(waiting), "file")
        lines.append(f'<li class="under-way">{counted} waiting: {_named(waiting)}</li>')
    return lines


def _summary(step: Step) -> str:
    """How many files had which verdict, where there are enough to lose count; what was left out."""
    parts = []
    if len(step.outcomes) > 1:
        verdicts = Counter(outcome.verdict for outcome in step.outcomes)
        shown = ", ".join(f"{number:,} {verdict}" for verdict, number in verdicts.most_common())
        parts.append(f"<p><strong>{count(len(step.outcomes), 'file')}:</strong> {shown}</p>")
    parts.append(_left_out(step))
    return "".join(parts) or ("" if step.outcomes else "<p>Nothing was added.</p>")


def _left_out(step: Step) -> str:
    if not step.left_out:
        return ""
    return (
        f"<p><strong>Stopped.</strong> {count(len(step.left_out), 'file')} not taken in: "
        f"{_named(step.left_out)}. What was added stays; add the others again when you like.</p>"
    )


def _named(names: Sequence[str]) -> str:
    """The first of the names, and how many there are besides."""
    named = ", ".join(f"<bdi>{escape(name)}</bdi>" for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{named} and {more:,} more" if more > 0 else named


def _outcome(outcome: Outcome) -> str:
    name = f'<bdi class="name">{escape(outcome.origin)}</bdi>'
    verdict = f'<span class="verdict">{outcome.verdict.capitalize()}:</span>'
    if outcome.refused:
        why = escape(outcome.reason.rstrip("."))
        remedy = f"<strong>Try:</strong> {escape(outcome.remedy)}"
        return f'<li class="failed">{verdict} {name}: {why}. {remedy}</li>'
    passages = f", {count(outcome.passages, 'passage')}" if outcome.passages else ""
    reason = f" ({escape(outcome.reason)})" if outcome.reason else ""
    return f"<li>{verdict} {name}{passages}{reason}</li>"
