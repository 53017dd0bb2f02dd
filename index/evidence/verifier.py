"""The packaged verifier: does the evidence bear out the claim, contradict it, or neither?

Evidence is read in windows. In each, the features of `support` and the encoder's reading are
weighed together into three probabilities; the window that says most about the claim decides, so
that a verdict always points at words. What is quoted word for word is supported without being
read. How good it is, and what it is bad at, stands in MODEL_CARD.md.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.embedder import Embedder, TokenVectors, Vectors
from index.errors import InvalidInput
from index.evidence.encoder import Encoder
from index.evidence.support import FEATURES, Claim, Match, align, prepared
from index.evidence.types import NO_EVIDENCE, Judgement, Pair
from index.evidence.weights import Weights
from index.evidence.windows import Window, likely, windows
from index.sentences import sentence_spans

PACKAGED = "attest"
LONGEST_CLAIM_CHARS = 2000
LOOKED_AT = 16  # windows of long evidence that are embedded, those that share most words
READ = 3  # of these, windows that the encoder reads
OTHER_FIGURE_LEFT = 0.3  # of "supported", where the evidence has another figure in its unit
UNNAMED_LEFT = 0.7  # of "refuted", where the evidence lacks a name of the claim
KEPT = 4096  # judgements that are remembered
BATCH = 64  # pairs at once
WORD_FOR_WORD = Judgement(0.99, 0.005, 0.005, 0, 0)
NEARLY = Judgement(0.95, 0.025, 0.025, 0, 0)
FEWEST_WORDS = 4
# words that may be there or not, and all is said nevertheless: "the term is", "a term shall be";
# "may" is none of them
_FILLERS = frozenset("a an the is are was were be been shall must".split())
_BETWEEN = r"[\s,()\[\]\"'“”‘’–—-]+"


@dataclass(frozen=True)
class Reading:
    """A window with the claim looked for in it, and all numbers that the verdict is made of."""

    alignment: Match
    values: Vectors  # FEATURES, then the encoder's three log-probabilities


class PackagedVerifier:
    """Judges with the packaged weights; safe to use from several threads."""

    name = PACKAGED

    def __init__(self, embedder: Embedder, weights: Weights, encoder: Encoder) -> None:
        self._embedder = embedder
        self._weights = weights
        self._encoder = encoder
        self._kept = OrderedDict[Pair, Judgement]()

    def verify(self, pairs: Sequence[Pair]) -> tuple[Judgement, ...]:
        """One judgement a pair, in their order.

        Raises `InvalidInput` for a claim that is empty or longer than `LONGEST_CLAIM_CHARS`.
        """
        for pair in pairs:
            check_claim(pair)
        found = {pair: self._kept[pair] for pair in pairs if pair in self._kept}
        new = [pair for pair in dict.fromkeys(pairs) if pair not in found]
        for first in range(0, len(new), BATCH):
            batch = new[first : first + BATCH]
            found |= dict(zip(batch, self._judged(batch), strict=True))
        self._keep(found)
        return tuple(found[pair] for pair in pairs)

    def readings(self, pairs: Sequence[Pair]) -> list[list[Reading]]:
        """For each pair the windows that were read, () where the evidence has no words."""
        looked_at = [self._aligned(pair) for pair in self._with_windows(pairs)]
        texts = [
            (pair.claim, _read(pair, window))
            for pair, found in zip(pairs, looked_at, strict=True)
            for window, _ in found
        ]
        logits = self._encoder.read(texts)[:, :3] if texts else np.zeros((0, 3), np.float32)
        chances = iter(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
        return [
            [Reading(a, np.array([*a.values, *next(chances)], np.float32)) for _, a in found]
            for found in looked_at
        ]

    def _judged(self, pairs: Sequence[Pair]) -> list[Judgement]:
        quoted = [_word_for_word(pair) for pair in pairs]
        readings = iter(self.readings([p for p, q in zip(pairs, quoted, strict=True) if not q]))
        return [found or self._judgement(next(readings)) for found in quoted]

    def _judgement(self, readings: Sequence[Reading]) -> Judgement:
        """That of the window that says most about the claim, for or against it."""
        if not readings:
            return NO_EVIDENCE
        values = np.stack([reading.values for reading in readings])
        chances = probabilities(values, self._weights.support)
        best = int(chances[:, :2].sum(axis=1).argmax())
        alignment = readings[best].alignment
        supported, refuted, neither = (float(chance) for chance in chances[best])
        if alignment.checks.other_figure:
            # "20 years" for "25 years": no reading outweighs it
            refuted += (1 - OTHER_FIGURE_LEFT) * supported
            supported *= OTHER_FIGURE_LEFT
        if alignment.checks.names:
            neither += (1 - UNNAMED_LEFT) * refuted
            refuted *= UNNAMED_LEFT
        notes = alignment.checks.notes
        return Judgement(supported, refuted, neither, alignment.start, alignment.end, notes)

    def _with_windows(self, pairs: Sequence[Pair]) -> Iterator["_Sought"]:
        """The pairs with their claims and windows embedded, all in one go."""
        claims = list(dict.fromkeys(pair.claim for pair in pairs))
        cut = {e: windows(e, self._embedder.token_starts) for e in {p.evidence for p in pairs}}
        chosen = [likely(p.claim, p.evidence, cut[p.evidence], LOOKED_AT) for p in pairs]
        texts = list(
            dict.fromkeys(
                pair.evidence[window.start : window.end]
                for pair, mine in zip(pairs, chosen, strict=True)
                for window in mine
            )
        )
        _, tokens = self._embedder.embed_with_tokens([*claims, *texts])
        ready = {
            text: prepared(text, tokens[at], self._rarity(text, len(tokens[at].offsets)))
            for at, text in enumerate(claims)
        }
        embedded = dict(zip(texts, tokens[len(claims) :], strict=True))
        for pair, mine in zip(pairs, chosen, strict=True):
            yield _Sought(pair, ready[pair.claim], mine, embedded)

    def _aligned(self, sought: "_Sought") -> list[tuple[Window, Match]]:
        """The windows that the encoder is to read, with their alignments, best first."""
        pair, found = sought.pair, []
        for window in sought.windows:
            tokens = sought.embedded[pair.evidence[window.start : window.end]]
            placed = TokenVectors(tokens.offsets + window.start, tokens.vectors)
            around = pair.evidence[max(0, window.start - 4000) : window.end + 4000]
            around = f"{around}\n{pair.beside}"
            alignment = align(sought.claim, pair.evidence, window, placed, pair.context, around)
            found.append((window, alignment))
        matched = FEATURES.index("matched")
        found.sort(key=lambda item: -item[1].values[matched])
        return found[:READ]

    def _rarity(self, text: str, tokens: int) -> Vectors:
        return self._weights.rarity[self._embedder.token_ids(text)[:tokens]]

    def _keep(self, judged: dict[Pair, Judgement]) -> None:
        for pair, judgement in judged.items():
            self._kept[pair] = judgement
            self._kept.move_to_end(pair)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


@dataclass(frozen=True)
class _Sought:
    pair: Pair
    claim: Claim
    windows: Sequence[Window]
    embedded: dict[str, TokenVectors]


def probabilities(values: Vectors, head: Vectors) -> Vectors:
    """Of supported, refuted and neither, shape (n, 3), for values of shape (n, features)."""
    logits = values @ head[:, :-1].T + head[:, -1]
    chances: Vectors = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    return chances


def check_claim(pair: Pair) -> None:
    """Raises `InvalidInput` for a claim that is empty or too long."""
    if not pair.claim.strip():
        raise InvalidInput("the claim is empty", "write a sentence to be checked")
    if len(pair.claim) > LONGEST_CLAIM_CHARS:
        raise InvalidInput(
            f"the claim has {len(pair.claim):,} characters, more than {LONGEST_CLAIM_CHARS:,}",
            "check one sentence at a time",
        )


def _word_for_word(pair: Pair) -> Judgement | None:
    """Supported, where the evidence has the claim's very words; their white space may differ.

    Nearly so where only words differ that say nothing; then the whole sentence is quoted.
    """
    words = [re.escape(word) for word in pair.claim.split()]
    if len(words) < FEWEST_WORDS:
        return None
    found = re.search(r"\s+".join(words), pair.evidence)
    if found:
        return replace(WORD_FOR_WORD, start=found.start(), end=found.end())
    nearly = _nearly(pair)
    if nearly is None:
        return None
    sentences = sentence_spans(pair.evidence, 0, len(pair.evidence))
    # a list's mark is part of no sentence
    starts = (start for start, _ in sentences if start <= nearly.start())
    ends = (end for _, end in sentences if end >= nearly.end())
    start, end = max(starts, default=nearly.start()), min(ends, default=nearly.end())
    return replace(NEARLY, start=start, end=end)


def _nearly(pair: Pair) -> re.Match[str] | None:
    """The claim's words in their order within one sentence, fillers between them or left out."""
    words = [word.strip(".,;:!?()[]\"'“”‘’") for word in pair.claim.split()]
    telling = [re.escape(word) for word in words if word and word.lower() not in _FILLERS]
    if len(telling) < FEWEST_WORDS:
        return None
    filler = rf"(?:{_BETWEEN}(?:{'|'.join(sorted(_FILLERS))})\b)*{_BETWEEN}"
    return re.search(rf"(?<!\w){filler.join(telling)}(?!\w)", pair.evidence, re.IGNORECASE)


def _read(pair: Pair, window: Window) -> str:
    text = pair.evidence[window.start : window.end]
    return f"{pair.context}\n{text}" if pair.context else text
