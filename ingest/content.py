"""What a reader finds in a file: its text with page and heading map, and what it says of itself."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from index.types import Heading, Page

LONGEST_TITLE_CHARS = 120
BLOCK_BREAK = "\n\n"
CELL_BREAK = " | "


@dataclass(frozen=True)
class Metadata:
    """Facts about a document, as far as they are known; dates and kinds as in `index.types`.

    `inferred` names the facts that no one stated: a title taken from the largest words, say.
    """

    title: str | None = None
    kind: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    jurisdiction: str | None = None
    supersedes: str | None = None
    inferred: tuple[str, ...] = ()

    def over(self, other: "Metadata") -> "Metadata":
        """These facts, completed by the other's; each stays inferred if it was."""
        mine = {name for name in CORRECTABLE if getattr(self, name)}
        chosen = {name: getattr(self if name in mine else other, name) for name in CORRECTABLE}
        inferred = [n for n in CORRECTABLE if n in (self if n in mine else other).inferred]
        return Metadata(**chosen, inferred=tuple(inferred))


CORRECTABLE = tuple(field.name for field in fields(Metadata) if field.name != "inferred")


@dataclass(frozen=True)
class Part:
    """A file inside of another: an attachment, or a member of an archive, by its name in there."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Content:
    """The stored text with its maps; `found` is what the file says of itself.

    `caution` is empty, or says what of the file was guessed or could not be read. `parts` are
    documents of their own; a file that only holds others (an archive) has no text. `pictures`
    are the numbers of the pages whose words only text recognition could read, and did not.
    """

    text: str
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    found: Metadata = Metadata()
    caution: str = ""
    parts: tuple[Part, ...] = ()
    pictures: tuple[int, ...] = ()

    @classmethod
    def of_blocks(cls, blocks: Iterable[tuple[str, int]]) -> "Content":
        """Paragraphs, tables and headings one below the other; each with its heading level or 0."""
        texts: list[str] = []
        headings: list[Heading] = []
        at = 0
        for text, level in blocks:
            if level:
                headings.append(Heading(at, level, one_line(text)))
            texts.append(text)
            at += len(text) + len(BLOCK_BREAK)
        return cls(BLOCK_BREAK.join(texts), headings=tuple(headings))

    @property
    def first_heading(self) -> str | None:
        """The title of the first heading of the first level."""
        return next((heading.title for heading in self.headings if heading.level == 1), None)


def one_line(text: str, most: int = LONGEST_TITLE_CHARS) -> str:
    """The text on one line, cut at a word where it is longer than `most` characters."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return line[: line.rfind(" ", most // 2, most) if " " in line[most // 2 : most] else most] + "…"


def cautions(*found: str) -> str:
    """Several cautions as one; empty ones are left out."""
    return "; ".join(filter(None, found))
