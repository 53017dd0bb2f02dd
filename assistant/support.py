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

from assistant.answerability import missing_names
from assistant.figures import missing_figures
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
_SUFFIXES = (
    "ations ation ements ement ments ment nesses ness ingly edly ities ity ing ies ied ers ors er "
    "or ed es ly al s e y"
).split()
_LIST_NUMBER = re.compile(r"\A\s*\d{1,3}[.)]\s+")  # "2. The term is …" speaks of no two
_UNITED_STATES = re.compile(r"\b(?:U\.\s?S\.(?:\s?A\.)?|USA?\b|Americans?\b|America\b)")
_COMPARISON = re.compile(
    r"\b(?:not?|nor) (?:more|less|fewer|later|earlier|greater|longer) than\b"
    r"|\bnot (?:only|just|merely|simply|limited to)\b|\bnot (?:to )?exceed\w*"
    r"|\bwhether or not\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not|never|none|neither|nor|cannot|no)\b|n['’]t\b", re.IGNORECASE)
_NEGATIVE = re.compile(
    r"\b(?:without|lack\w*|fail\w*|refus\w+|prohibit\w*|prevent\w*|forbid\w*|bann?\w*|barr\w*|bar"
    r"|exclu\w+|except\w*|unless|unable|den(?:y|ied|ies)|un\w{4,}|in(?:eligible|valid|sufficient)"
    r"|other than|instead|free (?:of|from)|rather|stop\w*|avoid\w*|immun\w+)\b",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(r"\b(?:at least|(?:no|not) (?:less|fewer) than|minimum|or more|or older)\b")
_AT_MOST = re.compile(
    r"\b(?:at most|(?:no|not) (?:more|longer) than|up to|maximum|not (?:to )?exceed\w*|or less)\b"
)
_ONLY = re.compile(r"\b(?:only|solely|exclusively)\b", re.IGNORECASE)
_LIMITING = re.compile(
    r"\b(?:only|solely|exclusively|sole|unless|except|alone|but|limited|restricted)\b",
    re.IGNORECASE,
)
_OBLIGES = re.compile(r"\b(?:must|shall|ha(?:s|ve) to|requir\w+|oblig\w+|mandat\w+|need\w*)\b")
_PERMITS = re.compile(
    r"\b(?:may|can|could|might|permit\w*|allow\w*|authori[sz]\w+|discretion\w*)\b"
)
_PREDICATE = re.compile(
    r"\b(?P<aux>shall|must|may|might|can|could|will|would|should|is|are|was|were|has|have|had|does"
    r"|do|did)(?P<neg>\s*not\b|n['’]t\b|\s+never\b|\s+no longer\b)?"
    r"(?:\s+(?:also|only|then|be|been|being|have|to|\w+ly))*\s+(?P<verb>[a-z]{3,})",
    re.IGNORECASE,
)
_MODES = {"shall": "shall", "must": "shall", "may": "may", "might": "may"}


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
    problems = tuple(_problems(claim, quote, (passage, *together)))
    return Support(best.start, best.end, best.score, problems)


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


def _problems(claim: str, quote: str, cited: Sequence[Passage]) -> Iterator[str]:
    readable = "\n".join(f"{_context(passage)}\n{passage.text}" for passage in cited)
    for figure in missing_figures(claim, readable):
        yield f"“{figure}” is not in the passage"
    for name in _missing_names(claim, cited, readable):
        yield f"“{name}” is not in the passage"
    if _negated(claim) and not _negated(readable) and not _NEGATIVE.search(readable):
        yield "it says “not”, the passage does not"
    if _ONLY.search(_COMPARISON.sub(" ", claim)) and not _LIMITING.search(readable):
        yield "it says “only”, the passage does not"
    yield from _bound_problems(claim, (quote, readable))
    yield from _mode_problems(claim, quote)


def _missing_names(claim: str, cited: Sequence[Passage], readable: str) -> Iterator[str]:
    mentioned = set(words_of(_united_states(readable)))
    for name in missing_names(_united_states(claim), cited):
        if not any(map(str.isdigit, name)) and not set(words_of(name)) <= mentioned:
            yield name


def _united_states(text: str) -> str:
    return _UNITED_STATES.sub("United States", text)


def _negated(text: str) -> bool:
    return _NEGATION.search(_COMPARISON.sub(" ", text)) is not None


def _bound_problems(claim: str, texts: Sequence[str]) -> Iterator[str]:
    """ "At least" for "at most": against the quotation, for a passage often has both, and all."""
    for bound, other in ((_AT_LEAST, _AT_MOST), (_AT_MOST, _AT_LEAST)):
        said = bound.search(claim)
        meant = [other.search(text) for text in texts if not bound.search(text)]
        if said and (found := next(filter(None, meant), None)):
            yield f"it says “{said[0]}”, the passage says “{found[0]}”"


def _mode_problems(claim: str, quote: str) -> Iterator[str]:
    """Obliged against permitted, done against not done, for the same verb."""
    obliges = _OBLIGES.search(claim)
    permits = _PERMITS.search(quote)
    if obliges and permits and not _OBLIGES.search(quote):
        yield f"it says “{obliges[0]}”, the passage says “{permits[0]}”"
        return
    here, there = _predicates(claim), _predicates(quote)
    for verb in here.keys() & there.keys():
        modes, others = ({mode for mode, _ in said[verb] if mode} for said in (here, there))
        if modes and others and not modes & others:
            yield f"it says “{min(modes)}”, the passage says “{min(others)}”"
        if not {negated for _, negated in here[verb]} & {negated for _, negated in there[verb]}:
            yield "one says “not” of it, the other does not"


def _predicates(text: str) -> dict[str, set[tuple[str, bool]]]:
    """For each verb after an auxiliary: "shall", "may" or "", and whether it is negated."""
    found: dict[str, set[tuple[str, bool]]] = {}
    for predicate in _PREDICATE.finditer(_COMPARISON.sub(" ", text)):
        verb = predicate["verb"].lower()
        if verb not in STOP_WORDS:
            mode = _MODES.get(predicate["aux"].lower(), "")
            found.setdefault(_stem(verb), set()).add((mode, predicate["neg"] is not None))
    return found


def _weights(claim: str) -> dict[str, float]:
    """The stems of the claim's content words; names and numbers weigh more."""
    weights: dict[str, float] = {}
    for word in re.finditer(r"\w+", claim):
        lower = word[0].lower()
        if lower in STOP_WORDS or lower in _REFERRING:
            continue
        named = word[0][0].isdigit() or (word[0][0].isupper() and word.start() > 0)
        weights[_stem(lower)] = NAME_WEIGHT if named else 1.0
    return weights


def _share(weights: dict[str, float], held: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for stem, weight in weights.items() if stem in held) / total if total else 0.0


def _stems(text: str) -> set[str]:
    return {_stem(word) for word in words_of(text)}


def _stem(word: str) -> str:
    """A word without its ending, so that "trafficked" meets "trafficking"; rough on purpose."""
    if len(word) < 4 or not word.isalpha():
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word[-1] in "ei" else word
