"""Web pages: trafilatura's main text as plain text, with what the page says of itself.

The text is built from trafilatura's tree and not from its Markdown, so that headings keep their
places and no marks stand in the words that will be quoted. Where it finds next to nothing of a
page full of text (a law as preformatted text, tables alone), all of the text is taken. Facts that
trafilatura gathers elsewhere than where a page states them are inferred.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace

import trafilatura
from lxml import etree  # type: ignore[import-untyped]
from trafilatura.settings import Document as Page

from index.types import is_date
from ingest.content import CELL_BREAK, Content, Metadata, cautions, one_line
from ingest.errors import ReadError
from ingest.formats import markup
from ingest.formats.page_facts import Stated, stated
from ingest.formats.text import decode

_DATE_ONLY = {"original_date": True, "extensive_search": False}  # no date from the page's prose
_INLINE = ("hi", "ref", "lb", "del", "graphic", "code")
_PREFORMATTED = ("code", "quote")  # trafilatura's names for <pre>
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"\s+")
_PLENTY_CHARS = 500  # a page with less text beside its main text has menus and notices there
_MISSED = 5  # times as much text as was found: trafilatura took the wrong part for the main one

_HEAD_BYTES = 8192
_DECLARATION = re.compile(
    rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)|<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
# what labels mean by the WHATWG standard, where Python disagrees or does not know them
_LABELS = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8",
    "shift_jis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "gb18030": "gb18030", "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "tis-620": "cp874",
    "windows-874": "cp874", "macintosh": "mac-roman", "x-mac-cyrillic": "mac-cyrillic",
}  # fmt: skip
_PLAIN_LABEL = re.compile(r"windows-125[0-8]|iso-8859-\d{1,2}|koi8-[ru]|euc-jp|iso-2022-jp|utf-8")
_ALL_TAKEN = "its main text could not be told from the rest; all of its text is taken"
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,8})|(\d{1,8}));?", re.IGNORECASE)


def read_html(data: bytes) -> Content:
    """A saved web page without its menus and banners."""
    decoded = decode(data, declared_encoding(data))
    text = _REFERENCE.sub(_xml_reference, decoded.text)
    tree = element_tree(text)
    page = trafilatura.bare_extraction(
        text,
        include_comments=False,
        include_tables=True,
        include_formatting=True,  # or headings are not told from paragraphs
        with_metadata=True,
        date_extraction_params=_DATE_ONLY,
    )
    assert not isinstance(page, dict)  # what `as_dict` would give
    main = () if page is None else tuple(_blocks(page.body))
    whole = () if tree is None else tuple(markup.blocks(tree))
    is_missed = _letters(whole) > max(_PLENTY_CHARS, _MISSED * _letters(main))
    if not main and not is_missed:
        raise ReadError(
            "the page has no main text (or builds it by script)",
            "save the page as PDF from a browser, or copy its text into a file",
        )
    content = Content.of_blocks(whole if is_missed else main)
    says = Stated() if tree is None else stated(tree)
    return replace(
        content,
        found=_facts(says, page, content.first_heading),
        caution=cautions(decoded.caution, _ALL_TAKEN if is_missed else ""),
    )


def element_tree(text: str) -> etree._Element | None:
    """The elements of a page or of a piece of HTML; None where there are none.

    Raises `ReadError` at the parser's limits of depth and length, where it stops without a word.
    """
    if not text.strip():
        return None
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise ReadError(
            "the page's elements are nested too deeply, or too long, to be read to the end",
            "open it in a browser, and save it as PDF",
        )
    return tree


def declared_encoding(page: bytes) -> str | None:
    """The encoding that the page's head names, as Python calls it; None if it names none known."""
    found = _DECLARATION.search(page[:_HEAD_BYTES])
    if found is None:
        return None
    return encoding_of((found[1] or found[2]).decode("ascii"))


def encoding_of(label: str) -> str | None:
    """What the web and e-mails mean by the name of an encoding, as Python calls it, or None."""
    label = label.strip().lower()
    # other codecs of Python's are none of the web's ("zip", "unicode_escape")
    encoding = _LABELS.get(label, label if _PLAIN_LABEL.fullmatch(label) else "")
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return None


