"""Pairs made from others: true claims made false by one word, half-true ones, evidence exchanged.

They teach what the labelled sets have little of: that one number, actor, "may" or "not" decides,
that a claim is not borne out by what stands next to it, and that evidence must be read at all.
"""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from index.evidence.training.data import HAND_WRITTEN, Row, Text
from index.evidence.types import Pair
from index.sentences import sentence_spans

# how often a supported claim of each source is also made false
SHARES = {
    "synthetic": 0.6, "authored": 0.3, "findings": 0.3, "policies": 0.3, "studies": 0.3,
    "scifact": 0.7, "climate": 0.5, "covidfact": 0.5, "begin": 0.5, "fever": 0.12, "cnli": 0.1,
}  # fmt: skip
SENTENCES = 7000  # drawn from passages to be copied, changed or misplaced
COMPANIONS = 3500
_EXCHANGES = tuple(
    (re.compile(rf"\b{said}\b"), instead)
    for said, instead in (
        ("shall not", "may"), ("may not", "may"), ("shall", "may"), ("must", "may"),
        ("may", "must"), ("cannot", "can"), ("can", "cannot"), ("will", "will not"),
        ("at least", "at most"), ("at most", "at least"), ("not more than", "not less than"),
        ("not less than", "not more than"), ("up to", "at least"), ("before", "after"),
        ("after", "before"), ("more", "less"), ("less", "more"), ("higher", "lower"),
        ("lower", "higher"), ("all", "none of the"), ("all", "only some"), ("without", "with"),
        ("first", "second"), ("largest", "smallest"), ("never", "always"), ("always", "never"),
        ("is not", "is"), ("are not", "are"), ("was not", "was"), ("does not", "does"),
        ("did not", "did"), ("is", "is not"), ("are", "are not"), ("was", "was not"),
        ("were", "were not"), ("has", "has not"), ("have", "have not"), ("including", "except"),
        ("except", "including"), ("required", "forbidden"), ("only", "not only"),
        ("most", "few"), ("approved", "rejected"), ("both", "neither"),
        (r"increas(e[sd]?|ing)", r"decreas\1"), (r"decreas(e[sd]?|ing)", r"increas\1"),
        (r"prohibit(s|ed)?", r"permit\1"), (r"permits", "prohibits"),
    )
)  # fmt: skip
_NUMBER = re.compile(r"\b\d[\d,]*(?:\.\d+)?\b")
_NUMBER_WORDS = (
    "two three four five six seven eight nine ten twelve fifteen twenty thirty sixty ninety"
).split()
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’-]+(?: (?:of (?:the )?)?[A-Z][\w’-]+)*")


def made_from(rows: Sequence[Row], texts: Sequence[Text], rng: random.Random) -> Iterator[Row]:
    """All that is made from labelled rows and from passages."""
    names = [n[0] for row in rows if row.source == "synthetic" for n in _NAME.finditer(_all(row))]
    yield from _made_false(rows, names, rng)
    yield from _sentences(texts, names, rng)
    yield from _joined(rows, rng)
    yield from _shuffled(rows, rng)
    yield from _in_company(rows, rng)


def _made_false(rows: Sequence[Row], names: Sequence[str], rng: random.Random) -> Iterator[Row]:
    for row in rows:
        if row.label == "supported" and rng.random() < SHARES.get(row.source, 0):
            false = falsified(row.pair.claim, row.pair.evidence, names, rng)
            if false:
                yield _row("perturbed", row.pair.evidence, false, "refuted", row.pair.context)


def falsified(claim: str, evidence: str, names: Sequence[str], rng: random.Random) -> str | None:
    """The claim with one number, word or name exchanged; None if it has none of them."""
    ways: list[Callable[[], str | None]] = [
        lambda: _other_number(claim, rng),
        lambda: _other_word(claim, rng),
        lambda: _other_name(claim, evidence, names, rng),
    ]
    rng.shuffle(ways)
    return next(filter(None, (way() for way in ways)), None)


def _sentences(texts: Sequence[Text], names: Sequence[str], rng: random.Random) -> Iterator[Row]:
    """Sentences of real passages: copied, falsified, beside the point, joined with others."""
    groups = defaultdict[tuple[str, str], list[str]](list)
    for text in texts:
        groups[text.source, text.group].append(text.text)
    large = [group for group in groups.values() if len(group) >= 3]
    for _ in range(SENTENCES):
        group = rng.choice(large)
        whole = rng.choice(group)
        found = [s for s in _split(whole) if 6 <= len(s.split()) <= 45]
        if len(found) < 2:
            continue
        at = rng.randrange(len(found))
        claim = " ".join(found[at].split())
        evidence = " ".join(found[max(0, at - rng.randrange(4)) : at + 1 + rng.randrange(3)])
        draw, other = rng.random(), rng.choice(group)
        if draw < 0.25:
            yield _row("copied", evidence, claim, "supported")
        elif draw < 0.6:
            false = falsified(claim, evidence, names, rng)
            if false:
                yield _row("perturbed", evidence, false, "refuted")
        elif draw < 0.85:
            beside = other if rng.random() < 0.6 else whole.replace(found[at], " ")
            if claim not in " ".join(beside.split()):
                yield _row("neighbour", " ".join(_split(beside)[:4]), claim, "not_enough_info")
        else:
            more = [s for s in _split(other) if 5 <= len(s.split()) <= 25 and s not in evidence]
            if more:
                yield _row("joined", evidence, _and(claim, rng.choice(more)), "not_enough_info")


