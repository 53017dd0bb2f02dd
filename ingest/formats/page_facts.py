"""What a web page states of itself in its head: meta elements, JSON-LD, `<title>`, marked-up dates.

These are facts. What a program gathers from the look of a page (a byline, a date in its address)
is not, and `html` tells the two apart by what is found here. Sources: the Open Graph protocol,
Dublin Core, Highwire Press tags (citation_…), schema.org.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree  # type: ignore[import-untyped]

from index.types import is_date

_DATES = (
    "article:published_time article:published og:published_time dcterms.issued dc.date.issued "
    "dcterms.date dc.date dcterms.created dc.date.created citation_publication_date citation_date "
    "citation_online_date date pubdate publishdate publish-date publish_date published_time "
    "publication_date datepublished date_published parsely-pub-date sailthru.date "
    "rnews:datepublished originalpublicationdate"
).split()
_TITLES = "citation_title og:title dcterms.title dc.title title headline twitter:title".split()
_AUTHORS = (
    "author article:author citation_author dcterms.creator dc.creator og:author parsely-author "
    "byl sailthru.author"
).split()
_PUBLISHERS = (
    "og:site_name citation_publisher dcterms.publisher dc.publisher publisher article:publisher "
    "application-name citation_journal_title"
).split()
_ABOUT_OTHERS = {  # of schema.org: things on the page, and the site, each with dates of their own
    "WebSite", "Organization", "Person", "ImageObject", "VideoObject", "AudioObject", "Comment",
    "Review", "BreadcrumbList", "ListItem", "Product", "Event", "JobPosting", "Offer",
}  # fmt: skip
_ISO = re.compile(r"(\d{4})(?:([-/])(\d{1,2})(?:\2(\d{1,2}))?)?(?=[T\s]|$)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\D|$)")
_IN_WORDS = ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%a, %d %b %Y", "%A, %B %d, %Y")
_MOST_WORDS_OF_DATE = 4
_LARGEST_JSON_CHARS = 1_000_000


@dataclass(frozen=True)
class Stated:
    """All that is stated of each fact, in the order of how well it is meant; dates are ISO 8601.

    `authors` are those of one source, who wrote it together.
    """

    titles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


def stated(page: etree._Element) -> Stated:
    """The facts that the page of this tree of elements states."""
    metas = _metas(page)
    things = tuple(_things(page))
    titles = [element.text or "" for element in page.iter("title")][:1]
    dates = (
        *_values(metas, _DATES),
        *_texts(things, "datePublished"),
        *(
            element.get("datetime") or element.get("content") or ""
            for element in page.iter("time", "span", "meta")
            if "datePublished" in (element.get("itemprop") or "").split()
            or (name_of(element) == "time" and element.get("pubdate") is not None)
        ),
    )
    return Stated(
        titles=_tidy((*_values(metas, _TITLES), *_texts(things, "headline"), *titles)),
        authors=_authors(metas, things),
        publishers=_tidy((*_values(metas, _PUBLISHERS), *_names(things, "publisher"))),
        dates=tuple(filter(None, map(iso_date, dates))),
    )


def iso_date(said: str) -> str | None:
    """The date of a stated one ("2018-04-14T08:00Z", "14 April 2018"), None if it is not clear.

    "04/05/2018" is not: it may be in April or in May.
    """
    said = " ".join(said.split())
    found = _ISO.match(said)
    if found:
        year, _, month, day = found.groups()
        date = "-".join(part.zfill(2) for part in (year, month, day) if part)
        return date if is_date(date) else None
    compact = _COMPACT.match(said)
    if compact:
        date = "-".join(compact.groups())
        return date if is_date(date) else None
    words = " ".join(said.split()[:_MOST_WORDS_OF_DATE])
    for form in _IN_WORDS:
        try:
            return datetime.strptime(words, form).date().isoformat()
        except ValueError:
            continue
    return None


def name_of(element: etree._Element) -> str:
    """The element's name, "" of comments and the like."""
    return element.tag if isinstance(element.tag, str) else ""


def _authors(
    metas: Iterable[tuple[str, str]], things: tuple[dict[str, object], ...]
) -> tuple[str, ...]:
    sources = [_values(metas, [name]) for name in _AUTHORS]
    for source in (*sources, _names(things, "author", "creator")):
        names = tuple(name for name in _tidy(source) if not name.startswith("http"))
        if names:
            return names
    return ()


def _metas(page: etree._Element) -> list[tuple[str, str]]:
    return [
        ((meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(), content)
        for meta in page.iter("meta")
        if (content := meta.get("content"))
    ]


def _values(metas: Iterable[tuple[str, str]], names: Iterable[str]) -> Iterator[str]:
    return (content for wanted in names for name, content in metas if name == wanted)


def _things(page: etree._Element) -> Iterator[dict[str, object]]:
    """What JSON-LD says of the page, and not of what is on it."""
    for script in page.iter("script"):
        text = script.text or ""
        if (script.get("type") or "").lower() == "application/ld+json":
            try:
                found = json.loads(text[:_LARGEST_JSON_CHARS], strict=False)
            except (ValueError, RecursionError):
                continue  # a damaged one states nothing
            top = found if isinstance(found, list) else [found]
            for thing in top:
                graph = thing.get("@graph") if isinstance(thing, dict) else None
                for one in [thing, *(graph if isinstance(graph, list) else [])]:
                    if isinstance(one, dict) and not _types(one) & _ABOUT_OTHERS:
                        yield one


def _types(thing: dict[str, object]) -> set[str]:
    kind = thing.get("@type")
    return {one for one in (kind if isinstance(kind, list) else [kind]) if isinstance(one, str)}


def _texts(things: Iterable[dict[str, object]], key: str) -> Iterator[str]:
    return (value for thing in things if isinstance(value := thing.get(key), str))


def _names(things: Iterable[dict[str, object]], *keys: str) -> Iterator[str]:
    """Names of persons and organizations, which are strings or things with a name."""
    for thing in things:
        for value in (thing.get(key) for key in keys):
            for one in value if isinstance(value, list) else [value]:
                name = one.get("name") if isinstance(one, dict) else one
                if isinstance(name, str):
                    yield name


def _tidy(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for raw in texts if (text := " ".join(raw.split()))))
