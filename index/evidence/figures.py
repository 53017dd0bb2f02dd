"""The figures of a text in one form, so that "three" and "3", "14 per cent" and "14%" are the same.

Not seen: fractions and ordinals in words ("half", "third"), plural magnitudes ("thousands"), dates
with slashes, which the two sides of the Atlantic read differently, and what has to be computed.
"""

import re
import unicodedata
from collections.abc import Iterator

# (unit, value): ("", "1400") a plain number, ("%", "14") a percentage, ("$", "5000") money,
# ("month", "4") April, ("(", "b") a provision's label
Figure = tuple[str, str]

_MONEY = ("$", "€", "£")
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: number for number, word in enumerate(_UNITS)} | {
    word: 10 * number for number, word in enumerate(_TENS, 2)
}
_MAGNITUDES = {
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "k": 10**3,
    "m": 10**6,
    "bn": 10**9,
}
_ORDINAL = ("st", "nd", "rd", "th")
MONTHS = (
    "january february march april may june july august september october november december"
).split()
_CURRENCIES = {
    "usd": "$",
    "us dollars": "$",
    "dollars": "$",
    "eur": "€",
    "euros": "€",
    "gbp": "£",
    "pounds": "£",
}

_ISO_DATE = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?\b")
_YEARS = re.compile(r"\b((?:1[6-9]|20)\d\d) ?[-/] ?(\d\d)\b(?![-/])")  # 2017-18
_FISCAL_YEAR = re.compile(r"\bfy ?(?=\d{4}\b)")
_MONTH = re.compile(rf"\b({'|'.join(MONTHS)}|(?:jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)")
# "may" and "march" are months only with a capital and a number beside them
_NO_MONTH = re.compile(r"\b(?:may|march|(?<!\d )(?:May|March)\b(?!,? \d))\b")
_NUMBER = re.compile(
    r"(?<![\w.])(?:(?P<sign>[$€£]|\b(?:usd|eur|gbp)\b) ?)?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<decimals>\.\d+)?(?P<suffix>[a-z]{1,2}\b)?"
    r"(?P<labels>(?:\([a-z0-9]{1,5}\))*)"
    r"(?:[ -](?P<magnitude>hundred|thousand|million|billion|trillion)\b)?"
    r"(?: ?(?P<percent>%|per ?cent\b|percentage\b)| (?P<coin>(?:us )?dollars|euros|pounds)\b)?"
)
# "ten and seven" are two numbers, "twenty-five" and "a hundred and seven" are one
_SPELT = (
    rf"(?:{'|'.join(_SMALL)}|a(?= hundred| thousand| million| billion))"
    rf"(?:[ -](?:hundred|thousand|million|billion)\b|(?<=ty)[ -](?:{'|'.join(_UNITS[1:10])})\b"
    r"|(?:(?<=hundred)|(?<=thousand)|(?<=million)|(?<=billion))"
    rf"[ -](?:and )?(?:{'|'.join(_SMALL)})\b)*"
)
_SPELT_NUMBER = re.compile(
    rf"\b(?P<words>{_SPELT})\b"
    r"(?: (?P<percent>%|per ?cent\b)| (?P<coin>(?:us )?dollars|euros|pounds)\b)?"
)
_LABEL = re.compile(r"(?<!\w)\(([a-z0-9]{1,5})\)")

FEWEST_ROUNDED = 100
_MORE = r"\b(?:more than|over|above|at least|upwards of)"
_LESS = r"\b(?:nearly|almost|close to|just under|just over|fewer than|less than)"
_ABOUT = r"\b(?:about|around|roughly|approximately|some)"
# the shares of what is said between which the figure that is meant lies
_ROUNDED = (((1.0, 1.2), _MORE), ((0.8, 1.05), _LESS), ((0.9, 1.1), _ABOUT))
_AN_AGE = r"(?:\d\d?|[a-z]+teen|twelve|twenty[a-z-]*)\b"
_AGE_LIMIT = re.compile(
    rf"\b(?:under|over|below|above)(?: the age of)? {_AN_AGE}|\bage of {_AN_AGE}"
    r"|\b(?:years of age|or older|or younger)\b"
)


def figures(text: str) -> dict[Figure, str]:
    """All figures of the text, each with the words in which it was first written."""
    plain = _plain(text)
    found: dict[Figure, str] = {}
    for figure, words in (*_numbers(plain), *_spelt(plain), *_months(plain), *_labels(plain)):
        found.setdefault(figure, words)
    return found


