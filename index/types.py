"""The values that all rooms share, frozen and complete when built.

A `Passage` holds its `Document` and two offsets and nothing else of the text, so that what it
shows is `document.text[start:end]` by construction. Offsets count Unicode code points of the
stored text, `start` inclusive, `end` exclusive. Nothing here reads, searches or stores.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from index.errors import InvalidInput

KINDS = (
    "statute",
    "treaty",
    "regulation",
    "court opinion",
    "government report",
    "academic",
    "NGO report",
    "news",
    "opinion",
    "data",
    "other",
)

DATE_FORMS = "2018, 2018-04 or 2018-04-14"  # in messages and hints


@dataclass(frozen=True)
class Source:
    """Who said it, when and where it came from: all of a document but its text.

    `id` is the start of the SHA-256 of the original's bytes (16 hexadecimal digits), `kind` one
    of `KINDS`, `published` an ISO 8601 date of year, month or day precision ("2018-04-14",
    "2018"), `origin` the path or address of the original, `media_type` an IANA media type.
    `retrieved` is the day (ISO 8601) on which a web address was fetched, `supersedes` the origin
    of the older edition that this one replaces. `inferred` names the facts that nobody stated,
    `corrected` those that the user put right; `caution` says what of the original was guessed
    or could not be read, and is empty if nothing was.
    """

    id: str
    title: str
    kind: str
    publisher: str | None
    author: str | None
    published: str | None
    jurisdiction: str | None
    origin: str
    media_type: str
    retrieved: str | None = field(default=None, kw_only=True)
    supersedes: str | None = field(default=None, kw_only=True)
    inferred: tuple[str, ...] = field(default=(), kw_only=True)
    corrected: tuple[str, ...] = field(default=(), kw_only=True)
    caution: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class Page:
    """One page of a paginated original: `number` counts sheets from 1, text[start:end] is on it.

    `label` is what is printed on it ("iv", "A-3"), None where that is the number itself or not
    known. `recognised` is the confidence in [0, 1] of the text recognition that its words come
    from, None for words that the original holds as text.
    """

    number: int
    start: int
    end: int
    label: str | None = None
    recognised: float | None = None


@dataclass(frozen=True)
class Heading:
    """A heading or numbered provision: it governs the text from `start` to the next of its level.

    `level` counts from 1 (outermost). `label` is a provision's own mark ("(b)", "Article 4") or
    None for a plain heading; `title` is what is shown, at most a line.
    """

    start: int
    level: int
    title: str
    label: str | None = None


@dataclass(frozen=True)
class Document(Source):
    """A source with its stored text, page map (empty if not paginated) and heading map.

    `pages` and `headings` are in order of `start`.
    """

    text: str
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()

    def headings_at(self, offset: int) -> tuple[Heading, ...]:
        """The headings that govern the character at `offset`, outermost first."""
        path: list[Heading] = []
        for heading in self.headings[: bisect_right(self._heading_starts, offset)]:
            while path and path[-1].level >= heading.level:
                path.pop()
            path.append(heading)
        return tuple(path)

    def pages_of(self, start: int, end: int) -> tuple[Page, ...]:
        """The pages that text[start:end] touches, in order; empty if not paginated."""
        return tuple(page for page in self.pages if page.start < end and start < page.end)

    @cached_property
    def _heading_starts(self) -> tuple[int, ...]:
        return tuple(heading.start for heading in self.headings)


@dataclass(frozen=True)
class Passage:
    """A span of a document: what is embedded, found and cited."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        """The exact words: `document.text[start:end]`."""
        return self.document.text[self.start : self.end]

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings that govern all of the passage, outermost first."""
        first = self.document.headings_at(self.start)
        last = self.document.headings_at(max(self.start, self.end - 1))
        return tuple(a for a, b in zip(first, last, strict=False) if a == b)

    @property
    def heading_path(self) -> tuple[str, ...]:
        """The titles of those headings."""
        return tuple(heading.title for heading in self.headings)

    @property
    def pages(self) -> tuple[int, ...]:
        """Page numbers (from 1) that the passage touches; empty if not paginated."""
        return tuple(page.number for page in self.sheets)

    @property
    def sheets(self) -> tuple[Page, ...]:
        """The pages that the passage touches, with their labels and how they were read."""
        return self.document.pages_of(self.start, self.end)

    @property
    def recognised(self) -> float | None:
        """The least confidence in [0, 1] of text recognition on its pages; None if not used."""
        found = [page.recognised for page in self.sheets if page.recognised is not None]
        return min(found, default=None)


