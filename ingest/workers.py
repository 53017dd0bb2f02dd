"""Worker processes that read files: each within limits, so that a bad file costs itself alone.

A parser may hang, crash or ask for all memory; then its worker ends, another begins, and the file
is refused with that reason. A worker has no network and writes no file. What is read, and how, is
`ingest.reading`'s.
"""

import ctypes
import multiprocessing
import os
import socket
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from pebble import ProcessExpired, ProcessPool

from ingest.errors import ReadError
from ingest.reading import Job, Reading, read

MOST_WORKERS = 4
AHEAD = 4  # files a worker
LOOK_UP_S = 0.5  # from waiting, to see whether to stop
_NEWNET, _NEWUSER = 0x40000000, 0x10000000  # of unshare(2)
_DIE_WITH_PARENT, _KILL = 1, 9  # PR_SET_PDEATHSIG, SIGKILL
_NETWORK_EVENTS = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo")

Result = Reading | ReadError


@dataclass(frozen=True)
class Limits:
    """What reading one file may take; each page to recognise adds its own seconds."""

    seconds: float = 120.0
    seconds_a_picture: float = 30.0
    memory_bytes: int = 2_000_000_000


@dataclass
class _Task:
    """A job under way, or one that was settled before it began."""

    job: Job
    future: "Future[Reading] | None" = None
    result: Result | None = None


class Workers:
    """Reads jobs ahead of whoever takes the results; use it as a context manager."""

    def __init__(
        self,
        limits: Limits = Limits(),
        *,
        number: int | None = None,
        recognising: bool = True,
        read: Callable[[Job], Reading] = read,
    ) -> None:
        self._limits = limits
        self._recognising = recognising
        self._read = read
        self._number = number or min(MOST_WORKERS, os.cpu_count() or 1)
        self._pool = ProcessPool(
            self._number, initializer=_confine, initargs=(limits.memory_bytes,), context=_context()
        )

    def __enter__(self) -> "Workers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def readings(
        self,
        jobs: Iterable[Job | tuple[Job, Result]],
        stopping: Callable[[], bool] = lambda: False,
    ) -> Iterator[tuple[Job, Result]]:
        """Each job with its result, in their order; a job may come with the result it has.

        Ends within a second if `stopping` says so, whatever is still being read.
        """
        coming, waiting = iter(jobs), deque[_Task]()
        while True:
            while len(waiting) < AHEAD * self._number and (job := next(coming, None)) is not None:
                waiting.append(self._begun(job))
            if not waiting:
                return
            under_way = [task.future for task in waiting if task.future]
            if waiting[0].result is None:
                wait(under_way, LOOK_UP_S, FIRST_COMPLETED)
            if stopping():
                return
            for task in waiting:
                self._look_at(task)
            while waiting and (result := waiting[0].result) is not None:
                yield waiting.popleft().job, result

    def _begun(self, job: Job | tuple[Job, Result]) -> _Task:
        if isinstance(job, tuple):
            return _Task(job[0], result=job[1])
        if not self._recognising:
            job = replace(job, pictures="leave out")
        return _Task(job, self._scheduled(job, self._limits.seconds))

    def _scheduled(self, job: Job, seconds: float) -> "Future[Reading]":
        future: Future[Reading] = self._pool.schedule(self._read, args=(job,), timeout=seconds)
        return future

    def _look_at(self, task: _Task) -> None:
        """Note a result that is there; pages to recognise are a task of their own."""
        if task.future is None or not task.future.done():
            return
        error = task.future.exception()
        if error is not None:
            task.result, task.future = self._translated(error), None
            return
        reading = task.future.result()
        if reading.pictures and task.job.pictures == "ask":
            task.job = replace(task.job, pictures="recognise")
            task.future = self._scheduled(task.job, self._seconds(reading.pictures))
        else:
            task.result, task.future = reading, None

    def _seconds(self, pictures: int) -> float:
        return self._limits.seconds + pictures * self._limits.seconds_a_picture

    def _translated(self, error: BaseException) -> ReadError:
        """Any way in which reading can end, as the reason why the file is refused."""
        if isinstance(error, ReadError):
            return error
        again = "save it anew with the program that made it, or as PDF or plain text"
        if isinstance(error, TimeoutError):
            return ReadError(f"reading it took longer than {error.args[-1]:,.0f} s", again)
        if isinstance(error, MemoryError):
            gigabytes = self._limits.memory_bytes / 1e9
            return ReadError(f"reading it takes more than {gigabytes:.1f} GB of memory", again)
        if isinstance(error, ProcessExpired):
            return ReadError(f"its reader crashed (exit code {error.exitcode})", again)
        lines = str(error).splitlines()[:1] or [""]
        return ReadError(f"its reader failed ({type(error).__name__}: {lines[0]})", again)


def _context() -> Any:
    """How workers are started: forked from a process that has the readers loaded and no threads.

    Windows has no fork.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ingest.reading"])
    return context


def _confine(memory_bytes: int) -> None:
    """Take from this process what reading a file does not need."""
    sys.addaudithook(_refuse_network)
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(_DIE_WITH_PARENT, _KILL)
        # root may leave the network at once, others only together with their privileges
        if system.unshare(_NEWNET) != 0:
            system.unshare(_NEWUSER | _NEWNET)
    if sys.platform != "win32":
        import resource

        for what, most in (
            (resource.RLIMIT_AS, memory_bytes),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(ValueError, OSError):  # some systems know a limit but don't keep it
                resource.setrlimit(what, (most, most))
    # libraries in C complain there of damaged pictures, in the middle of our own output
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: parsers in Python can't reach out even where the system lets them."""
    # first the event: whatever is looked up here is audited in its turn
    if event in _NETWORK_EVENTS and getattr(arguments[0], "family", None) != socket.AF_UNIX:
        raise PermissionError("a file's reader has no network")
