"""One side of the benchmark at work, ours or the plain stack: its ingest and its search."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmark_process import Json, K, lines_of

WARM_UP = 3  # questions asked before the clock counts: models load with the first


def ingest(side: str, folder: Path, shared: Path) -> Json:
    """Passages, seconds and passages/s of taking in the corpus, the model loaded before."""
    work = _ours_ingest(folder) if side == "ours" else _plain_ingest(folder)
    began = time.perf_counter()
    passages = work(shared / "corpus")
    seconds = time.perf_counter() - began
    return {"passages": passages, "seconds": seconds, "rate": passages / seconds}


def search(side: str, folder: Path, shared: Path) -> Json:
    """Latency of searching all questions, and the file with the results."""
    find = _ours_search(folder) if side == "ours" else _plain_search(folder)
    results, seconds = [], []
    for item in lines_of(shared / "eval" / "questions.jsonl"):
        began = time.perf_counter()
        passages = find(item["question"], item["history"])
        seconds.append(time.perf_counter() - began)
        results.append(json.dumps({"id": item["id"], "passages": passages}))
    out = folder.with_suffix(".jsonl")
    out.write_text("\n".join(results), encoding="utf-8")
    return percentiles(seconds[WARM_UP:]) | {"results": str(out)}


def percentiles(seconds: Sequence[float]) -> Json:
    """The 50th and 95th of these times, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50_ms": 1000 * cuts[49], "p95_ms": 1000 * cuts[94]}


# a side imports what it needs and no more, so that neither carries the other's memory


def _ours_ingest(folder: Path) -> Callable[[Path], int]:
    from index.embedder import Embedder
    from index.library import Library
    from ingest.files import source_files
    from ingest.pipeline import take_in

    embedder = Embedder()
    embedder.embed(["warm"])
    library = Library.open(folder, embedder=embedder, create=True)
    return lambda corpus: sum(o.passages for o in take_in(library, source_files([corpus])))


def _plain_ingest(folder: Path) -> Callable[[Path], int]:
    from tests.plain_stack import PlainStack

    return PlainStack(folder).ingest


def _ours_search(folder: Path) -> Callable[[str, list[str]], list[Json]]:
    from assistant.assistant import Assistant
    from assistant.output import hits_json
    from assistant.settings import Settings

    assistant = Assistant.open(Settings(library=folder))
    return lambda question, history: hits_json(
        assistant.search(assistant.standalone(question, history), K)
    )


def _plain_search(folder: Path) -> Callable[[str, list[str]], list[Json]]:
    from tests.plain_stack import PlainStack

    stack = PlainStack(folder)
    return lambda question, _: stack.search(question, K)


PARTS = {"ingest": ingest, "search": search}
