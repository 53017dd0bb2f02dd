"""Paragraphs become the document's text, with the span of every page and paragraph in it.

A sentence that runs on over the page is not broken: its pages are joined by a line's end, not by
a blank line, and a word in two parts by nothing. Notes at the foot of such a page go before its
last paragraph, so that they still stand on their page.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.content import BLOCK_BREAK
from ingest.formats.pdf.hyphens import parted, plain, rejoined
from ingest.formats.pdf.paragraphs import Paragraph, runs_on

LINE_BREAK = "\n"


@dataclass(frozen=True)
class Assembled:
    """`spans` has one for each page, (start, end); `starts` says where each paragraph begins."""

    text: str
    spans: tuple[tuple[int, int], ...]
    starts: tuple[tuple[int, Paragraph], ...]


@dataclass(frozen=True)
class _Piece:
    """A line of the text with what stands before it; `begins` is the paragraph that it begins."""

    text: str
    page: int
    joint: str
    begins: Paragraph | None = None


def assembled(pages: Sequence[Sequence[Paragraph]], words: Counter[str]) -> Assembled:
    """The text of all pages; `words` (see `hyphens.words_of`) tells whether a hyphen is real."""
    pieces = _whole_words(list(_pieces(_arranged(pages))), words)
    parts: list[str] = []
    bounds: list[tuple[int, int] | None] = [None] * len(pages)
    starts = []
    at = 0
    for piece in pieces:
        joint = piece.joint if parts else ""
        at += len(joint)
        if piece.begins is not None:
            starts.append((at, piece.begins))
        known = bounds[piece.page]
        bounds[piece.page] = (known[0] if known else at, at + len(piece.text))
        parts += (joint, piece.text)
        at += len(piece.text)
    return Assembled("".join(parts), _spans(bounds), tuple(starts))


def _arranged(pages: Sequence[Sequence[Paragraph]]) -> list[list[Paragraph]]:
    """Each page's paragraphs, its notes where they part no sentence."""
    bodies = [[part for part in page if not part.is_note] for page in pages]
    arranged = []
    for at, (page, body) in enumerate(zip(pages, bodies, strict=True)):
        notes = [part for part in page if part.is_note]
        following = next((later for later in bodies[at + 1 :] if later), None)
        if notes and body and following and runs_on(body[-1], following[0]):
            before = next((earlier for earlier in reversed(bodies[:at]) if earlier), None)
            if len(body) > 1 or not (before and runs_on(before[-1], body[0])):
                cut = _before_last(body)
                arranged.append([*body[:cut], *notes, *body[cut:]])
                continue
        arranged.append([*body, *notes])
    return arranged


def _before_last(body: Sequence[Paragraph]) -> int:
    """Where the last paragraph begins, its heading with it."""
    at = len(body) - 1
    while at > 1 and body[at - 1].stands_out_from(body[-1]):
        at -= 1
    return at


def _pieces(pages: Sequence[Sequence[Paragraph]]) -> Iterator[_Piece]:
    last: Paragraph | None = None
    for number, page in enumerate(pages):
        for at, paragraph in enumerate(page):
            goes_on = at == 0 and last is not None and not last.is_note and not paragraph.is_note
            goes_on = goes_on and last is not None and runs_on(last, paragraph)
            for place, line in enumerate(paragraph.lines):
                begins = paragraph if place == 0 and not goes_on else None
                joint = BLOCK_BREAK if begins else LINE_BREAK
                yield _Piece(line.text, number, joint, begins)
            last = paragraph


def _whole_words(pieces: list[_Piece], words: Counter[str]) -> list[_Piece]:
    """Words that a line's end parts made whole; over a page's end each part stays on its page."""
    made: list[_Piece] = []
    for piece in pieces:
        text, joint = piece.text, piece.joint
        before = made[-1] if made else None
        if before is not None and joint == LINE_BREAK and parted(before.text):
            first, rest = rejoined(before.text, text, words)
            if before.page == piece.page:
                made[-1] = _Piece(first, before.page, before.joint, before.begins)
                text = rest
            else:
                stem = before.text[:-1]
                hyphen = first[len(stem) : len(stem) + 1] == "-"
                kept = stem + "-" * hyphen
                made[-1] = _Piece(kept, before.page, before.joint, before.begins)
                joint = ""
        if text or piece.begins is not None:
            made.append(_Piece(text, piece.page, joint, piece.begins))
    return [_Piece(plain(each.text), each.page, each.joint, each.begins) for each in made]


def _spans(bounds: Sequence[tuple[int, int] | None]) -> tuple[tuple[int, int], ...]:
    """Every page's span; an empty one is where its page would be."""
    spans, at = [], 0
    for bound in bounds:
        spans.append(bound or (at, at))
        at = spans[-1][1]
    return tuple(spans)
