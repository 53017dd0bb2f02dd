"""Text under black boxes: words that a file covers and still holds, a redaction that is none.

Told apart from white words on a dark ground, from rules and from dark pages: a box is dark and
opaque, as high as the letters, and was drawn after them or leaves them unseen in its own colour.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_MOST_OBJECTS, _MOST_BOXES = 5_000, 200
_DARK = 0.25  # luminance of a box, in [0, 1]
_OPAQUE = 250  # of 255
_UNSEEN = 0.15  # difference in luminance between a box and words that nobody sees on it
_SMALLEST_PT = 5.0  # of a box: less is a rule or an underline
_WHOLE_PAGE = 0.6  # of the page: a box so large is its ground
_COVERED = 0.7  # of a letter's height
_FEWEST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class _Letter:
    """The letter `at` this place of the page's text: its middle, foot and head in points."""

    at: int
    across: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class _Box:
    """A dark rectangle in points of the page; `order` counts what the page draws, from 0."""

    left: float
    bottom: float
    right: float
    top: float
    luminance: float
    order: int

    def covers(self, letter: _Letter) -> bool:
        shared = min(letter.top, self.top) - max(letter.bottom, self.bottom)
        inside = self.left <= letter.across <= self.right
        return inside and shared >= _COVERED * (letter.top - letter.bottom)


def has_covered_text(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> bool:
    """Whether words of the page lie under a dark box, where anyone can read them in the file."""
    boxes = [box for box in _dark_boxes(page) if _holds_letters(textpage, box)][:_MOST_BOXES]
    if not boxes:
        return False
    letters = list(_letters(textpage))
    orders = _orders(page)
    for box in boxes:
        covered = [letter.at for letter in letters if box.covers(letter)]
        hidden = (at for at in covered if _is_hidden(textpage, at, box, orders))
        if len(covered) >= _FEWEST_LETTERS and len(list(hidden)) >= _FEWEST_LETTERS:
            return True
    return False


def _dark_boxes(page: pdfium.PdfPage) -> Iterator[_Box]:
    width, height = page.get_size()
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for order in range(min(raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page, order)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        luminance = _luminance(drawn)
        if luminance is None or luminance > _DARK or not _is_filled(drawn):
            continue
        raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
        box = _Box(left.value, bottom.value, right.value, top.value, luminance, order)
        wide, high = box.right - box.left, box.top - box.bottom
        if min(wide, high) >= _SMALLEST_PT and wide * high < _WHOLE_PAGE * width * height:
            yield box


def _luminance(drawn: object) -> float | None:
    """How light its fill is, in [0, 1]; None if one can see through it."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(drawn, red, green, blue, alpha) or alpha.value < _OPAQUE:
        return None
    return (0.299 * red.value + 0.587 * green.value + 0.114 * blue.value) / 255


def _is_filled(drawn: object) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(drawn, mode, stroke)
    corners = int(raw.FPDFPath_CountSegments(drawn))
    return mode.value != int(raw.FPDF_FILLMODE_NONE) and 4 <= corners <= 6


def _holds_letters(textpage: pdfium.PdfTextPage, box: _Box) -> bool:
    """Whether any letter is near the box's middle: one call in place of one for each letter."""
    across, up = max(box.right - box.left, 2.0), max(box.top - box.bottom, 2.0)
    middle = (box.left + box.right) / 2, (box.bottom + box.top) / 2
    return int(raw.FPDFText_GetCharIndexAtPos(textpage, *middle, across, up)) >= 0


def _letters(textpage: pdfium.PdfTextPage) -> Iterator[_Letter]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for at in range(textpage.count_chars()):
        if raw.FPDFText_GetUnicode(textpage, at) > ord(" "):
            raw.FPDFText_GetCharBox(textpage, at, left, right, bottom, top)
            yield _Letter(at, (left.value + right.value) / 2, bottom.value, top.value)


def _orders(page: pdfium.PdfPage) -> dict[int, int]:
    """By its address, when each thing on the page is drawn."""
    count = min(raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)
    return {_address(raw.FPDFPage_GetObject(page, at)): at for at in range(count)}


def _is_hidden(textpage: pdfium.PdfTextPage, at: int, box: _Box, orders: dict[int, int]) -> bool:
    drawn = raw.FPDFText_GetTextObject(textpage, at)
    order = orders.get(_address(drawn))
    if order is not None and order < box.order:
        return True
    luminance = _luminance(drawn)
    return luminance is not None and abs(luminance - box.luminance) < _UNSEEN


def _address(pointer: object) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0  # type: ignore[arg-type]
