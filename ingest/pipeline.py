"""Files and web addresses into the library: read ahead by workers, committed a few at a time.

Each is added, replaced, known already, or refused with the reason. Documents are committed in
groups, large enough for the embedder to work in full batches and small enough to stay in memory; an
interruption loses at most the group at hand, and running again completes the work.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.environment import DEFAULT_FILE_BYTES
from index.library import Library
from index.types import Document, Origin
from ingest.content import Metadata
from ingest.errors import ReadError
from ingest.files import SourceFile, inside, source_files
from ingest.group import Group
from ingest.outcome import Outcome
from ingest.progress import Progress, Unseen
from ingest.reading import Job, Reading
from ingest.sources import Sources
from ingest.visits import Fetcher, Visits
from ingest.workers import Limits, Result, Workers

if TYPE_CHECKING:
    from ingest.web.fetching import Fetched

STARTER = Path(__file__).parent / "starter"


@dataclass(frozen=True)
class Options:
    """How to take files in: what the user says of all of them, and what reading may take."""

    said: Metadata = Metadata()
    largest_bytes: int = DEFAULT_FILE_BYTES
    recognising: bool = True
    limits: Limits = Limits()
    fetcher: Fetcher | None = None  # None is the usual one


class _Stopped(Exception):
    """The user asked to end, in the middle of embedding."""


def take_in(
    library: Library,
    files: Iterable[SourceFile],
    options: Options = Options(),
    progress: Progress = Unseen(),
) -> Iterator[Outcome]:
    """Fill the library; an outcome for each file and each file in it, in their order.

    If `progress` says to stop, it ends within seconds and has no outcomes for the rest. Raises
    `LibraryBusy` and `StorageError`, never for a single file. Holds the writer's lock for the
    thread that iterates.
    """
    with (
        library.writing(),
        Workers(options.limits, recognising=options.recognising) as workers,
    ):
        intake = _Intake(library, options, progress)
        try:
            for job, result in workers.readings(intake.jobs(files), progress.stopping):
                yield from intake.settled(job, result)
            if not progress.stopping():
                yield from intake.group.commit()
        except _Stopped:
            return


def add_starter(library: Library) -> tuple[Outcome, ...]:
    """Take in the briefs that come with the program."""
    return tuple(take_in(library, source_files([STARTER])))


class _Intake:
    """One run: what it asks of the workers, and what it makes of their results."""

    def __init__(self, library: Library, options: Options, progress: Progress) -> None:
        self._library = library
        self._options = options
        self._progress = progress
        self._sources = Sources()
        self._visits = Visits(library, options.largest_bytes, options.fetcher)
        self.group = Group(library, self._embedded)

    def jobs(self, files: Iterable[SourceFile]) -> Iterator[Job | tuple[Job, Result]]:
        """What the workers are to read, looked at one after the other as they have room."""
        for file in files:
            if self._progress.stopping():
                return
            self._progress.began(file)
            job = Job(file, self._options.said, largest_bytes=self._options.largest_bytes)
            try:
                yield self._prepared(job)
            except ReadError as error:
                yield job, error

    def settled(self, job: Job, result: Result) -> Iterator[Outcome]:
        """The outcomes that this result brings."""
        file = job.file
        if self._progress.stopping():
            raise _Stopped
        pages = 0 if isinstance(result, ReadError) else result.pages
        self._progress.was_read(file, pages)
        if isinstance(result, ReadError):
            yield self._refused(file.origin, result)
        elif result.fingerprint == job.seen:
            yield self._unchanged(file)
        else:
            yield from self._documents(file, result)
        if self.group.is_full:
            yield from self.group.commit()
        self._progress.settled(file)

    def _prepared(self, job: Job) -> Job | tuple[Job, Result]:
        """The job with all that is known of its file; a web page is fetched."""
        origin = job.file.origin
        known = self._known(origin)
        seen = known[0].fingerprint if known else ""
        if not job.file.is_address:
            said = job.said.over(self._sources.facts(job.file.path))
            return replace(job, said=said, seen=seen)
        page = self._visits.fetched(job.file)
        if page is None:
            return replace(job, seen=seen), Reading(seen)
        return replace(job, file=page, seen=seen)

    def _documents(self, file: SourceFile, reading: Reading) -> Iterator[Outcome]:
        """Take the documents of one file, which may hold others."""
        visit = self._visits.visit(file.origin)
        for document in reading.documents:
            if self.group.must_precede(document):
                yield from self.group.commit()
            origin = _origin(document, reading.fingerprint, visit)
            settled = self.group.take(document, origin, file.data if visit else None)
            if settled:
                yield settled
        for name, error in reading.refused:
            yield self._refused(name, error)
        found = {d.origin for d in reading.documents} | {name for name, _ in reading.refused}
        for origin in self._known(file.origin):
            if origin.address not in found:
                self.group.forget(origin)
                yield Outcome(origin.address, "removed", reason=f"no longer in {file.origin}")

    def _refused(self, origin: str, error: ReadError) -> Outcome:
        known = self._library.origin(origin) is not None
        return Outcome.of_refusal(origin, error, is_known=known)

    def _unchanged(self, file: SourceFile) -> Outcome:
        known = self._known(file.origin)
        entry = self._library.get(known[0].document_id) if known else None
        if entry is None:
            return Outcome(file.origin, "unchanged")
        return Outcome(file.origin, "unchanged", entry.source.id, entry.source.title)

    def _known(self, origin: str) -> tuple[Origin, ...]:
        """What the library has from there: of the file itself first, then of those in it."""
        itself = self._library.origin(origin)
        return (*([itself] if itself else []), *self._library.origins(inside(origin)))

    def _embedded(self, passages: int) -> None:
        self._progress.embedded(passages)
        if self._progress.stopping():
            raise _Stopped


def _origin(document: Document, fingerprint: str, visit: "Fetched | None") -> Origin:
    known = Origin(document.origin, document.id, fingerprint)
    if visit is None:
        return known
    return replace(
        known,
        etag=visit.etag,
        last_modified=visit.last_modified,
        final_address=visit.final_address,
    )
