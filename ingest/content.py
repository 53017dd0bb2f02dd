"""What a reader finds in a file: its text with page and heading map, and what it says of itself."""

from dataclasses import dataclass, fields

from index.types import Heading, Page


@dataclass(frozen=True)
class Metadata:
    """Facts about a document, as far as they are known; dates and kinds as in `index.types`."""

    title: str | None = None
    kind: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    jurisdiction: str | None = None

    def over(self, other: "Metadata") -> "Metadata":
        """These facts, completed by the other's."""
        chosen = {f.name: getattr(self, f.name) or getattr(other, f.name) for f in fields(self)}
        return Metadata(**chosen)


@dataclass(frozen=True)
class Content:
    """The stored text with its maps; `found` is what the file says of itself."""

    text: str
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    found: Metadata = Metadata()
