"""The evaluate tab's handlers: from a question set to the views that follow as it is asked.

Plain functions and generators from plain values to views, without Gradio. How answers are scored
and what a report says is `assistant.evaluation`'s, the HTML is `ui.evaluated`'s.
"""

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.assistant import Assistant
from assistant.evaluation.asking import asked, name_of_now, warnings_of
from assistant.evaluation.pictures import pictures
from assistant.evaluation.progress import told
from assistant.evaluation.questions import read_set
from assistant.evaluation.report import report_html
from assistant.evaluation.report_json import as_text, report_json
from assistant.evaluation.runs import RunStore
from assistant.evaluation.saved_sets import SavedSets
from assistant.evaluation.summary import Summary, summarise
from index.errors import AttestError, InvalidInput
from index.library import Library
from ui import evaluated, render
from ui.chat import LOADING
from ui.checked import waiting
from ui.evaluated_plots import Plot, plots
from ui.loading import Loading
from ui.saving import Export

LOG = logging.getLogger(__name__)
PACKED = ".gz"
HTML, JSON = "html", "json"
MEDIA_TYPES = {HTML: "text/html", JSON: "application/json"}


@dataclass(frozen=True)
class Dropped:
    """A question set that was dropped: its bytes under its file's name."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Request:
    """What is to be asked: a dropped set, or else the `saved` one; the run's name, "" for a new.

    `baseline` is a run to compare with, "" for none.
    """

    saved: str = ""
    dropped: Dropped | None = None
    name: str = ""
    baseline: str = ""


@dataclass(frozen=True)
class Shown:
    """A run as the tab shows it."""

    summary: Summary
    figures: str
    plots: tuple[Plot, ...]
    questions: str


@dataclass(frozen=True)
class View:
    """What the evaluate tab shows; None leaves the run, or the text of the name's box, as it is.

    `busy` is whether questions are being asked.
    """

    status: str
    shown: Shown | None = None
    name: str | None = None
    busy: bool = False


class Underway:
    """The one evaluation of this server, and the wish that it stop.

    One object for all pages: two evaluations at once would each falsify the other's times.
    """

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._stopping = threading.Event()
        self._name = ""

    @contextmanager
    def begun(self, name: str) -> Iterator[None]:
        """While the run of that name is asked. Raises `InvalidInput` if another one is."""
        if not self._one_at_a_time.acquire(blocking=False):
            raise InvalidInput(
                f"the run {self._name} is being evaluated",
                "wait until it is done, or stop it; what it has answered is kept",
            )
        try:
            self._name = name
            self._stopping.clear()
            yield
        finally:
            self._one_at_a_time.release()

    @property
    def is_busy(self) -> bool:
        """Whether a run is being asked."""
        return self._one_at_a_time.locked()

    @property
    def is_stopping(self) -> bool:
        """Whether it is to end after the question that is being asked."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Let it end after the question that is being asked."""
        self._stopping.set()


def evaluate(
    assistant: Loading[Assistant],
    library: Library,
    request: Request,
    underway: Underway,
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], datetime] = datetime.now,
) -> Iterator[View]:
    """Views from the question set's arrival to its figures, or an error.

    What is answered is kept, also if the reader stops it or leaves; the same name goes on.
    """
    name = request.name.strip() or name_of_now(now())
    try:
        yield from _evaluated(assistant, library, request, name, underway, clock)
    except AttestError as failure:
        # another page's, which this one may stop too
        yield View(evaluated.refused(failure), busy=underway.is_busy)
    except Exception:
        # Whatever it is, the evaluation must not seem to go on for ever.
        LOG.exception("An evaluation failed")
        remedy = "evaluate under the same name to go on; Attest's terminal says more"
        yield View(render.error(render.FAULT, remedy))


def stop(underway: Underway) -> View:
    """What is said until the question that is being asked has its answer."""
    if not underway.is_busy:
        return View("")
    underway.stop()
    return View(waiting("Stopping after the question that is being asked"), busy=True)


