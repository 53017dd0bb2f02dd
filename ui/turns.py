"""Additions to the library take turns: those of one page that wait, and what they must not hide.

The library has one writer. What is dropped or typed while it writes waits in the `Line` of its
page, and begins the moment that the addition before it ends: what that one left open (files that
were refused, or not taken in) stays on the page then, because nobody had the time to read it.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import AttestError
from ingest.files import SourceFile
from ui.shelf import Shelf


@dataclass(frozen=True)
class Addition:
    """What was dropped, typed or is to be read again, with the choices made at that moment.

    `copies` are files to delete once they are in the library. With a `refusal` there is nothing to
    add, only to say why. `waited` tells that another addition had to end before it.
    """

    files: tuple[SourceFile, ...]
    kind: str = ""
    recognising: bool = True
    copies: tuple[Path, ...] = ()
    refusal: AttestError | None = None
    waited: bool = False


class Line:
    """The additions of one page, first come first served. `open_news` is HTML of those before."""

    def __init__(self) -> None:
        self._waiting: list[Addition] = []
        self.open_news = ""

    def join(self, addition: Addition, busy: threading.Event) -> None:
        """It is the last now; `busy` is set while the library is added to, from whatever page."""
        waits = busy.is_set() or bool(self._waiting)
        self._waiting.append(replace(addition, waited=waits))

    def next(self) -> Addition | None:
        """Whose turn it is; None if nobody waits."""
        if not self._waiting:
            return None
        addition = self._waiting.pop(0)
        if not addition.waited:
            self.open_news = ""
        return addition

    @property
    def names(self) -> tuple[str, ...]:
        """The files of those that wait for another addition to end."""
        return tuple(f.origin for one in self._waiting if one.waited for f in one.files)


def turn(
    line: Line, busy: threading.Event, views: Callable[[Addition], Iterator[Shelf]]
) -> Iterator[Shelf]:
    """The views of the addition whose turn it is, each with what those before it left open."""
    addition = line.next()
    if addition is None:
        return
    earlier = line.open_news
    busy.set()
    try:
        for view in views(addition):
            line.open_news = view.kept + earlier
            yield replace(view, news=view.news + earlier)
    finally:
        busy.clear()
