"""What a query asks for: which documents it names, what it compares, whether it asks for a meaning.

"Palermo Protocol", "§ 2421A", "the Mann Act" and "the 2017 edition" name documents of the library;
a query that sets two things side by side is several searches, one for each side. Read by rules
from the words alone: a name that fits no document, or too many, names none. Searching and ranking
are done elsewhere.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.evidence.names import is_among
from index.nicknames import NICKNAMES
from index.search import STOP_WORDS, content_words, words_of

MOST_NAMED = 3  # a name that fits more documents than these is a subject
MOST_SIDES = 4
CLOSE = 0.8  # share of a title that a name says, against the document of which it says most
# how the countries are named whose jurisdiction documents carry in short
LANDS = {"US": "US", "USA": "US", "American": "US", "UK": "UK", "British": "UK", "Britain": "UK"}
_KIND = (
    r"(?:[Cc]onventions?|[Pp]rotocols?|[Tt]reat(?:y|ies)|[Aa]cts?|[Rr]eports?|[Ss]trateg(?:y|ies)"
    r"|[Pp]lans?|[Ee]ditions?|[Ff]actbooks?|[Dd]irectives?|[Rr]egulations?|[Gg]uidelines?)"
)
_NAME_PART = rf"(?:[A-Z][\w-]*|\d{{4}}|{_KIND}|[Oo]ptional|anti-\w+)"
_JOINT = r"(?:,?\s+(?:(?:of|on|the|for|to|in|and|against)\s+){0,2}|['’]s?\s+)"
_NAME = re.compile(
    rf"\b(?:(?:\d{{4}}|[A-Z][A-Z]+)\s+(?:[a-z-]+\s+){{1,3}}{_KIND}|{_NAME_PART}(?:{_JOINT}{_NAME_PART})*)\b"
)
_PIECES = re.compile(r",\s*|\s+(?:and|or)\s+")
_SECTION = re.compile(
    r"(?:(?P<code>\d{1,2})\s*U\.?\s?S\.?\s?C\.?\s*)?(?P<mark>§+|[Ss]ections?|[Ss]ec\.)?\s*"
    r"\b(?P<number>\d{3,5}[A-Za-z]{0,2})\b(?P<parts>(?:\(\w{1,4}\))*)(?![,.]?\d)"
)
_TITLE_SECTION = re.compile(r"(?:(\d{1,2})\s*U\.?\s?S\.?\s?C\.?\s*)?§+\s*(\d+[A-Za-z]{0,2})\b")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_EDITION_YEAR = re.compile(
    r"\b((?:1[89]|20)\d\d)(?=(?:,|\s+and|\s+or|\s+then|\s+the|\s+(?:1[89]|20)\d\d)*"
    rf"\s+(?:{_KIND}|ones?|versions?)\b)"
)
_APART = r"compar\w+|versus|vs\.?|differ\w*|contrast\w*|whereas|unlike"
_SETS_APART = re.compile(rf"\b(?:{_APART})\b", re.IGNORECASE)
_COMPARES = re.compile(
    rf"\b(?:{_APART}|than|both|across|the (?:same )?way|the same|chang\w+|do what|as well as)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"\b(?:defin\w+|meaning of|what is (?:a|an)\b|who is an?\b|counts? as"
    r"|what does .* mean|is meant by)",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:now|current(?:ly)?|today|latest|newest|most recent(?:ly)?|at present)\b", re.IGNORECASE
)

Span = tuple[int, int]
Named = tuple[Span, tuple[str, ...]]  # where a name stands in a query, and what it names


@dataclass(frozen=True)
class Title:
    """What a document can be named by; `superseded_by` is its later edition, if one names it."""

    id: str
    title: str
    publisher: str | None = None
    published: str | None = None
    jurisdiction: str | None = None
    superseded_by: str | None = None


@dataclass(frozen=True)
class Side:
    """One search of a query: its words, and the documents that it is about (empty: all)."""

    text: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """A query read.

    `sides` are the searches that it needs beside its own, none for a plain one; `documents` are
    all that it names; `provisions` are the marks, outermost first, of the parts of a section that
    it names ("(b)", "(1)"); `outdated` are documents that have later editions, where it asks for
    what holds now; `defines` tells that it asks what something means.
    """

    text: str
    sides: tuple[Side, ...] = ()
    documents: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    outdated: frozenset[str] = frozenset()
    defines: bool = False


class Names:
    """The names of a library's documents, ready to be found in queries."""

    def __init__(self, titles: Iterable[Title]) -> None:
        self._titles = tuple(titles)
        self._words = {title.id: _naming_words(title) for title in self._titles}
        self._sections: dict[tuple[str | None, str], list[str]] = {}
        for title in self._titles:
            found = _TITLE_SECTION.search(title.title)
            if found:
                code, number = found[1], found[2].lower()
                for key in {(code, number), (None, number)}:
                    self._sections.setdefault(key, []).append(title.id)
        self.newer = _newer_editions(self._titles)

    def read(self, query: str) -> Query:
        """The query with what its words name in this library."""
        names = self._named(query)
        sides = self._sides(query, names)
        provisions = [re.findall(r"\(\w+\)", m["parts"]) for m in _SECTION.finditer(query)]
        wants_latest = _LATEST.search(query) is not None and not _YEAR.search(query)
        return Query(
            query,
            sides,
            tuple(dict.fromkeys(name for _, ids in names for name in ids)),
            tuple(provisions[0]) if len(provisions) == 1 else (),
            frozenset(self.newer) if wants_latest else frozenset(),
            _DEFINES.search(query) is not None,
        )

    def _named(self, query: str) -> list[Named]:
        """Each name in the query with the documents that it names, in order; none overlap."""
        found = [*self._nicknamed(query), *self._sections_named(query)]
        for span in _names_in(query, [span for span, _ in found]):
            found += self._by_words(query, span)
        taken = [span for span, _ in found]
        for year in _EDITION_YEAR.finditer(query):
            ids = tuple(t.id for t in self._titles if year[0] in _YEAR.findall(t.title))
            if 0 < len(ids) <= MOST_NAMED and _is_free(year.span(), taken):
                found.append((year.span(), ids))
        return sorted(found)

    def _nicknamed(self, query: str) -> Iterable[Named]:
        for pattern, sections in NICKNAMES:
            for found in pattern.finditer(query):
                ids = [name for key in sections for name in self._sections.get(key, ())]
                if ids:
                    yield found.span(), tuple(dict.fromkeys(ids))

    def _sections_named(self, query: str) -> Iterable[Named]:
        for found in _SECTION.finditer(query):
            marked = found["code"] or found["mark"]
            if marked or not _YEAR.fullmatch(found["number"]):
                ids = self._sections.get((found["code"], found["number"].lower()))
                if ids:
                    yield found.span(), tuple(ids)

    def _by_words(self, query: str, span: Span) -> list[Named]:
        """What the words of the query's span name: all of them, else each of its pieces."""
        start, end = span
        ids = self._fitting(query[start:end])
        if ids:
            return [(span, ids)]
        breaks = [m.span() for m in _PIECES.finditer(query, start, end)]
        starts = [start, *(b for _, b in breaks)]
        ends = [*(a for a, _ in breaks), end]
        pieces = zip(starts, ends, strict=True) if breaks else ()
        fits = ((piece, self._fitting(query[slice(*piece)])) for piece in pieces)
        return [(piece, ids) for piece, ids in fits if ids]

    def _fitting(self, name: str) -> tuple[str, ...]:
        """The documents among whose naming words all of the name's are; () if too many."""
        wanted = content_words(name)
        if len(wanted) == 1:
            lands = [t.id for t in self._titles if words_of(t.jurisdiction or "") == wanted]
            return tuple(lands) if len(lands) == 1 else ()
        fits = {
            title.id: len(wanted) / len(words_of(title.title))
            for title in self._titles
            if wanted and all(is_among(word, self._words[title.id]) for word in wanted)
        }
        if len(fits) > MOST_NAMED:
            return ()
        # "the 1930 convention" is that itself, not a protocol to it
        closest = CLOSE * max(fits.values(), default=0)
        return tuple(name for name, share in fits.items() if share >= closest)

    def _sides(self, query: str, names: Sequence[Named]) -> tuple[Side, ...]:
        """The searches for what the query sets side by side."""
        distinct = _disjoint([ids for _, ids in names])
        distinct += self._latest_of(query, distinct)
        told_apart = [m.span() for m in _COMPARES.finditer(query)]
        rest = _without(query, [*(span for span, _ in names), *told_apart])
        if len(distinct) > 1:
            return tuple(Side(rest, ids) for ids in distinct[:MOST_SIDES])
        others = [span for span in _names_in(query, [s for s, _ in names]) if _proper(query, span)]
        if distinct and others and _COMPARES.search(query):
            return Side(rest, distinct[0]), Side(rest, self._of_land(query, others, distinct[0]))
        if not distinct and len(others) > 1 and _SETS_APART.search(query):
            return tuple(
                Side(_without(query, [other for other in others if other != span]))
                for span in others[:MOST_SIDES]
            )
        return ()

    def _of_land(self, query: str, names: Sequence[Span], but: Sequence[str]) -> tuple[str, ...]:
        """The documents of the country whose law the names speak of, without some; () if none."""
        words = {word for span in names for word in re.findall(r"[\w.]+", query[slice(*span)])}
        lands = {LANDS[word.replace(".", "")] for word in words if word.replace(".", "") in LANDS}
        ids = tuple(t.id for t in self._titles if t.jurisdiction in lands and t.id not in but)
        return ids if len(lands) == 1 else ()

    def _latest_of(self, query: str, named: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """The latest editions of the older ones that are named, where the query asks for them."""
        if not _LATEST.search(query):
            return []
        found = {self.newer[name] for ids in named for name in ids if name in self.newer}
        return [(name,) for name in found if not any(name in ids for ids in named)]


def _naming_words(title: Title) -> frozenset[str]:
    """The words, years and initials that a document may be named by, lower case."""
    texts = [title.title, title.publisher or "", title.jurisdiction or ""]
    words = {word for text in texts for word in words_of(text)}
    words |= {initials.lower() for text in texts for initials in _initials(text)}
    words |= {title.published[:4]} if title.published else set()
    return frozenset(words)


def _initials(text: str) -> Iterable[str]:
    for capital, run in groupby(re.findall(r"[^\W\d_]+", text), lambda w: w[0].isupper()):
        if capital:
            yield "".join(word[0] for word in run)


def _disjoint(sets: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The sets, those that overlap joined into one."""
    joined: list[tuple[str, ...]] = []
    for ids in sets:
        mine = [other for other in joined if set(other) & set(ids)]
        joined = [other for other in joined if other not in mine]
        joined.append(tuple(dict.fromkeys([*(name for other in mine for name in other), *ids])))
    return joined


def _names_in(query: str, taken: Sequence[Span]) -> list[Span]:
    """Spans of the query that look like names and do not touch those taken."""
    spans = []
    for found in _NAME.finditer(query):
        start, end = found.span()
        first = re.match(r"\w+\s*", found[0])
        opens = query[:start].rstrip()[-1:] in ("", ".", "?", "!", ":")
        if opens and first and first[0].strip().lower() in STOP_WORDS and not first[0].isupper():
            start += len(first[0])  # "Is", "What" open the question
        if start < end and _is_free((start, end), taken):
            spans.append((start, end))
    return spans


def _is_free(span: Span, taken: Sequence[Span]) -> bool:
    return not any(span[0] < end and start < span[1] for start, end in taken)


def _proper(query: str, span: Span) -> bool:
    """Whether the name has a capital that is not just its sentence's first letter."""
    name = query[slice(*span)]
    return any(c.isupper() for c in name[span[0] == 0 :])


def _without(query: str, spans: Sequence[Span]) -> str:
    """The query with these spans taken out."""
    kept, at = [], 0
    for start, end in sorted(spans):
        kept.append(query[at:start])
        at = max(at, end)
    return " ".join("".join([*kept, query[at:]]).split())


def _newer_editions(titles: Sequence[Title]) -> dict[str, str]:
    """For each document with a later one of the same name but for its year: the latest of these."""
    newer = dict[str, str]()
    dated = sorted((t for t in titles if t.published and _YEAR.search(t.title)), key=_family)
    for _, family in groupby(dated, key=_family):
        *earlier, latest = sorted(family, key=lambda title: title.published or "")
        newer |= {title.id: latest.id for title in earlier}
    return newer | {t.id: t.superseded_by for t in titles if t.superseded_by}


def _family(title: Title) -> str:
    return _YEAR.sub("", title.title.casefold())
