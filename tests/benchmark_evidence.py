"""The evidence model's own figures for `make bench`: support, claims, declining.

All judgements are those of the program itself; how they are measured against labels is
`assistant.evaluation`'s. Nothing is judged here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import numpy as np

from assistant.answerability import judge
from assistant.assistant import Assistant
from assistant.batch import read_questions
from assistant.evaluation.bootstrap import Interval, interval
from assistant.evaluation.calibration import AUC, CALIBRATION_ERROR, Scored, judge_figures
from assistant.evaluation.labelled import CONTAINMENT, Labelled, PairSet, judge_pairs
from assistant.extractive import READ_PASSAGES
from assistant.settings import Settings
from index.embedder import Embedder, Vectors
from index.evidence import weights
from index.evidence.choice import answer_reader
from index.evidence.encoder import Encoder
from index.evidence.support import FEATURES
from index.evidence.training.authored import authored_questions
from index.evidence.training.data import ANSWERS, grounding, written
from index.evidence.training.heads import READINGS
from index.evidence.types import NOT_ENOUGH, SUPPORTED, Pair
from index.evidence.verifier import PackagedVerifier, Reading
from index.evidence.weights import Weights
from tests import benchmark_flags
from tests.benchmark_process import lines_of, run, score
from tests.benchmark_tables import Table, Tables, row

# the development sets as they are called; the last was written for this project
SETS = {
    "wice": "WiCE",
    "healthver": "HealthVer",
    "contractnli": "ContractNLI",
    "synthetic": "synthetic",
}
VERDICTS = ("supported", "contradicted", "not_in_corpus")


def support(_: str, __: Path, shared: Path) -> Tables:
    """The verifier on each development set, beside containment and without each feature."""
    embedder, loaded, pairs = Embedder(), weights.load(), _labelled(shared)
    encoder, read = Encoder(embedder, loaded.encoder), dict[Pair, list[Reading]]()
    report = judge_pairs(PairSet(tuple(pairs)), _Remembering(embedder, loaded, encoder, read))
    packaged, containment = (judge.by_source for judge in report.judges)
    whole = {
        name: row({f"{AUC} of {CONTAINMENT}": containment[source][AUC], **packaged[source]})
        for source, name in SETS.items()
    }
    errors = [packaged[source][CALIBRATION_ERROR] for source in SETS]
    whole["mean of the first three"] = row({CALIBRATION_ERROR: _mean(errors[:3])})
    whole["mean of all four"] = row({CALIBRATION_ERROR: _mean(errors)})
    values = np.stack([window.values for windows in read.values() for window in windows])
    left_out = {
        name: row(
            dict(_aucs(_Remembering(embedder, replace(loaded, support=head), encoder, read), pairs))
        )
        for name, head in _without(loaded.support, values)
    }
    return {"support": whole, f"{AUC} of support, parts left out": left_out}


def near_misses(_: str, __: Path, shared: Path) -> Tables:
    """Of "answers", over questions written by hand near to passages held out of training."""
    embedder, loaded = Embedder(), weights.load()
    rows = list(authored_questions(written(shared, "dev")[1]))
    encoder = Encoder(embedder, loaded.encoder)
    read = encoder.read([(r.pair.claim, f"{r.pair.context}\n{r.pair.evidence}") for r in rows])
    said = [
        Scored(SUPPORTED if one.label == ANSWERS[0] else NOT_ENOUGH, _chance(odds))
        for one, odds in zip(rows, read[:, 3], strict=True)
    ]
    return {"questions near to a passage": {"answers": row({AUC: judge_figures(said)[AUC]})}}


def claims(library: str, folder: Path, shared: Path) -> Tables:
    """What `check` makes of the development claims, by their own scoring."""
    folder.mkdir()
    gold, out = shared / "eval" / "claims.jsonl", folder / "checked.jsonl"
    run("-m", "assistant", "check", "--library", library, "--batch", str(gold), "--out", str(out))
    given = {line["id"]: line["verdict"] for line in lines_of(out)}
    pairs = Counter((line["verdict"], given[line["id"]]) for line in lines_of(gold))
    figures: Table = {
        name.strip(): {
            "share": {"value": value["mean"], "low": value["low"], "high": value["high"]}
        }
        for name, value in score(gold, out).items()
    }
    confusion: Table = {
        f"in truth {truth}": {verdict: pairs[truth, verdict] for verdict in VERDICTS}
        for truth in VERDICTS
    }
    return {"claims checked": figures, "claims: verdicts given": confusion}


def declining(library: str, _: Path, shared: Path) -> Tables:
    """How many questions the default answer declines, and how its judgement tells them apart."""
    assistant = Assistant.open(Settings(library=Path(library)))
    reader = answer_reader(assistant.library.embedder)
    path = shared / "eval" / "questions.jsonl"
    answerable = {line["id"]: line["answerable"] for line in lines_of(path)}
    declined: dict[bool, list[float]] = {False: [], True: []}
    said = []
    for item in read_questions(path):
        answer = assistant.answer(item.question, item.history)
        declined[answerable[item.id]].append(float(answer.abstained))
        question = answer.standalone_question
        passages = [hit.passage for hit in answer.passages]
        judged = judge(
            question,
            answer.passages,
            assistant.library.align(question, passages),
            max(reader.answers(question, passages[:READ_PASSAGES])),
            assistant.library.named(question),
        )
        label = SUPPORTED if answerable[item.id] else NOT_ENOUGH
        said.append(Scored(label, judged.probability))
    return {
        "declining": {
            "unanswerable questions": row({"declined": interval(declined[False])}),
            "answerable questions": row({"declined": interval(declined[True])}),
            "all": row({f"{AUC} of answerable": judge_figures(said)[AUC]}),
        }
    }


def flags(library: str, _: Path, __: Path) -> Tables:
    """The verdicts on the sentences of a small chat model, beside a reader's labels."""
    found = benchmark_flags.flags(Path(library))
    shares: Table = {
        f"sentences, {group}": {name: cell for name, cell in figures.items() if cell}
        for group, figures in found["flags"].items()
    }
    verdicts: Table = {f"labelled {label}": given for label, given in found["verdicts"].items()}
    lost: Table = {"lost": {"sentences": len(found["lost"])}}
    return {"flags": shares, "verdicts given": verdicts, "passages that read otherwise now": lost}


