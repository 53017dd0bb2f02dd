"""A page of PDFium as a sheet of lines.

PDFium puts side by side on one line what stands at one height, be it two columns or the cells of
a table; here such a line is cut at its wide gaps. Calls into PDFium are dear: there are a few for
each line, and a closer look only where a line is suspiciously wide.
"""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import atan2, hypot, pi

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.formats.pdf.lines import HYPHEN, Line, Sheet

WIDE_GAP = 0.85  # of the font size: few spaces between words of prose are so wide
_LOOSE = 0.53  # of the font size for each letter: a line set wider may hide a gap
_RUN = re.compile(f"[^\r\n{HYPHEN}]+{HYPHEN}?")
_WORD_END = re.compile(r"(?<=\S)\s+(?=\S)")
_BOLD = re.compile(rb"bold|black|heavy|demi|ultra", re.IGNORECASE)
_UNSEEN = str.maketrans("", "", "\0\u00ad\u200b\ufeff")
_SOFT_HYPHEN = "\u00ad"
_NAME_BYTES = 96


@dataclass(frozen=True, slots=True)
class _Run:
    """The letters from `start` to `end` of a page's text, from `left` to `right` along the line."""

    start: int
    end: int
    left: float
    right: float


class _Letters:
    """A page's text with questions about its letters, each a call into PDFium."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> None:
        self.bounds: tuple[float, float, float, float] = page.get_bbox()
        self.page = textpage
        self.text = _text(textpage)
        self._doubles = tuple(ctypes.c_double() for _ in range(4))
        self._places = tuple(ctypes.byref(value) for value in self._doubles)
        self._matrix = raw.FS_MATRIX()
        self._name = ctypes.create_string_buffer(_NAME_BYTES)
        self._flags = ctypes.c_int()

    def count_boxes(self, start: int, end: int) -> int:
        """How many boxes these letters have: one for each stroke of the pen that draws words."""
        return max(0, int(raw.FPDFText_CountRects(self.page, start, end - start)))

    def box(self, at: int, quarter: int) -> tuple[float, float]:
        """Where the box begins and ends along a line that runs this way."""
        raw.FPDFText_GetRect(self.page, at, *self._places)
        left, top, right, bottom = (value.value for value in self._doubles)
        return _along(left, bottom, right, top, quarter)

    def letter(self, at: int, quarter: int) -> tuple[float, float]:
        raw.FPDFText_GetCharBox(self.page, at, *self._places)
        left, right, bottom, top = (value.value for value in self._doubles)
        return _along(left, bottom, right, top, quarter)

    def base(self, at: int, quarter: int) -> float:
        raw.FPDFText_GetCharOrigin(self.page, at, *self._places[:2])
        x, y = self._doubles[0].value, self._doubles[1].value
        left, bottom, right, top = self.bounds
        return (y - bottom, right - x, top - y, x - left)[quarter]

    def on_page(self, run: "_Run", base: float, size: float, quarter: int) -> bool:
        left, bottom, right, top = self.bounds
        begin, end = _along(left, bottom, right, top, quarter)
        height = right - left if quarter % 2 else top - bottom
        return run.right > begin and run.left < end and -size < base < height

    def size_and_angle(self, at: int) -> tuple[float, float]:
        """Font size in points, and which way the line runs, in quarter turns to the left."""
        if not raw.FPDFText_GetMatrix(self.page, at, self._matrix):
            return 0.0, 0.0
        turn = self._matrix
        size = raw.FPDFText_GetFontSize(self.page, at) * hypot(turn.c, turn.d)
        return size, atan2(turn.b, turn.a) / (pi / 2) % 4

    def is_bold(self, at: int) -> bool:
        length = raw.FPDFText_GetFontInfo(
            self.page, at, self._name, _NAME_BYTES, ctypes.byref(self._flags)
        )
        return length <= _NAME_BYTES and bool(_BOLD.search(self._name.value))


def sheet_of(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, number: int) -> Sheet:
    """The page's lines as most of them run, and aside those that run another way."""
    letters = _Letters(page, textpage)
    turned: dict[int, list[Line]] = {}
    counts: Counter[int] = Counter()
    for found in _RUN.finditer(letters.text):
        for way, line in _lines(letters, found.start(), found.end(), number):
            turned.setdefault(way, []).append(line)
            counts[way] += len(line.text)
    left, bottom, right, top = letters.bounds
    if not counts:
        return Sheet(number, top - bottom, ())
    main = counts.most_common(1)[0][0]
    aside = tuple(line for way in sorted(turned) if way != main for line in turned[way])
    height = right - left if main % 2 else top - bottom
    return Sheet(number, height, tuple(turned[main]), aside)


