"""What the pointing words of a draft's sentences mean, where that is safe to say.

A word means a thing that the same or the two sentences before it name, in the same section, if
exactly one fits: a law for "the act", a person for "she". Anything else that it could mean (another
name, "a hotline", a person without a name) makes it ambiguous, and an ambiguous word stays as it
is and is recorded. "They" is never resolved: groups are seldom named.
"""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.drafts.name_words import (
    ACRONYM,
    INSTRUMENT_KINDS,
    LEGISLATURE,
    PERSON,
    PLACE,
    UNKNOWN,
)
from assistant.drafts.named_things import Named, Names
from assistant.drafts.pointers import FITTING, Pointer, pointers
from assistant.drafts.verbs import has_verb

SENTENCES_BACK = 2
MOST_UNITS_BACK = 9  # a sentence may have clauses without end
# after "It": what happens to laws alone, and what laws do, though others may too
_OF_LAWS = re.compile(
    r"\s+(?:(?:was|is|were|has been|had been|would be|will be|be)\s+(?:\w+ly\s+|not\s+|also\s+"
    r"|then\s+|later\s+|first\s+|since\s+|never\s+)*(?:enacted|passed|signed|adopted|amended|repealed"
    r"|ratified|reauthori[sz]ed|renewed|codified|opened\s+for\s+signature|drafted|in\s+force|struck\s+down)"
    r"|(?:\w+ly\s+|has\s+|had\s+|only\s+)*(?:entered|enters|came|comes|come)\s+into\s+(?:force|effect)"
    r"|(?:took|takes)\s+effect|(?:expired|expires|lapsed))\b",
    re.IGNORECASE,
)
_BY_LAWS = re.compile(
    r"\s+(?:(?:also|now|only|does|did|not|would|will|has|had|can|may|\w+ly|still|further|even|"
    r"thereby|explicitly|never)\s+)*(?:requir|prohibit|forbid|forbade|ban|defin|criminali[sz]|outlaw|"
    r"appl|cover|contain|impos|oblig|provid|allow|permit|punish|ma[dk]e|set|creat|establish|introduc"
    r"|strengthen|authori[sz]|expand|extend|increas|rais|g[ia]ve|grant|mandat|exempt|exclud|includ|"
    r"recogni[sz]|guarantee|treat|distinguish|entitl)\w*",
    re.IGNORECASE,
)
_PARTS_OF_LAWS = re.compile(
    r"\s+(?:\w+\s+)?(?:provisions?|requirements?|definitions?|sections?|articles?|scope|passage|text|"
    r"enactment|penalt(?:y|ies)|preamble|adoption|ratification|reauthori[sz]ation|entry|drafters|"
    r"sponsors?|parties|signatories|wording|titles?|language|aim|purpose)\b",
    re.IGNORECASE,
)
# "a hotline", "the government", "its budget": a thing without a name, unless it is a time or extent
_UNNAMED = re.compile(
    r"(?<!\bis )(?<!\bwas )(?<!\bas )(?<!\bbe )(?<!\bbeen )\b(?:(?:an?|another|one|each|every|this)"
    r"\s+(?!of\b)[a-z]|(?:the|its|their|his|her|our|some)\s+(?!\w*[^s\Wui]s\b)[a-z])"
    r"[\w-]*(?:\s+[a-z][\w-]*){0,2}|\b(?:some|any|every)thing\b"
)
_TIMES = re.compile(
    r"\b(?:times?|years?|decades?|century|months?|weeks?|days?|hours?|moment|end|beginning|start|past|"
    r"way|extent|fact|majority|rest|world|half|third|quarter|million|billion|hundred|thousand|lot|"
    r"dozen)\b"
)
_SUBSTANCES = re.compile(
    r"\b(?:trafficking|slavery|exploitation|prostitution|labou?r|crime|violence|abuse|poverty|demand|"
    r"money|evidence|funding|work|smuggling|servitude|bondage|coercion|legislation)\b",
    re.IGNORECASE,
)
_BARE_SUBJECT = re.compile(r"[A-Z][a-z]+[^s\W](?=\s+(?:is|was|has|can|may|\w+s)\b)")
_SINGLE_PEOPLE = {
    "he": "man|boy|father|husband|son|brother|king|gentleman|businessman|policeman|priest",
    "she": "woman|girl|mother|wife|daughter|sister|queen",
    "": "person|child|victim|survivor|trafficker|defendant|judge|prosecutor|lawyer|attorney|"
    "officer|official|president|minister|senator|secretary|governor|researcher|author|witness|director|"
        "employer|buyer|pimp|worker|teenager|minor|migrant|student|journalist|doctor|teacher|one|"
        "expert|advocate|commissioner|spokes\\w+|(?:some|any|every)one|nobody",
}  # fmt: skip
_YEARS = re.compile(
    r"(?<![\d,.$£€§-])(?<!§ )(?<![Ss]ection )(?:1[789]|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?(?![\d,]\d|\w)"
)
_IDIOMS = re.compile(
    r"\b(?:into|by|in|of|become|became|common|criminal|international|under|against)\s+law\b"
    r"|\blaw\s+enforcement\b|\bin\s+court\b|\b(?:the|this|that)\s+(?:new\s+|same\s+|landmark\s+)?"
    rf"(?:{'|'.join(FITTING)})\b"
)
# "X" for each name: "X, a survivor of forced labour," and "X is a federal law" name nobody else
_APPOSED = re.compile(
    r"(?P<prep>\b(?:in|after|under|since|with|before|by|at|from|to|of|for|on|until|like)\s+)?"
    r"(?P<name>\bX(?:\s+\([^()]*\))?)(?:,(?P<more>\s+[^,.;:]{1,100})(?=[,.;:])"
    r"|\s+(?:is|was|became|remains)\s+(?:an?|the)\s+(?:[a-z-]+\s+){0,3}[a-z-]+)"
)


