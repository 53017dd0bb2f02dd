"""Whether each sentence of an answer follows from what it cites: its verdict, and why, in words.

A sentence that its own passages don't bear out is also read against the others that the answer
could draw on, for they may contradict it. Where only some of its clauses are borne out, it is
supported in part. What is done with a sentence that isn't is decided by who shows it.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.judging import judged, words_of_judgement
from assistant.markers import MarkedSentence
from assistant.types import (
    CONTRADICTED,
    NO_EVIDENCE,
    NOT_NEEDED,
    PARTLY_SUPPORTED,
    SUPPORTED,
    Citation,
    Grounding,
    Statement,
)
from index.evidence.types import NO_EVIDENCE as NO_EVIDENCE_AT_ALL
from index.evidence.types import Judgement, Verifier
from index.evidence.verifier import LONGEST_CLAIM_CHARS
from index.types import Passage

BORNE_OUT = 0.5  # the probability from which a sentence counts as supported
BORNE_OUT_DESPITE = 0.7  # the same where a figure, name or small word speaks against it
REFUTED = 0.6  # and from which its own passages contradict it
REFUTED_UNSAID = 0.75  # the same where nothing can be named that does
REFUTED_BY_OTHERS = 0.75  # others are about something else more often
FEWEST_CLAUSE_WORDS = 4
FEWEST_QUOTED_WORDS = 3
_LIST_NUMBER = re.compile(r"\A\s*\d{1,3}[.)]\s+")  # "2. The term is …" speaks of no two
_CLAUSE = re.compile(r"[;,]\s+(?:and|but|while|whereas|although|which|who|so)\s+|;\s+")
_QUOTED = re.compile(r"[“\"]([^“”\"]{8,400})[”\"]")
# sentences that say nothing of the world
_SAYS_NOTHING = re.compile(
    r"(?:in (?:summary|short|conclusion|sum)|to (?:summari[sz]e|conclude)|here (?:is|are)\b.*|"
    r"(?:based on|according to) (?:the|these) (?:passages|documents|sources)|sure|certainly"
    r"|i hope (?:this|that) helps.*|let me know .*)[\s,:.!]*",
    re.IGNORECASE,
)
_SAYS_NOT_SAID = re.compile(
    r"(?:sorry, )?(?:however, )?(?:the |these )?(?:\w+ )?(?:passages?|documents?|texts?|sources?) "
    r"(?:do|does) not (?:answer|contain|provide|include|give|mention|address|say|state|specify)\b",
    re.IGNORECASE,
)


class Grounder:
    """Judges the sentences of one answer, in order, and numbers their quotations from 1."""

    def __init__(self, passages: Sequence[Passage], verifier: Verifier) -> None:
        self._passages = passages
        self._verifier = verifier
        self._citations: dict[tuple[str, int, int], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The quotations of the sentences judged so far, one for each span."""
        return tuple(self._citations.values())

    def statement(self, sentence: MarkedSentence) -> Statement:
        """The sentence with its verdict. Raises what the verifier raises."""
        cited = [self._passages[number - 1] for number in sentence.markers]
        claim = _LIST_NUMBER.sub("", sentence.text)[:LONGEST_CLAIM_CHARS]
        judgements = self._judged(claim, cited)
        found = list(zip(cited, judgements, strict=True))
        markers = tuple(dict.fromkeys(self._marker(*each) for each in found))
        misquoted = tuple(_misquoted(sentence.text, cited))
        return Statement(
            sentence.text,
            markers,
            self._grounding(claim, found, misquoted),
            invented_markers=sentence.invented,
            misquoted=misquoted,
        )

    def _grounding(
        self, claim: str, found: Sequence[tuple[Passage, Judgement]], misquoted: Sequence[str]
    ) -> Grounding:
        if not found:
            return Grounding(NOT_NEEDED, 1.0) if says_nothing(claim) else self._uncited(claim)
        best = max(found, key=lambda each: each[1].supported)
        chance, marker = best[1].supported, self._marker(*best)
        if not _bears_out(best[1]):
            held, missing = self._clauses(claim, [passage for passage, _ in found])
            chance = chance if missing or not held else min(held)
        else:
            held, missing = [chance], []
        why = (*best[1].notes, *map(_missing, misquoted))
        if held and not missing and not misquoted:
            return Grounding(SUPPORTED, chance, (), marker)
        against = self._against(claim, found)
        if against:
            return _contradicted(chance, against[1], self._marker(*against))
        if held:
            parts = (f"not borne out: “{part}”" for part in missing)
            return Grounding(PARTLY_SUPPORTED, chance, (*why, *parts), marker)
        return Grounding(NO_EVIDENCE, chance, why or ("the passage does not say this",))

    def _uncited(self, claim: str) -> Grounding:
        against = self._against(claim, ())
        if against:
            return _contradicted(0.0, against[1], self._marker(*against))
        return Grounding(NO_EVIDENCE, 0.0, ("it cites no passage",))

    def _against(
        self, claim: str, found: Sequence[tuple[Passage, Judgement]]
    ) -> tuple[Passage, Judgement] | None:
        """The passage that most contradicts the claim: a cited one, or else another."""
        mine = max(found, key=lambda each: each[1].refuted, default=None)
        if mine and mine[1].refuted >= (REFUTED if mine[1].notes else REFUTED_UNSAID):
            return mine
        cited = [passage for passage, _ in found]
        others = [passage for passage in self._passages if passage not in cited]
        judgements = self._judged(claim, others, together=False)
        theirs = max(
            zip(others, judgements, strict=True), key=lambda each: each[1].refuted, default=None
        )
        return theirs if theirs and theirs[1].refuted >= REFUTED_BY_OTHERS else None

    def _clauses(self, claim: str, cited: Sequence[Passage]) -> tuple[list[float], list[str]]:
        """Of a claim of several clauses: how likely those are that are borne out, and the others.

        Two empty lists for one that cannot be taken apart.
        """
        clauses = [part.strip() for part in _CLAUSE.split(claim)]
        if len(clauses) < 2 or any(len(part.split()) < FEWEST_CLAUSE_WORDS for part in clauses):
            return [], []
        best = [max(self._judged(part, cited), key=lambda j: j.supported) for part in clauses]
        held = [judgement.supported for judgement in best if _bears_out(judgement)]
        return held, [p for p, j in zip(clauses, best, strict=True) if not _bears_out(j)]

    def _judged(
        self, claim: str, passages: Sequence[Passage], *, together: bool = True
    ) -> tuple[Judgement, ...]:
        if not claim.strip():
            return tuple(NO_EVIDENCE_AT_ALL for _ in passages)
        return judged(claim, passages, self._verifier, together=together)

    def _marker(self, passage: Passage, judgement: Judgement) -> int:
        """The number of the citation of the words that the judgement rests on."""
        words = words_of_judgement(passage, judgement)
        key = words.document.id, words.start, words.end
        return self._citations.setdefault(key, Citation(len(self._citations) + 1, words)).marker


