"""How well the flags on a chat model's sentences agree with a reader: precision and recall.

The sentences, the passages that the model was given and a reader's labels lie in `labelled/`; its
README says how they came about. A sentence is flagged where its verdict is neither supported nor
that it needs no support. What is measured is `Grounder`, on the passages as they stand in a
library of the development corpus. Nothing is judged here.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from assistant.evaluation.bootstrap import interval, ratio
from assistant.evaluation.overlap import came_from
from assistant.grounding import Grounder
from assistant.markers import MarkedSentence
from assistant.types import Grounding
from index.embedder import Embedder
from index.evidence.choice import chosen_verifier
from index.evidence.types import Verifier
from index.library import Library
from index.types import Document, Passage
from tests.benchmark_process import Json, lines_of

SENTENCES = Path(__file__).parent / "labelled" / "smollm2.jsonl"
SUPPORTED, UNSUPPORTED, NO_STATEMENT = "supported", "unsupported", "no statement"
LABELS = (SUPPORTED, UNSUPPORTED, NO_STATEMENT)
HASH_DIGITS = 12


@dataclass(frozen=True)
class Place:
    """A passage by its file in the corpus and its offsets; `sha256` begins the hash of its text."""

    file: str
    start: int
    end: int
    sha256: str


@dataclass(frozen=True)
class LabelledSentence:
    """A line of the file: what a model wrote, from which passages, and what a reader makes of it.

    `cited` are the numbers (from 1) of the passages that it cites, `borne_out_by` of those that
    bear it out if it is supported; `mode` says how the model was run.
    """

    id: str
    question_id: str
    mode: str
    sentence: str
    cited: tuple[int, ...]
    passages: tuple[Place, ...]
    label: str
    borne_out_by: tuple[int, ...]
    why: str


@dataclass(frozen=True)
class Judged:
    """A labelled sentence and the verdict on it."""

    labelled: LabelledSentence
    grounding: Grounding
    flagged: bool


def read_sentences(path: Path = SENTENCES) -> tuple[LabelledSentence, ...]:
    """The labelled sentences of a file, in order."""
    return tuple(map(_sentence, lines_of(path)))


def digest(text: str) -> str:
    """What tells whether a passage still reads as it did when the sentence was labelled."""
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]


def judge_sentences(
    sentences: Iterable[LabelledSentence], library: Library, verifier: Verifier
) -> tuple[tuple[Judged, ...], tuple[LabelledSentence, ...]]:
    """The sentences with their verdicts, and those lost because a passage reads otherwise now."""
    texts = _Texts(library)
    judged: list[Judged] = []
    lost: list[LabelledSentence] = []
    for one in sentences:
        passages = [texts.passage(place) for place in one.passages]
        known = [passage for passage in passages if passage is not None]
        if len(known) < len(passages):
            lost.append(one)
            continue
        marked = MarkedSentence(one.sentence, one.cited, ())
        statement = Grounder(known, verifier).statement(marked)
        judged.append(Judged(one, statement.grounding, not statement.supported))
    return tuple(judged), tuple(lost)


def figures(judged: Sequence[Judged]) -> Json:
    """Precision and recall of the flags among statements: in all, by citing and by mode.

    Intervals are of resampled questions. `recall` is the flagged share of the unsupported,
    `precision` the unsupported share of the flagged, `false alarms` the flagged share of those
    that a passage they cite bears out. What cites nothing is always flagged: it raises recall.
    """
    statements = [one for one in judged if one.labelled.label != NO_STATEMENT]
    groups = {
        "all": statements,
        "citing": [one for one in statements if one.labelled.cited],
        "citing nothing": [one for one in statements if not one.labelled.cited],
    }
    for mode in sorted({one.labelled.mode for one in statements}):
        groups[mode] = [one for one in statements if one.labelled.mode == mode]
    verdicts = Counter((one.labelled.label, one.grounding.verdict) for one in judged)
    return {
        "statements": len(statements),
        "flags": {name: _flag_figures(group) for name, group in groups.items()},
        "verdicts": {
            label: {verdict: n for (of, verdict), n in sorted(verdicts.items()) if of == label}
            for label in LABELS
        },
        "missed": [one.labelled.id for one in statements if _unsupported(one) and not one.flagged],
        "false alarms": [
            one.labelled.id for one in statements if not _unsupported(one) and one.flagged
        ],
    }


def flags(folder: Path) -> Json:
    """The figures on the library of the development corpus in `folder`."""
    embedder = Embedder()
    library = Library.open(folder, embedder=embedder)
    judged, lost = judge_sentences(read_sentences(), library, chosen_verifier(None, embedder))
    return {"lost": [one.id for one in lost], **figures(judged)}


class _Texts:
    """The passages of one library by their places, each document loaded once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._ids = {entry.source.origin: entry.source.id for entry in library.entries()}
        self._documents: dict[str, Document | None] = {}

    def passage(self, place: Place) -> Passage | None:
        """The passage, None where there is no such file or it reads otherwise."""
        if place.file not in self._documents:
            found = [name for origin, name in self._ids.items() if came_from(origin, place.file)]
            document = self._library.document(found[0]) if len(found) == 1 else None
            self._documents[place.file] = document
        document = self._documents[place.file]
        if document is None:
            return None
        passage = Passage(document, place.start, place.end)
        return passage if digest(passage.text) == place.sha256 else None


def _sentence(line: Json) -> LabelledSentence:
    places = tuple(Place(**place) for place in line["passages"])
    numbers = {name: tuple(line[name]) for name in ("cited", "borne_out_by")}
    return LabelledSentence(**{**line, **numbers, "passages": places})


def _unsupported(one: Judged) -> bool:
    return one.labelled.label == UNSUPPORTED


def _cites_its_evidence(one: Judged) -> bool:
    return bool(set(one.labelled.cited) & set(one.labelled.borne_out_by))


def _flag_figures(statements: Sequence[Judged]) -> Json:
    def flagged(one: Judged) -> bool:
        return one.flagged

    return {
        "recall": _share(statements, flagged, among=_unsupported),
        "precision": _share(statements, _unsupported, among=flagged),
        "false alarms": _share(statements, flagged, among=_cites_its_evidence),
    }


def _share(
    statements: Sequence[Judged], counts: Callable[[Judged], bool], among: Callable[[Judged], bool]
) -> Json | None:
    """The share of those `among` the statements that `counts`; None where there are none."""
    rows = []
    ordered = sorted(statements, key=lambda one: one.labelled.question_id)
    for _, of_question in groupby(ordered, key=lambda one: one.labelled.question_id):
        mine = [one for one in of_question if among(one)]
        rows.append((float(sum(map(counts, mine))), float(len(mine))))
    found = interval(rows, ratio)
    return asdict(found) | {"n": int(sum(n for _, n in rows))} if found else None