class _Remembering(PackagedVerifier):
    """The packaged verifier that reads a pair once, whichever head weighs what was `read`."""

    def __init__(
        self,
        embedder: Embedder,
        loaded: Weights,
        encoder: Encoder,
        read: dict[Pair, list[Reading]],
    ) -> None:
        super().__init__(embedder, loaded, encoder)
        self._read = read

    def readings(self, pairs: Sequence[Pair]) -> list[list[Reading]]:
        """As the packaged one's; remembered."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._read]
        self._read |= zip(new, super().readings(new), strict=True)
        return [self._read[pair] for pair in pairs]


def _labelled(shared: Path) -> list[Labelled]:
    """The pairs of SETS that no part of the model was trained on."""
    rows = grounding(shared, "dev") + written(shared, "dev")[0]
    return [
        Labelled(f"{row.source} {at}", row.pair, row.label, row.source, at)
        for at, row in enumerate(rows)
    ]


def _without(head: Vectors, values: Vectors) -> Iterator[tuple[str, Vectors]]:
    """The head without each feature, which is taken to be as it is on average in `values`."""
    encoder = [len(FEATURES) + at for at in range(len(READINGS))]
    parts = {
        "the features alone": encoder,
        "the encoder alone": range(len(FEATURES)),
        **{f"without {name}": [at] for at, name in enumerate(FEATURES)},
    }
    for name, columns in parts.items():
        changed = head.copy()
        changed[:, -1] += head[:, columns] @ values[:, columns].mean(axis=0)
        changed[:, columns] = 0
        yield name, changed


def _aucs(verifier: PackagedVerifier, pairs: Sequence[Labelled]) -> Iterator[tuple[str, Interval]]:
    judged = zip(pairs, verifier.verify([one.pair for one in pairs]), strict=True)
    by_source: dict[str, list[Scored]] = {source: [] for source in SETS}
    for one, judgement in judged:
        by_source[one.source].append(Scored(one.label, judgement.supported))
    for source, said in by_source.items():
        yield SETS[source], judge_figures(said)[AUC]


def _mean(figures: Sequence[Interval]) -> Interval:
    """Their mean; its ends are the ends' means, no nearer than those of its own interval."""
    value, low, high = (fmean(getattr(f, end) for f in figures) for end in ("value", "low", "high"))
    return Interval(value, low, high, sum(figure.n for figure in figures))


def _chance(odds: float) -> float:
    """The probability of these log-odds."""
    return float(1 / (1 + np.exp(-odds)))


PARTS = {
    "support": support,
    "near-misses": near_misses,
    "claims": claims,
    "declining": declining,
    "flags": flags,
}
