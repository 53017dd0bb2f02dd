"""Files into the library, a few at a time: each is added, replaced, known already, or refused.

A document is told by its bytes and found again by its origin. Documents are committed in groups,
large enough for the embedder to work in full batches and small enough to stay in memory; an
interruption loses at most the group at hand, and running again completes the work.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.library import Library
from index.types import Document, Source
from ingest.content import Metadata
from ingest.errors import ReadError
from ingest.files import SourceFile, source_files
from ingest.reading import LARGEST_BYTES, content_id, read
from ingest.sources import Sources

GROUP_CHARACTERS = 500_000  # some 800 passages, a few seconds of embedding
STARTER = Path(__file__).parent / "starter"

Verdict = Literal["added", "replaced", "unchanged", "duplicate", "refused"]


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `reason` and `remedy` say why it was refused; a duplicate's

    `reason` says where the same bytes are from. `passages` is how many were added.
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
    largest_bytes: int = LARGEST_BYTES,
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
                document = read(file, said.over(sources.facts(file.path)), largest_bytes)
            except ReadError as error:
                yield Outcome(file.origin, "refused", reason=error.message, remedy=error.remedy)
                continue
            if group.holds(document.origin) or group.is_full:
                yield from group.commit()
            settled = group.take(document)
            if settled:
                yield settled
        yield from group.commit()


def add_starter(library: Library) -> tuple[Outcome, ...]:
    """Take in the briefs that come with the program."""
    return tuple(take_in(library, source_files([STARTER])))


class _Group:
    """Documents that are committed together, and those that give way to them."""

    def __init__(self, library: Library, progress: Callable[[int], None]) -> None:
        self._library = library
        self._progress = progress
        self._documents: dict[str, Document] = {}
        self._stale: dict[str, str] = {}  # id: origin

    @property
    def is_full(self) -> bool:
        """Whether enough text waits to be committed."""
        return sum(len(document.text) for document in self._documents.values()) > GROUP_CHARACTERS

    def holds(self, origin: str) -> bool:
        """Whether a document from there waits."""
        return any(document.origin == origin for document in self._documents.values())

    def take(self, document: Document) -> Outcome | None:
        """The outcome if nothing is to be added; otherwise the document waits for `commit`."""
        before = self._library.find(document.origin)
        same = self._same_bytes(document.id)
        if same is not None and same.origin == document.origin and _facts(same) == _facts(document):
            return Outcome(document.origin, "unchanged", document.id, document.title)
        if before is not None:
            self._stale[before.source.id] = before.source.origin
        if same is not None and same.origin != document.origin:
            if _still_has(same.origin, document.id):
                reason = f"the same bytes are in the library from {same.origin}"
                return Outcome(document.origin, "duplicate", document.id, same.title, reason=reason)
            self._stale[same.id] = same.origin
        self._documents[document.id] = document
        return None

    def commit(self) -> Iterator[Outcome]:
        """Put the waiting documents into the library, all or none, and say what became of each."""
        documents, stale = tuple(self._documents.values()), self._stale
        self._documents, self._stale = {}, {}
        if not documents and not stale:
            return
        self._library.add(documents, replacing=tuple(stale), progress=self._progress)
        for document in documents:
            entry = self._library.get(document.id)
            replaced = document.id in stale or document.origin in stale.values()
            yield Outcome(
                document.origin,
                "replaced" if replaced else "added",
                document.id,
                document.title,
                entry.passages if entry else 0,
            )

    def _same_bytes(self, document_id: str) -> Source | None:
        waiting = self._documents.get(document_id)
        if waiting is not None:
            return waiting
        entry = self._library.get(document_id)
        return entry.source if entry else None


def _facts(source: Source) -> tuple[str | None, ...]:
    return (
        source.title, source.kind, source.publisher, source.author, source.published,
        source.jurisdiction,
    )  # fmt: skip


def _still_has(origin: str, document_id: str) -> bool:
    """Whether the original still has the bytes of that id; what is no path here is taken to."""
    path = Path(origin)
    if not path.is_absolute():
        return True
    return path.is_file() and content_id(path.read_bytes()) == document_id
