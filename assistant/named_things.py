"""The things that sentences name: laws, courts, bodies, people and places, each under one key.

A name is told by its capitals, its kind by the noun that heads it ("the Palermo Protocol" is a
protocol) or by short lists of what everybody knows. A capitalised name that is none of these is
kept as `UNKNOWN`: it may be what a word points at, and so makes that ambiguous. What a pointing
word means is not decided here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.name_words import (
    ACRONYM, AIMS, BODY, HEADS, INSTRUMENT_KINDS, KNOWN, LEGISLATURE, MEN, NO_THINGS, OPENERS,
    PERSON, PLACE, TITLES, UNKNOWN, WOMEN,
)  # fmt: skip
from index.nicknames import NICKNAMES
from index.search import STOP_WORDS

_ROLES = (
    r"survivor|victim|director|lawyer|attorney|prosecutor|researcher|professor|senator|minister"
    r"|founder|author|judge|advocate|activist|official|officer|president|economist|journalist|man"
    r"|woman|mother|father|teacher|pastor|spokes\w+|owner|trafficker|detective|chair|lecturer"
)
_CAPITAL = "[A-ZÀ-ÖØ-Þ]"
_WORD = (
    rf"(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Prof|St|Lt|Col|Gen)\.|U\.[SNK]\.(?:A\.)?|{_CAPITAL}\.(?=[ ]"
    rf"{_CAPITAL})|{_CAPITAL}(?:[\w-]|[’'](?=\w))*(?:\.(?:com|org|net)\b)?(?:[’'](?=[ ]{_CAPITAL}))?)"
)
_LINKS = "of on for against to in and de concerning relating the".split()
_LINK = rf"(?:(?:{'|'.join(_LINKS)})[ ]){{0,3}}"
_NAME = re.compile(
    rf"(?P<section>(?:\d+[ ]U\.?S\.?C\.?(?:[ ]§+)?[ ]?|\b[Ss]ections?[ ]|§+[ ]?)\d+\w*(?:\(\w+\))*)"
    rf"|(?P<bill>\b(?:H\.[ ]?R\.|S\.|HB|SB|AB|(?:House|Senate|Assembly)[ ]Bill)[ ](?:No\.[ ])?\d+)"
    rf"|(?P<year>\b(?:1[89]|20)\d\d[ ])?(?<![\w’'])(?P<words>{_WORD}(?:(?:,[ ](?=Suppress|Especially)"
    rf"|[ ]){_LINK}{_WORD})*)"
)
_LATER_YEAR = re.compile(r"(?:[ ]of)?[ ]((?:1[89]|20)\d\d)\b")
_ALIAS = re.compile(
    rf"[ ]?\((?:(?:known as|or)[ ])?(?:the[ ])?[“\"]?({_CAPITAL}[\w-]{{1,9}})[”\"]?\)"
)
_RUN = re.compile(rf"(?:(?!(?i:{'|'.join(_LINKS)})[ ])\S+(?:[ ]|\Z))+(?<![ ])|(?!x)x")
_POSSESSOR = re.compile(r"(?P<owner>.+?)[’']s[ ](?P<owned>.+)")
_IS_PERSON = re.compile(
    rf",[ ](?:who|whose|\d\d,|(?:(?:an?|the|then|now)[ ])?(?:[\w-]+[ ]){{0,3}}(?:{_ROLES})\b)"
)
_DEMONYM = re.compile(r"\w+(?:ish|ese|ian|ians|icans?)\Z")


@dataclass(frozen=True)
class Named:
    """A name at its offsets in a sentence, `text` as it can stand in another.

    Names with one `key` are of one thing, unless they differ in their `variant`: the year of a law,
    the given name of a person. `kind` is one of the above or the noun that heads the name.
    """

    text: str
    start: int
    end: int
    kind: str
    key: str
    variant: str = ""
    gender: str = ""
    acronym: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it is of several words."""
        return " " in self.text.removeprefix("the ")


