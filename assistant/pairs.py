"""Pairs of evidence and claim from a file, judged: one JSON line in, one JSON line out."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.batch import failure, read_lines, write_lines
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

    def lines() -> Iterator[dict[str, Any]]:
        rest = iter(pairs)
        while batch := list(islice(rest, BATCH)):
            yield from _judged(batch, verifier)

    return write_lines(target, source, lines())


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
            yield failure(batch[0][0], error)
            return
        for one in batch:
            yield from _judged([one], verifier)
        return
    for (name, _), judgement in zip(batch, found, strict=True):
        yield {"id": name, **judgement_json(judgement)}


def _read(source: Path) -> Iterator[tuple[Any, Pair]]:
    for fields, where in read_lines(source, _REMEDY):
        match fields:
            case {"evidence": str(evidence), "claim": str(claim)}:
                context = fields.get("context") or ""
                yield fields.get("id"), Pair(evidence, claim, str(context))
            case _:
                raise InvalidInput(f"{where} has no evidence or no claim that is a text", _REMEDY)