def opened(folder: Path, name: str, baseline: str) -> View:
    """A run of the library in `folder` as it is kept, against the baseline if one is named."""
    if not name:
        return View("")
    store = RunStore(folder)
    try:
        run = store.load(name)
        return View("", _shown(summarise(run, store.load(baseline) if baseline else None)))
    except AttestError as failure:
        return View(evaluated.refused(failure))


def preview(library: Library, request: Request) -> str:
    """How many questions the chosen set has and what of it is not used, or why it cannot be."""
    if not (request.dropped or request.saved):
        return ""
    try:
        with _set_of(library, request) as (path, name):
            questions = read_set(path)
            warnings = warnings_of(questions, library.entries(), name)
    except AttestError as failure:
        return evaluated.refused(failure)
    return evaluated.preview(name, questions.items, warnings)


def read(path: Path, name: str, largest_bytes: int) -> Dropped:
    """A dropped file; the copy at `path` is deleted. Raises `InvalidInput` if it is too large."""
    try:
        if path.stat().st_size > largest_bytes:
            raise InvalidInput(
                f"“{name}” has more than {largest_bytes:,} bytes", "split it into smaller sets"
            )
        return Dropped(name, path.read_bytes())
    finally:
        with suppress(OSError):
            path.unlink()


def exported(summary: Summary | None, form: str) -> Export:
    """The report of the run that is shown, as the command writes it; `form` is HTML or JSON.

    Raises `InvalidInput` if none is shown.
    """
    if summary is None:
        raise InvalidInput("no run is shown", "evaluate a question set, or choose a run")
    write = {
        HTML: lambda: report_html(summary, None),
        JSON: lambda: as_text(report_json(summary, None, ())),
    }
    # a model may write half of a character, which no file can hold
    data = write[form]().encode(errors="replace")
    return Export(f"{summary.run.name}.{form}", MEDIA_TYPES[form], data)


def _evaluated(
    assistant: Loading[Assistant],
    library: Library,
    request: Request,
    name: str,
    underway: Underway,
    clock: Callable[[], float],
) -> Iterator[View]:
    store = RunStore(library.folder)
    with underway.begun(name), _set_of(library, request) as (path, set_name):
        # before the minutes that the rest may take
        questions = read_set(path)
        baseline = store.load(request.baseline) if request.baseline else None
        warnings = warnings_of(questions, library.entries(), set_name)
        if not assistant.done():
            yield View(waiting(LOADING), name=name, busy=True)
        # closed, if it is stopped, before what it writes is read
        with closing(asked(assistant.result(), path, questions, name, store)) as steps:
            began, before = clock(), None
            for step in steps:
                before = step.done if before is None else before
                line = told(step.done, step.total, step.done - before, clock() - began)
                yield View(evaluated.progress(step, line), name=name, busy=True)
                if underway.is_stopping:
                    break
        yield View(waiting("Working out the figures"), busy=True)
        summary = summarise(store.load(name), baseline, warnings)
    left = summary.run.questions - len(summary.run.results)
    box = name if left or summary.failed else ""
    yield View(evaluated.ended(summary), _shown(summary), name=box)


def _shown(summary: Summary) -> Shown:
    drawn = plots(pictures(summary))
    return Shown(summary, evaluated.figures(summary), drawn, evaluated.questions(summary))


@contextmanager
def _set_of(library: Library, request: Request) -> Iterator[tuple[Path, str]]:
    """The file of the chosen set, and what it is called. A refusal names it so, not its place."""
    with tempfile.TemporaryDirectory(prefix="attest-set-") as folder:
        if dropped := request.dropped:
            name = dropped.name
            # a name from elsewhere may be none here
            path = Path(folder, "set" + (PACKED if name.endswith(PACKED) else ".jsonl"))
            path.write_bytes(dropped.data)
        elif request.saved:
            path, name = SavedSets(library.folder).path(request.saved), request.saved
        else:
            raise InvalidInput(
                "no question set is chosen", "drop a file of questions, or choose a saved set"
            )
        try:
            yield path, name
        except InvalidInput as failure:
            message = failure.message.replace(str(path), f"“{name}”")
            raise InvalidInput(message, failure.remedy) from failure
