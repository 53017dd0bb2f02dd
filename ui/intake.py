"""Files and web addresses on their way into the library, and how far they have come.

Dropped files are known in the library by the names that they had. The work is done in one thread
of its own: the page draws each step in whichever thread is free, but the library's lock belongs to
the thread that took it; and a reader who closes the page does not leave half of the files behind.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from queue import Empty, SimpleQueue
from typing import Literal

from index.library import Library
from ingest.files import SourceFile
from ingest.outcome import Outcome
from ingest.pipeline import Options
from ingest.pipeline import take_in as ingest

SHORTEST_PAUSE_S = 0.25  # between two drawings of hundreds of files
State = Literal["waiting", "reading", "read", "done"]


@dataclass(frozen=True)
class Upload:
    """A file that was dropped: where the page put it, and its name where it came from."""

    path: Path
    name: str


@dataclass(frozen=True)
class Step:
    """How far the work has come: each file's state, all outcomes, and what they took so far."""

    files: tuple[tuple[str, State], ...]
    outcomes: tuple[Outcome, ...] = ()
    passages: int = 0
    pages: int = 0
    seconds: float = 0.0
    finished: bool = False

    @property
    def total(self) -> int:
        """How many files there are."""
        return len(self.files)

    @property
    def done(self) -> int:
        """How many files have all of their outcomes."""
        return sum(state == "done" for _, state in self.files)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The files that were stopped before they had an outcome; none before the end."""
        return tuple(name for name, state in self.files if self.finished and state != "done")

    @property
    def seconds_left(self) -> float | None:
        """About how long it still takes; None before a file is done."""
        return self.seconds / self.done * (self.total - self.done) if self.done else None


def dropped(uploads: Sequence[Upload]) -> tuple[SourceFile, ...]:
    """The files as they are taken in; of two with one name the second gets a number."""
    names: set[str] = set()
    files = []
    for upload in uploads:
        name, number = PurePath(upload.name), 1
        origin = str(name)
        while origin in names:
            number += 1
            origin = f"{name.stem} ({number}){name.suffix}"
        names.add(origin)
        files.append(SourceFile(upload.path, origin))
    return tuple(files)


def take_in(
    library: Library,
    files: Sequence[SourceFile],
    options: Options,
    stop: threading.Event,
    copies: Sequence[Path] = (),
) -> Iterator[Step]:
    """Steps until each file has its outcome, or `stop` is set; then the `copies` are deleted.

    Raises `LibraryBusy` and `StorageError`.
    """
    steps: SimpleQueue[Step | None] = SimpleQueue()

    def work() -> None:
        progress = _Progress(files, steps, stop)
        for outcome in ingest(library, files, options, progress):
            progress.outcome(outcome)
        progress.end()

    with_one_thread = ThreadPoolExecutor(1)
    working = with_one_thread.submit(work)
    working.add_done_callback(lambda _: steps.put(None))
    working.add_done_callback(lambda _: _delete(copies))
    with_one_thread.shutdown(wait=False)
    yield from _latest(steps)
    working.result()  # raises what went wrong


def _delete(copies: Sequence[Path]) -> None:
    """Else what the page uploaded stays in its folder. Not before: they are read until the end."""
    for copy in copies:
        with suppress(OSError):
            copy.unlink()


def _latest(steps: "SimpleQueue[Step | None]") -> Iterator[Step]:
    """The newest step each time there is one, and the last."""
    while (step := steps.get()) is not None:
        ended = False
        while not ended:
            try:
                newer = steps.get_nowait()
            except Empty:
                break
            ended = newer is None
            step = newer or step
        yield step
        if ended:
            return
        time.sleep(SHORTEST_PAUSE_S)


class _Progress:
    """Makes a step of whatever `ingest` tells. An `ingest.progress.Progress`."""

    def __init__(
        self,
        files: Sequence[SourceFile],
        steps: "SimpleQueue[Step | None]",
        stop: threading.Event,
    ) -> None:
        self._states: dict[str, State] = {file.origin: "waiting" for file in files}
        self._step = Step(())
        self._steps = steps
        self._stop = stop
        self._began = time.monotonic()

    def began(self, file: SourceFile) -> None:
        """Its reading is asked for."""
        self._put(file, "reading")

    def was_read(self, file: SourceFile, pages: int) -> None:
        """It waits to be embedded."""
        self._step = replace(self._step, pages=self._step.pages + pages)
        self._put(file, "read")

    def embedded(self, passages: int) -> None:
        """So many more passages are embedded."""
        self._step = replace(self._step, passages=self._step.passages + passages)
        self._tell()

    def settled(self, file: SourceFile) -> None:
        """It has been looked at; what waits for the group's commit has its outcome after that."""

    def stopping(self) -> bool:
        """Whether the reader pressed Stop."""
        return self._stop.is_set()

    def outcome(self, outcome: Outcome) -> None:
        """One more outcome, of a file or of one inside of it."""
        self._step = replace(self._step, outcomes=(*self._step.outcomes, outcome))
        for origin in self._states:
            if outcome.origin == origin or outcome.origin.startswith((f"{origin}/", f"{origin}#")):
                self._states[origin] = "done"
        self._tell()

    def end(self) -> None:
        """Nothing more will come."""
        self._step = replace(self._step, finished=True)
        self._tell()

    def _put(self, file: SourceFile, state: State) -> None:
        self._states[file.origin] = state
        self._tell()

    def _tell(self) -> None:
        seconds = time.monotonic() - self._began
        self._step = replace(self._step, files=tuple(self._states.items()), seconds=seconds)
        self._steps.put(self._step)
