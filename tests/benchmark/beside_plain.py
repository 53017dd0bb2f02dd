"""Ingest, search and answers beside the plain stack, on the development corpus and questions.

Both sides work on the same documents in turn; what is told is the ratio with its spread. The
questions and their scoring lie outside the project.
"""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmark.bench import Bench, Json, percentiles, spread
from tests.benchmark.processes import part, run

K = 5
WARM_UP = 3  # questions asked before the clock counts: models load with the first
SIDES = ("ours", "plain")


def measure(bench: Bench) -> Json:
    """The figures of both sides, printed as they are found."""
    result: Json = {"ingest": _ingest_rounds(bench)}
    result["search"] = {side: _searched(bench, side) for side in SIDES}
    result["answers"] = _answered(bench)
    result["help_seconds"] = statistics.median(
        run("-m", "assistant", "--help").seconds for _ in range(5)
    )
    print(f"\n`python -m assistant --help`: {result['help_seconds']:.2f} s (median of 5)")
    return result


def _ingest_rounds(bench: Bench) -> Json:
    print(f"Ingest, {bench.rounds} rounds, each side in turn")
    print(f"{'':8}{'passages':>10}{'seconds':>10}{'passages/s':>12}{'peak MB':>10}")
    figures: dict[str, list[Json]] = {side: [] for side in SIDES}
    for number in range(bench.rounds):
        for side in SIDES:
            found = part("ingest", side, bench.scratch / f"{side}-{number}", bench.shared)
            figures[side].append(found)
            print(
                f"{side:8}{found['passages']:10,}{found['seconds']:10.1f}{found['rate']:12.1f}"
                f"{found['peak_mb']:10,.0f}",
                flush=True,
            )
    pairs = list(zip(figures["ours"], figures["plain"], strict=True))
    rates = sorted(ours["rate"] / plain["rate"] for ours, plain in pairs)
    times = sorted(plain["seconds"] / ours["seconds"] for ours, plain in pairs)
    print(f"passages/s, ours to plain: {spread(rates)}; whole corpus, times as fast: "
          f"{spread(times)}")  # fmt: skip
    return figures | {"rate_ratios": rates, "time_ratios": times}


def _searched(bench: Bench, side: str) -> Json:
    found = part("search", side, bench.scratch / f"{side}-0", bench.shared)
    scores = _score(bench.shared, Path(found.pop("results")))
    print(f"\nSearch, {side}: p50 {found['p50_ms']:.0f} ms, p95 {found['p95_ms']:.0f} ms")
    _print_scores(scores)
    return found | {"scores": scores}


def _answered(bench: Bench) -> Json:
    out = bench.scratch / "answers.jsonl"
    library, questions = bench.scratch / "ours-0", bench.shared / "eval" / "questions.jsonl"
    done = run(
        "-m", "assistant", "ask", "--library", str(library), "--batch", str(questions),
        "--out", str(out),
    )  # fmt: skip
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    seconds = [answer["seconds"]["total"] for answer in answers[WARM_UP:]]
    found: Json = percentiles(seconds) | {"peak_mb": done.peak_mb}
    scores = _score(bench.shared, out)
    print(
        f"\nDefault answers, search included: p50 {found['p50_ms']:.0f} ms, "
        f"p95 {found['p95_ms']:.0f} ms, peak {done.peak_mb:,.0f} MB"
    )
    _print_scores(scores)
    return found | {"scores": scores}


def _score(shared: Path, results: Path) -> Json:
    """Mean and 95 % bootstrap interval of each figure, by the questions' own scoring."""
    script, questions = shared / "eval" / "score.py", shared / "eval" / "questions.jsonl"
    done = run(str(script), str(questions), str(results), "--k", str(K), "--json")
    scores: Json = json.loads(done.output)
    return scores


def _print_scores(scores: Json) -> None:
    for name, figure in scores.items():
        print(f"  {name:34}{figure['mean']:7.3f}  [{figure['low']:.3f}, {figure['high']:.3f}]")


# --- one side, in a process of its own -----------------------------------------------------------


def ingest(side: str, folder: str, shared: str) -> Json:
    """Passages, seconds and passages/s of taking in the corpus, the model loaded before."""
    work = _ours_ingest(Path(folder)) if side == "ours" else _plain_ingest(Path(folder))
    began = time.perf_counter()
    passages = work(Path(shared, "corpus"))
    seconds = time.perf_counter() - began
    return {"passages": passages, "seconds": seconds, "rate": passages / seconds}


def search(side: str, folder: str, shared: str) -> Json:
    """Latency of searching all questions, and the file with the results."""
    find = _ours_search(Path(folder)) if side == "ours" else _plain_search(Path(folder))
    questions = Path(shared, "eval", "questions.jsonl").read_text(encoding="utf-8").splitlines()
    results, seconds = [], []
    for item in map(json.loads, questions):
        began = time.perf_counter()
        passages = find(item["question"], item["history"])
        seconds.append(time.perf_counter() - began)
        results.append(json.dumps({"id": item["id"], "passages": passages}))
    out = Path(folder).with_suffix(".jsonl")
    out.write_text("\n".join(results), encoding="utf-8")
    return percentiles(seconds[WARM_UP:]) | {"results": str(out)}


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
