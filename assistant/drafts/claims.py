"""A draft becomes claims: each sentence or full clause that says something which can be checked.

A claim is kept in the draft's own words, with a second form that stands on its own: marks of
Markdown taken out, and "the act" or "she" replaced where it is certain what they mean. What claims
nothing is kept as an aside, so that nothing of a draft is lost. Claims are not checked here.
"""

from dataclasses import dataclass

from assistant.drafts.antecedents import Antecedents
from assistant.drafts.asides import AsideKind, aside_kind
from assistant.drafts.units import Unit, plain, units
from index.errors import InvalidInput

LONGEST_DRAFT_CHARS = 200_000


@dataclass(frozen=True)
class DraftClaim:
    """A claim: `text` is draft[start:end], `standalone` is what is searched and judged.

    `resolved` pairs a word with what was put in its place: ("It", "the Palermo Protocol").
    `unresolved` are words that point at something which nobody can tell.
    """

    text: str
    start: int
    end: int
    standalone: str
    resolved: tuple[tuple[str, str], ...] = ()
    unresolved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aside:
    """Words that claim nothing checkable: `text` is draft[start:end].

    "heading" is all that makes no sentence, "wish" all that should be done.
    """

    text: str
    start: int
    end: int
    kind: AsideKind


def claims_of(text: str) -> tuple[DraftClaim | Aside, ...]:
    """The claims and asides of a draft, in order; together they hold all of its sentences.

    Offsets count code points of the text as it is given. Raises `InvalidInput` for a text that
    is empty or longer than `LONGEST_DRAFT_CHARS`.
    """
    if not any(map(str.isalnum, text)):
        raise InvalidInput("the draft has no words", "give a text of at least one sentence")
    if len(text) > LONGEST_DRAFT_CHARS:
        raise InvalidInput(
            f"the draft has {len(text):,} characters, more than {LONGEST_DRAFT_CHARS:,}",
            "check it in parts: one chapter or section at a time",
        )
    antecedents = Antecedents()
    return tuple(_read(text, unit, antecedents) for unit in units(text))


def _read(text: str, unit: Unit, antecedents: Antecedents) -> DraftClaim | Aside:
    words = text[unit.start : unit.end]
    sentence = plain(words)
    if unit.heading:
        antecedents.new_section(sentence, unit.sentence)
        return Aside(words, unit.start, unit.end, "heading")
    own = antecedents.read(sentence, unit.sentence)
    kind = "heading" if unit.fragment else aside_kind(sentence)
    if kind:
        return Aside(words, unit.start, unit.end, kind)
    return DraftClaim(words, unit.start, unit.end, own.standalone, own.resolved, own.unresolved)
