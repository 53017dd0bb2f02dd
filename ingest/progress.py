"""How far an ingest has come, on the terminal: documents, passages and passages a second."""

import sys
import time
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class TerminalProgress:
    """A bar on stderr while it is entered, if that is a terminal; it counts in any case."""

    def __init__(self, files: int, *, quiet: bool = False) -> None:
        self.passages = 0
        self._began = time.perf_counter()
        self._bar = Progress(
            TextColumn("Adding"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("documents, {task.fields[passages]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=quiet or not sys.stderr.isatty(),
            transient=True,
            # or what is printed into a file or pipe would go to the terminal
            redirect_stdout=False,
        )
        self._task = self._bar.add_task("", total=files, passages="0 passages")

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

    def settled(self) -> None:
        """One more file has its outcome."""
        self._bar.advance(self._task)

    def embedded(self, passages: int) -> None:
        """So many more passages are embedded."""
        self.passages += passages
        noun = "passage" if self.passages == 1 else "passages"
        shown = f"{self.passages:,} {noun}, {self.passages / self.seconds:,.0f}/s"
        self._bar.update(self._task, passages=shown)

    def say(self, lines: str, stream: TextIO) -> None:
        """Print to stdout or stderr, above the bar if both are on the terminal."""
        if stream.isatty() and not self._bar.disable:
            self._bar.console.print(
                lines, markup=False, emoji=False, highlight=False, soft_wrap=True
            )
        else:
            print(lines, file=stream, flush=True)
