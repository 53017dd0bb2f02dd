"""Written text as sentences with their citation markers.

A marker is a number of up to three digits in square or corner brackets: [1], [1,2], [1][2], [1-3],
[passage 1], 【1】. "[sic]", "[2018]" and "(1)" are words of the text. A marker belongs to the
sentence that it ends, however it stands to the full stop; one that opens a line belongs to what
follows. A marker that points to no passage is kept as invented. Whether a sentence is borne out is
not decided here.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.sentences import sentence_spans

_NUMBERS = r"\s*(?i:passages?\s+)?\d{1,3}\s*(?:[-‐-―,;]\s*\d{1,3}\s*)*"
_MARKER = rf"(?:\[{_NUMBERS}\]|【{_NUMBERS}】)"
# "[1][2]", "[1], [2]" and "[1] [2]" are one run; the white space before it goes with it
_RUN = re.compile(rf"[ \t]*{_MARKER}(?:[ \t]*[,;]?[ \t]*{_MARKER})*")
_ITEM = re.compile(r"(\d{1,3})(?:\s*[-‐-―]\s*(\d{1,3}))?")
_LINE_START = re.compile(r"(?:^|\n)[ \t]*(?:(?:[-*•]|\d{1,3}[.)])[ \t]*)?$")
# a marker beside a full stop ends a sentence, even one that ends in "Art." or "so."
_STOPPED = re.compile(r"[.!?][\"”’')]*$")
_STOP_FOLLOWS = re.compile(r"[.!?][\"”’')]*(?=\s)")
_CAPITAL_FOLLOWS = re.compile(r"\s+[\"“‘'(]*[^\W\d_a-z]")
_WORD = re.compile(r"\w")
_WORDS_FOLLOW = re.compile(r"[ \t:]*\w")
_LINE_ENDS = re.compile(r"\s*\n\s*")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")


@dataclass(frozen=True)
class MarkedSentence:
    """A sentence without its markers; `markers` point to passages 1..n, `invented` nowhere."""

    text: str
    markers: tuple[int, ...]
    invented: tuple[int, ...]


@dataclass(frozen=True)
class _Run:
    """Numbers that stood at the offset `at` of the text from which the markers were taken."""

    at: int
    numbers: tuple[tuple[int, int], ...]
    opens_line: bool


def marked_sentences(written: str, passages: int) -> tuple[MarkedSentence, ...]:
    """The sentences of a written text that could cite passages 1..`passages`, in order.

    Their texts together hold every word of the text; white space within them is one space.
    """
    # models don't wrap their lines: each end of a line ends a sentence too
    text, runs = _taken_out(_LINE_ENDS.sub("\n\n", _BOLD.sub(r"\2", written)))
    spans = sentence_spans(text)
    numbers: list[list[tuple[int, int]]] = [[] for _ in spans] or [[]]
    for run in runs:
        numbers[_owner(run, [start for start, _ in spans])].extend(run.numbers)
    texts = [" ".join(text[start:end].split()).lstrip(": ") for start, end in spans] or [""]
    return tuple(
        MarkedSentence(words, *_resolved(cited, passages))
        for words, cited in zip(texts, numbers, strict=True)
        if cited or _WORD.search(words)  # a rule "---" is no sentence
    )


def _taken_out(written: str) -> tuple[str, list[_Run]]:
    """The text without markers, and where they stood in it."""
    kept, at = "", 0
    runs: list[_Run] = []
    for found in _RUN.finditer(written):
        kept += written[at : found.start()]
        at, after = found.end(), written[found.end() :]
        opens_line = _LINE_START.search(kept) is not None and bool(_WORDS_FOLLOW.match(after))
        numbers = tuple((int(a), int(b or a)) for a, b in _ITEM.findall(found[0]))
        runs.append(_Run(len(kept), numbers, opens_line))
        if stop := _STOP_FOLLOWS.match(after):
            kept += f"{stop[0]}\n\n"
            at += stop.end()
        elif not opens_line and _STOPPED.search(kept) and _CAPITAL_FOLLOWS.match(after):
            kept += "\n\n"
        elif after[:1].isalnum():  # "law[1]which" is two words
            kept += " "
    return kept + written[at:], runs


def _owner(run: _Run, starts: Sequence[int]) -> int:
    """The index of the sentence that the run belongs to."""
    if run.opens_line:
        return min(len(starts) - 1, max(0, bisect_right(starts, run.at + 1) - 1))
    before = bisect_right(starts, run.at - 1) - 1
    return max(0, before)


def _resolved(
    numbers: Sequence[tuple[int, int]], passages: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    named = dict.fromkeys(number for first, last in numbers for number in _range(first, last))
    valid = tuple(number for number in named if 1 <= number <= passages)
    ends = dict.fromkeys(end for pair in numbers for end in pair)
    return valid, tuple(end for end in ends if not 1 <= end <= passages)


def _range(first: int, last: int) -> Iterator[int]:
    """[1-3] names 1, 2 and 3; a range that runs backwards only its two ends."""
    yield from range(first, last + 1) if first <= last else (first, last)
