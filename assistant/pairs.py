"""Pairs of evidence and claim from a file, judged: one JSON line in, one JSON line out."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from index.errors import InvalidInput
from index.evidence.types import Judgement, Pair, Verifier

BATCH = 64
_REMEDY = 'write each line as {"id": "p1", "evidence": "…", "claim": "…"}'


def verify_pairs(source: Path, target: Path, verifier: Verifier) -> tuple[int, int]:
    """Write a judgement for each pair of `source` to `target`; (pairs, failures).

    A pair that cannot be judged has `{"id", "error", "remedy"}` as its line, and the rest go on.
    Raises `InvalidInput`, before anything is written, if the file cannot be read as pairs.
    """
    pairs = list(_read(source))
    if target.exists() and target.samefile(source):
        raise InvalidInput(f"{target} has the pairs", "name another file with --out")
    failures = 0
    try:
        with target.open("w", encoding="utf-8") as file:
            rest = iter(pairs)
            while batch := list(islice(rest, BATCH)):
                for line in _judged(batch, verifier):
                    failures += "error" in line
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()  # what is judged survives an interruption
    except OSError as error:
        raise InvalidInput(
            f"{target} cannot be written: {error.strerror}", "name another file with --out"
        ) from error
    return len(pairs), failures


def judgement_json(judgement: Judgement) -> dict[str, Any]:
    """A judgement as it is written."""
    return {
        "supported": round(judgement.supported, 4),
        "refuted": round(judgement.refuted, 4),
        "not_enough_info": round(judgement.not_enough_info, 4),
        "window": [judgement.start, judgement.end],
        "notes": list(judgement.notes),
    }


def _judged(batch: list[tuple[Any, Pair]], verifier: Verifier) -> Iterator[dict[str, Any]]:
    """The lines of a batch: all at once, or one by one where one of them cannot be judged."""
    try:
        found = verifier.verify([pair for _, pair in batch])
    except (InvalidInput, ModelError) as error:
        if len(batch) == 1:
            yield {"id": batch[0][0], "error": error.message, "remedy": error.remedy}
            return
        for one in batch:
            yield from _judged([one], verifier)
        return
    for (name, _), judgement in zip(batch, found, strict=True):
        yield {"id": name, **judgement_json(judgement)}


def _read(source: Path) -> Iterator[tuple[Any, Pair]]:
    try:
        # not splitlines, which takes marks that JSON allows in a text for ends of lines
        lines = source.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{source} cannot be read: {error}", "name a JSON Lines file") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InvalidInput(f"{source}, line {number} is not JSON: {error}", _REMEDY) from error
        match fields:
            case {"evidence": str(evidence), "claim": str(claim)}:
                context = fields.get("context") or ""
                yield fields.get("id"), Pair(evidence, claim, str(context))
            case _:
                raise InvalidInput(
                    f"{source}, line {number} has no evidence or no claim that is a text", _REMEDY
                )
