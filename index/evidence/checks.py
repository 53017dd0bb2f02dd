"""Words that make a claim false when they are wrong, looked up one by one in its evidence.

Figures with their units, dates, names, "not", "only", "shall" against "may", "at least" against
"at most". Each finding is a phrase for a reader. Needs no training, and sees neither who does what
to whom nor cause: the encoder reads those, as far as it can.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from index.evidence.figures import MONTHS, figures, missing_figures
from index.evidence.names import missing_names
from index.evidence.stems import stem
from index.search import STOP_WORDS, words_of

WORDS_BESIDE = 5  # on each side of a bound, that tell what it bounds
_COUNTRIES = {
    "US": re.compile(
        r"\b(?:U\.\s?S\.(?:\s?A\.)?|USA?\b|United States(?: of America)?\b|America(?:ns?)?\b)"
    ),
    "UK": re.compile(r"\b(?:U\.\s?K\.|UK\b|United Kingdom\b|(?:Great )?Britain\b|British\b)"),
}
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
# a subject of at most five words: "no traffickers", not "there is no doubt that he"
_NOBODY = re.compile(
    r"(?:^|[.;:,\n]|\bthat\b)\s*"
    r"(?:no|none|nobody|neither|nor|not an?|not one|not all|hardly any)\b"
    r"(?: +(?!(?:that|which|who|is|are|was|were|ha[sd]|have|in|with|for|doubt|longer)\b)[\w’'-]+)"
    r"{0,4}\s*$",
    re.IGNORECASE,
)
_PAST = re.compile(r"(?<![\w-])[a-z]{2,}ed\b")
_MODES = {"shall": "shall", "must": "shall", "may": "may", "might": "may"}


@dataclass(frozen=True)
class Checks:
    """What the words that matter say about a claim, each true where something is amiss.

    `figures` and `names` count those of the claim that the evidence lacks. `quote_negates` is no
    fault by itself: the quotation says "not" where the claim doesn't. `other_figure` tells that the
    quotation gives another figure in the unit of one that is missing. `notes` are phrases for a
    reader, none of them where nothing speaks against the claim.
    """

    figures: int
    names: int
    negation: bool
    only: bool
    bound: bool
    mode: bool
    quote_negates: bool
    other_figure: bool
    notes: tuple[str, ...]


def check(claim: str, quote: str, readable: str) -> Checks:
    """The claim against the quotation, and against all that its reader has read."""
    missing = missing_figures(claim, readable)
    names = _missing_names(claim, readable)
    negated = _negated(claim)
    negation = negated and not _negated(readable) and not _NEGATIVE.search(readable)
    only = bool(_ONLY.search(_COMPARISON.sub(" ", claim))) and not _LIMITING.search(readable)
    bounds = tuple(dict.fromkeys(_bound_problems(claim, (quote, readable))))
    modes = tuple(dict.fromkeys(_mode_problems(claim, quote)))
    others = [_other_figure(figure, claim, quote) for figure in missing]
    notes = [
        f"“{_as_written(figure, claim)}” is not in the passage"
        + (f", which says “{other}”" if other else "")
        for figure, other in zip(missing, others, strict=True)
    ]
    notes += [f"“{name}” is not in the passage" for name in names]
    notes += ["it says “not”, the passage does not"] if negation else []
    notes += ["it says “only”, the passage does not"] if only else []
    quote_negates = not negated and (_negated(quote) or bool(_NEGATIVE.search(quote)))
    return Checks(
        figures=len(missing),
        names=len(names),
        negation=negation,
        only=only,
        bound=bool(bounds),
        mode=bool(modes),
        quote_negates=quote_negates,
        other_figure=any(others),
        notes=(*notes, *bounds, *modes),
    )


def _other_figure(figure: str, claim: str, quote: str) -> str | None:
    """What the quotation gives in the unit that the claim's missing figure has."""
    unit = re.search(rf"(?i){re.escape(figure)}(?:\s+|-)([a-z]{{3,}})", claim)
    if unit:
        for words in figures(quote).values():
            found = re.search(rf"(?i){re.escape(words)}(?:\s+|-){re.escape(unit[1])}", quote)
            if found:
                return found[0]
    return None


