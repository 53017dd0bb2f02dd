"""Documents that are committed together, and what becomes of each beside what is there already.

A document is told by its bytes: the same content from a second place is the same document with two
origins. Found again at its origin with other content, it takes the old one's place. Nothing is
read here, and nothing written but by `commit`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from index.library import Library
from index.types import Change, Document, Entry, Origin
from ingest.content import cautions
from ingest.corrections import completed, with_corrections
from ingest.outcome import Outcome, Verdict
from ingest.reading import content_id

GROUP_CHARACTERS = 500_000  # some 800 passages, a few seconds of embedding
GROUP_DOCUMENTS = 100  # of thousands of small files, the first are soon safe


@dataclass(frozen=True)
class _Waiting:
    """A document to be written: the address that brought it, the verdict, and the reason."""

    address: str
    document: Document
    verdict: Verdict
    reason: str


class Group:
    """Takes documents until it is full; `commit` then writes them, all or none."""

    def __init__(self, library: Library, embedded: Callable[[int], None]) -> None:
        self._library = library
        self._embedded = embedded
        self._waiting: list[_Waiting] = []
        self._removing: list[str] = []
        self._origins: list[Origin] = []
        self._forgetting: list[Origin] = []
        self._originals: dict[str, bytes] = {}

    @property
    def is_full(self) -> bool:
        """Whether enough waits to be committed."""
        characters = sum(len(one.document.text) for one in self._waiting)
        return characters > GROUP_CHARACTERS or len(self._waiting) >= GROUP_DOCUMENTS

    def must_precede(self, document: Document) -> bool:
        """Whether one waits that has the same bytes or is from the same origin."""
        waiting = [one.document for one in self._waiting]
        addresses = {origin.address for origin in self._origins}
        return document.origin in addresses or any(other.id == document.id for other in waiting)

    def forget(self, origin: Origin) -> None:
        """Let this lead to its document no longer; a document left without any is removed."""
        self._forgetting.append(origin)

    def take(self, document: Document, origin: Origin, original: bytes | None) -> Outcome | None:
        """The outcome if nothing is to be written; otherwise the document waits for `commit`."""
        self._origins.append(origin)
        same = self._library.get(document.id)
        if same is None:
            before = self._library.find(document.origin)
            if before:
                document = with_corrections(document, before.source)
            if original is not None:
                self._originals[document.id] = original
            self._wait(origin, document, "replaced" if before else "added")
            return None
        if document.origin in same.origins:
            return self._again(origin, document, same)
        if not any(_still_has(address, document.id) for address in same.origins):
            self._forgetting += [Origin(address, document.id) for address in same.origins]
            moved = with_corrections(document, same.source)
            self._removing.append(document.id)
            self._wait(origin, moved, "replaced", f"it was at {same.source.origin} before")
            return None
        return self._also(origin, document, same)

    def commit(self) -> Iterator[Outcome]:
        """Write what waits, all or none, and say what became of each document."""
        waiting = self._waiting
        change = Change(
            documents=tuple(one.document for one in waiting),
            removing=tuple(self._removing),
            origins=tuple(self._origins),
            forgetting=tuple(self._forgetting),
            originals=dict(self._originals),
        )
        self._waiting, self._removing, self._origins = [], [], []
        self._forgetting, self._originals = [], {}
        if change == Change():
            return
        self._library.apply(change, self._embedded)
        for one in waiting:
            entry = self._library.get(one.document.id)
            assert entry is not None
            yield _outcome(one, entry)

    def _again(self, origin: Origin, document: Document, same: Entry) -> Outcome | None:
        """The same content from where it is known to be from."""
        was = same.source
        stored = self._library.document(document.id)
        document = replace(with_corrections(document, was), retrieved=was.retrieved)
        if document.origin != was.origin:
            document = completed(stored, by=document)
        if document == stored:
            return Outcome(origin.address, "unchanged", document.id, document.title)
        self._removing.append(document.id)
        self._wait(origin, document, "replaced")
        return None

    def _also(self, origin: Origin, document: Document, same: Entry) -> Outcome | None:
        """The same content from a second place: what is said of it there completes the rest."""
        stored = self._library.document(document.id)
        reason = f"the same content as {same.source.origin}: one document, two origins"
        both = completed(stored, by=document)
        if both != stored:
            self._removing.append(document.id)
            self._wait(origin, both, "duplicate", reason)
            return None
        return Outcome(origin.address, "duplicate", document.id, same.source.title, reason=reason)

    def _wait(self, origin: Origin, document: Document, verdict: Verdict, reason: str = "") -> None:
        self._waiting.append(_Waiting(origin.address, document, verdict, reason))


def _outcome(one: _Waiting, entry: Entry) -> Outcome:
    alike = [f"“{other.title}” ({other.similarity:.0%})" for other in entry.alike]
    near = f"nearly the same as {', '.join(alike)}" if alike else ""
    return Outcome(
        one.address,
        one.verdict,
        one.document.id,
        one.document.title,
        entry.passages,
        len(one.document.pages),
        cautions(one.reason, one.document.caution, near),
    )


def _still_has(address: str, document_id: str) -> bool:
    """Whether the original is still there; what is no path here is taken to be."""
    path = Path(address)
    if not path.is_absolute():
        return True
    try:
        return content_id(path.read_bytes()) == document_id
    except OSError:
        return not path.exists() and is_there(path)  # in an archive


def is_there(path: Path) -> bool:
    """Whether there is such a file, or the archive that it was in."""
    return path.exists() or any(parent.is_file() for parent in path.parents)
