"""An ingest's progress on the terminal: files, pages, passages a second and the time left."""

import sys
import time
from collections.abc import Iterable
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from ingest.files import SourceFile
from ingest.progress import time_left

BAR_WIDTH = 10  # with the counts it fits a line of 80 characters


class TerminalProgress:
    """A bar on stderr while it is entered, if that is a terminal; it counts in any case.

    It fills by the files' bytes, of which a file's reading and embedding take about equal time
    each. An `ingest.progress.Progress`.
    """

    def __init__(self, files: Iterable[SourceFile], *, quiet: bool = False) -> None:
        self._sizes = {file.origin: max(1, file.size_bytes) for file in files}
        self.passages = self.pages = self._settled = 0
        self._began = time.perf_counter()
        self._bar = Progress(
            TextColumn("Adding"),
            BarColumn(bar_width=BAR_WIDTH),
            TextColumn("{task.fields[counts]}"),
            console=Console(stderr=True),
            disable=quiet or not sys.stderr.isatty(),
            transient=True,
            # or what is printed into a file or pipe would go to the terminal
            redirect_stdout=False,
        )
        self._task = self._bar.add_task("", total=sum(self._sizes.values()), counts="")
        self._show()

    def __enter__(self) -> "TerminalProgress":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    @property
    def seconds(self) -> float:
        """Since it was made."""
        return time.perf_counter() - self._began

    def began(self, file: SourceFile) -> None:
        """Its reading is asked for."""

    def was_read(self, file: SourceFile, pages: int) -> None:
        """It was read, or refused, and waits to be embedded."""
        self.pages += pages
        self._bar.advance(self._task, self._sizes.get(file.origin, 0) / 2)
        self._show()

    def embedded(self, passages: int) -> None:
        """So many more passages are embedded."""
        self.passages += passages
        self._show()

    def settled(self, file: SourceFile) -> None:
        """It has all of its outcomes."""
        self._settled += 1
        self._bar.advance(self._task, self._sizes.get(file.origin, 0) / 2)
        self._show()

    def stopping(self) -> bool:
        """Only a signal ends it."""
        return False

    def say(self, lines: str, stream: TextIO) -> None:
        """Print to stdout or stderr, above the bar if both are on the terminal."""
        if stream.isatty() and not self._bar.disable:
            self._bar.console.print(
                lines, markup=False, emoji=False, highlight=False, soft_wrap=True
            )
        else:
            print(lines, file=stream, flush=True)

    def _show(self) -> None:
        noun = "page" if self.pages == 1 else "pages"
        counts = (
            f"{self._settled:,}/{len(self._sizes):,} files, {self.pages:,} {noun}, "
            f"{self.passages:,} passages, {self.passages / self.seconds:,.0f}/s"
        )
        self._bar.update(self._task, counts=counts + self._left())

    def _left(self) -> str:
        task = self._bar.tasks[0]
        if not task.completed or not task.total:
            return ""
        return time_left(self.seconds * (task.total - task.completed) / task.completed)
