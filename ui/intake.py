"""Dropped files on their way into the library, known there by the names that they had.

The work is done in one thread of its own. The page draws each step in whichever thread is free,
but the library's lock belongs to the thread that took it; and a reader who closes the page does
not leave half of the files behind.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue

from index.library import Library
from ingest.content import Metadata
from ingest.files import SourceFile
from ingest.pipeline import Outcome
from ingest.pipeline import take_in as ingest


@dataclass(frozen=True)
class Upload:
    """A file that was dropped: where the page put it, and its name where it came from."""

    path: Path
    name: str


@dataclass(frozen=True)
class Step:
    """How far the work has come: what was finished, and how many passages were embedded."""

    total: int
    outcomes: tuple[Outcome, ...] = ()
    passages: int = 0

    @property
    def finished(self) -> bool:
        """Whether each file has its outcome."""
        return len(self.outcomes) == self.total


def take_in(
    library: Library, uploads: Sequence[Upload], kind: str | None, largest_bytes: int
) -> Iterator[Step]:
    """Steps until each file has its outcome; the page's copies of the files are then deleted.

    Raises `LibraryBusy` and `StorageError`.
    """
    steps: SimpleQueue[Step | None] = SimpleQueue()

    def work() -> None:
        step = Step(len(uploads))

        def embedded(passages: int) -> None:
            nonlocal step
            step = replace(step, passages=step.passages + passages)
            steps.put(step)

        try:
            files = [SourceFile(upload.path, upload.name) for upload in uploads]
            said = Metadata(kind=kind)
            for outcome in ingest(
                library, files, said=said, largest_bytes=largest_bytes, progress=embedded
            ):
                step = replace(step, outcomes=(*step.outcomes, outcome))
                steps.put(step)
        finally:
            for upload in uploads:
                upload.path.unlink(missing_ok=True)  # else the page's copies stay in its folder

    with_one_thread = ThreadPoolExecutor(1)
    working = with_one_thread.submit(work)
    working.add_done_callback(lambda _: steps.put(None))
    with_one_thread.shutdown(wait=False)
    while (step := steps.get()) is not None:
        yield step
    working.result()  # raises what went wrong
