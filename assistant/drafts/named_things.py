"""The things that sentences name: laws, courts, bodies, people and places, each under one key.

A name is told by its capitals, its kind by the noun that heads it ("the Palermo Protocol" is a
protocol) or by short lists of what everybody knows. A capitalised name that is none of these is
kept as `UNKNOWN`: it may be what a word points at, and so makes that ambiguous. What a pointing
word means is not decided here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.drafts.name_words import (
    ACRONYM,
    AIMS,
    BODY,
    HEADS,
    INSTRUMENT_KINDS,
    KNOWN,
    LAW_KINDS,
    LEGISLATURE,
    MEN,
    NO_THINGS,
    OPENERS,
    PERSON,
    PLACE,
    ROLES,
    TITLES,
    UNKNOWN,
    WOMEN,
)  # fmt: skip
from index.nicknames import NICKNAMES
from index.search import STOP_WORDS

MOST_RUNS = 8  # of capitalised words, in one name
_CAPITAL = "[A-ZÀ-ÖØ-Þ]"
_WORD = (
    rf"(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Prof|St|Lt|Col|Gen)\.|U\.[SNK]\.(?:A\.)?"
    rf"|{_CAPITAL}\.(?=[ ]{_CAPITAL})"
    rf"|{_CAPITAL}(?:[\w-]|[’'](?=\w))*(?:\.(?:com|org|net)\b)?(?:[’'](?=[ ]{_CAPITAL}))?)"
)
_LINKS = "of on for against to in and de concerning relating the".split()
_LINK = rf"(?:(?:{'|'.join(_LINKS)})[ ]){{0,3}}"
_NAME = re.compile(
    r"(?P<section>(?:\d+[ ]U\.?S\.?C\.?(?:[ ]§+)?[ ]?|\b[Ss]ections?[ ]|§+[ ]?)\d+\w*(?:\(\w+\))*)"
    rf"|(?P<bill>\b(?:H\.[ ]?R\.|S\.|HB|SB|AB|(?:House|Senate|Assembly)[ ]Bill)[ ](?:No\.[ ])?\d+)"
    rf"|(?P<year>\b(?:1[89]|20)\d\d[ ])?(?<![\w’'])"
    rf"(?P<words>{_WORD}(?:(?:,[ ](?=Suppress|Especially)|[ ]){_LINK}{_WORD})*)"
)
_LATER_YEAR = re.compile(r"(?:[ ]of)?[ ]((?:1[89]|20)\d\d)\b")
_ALIAS = re.compile(
    rf"[ ]?\((?:(?:known as|or)[ ])?(?:the[ ])?[“\"]?({_CAPITAL}[\w-]{{1,9}})[”\"]?\)"
)
_TOKEN = re.compile(r"\S+")
_OF_A_LAW = re.compile(rf" of (?:the )?(?:\d{{4}} )?{_CAPITAL}")
_POSSESSOR = re.compile(r"(?P<owner>.+?)[’']s[ ](?P<owned>.+)")
_ACRONYM = re.compile(r"[A-Z]{1,3}[a-z]?[A-Z]{1,3}[A-Za-z]?(?:-?\d+)?")
_OWNING = re.compile(r"[’'](?:s\b)?\Z|,\Z")
_IS_PERSON = re.compile(
    rf",[ ](?:who|whose|\d\d,|(?:(?:an?|the|then|now)[ ])?(?:[\w-]+[ ]){{0,3}}(?:{ROLES})\b)"
)
_DEMONYM = re.compile(r"\w+(?:ish|ese|ian|ians|icans?)\Z")


@dataclass(frozen=True)
class Named:
    """A name at its offsets in a sentence, `text` as it can stand in another.

    Names with one `key` are of one thing, unless they differ in their `variant`: the year of a law,
    the given name of a person. `kind` is one of those of `name_words`; `gender` is "he", "she" or,
    if unknown, empty.
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
        for seen in _found(sentence):
            name = self._recognised(seen, sentence)
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
                return replace(name, kind=PERSON, gender=person.gender)
            opens = name.start < 4 and not sentence[: name.start].strip("“\"'( ")
            if opens and name.key not in self._known:
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
    runs: list[list[re.Match[str]]] = []
    links: list[str] = []
    link = "-"  # before the first run, so that it begins one
    for word in _TOKEN.finditer(words):
        if word[0].lower() in _LINKS:
            link = f"{link} {word[0].lower()}".strip()
        elif link:
            runs.append([word])
            links.append(link)
            link = ""
        else:
            runs[-1].append(word)
    first = 0
    for now in range(1, len(runs) + 1):
        before = [[word[0] for word in run] for run in runs[first:now]]
        coming = [[word[0] for word in run] for run in runs[now : now + MOST_RUNS]]
        ends = not coming or now - first == MOST_RUNS
        if ends or not _joins(before, links[now], coming):
            yield start + runs[first][0].start(), start + runs[now - 1][-1].end()
            first = now


