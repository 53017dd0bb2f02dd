"""The check tab's handlers: from a draft to the views that follow as its claims are checked.

Plain functions and generators from plain values to views, without Gradio; the HTML is
`ui.checked`'s, the files are made by `assistant.drafts.export` and its formats.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Literal, Protocol

from assistant.checking import Checker
from assistant.drafts.checked import (
    CheckedDraft,
    CheckedPart,
    Row,
    Selection,
    asides_of,
    check_parts,
    rows_of,
)
from assistant.drafts.claims import LONGEST_DRAFT_CHARS, Aside, DraftClaim, claims_of
from assistant.drafts.export import as_csv
from assistant.drafts.files import read_draft
from index.errors import AttestError, InvalidInput, LibraryError
from index.evidence.types import Verifier
from index.library import Library
from ui import checked, render
from ui.chat import LOADING
from ui.loading import Loading
from ui.saving import Export

LOG = logging.getLogger(__name__)
SUFFIXES = (".txt", ".md", ".docx", ".pdf")
# A page that is redrawn whole for each of a thousand claims would lag behind: the more rows there
# are, the longer it waits.
BETWEEN_DRAWINGS_S = 0.3
ROWS_PER_WAIT = 100
LONGEST_STEM = 60


class Checks(Protocol):
    """What the check tab needs of the assistant."""

    @property
    def library(self) -> Library:
        """Where the words for and against a claim are looked for."""

    @property
    def verifier(self) -> Verifier:
        """What judges them."""


@dataclass(frozen=True)
class Check:
    """A draft and how far its checking has come; `checked` are the first of `parts`."""

    text: str = ""
    parts: tuple[DraftClaim | Aside, ...] = ()
    checked: tuple[CheckedPart, ...] = ()
    made_with: CheckedDraft | None = None
    state: Literal["none", "underway", "done", "stopped", "failed"] = "none"

    @property
    def rows(self) -> tuple[Row, ...]:
        """The claims that were checked."""
        return rows_of(self.checked)

    @property
    def done(self) -> int:
        """How many claims were checked."""
        return sum(isinstance(each.part, DraftClaim) for each in self.checked)

    @property
    def total(self) -> int:
        """How many claims the draft makes."""
        return sum(isinstance(part, DraftClaim) for part in self.parts)


class Look:
    """How the reader of one page wants the table.

    One object, not a value: it may change while a draft is being checked, and what is drawn after
    that follows it.
    """

    def __init__(self) -> None:
        self.selection = Selection()


@dataclass(frozen=True)
class View:
    """What the check tab shows; None leaves the draft and the table as they are."""

    check: Check
    status: str
    draft: str | None = None
    table: str | None = None

    @property
    def busy(self) -> bool:
        """Whether claims are still being checked."""
        return self.check.state == "underway"


@dataclass(frozen=True)
class Dropped:
    """The text of a file that was dropped, under its name."""

    text: str
    name: str


def check(
    assistant: Loading[Checks],
    text: str,
    dropped: Dropped | None,
    look: Look,
    clock: Callable[[], float] = time.monotonic,
    today: Callable[[], date] = date.today,
) -> Iterator[View]:
    """Views from the draft's arrival to its last verdict, or an error; rows come as they are ready.

    The draft bears the dropped file's name as long as its text is that of the file.
    """
    latest = View(Check(), "")
    name = dropped.name if dropped and dropped.text == text else ""
    try:
        for latest in _checked(assistant, text, name, look, clock, today):
            yield latest
    except Exception:
        # Whatever it is, the checking must not seem to go on for ever.
        LOG.exception("Checking a draft failed")
        remedy = "check the draft again; Attest's terminal says more"
        yield _ended(latest.check, look, render.error(render.FAULT, remedy))


def stopped(check: Check, look: Look) -> View:
    """The draft as far as it was checked, marked as stopped."""
    if check.state != "underway":
        return View(check, _summary(check))
    check = replace(check, state="stopped")
    return _drawn(check, look, _summary(check))


def looked(check: Check, look: Look, selection: Selection) -> tuple[str, str]:
    """The draft and the table as the reader wants them now."""
    look.selection = selection
    view = _drawn(check, look, "")
    return view.draft or "", view.table or ""


def read(path: Path, name: str, largest_bytes: int) -> Dropped:
    """The text of a dropped file; the copy at `path` is deleted.

    Raises `InvalidInput` for a file of another kind, one that is too large or cannot be read.
    """
    try:
        if path.suffix.lower() not in SUFFIXES:
            raise InvalidInput(
                f"“{name}” is not a kind of file that a draft is read from",
                f"drop one of {', '.join(SUFFIXES)}, or paste the text",
            )
        if path.stat().st_size > largest_bytes:
            raise InvalidInput(
                f"“{name}” has more than {largest_bytes:,} bytes",
                "paste the part of it that you want checked",
            )
        text = read_draft(path)
    except InvalidInput as failure:  # which names the copy
        message = failure.message.replace(str(path), f"“{name}”")
        raise InvalidInput(message, failure.remedy) from failure
    finally:
        with suppress(OSError):
            path.unlink()
    if len(text) > LONGEST_DRAFT_CHARS:
        raise InvalidInput(
            f"“{name}” has {len(text):,} characters, more than {LONGEST_DRAFT_CHARS:,}",
            "paste the part of it that you want checked",
        )
    # as the browser gives the box's text back
    return Dropped(text.replace("\r\n", "\n").replace("\r", "\n"), name)


def exported(check: Check, form: str) -> Export:
    """What was checked so far, as a file of one of `FORMATS`. Raises `InvalidInput` for nothing."""
    if check.made_with is None or not check.checked:
        raise InvalidInput("nothing has been checked yet", "check a draft first")
    media_type, write = FORMATS[form]
    stem = PurePath(check.made_with.name).stem[:LONGEST_STEM] or "draft"
    return Export(f"{stem} checked.{form}", media_type, write(check.made_with, check.checked))


def _checked(
    assistant: Loading[Checks],
    text: str,
    name: str,
    look: Look,
    clock: Callable[[], float],
    today: Callable[[], date],
) -> Iterator[View]:
    check = Check(text, state="underway")
    drawn_at = float("-inf")
    try:
        check = replace(check, parts=claims_of(text))
        status = _progress(check) if assistant.done() else checked.waiting(LOADING)
        yield _drawn(check, look, status)
        found = assistant.result()
        check = replace(check, made_with=_made_with(found, name, today()))
        yield View(check, _progress(check))
        for part in check_parts(check.parts, Checker(found.library, found.verifier)):
            check = replace(check, checked=(*check.checked, part))
            wait_s = BETWEEN_DRAWINGS_S * (1 + len(check.checked) / ROWS_PER_WAIT)
            if clock() - drawn_at < wait_s:
                yield View(check, _progress(check))
            else:
                yield _drawn(check, look, _progress(check))
                drawn_at = clock()
        check = replace(check, state="done")
        yield _drawn(check, look, _summary(check))
    except AttestError as failure:
        yield _ended(check, look, render.error(failure.message, failure.remedy))


def _made_with(found: Checks, name: str, day: date) -> CheckedDraft:
    library = found.library
    if library.is_empty:
        raise LibraryError("the library holds no documents", "add some in the Library tab")
    number = len(library.entries())
    return CheckedDraft(name, str(library.folder), number, found.verifier.name, day.isoformat())


def _ended(check: Check, look: Look, error: str) -> View:
    """The error, above what was checked before it."""
    check = replace(check, state="failed")
    return _drawn(check, look, error + (_summary(check) if check.checked else ""))


def _drawn(check: Check, look: Look, status: str) -> View:
    rows = check.rows
    draft = checked.draft(check.text, check.parts, rows, look.selection) if check.parts else ""
    return View(check, status, draft, checked.table(rows, look.selection))


def _progress(check: Check) -> str:
    if check.done < check.total:
        return checked.progress(check.done, check.total)
    return checked.waiting("Reading the rest")


def _summary(check: Check) -> str:
    asides, left = len(asides_of(check.checked)), check.total - check.done
    return checked.summary(check.rows, asides, left, stopped=check.state == "stopped")


def _csv(draft: CheckedDraft, parts: tuple[CheckedPart, ...]) -> bytes:
    # with the mark by which Excel knows UTF-8; half a surrogate pair can't be written
    return as_csv(draft, parts).encode("utf-8-sig", errors="replace")


def _markdown(draft: CheckedDraft, parts: tuple[CheckedPart, ...]) -> bytes:
    from assistant.drafts.export_markdown import as_markdown

    return as_markdown(draft, parts).encode("utf-8", errors="replace")


def _docx(draft: CheckedDraft, parts: tuple[CheckedPart, ...]) -> bytes:
    from assistant.drafts.export_docx import as_docx  # python-docx takes a moment to load

    return as_docx(draft, parts)


FORMATS: dict[str, tuple[str, Callable[[CheckedDraft, tuple[CheckedPart, ...]], bytes]]] = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
    "md": ("text/markdown", _markdown),
    "csv": ("text/csv", _csv),
}
