"""The text of a Word file's XML: paragraphs with list numbers, tables as rows, notes in place.

The XML is walked here, because python-docx passes over inserted text (tracked changes), content
controls and text boxes. A footnote follows the paragraph that refers to it, so that a claim and
its note stand together. Which parts a file has is not known here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]

from ingest.content import CELL_BREAK
from ingest.formats.word_numbering import BULLET, Numbering, W, number, roman, value

Block = tuple[str, int]  # text, and its heading level or 0

LONGEST_HEADING_CHARS = 250  # what is longer is a paragraph in the wrong style
_MOST_BASES = 20  # of a style that builds on others
_NO_HEADING = 9  # Word's outline levels go from 0 to 8
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WRAPPERS = {f"{W}{tag}" for tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
# properties, deleted text, and the copy of a text box for older programs
_PASSED_OVER = {f"{W}{tag}" for tag in ("pPr", "rPr", "del", "moveFrom", "sdtPr")} | {
    f"{_COMPATIBILITY}Fallback"
}
_TEXTS = (f"{W}t", f"{_MATH}t")
_BREAKS = {
    f"{W}tab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_TICKED, _EMPTY = "☒", "☐"
# of the symbol fonts that forms and lists use
_SYMBOLS = {
    "F0FE": _TICKED, "F0FD": _TICKED, "F078": _TICKED, "F052": _TICKED, "F0A8": _EMPTY,
    "F06F": _EMPTY, "F0A3": _EMPTY, "F0FC": "✓", "F0B7": BULLET, "F0A7": BULLET,
}  # fmt: skip


@dataclass(frozen=True)
class Style:
    """A paragraph style: its heading level or 0, and the list (with level) that it numbers in."""

    level: int = 0
    list_id: str = ""
    list_level: int | None = None


@dataclass(frozen=True)
class Surroundings:
    """What the body's XML refers to: styles and notes by their ids, and the lists' counts."""

    styles: Mapping[str, Style] = field(default_factory=dict)
    numbering: Numbering = field(default_factory=lambda: Numbering(None))
    footnotes: Mapping[str, str] = field(default_factory=dict)
    endnotes: Mapping[str, str] = field(default_factory=dict)


def blocks(body: etree._Element, around: Surroundings) -> Iterator[Block]:
    """Paragraphs and tables with words, each with its heading level or 0 and its notes."""
    walk = _Walk(around)
    for text, level in walk.content(body):
        notes = walk.notes_met()
        if level and notes:
            yield text, level
            yield "\n".join(notes), 0
        else:
            yield "\n".join([text, *notes]), level


def styles(part: etree._Element | None) -> dict[str, Style]:
    """A styles part's paragraph styles by id, each with what it takes from those it builds on."""
    if part is None:
        return {}
    elements = {one.get(f"{W}styleId", ""): one for one in part.iter(f"{W}style")}
    return {style_id: _style(style_id, elements) for style_id in elements}


def notes(part: etree._Element | None, tag: str) -> dict[str, str]:
    """The texts, each on one line, of a part's footnotes or endnotes, by id."""
    if part is None:
        return {}
    found = {}
    for note in part.iter(f"{W}{tag}"):
        if note.get(f"{W}type", "normal") == "normal":  # others are the line above the notes
            words = (text for text, _ in blocks(note, Surroundings()))
            found[note.get(f"{W}id", "")] = " ".join(" ".join(words).split())
    return found


def _style(style_id: str, elements: Mapping[str, etree._Element]) -> Style:
    level: int | None = None
    list_id, list_level = "", ""
    for _ in range(_MOST_BASES):
        element = elements.get(style_id)
        if element is None:
            break
        if level is None:
            level = _named_level(element)
        list_id = list_id or value(element, "pPr/numPr/numId")
        list_level = list_level or value(element, "pPr/numPr/ilvl")
        style_id = value(element, "basedOn")
    return Style(level or 0, list_id, number(list_level) if list_level else None)


def _named_level(style: etree._Element) -> int | None:
    """By Word's own name for a style, which is English in all languages, or its outline level."""
    name = value(style, "name")
    heading = _HEADING.fullmatch(name)
    if heading:
        return int(heading[1])
    if name.lower() == "title":
        return 1
    return _outline_level(style)


def _outline_level(element: etree._Element) -> int | None:
    outline = value(element, "pPr/outlineLvl")
    if not outline:
        return None
    return number(outline) + 1 if number(outline, _NO_HEADING) < _NO_HEADING else 0


