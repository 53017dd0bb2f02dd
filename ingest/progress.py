"""How far an ingest has come, as those who show it are told."""

from typing import Protocol

from ingest.files import SourceFile


class Progress(Protocol):
    """What `take_in` calls, always from the thread that iterates over it."""

    def began(self, file: SourceFile) -> None:
        """Its reading is asked for."""

    def was_read(self, file: SourceFile, pages: int) -> None:
        """It was read, or refused, and waits to be embedded; 0 pages if it has none."""

    def embedded(self, passages: int) -> None:
        """So many more passages are embedded."""

    def settled(self, file: SourceFile) -> None:
        """It has all of its outcomes."""

    def stopping(self) -> bool:
        """Whether to end as soon as that loses nothing that was committed."""


def time_left(seconds: float) -> str:
    """The end of a line that says how long something still takes: ", about 3 min left"."""
    span = f"{seconds / 60:.0f} min" if seconds > 90 else f"{seconds:.0f} s"
    return f", about {span} left"


class Unseen:
    """Progress that nobody watches."""

    def began(self, file: SourceFile) -> None:
        """Nothing is shown."""

    def was_read(self, file: SourceFile, pages: int) -> None:
        """Nothing is shown."""

    def embedded(self, passages: int) -> None:
        """Nothing is shown."""

    def settled(self, file: SourceFile) -> None:
        """Nothing is shown."""

    def stopping(self) -> bool:
        """Never."""
        return False