class Names:
    """Reads the names of one draft's sentences, in order: short forms are known from long ones."""

    def __init__(self) -> None:
        self._known: dict[str, Named] = {}  # the fullest name of each key
        self._variants: dict[str, set[str]] = {}
        self._aliases: dict[str, str] = {}  # short form to key, "" where it has two

    def of_sentence(self, sentence: str) -> tuple[Named, ...]:
        """The names in a sentence, in order."""
        found = []
        for name in _found(sentence):
            name = self._recognised(name, sentence)
            if name is None:
                continue
            alias = _ALIAS.match(sentence, name.end)
            if alias and name.kind != ACRONYM:
                self._call(alias[1], name.key)
            if name.acronym:
                self._call(name.acronym, name.key)
            self._keep(name)
            found.append(name)
        return tuple(found)

    def in_full(self, name: Named) -> str:
        """The fullest form in which the draft has named it so far."""
        if len(self._variants.get(name.key, ())) > 1:
            return name.text
        return self._known[name.key].text

    def _keep(self, name: Named) -> None:
        known = self._known.get(name.key)
        if known is None or len(name.text) > len(known.text):
            self._known[name.key] = name
        if name.variant:
            self._variants.setdefault(name.key, set()).add(name.variant)

    def _call(self, alias: str, key: str) -> None:
        if self._aliases.setdefault(alias, key) != key:
            self._aliases[alias] = ""

    def _recognised(self, name: Named, sentence: str) -> Named | None:
        """The name with what the draft has said of it; None for a mere capital at the opening."""
        bare = name.text.removeprefix("the ")
        known = self._known.get(self._aliases.get(bare, ""))
        if name.kind in (ACRONYM, UNKNOWN) and known:
            return replace(name, kind=known.kind, key=known.key)
        if name.kind == UNKNOWN and not name.is_long:
            person = self._known.get(name.key)
            if person and person.kind == PERSON:
                return replace(name, kind=PERSON)
            if not sentence[: name.start].strip("“\"'( ") and name.key not in self._known:
                return None
        return name


def _found(sentence: str) -> Iterator[Named]:
    for found in _NAME.finditer(sentence):
        if found["section"]:
            if not re.match(
                r"[ ]of[ ](?:the[ ])?(?:\d{4}[ ])?" + _CAPITAL, sentence[found.end() :]
            ):
                yield _numbered(found, "section")
        elif found["bill"]:
            yield _numbered(found, "bill")
        else:
            year = (found["year"] or "").strip()
            for start, end in _names(found["words"], found.start("words")):
                yield from _of_words(sentence, start, end, year)
                year = ""


def _numbered(found: re.Match[str], kind: str) -> Named:
    return Named(found[0], found.start(), found.end(), kind, found[0].lower())


def _names(words: str, start: int) -> Iterator[tuple[int, int]]:
    """Offsets of the single names in a run of capitalised words and links, which begins there."""
    runs = [
        (found.start(), found.end(), found[0].split())
        for found in _RUN.finditer(words)
    ]
    first = 0
    for now in range(1, len(runs) + 1):
        if now < len(runs):
            link = words[runs[now - 1][1] : runs[now][0]].strip().lower()
            if _joins([run for *_, run in runs[first:now]], link, runs[now][2]):
                continue
        yield start + runs[first][0], start + runs[now - 1][1]
        first = now


def _joins(before: Sequence[Sequence[str]], link: str, coming: Sequence[str]) -> bool:
    """Whether a link goes on with a name, as in "Department of State", or parts two names."""
    heads = [_head(run[-1]) for run in before]
    last, next_word = before[-1][-1], coming[0].strip(",")
    if _names_a_person(before[-1]) or link.split()[0] == "the":
        return False
    if link in ("of", "of the", "de"):
        return not last.isupper()
    if link == "in":
        return next_word in ("Persons", "Human", "Children", "Women")
    if link == "and":
        is_thing = heads[-1] or last.isupper() or last in KNOWN
        return not is_thing and (any(heads) or _head(coming[-1]) in INSTRUMENT_KINDS)
    if link == "to":
        return any(heads) and next_word.lower() in AIMS
    is_other = next_word in KNOWN or next_word.lower() in OPENERS
    return any(head and head != LEGISLATURE for head in heads) and not is_other


def _names_a_person(words: Sequence[str]) -> bool:
    plain = [word.rstrip(".").lower() for word in words]
    return plain[0] in WOMEN | MEN | TITLES and not set(plain) <= TITLES


