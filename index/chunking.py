"""Cuts a document into passages along its own structure.

A section stays whole where it fits in what the embedder reads; otherwise it is cut at its
sub-sections, then at paragraphs, sentences and, at last, tokens. Small neighbours are joined, so
that a passage carries its context. A passage is embedded under its document's title and heading
path, and what is counted here is all that the embedder will read.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from index.sentences import Span, paragraph_spans, sentence_spans
from index.types import Document, Heading, Passage

SCHEME = "sections 2"  # recorded in the library's manifest: change it when passages change
TITLE_TOKENS = 40
HEADING_TOKENS = 48
LONGEST_CHARS = 4000  # a word of any length is one token to some models
SMALL_TOKENS = 48  # a section of its own heading this small is joined to its neighbour


class TokenCounter(Protocol):
    """What cutting needs of an embedder."""

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that are read, special tokens included."""

    @property
    def special_tokens(self) -> int:
        """How many of them the model's own marks take."""

    def token_starts(self, text: str) -> tuple[int, ...]:
        """Offset of each token of `text`, in order."""


def embedded_text(passage: Passage, tokens: TokenCounter) -> str:
    """What is embedded and searched: title and heading path, each cut short, then the text."""
    return _context(passage.document.title, passage.heading_path, tokens) + passage.text


def split(document: Document, tokens: TokenCounter) -> tuple[Passage, ...]:
    """The document's passages in order; none overlap, and together they hold all its words.

    `embedded_text` of each is at most `tokens.max_tokens` tokens.
    """
    cutter = _Cutter(document, tokens)
    return tuple(Passage(document, *span) for span in cutter.passages())


def _context(title: str, heading_path: tuple[str, ...], tokens: TokenCounter) -> str:
    headings = " > ".join(h for h in heading_path if h.strip("# ") != title)
    lines = _cut(title, TITLE_TOKENS, tokens), _cut(headings, HEADING_TOKENS, tokens)
    return "".join(f"{line}\n" for line in lines if line)


def _cut(line: str, most: int, tokens: TokenCounter) -> str:
    starts = tokens.token_starts(line[:LONGEST_CHARS])
    return line[: starts[most]].rstrip() if len(starts) > most else line[:LONGEST_CHARS]


@dataclass(frozen=True)
class _Section:
    """A heading's own span, headings under it included."""

    start: int
    end: int
    children: tuple["_Section", ...]
    labelled: bool


class _Cutter:
    def __init__(self, document: Document, tokens: TokenCounter) -> None:
        self.document = document
        self.text = document.text
        self.starts = tokens.token_starts(document.text)
        self.room = tokens.max_tokens - tokens.special_tokens
        self.context_tokens = lru_cache(maxsize=4096)(
            lambda path: len(tokens.token_starts(_context(document.title, path, tokens)))
        )

    def passages(self) -> Iterator[Span]:
        end = len(self.text)
        root = _Section(0, end, _sections(self.document.headings, end), labelled=False)
        return map(self._stripped, self._cut_section(root))

    def _cut_section(self, section: _Section) -> list[Span]:
        """The section's spans: itself if it fits, else its own text and its sub-sections."""
        span = (section.start, section.end)
        if self._blank(span):
            return []
        if self._fits(span) and not _topics(section):
            return [span]
        if not section.children:
            return self._cut_text(span)
        own = (section.start, section.children[0].start)
        spans = [] if self._blank(own) else self._cut_text(own)
        for child in section.children:
            self._append(spans, self._cut_section(child), child.labelled)
        return spans

    def _append(self, spans: list[Span], more: list[Span], labelled: bool) -> None:
        """Add a sub-section's spans, joining its first to the last where that reads as one."""
        if spans and more:
            joined = (spans[-1][0], more[0][1])
            small = min(self._count(spans[-1]), self._count(more[0])) <= SMALL_TOKENS
            if (labelled or small) and self._fits(joined):
                spans[-1:] = [joined]
                more = more[1:]
        spans.extend(more)

    def _cut_text(self, span: Span) -> list[Span]:
        paragraphs = paragraph_spans(self.text, *span)
        return self._joined(piece for part in paragraphs for piece in self._cut_paragraph(part))

    def _cut_paragraph(self, span: Span) -> list[Span]:
        if self._fits(span):
            return [span]
        sentences = sentence_spans(self.text, *span)
        return self._joined(piece for part in sentences for piece in self._cut_sentence(part))

    def _cut_sentence(self, span: Span) -> Iterator[Span]:
        """Windows of the longest that fits, at white space where there is some."""
        start, end = span
        while not self._fits((start, end)):
            low, high = start + 1, min(end, start + LONGEST_CHARS)
            while low < high:
                middle = (low + high + 1) // 2
                low, high = (middle, high) if self._fits((start, middle)) else (low, middle - 1)
            space = max(self.text.rfind(" ", start + 1, low), self.text.rfind("\n", start + 1, low))
            stop = space if space > start else low
            yield start, stop
            start = stop
        yield start, end

    def _joined(self, parts: Iterable[Span]) -> list[Span]:
        """Neighbours joined for as long as they fit."""
        spans: list[Span] = []
        for part in parts:
            if spans and self._fits((spans[-1][0], part[1])):
                spans[-1] = (spans[-1][0], part[1])
            else:
                spans.append(part)
        return spans

    def _fits(self, span: Span) -> bool:
        path = Passage(self.document, *self._stripped(span)).heading_path
        most = self.room - self.context_tokens(path)
        return span[1] - span[0] <= LONGEST_CHARS and self._count(span) <= most

    def _count(self, span: Span) -> int:
        return bisect_left(self.starts, span[1]) - bisect_left(self.starts, span[0])

    def _blank(self, span: Span) -> bool:
        return not self.text[slice(*span)].strip()

    def _stripped(self, span: Span) -> Span:
        words = self.text[slice(*span)]
        start = span[0] + len(words) - len(words.lstrip())
        return start, max(start, span[0] + len(words.rstrip()))


def _topics(section: _Section) -> bool:
    """Whether the section is a list of subjects of their own (countries, say): kept apart."""
    return len(section.children) > 1 and not any(child.labelled for child in section.children)


def _sections(headings: tuple[Heading, ...], end: int) -> tuple[_Section, ...]:
    """The headings as a tree."""
    sections = []
    at = 0
    while at < len(headings):
        after = at + 1
        while after < len(headings) and headings[after].level > headings[at].level:
            after += 1
        stop = headings[after].start if after < len(headings) else end
        under = _sections(headings[at + 1 : after], stop)
        sections.append(_Section(headings[at].start, stop, under, headings[at].label is not None))
        at = after
    return tuple(sections)
