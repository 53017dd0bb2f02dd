"""Words of a sentence that point at something named elsewhere: "It", "the act", "that year".

Found only where they hardly mean anything else: "It is time to act" and "the rule of law" point at
nothing. What they mean is decided in `antecedents`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from assistant.drafts.name_words import AGENCY_KINDS, LAW_KINDS, TREATY_KINDS
from assistant.drafts.verbs import AUXILIARIES, has_verb
from index.search import STOP_WORDS

Sort = Literal["thing", "he", "she", "kind", "year", "nobody"]

MOST_POINTERS = 20  # of one sentence; what has more is no prose
# the nouns that point at names of these kinds
FITTING: dict[str, tuple[str, ...]] = {
    "act": ("act",),
    "law": LAW_KINDS,
    "legislation": LAW_KINDS,
    "bill": ("bill", "act"),
    "statute": LAW_KINDS,
    "ordinance": ("ordinance",),
    "section": ("section",),
    "treaty": TREATY_KINDS,
    "convention": ("convention",),
    "protocol": ("protocol",),
    "directive": ("directive",),
    "regulation": ("regulation",),
    "report": ("report",),
    "court": ("court",),
    "tribunal": ("court",),
    "program": ("program",),
    "programme": ("program",),
    "initiative": ("program",),
    **{kind: (kind,) for kind in AGENCY_KINDS},
    "agency": AGENCY_KINDS,
}
# a treaty, report or section that says "this" means itself
_OF_ITSELF = ("convention", "protocol", "treaty", "report", "section", "directive", "regulation")
# these also point from the middle of a sentence; "the law" or "the court" there are any
_POINTING_ANYWHERE = "act|bill|statute|ordinance|treaty|convention|protocol|directive|report"
_NOUNS = "|".join(FITTING)
_NEW = r"(?:(?:new|same|landmark|historic|very)\s+)?"
# what makes "the act of …", "the law in Texas" or "the report, known as …" a name of its own
_NOT_TOLD_APART = (
    r"(?!\s+(?:of|on|by|from|for|against|concerning|called|known|named|titled|that|which|about"
    r"|between|making|banning|allowing)\b|\s+(?:in|to|at)\s+(?!January|February|March|April|May"
    r"|June|July|August|September|October|November|December)(?-i:[A-ZÀ-Þ])|,?\s+(?:known|called|titled)\b"
    r"|,\s+the\s+(?-i:[A-ZÀ-Þ])|\s+(?:enforcement|firm|review|school|student|professor)\b|-)"
)
_INTRO = (
    r"\W*(?:(?:but|and|yet|so|still|also|then|however|moreover|today|now|later|instead|indeed|"
    r"nevertheless|furthermore|in addition|as a result|for example|in fact|since then|by then|"
    r"at the time|today|in practice|in theory|unfortunately|nonetheless|"
    r"(?:in|by|since|on|before|after|until|during|from)\s+(?:that year|the same year|"
    r"(?:(?:early|late|mid)[- ])?(?:\d{1,2}\s+)?(?:(?:january|february|march|april|may|june|july|"
    r"august|september|october|november|december)\s+)?(?:\d{1,2},\s+)?\d{4}))\b,?\s+)*"
)
_PRONOUN = re.compile(
    rf"{_INTRO}(?:under\s+|with\s+|for\s+)?(?P<word>its|it|he|his|she|her|they|their|them)\b(?![’']|-)",
    re.IGNORECASE,
)
_OPENING_NOUN = re.compile(
    rf"{_INTRO}(?:(?:under|with|by|through|before)\s+)?"
    rf"(?P<word>(?:the|this|that)\s+{_NEW}(?P<noun>{_NOUNS}))\b{_NOT_TOLD_APART}",
    re.IGNORECASE,
)
_NOUN = re.compile(
    rf"(?<!in )(?<!sex )\b(?P<word>(?:the\s+{_NEW}(?P<some>{_POINTING_ANYWHERE})"
    rf"|this\s+{_NEW}(?P<any>{_NOUNS})))\b{_NOT_TOLD_APART}",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"(?P<before>\b(?:in|of|by|since|during|for|after|before|from|until|late|early|later)\s+)?"
    r"\b(?P<word>(?:that|the same|that very|the very same)\s+year)\b(?![’'])"
    r"(?!\s+(?:when|as)\b)(?<!same year(?= that))",
    re.IGNORECASE,
)
# "It is clear that …", "It takes years to …", "It was in 2000 that …"
_EMPTY_IT = re.compile(
    r"it(?:\s+\w+)?\s+(?:"
    r"(?:is|was|has\s+been|may\s+be|might\s+be|would\s+be|will\s+be|seems|remains|became|becomes"
    r"|is\s+\w+ly)\s+(?:\w+ly\s+|not\s+|no\s+|also\s+|often\s+|widely\s+|an?\s+)?(?:"
    r"(?:clear|true|time|likely|unlikely|possible|obvious|evident|plain|unclear|wrong|right|secret|"
    r"accident|coincidence|surprise|surprising|important|essential|vital|crucial|critical|"
    r"necessary|imperative|noteworthy|telling|fair|shame|tempting|fact|myth|mistake|enough|"
    r"estimated|believed|said|reported|known|argued|claimed|thought|alleged|hoped|assumed|"
    r"unfortunate|ironic|remarkable|common|easy)\s+(?:that|to|for|whether|how|why|when|where|what)\b"
    r"|(?:in|on|at|during|because|only|not\s+until|for|about|around)\b.{0,60}?\bthat\b"
    r"|the\s+\w+\s+of\b.{1,40}?\b(?:that|to)\b|\d.{0,20}\bsince\b)"
    r"|(?:is|was)\s+(?:not\s+|never\s+)?too\s+(?:late|early|soon)\b"
    r"|(?:seems|appears|turns\s+out|follows|happens)\s+(?:that|as|to\s+(?:me|us))\b"
    r"|(?:takes?|took|costs?)\s+.{1,40}?\bto\b"
    r"|(?:comes|came)\s+as\b|(?:does|did)\s+not\s+(?:matter|help)\s+(?:that|whether|who|how|if)\b"
    r"|matters?\s+(?:that|whether|who|how)\b)"
    r"|it\s+(?:takes?|took|seems?|appears?|turns?\s+out|follows)\s+(?:that|as|[^.]{1,40}?\bto)\b"
    r"|it\s+(?:should|must|can|may)\s+be\s+(?:noted|said|remembered|argued)\b",
    re.IGNORECASE,
)
_DEMONSTRATIVE = re.compile(
    rf"{_INTRO}(?P<word>(?:this|these|those|such|that(?!\s+(?:the|an?|it|they|we|he|she|there|all|no|"
    r"some|many|most)\b))(?!\s+(?:who|that|of|in|with|as|whose|said|is\s+to\s+say|year)\b)"
    r"(?:\s+(?P<noun>(?:[a-z]+-[a-z-]+\s+)?[a-z][\w-]+))?)(?=\W|\Z)",
    re.IGNORECASE,
)
_OTHER = re.compile(rf"{_INTRO}(?P<word>the (?:former|latter))\b", re.IGNORECASE)
_ANY_TIME = re.compile(
    r"\b(?P<word>(?:this|last|next) (?:year|month|week|decade|summer|spring|autumn|fall|winter)"
    r"|the (?:following|previous|next) (?:year|month|day)|(?:a|one|two|three|four|five|ten|\d+)"
    r" (?:years?|months?|decades?) (?:later|earlier|ago)|yesterday)\b",
    re.IGNORECASE,
)
# "Companies have ignored it": with one clause before it, no subject of its own can be meant
_OBJECT = re.compile(r"\b(?P<word>it|them|him)\b(?![’'])", re.IGNORECASE)
_OTHER_CLAUSE = re.compile(
    r"[,;:()—–“\"]|\b(?:that|which|who|whom|when|if|because|and|but|or|nor|to|as|while|after|before"
    r"|since|than|so|whether|how|where|what|for|with|by|of|from|in|into|about|against|\w+ing)\b"
    r"|[’']s?\b",
    re.IGNORECASE,
)
_EMPTY_OBJECT = re.compile(
    r"\b(?:ma[dk]\w*|find|finds|found|consider\w*|deem\w*|thinks?|thought|call\w*|takes?)\s+\Z",
    re.IGNORECASE,
)
_LONGEST_CLAUSE_CHARS = 200
_QUOTED = re.compile(r"“[^“”]*”?|\"[^\"]*\"?")
_POSSESSIVE = ("its", "his", "their", "her", "my", "our")
_SORTS: dict[str, Sort] = {
    "it": "thing", "its": "thing", "he": "he", "his": "he", "she": "she", "her": "she",
}  # fmt: skip


@dataclass(frozen=True)
class Pointer:
    """A pointing word at its offsets in a sentence; `noun` says of what kind its thing is.

    Of the sort "nobody" are words that nothing in a draft explains; those in a quotation too. Where
    such a word stands for one thing of any kind, its noun is "thing".
    """

    word: str
    start: int
    end: int
    sort: Sort
    noun: str = ""

    @property
    def is_possessive(self) -> bool:
        """Whether what is put in its place must be a possessor: "Its"."""
        return self.word.lower() in _POSSESSIVE


def pointers(sentence: str) -> tuple[Pointer, ...]:
    """The pointing words of a sentence, in order; of two that overlap the first found counts."""
    bare = _QUOTED.sub(lambda quoted: "“" + "x" * (len(quoted[0]) - 1), sentence)
    found: list[Pointer] = []
    for pointer in chain(_in(bare), _opening_a_quotation(sentence)):
        if len(found) == MOST_POINTERS:
            break
        if all(pointer.end <= other.start or other.end <= pointer.start for other in found):
            found.append(pointer)
    return tuple(sorted(found, key=lambda pointer: pointer.start))


def _in(sentence: str) -> Iterator[Pointer]:
    yield from (_pointer(found, "year") for found in _YEAR.finditer(sentence))
    yield from (_pointer(found, "nobody") for found in _ANY_TIME.finditer(sentence))
    opening = _OPENING_NOUN.match(sentence)
    if opening:
        yield _kind(opening, opening["noun"].lower())
    for found in _NOUN.finditer(sentence):
        yield _kind(found, (found["some"] or found["any"]).lower())
    pronoun = _PRONOUN.match(sentence)
    if pronoun and not _EMPTY_IT.match(sentence, pronoun.start("word")):
        yield _pointer(pronoun, _SORTS.get(pronoun["word"].lower(), "nobody"))
    demonstrative = _DEMONSTRATIVE.match(sentence)
    if demonstrative:
        yield _demonstrative(demonstrative)
    other = _OTHER.match(sentence)
    if other:
        yield _pointer(other, "nobody", "thing")
    yield from _objects(sentence)


def _pointer(found: re.Match[str], sort: Sort, noun: str = "") -> Pointer:
    return Pointer(found["word"], found.start("word"), found.end("word"), sort, noun)


def _kind(found: re.Match[str], noun: str) -> Pointer:
    is_itself = noun in _OF_ITSELF and found["word"][:4].lower() == "this"
    return _pointer(found, "nobody" if is_itself else "kind", noun)


def _demonstrative(found: re.Match[str]) -> Pointer:
    """ "These victims", but only the "This" of "This means"."""
    noun = found["noun"]
    word = found["word"].split()[0]
    of_one = "thing" if word.lower() in ("this", "that") else ""
    if noun and (noun.lower() in STOP_WORDS | AUXILIARIES or has_verb(noun)):
        start = found.start("word")
        return Pointer(word, start, start + len(word), "nobody", of_one)
    return _pointer(found, "nobody", of_one)


def _objects(sentence: str) -> Iterator[Pointer]:
    found = _OBJECT.search(sentence, 0, _LONGEST_CLAUSE_CHARS)
    if found and found.start() > 0:
        before = sentence[: found.start()]
        is_bound = _OTHER_CLAUSE.search(before) or _EMPTY_OBJECT.search(before)
        if has_verb(before) and not is_bound:
            yield _pointer(found, "nobody", "thing" if found["word"].lower() == "it" else "")


def _opening_a_quotation(sentence: str) -> Iterator[Pointer]:
    """The draft does not say what the first words of someone else's speech point at."""
    if sentence[:1] in '“"':
        pronoun = _PRONOUN.match(sentence)
        if pronoun and not _EMPTY_IT.match(sentence, pronoun.start("word")):
            yield _pointer(pronoun, "nobody")