_IN_A_YEAR = re.compile(
    r"\b(?:in|of|by|since|during|for|after|before|from|until|late|early)\s+\Z", re.IGNORECASE
)
_VERB_FOLLOWS = re.compile(r"\s+(?:was|is|saw|brought|marked|became|ended|began)\b")


@dataclass(frozen=True)
class Resolution:
    """A sentence on its own: pairs of a word and what it was read as, and words left unclear."""

    standalone: str
    resolved: tuple[tuple[str, str], ...] = ()
    unresolved: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Said:
    """What a sentence named, by itself or through a word that was resolved."""

    number: int
    words: str
    names: tuple[Named, ...]
    unclear: frozenset[str]


class Antecedents:
    """Reads the sentences of one draft, in order."""

    def __init__(self) -> None:
        self._names = Names()
        self._said: deque[_Said] = deque(maxlen=MOST_UNITS_BACK)

    def new_section(self, title: str, number: int) -> None:
        """Forget what was said before a heading, and keep what the heading names.

        Its capitals tell less than those of a sentence: only names of a known kind count.
        """
        self._said.clear()
        if not title.isupper():
            names = self._names.of_sentence(title)
            known = tuple(name for name in names if name.kind not in (UNKNOWN, ACRONYM))
            self._said.append(_Said(number, title, known, frozenset()))

    def read(self, sentence: str, number: int) -> Resolution:
        """The sentence as it can stand on its own; clauses of one sentence have one `number`."""
        while self._said and self._said[0].number < number - SENTENCES_BACK:
            self._said.popleft()
        names = list(self._names.of_sentence(sentence))
        pieces, at = "", 0
        resolved: list[tuple[str, str]] = []
        unclear: list[Pointer] = []
        for pointer in pointers(sentence):
            if any(name.start < pointer.end and pointer.start < name.end for name in names):
                continue
            before = [name for name in names if name.end <= pointer.start]
            found = self._found(pointer, before, sentence)
            if found is None:
                unclear.append(pointer)
                continue
            meaning, name = found
            if not meaning or meaning in (text for _, text in resolved):
                continue  # the sentence has said it itself
            resolved.append((pointer.word, meaning))
            pieces += sentence[at : pointer.start] + _put(meaning, pointer, sentence)
            at = pointer.end
            if name:
                names.append(replace(name, start=pointer.start, end=pointer.end))
        standalone = pieces + sentence[at:]
        sorts = frozenset(pointer.noun or pointer.sort for pointer in unclear)
        self._said.append(_Said(number, standalone, tuple(names), sorts))
        return Resolution(standalone, tuple(resolved), tuple(pointer.word for pointer in unclear))

    def _found(
        self, pointer: Pointer, before: Sequence[Named], sentence: str
    ) -> tuple[str, Named | None] | None:
        """What the pointer means, "" where the sentence says so itself; None if unclear."""
        if pointer.sort == "nobody":
            return None
        if pointer.sort == "year":
            year = self._year(sentence[: pointer.start])
            return (year, None) if year is not None else None
        here = _Said(0, sentence[: pointer.start], tuple(before), frozenset())
        told = (*self._said, here)
        names = [name for said in told for name in said.names]
        if pointer.sort == "kind":
            fitting = _of_kind(pointer.noun, names, told)
        elif pointer.sort == "thing":
            fitting = _things(pointer, sentence[pointer.end :], names, told)
        else:
            fitting = _people(pointer.sort, names, told)
        found = _distinct(fitting)
        if len(found) != 1:
            return None
        name = found[0]
        if name.kind == UNKNOWN or (name.kind == ACRONYM and pointer.sort == "kind"):
            return None  # nobody has said that it is of that kind
        is_here = any(other.key == name.key for other in before)
        return ("" if is_here else self._names.in_full(name)), name

    def _year(self, before: str) -> str | None:
        """The one year named; "" if it is in the sentence itself, None unless there is just one."""
        here = set(_YEARS.findall(before))
        years = here.union(*(_YEARS.findall(said.words) for said in self._said))
        year = years.pop() if len(years) == 1 else ""
        if not year.isdecimal():  # none, several, or "2017/18"
            return None
        return "" if here else year