def _lines(letters: _Letters, start: int, end: int, number: int) -> Iterator[tuple[int, Line]]:
    """The line that these letters make, or several where a wide gap parts them."""
    text = letters.text
    start, end = _stripped(text, start, end)
    if start == end:
        return
    size, angle = letters.size_and_angle(_inked(text, start, end))
    way = round(angle) % 4
    if abs(angle - round(angle)) > 0.1:
        way = 4  # askew: a watermark
    for run in _runs(letters, start, end, size, way % 4):
        at = _inked(text, run.start, run.end)
        own = size if run.start == start else letters.size_and_angle(at)[0]
        words = _readable(text[run.start : run.end])
        if words:
            bold = letters.is_bold(run.start) and letters.is_bold(run.end - 1)
            base = letters.base(at, way % 4)
            if not letters.on_page(run, base, own, way % 4):
                continue  # half of a line that runs over two pages, a printer's mark
            yield way, Line(words, number, run.left, run.right, base, own, bold)


def _runs(letters: _Letters, start: int, end: int, size: float, way: int) -> Iterator[_Run]:
    count = letters.count_boxes(start, end)
    boxes = [letters.box(at, way) for at in range(count)]
    if not boxes:
        left, right = letters.letter(start, way)
        yield _Run(start, end, left, right)
        return
    first, (left, right) = start, boxes[0]
    for at in range(1, count):
        gap = boxes[at][0] - right
        if gap > WIDE_GAP * size or boxes[at][1] < left:
            begin = _beginning(letters, start, end, at)
            yield from _looked_into(letters, _Run(first, begin, left, right), size, way)
            first, (left, right) = begin, boxes[at]
        else:
            right = max(right, boxes[at][1])
    yield from _looked_into(letters, _Run(first, end, left, right), size, way)


def _beginning(letters: _Letters, start: int, end: int, box: int) -> int:
    """The letter with which the box begins: the first that makes the boxes so many."""
    low, high = start + 1, end
    while low < high:
        middle = (low + high) // 2
        if letters.count_boxes(start, middle) > box:
            high = middle
        else:
            low = middle + 1
    return low - 1


def _looked_into(letters: _Letters, run: _Run, size: float, way: int) -> Iterator[_Run]:
    """The run, cut at wide gaps within one box, if it is set so wide that there may be some."""
    if run.right - run.left > _LOOSE * size * (run.end - run.start):
        first, left = run.start, run.left
        for space in _WORD_END.finditer(letters.text, run.start, run.end):
            _, before = letters.letter(space.start() - 1, way)
            after, _ = letters.letter(space.end(), way)
            if after - before > WIDE_GAP * size:
                yield _Run(first, space.start(), left, before)
                first, left = space.end(), after
        run = _Run(first, run.end, left, run.right)
    yield run


def _along(
    left: float, bottom: float, right: float, top: float, quarter: int
) -> tuple[float, float]:
    return ((left, right), (bottom, top), (-right, -left), (-top, -bottom))[quarter]


def _text(textpage: pdfium.PdfTextPage) -> str:
    """The text with exactly one place for each letter of PDFium's list."""
    count = textpage.count_chars()
    text: str = textpage.get_text_range()
    if len(text) == count:
        return text
    places: list[str] = []
    for at in range(count):
        code = raw.FPDFText_GetUnicode(textpage, at)
        if 0xDC00 <= code < 0xE000 and places and 0xD800 <= ord(places[-1]) < 0xDC00:
            high = ord(places[-1]) - 0xD800
            places[-1] = chr(0x10000 + (high << 10) + code - 0xDC00)
            code = 0  # its second half has a place, too
        places.append(chr(code) if code < 0x110000 else "\ufffd")
    return "".join(char if not 0xD800 <= ord(char) < 0xE000 else "\ufffd" for char in places)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _inked(text: str, start: int, end: int) -> int:
    """A letter near the middle: the first may be a raised figure or an initial."""
    middle = (start + end - 1) // 2
    for at in range(middle, end):
        if not text[at].isspace() and text[at] != HYPHEN:
            return at
    return start


def _readable(words: str) -> str:
    """The words without the marks of the format; a soft hyphen at the end still tells of it."""
    if words.endswith(_SOFT_HYPHEN):
        words = words[:-1] + HYPHEN
    return " ".join(words.translate(_UNSEEN).split())
