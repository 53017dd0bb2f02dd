"""Web pages: trafilatura's main text as plain text, with what the page says of itself.

The text is built from trafilatura's tree and not from its Markdown, so that headings keep their
places and no marks stand in the words that will be quoted.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace

import trafilatura
from lxml import etree  # type: ignore[import-untyped]

from ingest.content import CELL_BREAK, Content, Metadata
from ingest.errors import ReadError
from ingest.formats.text import decode

_DATE_ONLY = {"original_date": True, "extensive_search": False}  # no date from the page's prose
_INLINE = ("hi", "ref", "lb", "del", "graphic", "code")
_PREFORMATTED = ("code", "quote")  # trafilatura's names for <pre>
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"\s+")

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
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,8})|(\d{1,8}));?", re.IGNORECASE)


def read_html(data: bytes) -> Content:
    """A saved web page without its menus and banners."""
    decoded = decode(data, declared_encoding(data))
    page = trafilatura.bare_extraction(
        _REFERENCE.sub(_xml_reference, decoded.text),
        include_comments=False,
        include_tables=True,
        include_formatting=True,  # or headings are not told from paragraphs
        with_metadata=True,
        date_extraction_params=_DATE_ONLY,
    )
    assert not isinstance(page, dict)  # what `as_dict` would give
    blocks = () if page is None else tuple(_blocks(page.body))
    if page is None or not blocks:
        raise ReadError(
            "the page has no main text (or builds it by script)",
            "save the page as PDF from a browser, or copy its text into a file",
        )
    found = Metadata(
        title=page.title, publisher=page.sitename, author=page.author, published=page.date
    )
    return replace(Content.of_blocks(blocks), found=found, caution=decoded.caution)


def declared_encoding(page: bytes) -> str | None:
    """The encoding that the page's head names, as Python calls it; None if it names none known."""
    found = _DECLARATION.search(page[:_HEAD_BYTES])
    if found is None:
        return None
    label = (found[1] or found[2]).decode("ascii").lower()
    # other codecs of Python's are none of the web's ("zip", "unicode_escape")
    encoding = _LABELS.get(label, label if _PLAIN_LABEL.fullmatch(label) else "")
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return None


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