def _joins(before: Sequence[Sequence[str]], link: str, after: Sequence[Sequence[str]]) -> bool:
    """Whether a link goes on with a name, as in "Department of State", or parts two names."""
    heads = [_head(run[-1]) for run in before]
    last, next_word = before[-1][-1], after[0][0].strip(",")
    if _names_a_person(before[-1]):
        return False
    if link in ("of", "of the", "de"):
        return not last.isupper()
    if link == "in" and next_word in ("Persons", "Human", "Children", "Women"):
        return True
    is_thing = heads[-1] or last.isupper() or last in KNOWN
    leads_to_a_law = any(_head(run[-1]) in LAW_KINDS for run in after)
    if link in ("and", "for", "to", "in") and not is_thing and leads_to_a_law:
        return True  # "Justice for Victims of Trafficking Act"
    if link == "and":  # "Prevent, Suppress and Punish Trafficking"
        return not is_thing and any(heads)
    if link == "to":
        return any(heads) and next_word.lower() in AIMS
    is_other = next_word in KNOWN or next_word.lower() in OPENERS
    about = link.removesuffix(" the") in ("on", "for", "against", "concerning", "relating to")
    return about and not is_other and any(head and head != LEGISLATURE for head in heads)


def _names_a_person(words: Sequence[str]) -> bool:
    plain = [word.rstrip(".").lower() for word in words]
    return plain[0] in WOMEN | MEN | TITLES and not set(plain) <= TITLES


def _head(word: str) -> str | None:
    """The kind of thing that a name with this word at its head is of."""
    word = word.strip(",’'").lower()
    return HEADS.get(word) or HEADS.get(word.removesuffix("s"))


def _of_words(sentence: str, start: int, end: int, year: str) -> Iterator[Named]:
    """The name at these offsets, and the one that owns it: "Britain's Modern Slavery Act"."""
    words = sentence[start:end].split()
    while words and words[0].strip("’'").lower() in STOP_WORDS | OPENERS:
        start += len(words[0]) + 1
        words = words[1:]
    if not words:
        return
    end -= len(words[-1]) - len(_OWNING.sub("", words[-1]))
    text = sentence[start:end]
    owned = _POSSESSOR.fullmatch(text)
    kind = _kind((owned["owned"] if owned else text).split())
    if owned and kind:
        yield from _of_words(sentence, start, start + owned.end("owner"), "")
    if len(words) == 1 and _says_nothing(text) and not (year and kind in INSTRUMENT_KINDS):
        return
    if kind:
        yield _thing(sentence, start, end, kind, year if kind in INSTRUMENT_KINDS else "")
    elif name := _person_or_unknown(sentence, start, end):
        yield name


def _says_nothing(word: str) -> bool:
    """Whether a capitalised word alone names nothing: "Swedish", "the Act", "President"."""
    lower = word.lower().rstrip(".")
    if word in KNOWN or HEADS.get(lower) == LEGISLATURE:
        return False
    return bool(_DEMONYM.match(word)) or lower in NO_THINGS | TITLES or _head(word) is not None


def _kind(words: Sequence[str]) -> str | None:
    """The kind that the head of the name tells, or that everyone knows."""
    text = " ".join(words)
    if text in KNOWN:
        return KNOWN[text]
    if any(law.fullmatch(text) for law, _ in NICKNAMES):
        return "act"
    if not words:
        return None
    last_words = [
        word for word, following in pairwise([*words, "of"])
        if following.lower() in _LINKS and word.lower() not in _LINKS
    ]  # fmt: skip
    heads = [head for head in map(_head, last_words) if head]
    if not _head(last_words[0]) and len(words) > 1 and words[-2].lower() in _LINKS:
        return None  # "Members of Parliament", "Purposes of the Convention"
    return next((head for head in heads if head in INSTRUMENT_KINDS), heads[0] if heads else None)


def _thing(sentence: str, start: int, end: int, kind: str, year: str) -> Named:
    text = sentence[start:end]
    owned = _POSSESSOR.fullmatch(text)
    bare = owned["owned"] if owned else text
    law = next((f"law {at}" for at, (law, _) in enumerate(NICKNAMES) if law.fullmatch(bare)), None)
    later = _LATER_YEAR.match(sentence, end) if kind in (*INSTRUMENT_KINDS, "report") else None
    end = later.end() if later else end
    start -= len(year) + 1 if year else 0
    text = sentence[start:end]
    is_common = kind not in (LEGISLATURE, PLACE, BODY) and bare not in KNOWN and not bare.isupper()
    if not owned and (is_common or _has_article(sentence, start)):
        text = f"the {text}"
    variant = later[1] if later else year
    return Named(text, start, end, kind, law or bare.lower(), variant, acronym=_initials(bare))


def _person_or_unknown(sentence: str, start: int, end: int) -> Named | None:
    text = sentence[start:end]
    words = [word.rstrip(".").lower() for word in text.split()]
    titles = next((at for at, word in enumerate(words) if word not in TITLES), len(words))
    given = set(words[:-1])
    if 0 < titles < len(words) or (
        1 < len(words) < 5 and (given & (WOMEN | MEN) or _IS_PERSON.match(sentence, end))
    ):
        gender = "she" if given & WOMEN else "he" if given & MEN else ""
        variant = words[titles] if len(words) - titles > 1 else ""
        return Named(text, start, end, PERSON, words[-1], variant, gender)
    if words[-1] in TITLES:
        return None  # a post: "Independent Anti-Slavery Commissioner"
    kind = ACRONYM if _ACRONYM.fullmatch(text) else UNKNOWN
    shown = f"the {text}" if _has_article(sentence, start) else text
    return Named(shown, start, end, kind, text.lower())


def _has_article(sentence: str, start: int) -> bool:
    return sentence[max(0, start - 4) : start].lower() == "the "


def _initials(text: str) -> str:
    capitals = [word[0] for word in text.split() if word[0].isupper()]
    return "".join(capitals) if len(capitals) > 1 else ""
