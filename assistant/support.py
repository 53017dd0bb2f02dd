"""Whether a cited passage bears out a sentence, by its words: small, and honest about its reach.

The claim's content words are looked for in each run of one or two sentences of the passage; the
run that holds most of their weight is the quotation. Then the words that make a claim false when
they are wrong are checked one by one: figures, names, "not", "only", "shall" against "may", "at
least" against "at most". What it can't see: a paraphrase in other words (it will say unsupported),
who does what to whom, cause, and a false claim made of the passage's own words (it may say
supported). Each passage is quoted by itself, but what a claim has from another that it cites is
not held against it. It checks; it does not rewrite, and it decides nothing about what is shown.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.evidence.checks import check
from index.evidence.stems import stem
from index.search import STOP_WORDS, words_of
from index.sentences import sentence_spans
from index.types import Passage

# Chosen on the training parts of ../shared/synthetic and ../shared/grounding. On their dev parts it
# passes 0.73 and 0.43 of the true claims, 0.59 and 0.20 of those written to be false or unfounded,
# and 0.02 of true claims cited to a neighbour of the right passage.
THRESHOLD = 0.3
LONGEST_RUN = 2  # sentences of a quotation
LENGTH_COST = 0.02  # so that a second sentence is quoted only if it adds something
NAME_WEIGHT = 2.0

# words by which a writer refers to a source rather than says something
_REFERRING = frozenset(
    "according passage passages source sources document states stated says".split()
)
_LIST_NUMBER = re.compile(r"\A\s*\d{1,3}[.)]\s+")  # "2. The term is …" speaks of no two


@dataclass(frozen=True)
class Support:
    """The words of a passage that best bear out a claim, and what speaks against it.

    `document.text[start:end]` is the quotation; `score` is the share, in [0, 1], of the weight of
    the claim's content words that it holds; each problem is a phrase for a reader.
    """

    start: int
    end: int
    score: float
    problems: tuple[str, ...]

    @property
    def bears_out(self) -> bool:
        """Whether enough of the claim is there and nothing speaks against it."""
        return self.score >= THRESHOLD and not self.problems


def support(claim: str, passage: Passage, together: Sequence[Passage] = ()) -> Support:
    """The run of one or two sentences of the passage that best bears out the claim.

    `together` are all passages that the claim cites: a figure or name is missing only if none of
    them has it.
    """
    claim = _LIST_NUMBER.sub("", claim)
    weights = _weights(claim)
    about = _stems(_context(passage))
    best = Support(passage.start, passage.end, 0.0, ())
    best_value = -1.0
    for sentences, start, end in _runs(passage):
        held = about | _stems(passage.document.text[start:end])
        score = _share(weights, held)
        value = score - LENGTH_COST * (sentences - 1)
        if value > best_value:
            best, best_value = Support(start, end, score, ()), value
    quote = passage.document.text[best.start : best.end]
    readable = "\n".join(f"{_context(cited)}\n{cited.text}" for cited in (passage, *together))
    return Support(best.start, best.end, best.score, check(claim, quote, readable).notes)


def _runs(passage: Passage) -> Iterator[tuple[int, int, int]]:
    """(sentences, start, end) of each run that may be quoted."""
    spans = sentence_spans(passage.document.text, passage.start, passage.end)
    for length in range(1, LONGEST_RUN + 1):
        for first in range(len(spans) - length + 1):
            yield length, spans[first][0], spans[first + length - 1][1]


def _context(passage: Passage) -> str:
    """What a reader of the passage knows before its first word: who says it, when, under what."""
    source = passage.document
    named = (source.title, source.publisher, source.author, source.published, source.jurisdiction)
    labels = (heading.label for heading in passage.document.headings_at(passage.start))
    return "\n".join(part for part in (*named, *passage.heading_path, *labels) if part)


def _weights(claim: str) -> dict[str, float]:
    """The stems of the claim's content words; names and numbers weigh more."""
    weights: dict[str, float] = {}
    for word in re.finditer(r"\w+", claim):
        lower = word[0].lower()
        if lower in STOP_WORDS or lower in _REFERRING:
            continue
        named = word[0][0].isdigit() or (word[0][0].isupper() and word.start() > 0)
        weights[stem(lower)] = NAME_WEIGHT if named else 1.0
    return weights


def _share(weights: dict[str, float], held: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for stem, weight in weights.items() if stem in held) / total if total else 0.0


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words_of(text)}
