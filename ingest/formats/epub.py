"""E-books (EPUB 2 and 3): the chapters in reading order, as all of their text.

The package is read here, by the standard (OCF, OPF), because no well-kept library for it has a
licence without copyleft: EbookLib is AGPL. A book's main text is all of its text, so nothing is
judged as a web page's would be; tables of contents that only lead elsewhere are left out.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html.entities import html5
from urllib.parse import unquote

from lxml import etree  # type: ignore[import-untyped]

from index.types import is_date
from ingest.content import Content, Metadata, one_line
from ingest.errors import ReadError
from ingest.formats import markup
from ingest.formats.html import element_tree, encoding_of
from ingest.formats.package import opened_xml, unpacked
from ingest.formats.text import decode

MOST_CHAPTERS = 5_000
_WHAT = "e-book"
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_CHAPTERS = (
    "application/xhtml+xml",
    "text/html",
    "application/x-dtbook+xml",
    "text/x-oeb1-document",
)
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENCODING = re.compile(rb"""^[^>]*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]+)""")
_PUBLICATION = ("publication", "original-publication", "")


def read_epub(data: bytes) -> Content:
    """A book's text with its headings, and title, author, publisher and date as it states them.

    Raises `ReadError` if it is damaged, protected (DRM), or has no chapters.
    """
    package = opened_xml(data, _WHAT)
    members = {member.filename: member for member in package.infolist()}
    _refuse_protected(package, members)
    container = _xml(package, members, _CONTAINER)
    path = next((unquote(e.get("full-path", "")) for e in _all(container, "rootfile")), "")
    book = _xml(package, members, path)
    blocks = [
        block
        for chapter in _chapters(book, posixpath.dirname(path), members)
        for block in markup.blocks(_page(unpacked(package, chapter, _WHAT)))
    ]
    if not blocks:
        raise ReadError(
            "the e-book has no text: its pages are pictures, or its chapters are missing",
            "convert it to PDF, whose pictures text recognition can read",
        )
    content = Content.of_blocks(blocks)
    found = _facts(book)
    if not found.title and content.first_heading:
        found = replace(found, title=content.first_heading, inferred=("title",))
    return replace(content, found=found)


def _refuse_protected(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> None:
    """Fonts may be scrambled, which is no protection of the text."""
    if _ENCRYPTION not in members:
        return
    for encrypted in _all(_xml(package, members, _ENCRYPTION), "EncryptedData"):
        methods = [method.get("Algorithm", "") for method in _all(encrypted, "EncryptionMethod")]
        if not methods or any(method not in _FONTS for method in methods):
            raise ReadError(
                "the e-book is protected against copying (DRM)",
                "ask its seller for a copy without protection",
            )


def _xml(
    package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], path: str
) -> etree._Element:
    member = members.get(path)
    if member is None:
        raise ReadError(
            f"the e-book lacks a part that every one has: {path or 'its list of chapters'}",
            "download it again, or save it anew",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(unpacked(package, member, _WHAT), parser)
    except (etree.LxmlError, ValueError) as error:
        raise _damaged(path) from error
    if root is None:
        raise _damaged(path)
    return root


def _damaged(path: str) -> ReadError:
    return ReadError(
        f"the e-book is damaged: {path} is no XML", "download it again, or save it anew"
    )


def _all(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements of a name in whatever namespace: the versions of the standard differ in it."""
    return (inner for inner in element.iter() if markup.name(inner) == name.lower())


def _chapters(
    book: etree._Element, folder: str, members: dict[str, zipfile.ZipInfo]
) -> Iterator[zipfile.ZipInfo]:
    """The files of the spine, each once, without the navigation document."""
    items = {item.get("id"): item for item in _all(book, "item")}
    seen: set[str] = set()
    for reference in _all(book, "itemref"):
        item = items.get(reference.get("idref"))
        if item is None or "nav" in item.get("properties", "").split():
            continue
        path = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        kind = item.get("media-type", "")
        if path in members and path not in seen and kind in _CHAPTERS:
            seen.add(path)
            yield members[path]
        if len(seen) > MOST_CHAPTERS:
            raise ReadError(
                f"the e-book has more than {MOST_CHAPTERS:,} chapters", "split it into several"
            )


def _page(data: bytes) -> etree._Element:
    """A chapter's elements: as XML where it is, else as HTML, which forgives."""
    declared = _XML_ENCODING.match(data[:200])
    text = decode(data, encoding_of(declared[1].decode("ascii")) if declared else None).text
    text = _NAMED.sub(_character, text)
    strict = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), strict)
    except etree.LxmlError:
        found = element_tree(text)
        return etree.Element("p") if found is None else found


def _character(reference: re.Match[str]) -> str:
    """The character of HTML's name for it, which XML without a DTD does not know."""
    return html5.get(f"{reference[1]};", reference[0])


def _facts(book: etree._Element) -> Metadata:
    """What the book states, by Dublin Core; of several dates that of the publication."""
    dates = [
        (next((value for key, value in date.attrib.items() if key.endswith("event")), ""), date)
        for date in _all(book, "date")
    ]
    by_event = {event.lower(): _day(date.text or "") for event, date in reversed(dates)}
    return Metadata(
        title=_fact(book, "title"),
        author="; ".join(
            " ".join(text.split())
            for creator in _all(book, "creator")
            if (text := creator.text) and text.strip()
        )
        or None,
        publisher=_fact(book, "publisher"),
        published=next((by_event[event] for event in _PUBLICATION if by_event.get(event)), None),
    )


def _fact(book: etree._Element, name: str) -> str | None:
    texts = (one_line("".join(element.itertext())) for element in _all(book, name))
    return next(filter(None, texts), None)


def _day(said: str) -> str | None:
    date = said.strip().partition("T")[0]
    return date if is_date(date) else None