def missing_figures(claim: str, evidence: str) -> tuple[str, ...]:
    """The claim's figures, as written there, that the evidence does not have.

    A plain number and a sum of money may stand for each other, for a table names its unit once;
    a percentage and a plain number may not. "One" and "two" in words count what the claim itself
    speaks of, and are not asked for; nor is a figure that one of the evidence rounds to ("more
    than 48,000" of 48,326), or the age of a person where the evidence names an age to compare it
    with ("a 15-year-old", "under 16").
    """
    there = figures(evidence)
    missing = [
        (figure, words)
        for figure, words in figures(claim).items()
        if words not in ("one", "two") and not _among(figure, there)
    ]
    if not missing:
        return ()
    plain, ages = _plain(claim), _AGE_LIMIT.search(_plain(evidence)) is not None
    return tuple(
        words
        for figure, words in missing
        if not _rounds(figure, words, plain, there) and not (ages and _is_age(words, plain))
    )


def _among(figure: Figure, there: dict[Figure, str]) -> bool:
    unit, value = figure
    if figure in there or (unit in (*_MONEY, "(") and ("", value) in there):
        return True
    return unit == "" and any((money, value) in there for money in _MONEY)


def _rounds(figure: Figure, words: str, claim: str, there: dict[Figure, str]) -> bool:
    """Whether the claim says "more than", "nearly" or "about" of a figure that has such a one."""
    unit, value = figure
    said = re.search(rf"(?:{_MORE}|{_LESS}|{_ABOUT}) (?={re.escape(words)})", claim)
    if said is None or not _is_number(value):
        return False
    stated = float(value)
    # small plain numbers are terms and ages, where "more than" is a bound, and then there are years
    if unit == "" and (stated < FEWEST_ROUNDED or re.fullmatch(r"(?:1[6-9]|20)\d\d", words)):
        return False
    low, high = next(range_ for range_, hedge in _ROUNDED if re.match(hedge, said[0]))
    return any(
        other == unit and _is_number(number) and low * stated <= float(number) <= high * stated
        for other, number in there
    )


def _is_age(words: str, claim: str) -> bool:
    number = re.escape(words)
    return re.search(rf"\b{number}[- ]years?[- ]olds?\b|\baged? {number}\b", claim) is not None


def _is_number(value: str) -> bool:
    return re.fullmatch(r"\d+(?:\.\d+)?", value) is not None


def _plain(text: str) -> str:
    """Lower case, one kind of dash and space, dates and year ranges written out."""
    text = re.sub(r"[‐-―−]", "-", unicodedata.normalize("NFKC", text))
    text = _NO_MONTH.sub(" ", re.sub(r"\s+", " ", text)).lower()
    text = _ISO_DATE.sub(lambda d: f"{int(d[3]) if d[3] else ''} {_month_name(d[2])} {d[1]}", text)
    text = _YEARS.sub(lambda years: f"{years[1]} {years[1][:2]}{years[2]}", text)
    return _FISCAL_YEAR.sub("", text)


def _month_name(number: str) -> str:
    return MONTHS[int(number) - 1]


def _numbers(text: str) -> Iterator[tuple[Figure, str]]:
    # "(4) terms of two years" holds no number four
    for found in _NUMBER.finditer(_LABEL.sub(" ", text)):
        suffix = found["suffix"] or ""
        digits = found["digits"].replace(",", "")
        if suffix in (*_ORDINAL, *_MAGNITUDES, "s", ""):  # "21st", "$5m", "1990s"
            scale = _MAGNITUDES.get(found["magnitude"] or suffix, 1)
            value = _value(float(digits + (found["decimals"] or "")) * scale)
        else:
            value = digits + suffix  # § 2421a
        yield (_unit(found, found["sign"]), value), found[0].strip()
        for label in re.findall(r"\w+", found["labels"]):
            yield ("(", label), f"({label})"


def _spelt(text: str) -> Iterator[tuple[Figure, str]]:
    for found in _SPELT_NUMBER.finditer(text):
        total, current = 0, 0
        for word in re.findall(r"[a-z]+", found["words"]):
            if word in _MAGNITUDES:
                current = max(current, 1) * _MAGNITUDES[word]
                if word != "hundred":
                    total, current = total + current, 0
            else:
                current += _SMALL.get(word, 0)  # "a" hundred, "and"
        yield (_unit(found), _value(float(total + current))), found[0].strip()


def _unit(found: re.Match[str], sign: str | None = None) -> str:
    coin = sign or found["coin"] or ""
    return "%" if found["percent"] else _CURRENCIES.get(coin, coin)


def _months(text: str) -> Iterator[tuple[Figure, str]]:
    for found in _MONTH.finditer(text):
        number = [month[:3] for month in MONTHS].index(found[1][:3]) + 1
        yield ("month", str(number)), found[1]


def _labels(text: str) -> Iterator[tuple[Figure, str]]:
    for found in _LABEL.finditer(text):
        yield ("(", found[1]), found[0]


def _value(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)
