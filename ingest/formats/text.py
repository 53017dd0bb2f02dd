"""Plain text, and bytes to text for all: which encoding a file is in, and never a silent guess.

A byte order mark decides; then UTF-8; then what the file declares; then UTF-16 by its zero
bytes; then the most plausible of the encodings that programs used to write, which is told to the
user as a guess. Line ends and all other characters stay as they are.
"""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from index.types import Heading
from ingest.content import Content
from ingest.errors import ReadError

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# those of the WHATWG standard; DOS and Macintosh code pages would explain an apostrophe as well
_LEGACY = (
    "cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 iso8859_2 iso8859_5 iso8859_7 "
    "koi8_r koi8_u cp874 cp932 euc_jp gb18030 big5 cp949"
).split()
_WESTERN = "cp1252"  # in doubt it is this: most old files are, and most doubts are about it
_TIE = 0.02  # of charset_normalizer's coherence, in [0, 1]
# "Article 4", "CHAPTER II: Prevention", "Section 2. Scope." on a short line of their own, but
# not the sentence "Article 4 was not changed."
_PART_LINE = re.compile(
    r"(?:(?<=\n\n)|(?<=\r\n\r\n)|\A)(?P<title>(?P<word>part|chapter|title|article|section|§)"
    r"[ \t]+(?:\d+[A-Za-z]?|(?-i:[IVXLC]+))\b"
    r"(?:[^\S\n\r]*(?:[.:–—-][^\n\r]{0,100})?|[^\n\r]{0,99}[^\n\r.;,:?!]))(?=\r?\n\r?\n)",
    re.IGNORECASE,
)
_OUTER_PARTS = ("part", "chapter", "title")
_SAMPLE_BYTES = 64_000
# ASCII says nothing about the encoding, except of the words around other characters
_FAR_FROM_OTHERS = re.compile(rb"(?<=[\x00-\x7f]{200})[\x00-\x7f]+(?=[\x00-\x7f]{200})")
# of ASCII text in UTF-16 half the bytes are zero; of text in other scripts still some
_FEWEST_ZEROS = 0.1


@dataclass(frozen=True)
class Decoded:
    """A file's text; `caution` says which encoding was guessed, and is empty if none was."""

    text: str
    caution: str = ""


def read_text(data: bytes) -> Content:
    """A plain text; its parts, chapters, articles and sections are its headings."""
    decoded = decode(data)
    headings = tuple(
        Heading(line.start("title"), 1 if outer else 2, line["title"].strip())
        for line in _PART_LINE.finditer(decoded.text)
        for outer in [line["word"].lower() in _OUTER_PARTS]
    )
    return Content(decoded.text, headings=headings, caution=decoded.caution)


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of a file that says of itself that it is in the encoding `declared`, if it does.

    Raises `ReadError` if it is not text, or is damaged.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return Decoded(_decoded(data, encoding))
    if b"\0" in data:
        return Decoded(_without_mark(data))
    utf_8 = _utf_8(data)
    # bytes that are UTF-8 by chance are rarer than a wrong declaration; ASCII may be ISO-2022-JP
    if utf_8 is not None and not (declared and utf_8.isascii()):
        return Decoded(utf_8)
    if declared:
        try:
            return Decoded(_decoded(data, declared))
        except ReadError:
            pass  # what is declared is not so
    return Decoded(utf_8) if utf_8 is not None else _legacy(data)


def _utf_8(data: bytes) -> str | None:
    """The text if it is UTF-8; a `ReadError` if it is so but for some damaged bytes."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        damaged = text.count("\ufffd")
        other = len(text) - len(text.encode("ascii", "ignore")) - damaged
        if damaged < other:
            raise ReadError(
                f"the file is UTF-8 text but for a damaged character at byte {error.start}",
                "open it in an editor, put that right, and save it as UTF-8 text",
            ) from error
        return None


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


def _legacy(data: bytes) -> Decoded:
    sample = _FAR_FROM_OTHERS.sub(b" ", data)
    if len(sample) > _SAMPLE_BYTES:
        sample = sample[:_SAMPLE_BYTES].rsplit(None, 1)[0]  # not within a character
    matches = from_bytes(sample, cp_isolation=_LEGACY)
    best = matches.best()
    if best is None:
        raise ReadError(
            "the file is not text, or its encoding cannot be told", "save it as UTF-8 text"
        )
    as_good = (m for m in matches if best.chaos == m.chaos and m.coherence > best.coherence - _TIE)
    western = any(_WESTERN in match.could_be_from_charset for match in as_good)
    encoding = _WESTERN if western else best.encoding
    text = _decoded(data, encoding)
    return Decoded(text, f"its encoding is not stated; read as {encoding}, which is a guess")


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
