"""What passages say of a sentence, by the verifier: each read under what its reader knows of it.

Which passages are judged, and what follows from a judgement, is decided by who asks.
"""

from collections.abc import Sequence
from itertools import chain

from index.evidence.types import Judgement, Pair, Verifier
from index.types import Passage


def judged(
    claim: str, passages: Sequence[Passage], verifier: Verifier, *, together: bool = False
) -> tuple[Judgement, ...]:
    """One judgement a passage, in their order; its words are offsets in `passage.text`.

    Where the claim cites them `together`, what one of them lacks another may have. Raises what
    the verifier raises.
    """
    pairs = [Pair(passage.text, claim, known(passage)) for passage in passages]
    if together:
        pairs = [
            Pair(one.evidence, claim, one.context, _others(pairs, at))
            for at, one in enumerate(pairs)
        ]
    return verifier.verify(pairs)


def words_of_judgement(passage: Passage, judgement: Judgement) -> Passage:
    """The words of the passage that the judgement rests on; all of it where it names none."""
    if judgement.start == judgement.end:
        return passage
    start = passage.start + judgement.start
    return Passage(passage.document, start, passage.start + judgement.end)


def known(passage: Passage) -> str:
    """What a reader of the passage knows before its first word: who says it, when, under what."""
    source = passage.document
    named = (source.title, source.publisher, source.author, source.published, source.jurisdiction)
    labels = (heading.label for heading in passage.document.headings_at(passage.start))
    return "\n".join(part for part in (*named, *passage.heading_path, *labels) if part)


def _others(pairs: Sequence[Pair], at: int) -> str:
    rest = (pair for index, pair in enumerate(pairs) if index != at)
    return "\n".join(chain.from_iterable((pair.context, pair.evidence) for pair in rest))