def _joined(rows: Sequence[Row], rng: random.Random) -> Iterator[Row]:
    """Two claims in one sentence, which is as good as the worse of them."""
    claims = defaultdict[Pair, list[Row]](list)
    for row in rows:
        if row.source in HAND_WRITTEN:
            claims[Pair(row.pair.evidence, "", row.pair.context)].append(row)
    for about, mine in claims.items():
        true = [row for row in mine if row.label == "supported"]
        others = [row for row in mine if row.label != "supported"]
        if len(true) > 1 and rng.random() < 0.25:
            both = _and(true[0].pair.claim, true[1].pair.claim)
            yield _row("joined", about.evidence, both, "supported", about.context)
        if true and others and rng.random() < 0.35:
            other = rng.choice(others)
            pair = [true[0].pair.claim, other.pair.claim]
            rng.shuffle(pair)
            yield _row("joined", about.evidence, _and(*pair), other.label, about.context)


def _shuffled(rows: Sequence[Row], rng: random.Random) -> Iterator[Row]:
    """Claims with the evidence of others: nobody can tell."""
    sources = defaultdict[str, list[Row]](list)
    for row in rows:
        sources[row.source].append(row)
    for source, mine in sources.items():
        # every contract answers every hypothesis in some way
        others = sources["synthetic"] if source == "cnli" else mine
        for row in rng.sample(mine, min(len(mine), 700)):
            other = rng.choice(others).pair
            if other.evidence != row.pair.evidence:
                yield _row(
                    "shuffled", other.evidence, row.pair.claim, "not_enough_info", other.context
                )


def _in_company(rows: Sequence[Row], rng: random.Random) -> Iterator[Row]:
    """Evidence among other text."""
    for row in rng.sample(rows, min(len(rows), COMPANIONS)):
        before, after = (rng.choice(rows).pair.evidence[:250] for _ in range(2))
        if len(row.pair.evidence.split()) < 60 and row.source != "cnli":
            kept = rng.choice([(before, ""), ("", after), (before, after)])
            evidence = f"{kept[0]} {row.pair.evidence} {kept[1]}".strip()
            yield _row("company", evidence, row.pair.claim, row.label, row.pair.context)


def _other_number(claim: str, rng: random.Random) -> str | None:
    digits, words = list(_NUMBER.finditer(claim)), list(_NUMBER_WORD.finditer(claim))
    if not (digits or words):
        return None
    found = rng.choice([*digits, *words])
    if found in words:
        other = rng.choice([word for word in _NUMBER_WORDS if word != found[0]])
    else:
        other = _changed(found[0], rng)
    return None if other == found[0] else claim[: found.start()] + other + claim[found.end() :]


def _changed(number: str, rng: random.Random) -> str:
    plain = number.replace(",", "")
    if "." in plain:
        places = len(plain.partition(".")[2])
        return f"{float(plain) * rng.choice([0.5, 0.7, 1.5, 2, 3]):.{places}f}"
    value = int(plain)
    if 1700 < value < 2100 and "," not in number:
        return str(value + rng.choice([-10, -7, -3, -2, -1, 1, 2, 3, 5, 8]))
    other = max(1, int(value * rng.choice([0.2, 0.5, 0.75, 1.5, 2, 3, 10])))
    other += other == value
    return f"{other:,}" if "," in number else str(other)


def _other_word(claim: str, rng: random.Random) -> str | None:
    fitting = [(said, instead) for said, instead in _EXCHANGES if said.search(claim)]
    if not fitting:
        return None
    said, instead = rng.choice(fitting)
    found = rng.choice(list(said.finditer(claim)))
    return claim[: found.start()] + found.expand(instead) + claim[found.end() :]


def _other_name(claim: str, evidence: str, names: Sequence[str], rng: random.Random) -> str | None:
    mine = list(_NAME.finditer(claim))
    if not mine:
        return None
    found = rng.choice(mine)
    near = [name[0] for name in _NAME.finditer(evidence) if name[0] not in claim]
    pool = near if near and rng.random() < 0.7 else names
    other = rng.choice(pool) if pool else found[0]
    if other in found[0] or found[0] in other:
        return None
    return claim[: found.start()] + other + claim[found.end() :]


def _and(one: str, other: str) -> str:
    rest = " ".join(other.split())
    lower = rest[0].lower() + rest[1:] if rest[1:2].islower() else rest
    return f"{one.rstrip('.;')}, and {lower}"


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, 0, len(text))]


def _all(row: Row) -> str:
    return f"{row.pair.context}\n{row.pair.evidence}"


def _row(source: str, evidence: str, claim: str, label: str, context: str = "") -> Row:
    return Row(source, Pair(evidence, claim, context), label)
