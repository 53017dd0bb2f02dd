"""What an answer is made of, and the events by which it comes into being.

A `Citation` holds a `Passage` (document, start, end): its quotation is `document.text[start:end]`
by construction. How sentences are chosen or written is not decided here.
"""

from dataclasses import dataclass

from index.types import Hit, Passage, Source

SUPPORTED, PARTLY_SUPPORTED = "supported", "partly_supported"
CONTRADICTED, NO_EVIDENCE, NOT_NEEDED = "contradicted", "no_evidence", "not_needed"
VERDICTS = (SUPPORTED, PARTLY_SUPPORTED, CONTRADICTED, NO_EVIDENCE, NOT_NEEDED)


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
class Grounding:
    """Whether a sentence follows from what it cites: one of `VERDICTS`, and why, in words.

    `probability`, in [0, 1], is that of being borne out; `marker` names the citation whose words
    decide, None where none does.
    """

    verdict: str
    probability: float
    why: tuple[str, ...] = ()
    marker: int | None = None


@dataclass(frozen=True)
class Statement:
    """One sentence of an answer, the markers of its citations, and whether they bear it out.

    `attribution` is who says it and when ("18 U.S.C. § 1591(b)"), set apart from `text` only for
    the extractive answer, whose text is `attribution: “quotation”`; None for a written one.
    `invented_markers` are markers that the model wrote and that point nowhere, `misquoted` are
    words that it puts in quotation marks and that stand in nothing that it cites.
    """

    text: str
    citations: tuple[int, ...]
    grounding: Grounding
    attribution: str | None = None
    invented_markers: tuple[int, ...] = ()
    misquoted: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether it is borne out, or says nothing that would have to be."""
        return self.grounding.verdict in (SUPPORTED, NOT_NEEDED)


@dataclass(frozen=True)
class GroundingReport:
    """How well an answer's sentences are borne out: counts over those that need it."""

    statements: tuple[Statement, ...]

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many sentences have each verdict, in the order of `VERDICTS`."""
        given = [statement.grounding.verdict for statement in self.statements]
        return tuple((verdict, given.count(verdict)) for verdict in VERDICTS)

    @property
    def groundedness(self) -> float | None:
        """The share of sentences that are supported; None where none needs to be."""
        number = dict(self.counts)
        needing = len(self.statements) - number[NOT_NEEDED]
        return number[SUPPORTED] / needing if needing else None

    @property
    def invented_markers(self) -> int:
        """How many markers point nowhere."""
        return sum(len(statement.invented_markers) for statement in self.statements)

    @property
    def misquotations(self) -> int:
        """How many quotations stand in nothing that is cited for them."""
        return sum(len(statement.misquoted) for statement in self.statements)


@dataclass(frozen=True)
class Tokens:
    """What an answer cost: tokens that the chat model read and that it wrote, by its own count."""

    prompt: int
    completion: int


@dataclass(frozen=True)
class Draft:
    """What an answer says, before it is timed and put beside its question.

    An abstention has a `reason` and no statements. `struck` are sentences that were taken out
    because they are not borne out. `tokens` is None where no model wrote, or it did not count.
    """

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    abstained: bool = False
    reason: str | None = None
    struck: tuple[Statement, ...] = ()
    tokens: Tokens | None = None


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
    model's provider:name; `struck` are sentences taken out because nothing bears them out;
    `tokens` is None where no model wrote, or it did not count.
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
    struck: tuple[Statement, ...] = ()
    tokens: Tokens | None = None

    @property
    def report(self) -> GroundingReport:
        """How well it is borne out, the sentences that were taken out among them."""
        return GroundingReport((*self.statements, *self.struck))


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
class Checked:
    """A sentence is complete and has its verdict; `rest` is the text so far that follows it."""

    statement: Statement
    rest: str


@dataclass(frozen=True)
class Finished:
    """The last event: the whole answer, which replaces the streamed text."""

    answer: Answer


Event = Searching | EvidenceFound | TextDelta | Checked | Finished
