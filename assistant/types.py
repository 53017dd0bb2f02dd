"""What an answer is made of, and the events by which it comes into being.

A `Citation` holds a `Passage` (document, start, end): its quotation is `document.text[start:end]`
by construction. How sentences are chosen or written is not decided here.
"""

from dataclasses import dataclass

from index.types import Hit, Passage, Source


@dataclass(frozen=True)
class Citation:
    """The exact words that a statement rests on; `marker` counts from 1 within one answer.

    `superseded_by` is the latest edition of their document, None if it is that itself.
    """

    marker: int
    passage: Passage
    superseded_by: Source | None = None

    @property
    def quote(self) -> str:
        """The exact words: `document.text[start:end]`."""
        return self.passage.text


@dataclass(frozen=True)
class Statement:
    """One sentence of an answer, the markers of its citations, and whether they bear it out.

    `attribution` is who says it and when ("18 U.S.C. § 1591(b)"), set apart from `text` only for
    the extractive answer, whose text is `attribution: “quotation”`; None for a written one.
    `invented_markers` are markers that the model wrote and that point nowhere.
    """

    text: str
    citations: tuple[int, ...]
    supported: bool
    attribution: str | None = None
    invented_markers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Draft:
    """What an answer says, before it is timed and put beside its question.

    An abstention has a `reason` and no statements.
    """

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    abstained: bool = False
    reason: str | None = None


@dataclass(frozen=True)
class Seconds:
    """Wall-clock time that search and answering took."""

    search: float
    answer: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.search + self.answer


@dataclass(frozen=True)
class Answer:
    """A finished answer, or an abstention (`abstained`, with the reason; no statements).

    `passages` are the hits it could draw on, best first; `model` is "extractive" or the chat
    model's provider:name.
    """

    question: str
    standalone_question: str
    abstained: bool
    reason: str | None
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Hit, ...]
    model: str
    seconds: Seconds

    @property
    def invented_markers(self) -> int:
        """How many markers point nowhere."""
        return sum(len(statement.invented_markers) for statement in self.statements)


@dataclass(frozen=True)
class Searching:
    """The search begins, with the question as it stands on its own."""

    standalone_question: str


@dataclass(frozen=True)
class EvidenceFound:
    """The search ended with these hits, best first (possibly none)."""

    passages: tuple[Hit, ...]


@dataclass(frozen=True)
class TextDelta:
    """More of the answer's text, to be appended to what came before."""

    text: str


@dataclass(frozen=True)
class Finished:
    """The last event: the whole answer, which replaces the streamed text."""

    answer: Answer


Event = Searching | EvidenceFound | TextDelta | Finished
