"""How well and how fast, beside the plain stack: `make bench` prints tables and writes JSON.

Not a test: it judges nothing. Both sides work on the same documents in the same run, in turn and
each in a process of its own, because machines are noisy; what is told is the ratio with its
spread. The development questions and their scoring lie outside the project (`../shared`).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
K = 5
WARM_UP = 3  # questions asked before the clock counts: models load with the first
SIDES = ("ours", "plain")

Json = dict[str, Any]


@dataclass(frozen=True)
class Finished:
    """A process that ran to its end: what it printed, how long it took, its largest memory."""

    output: str
    seconds: float
    peak_mb: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure everything, or, called by itself, one side's ingest or search."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of corpus and eval")
    parser.add_argument("--rounds", type=int, default=3, help="ingests of each side (default 3)")
    parser.add_argument("--out", type=Path, default=ROOT / "bench.json")
    parser.add_argument(
        "--large", type=int, default=0, metavar="N",
        help="also take in N passages at once (20000 takes some 10 minutes)",
    )  # fmt: skip
    parser.add_argument("--part", nargs=3, metavar=("PART", "OF", "FOLDER"))
    options = parser.parse_args(arguments)
    if not (options.shared / "corpus").is_dir():
        print(f"the development corpus is not at {options.shared}: nothing to measure on")
        return 0
    if options.part:
        part, of, folder = options.part
        print(json.dumps(_PARTS[part](of, Path(folder), options.shared)))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        result = measure(options.shared, Path(scratch), options.rounds, options.large)
    options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten to {options.out}")
    return 0


def measure(shared: Path, scratch: Path, rounds: int, large: int) -> Json:
    """All figures, printed as they are found."""
    result: Json = {"machine": _machine(), "ingest": _ingest_rounds(shared, scratch, rounds)}
    result["search"] = {side: _searched(shared, scratch, side) for side in SIDES}
    result["answers"] = _answered(shared, scratch)
    result |= _taken_in(shared, scratch, rounds, large)
    result["help_seconds"] = _help_seconds()
    print(f"\n`python -m assistant --help`: {result['help_seconds']:.2f} s (median of 5)")
    return result


def _ingest_rounds(shared: Path, scratch: Path, rounds: int) -> Json:
    print(f"Ingest, {rounds} rounds, each side in turn")
    print(f"{'':8}{'passages':>10}{'seconds':>10}{'passages/s':>12}{'peak MB':>10}")
    figures: dict[str, list[Json]] = {side: [] for side in SIDES}
    for number in range(rounds):
        for side in SIDES:
            done = _part("ingest", side, scratch / f"{side}-{number}", shared)
            found = json.loads(done.output) | {"peak_mb": done.peak_mb}
            figures[side].append(found)
            print(
                f"{side:8}{found['passages']:10,}{found['seconds']:10.1f}{found['rate']:12.1f}"
                f"{done.peak_mb:10,.0f}",
                flush=True,
            )
    pairs = list(zip(figures["ours"], figures["plain"], strict=True))
    rates = sorted(ours["rate"] / plain["rate"] for ours, plain in pairs)
    times = sorted(plain["seconds"] / ours["seconds"] for ours, plain in pairs)
    print(f"passages/s, ours to plain: {_spread(rates)}; whole corpus, times as fast: "
          f"{_spread(times)}")  # fmt: skip
    return figures | {"rate_ratios": rates, "time_ratios": times}


def _spread(ratios: Sequence[float]) -> str:
    """Median, least and greatest of sorted ratios."""
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def _searched(shared: Path, scratch: Path, side: str) -> Json:
    done = _part("search", side, scratch / f"{side}-0", shared)
    found: Json = json.loads(done.output)
    scores = _score(shared, Path(found.pop("results")))
    print(f"\nSearch, {side}: p50 {found['p50_ms']:.0f} ms, p95 {found['p95_ms']:.0f} ms")
    _print_scores(scores)
    return found | {"scores": scores, "peak_mb": done.peak_mb}


def _answered(shared: Path, scratch: Path) -> Json:
    out = scratch / "answers.jsonl"
    library, questions = scratch / "ours-0", shared / "eval" / "questions.jsonl"
    done = _run(
        "-m", "assistant", "ask", "--library", str(library), "--batch", str(questions),
        "--out", str(out),
    )  # fmt: skip
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    seconds = [answer["seconds"]["total"] for answer in answers[WARM_UP:]]
    found: Json = _percentiles(seconds) | {"peak_mb": done.peak_mb}
    scores = _score(shared, out)
    print(
        f"\nDefault answers, search included: p50 {found['p50_ms']:.0f} ms, "
        f"p95 {found['p95_ms']:.0f} ms, peak {done.peak_mb:,.0f} MB"
    )
    _print_scores(scores)
    return found | {"scores": scores}


def _taken_in(shared: Path, scratch: Path, rounds: int, large: int) -> Json:
    """The parts of `tests.benchmark_ingest`, each with the number that it takes."""
    parts = {"messy": 0, "pdf": rounds, "phases": 0, **({"large": large} if large else {})}
    found: Json = {}
    for name, number in parts.items():
        done = _part(name, str(number), scratch / name, shared)
        found[name] = json.loads(done.output)
        print(f"\n{name}:\n{json.dumps(found[name], indent=2)}", flush=True)
    pages = found["pdf"]["ratios_to_pypdf"]
    print(f"\nPDF pages/s, ours to pypdf: {_spread(pages['workers'])} with worker processes, "
          f"{_spread(pages['one process'])} in one")  # fmt: skip
    if not large:
        print('20,000 passages in one run: make bench BENCH="--large 20000"')
    return found


def _help_seconds() -> float:
    return statistics.median(_run("-m", "assistant", "--help").seconds for _ in range(5))


# --- one side, in a process of its own -----------------------------------------------------------


def _ingest(side: str, folder: Path, shared: Path) -> Json:
    """Passages, seconds and passages/s of taking in the corpus, the model loaded before."""
    work = _ours_ingest(folder) if side == "ours" else _plain_ingest(folder)
    began = time.perf_counter()
    passages = work(shared / "corpus")
    seconds = time.perf_counter() - began
    return {"passages": passages, "seconds": seconds, "rate": passages / seconds}


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


def _search(side: str, folder: Path, shared: Path) -> Json:
    """Latency of searching all questions, and the file with the results."""
    search = _ours_search(folder) if side == "ours" else _plain_search(folder)
    questions = (shared / "eval" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    results, seconds = [], []
    for item in map(json.loads, questions):
        began = time.perf_counter()
        passages = search(item["question"], item["history"])
        seconds.append(time.perf_counter() - began)
        results.append(json.dumps({"id": item["id"], "passages": passages}))
    out = folder.with_suffix(".jsonl")
    out.write_text("\n".join(results), encoding="utf-8")
    return _percentiles(seconds[WARM_UP:]) | {"results": str(out)}


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


def _messy(_: str, folder: Path, shared: Path) -> Json:
    from tests import benchmark_ingest

    return benchmark_ingest.messy(shared, folder)


def _pdf(rounds: str, _: Path, shared: Path) -> Json:
    from tests import benchmark_ingest

    return benchmark_ingest.pdf_reading(shared, int(rounds))


def _phases(_: str, folder: Path, shared: Path) -> Json:
    from tests import benchmark_ingest

    return benchmark_ingest.phases(shared / "corpus", folder)


def _large(passages: str, folder: Path, shared: Path) -> Json:
    from tests import benchmark_ingest

    return benchmark_ingest.large(shared, folder, int(passages))


_PARTS: dict[str, Callable[[str, Path, Path], Json]] = {
    "ingest": _ingest,
    "search": _search,
    "messy": _messy,
    "pdf": _pdf,
    "phases": _phases,
    "large": _large,
}


# --- processes and figures -----------------------------------------------------------------------


def _part(part: str, side: str, folder: Path, shared: Path) -> Finished:
    arguments = ["--shared", str(shared), "--part", part, side, str(folder)]
    return _run("-m", "tests.benchmark", *arguments)


def _run(*arguments: str) -> Finished:
    """Run Python to its end; raises if it fails."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, arguments)
        output.seek(0)
        return Finished(output.read(), seconds, usage.ru_maxrss / 1024)


def _score(shared: Path, results: Path) -> Json:
    """Mean and 95 % bootstrap interval of each figure, by the questions' own scoring."""
    script, questions = shared / "eval" / "score.py", shared / "eval" / "questions.jsonl"
    done = _run(str(script), str(questions), str(results), "--k", str(K), "--json")
    scores: Json = json.loads(done.output)
    return scores


def _print_scores(scores: Json) -> None:
    for name, figure in scores.items():
        print(f"  {name:34}{figure['mean']:7.3f}  [{figure['low']:.3f}, {figure['high']:.3f}]")


def _percentiles(seconds: Sequence[float]) -> Json:
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50_ms": 1000 * cuts[49], "p95_ms": 1000 * cuts[94]}


def _machine() -> Json:
    import torch

    bf16 = {name: torch.cpu.get_capabilities().get(name) for name in ("amx_bf16", "avx512_bf16")}
    return {"cores": os.cpu_count(), "threads": torch.get_num_threads(), "torch": torch.__version__,
            **bf16}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
