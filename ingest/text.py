"""Plain text, and bytes to text for all: which encoding a file is in, found and never guessed in silence.

A byte order mark decides; then UTF-8; then UTF-16 by its zero bytes; then the most plausible
legacy encoding. Line ends and all other characters stay as they are.
"""

import codecs
import re

from charset_normalizer import from_bytes

from index.types import Heading
from ingest.content import Content
from ingest.errors import ReadError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# "Article 4", "CHAPTER II: Prevention" on a short line of their own
_PART_LINE = re.compile(
    r"(?:(?<=\n\n)|(?<=\r\n\r\n)|\A)(?P<title>(?P<word>part|chapter|title|article|section|§)"
    r"[ \t]+(?:\d+[A-Za-z]?|[IVXLC]+)\b[^\n\r]{0,100})(?=\r?\n\r?\n)",
    re.IGNORECASE,
)
_OUTER_PARTS = ("part", "chapter", "title")
_SAMPLE_BYTES = 64_000
# of ASCII text in UTF-16 half the bytes are zero; of text in other scripts still some
_FEWEST_ZEROS = 0.1


def read_text(data: bytes) -> Content:
    """A plain text; its parts, chapters, articles and sections are its headings."""
    text = decode(data)
    headings = tuple(
        Heading(line.start("title"), 1 if outer else 2, line["title"].strip())
        for line in _PART_LINE.finditer(text)
        for outer in [line["word"].lower() in _OUTER_PARTS]
    )
    return Content(text, headings=headings)


def decode(data: bytes) -> str:
    """The text of a file. Raises `ReadError` if it is not text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    if b"\0" in data:
        return _without_mark(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(data)


def _without_mark(data: bytes) -> str:
    """UTF-16 without a mark: its zeros are all in the even or all in the odd bytes."""
    sample = data[:_SAMPLE_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < _FEWEST_ZEROS * len(sample) or min(even, odd) > 0.01 * len(sample):
        raise ReadError(
            "the file has NUL bytes: it is not text, or it is damaged",
            "save it as UTF-8 text",
        )
    return _decoded(data, "utf-16-le" if odd > even else "utf-16-be")


def _legacy(data: bytes) -> str:
    best = from_bytes(data[:_SAMPLE_BYTES]).best()
    if best is None:
        raise ReadError("the file's encoding cannot be told", "save it as UTF-8 text")
    return _decoded(data, best.encoding)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(
            f"the file is not the {encoding} text that it begins as: {error.reason} at byte "
            f"{error.start}",
            "save it as UTF-8 text",
        ) from error
    if "\0" in text:
        raise ReadError("the file's text has NUL characters: it is damaged", "save it anew")
    return text
