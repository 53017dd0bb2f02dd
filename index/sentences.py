"""Where sentences begin and end, as offsets; the only module that knows how.

Sentences are what answers quote, so a list item is one, and the clauses of a long run joined by
semicolons are told apart. Offsets never split a word.
"""

import re
from collections.abc import Iterator

LONG_SENTENCE_CHARS = 320  # beyond this a semicolon ends a quotable unit
FEWEST_WORDS = 3  # what has fewer is joined to the next
_BLANK_LINE = re.compile(r"\n\s*\n")
_BLOCK_BREAK = re.compile(
    r"\n\s*\n|\n(?=\s*(?:[-*•●▪–]|#{1,6}|\([0-9A-Za-z]{1,5}\)|\d{1,3}[.)]|[a-z][.)])\s)"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_MARK = re.compile(r"(?:#{1,6}|[-*•●▪–])[ \t]+(?=\S)")
_CLAUSE_BREAK = re.compile(r";\s+(?:and\s+|or\s+)?(?=\S)")

Span = tuple[int, int]


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """Spans (start, end) of the sentences of text[start:end], in order.

    White space, heading marks and bullets around a sentence are not part of it.

    Sentence boundaries are found by Punkt (Kiss and Strunk 2006) as nupunkt trains it for legal
    text: "18 U.S.C. § 1591" is no end of a sentence.
    """
    end = len(text) if end is None else end
    return tuple(
        (_after_mark(text, first), last)
        for block in _pieces(text, start, end, _BLOCK_BREAK)
        for sentence in _punkt(text, *block)
        for first, last in _clauses(text, *sentence)
    )


def paragraph_spans(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """Spans (start, end) of the paragraphs of text[start:end]: blank lines part them."""
    end = len(text) if end is None else end
    return tuple(_pieces(text, start, end, _BLANK_LINE))


def _punkt(text: str, start: int, end: int) -> Iterator[Span]:
    from nupunkt import sent_spans  # its model takes a moment to load

    first = start
    for _, after in sent_spans(text[start:end]):
        span = _stripped(text, first, start + after)
        # "2018—Subsec. (e)(5)." and "1." end in full stops but say nothing alone
        if len(_WORD.findall(text, *span)) >= FEWEST_WORDS or start + after >= end:
            first = start + after
            if span[0] < span[1]:
                yield span


def _clauses(text: str, start: int, end: int) -> Iterator[Span]:
    if end - start <= LONG_SENTENCE_CHARS:
        yield start, end
    else:
        yield from _pieces(text, start, end, _CLAUSE_BREAK, keep=1)


def _pieces(
    text: str, start: int, end: int, mark: re.Pattern[str], keep: int = 0
) -> Iterator[Span]:
    """Spans between the marks; the first `keep` characters of a mark stay with what it ends."""
    at = start
    for found in mark.finditer(text, start, end):
        span = _stripped(text, at, found.start() + keep)
        if span[0] < span[1]:
            yield span
        at = found.end() if not keep else found.start() + keep
    span = _stripped(text, at, end)
    if span[0] < span[1]:
        yield span


def _after_mark(text: str, start: int) -> int:
    """Where the words begin after a heading mark or bullet."""
    mark = _MARK.match(text, start)
    return mark.end() if mark else start


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
