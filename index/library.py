"""The library: one facade over catalogue, vectors and embedder.

The catalogue decides what is there; what a crash leaves besides is put right by whoever next takes
the writer's lock. Reading a file and answering a question are other rooms' work.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from index.catalogue import Catalogue
from index.chunking import SCHEME
from index.embedder import Embedder
from index.errors import (
    LibraryBusy,
    LibraryMismatch,
    LibraryMissing,
    StorageError,
)
from index.evidence import weights
from index.evidence.projection import projection_for
from index.evidence.relevance import LinearReranker
from index.evidence.types import Reranker
from index.late_interaction import Aligner, Alignment
from index.lock import WriterLock
from index.schema import SCHEMA_VERSION
from index.searching import Searcher
from index.types import Change, Document, Entry, Filters, Hit, Origin, Passage, Stats
from index.vectors import VectorIndex
from index.writing import Progress, Writer

CATALOGUE = "catalogue.sqlite3"
VECTORS = "vectors"


def _silent(_: int) -> None:
    """No progress is shown."""


class Library:
    """Documents that can be searched. Make it with `Library.open`.

    Reading methods may be called from several threads and while another process writes; what
    it has committed is found without reopening. Writing methods raise `LibraryBusy` at once if
    another process is writing, and `StorageError` if the disk is full or read-only.
    """

    def __init__(self, folder: Path, embedder: Embedder, reranker: Reranker | None = None) -> None:
        self.folder = folder
        self.embedder = embedder
        self._catalogue = Catalogue(folder / CATALOGUE)
        self._vectors = VectorIndex(folder / VECTORS)
        self._projection = projection_for(embedder)
        self._writer = Writer(self._catalogue, self._vectors, embedder, self._projection)
        self._lock = WriterLock(folder)
        self._aligner = Aligner(embedder, self._catalogue, self._projection)
        self._searcher = Searcher(
            self._catalogue,
            self._vectors,
            self._aligner,
            reranker or LinearReranker(weights.load().relevance),
        )
        self._seen_revision = -1

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        embedder: Embedder | None = None,
        reranker: Reranker | None = None,
        create: bool = False,
        to_rebuild: bool = False,
    ) -> "Library":
        """The library in `folder`; made if `create` and there is none.

        Raises `LibraryMissing`, or `LibraryMismatch` if it was made by a newer schema or, unless
        it is opened `to_rebuild`, with another embedder or chunking.
        """
        library = cls(folder, embedder or Embedder(), reranker)
        if not library._catalogue.exists:
            if not create:
                raise LibraryMissing(
                    f"there is no library at {folder}",
                    "add documents with: python -m ingest PATH, or name another: --library DIR",
                )
            library._create()
        if to_rebuild:
            library._catalogue.manifest()
            return library
        library._check_manifest()
        if library._catalogue.pending():
            library._repair_unless_busy()
        return library

    @property
    def is_empty(self) -> bool:
        """Whether it holds no document."""
        return self._catalogue.passage_count() == 0

    # --- reading -------------------------------------------------------------------------------

    def entries(self, filters: Filters = Filters()) -> tuple[Entry, ...]:
        """The list of its documents, by title."""
        return self._catalogue.entries(filters)

    def get(self, document_id: str) -> Entry | None:
        """The list's line for one document."""
        found = self.entries(Filters(documents=(document_id,)))
        return found[0] if found else None

    def find(self, origin: str) -> Entry | None:
        """The document that came from this path or address."""
        known = self._catalogue.origin(origin)
        return self.get(known.document_id) if known else None

    def origin(self, address: str) -> Origin | None:
        """What is noted of this path or web address."""
        return self._catalogue.origin(address)

    def origins(self, beginning: str = "") -> tuple[Origin, ...]:
        """The paths and web addresses, of those that begin so, that documents came from."""
        return self._catalogue.origins(beginning)

    def original(self, document_id: str) -> bytes | None:
        """The bytes of a web page as they were fetched; None for what was no web page."""
        return self._catalogue.original(document_id)

    def latest_edition(self, document_id: str) -> Entry | None:
        """The latest document that supersedes this one; None if none does."""
        seen, latest = {document_id}, None
        newer = self._catalogue.newer_edition(document_id)
        while newer and newer not in seen:  # a pair that names each other has no latest
            seen.add(newer)
            latest, newer = newer, self._catalogue.newer_edition(newer)
        return self.get(latest) if latest else None

    def document(self, document_id: str) -> Document:
        """The whole document, text included. Raises `DocumentMissing`."""
        return self._catalogue.document(document_id)

    def search(self, query: str, k: int = 8, filters: Filters = Filters()) -> tuple[Hit, ...]:
        """Up to `k` passages for the query, best first. Raises `InvalidInput` for an empty one."""
        self._see_other_writers()
        return self._searcher.search(query, k, filters)

    def align(self, query: str, passages: Sequence[Passage]) -> tuple[Alignment, ...]:
        """How each passage's words answer to the query's; quick for passages just searched."""
        return self._aligner.align(query, passages)

    def named(self, query: str) -> tuple[str, ...]:
        """The ids of the documents that the query names ("§ 1591", "the Palermo Protocol")."""
        return self._searcher.read(query).documents

    def stats(self) -> Stats:
        """What it holds and was made with."""
        entries, manifest = self.entries(), self._catalogue.manifest()
        kinds = sorted({entry.source.kind for entry in entries})
        return Stats(
            documents=len(entries),
            passages=sum(entry.passages for entry in entries),
            characters=sum(entry.characters for entry in entries),
            by_kind=tuple((k, sum(e.source.kind == k for e in entries)) for k in kinds),
            embedder=manifest["embedder"],
            dimension=int(manifest["dimension"]),
            chunking=manifest["chunking"],
            schema_version=int(manifest["schema_version"]),
            size_bytes=sum(f.stat().st_size for f in self.folder.rglob("*") if f.is_file()),
        )

    def vectors_missing_and_orphaned(self) -> tuple[int, int]:
        """How many passages lack their vector, and how many vectors their passage."""
        self._see_other_writers()
        wanted, stored = self._catalogue.vector_ids(), self._vectors.ids()
        return len(wanted - stored), len(stored - wanted)

    # --- writing -------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock over several calls; what a crash left is repaired first."""
        with self._lock.held() as first:
            if first:
                self._see_other_writers()
                self._writer.repair()
            yield

    def apply(self, change: Change, progress: Progress = _silent) -> int:
        """Do all of the change or nothing; returns the number of passages added.

        Calls `progress` with the number of passages embedded since the last call; what that
        raises ends the writing, and nothing is changed. Raises `InvalidInput` for a document
        without words, `DocumentMissing` for an id to remove that is not there.
        """
        with self.writing():
            return self._writer.write(change, progress)

    def add(self, documents: Sequence[Document], *, progress: Progress = _silent) -> int:
        """Add all these documents, each in the place of the one from its origin, or nothing."""
        return self.apply(Change(tuple(documents)), progress)

    def replace(self, document_id: str, document: Document) -> int:
        """Put `document` in the place of another; returns its number of passages."""
        return self.apply(Change((document,), removing=(document_id,)))

    def remove(self, document_id: str) -> None:
        """Remove a document with its passages and vectors. Raises `DocumentMissing`."""
        self.apply(Change(removing=(document_id,)))

    def rebuild(self, progress: Progress = _silent) -> int:
        """Cut all stored texts anew and embed what this embedder has not yet embedded.

        Needs no originals. Until it ends, also after an interruption, the library counts as
        mismatched. Returns the number of passages.
        """
        with self._lock.held():
            self._catalogue.note(self._manifest() | {"rebuilding": "1"})
            passages = self._writer.rebuild(progress)
            self._catalogue.note({"rebuilding": "0"})
        return passages

    # --- private -------------------------------------------------------------------------------

    def _manifest(self) -> dict[str, str]:
        return {
            "schema_version": str(SCHEMA_VERSION),
            "dimension": str(self.embedder.dimension),
            **self._made_with(),
        }

    def _made_with(self) -> dict[str, str]:
        """What a library must have been made with to be searched: known without a model."""
        return {
            "embedder": self.embedder.name,
            "chunking": SCHEME,
            "tokens": self._projection.name,
        }

    def _create(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"the library's folder {self.folder} cannot be made: {error.strerror}",
                "choose a folder that you may write to: --library DIR",
            ) from error
        with self._lock.held():
            if not self._catalogue.exists:
                self._catalogue.create(self._manifest())

    def _check_manifest(self) -> None:
        manifest = self._catalogue.manifest()
        if manifest.get("rebuilding") == "1":
            raise LibraryMismatch(
                f"the library at {self.folder} is being rebuilt, or its rebuild was interrupted",
                "wait for it, or run: python -m assistant library rebuild",
            )
        for what, ours in self._made_with().items():
            theirs = manifest.get(what, "whole")
            if theirs != ours:
                raise LibraryMismatch(
                    f"the library at {self.folder} was made with the {what} "
                    f"{theirs!r}, this program has {ours!r}",
                    "run: python -m assistant library rebuild (the stored texts are enough)",
                )

    def _repair_unless_busy(self) -> None:
        # a living writer's announcements look like a crash's; and who may only read, reads
        with suppress(LibraryBusy, StorageError), self.writing():
            pass

    def _see_other_writers(self) -> None:
        revision = self._catalogue.revision()
        if revision != self._seen_revision:
            self._check_manifest()
            self._vectors.refresh()
            self._searcher.forget()
            self._seen_revision = revision
