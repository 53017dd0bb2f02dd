"""A part of the benchmark in a process of its own, so that no part carries another's memory."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
K = 5  # passages of a search that count

Json = dict[str, Any]


@dataclass(frozen=True)
class Finished:
    """A process that ran to its end: what it printed, how long it took, its largest memory."""

    output: str
    seconds: float
    peak_mb: float


def part(name: str, of: str | Path, folder: Path, shared: Path) -> Finished:
    """One part, of a side, a number or a library; it may write into `folder`."""
    arguments = ["--shared", str(shared), "--part", name, str(of), str(folder)]
    return run("-m", "tests.benchmark", *arguments)


def run(*arguments: str) -> Finished:
    """Run Python to its end; raises `CalledProcessError` if it fails."""
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


def lines_of(path: Path) -> list[Json]:
    """The values of a JSON Lines file, in order."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def score(gold: Path, results: Path) -> Json:
    """Mean and 95 % bootstrap interval of each figure, by the scoring that lies beside `gold`."""
    script = gold.parent / "score.py"
    printed = run(str(script), str(gold), str(results), "--k", str(K), "--json").output
    # of claims, a table of verdicts stands before the figures
    scores: Json = json.loads(printed[printed.index("{") :])
    return scores
