"""An answer as it is scored: read from the JSON that `assistant.output.answer_json` makes.

Only what the metrics need is read, and all of that must be there: an answer that lacks it was
made by another version, and scoring it as if it were worse would be a lie. Nothing is scored here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from assistant.types import CONTRADICTED, NOT_NEEDED, SUPPORTED, VERDICTS, Tokens
from index.errors import InvalidInput

Json = Mapping[str, Any]
T = TypeVar("T")
_REMEDY = "ask the question anew with this version: python -m assistant ask --batch"


@dataclass(frozen=True)
class Found:
    """A passage that the answer could draw on."""

    origin: str
    text: str


@dataclass(frozen=True)
class Cited:
    """A citation: words of a document; `marker` is its number in the answer."""

    marker: int
    origin: str
    title: str
    quote: str


@dataclass(frozen=True)
class Said:
    """A statement with its citations; `verdict` is one of `VERDICTS`, `probability` in [0, 1]."""

    text: str
    citations: tuple[Cited, ...]
    verdict: str
    probability: float
    invented_markers: int

    @property
    def needs_support(self) -> bool:
        """Whether it says anything that would have to be borne out."""
        return self.verdict != NOT_NEEDED

    @property
    def is_supported(self) -> bool:
        """Whether what it cites bears it out."""
        return self.verdict == SUPPORTED

    @property
    def is_contradicted(self) -> bool:
        """Whether a passage says otherwise."""
        return self.verdict == CONTRADICTED


@dataclass(frozen=True)
class Answered:
    """An answer, or an abstention without statements; passages are best first.

    `tokens` is None where no chat model wrote, or it did not count.
    """

    abstained: bool
    statements: tuple[Said, ...]
    citations: tuple[Cited, ...]
    passages: tuple[Found, ...]
    seconds: float
    tokens: Tokens | None = None

    @property
    def needing(self) -> tuple[Said, ...]:
        """The statements that need support."""
        return tuple(statement for statement in self.statements if statement.needs_support)

    @property
    def text(self) -> str:
        """All that it says."""
        return " ".join(statement.text for statement in self.statements)


def read_answer(answer: Json, question_id: str) -> Answered:
    """The answer to the question of that id.

    Raises `InvalidInput` naming the first field that is missing or is not what it should be.
    """
    whole = _Fields(answer, f"the answer to {question_id}", "")
    citations = {cited.marker: cited for cited in map(_cited, whole.each("citations"))}
    return Answered(
        abstained=whole.get("abstained", bool),
        statements=tuple(_said(each, citations) for each in whole.each("statements")),
        citations=tuple(citations.values()),
        passages=tuple(
            Found(each.get("origin", str), each.get("text", str)) for each in whole.each("passages")
        ),
        seconds=whole.inner("seconds").number("total"),
        tokens=_tokens(whole),
    )


@dataclass(frozen=True)
class _Fields:
    """A JSON object on its way to being read, and where it stands, for the message."""

    value: Any
    whose: str
    path: str

    def get(self, name: str, kind: type[T]) -> T:
        """The field of that name."""
        value = self.value.get(name) if isinstance(self.value, Mapping) else None
        if not isinstance(value, kind):
            raise self.wrong(name)
        return value

    def number(self, name: str) -> float:
        """The field of that name, a number of either kind."""
        return float(self.get(name, int | float))  # type: ignore[arg-type]

    def inner(self, name: str) -> "_Fields":
        """The object of that name."""
        return _Fields(self.get(name, Mapping), self.whose, f"{self.path}{name}.")  # type: ignore[type-abstract]

    def each(self, name: str) -> Iterator["_Fields"]:
        """The objects of the list of that name."""
        for number, value in enumerate(self.get(name, list)):
            yield _Fields(value, self.whose, f"{self.path}{name}[{number}].")

    def wrong(self, name: str) -> InvalidInput:
        """What to raise for the field of that name."""
        return InvalidInput(f"{self.whose} lacks {self.path}{name}, or it is malformed", _REMEDY)


def _tokens(answer: _Fields) -> Tokens | None:
    if answer.value.get("tokens") is None:
        return None
    tokens = answer.inner("tokens")
    return Tokens(tokens.get("prompt", int), tokens.get("completion", int))


def _cited(fields: _Fields) -> Cited:
    document = fields.inner("document")
    return Cited(
        marker=fields.get("marker", int),
        origin=document.get("origin", str),
        title=document.get("title", str),
        quote=fields.get("quote", str),
    )


def _said(fields: _Fields, citations: Mapping[int, Cited]) -> Said:
    markers = fields.get("citations", list)
    if any(not isinstance(marker, int) or marker not in citations for marker in markers):
        raise fields.wrong("citations")
    grounding = fields.inner("grounding")
    verdict = grounding.get("verdict", str)
    if verdict not in VERDICTS:
        raise grounding.wrong("verdict")
    return Said(
        text=fields.get("text", str),
        citations=tuple(citations[marker] for marker in dict.fromkeys(markers)),
        verdict=verdict,
        probability=grounding.number("probability"),
        invented_markers=len(fields.get("invented_markers", list)),
    )
