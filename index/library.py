"""The library: one facade over catalogue, vectors and embedder.

The catalogue decides what is there. Vectors are written before the catalogue's transaction and
deleted after it, and every such key is announced first, so a crash at any point leaves only
vectors that nobody sees; whoever next takes the writer's lock removes them. Reading a file and
answering a question are other rooms' work.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.catalogue import SCHEMA_VERSION, Catalogue
from index.chunking import SCHEME, embedded_text, split
from index.embedder import Embedder, TokenVectors, Vectors
from index.errors import (
    InvalidInput,
    LibraryBusy,
    LibraryMismatch,
    LibraryMissing,
    StorageError,
)
from index.late_interaction import Aligner, Alignment, subject_tokens
from index.lock import WriterLock
from index.rows import Addition
from index.search import (
    CANDIDATES,
    REORDERED,
    fuse,
    match_expression,
    reorder,
    shortlist,
    without_repeats,
)
from index.types import Document, Entry, Filters, Hit, Passage, Stats
from index.vectors import VectorIndex

CATALOGUE = "catalogue.sqlite3"
VECTORS = "vectors"
EMBEDDING_BATCH = 64  # passages, whose token vectors in full are 25 MB

Progress = Callable[[int], None]


def _silent(_: int) -> None:
    """No progress is shown."""


class Library:
    """Documents that can be searched. Make it with `Library.open`.

    Reading methods may be called from several threads and while another process writes; what
    it has committed is found without reopening. Writing methods raise `LibraryBusy` at once if
    another process is writing, and `StorageError` if the disk is full or read-only.
    """

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.folder = folder
        self.embedder = embedder
        self._catalogue = Catalogue(folder / CATALOGUE)
        self._vectors = VectorIndex(folder / VECTORS)
        self._lock = WriterLock(folder)
        self._aligner = Aligner(embedder, self._catalogue)
        self._seen_revision = -1

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        embedder: Embedder | None = None,
        create: bool = False,
        to_rebuild: bool = False,
    ) -> "Library":
        """The library in `folder`; made if `create` and there is none.

        Raises `LibraryMissing`, or `LibraryMismatch` if it was made by a newer schema or, unless
        it is opened `to_rebuild`, with another embedder or chunking.
        """
        library = cls(folder, embedder or Embedder())
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
        document_id = self._catalogue.id_of_origin(origin)
        return self.get(document_id) if document_id else None

    def document(self, document_id: str) -> Document:
        """The whole document, text included. Raises `DocumentMissing`."""
        return self._catalogue.document(document_id)

    def search(self, query: str, k: int = 8, filters: Filters = Filters()) -> tuple[Hit, ...]:
        """Up to `k` passages for the query, best first. Raises `InvalidInput` for an empty one."""
        expression = match_expression(query)
        if expression is None:
            raise InvalidInput("the query has no words", "ask with at least one word")
        self._see_other_writers()
        dense = self._vectors.nearest(self._aligner.vector(query), CANDIDATES, filters)
        lexical = self._catalogue.search_words(expression, CANDIDATES, filters)
        names = dict.fromkeys([name for name, _ in dense] + list(lexical))
        fused = shortlist(fuse(dense, lexical, self._catalogue.resolve(tuple(names))))
        alignments = self.align(query, [hit.passage for hit in fused[:REORDERED]])
        return without_repeats(reorder(fused, [a.score for a in alignments]), k)

    def align(self, query: str, passages: Sequence[Passage]) -> tuple[Alignment, ...]:
        """How each passage's words answer to the query's; quick for passages just searched."""
        return self._aligner.align(query, passages)

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
                self._repair()
            yield

    def add(
        self,
        documents: Sequence[Document],
        *,
        replacing: Sequence[str] = (),
        progress: Progress = _silent,
    ) -> int:
        """Add all these documents and remove those of the ids `replacing`, or change nothing.

        Calls `progress` with the number of passages embedded since the last call. Returns the
        number of passages added. Raises `InvalidInput` for a document without words.
        """
        with self.writing():
            additions = tuple(self._addition(document) for document in documents)
            self._store(additions, replacing, progress)
        return sum(len(addition.passages) for addition in additions)

    def replace(self, document_id: str, document: Document) -> int:
        """Put `document` in the place of another; returns its number of passages."""
        return self.add([document], replacing=[document_id])

    def remove(self, document_id: str) -> None:
        """Remove a document with its passages and vectors. Raises `DocumentMissing`."""
        self.add((), replacing=[document_id])

    def rebuild(self, progress: Progress = _silent) -> int:
        """Cut and embed all stored texts anew, as this program and embedder do it.

        Needs no originals. Until it ends, also after an interruption, the library counts as
        mismatched. Returns the number of passages.
        """
        with self._lock.held():
            self._catalogue.commit((), (), self._manifest() | {"rebuilding": "1"})
            self._vectors.clear()
            passages = 0
            for entry in self.entries():
                addition = self._addition(self.document(entry.source.id))
                self._store((addition,), (entry.source.id,), progress)
                passages += len(addition.passages)
            self._catalogue.commit((), (), {"rebuilding": "0"})
        return passages

    # --- private -------------------------------------------------------------------------------

    def _manifest(self) -> dict[str, str]:
        return {
            "schema_version": str(SCHEMA_VERSION),
            "embedder": self.embedder.name,
            "dimension": str(self.embedder.dimension),
            "chunking": SCHEME,
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
        for what, ours in (("embedder", self.embedder.name), ("chunking", SCHEME)):
            if manifest[what] != ours:
                raise LibraryMismatch(
                    f"the library at {self.folder} was made with the {what} "
                    f"{manifest[what]!r}, this program has {ours!r}",
                    "run: python -m assistant library rebuild (the stored texts are enough)",
                )

    def _addition(self, document: Document) -> Addition:
        passages = split(document, self.embedder)
        if not passages:
            raise InvalidInput(f"{document.origin} has no words", "add a document with text")
        return Addition(passages, self._words(passages), uuid.uuid4().hex)

    def _words(self, passages: Sequence[Passage]) -> tuple[str, ...]:
        return tuple(embedded_text(passage, self.embedder) for passage in passages)

    def _store(
        self, documents: Sequence[Addition], removing: Sequence[str], progress: Progress
    ) -> None:
        words = [text for document in documents for text in document.words]
        vectors, tokens = self._embed(words, progress)
        additions, at = list[Addition](), 0
        self._catalogue.announce([document.vector_key for document in documents])
        for document in documents:
            mine = slice(at, at := at + len(document.words))
            additions.append(replace(document, tokens=tuple(tokens[mine])))
            self._vectors.add(additions[-1], vectors[mine])
        self._discard(self._catalogue.commit(additions, removing))

    def _embed(
        self, texts: Sequence[str], progress: Progress
    ) -> tuple[Vectors, list[TokenVectors]]:
        """Vectors and tokens in the texts' order; embedded by length, so that little is padded."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        vectors = np.empty((len(texts), self.embedder.dimension), np.float32)
        tokens: dict[int, TokenVectors] = {}
        for first in range(0, len(order), EMBEDDING_BATCH):
            batch = order[first : first + EMBEDDING_BATCH]
            vectors[batch], found = self.embedder.embed_with_tokens([texts[at] for at in batch])
            tokens |= {at: subject_tokens(texts[at], t) for at, t in zip(batch, found, strict=True)}
            progress(len(batch))
        return vectors, [tokens[at] for at in range(len(texts))]

    def _discard(self, keys: Sequence[str]) -> None:
        if keys:
            self._vectors.discard(keys)
            self._catalogue.settle(keys)

    def _repair(self) -> None:
        """Undo what a crash left; the caller holds the lock."""
        self._discard(self._catalogue.pending())
        if self._vectors.count() == self._catalogue.passage_count():
            return
        # without a crash of the whole machine the counts agree: look closer only here
        wanted, stored = self._catalogue.vector_ids(), self._vectors.ids()
        self._vectors.discard_ids(sorted(stored - wanted))
        for key in {name.split(":")[0] for name in wanted - stored}:
            addition = self._catalogue.addition(key, self._words)
            self._vectors.add(addition, self._embed(addition.words, _silent)[0])

    def _repair_unless_busy(self) -> None:
        # a living writer's announcements look like a crash's; and who may only read, reads
        with suppress(LibraryBusy, StorageError), self.writing():
            pass

    def _see_other_writers(self) -> None:
        revision = self._catalogue.revision()
        if revision != self._seen_revision:
            self._check_manifest()
            self._vectors.refresh()
            self._aligner.forget_frequencies()
            self._seen_revision = revision