@dataclass(frozen=True)
class Hit:
    """A passage that a search found.

    `score` orders hits (higher is better; comparable within one search only: the first are scored
    by late interaction, in [-1, 1], the rest by their fused ranks, below 0.04), the ranks count
    from 1 and are None where that search did not return the passage; `similarity` is the cosine
    of query and passage in [-1, 1], None where the dense search did not return it.
    """

    passage: Passage
    score: float
    dense_rank: int | None
    lexical_rank: int | None
    similarity: float | None = None


@dataclass(frozen=True)
class Filters:
    """Which documents a search may use; an empty tuple or None leaves that open.

    `published_from` and `published_to` are ISO 8601 dates of any precision, both inclusive; a
    document without a date is outside every date range.
    """

    kinds: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    published_from: str | None = None
    published_to: str | None = None

    def __post_init__(self) -> None:
        """Raises `InvalidInput` for an unknown kind or a date that is none."""
        for kind in self.kinds:
            check_kind(kind)
        for day in (self.published_from, self.published_to):
            if day is not None:
                check_date(day)


@dataclass(frozen=True)
class Origin:
    """Where an original is, and how it was told when it was last looked at.

    `address` is a path or web address, `fingerprint` tells the bytes, the reader and what was
    said of them: where it is the same again, nothing needs to be read. `etag` and
    `last_modified` are what a web server said, `final_address` is where redirects led.
    """

    address: str
    document_id: str
    fingerprint: str = ""
    etag: str | None = None
    last_modified: str | None = None
    final_address: str | None = None


@dataclass(frozen=True)
class Likeness:
    """A near-identical document, and the share in [0, 1] of phrases that both have."""

    document_id: str
    title: str
    similarity: float


@dataclass(frozen=True)
class Entry:
    """A line of the library's list: a source with its measure and when it was added (ISO, UTC).

    `recognised_pages` counts those read by text recognition. `origins` are all paths and
    addresses that the same content came from, `alike` the documents that are nearly the same,
    `superseded_by` is the id of the edition that names this one as its older.
    """

    source: Source
    characters: int
    pages: int
    passages: int
    added: str
    recognised_pages: int = 0
    origins: tuple[str, ...] = ()
    alike: tuple[Likeness, ...] = ()
    superseded_by: str | None = None


@dataclass(frozen=True)
class Change:
    """What one commit does to a library: all of it or nothing.

    `documents` are added and those of the ids `removing` removed. A document that is removed
    and added again, corrected say, keeps its origins and its original. `origins` are noted, each
    in the place of what its address led to; then those in `forgetting` no longer lead to their
    documents, and a document left without any origin is removed. `originals` are the bytes of web
    pages as they were fetched, by document id.
    """

    documents: tuple[Document, ...] = ()
    removing: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    forgetting: tuple[Origin, ...] = ()
    originals: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Stats:
    """What a library holds. `size_bytes` is all that its folder takes on disk."""

    documents: int
    passages: int
    characters: int
    by_kind: tuple[tuple[str, int], ...]
    embedder: str
    dimension: int
    chunking: str
    schema_version: int
    size_bytes: int


def is_date(text: str) -> bool:
    """Whether it is an ISO 8601 date of year, month or day precision."""
    parts = text.split("-")
    if [len(part) for part in parts] not in ([4], [4, 2], [4, 2, 2]):
        return False
    try:
        date.fromisoformat("-".join([*parts, "01", "01"][:3]))
    except ValueError:
        return False
    return True


def check_kind(kind: str) -> None:
    """Raises `InvalidInput` if it is none of `KINDS`."""
    if kind not in KINDS:
        raise InvalidInput(f"{kind!r} is no kind of document", f"use {', '.join(KINDS)}")


def check_date(text: str) -> None:
    """Raises `InvalidInput` if it is no date."""
    if not is_date(text):
        raise InvalidInput(f"{text!r} is no date", f"write it as {DATE_FORMS}")


def documents_of(passages: Iterable[Passage]) -> tuple[Document, ...]:
    """The distinct documents of these passages, in order of first appearance."""
    return tuple({passage.document.id: passage.document for passage in passages}.values())
