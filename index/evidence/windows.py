"""Long evidence in windows of whole sentences, each short enough to be read at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.evidence.stems import stem
from index.search import content_words
from index.sentences import Span, sentence_spans

WINDOW_TOKENS = 180
LONGEST_SENTENCE_CHARS = 1500  # text without ends of sentences is cut somewhere


@dataclass(frozen=True)
class Window:
    """A run of sentences: `sentences` are their spans in the evidence, in order."""

    sentences: tuple[Span, ...]

    @property
    def start(self) -> int:
        """Offset of its first character in the evidence."""
        return self.sentences[0][0]

    @property
    def end(self) -> int:
        """Offset past its last character in the evidence."""
        return self.sentences[-1][1]


def windows(text: str, token_starts: Callable[[str], Sequence[int]]) -> tuple[Window, ...]:
    """The text's windows in order, each half as far on as the one before; () for no words.

    `token_starts` gives the offset of each token of a text.
    """
    sentences = [part for span in sentence_spans(text, 0, len(text)) for part in _cut(span)]
    sizes = [max(1, len(token_starts(text[start:end]))) for start, end in sentences]
    found: list[Window] = []
    first = 0
    while first < len(sentences):
        last, tokens = first, 0
        while last < len(sentences) and (last == first or tokens + sizes[last] <= WINDOW_TOKENS):
            tokens += sizes[last]
            last += 1
        found.append(Window(tuple(sentences[first:last])))
        if last == len(sentences):
            break
        first += max(1, (last - first + 1) // 2)
    return tuple(found)


def likely(claim: str, evidence: str, found: Sequence[Window], most: int) -> Sequence[Window]:
    """Of the evidence's windows those that share most words with the claim, in their order."""
    if len(found) <= most:
        return found
    wanted = {stem(word) for word in content_words(claim)}
    shares = [
        len(wanted & {stem(word) for word in content_words(evidence[w.start : w.end])})
        for w in found
    ]
    order = sorted(range(len(found)), key=lambda at: -shares[at])[:most]
    return [found[at] for at in sorted(order)]


def _cut(span: Span) -> list[Span]:
    """The span in pieces that are not too long."""
    start, end = span
    cuts = range(start, end, LONGEST_SENTENCE_CHARS)
    return [(at, min(end, at + LONGEST_SENTENCE_CHARS)) for at in cuts]
