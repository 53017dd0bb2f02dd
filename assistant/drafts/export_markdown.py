"""A checked draft as Markdown (CommonMark), in which nothing that others wrote is markup.

What is said of a claim is decided in `export`, not here.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.drafts.checked import (
    PROBABILITY_MEANING,
    SYMBOLS,
    WORDS,
    CheckedDraft,
    CheckedPart,
    Row,
    asides_of,
    rows_of,
)
from assistant.drafts.export import (
    DISAGREEMENT,
    evidence,
    head,
    meanings,
    one_line,
    probability,
    resolved,
    source_line,
    summary,
)

_MARKS = re.compile(r"[\\`*_\[\]<>&|~$#!]")
_OPENING = re.compile(r"^(?:[-+=]|\d{1,9}(?=[.)]))")  # of a list, or what makes the line above one


def as_markdown(draft: CheckedDraft, parts: Sequence[CheckedPart]) -> str:
    """A head, then a section a claim, then what was not checked."""
    return "\n".join([*_head(draft, rows_of(parts)), *_claims(parts), *_asides(parts)])


def _head(draft: CheckedDraft, rows: Sequence[Row]) -> Iterator[str]:
    yield "# Checked draft\n"
    for name, value in head(draft):
        yield f"- **{name}:** {_plain(value)}"
    yield f"\n{summary(rows)}.\n"
    for verdict, meaning in meanings(rows):
        yield f"- **{verdict}:** {meaning}"
    yield f"\n{PROBABILITY_MEANING}\n"


def _claims(parts: Sequence[CheckedPart]) -> Iterator[str]:
    for row in rows_of(parts):
        sure = f" ({probability(row)})" if row.checked else ""
        disagreement = f": {DISAGREEMENT}" if row.disagrees else ""
        verdict = f"{SYMBOLS[row.verdict]} {WORDS[row.verdict]}{sure}{disagreement}"
        yield f"## {row.number}. {verdict}\n"
        yield f"> {_plain(row.claim.text)}\n"
        if row.claim.resolved:
            yield f"Read as: {_plain(resolved(row))}\n"
        for stance, words in evidence(row):
            yield f"- **{stance}:** “{_plain(words.words)}”  "
            yield f"  {_plain(source_line(words))}  "
            yield f"  {_plain(words.origin)}"
        for note in row.notes:
            yield f"- **Note:** {_plain(note)}"
        yield ""


def _asides(parts: Sequence[CheckedPart]) -> Iterator[str]:
    asides = asides_of(parts)
    if asides:
        yield "## Not checked\n\nThese sentences claim nothing that could be looked up.\n"
    for aside in asides:
        yield f"- {_plain(aside.kind)}: {_plain(aside.text)}"
    yield ""


def _plain(text: str) -> str:
    """The text on one line, its marks escaped (CommonMark 2.4)."""
    line = _MARKS.sub(r"\\\g<0>", one_line(text))
    return _OPENING.sub(_escaped_opening, line)


def _escaped_opening(found: re.Match[str]) -> str:
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"