def _facts(says: Stated, page: Page | None, heading: str | None) -> Metadata:
    """What is stated, completed by what trafilatura gathered; the latter is inferred."""
    title, author, publisher, published = (
        (page.title, page.author, page.sitename, page.date) if page else (None,) * 4
    )
    titles = tuple(_of_page(stated, says.publishers) for stated in says.titles)
    told = Metadata(
        title=_first(title if _is_among(title, titles) else None, *titles),
        author=one_line("; ".join(says.authors)) or None,
        publisher=_first(*says.publishers),
        published=_first(*says.dates),
    )
    gathered = {
        "title": title or heading,
        "author": author,
        "publisher": publisher,
        "published": _day(published),
    }
    known = {name: fact for name, fact in gathered.items() if fact}
    return told.over(Metadata(**known, inferred=tuple(known)))


def _of_page(title: str, sites: tuple[str, ...]) -> str:
    """A stated title without the site's name after it; "" if it is only that."""
    for site in sites:
        title = re.sub(rf"(?:^|\s+[|–—·:»-]+\s+){re.escape(site)}$", "", title)
    return title


def _first(*facts: str | None) -> str | None:
    return next((one_line(fact) for fact in facts if fact and not fact.startswith("http")), None)


def _is_among(fact: str | None, said: tuple[str, ...]) -> bool:
    """Whether it is stated in these words, maybe within more: `<title>` names the site as well."""
    words = _bare(fact or "")
    return bool(words) and any(words in _bare(text) for text in said)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _day(date: str | None) -> str | None:
    """A date as gathered; htmldate makes the first of January of a year alone."""
    date = (date or "").removesuffix("-01-01")
    return date if is_date(date) else None


def _letters(blocks: tuple[tuple[str, int], ...]) -> int:
    return sum(sum(map(str.isalnum, text)) for text, _ in blocks)


def _xml_reference(reference: re.Match[str]) -> str:
    """The reference, or nothing where it names no character: trafilatura would find no text."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    unknown = code < 0x20 and code not in (0x9, 0xA, 0xD)
    return "" if unknown or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF else reference[0]


def _blocks(element: etree._Element) -> Iterator[tuple[str, int]]:
    """Headings, paragraphs, lists and tables with words, each with its heading level or 0."""
    if element.tag == "table":
        rows = (map(_line, row.iterchildren("cell")) for row in element.iterchildren("row"))
        lines = (CELL_BREAK.join(row) for row in rows)
        yield from _with_words("\n".join(line for line in lines if line.strip(CELL_BREAK)))
        return
    if element.tag == "list":
        items = (
            "\n".join(text for text, _ in _blocks(item)) for item in element.iterchildren("item")
        )
        yield from _with_words("\n".join(f"- {item}" for item in items if item))
        return
    level = _LEVELS.get(element.get("rend"), 0) if element.tag == "head" else 0
    run = [_tidy(element.text, element)]
    for child in element:
        if child.tag in _INLINE:
            run.append(_inline(child))
        else:
            yield from _with_words("".join(run), level)
            yield from _blocks(child)
            run = []
        run.append(_tidy(child.tail, element))
    yield from _with_words("".join(run), level)


def _with_words(text: str, level: int = 0) -> Iterator[tuple[str, int]]:
    lines = (line.rstrip() for line in text.strip("\n").split("\n"))
    if text.strip():
        yield "\n".join(lines), level


def _line(element: etree._Element) -> str:
    return " ".join(word for text, _ in _blocks(element) for word in text.split())


def _inline(element: etree._Element) -> str:
    if element.tag == "lb":
        return "\n"
    inner = (_inline(child) + _tidy(child.tail, element) for child in element)
    return _tidy(element.text, element) + "".join(inner)


def _tidy(text: str | None, parent: etree._Element) -> str:
    """White space as a browser shows it."""
    if parent.tag in _PREFORMATTED:
        return text or ""
    return _SPACE.sub(" ", text or "")
