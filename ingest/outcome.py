"""What became of one file or address that was to be taken in."""

from dataclasses import dataclass
from typing import Literal

from ingest.errors import ReadError

Verdict = Literal[
    "added", "replaced", "unchanged", "duplicate", "refused", "gone", "removed"
]  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of one origin; `passages` is how many were added, `pages` how many it has.

    `reason` and `remedy` say why it was refused. `reason` also says where a duplicate's content
    is from, what of a document was guessed or could not be read, and what it is nearly the same
    as. "gone" and "removed" are documents whose file is no longer in a folder that was synced:
    still in the library, or no longer.
    """

    origin: str
    verdict: Verdict
    document_id: str | None = None
    title: str = ""
    passages: int = 0
    pages: int = 0
    reason: str = ""
    remedy: str = ""

    @property
    def refused(self) -> bool:
        """Whether the file is not in the library."""
        return self.verdict == "refused"

    @classmethod
    def of_refusal(cls, origin: str, error: ReadError, *, is_known: bool = False) -> "Outcome":
        """The refusal; `is_known` if the library has what was taken in from there before."""
        kept = "; what was taken in from there before stays" if is_known else ""
        return cls(origin, "refused", reason=error.message + kept, remedy=error.remedy)