class _Walk:
    """One pass over a body: what is met in a paragraph but stands after it is kept here."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._notes: list[str] = []
        self._boxes: list[etree._Element] = []
        self._counts = {"footnoteReference": 0, "endnoteReference": 0}

    def notes_met(self) -> list[str]:
        """The notes that were referred to since the last call."""
        met, self._notes = self._notes, []
        return met

    def content(self, parent: etree._Element) -> Iterator[Block]:
        for child in parent:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                rows = [self._row(row) for row in _rows(child)]
                if any(row.strip(CELL_BREAK) for row in rows):
                    yield "\n".join(rows), 0
            elif child.tag in _WRAPPERS:
                yield from self.content(child)

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Block]:
        text = "".join(self._words(paragraph)).strip()
        boxes, self._boxes = self._boxes, []
        style_id = value(paragraph, "pPr/pStyle")
        style = self._around.styles.get(style_id, Style())
        label = self._label(paragraph, style_id, style)  # an empty item is counted as well
        if text:
            own = _outline_level(paragraph)
            level = style.level if own is None else own
            level = level if len(text) <= LONGEST_HEADING_CHARS else 0
            label = "" if level and label == BULLET else label
            yield f"{label} {text}".lstrip(), level
        for box in boxes:
            yield from self.content(box)

    def _label(self, paragraph: etree._Element, style_id: str, style: Style) -> str:
        numbering = self._around.numbering
        own = value(paragraph, "pPr/numPr/numId")
        list_id = own or style.list_id
        level = value(paragraph, "pPr/numPr/ilvl")
        if level:
            return numbering.label(list_id, number(level))
        if own or style.list_level is None:
            return numbering.label(list_id, numbering.level_of(list_id, style_id))
        return numbering.label(list_id, style.list_level)

    def _row(self, row: etree._Element) -> str:
        """The cells on one line; what stands in a cell, a table included, joined by spaces."""
        return CELL_BREAK.join(
            " ".join(" ".join(text for text, _ in self.content(cell)).split())
            for cell in _children(row, f"{W}tc")
        )

    def _words(self, element: etree._Element) -> Iterator[str]:
        for child in element:
            if child.tag in _TEXTS:
                yield child.text or ""
            elif child.tag in _BREAKS:
                yield _BREAKS[child.tag]
            elif child.tag == f"{W}sym":
                yield _SYMBOLS.get(child.get(f"{W}char", "").upper(), "")
            elif child.tag == f"{W}fldChar":
                yield _field(child)
            elif child.tag == f"{W}txbxContent":
                self._boxes.append(child)
            elif child.tag == f"{W}footnoteReference":
                yield self._note(child, self._around.footnotes, "footnoteReference")
            elif child.tag == f"{W}endnoteReference":
                yield self._note(child, self._around.endnotes, "endnoteReference")
            elif child.tag not in _PASSED_OVER:
                yield from self._words(child)

    def _note(self, reference: etree._Element, texts: Mapping[str, str], kind: str) -> str:
        """The mark of a note, as Word counts them: footnotes 1, 2; endnotes i, ii."""
        text = texts.get(reference.get(f"{W}id", ""))
        if not text:
            return ""
        self._counts[kind] += 1
        count = self._counts[kind]
        mark = f"[{count if kind == 'footnoteReference' else roman(count)}]"
        self._notes.append(f"{mark} {text}")
        return mark


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    return _children(table, f"{W}tr")


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows or cells, those in content controls as well, but none of a table within."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, tag)


def _field(mark: etree._Element) -> str:
    """What a form's field shows that is no text of the file: a box to tick, or what was chosen."""
    data = mark.find(f"{W}ffData")
    box = None if data is None else data.find(f"{W}checkBox")
    if box is not None:
        for name in ("checked", "default"):
            state = box.find(f"{W}{name}")
            if state is not None:
                return _EMPTY if state.get(f"{W}val", "1") in ("0", "false") else _TICKED
        return _EMPTY
    choices = None if data is None else data.find(f"{W}ddList")
    if choices is None:
        return ""
    entries = [entry.get(f"{W}val", "") for entry in choices.iterchildren(f"{W}listEntry")]
    chosen = number(value(choices, "result") or value(choices, "default"))
    return entries[chosen] if chosen < len(entries) else ""