def _as_written(figure: str, claim: str) -> str:
    found = re.search(re.escape(figure), claim, re.IGNORECASE)
    return found[0] if found else figure


def _missing_names(claim: str, readable: str) -> list[str]:
    mentioned = set(words_of(_countries(readable)))
    return [
        _COUNTRIES[name].findall(claim)[0] if name in _COUNTRIES else name
        for name in missing_names(_countries(claim), [readable])
        # numbers and months are figures
        if not any(map(str.isdigit, name))
        and name.lower() not in MONTHS
        and not set(words_of(name)) <= mentioned
    ]


def _countries(text: str) -> str:
    """The text with one word for each country that has several names."""
    for name, names in _COUNTRIES.items():
        text = names.sub(name, text)
    return text


def _negated(text: str) -> bool:
    return _NEGATION.search(_COMPARISON.sub(" ", text)) is not None


def _bound_problems(claim: str, texts: Sequence[str]) -> Iterator[str]:
    """ "At least" for "at most" of the same thing, where no bound of the claim's own kind is."""
    for bound, other in ((_AT_LEAST, _AT_MOST), (_AT_MOST, _AT_LEAST)):
        said = [(found[0], _bounded(found)) for found in bound.finditer(claim)]
        for text in texts if said else ():
            of_same_kind = [_bounded(found) for found in bound.finditer(text)]
            meant = [(found[0], _bounded(found)) for found in other.finditer(text)]
            for (mine, things), (theirs, others) in product(said, meant):
                if things & others and not any(things & same for same in of_same_kind):
                    yield f"it says “{mine}”, the passage says “{theirs}”"


def _bounded(bound: re.Match[str]) -> set[str]:
    """What it bounds, by the words beside it: a “minimum age” is none of a fine “up to $50”."""
    before = re.split(r"[.,;]\s", bound.string[: bound.start()])[-1]
    after = re.split(r"[.,;]\s", bound.string[bound.end() :], maxsplit=1)[0]
    near = (*words_of(before)[-WORDS_BESIDE:], *words_of(after)[:WORDS_BESIDE])
    return {stem(word) for word in near if word.isalpha() and word not in STOP_WORDS}


def _mode_problems(claim: str, quote: str) -> Iterator[str]:
    """Obliged against permitted, done against not done, for the same verb."""
    obliges = _OBLIGES.search(claim)
    permits = _PERMITS.search(quote)
    if obliges and permits and not _OBLIGES.search(quote):
        yield f"it says “{obliges[0]}”, the passage says “{permits[0]}”"
        return
    here, there = _predicates(claim), _predicates(quote)
    for verb in sorted(here.keys() & there.keys()):
        modes, others = ({mode for mode, _ in said[verb] if mode} for said in (here, there))
        if modes and others and not modes & others:
            yield f"it says “{min(modes)}”, the passage says “{min(others)}”"
        if not {negated for _, negated in here[verb]} & {negated for _, negated in there[verb]}:
            yield "one says “not” of it, the other does not"


def _predicates(text: str) -> dict[str, set[tuple[str, bool]]]:
    """For each verb after an auxiliary: its mode, or "", and whether it is negated.

    Verbs in the past, too, where nothing is negated: else one would have to guess what is.
    """
    found: dict[str, set[tuple[str, bool]]] = {}
    plain = _COMPARISON.sub(" ", text)
    taken = set()
    for predicate in _PREDICATE.finditer(plain):
        verb = predicate["verb"].lower()
        taken.add(predicate.start("verb"))
        if verb not in STOP_WORDS:
            mode = _MODES.get(predicate["aux"].lower(), "")
            negated = bool(predicate["neg"]) or _denied(plain, predicate.start())
            found.setdefault(stem(verb), set()).add((mode, negated))
    if not _NEGATION.search(plain):
        for past in _PAST.finditer(plain):
            if past.start() not in taken:
                found.setdefault(stem(past[0]), set()).add(("", False))
    return found


def _denied(text: str, at: int) -> bool:
    """Whether the subject before `at` is nobody: “no traffickers have been convicted”."""
    return _NOBODY.search(text, 0, at) is not None
