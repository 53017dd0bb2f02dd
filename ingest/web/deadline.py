"""How long one fetch may take, all its steps together.

A server that sends a byte now and then never lets a socket's own time limit pass, so each step
gets what is left of the whole. A step is no longer than the longest silence either.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from ingest.errors import ReadError

Result = TypeVar("Result")


class Deadline:
    """A point in time, `time_s` from now; no step may wait longer than `silence_s`."""

    def __init__(self, time_s: float, silence_s: float) -> None:
        self._time_s = time_s
        self._silence_s = silence_s
        self._end = time.monotonic() + time_s

    def left(self) -> float:
        """Seconds that the next step may take, more than 0. Raises `ReadError` after the end."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.late()
        return min(left, self._silence_s)

    def sooner(self, time_s: float) -> "Deadline":
        """A deadline for a part: `time_s` from now, or this one if that is earlier."""
        return Deadline(min(time_s, max(0.0, self._end - time.monotonic())), self._silence_s)

    def waited(self, call: Callable[[], Result]) -> Result:
        """What the call returns or the `OSError` it raises; a `ReadError` if it takes too long.

        For calls that take no time limit, as looking up a name does: a thread of its own makes
        the call, and is left behind if it is late.
        """
        future: Future[Result] = Future()

        def run() -> None:
            try:
                future.set_result(call())
            except OSError as error:
                future.set_exception(error)

        left = self.left()
        threading.Thread(target=run, daemon=True).start()
        try:
            return future.result(timeout=left)
        except TimeoutError:
            raise self.late() from None

    def late(self) -> ReadError:
        """The refusal of an address that takes longer, in whole or in the step at hand."""
        is_over = time.monotonic() >= self._end
        return ReadError(
            f"it was not there after {self._time_s if is_over else self._silence_s:.3g} seconds",
            "try again later, or save the page from your browser and add the file",
        )
