"""Claims from a file, checked: one JSON line in, one JSON line out, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.batch import read_lines, run_each
from assistant.checking import Checker
from assistant.output import checked_json
from index.errors import InvalidInput
from index.types import Filters

_REMEDY = 'write each line as {"id": "c1", "claim": "…"}'


@dataclass(frozen=True)
class Claim:
    """A line of a file of claims: `{"id", "claim"}`."""

    id: Any
    claim: str


def check_claims(
    source: Path, target: Path, checker: Checker, filters: Filters = Filters()
) -> tuple[int, int]:
    """Write the verdict on each claim of `source` to `target`; (claims, failures).

    A claim that cannot be checked has `{"id", "error", "remedy"}` as its line, and the rest go on.
    Raises `InvalidInput`, before anything is written, if the file cannot be read as claims.
    """

    def handle(claim: Claim) -> dict[str, Any]:
        return checked_json(checker.check(claim.claim, filters), claim.id)

    return run_each(tuple(_read(source)), source, target, handle)


def _read(source: Path) -> Iterator[Claim]:
    for fields, where in read_lines(source, _REMEDY):
        match fields:
            case {"claim": str(claim)}:
                yield Claim(fields.get("id"), claim)
            case _:
                raise InvalidInput(f"{where} has no claim that is a text", _REMEDY)