def _of_kind(noun: str, names: Iterable[Named], told: Iterable[_Said]) -> list[Named]:
    """The names that "the act" may mean; none if there are others that have no name."""
    kinds = FITTING[noun]
    if _has_unnamed(kinds, told):
        return []
    return [name for name in names if name.kind in (*kinds, ACRONYM)]


def _has_unnamed(kinds: Sequence[str], told: Iterable[_Said]) -> bool:
    """Whether something of these kinds was spoken of without a name: "a second law"."""
    nouns = [noun for noun, fitted in FITTING.items() if set(fitted) & set(kinds)]
    unnamed = re.compile(rf"\b(?:{'|'.join(nouns)})\b")
    return any(
        unnamed.search(_IDIOMS.sub("", _bare(said))) or said.unclear & set(nouns) for said in told
    )


def _things(
    pointer: Pointer, rest: str, names: Sequence[Named], told: Sequence[_Said]
) -> list[Named]:
    """The names that "It" may mean in front of these words."""
    things = [name for name in names if name.kind != PERSON]
    laws = [name for name in things if name.kind in (*INSTRUMENT_KINDS, ACRONYM)]
    if not pointer.is_possessive and _OF_LAWS.match(rest):
        return [] if _has_unnamed(INSTRUMENT_KINDS, told) else laws
    if any(said.unclear & {"thing", *FITTING} for said in told):
        return []
    by_laws = bool(laws) and (_PARTS_OF_LAWS if pointer.is_possessive else _BY_LAWS).match(rest)
    for said in told:
        words = _bare(said)
        if any(not _TIMES.search(found[0]) for found in _UNNAMED.finditer(words)):
            return []
        if not by_laws and (_SUBSTANCES.search(words) or _BARE_SUBJECT.match(words)):
            return []
    if by_laws:
        return [name for name in things if name.kind not in (LEGISLATURE, PLACE)]
    return things


def _people(sort: str, names: Iterable[Named], told: Iterable[_Said]) -> list[Named]:
    """The names that "He" or "She" may mean; none if there are people without a name."""
    unnamed = re.compile(
        rf"\b(?:{_SINGLE_PEOPLE[sort]}|{_SINGLE_PEOPLE['']})\b(?!\s+X\b)", re.IGNORECASE
    )
    if any(unnamed.search(_bare(said)) or sort in said.unclear for said in told):
        return []
    return [
        name for name in names
        if (name.kind == PERSON and name.gender in ("", sort))
        or (name.kind == UNKNOWN and not name.text.startswith("the "))
    ]  # fmt: skip


def _distinct(names: Iterable[Named]) -> list[Named]:
    """One name for each thing; names of one key that differ in their variant are several."""
    found: dict[str, dict[str, Named]] = {}
    for name in names:
        found.setdefault(name.key, {})[name.variant] = name
    return [
        name
        for variants in found.values()
        for variant, name in variants.items()
        if variant or len(variants) == 1
    ]


def _bare(said: _Said) -> str:
    """What was said besides names and what stands for them."""
    words = said.words
    for name in sorted(said.names, key=lambda name: -len(name.text)):
        mark = "P" if name.kind == PLACE else "X"
        words = words.replace(name.text.removeprefix("the "), mark)
    return _APPOSED.sub(_without_apposition, words)


def _without_apposition(found: re.Match[str]) -> str:
    more = found["more"] or ""
    is_relative = more.split()[:1] in (["who"], ["which"], ["whose"])
    if found["prep"] or (has_verb(more) and not is_relative):
        return found[0]
    return found["name"]


def _put(meaning: str, pointer: Pointer, sentence: str) -> str:
    """The meaning in the form that fits in the pointer's place."""
    if pointer.sort == "year" and not _IN_A_YEAR.search(sentence[: pointer.start]):
        opens_clause = _VERB_FOLLOWS.match(sentence, pointer.end)
        meaning = meaning if opens_clause else f"in {meaning}"
    if pointer.is_possessive:
        apostrophe = "’" if "’" in sentence else "'"
        meaning += apostrophe if meaning.endswith("s") else f"{apostrophe}s"
    return meaning[0].upper() + meaning[1:] if pointer.word[0].isupper() else meaning
