"""How far something long has come, in one line: "37 of 125, 2.1/s, 40 s left"."""

import time
from collections.abc import Callable
from typing import TextIO

EVERY_S = 10.0  # between lines where none can be written over, as in a log


class Progress:
    """Counts to `total`, `done` of which were done before, and tells `out` about it."""

    def __init__(
        self, total: int, out: TextIO, *, done: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total, self._before, self._done = total, done, done
        self._out, self._clock = out, clock
        self._began = self._shown = clock()
        self._is_terminal = out.isatty()

    def advance(self, by: int = 1) -> None:
        """So many more are done."""
        self._done += by
        now = self._clock()
        is_last = self._done >= self._total
        if self._is_terminal:
            print(f"\r{self._line(now):<50}", end="\n" if is_last else "", file=self._out)
            self._out.flush()
        elif is_last or now - self._shown >= EVERY_S:
            self._shown = now
            print(self._line(now), file=self._out, flush=True)

    def _line(self, now: float) -> str:
        return told(self._done, self._total, self._done - self._before, now - self._began)


def told(done: int, total: int, here: int, took_s: float) -> str:
    """How far it has come, and how long the rest takes at the rate of the `here` done just now."""
    line = f"{done} of {total}"
    if took_s <= 0 or not here:
        return line
    rate = here / took_s
    return f"{line}, {_rate(rate)}, {_duration((total - done) / rate)} left"


def _rate(per_second: float) -> str:
    return f"{per_second:.1f}/s" if per_second >= 0.1 else f"{per_second * 60:.1f}/min"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
