"""The judge is itself judged: the verifier against pairs whose labels are known.

Beside it stands plain containment, the share of the claim's content words that the evidence has:
what a verifier is worth is what it adds to that. The figures are `calibration`'s.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.batch import parsed_lines
from assistant.errors import ModelError
from assistant.evaluation.bootstrap import Interval
from assistant.evaluation.calibration import LABELS, Bin, Scored, judge_figures, reliability
from assistant.evaluation.questions import MOST_NAMED
from assistant.evaluation.results import Failure
from index.errors import InvalidInput
from index.evidence.types import Judgement, Pair, Verifier
from index.evidence.verifier import check_claim
from index.search import content_words, words_of

CONTAINMENT = "containment"
FIELDS = ("id", "evidence", "claim", "label", "context", "source")
REMEDY = (
    'write each line as {"id": "p1", "evidence": "…", "claim": "…", "label": '
    '"supported" | "refuted" | "not_enough_info" | "not_supported"}'
)
_BATCH = 64


@dataclass(frozen=True)
class Labelled:
    """A pair with what is right; `source` is the set it comes from, "" if nobody says."""

    id: str
    pair: Pair
    label: str
    source: str
    line: int


@dataclass(frozen=True)
class PairSet:
    """The pairs of a file, in order, and in `remarks` what of it was not used, by line."""

    pairs: tuple[Labelled, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class JudgeFigures:
    """What one judge is worth on all pairs, and on those of each source if there are several."""

    name: str
    figures: Mapping[str, Interval]
    by_source: Mapping[str, Mapping[str, Interval]]
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class JudgeReport:
    """The verifier and plain containment side by side; `failures` are pairs left out, by id."""

    pairs: int
    labels: Mapping[str, int]
    judges: tuple[JudgeFigures, ...]
    failures: tuple[tuple[Labelled, Failure], ...]
    remarks: tuple[str, ...]


def read_pairs(path: Path) -> PairSet:
    """The labelled pairs of a file, which may be packed (.gz).

    Raises one `InvalidInput` that names each line at fault (at most `MOST_NAMED`, then a count),
    also for a file without pairs.
    """
    pairs: list[Labelled] = []
    remarks: list[str] = []
    wrong: list[str] = []
    for line in parsed_lines(path):
        faults = [f"is not JSON: {line.error}"] if line.error else list(_faults(line.value))
        if faults:
            wrong.append(f"line {line.number}: {'; '.join(faults)}")
            continue
        pairs.append(_labelled(line.value, line.number))
        unknown = (name for name in line.value if name not in FIELDS)
        remarks += (
            f'line {line.number}: the field "{name}" is not known and not used' for name in unknown
        )
    if wrong:
        more = [f"and {len(wrong) - MOST_NAMED} more"] if len(wrong) > MOST_NAMED else []
        told = [f"{path} has lines that cannot be used:", *wrong[:MOST_NAMED], *more]
        raise InvalidInput("\n".join(told), REMEDY)
    if not pairs:
        raise InvalidInput(f"{path} holds no pair", REMEDY)
    return PairSet(tuple(pairs), tuple(remarks))


def judge_pairs(
    given: PairSet, verifier: Verifier, advance: Callable[[int], None] = lambda _: None
) -> JudgeReport:
    """What the verifier is worth on these pairs; `advance` is told how many more are judged.

    A pair at which the chat model fails is left out of all figures. Raises `InvalidInput` if
    none can be judged, and what else the verifier raises.
    """
    judged: list[tuple[Labelled, Judgement]] = []
    failures: list[tuple[Labelled, Failure]] = []
    rest = iter(given.pairs)
    while batch := list(islice(rest, _BATCH)):
        for one, found in _judged(batch, verifier):
            if isinstance(found, Failure):
                failures.append((one, found))
            else:
                judged.append((one, found))
        advance(len(batch))
    if not judged:
        first = failures[0][1]
        raise InvalidInput(f"no pair could be judged: {first.error}", first.remedy)
    pairs = [one for one, _ in judged]
    said = [Scored(one.label, found.supported, found.verdict) for one, found in judged]
    contained = [Scored(one.label, containment(one.pair)) for one in pairs]
    return JudgeReport(
        pairs=len(pairs),
        labels={name: n for name in LABELS if (n := sum(one.label == name for one in pairs))},
        judges=(_judge(verifier.name, pairs, said), _judge(CONTAINMENT, pairs, contained)),
        failures=tuple(failures),
        remarks=given.remarks,
    )


def containment(pair: Pair) -> float:
    """The share, in [0, 1], of the claim's content words that stand in the evidence."""
    wanted = set(content_words(pair.claim) or words_of(pair.claim))
    return len(wanted & set(words_of(pair.evidence))) / len(wanted) if wanted else 0.0


def _judged(
    batch: Sequence[Labelled], verifier: Verifier
) -> Iterator[tuple[Labelled, Judgement | Failure]]:
    """All at once, or one by one where the chat model fails at one of them."""
    try:
        found = verifier.verify([one.pair for one in batch])
    except ModelError as error:
        if len(batch) == 1:
            yield batch[0], Failure(error.message, error.remedy)
            return
        for one in batch:
            yield from _judged([one], verifier)
        return
    yield from zip(batch, found, strict=True)


def _judge(name: str, pairs: Sequence[Labelled], said: Sequence[Scored]) -> JudgeFigures:
    sources = list(dict.fromkeys(one.source for one in pairs))
    by_source = {
        source: judge_figures(
            [j for one, j in zip(pairs, said, strict=True) if one.source == source]
        )
        for source in (sources if len(sources) > 1 else ())
    }
    return JudgeFigures(name, judge_figures(said), by_source, reliability(said))


def _faults(fields: Any) -> Iterator[str]:
    """What is wrong with a line, in words; nothing if it can be used."""
    if not isinstance(fields, dict):
        yield "is no JSON object"
        return
    for name in ("evidence", "claim"):
        if not isinstance(fields.get(name), str) or not fields[name].strip():
            yield f'has no "{name}", or one that is no text'
    for name in ("context", "source"):
        if not isinstance(fields.get(name), str | None):
            yield f'"{name}" is no text'
    if fields.get("label") not in LABELS:
        yield f'"label" is none of {", ".join(LABELS)}'
    claim = fields.get("claim")
    if isinstance(claim, str) and claim.strip():
        try:
            check_claim(Pair("", claim))
        except InvalidInput as error:
            yield error.message


def _labelled(fields: dict[str, Any], line: int) -> Labelled:
    pair = Pair(fields["evidence"], fields["claim"], fields.get("context") or "")
    name = fields.get("id")
    return Labelled(
        id=f"line {line}" if name is None else str(name),
        pair=pair,
        label=fields["label"],
        source=fields.get("source") or "",
        line=line,
    )