def _bears_out(judgement: Judgement) -> bool:
    return judgement.supported >= (BORNE_OUT_DESPITE if judgement.notes else BORNE_OUT)


def quoted(quotation: Citation, passage: Passage, verifier: Verifier) -> Grounding:
    """The verdict on words that are quoted from the passage: checked like any others."""
    (judgement,) = judged(quotation.quote[:LONGEST_CLAIM_CHARS], [passage], verifier)
    verdict = SUPPORTED if _bears_out(judgement) else NO_EVIDENCE
    return Grounding(verdict, judgement.supported, judgement.notes, quotation.marker)


def says_nothing(sentence: str) -> bool:
    """Whether it needs no support: a transition, a question, or that nothing is said."""
    bare = sentence.strip()
    return (
        not re.search(r"\w", bare)
        or bare.endswith("?")
        or _SAYS_NOTHING.fullmatch(bare) is not None
        or says_not_said(bare)
    )


def says_not_said(sentence: str) -> bool:
    """Whether it says that the passages do not say something."""
    return _SAYS_NOT_SAID.match(sentence) is not None


def _misquoted(text: str, cited: Sequence[Passage]) -> Iterator[str]:
    """What the text puts in quotation marks and no cited passage has."""
    have = [_plain(passage.text) for passage in cited]
    for found in _QUOTED.finditer(text):
        words = _plain(found[1]).strip(" .,;:…")
        if len(words.split()) >= FEWEST_QUOTED_WORDS and not any(words in one for one in have):
            yield found[1]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[“”\"‘’']", "'", text).lower().split())


def _contradicted(chance: float, judgement: Judgement, marker: int) -> Grounding:
    why = judgement.notes or ("the passage says otherwise",)
    return Grounding(CONTRADICTED, chance, why, marker)


def _missing(quotation: str) -> str:
    return f"the quotation “{quotation}” is not in the passage"
