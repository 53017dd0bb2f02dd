"""Dropped files on their way into the library: staged under their own names, then ingested.

The work is done in one thread of its own. The page draws each step in whichever thread is free,
but the library's lock belongs to the thread that took it; and a reader who closes the page does
not leave half of the files behind.
"""

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from index.library import Library


@dataclass(frozen=True)
class Upload:
    """A file that was dropped: where the page put it, and its name where it came from."""

    path: Path
    name: str


@dataclass(frozen=True)
class Outcome:
    """What became of one file: `verdict` in a word or two, `reason` and `remedy` if it failed."""

    name: str
    verdict: str
    passages: int = 0
    reason: str = ""
    remedy: str = ""

    @property
    def failed(self) -> bool:
        """Whether it is not in the library."""
        return bool(self.reason)


@dataclass(frozen=True)
class Step:
    """How far the work has come: what was finished, and the file that is worked on now."""

    total: int
    outcomes: tuple[Outcome, ...] = ()
    name: str = ""
    passages: int = 0

    @property
    def finished(self) -> bool:
        """Whether each file has its outcome."""
        return len(self.outcomes) == self.total


def take_in(library: Library, uploads: Sequence[Upload], kind: str | None) -> Iterator[Step]:
    """Steps until each file has its outcome. Raises `LibraryBusy` and `StorageError`."""
    steps: SimpleQueue[Step | None] = SimpleQueue()

    def work() -> None:
        try:
            for step in _steps(library, uploads, kind):
                steps.put(step)
        finally:
            steps.put(None)

    with_one_thread = ThreadPoolExecutor(1)
    working = with_one_thread.submit(work)
    with_one_thread.shutdown(wait=False)
    while (step := steps.get()) is not None:
        yield step
    working.result()  # raises what went wrong
