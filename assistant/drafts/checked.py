"""A draft whose claims are checked against the library, one after the other.

How a text is cut into claims is `drafts`' job and how one claim is checked `checking`'s; what the
result looks like, on the page or in a file, is decided by who shows it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.checking import CONTRADICTED, NOT_IN_CORPUS, SUPPORTED, CheckedClaim, Checker
from assistant.drafts.claims import Aside, DraftClaim, claims_of
from index.errors import InvalidInput
from index.types import Filters

NOT_CHECKED = "not_checked"  # no verdict: the claim could not be searched, being overlong, say
VERDICTS = (CONTRADICTED, NOT_IN_CORPUS, SUPPORTED, NOT_CHECKED)  # what needs work comes first
SYMBOLS = {SUPPORTED: "✓", CONTRADICTED: "✕", NOT_IN_CORPUS: "?", NOT_CHECKED: "–"}
WORDS = {
    SUPPORTED: "supported",
    CONTRADICTED: "contradicted",
    NOT_IN_CORPUS: "not in the library",
    NOT_CHECKED: "not checked",
}
MEANINGS = {
    SUPPORTED: "Words in the library bear the claim out.",
    CONTRADICTED: "Words in the library speak against the claim.",
    NOT_IN_CORPUS: (
        "No words in the library speak for or against the claim. "
        "That does not make it false: another source may know."
    ),
    NOT_CHECKED: "The claim could not be looked up; its note says why.",
}
PROBABILITY_MEANING = (
    "The probability is how sure the verifier is of its verdict, "
    "not how likely the claim is to be true."
)
BY_PLACE, BY_VERDICT, BY_PROBABILITY = "place", "verdict", "probability"
ORDERS = (BY_PLACE, BY_VERDICT, BY_PROBABILITY)
ANY, DISAGREEING = "", "disagreeing"


@dataclass(frozen=True)
class CheckedPart:
    """A part of a draft and what the library says of it.

    `checked` is None for an aside, which claims nothing, and for a claim that could not be
    checked: `failure` says why.
    """

    part: DraftClaim | Aside
    checked: CheckedClaim | None
    failure: InvalidInput | None = None


@dataclass(frozen=True)
class CheckedDraft:
    """What was checked, against which library, by which verifier and on which day (ISO 8601).

    `name` is that of the draft's file, empty for a text that had none.
    """

    name: str
    library: str
    documents: int
    verifier: str
    checked_on: str


@dataclass(frozen=True)
class Row:
    """A claim as a line of the table; `number` counts the claims of the draft from 1."""

    number: int
    claim: DraftClaim
    checked: CheckedClaim | None
    failure: InvalidInput | None = None

    @property
    def verdict(self) -> str:
        """One of `VERDICTS`."""
        return self.checked.verdict if self.checked else NOT_CHECKED

    @property
    def disagrees(self) -> bool:
        """Whether words for it and words against it were found."""
        return self.checked is not None and self.checked.sources_disagree

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be known of the verdict, in words."""
        failed = (f"{self.failure.message}: {self.failure.remedy}",) if self.failure else ()
        unclear = tuple(f"not clear what “{word}” points at" for word in self.claim.unresolved)
        return (*(self.checked.notes if self.checked else ()), *failed, *unclear)


@dataclass(frozen=True)
class Selection:
    """Which rows are wanted, and in which order.

    `verdict` is one of `VERDICTS`, `ANY` or `DISAGREEING`; `order` is one of `ORDERS`.
    """

    verdict: str = ANY
    order: str = BY_PLACE


def check_draft(text: str, checker: Checker, filters: Filters = Filters()) -> Iterator[CheckedPart]:
    """The parts of the draft in the order of the text, each as soon as it is checked.

    Raises `InvalidInput` at once for a text that `claims_of` refuses, and later what the checker
    raises; a claim that the checker refuses is a part with its `failure`.
    """
    return check_parts(claims_of(text), checker, filters)


def check_parts(
    parts: Iterable[DraftClaim | Aside], checker: Checker, filters: Filters = Filters()
) -> Iterator[CheckedPart]:
    """The same for a draft that was cut before."""
    for part in parts:
        if isinstance(part, Aside):
            yield CheckedPart(part, None)
            continue
        try:
            yield CheckedPart(part, checker.check(part.standalone, filters))
        except InvalidInput as failure:
            yield CheckedPart(part, None, failure)


def rows_of(parts: Iterable[CheckedPart]) -> tuple[Row, ...]:
    """The claims among the parts, numbered."""
    claims = [(each.part, each) for each in parts if isinstance(each.part, DraftClaim)]
    return tuple(
        Row(number, claim, each.checked, each.failure)
        for number, (claim, each) in enumerate(claims, 1)
    )


def asides_of(parts: Iterable[CheckedPart]) -> tuple[Aside, ...]:
    """What the draft says besides its claims."""
    return tuple(each.part for each in parts if isinstance(each.part, Aside))


def selected(rows: Sequence[Row], selection: Selection) -> tuple[Row, ...]:
    """The rows that are wanted, in the wanted order; rows that are alike keep the draft's.

    By verdict those that need work come first, by probability those that the verifier is least
    sure of, and what was not checked at last.
    """
    wanted = [row for row in rows if _is_wanted(row, selection.verdict)]
    if selection.order == BY_VERDICT:
        wanted.sort(key=lambda row: VERDICTS.index(row.verdict))
    elif selection.order == BY_PROBABILITY:
        wanted.sort(key=lambda row: row.checked.probability if row.checked else 2.0)
    return tuple(wanted)


def counts(rows: Sequence[Row]) -> tuple[tuple[str, int], ...]:
    """How many rows have each verdict, in the order of `VERDICTS`, those that none has left out."""
    given = [row.verdict for row in rows]
    return tuple((verdict, given.count(verdict)) for verdict in VERDICTS if verdict in given)


def _is_wanted(row: Row, verdict: str) -> bool:
    if verdict == DISAGREEING:
        return row.disagrees
    return verdict in (ANY, row.verdict)
