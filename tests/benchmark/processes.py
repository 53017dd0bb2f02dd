"""Processes of their own: each measurement runs in one, and tells what it and its children took.

So neither side warms the other's caches, and the peak memory is that of one work alone.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmark.bench import Json

ROOT = Path(__file__).parents[2]
PROCESSES = Path("/proc")  # Linux only; elsewhere nothing is told of children


@dataclass(frozen=True)
class Finished:
    """A process that ran to its end: what it printed, how long it took, its largest memory."""

    output: str
    seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Children:
    """What reading in workers took: CPU seconds, and the memory of the largest process.

    Starting is the process from which workers are forked, reading are the workers, those that
    ended included.
    """

    starting_cpu_seconds: float
    reading_cpu_seconds: float
    largest_peak_mb: float


@dataclass(frozen=True)
class _Process:
    pid: int
    parent: int
    cpu_seconds: float
    waited_cpu_seconds: float  # of its own children that ended


def run(*arguments: str, limit_s: float | None = None) -> Finished:
    """Run Python to its end; raises `CalledProcessError` if it fails or is ended at the limit."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=output)
        timer = threading.Timer(limit_s or threading.TIMEOUT_MAX, process.kill)
        timer.daemon = True
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, arguments)
        output.seek(0)
        return Finished(output.read(), seconds, usage.ru_maxrss / 1024)


def part(name: str, *arguments: object, limit_s: float | None = None) -> Json:
    """What this part of the benchmark finds in a process of its own, and its `peak_mb`."""
    done = run(
        "-m", "tests.benchmark", "--part", name, *map(str, arguments), limit_s=limit_s
    )  # fmt: skip
    found: Json = json.loads(done.output.splitlines()[-1])
    return found | {"peak_mb": done.peak_mb}


def children() -> Children | None:
    """What the processes that this one started took until now; None where that is not told."""
    if not (PROCESSES / "self" / "stat").exists():
        return None
    known = list(_processes())
    ours = [process for process in known if process.parent == os.getpid()]
    starters = {process.pid for process in ours}
    workers = [process for process in known if process.parent in starters]
    return Children(
        sum(process.cpu_seconds for process in ours),
        sum(process.cpu_seconds for process in workers)
        + sum(process.waited_cpu_seconds for process in ours),
        max((_peak_mb(process.pid) for process in (*ours, *workers)), default=0.0),
    )


def _processes() -> Iterator[_Process]:
    tick = os.sysconf("SC_CLK_TCK")
    for folder in PROCESSES.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            told = (folder / "stat").read_text()
        except OSError:
            continue  # it ended meanwhile
        # the name, in brackets, may hold anything
        fields = told.rpartition(")")[2].split()
        user, system, waited_user, waited_system = map(int, fields[11:15])
        yield _Process(
            int(folder.name),
            int(fields[1]),
            (user + system) / tick,
            (waited_user + waited_system) / tick,
        )


def _peak_mb(pid: int) -> float:
    try:
        lines = (PROCESSES / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
