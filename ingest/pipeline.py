"""Files into the library, a few at a time: each is added, replaced, known already, or refused.

A document is told by its bytes and found again by its origin. Documents are committed in groups,
large enough for the embedder to work in full batches and small enough to stay in memory; an
interruption loses at most the group at hand, and running again completes the work.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.environment import DEFAULT_FILE_BYTES
from index.library import Library
from index.types import Source
from ingest.content import Metadata
from ingest.errors import ReadError
from ingest.files import SourceFile, source_files
from ingest.reading import Reading, content_id, read
from ingest.sources import Sources

GROUP_CHARACTERS = 500_000  # some 800 passages, a few seconds of embedding
GROUP_DOCUMENTS = 100  # of thousands of small files, the first are soon safe
STARTER = Path(__file__).parent / "starter"

Verdict = Literal["added", "replaced", "unchanged", "duplicate", "refused"]


@dataclass(frozen=True)
class Outcome:
    """What became of one file; `passages` is how many were added.

    `reason` and `remedy` say why it was refused. `reason` also says where a duplicate's bytes
    are from, and what of a document that was taken in was guessed or could not be read.
    """

    origin: str
    verdict: Verdict
    document_id: str | None = None
    title: str = ""
    passages: int = 0
    reason: str = ""
    remedy: str = ""

    @property
    def refused(self) -> bool:
        """Whether the file is not in the library."""
        return self.verdict == "refused"


def take_in(
    library: Library,
    files: Iterable[SourceFile],
    *,
    said: Metadata = Metadata(),
    largest_bytes: int = DEFAULT_FILE_BYTES,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Outcome]:
    """Fill the library; one outcome a file, in the order in which they are settled.

    `said` are the user's own words about all these files. Calls `progress` with the number of
    passages embedded since the last call. Raises `LibraryBusy` and `StorageError`, never for a
    single file. Holds the writer's lock for the thread that iterates.
    """
    sources = Sources()
    with library.writing():
        group = _Group(library, progress)
        for file in files:
            try:
                reading = read(file, said.over(sources.facts(file.path)), largest_bytes)
            except ReadError as error:
                yield Outcome(file.origin, "refused", reason=error.message, remedy=error.remedy)
                continue
            if group.must_precede(reading.document):
                yield from group.commit()
            settled = group.take(reading)
            if settled:
                yield settled
            if group.is_full:
                yield from group.commit()
        yield from group.commit()


def add_starter(library: Library) -> tuple[Outcome, ...]:
    """Take in the briefs that come with the program."""
    return tuple(take_in(library, source_files([STARTER])))


class _Group:
    """Documents that are committed together, and those that give way to them."""

    def __init__(self, library: Library, progress: Callable[[int], None]) -> None:
        self._library = library
        self._progress = progress
        self._waiting: list[Reading] = []
        self._stale: dict[str, str] = {}  # id: origin

    @property
    def is_full(self) -> bool:
        """Whether enough waits to be committed."""
        characters = sum(len(reading.document.text) for reading in self._waiting)
        return characters > GROUP_CHARACTERS or len(self._waiting) >= GROUP_DOCUMENTS

    def must_precede(self, source: Source) -> bool:
        """Whether one waits that has the same bytes or is from the same origin."""
        waiting = (reading.document for reading in self._waiting)
        return any(other.id == source.id or other.origin == source.origin for other in waiting)

    def take(self, reading: Reading) -> Outcome | None:
        """The outcome if nothing is to be added; otherwise the document waits for `commit`."""
        document = reading.document
        before = self._library.find(document.origin)
        same = self._library.get(document.id)
        if same and _facts(same.source) == _facts(document):
            return Outcome(document.origin, "unchanged", document.id, document.title)
        if before:
            self._stale[before.source.id] = before.source.origin
        if same and same.source.id not in self._stale and _still_has(same.source):
            reason = f"the same bytes are in the library from {same.source.origin}"
            return Outcome(
                document.origin, "duplicate", document.id, same.source.title, reason=reason
            )
        if same:
            self._stale[same.source.id] = same.source.origin
        self._waiting.append(reading)
        return None

    def commit(self) -> Iterator[Outcome]:
        """Put the waiting documents into the library, all or none, and say what became of each."""
        waiting, stale = self._waiting, self._stale
        self._waiting, self._stale = [], {}
        if not waiting and not stale:
            return
        documents = [reading.document for reading in waiting]
        self._library.add(documents, replacing=tuple(stale), progress=self._progress)
        for document, reading in zip(documents, waiting, strict=True):
            entry = self._library.get(document.id)
            replaced = document.id in stale or document.origin in stale.values()
            yield Outcome(
                document.origin,
                "replaced" if replaced else "added",
                document.id,
                document.title,
                entry.passages if entry else 0,
                reading.caution,
            )


def _facts(source: Source) -> tuple[str | None, ...]:
    """What makes a source of the same bytes another: its origin and what is said of it."""
    return (
        source.origin, source.title, source.kind, source.publisher, source.author,
        source.published, source.jurisdiction,
    )  # fmt: skip


def _still_has(source: Source) -> bool:
    """Whether the original is still there; what is no path here is taken to be."""
    path = Path(source.origin)
    if not path.is_absolute():
        return True
    try:
        return content_id(path.read_bytes()) == source.id
    except OSError:
        return False
