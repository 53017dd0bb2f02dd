"""What each use of the command line does: options in, text or JSON out, the exit status back."""

import json
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from index.embedder import Embedder
from index.environment import attest_variables, largest_file_bytes, library_folder
from index.errors import LibraryBusy
from index.library import Library
from index.types import Document, check_date
from ingest import corrections, sync
from ingest.content import CORRECTABLE, Metadata
from ingest.errors import ReadError
from ingest.files import SourceFile, is_address, origin_of, source_files
from ingest.outcome import Outcome
from ingest.pipeline import STARTER, Options, take_in
from ingest.reading import Job
from ingest.terminal import TerminalProgress
from ingest.workers import Result, Workers

BUSY_S = 5.0  # until a library that another process writes to is tried again


def correct(options: Namespace) -> int:
    """Put facts of one document right."""
    folder = library_folder(options.library, variables := attest_variables())
    library = Library.open(folder, embedder=Embedder(variables.get("ATTEST_EMBEDDER")))
    facts = {name: value for name in CORRECTABLE if (value := getattr(options, name)) is not None}
    if facts.get("supersedes"):
        facts["supersedes"] = _origin(facts["supersedes"])
    document = corrections.correct(library, options.correct, facts)
    if options.json:
        print(json.dumps({"id": document.id} | facts, indent=2))
    else:
        said = ", ".join(f"{name} {value or '(none)'}" for name, value in facts.items())
        print(f"corrected {printable(document.title)}: {printable(said)}")
    return 0


def ingest(options: Namespace) -> int:
    """Take in what is named; with --watch, again and again."""
    variables = attest_variables()
    folder = library_folder(options.library, variables)
    settings = Options(
        said=_said(options),
        largest_bytes=largest_file_bytes(variables),
        recognising=not options.no_ocr,
    )
    for root in options.sync:
        sync.check_folder(root)
    embedder = Embedder(variables.get("ATTEST_EMBEDDER"))
    library = Library.open(folder, embedder=embedder, create=True)
    if not options.watch:
        return int(_run(options, library, settings))
    for _ in sync.changes(options.sync):
        _run_when_free(options, library, settings)
        print(f"watching {', '.join(map(str, options.sync))} (Ctrl-C ends it)", flush=True)
    return 0


def text(options: Namespace) -> int:
    """Print the text of one file; needs no library, and nothing is written."""
    file = SourceFile(options.text, origin_of(options.text))
    job = Job(file, largest_bytes=largest_file_bytes(attest_variables()))
    with Workers(recognising=not options.no_ocr) as workers:
        _, result = next(workers.readings([job]))
    try:
        document = _sole_document(file, result)
    except ReadError as error:
        raise ReadError(f"{file.origin}: {error.message}", error.remedy) from error
    if document.caution:
        print(f"note: {printable(document.caution)}", file=sys.stderr)
    value = {name: getattr(document, name) for name in ("title", "text", "media_type")}
    print(json.dumps(value))  # in ASCII, which every terminal and pipe takes
    return 0


def printable(text: str) -> str:
    """The text on one line; a file's name may hold line ends and commands to the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _sole_document(file: SourceFile, result: Result) -> Document:
    """The file's own text, or that of the one document in it."""
    if isinstance(result, ReadError):
        raise result
    own = [document for document in result.documents if document.origin == file.origin]
    found = own or result.documents
    if len(found) == 1:
        return found[0]
    if not found:
        raise result.refused[0][1]
    raise ReadError(f"it holds {len(found)} documents", "unpack it, and name one of them")


def _run(options: Namespace, library: Library, settings: Options) -> bool:
    """Once through all that is named; whether any of it was refused."""
    files = tuple(_files(options, library))
    outcomes = []
    with TerminalProgress(files, quiet=options.json) as progress:
        for outcome in _outcomes(options, library, files, settings, progress):
            outcomes.append(outcome)
            if not options.json and not (options.watch and outcome.verdict == "unchanged"):
                # refusals go where they stand out
                progress.say(_lines(outcome), sys.stderr if outcome.refused else sys.stdout)
    _report(options, library.folder, outcomes, progress)
    return any(outcome.refused for outcome in outcomes)


def _run_when_free(options: Namespace, library: Library, settings: Options) -> None:
    while True:
        try:
            _run(options, library, settings)
            return
        except LibraryBusy as busy:
            print(f"waiting: {busy.message}", file=sys.stderr)
            time.sleep(BUSY_S)


def _outcomes(
    options: Namespace,
    library: Library,
    files: Sequence[SourceFile],
    settings: Options,
    progress: TerminalProgress,
) -> Iterator[Outcome]:
    yield from take_in(library, files, settings, progress)
    for folder in options.sync:
        yield from sync.settled(library, sync.gone(library, folder), prune=options.prune)


def _files(options: Namespace, library: Library) -> Iterator[SourceFile]:
    named = [*options.paths, *map(str, options.sync), *([str(STARTER)] if options.starter else [])]
    paths = [Path(name) for name in named if not is_address(name)]
    yield from source_files(paths, besides=library.folder)
    addresses = [_address(name) for name in named if is_address(name)]
    if options.refresh:
        addresses += [o.address for o in library.origins("http") if is_address(o.address)]
    for address in dict.fromkeys(addresses):
        yield SourceFile(Path(), address)


def _origin(name: str) -> str:
    """A path or address as the library knows it."""
    return _address(name) if is_address(name) else next(source_files([Path(name)])).origin


def _address(name: str) -> str:
    """The address as it is stored; one that can't be fetched is refused when it is its turn."""
    from ingest.web.addresses import normalised  # httpx takes a quarter of a second to load

    with suppress(ReadError):
        return normalised(name)
    return name


def _said(options: Namespace) -> Metadata:
    if options.published:
        check_date(options.published)
    facts = {name: getattr(options, name) for name in CORRECTABLE}
    if facts["supersedes"]:
        facts["supersedes"] = _origin(facts["supersedes"])
    return Metadata(**facts)


def _lines(outcome: Outcome) -> str:
    line = f"{outcome.verdict:9} {printable(outcome.origin)}"
    if outcome.refused:
        return f"{line}\n{'':9} {printable(outcome.reason)}\n{'':9} try: {outcome.remedy}"
    if outcome.passages:
        line += f"  ({_passages(outcome.passages)})"
    return f"{line}  ({printable(outcome.reason)})" if outcome.reason else line


def _passages(number: int) -> str:
    return "1 passage" if number == 1 else f"{number:,} passages"


def _report(
    options: Namespace, folder: Path, outcomes: Sequence[Outcome], progress: TerminalProgress
) -> None:
    if options.json:
        value = {
            "library": str(folder),
            "files": [asdict(outcome) for outcome in outcomes],
            "pages": progress.pages,
            "passages": progress.passages,
            "seconds": round(progress.seconds, 3),
        }
        print(json.dumps(value, indent=2))  # in ASCII, which every terminal and pipe takes
        return
    counts = Counter(outcome.verdict for outcome in outcomes)
    summary = ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
    rate = progress.passages / progress.seconds
    print(
        f"{summary or 'no files found'}: {_passages(progress.passages)} embedded in "
        f"{progress.seconds:.1f} s ({rate:,.0f}/s); library at {folder}"
    )
