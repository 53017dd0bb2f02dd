"""How a claim's words find their counterparts in a window of evidence: named features.

Late interaction turned round: every content word of the claim looks for its most similar token
among the evidence, both seen in context, and is weighed by its rarity. What finds none, and the
words that make a claim false when they are wrong (`checks`), speak against it. The features need
no training; how they are weighed with the encoder's reading is the verifier's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from index.embedder import TokenVectors, Vectors
from index.evidence.checks import Checks, check
from index.evidence.stems import stem
from index.evidence.windows import Window
from index.late_interaction import inside
from index.search import STOP_WORDS, words_of
from index.sentences import Span

LONGEST_RUN = 3  # sentences of a quotation
LENGTH_COST = 0.02  # so that a second sentence is quoted only if it adds something
UNMATCHED = 0.5  # a word whose best cosine is below has no counterpart
MOST_COUNTED = 3  # missing figures or names; more say no more
FEATURES = (
    "aligned", "aligned_window", "weakest", "contained", "matched", "unmatched", "phrases",
    "figures", "names", "negation", "only", "bound", "mode", "quote_negates",
)  # fmt: skip
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Claim:
    """A claim ready to be looked for: tokens with the word and weight of each.

    `weights`, one a token, are together 1; `stems` one a token, "" for words without a subject.
    """

    text: str
    tokens: TokenVectors
    stems: tuple[str, ...]
    weights: Vectors


@dataclass(frozen=True)
class Match:
    """A claim against a window: the run of sentences that answers best, and the features."""

    start: int
    end: int
    values: tuple[float, ...]  # as FEATURES names them
    checks: Checks


def prepared(text: str, tokens: TokenVectors, rarity: Vectors) -> Claim:
    """The claim with its words; `rarity` has one number a token, higher for rarer ones."""
    weights = np.zeros(len(tokens.offsets), np.float32)
    stems = [""] * len(weights)
    for word in _WORD.finditer(text):
        lower = word[0].lower()
        if lower in STOP_WORDS:
            continue
        mine = inside(tokens.offsets, word.span())
        weights[mine] = rarity[mine] / max(1, mine.sum())
        for token in np.flatnonzero(mine):
            stems[token] = stem(lower)
    if not weights.any():
        weights[:] = 1
    return Claim(text, tokens, tuple(stems), weights / max(float(weights.sum()), 1e-6))


def align(
    claim: Claim, text: str, window: Window, tokens: TokenVectors, context: str, around: str
) -> Match:
    """The claim against `text`'s window, whose tokens have offsets in `text`.

    `context` is read before the window, `around` is all the evidence that may hold a figure or
    name of the claim.
    """
    cosines = claim.tokens.vectors @ tokens.vectors.T
    known = {stem(word) for word in words_of(context)}
    words = [(m.span(), stem(m[0].lower())) for m in _WORD.finditer(text, window.start, window.end)]
    runs = [
        (window.sentences[first][0], window.sentences[last][1], last - first)
        for first in range(len(window.sentences))
        for last in range(first, min(first + LONGEST_RUN, len(window.sentences)))
    ]
    best = max(
        (_run(claim, cosines, tokens.offsets, words, known, run) for run in runs),
        key=lambda run: run.value,
    )
    quote = text[best.start : best.end]
    checks = check(claim.text, quote, f"{context}\n{around}")
    everywhere = _run(claim, cosines, tokens.offsets, words, known, (window.start, window.end, 0))
    subject = claim.weights > 0
    values = (
        best.aligned,
        everywhere.aligned,
        float(np.quantile(everywhere.nearest[subject], 0.1)),
        everywhere.contained,
        float(claim.weights @ np.maximum(everywhere.nearest, everywhere.same)),
        float(claim.weights @ ((everywhere.nearest < UNMATCHED) & ~everywhere.same)),
        _shared_phrases(claim.text, quote),
        float(min(checks.figures, MOST_COUNTED)),
        float(min(checks.names, MOST_COUNTED)),
        float(checks.negation),
        float(checks.only),
        float(checks.bound),
        float(checks.mode),
        float(checks.quote_negates),
    )
    return Match(best.start, best.end, values, checks)


@dataclass(frozen=True)
class _Run:
    """A run of sentences against a claim: for each token the nearest, and whether it is there."""

    start: int
    end: int
    nearest: Vectors
    same: npt.NDArray[np.bool_]
    aligned: float
    contained: float
    value: float


def _run(
    claim: Claim,
    cosines: Vectors,
    offsets: npt.NDArray[np.int64],
    words: Sequence[tuple[Span, str]],
    known: set[str],
    run: tuple[int, int, int],
) -> _Run:
    start, end, more = run
    used = inside(offsets, (start, end))
    nearest = cosines[:, used].max(axis=1) if used.any() else np.zeros(len(cosines), np.float32)
    held = known | {word for (first, last), word in words if first >= start and last <= end}
    same = np.array([bool(word) and word in held for word in claim.stems], bool)
    aligned, contained = float(claim.weights @ nearest), float(claim.weights @ same)
    value = aligned + contained - LENGTH_COST * more
    return _Run(start, end, nearest, same, aligned, contained, value)


def _shared_phrases(claim: str, quote: str) -> float:
    """The share of the claim's pairs of neighbouring words that the quotation has."""
    mine, theirs = words_of(claim), words_of(quote)
    pairs = list(pairwise(mine))
    there = set(pairwise(theirs))
    return sum(pair in there for pair in pairs) / max(1, len(pairs))