def _head(word: str) -> str | None:
    """The kind of thing that a name with this word at its head is of."""
    word = word.strip(",’'").lower()
    return HEADS.get(word) or HEADS.get(word.removesuffix("s"))


def _of_words(sentence: str, words: list[str], start: int, end: int, year: str) -> Iterator[Named]:
    while words and words[0].strip("’'").lower() in STOP_WORDS | OPENERS:
        start += len(words[0]) + 1
        words = words[1:]
    text = sentence[start:end]
    if not words or not text or (len(words) == 1 and _says_nothing(text)):
        return
    owned = _POSSESSOR.fullmatch(text)
    if owned and _kind(owned["owned"].split()):
        yield from _of_words(
            sentence, owned["owner"].split(), start, start + owned.end("owner"), ""
        )
    kind = _kind((owned["owned"] if owned else text).split())
    if kind is None:
        yield from _person_or_unknown(sentence, words, start, end)
    elif len(words) > 1 or year or kind in (LEGISLATURE, PLACE, "agency", BODY, "act"):
        yield _thing(sentence, text, start, end, kind, year)


def _says_nothing(word: str) -> bool:
    """Whether a capitalised word alone names nothing: "Swedish", "the Act", "President"."""
    lower = word.lower().rstrip(".")
    if word in KNOWN or HEADS.get(lower) == LEGISLATURE:
        return False
    return bool(_DEMONYM.match(word)) or lower in TITLES or _head(word) is not None


def _kind(words: Sequence[str]) -> str | None:
    """The kind that the head of the name tells, or that everyone knows."""
    text = " ".join(words)
    if text in KNOWN:
        return KNOWN[text]
    if any(law.fullmatch(text) for law, _ in NICKNAMES):
        return "act"
    heads, run = [], ""
    for word in [*words, "of"]:
        if word.lower() in _LINKS and run:
            heads.append(_head(run))
        run = "" if word.lower() in _LINKS else word
    instruments = [head for head in heads if head in INSTRUMENT_KINDS]
    return next(iter([*instruments, *filter(None, heads)]), None)


def _thing(sentence: str, text: str, start: int, end: int, kind: str, year: str) -> Named:
    later = _LATER_YEAR.match(sentence, end) if kind in (*INSTRUMENT_KINDS, "report") else None
    owned = _POSSESSOR.fullmatch(text)
    bare = owned["owned"] if owned else text
    law = next((f"law {at}" for at, (law, _) in enumerate(NICKNAMES) if law.fullmatch(bare)), None)
    variant = later[1] if later else year
    if later:
        text, end = sentence[start : later.end()], later.end()
    if year:
        text, start = f"{year} {text}", start - len(year) - 1
    is_common = kind in HEADS.values() and kind != LEGISLATURE and text not in KNOWN
    has_article = sentence[:start].lower().endswith("the ")
    if not owned and (has_article or (is_common and kind != BODY and not text.isupper())):
        text = f"the {text}"
    return Named(text, start, end, kind, law or bare.lower(), variant, acronym=_initials(bare))


def _person_or_unknown(sentence: str, words: list[str], start: int, end: int) -> Iterator[Named]:
    plain = [word.rstrip(".").lower() for word in words]
    titles = next((at for at, word in enumerate(plain) if word not in TITLES), len(plain))
    given = set(plain[:-1])
    is_person = (
        0 < titles < len(words)
        or (1 < len(words) < 5 and bool(given & (WOMEN | MEN)))
        or (1 < len(words) < 5 and _IS_PERSON.match(sentence, end) is not None)
    )
    if is_person:
        gender = "she" if given & WOMEN else "he" if given & MEN else ""
        variant = plain[titles] if len(words) - titles > 1 else ""
        name = sentence[start:end]
        yield Named(name, start, end, PERSON, plain[-1], variant, gender)
        return
    text = sentence[start:end]
    kind = ACRONYM if len(words) == 1 and sum(map(str.isupper, text)) > 1 else UNKNOWN
    if sentence[:start].lower().endswith("the "):
        text = f"the {text}"
    yield Named(text, start, end, kind, sentence[start:end].lower())


def _initials(text: str) -> str:
    capitals = [word[0] for word in text.split() if word[0].isupper()]
    return "".join(capitals) if len(capitals) > 1 else ""
