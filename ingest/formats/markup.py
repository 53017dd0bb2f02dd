"""All the text of a tree of HTML elements, as a browser shows it: for books, e-mails and odd pages.

Nothing is judged to be beside the point but what is no text (scripts, styles, hidden elements) and
what leads elsewhere (menus, forms' controls). Telling a page's main text is `html`'s job.
"""

import re
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]

from ingest.content import CELL_BREAK

MOST_HEADING_CHARS = 250  # what is longer is a paragraph in the wrong element
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_NO_TEXT = set(
    "script style noscript template head title nav menu iframe object embed canvas svg audio video "
    "button select option datalist textarea input rt rp map".split()
)
# all others run with the words around them, as unknown elements do in a browser
_BLOCKS = set(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main ol p pre "
    "section summary table tbody td tfoot th thead tr ul".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BLANK_LINES = re.compile(r"\n\s*\n+")

_Block = tuple[str, int]


def blocks(element: etree._Element) -> Iterator[_Block]:
    """Paragraphs, headings, lists and tables with words, each with its heading level or 0.

    A list is a block with an item a line, a table one with a row a line; a table that lays out a
    page (one with headings, lists or tables in it) is read cell by cell.
    """
    tag = name(element)
    if tag == "table" and not _is_layout(element):
        yield from _with_words("\n".join(_rows(element)))
    elif tag in ("ul", "ol", "dir"):
        yield from _with_words("\n".join(_items(element)))
    elif tag == "pre":
        yield from _with_words("".join(_preformatted(element)))
    else:
        yield from _flow(element, _LEVELS.get(tag, 0))


def name(element: etree._Element) -> str:
    """The element's name in lower case without its namespace; "" of comments and the like."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _flow(element: etree._Element, level: int) -> Iterator[_Block]:
    """The blocks in it, and the text between them."""
    run = [_plain(element.text)]
    for child in element:
        if _is_inline(child):
            run.append(_inline(child))
        elif not _is_passed_over(child):
            yield from _paragraph(run, level)
            run = []
            for text, own in blocks(child):
                yield text, own or level
        run.append(_plain(child.tail))
    yield from _paragraph(run, level)


def _is_inline(element: etree._Element) -> bool:
    """Whether it runs with the words around it: a link around headings does not."""
    return (
        name(element) not in _BLOCKS
        and not _is_passed_over(element)
        and all(_is_inline(child) or _is_passed_over(child) for child in element)
    )


def _is_passed_over(element: etree._Element) -> bool:
    return (
        name(element) in _NO_TEXT
        or not name(element)
        or element.get("hidden") is not None
        or _HIDDEN.search(element.get("style") or "") is not None
    )


def _inline(element: etree._Element) -> str:
    if name(element) == "br":
        return "\n"
    if _is_passed_over(element):
        return ""
    inner = (_inline(child) + _plain(child.tail) for child in element)
    return _plain(element.text) + "".join(inner)


def _plain(text: str | None) -> str:
    return _SPACE.sub(" ", text or "")


def _paragraph(run: list[str], level: int) -> Iterator[_Block]:
    lines = (_SPACE.sub(" ", line).strip() for line in "".join(run).split("\n"))
    text = _BLANK_LINES.sub("\n\n", "\n".join(lines).strip("\n"))
    yield from _with_words(text, level if len(text) <= MOST_HEADING_CHARS else 0)


def _with_words(text: str, level: int = 0) -> Iterator[_Block]:
    if text.strip():
        yield "\n".join(line.rstrip() for line in text.strip("\n").split("\n")), level


def _preformatted(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if name(child) == "br":
            yield "\n"
        elif not _is_passed_over(child):
            yield from _preformatted(child)
        yield child.tail or ""


def _items(element: etree._Element) -> Iterator[str]:
    """An item's paragraphs one below the other; inner lists have marks of their own."""
    for item in element:
        if _is_passed_over(item):
            continue
        text = "\n".join(text for text, _ in _flow(item, 0))
        if text:
            yield text if name(item) in ("ul", "ol", "dir") else f"- {text}"


def _is_layout(table: etree._Element) -> bool:
    inner = {name(element) for element in table.iterdescendants()}
    return bool(inner & {"table", "ul", "ol", "pre", *_LEVELS})


def _rows(table: etree._Element) -> Iterator[str]:
    for element in table.iterdescendants():
        if name(element) in ("caption", "tr"):
            parts = [element] if name(element) == "caption" else list(element)
            cells = [" ".join(_words(part)) for part in parts if not _is_passed_over(part)]
            if any(cells):
                yield CELL_BREAK.join(cells)


def _words(cell: etree._Element) -> Iterator[str]:
    for text, _ in _flow(cell, 0):
        yield from text.split()
