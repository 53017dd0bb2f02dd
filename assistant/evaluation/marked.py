"""What a reader's mark on an answer, right or wrong, says of its question: an item of a set.

Only what the mark tells is noted, for a later run is measured by it. A right answer tells that the
question can be answered, and from which words; a right refusal, that it cannot. A wrong refusal
tells that it can, not from what. A wrong answer tells neither whether it can be answered nor which
of its sentences is untrue: those that the reader names become `must_not`. Where the set knows the
question from another answer already, what a mark says nothing of stays. How the item is stored is
not said here.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from assistant.evaluation.overlap import came_from, squeezed
from assistant.evaluation.questions import Evidence, Item
from assistant.types import PARTLY_SUPPORTED, SUPPORTED, Answer, Statement


@dataclass(frozen=True)
class Exchange:
    """A question and its answer or refusal, as far as they go into a set.

    `history` are the questions before it, oldest first; `statements` are empty for a refusal.
    `evidence` names its files by their whole origin. `filtered` tells that not all of the library
    was searched, as an evaluation will.
    """

    question: str
    history: tuple[str, ...]
    statements: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    filtered: bool = False

    @property
    def id(self) -> str:
        """The same for the same question after the same questions, whatever the answer."""
        asked = json.dumps([squeezed(text) for text in (*self.history, self.question)])
        return f"chat-{hashlib.sha256(asked.encode()).hexdigest()[:12]}"

    @property
    def answer(self) -> str:
        """All that was answered; empty for a refusal."""
        return " ".join(self.statements)


@dataclass(frozen=True)
class Mark:
    """A reader's judgement; `untrue` are the statements that it names, counted from 0."""

    is_right: bool
    untrue: frozenset[int] = frozenset()


def exchange_of(answer: Answer, history: Iterable[str], *, filtered: bool) -> Exchange:
    """The question with this answer.

    Its evidence is what its statements cite, those left out that nothing bears out: that an answer
    is right does not make every footnote of it right.
    """
    rest_on = {m for said in answer.statements if _is_borne_out(said) for m in said.citations}
    return Exchange(
        answer.question,
        tuple(history),
        tuple(statement.text for statement in answer.statements),
        tuple(
            Evidence(
                cited.passage.document.origin, next(iter(cited.passage.pages), None), cited.quote
            )
            for cited in answer.citations
            if cited.marker in rest_on
        ),
        filtered,
    )


def marked_item(exchange: Exchange, mark: Mark, known: Item | None = None) -> Item:
    """The item that the mark makes of the exchange; `known` is what its set held before."""
    refused = not exchange.statements
    kind = f"{'right' if mark.is_right else 'wrong'} {'refusal' if refused else 'answer'}"
    item = replace(_of_others(exchange, known), kind=kind)
    if mark.is_right and not refused:
        return replace(item, answerable=True, answer=exchange.answer, evidence=exchange.evidence)
    if mark.is_right and not exchange.filtered:
        return replace(item, answerable=False, answer=None, evidence=())
    if not mark.is_right and refused:
        return replace(item, answerable=True)
    untrue = (text for at, text in enumerate(exchange.statements) if at in mark.untrue)
    return replace(item, must_not=tuple(dict.fromkeys((*item.must_not, *untrue))))


def with_short_files(exchange: Exchange, documents: Iterable[Collection[str]]) -> Exchange:
    """The exchange with each file named by the shortest end of its path that no other document has.

    So a set that is shared tells nothing of this machine's folders, and fits a library that was
    made from the same files elsewhere. `documents` are, for each, all places that it came from; a
    web address stays whole.
    """
    places = [tuple(document) for document in documents]
    short = (replace(one, file=_short(one.file, places)) for one in exchange.evidence)
    return replace(exchange, evidence=tuple(short))


def _is_borne_out(statement: Statement) -> bool:
    """Also of a quotation, which can't be otherwise, whatever the verifier says of it."""
    is_quotation = statement.attribution is not None
    return is_quotation or statement.grounding.verdict in (SUPPORTED, PARTLY_SUPPORTED)


def _of_others(exchange: Exchange, known: Item | None) -> Item:
    """What is known of the question from other answers than this one."""
    bare = Item(exchange.id, "", exchange.question, exchange.history)
    if known is None:
        return bare
    must_not = tuple(text for text in known.must_not if text not in exchange.statements)
    if known.answer == exchange.answer:
        return replace(bare, must_not=must_not)
    return replace(
        bare,
        answerable=known.answerable,
        answer=known.answer,
        evidence=known.evidence,
        must_not=must_not,
    )


def _short(origin: str, documents: Iterable[Collection[str]]) -> str:
    if "://" in origin:
        return origin
    others = [place for places in documents if origin not in places for place in places]
    names = origin.replace("\\", "/").split("/")
    ends = ("/".join(names[-length:]) for length in range(1, len(names) + 1))
    only = (end for end in ends if end and not any(came_from(place, end) for place in others))
    return next(only, origin)
