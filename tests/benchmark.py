"""How well and how fast, beside the plain stack: `make bench` prints tables and writes JSON.

Not a test: it judges nothing. Both sides work on the same documents in the same run, in turn and
each in a process of its own, because machines are noisy; what is told is the ratio with its
spread. The development questions and their scoring lie outside the project (`../shared`).
"""

import argparse
import importlib
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmark_process import ROOT, Json, lines_of, part, run, score
from tests.benchmark_sides import WARM_UP, percentiles
from tests.benchmark_tables import tables_text

SHARED = ROOT.parent / "shared"
SIDES = ("ours", "plain")
# the parts of each module, all called alike: what they are of, a folder to write into, `shared`
EVIDENCE = {
    "benchmark_search": ("recall", "features", "headings", "room", "latency"),
    "benchmark_evidence": ("declining", "claims", "near-misses", "flags", "support"),
}
PARTS = {
    "benchmark_sides": ("ingest", "search"),
    "benchmark_ingest": ("messy", "pdf", "phases", "large"),
    **EVIDENCE,
}
EVIDENCE_PARTS = [name for names in EVIDENCE.values() for name in names]
GROUPS = ("sides", "reading", "help", "evidence")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure everything, or what is chosen, or, called by itself, one part."""
    options = _parser().parse_args(arguments)
    if not (options.shared / "corpus").is_dir():
        print(f"the development corpus is not at {options.shared}: nothing to measure on")
        return 0
    if options.part:
        name, of, folder = options.part
        module = next(module for module, names in PARTS.items() if name in names)
        # imported only now, so that no part carries another's memory
        measured = importlib.import_module(f"tests.{module}").PARTS[name]
        print(json.dumps(measured(of, Path(folder), options.shared)))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        result = measure(options, Path(scratch))
    out = options.out or ROOT / f"{'-'.join(['bench', *(options.only or ())])}.json"
    out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten to {out}")
    return 0


def measure(options: argparse.Namespace, scratch: Path) -> Json:
    """The figures that the command line chooses, printed as they are found."""
    chosen, shared, rounds = options.only or GROUPS, options.shared, options.rounds
    result: Json = {"machine": _machine()}
    if "sides" in chosen:
        result["ingest"] = _ingest_rounds(shared, scratch, rounds)
        result["search"] = {side: _searched(shared, scratch, side) for side in SIDES}
        result["answers"] = _answered(shared, scratch)
    if "reading" in chosen:
        result |= _taken_in(shared, scratch, rounds, options.large)
    if "help" in chosen:
        result["help_seconds"] = _help_seconds()
        print(f"\n`python -m assistant --help`: {result['help_seconds']:.2f} s (median of 5)")
    wanted = [name for name in EVIDENCE_PARTS if name in chosen or "evidence" in chosen]
    if wanted:
        result["evidence"] = _evidence(wanted, options.library, shared, scratch)
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--shared", type=_place, default=SHARED, help="folder of corpus and eval")
    parser.add_argument("--rounds", type=int, default=3, help="ingests of each side (default 3)")
    parser.add_argument("--out", type=Path, help="JSON file (bench.json, or named as --only says)")
    parser.add_argument(
        "--only", nargs="+", choices=(*GROUPS, *EVIDENCE_PARTS), metavar="PART",
        help=f"measure only these: {', '.join(GROUPS)}, or of evidence {', '.join(EVIDENCE_PARTS)}",
    )  # fmt: skip
    parser.add_argument(
        "--library", type=_place, help="library of the corpus for evidence; else one is made"
    )
    parser.add_argument(
        "--large", type=int, default=0, metavar="N",
        help="also take in N passages at once (20000 takes some 10 minutes)",
    )  # fmt: skip
    parser.add_argument("--part", nargs=3, metavar=("PART", "OF", "FOLDER"))
    return parser


def _place(path: str) -> Path:
    """Parts run in a folder of their own."""
    return Path(path).resolve()


def _ingest_rounds(shared: Path, scratch: Path, rounds: int) -> Json:
    print(f"Ingest, {rounds} rounds, each side in turn")
    print(f"{'':8}{'passages':>10}{'seconds':>10}{'passages/s':>12}{'peak MB':>10}")
    figures: dict[str, list[Json]] = {side: [] for side in SIDES}
    for number in range(rounds):
        for side in SIDES:
            done = part("ingest", side, scratch / f"{side}-{number}", shared)
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
    done = part("search", side, scratch / f"{side}-0", shared)
    found: Json = json.loads(done.output)
    scores = score(_questions(shared), Path(found.pop("results")))
    print(f"\nSearch, {side}: p50 {found['p50_ms']:.0f} ms, p95 {found['p95_ms']:.0f} ms")
    _print_scores(scores)
    return found | {"scores": scores, "peak_mb": done.peak_mb}


def _answered(shared: Path, scratch: Path) -> Json:
    out, library = scratch / "answers.jsonl", scratch / "ours-0"
    done = run(
        "-m", "assistant", "ask", "--library", str(library), "--batch", str(_questions(shared)),
        "--out", str(out),
    )  # fmt: skip
    seconds = [answer["seconds"]["total"] for answer in lines_of(out)[WARM_UP:]]
    found: Json = percentiles(seconds) | {"peak_mb": done.peak_mb}
    scores = score(_questions(shared), out)
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
        done = part(name, str(number), scratch / name, shared)
        found[name] = json.loads(done.output)
        print(f"\n{name}:\n{json.dumps(found[name], indent=2)}", flush=True)
    pages = found["pdf"]["ratios_to_pypdf"]
    print(f"\nPDF pages/s, ours to pypdf: {_spread(pages['workers'])} with worker processes, "
          f"{_spread(pages['one process'])} in one")  # fmt: skip
    if not large:
        print('20,000 passages in one run: make bench BENCH="--large 20000"')
    return found


def _help_seconds() -> float:
    return statistics.median(run("-m", "assistant", "--help").seconds for _ in range(5))


def _evidence(names: Sequence[str], given: Path | None, shared: Path, scratch: Path) -> Json:
    """These parts on the library that is given, that was made before, or that is made now."""
    library = given or scratch / "ours-0"
    if not library.exists():
        part("ingest", "ours", library, shared)
    found: Json = {}
    for name in names:
        done = part(name, library, scratch / name, shared)
        found[name] = json.loads(done.output)
        print(f"\n{tables_text(found[name])}", flush=True)
    return found


def _questions(shared: Path) -> Path:
    return shared / "eval" / "questions.jsonl"


def _print_scores(scores: Json) -> None:
    for name, figure in scores.items():
        print(f"  {name:34}{figure['mean']:7.3f}  [{figure['low']:.3f}, {figure['high']:.3f}]")


def _machine() -> Json:
    import torch

    bf16 = {name: torch.cpu.get_capabilities().get(name) for name in ("amx_bf16", "avx512_bf16")}
    return {"cores": os.cpu_count(), "threads": torch.get_num_threads(), "torch": torch.__version__,
            **bf16}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
