"""The command line: python -m ingest PATH… fills a library."""

import argparse
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from index.environment import attest_variables, largest_file_bytes, library_folder
from index.errors import AttestError
from index.types import KINDS

if TYPE_CHECKING:
    from ingest.pipeline import Outcome
    from ingest.progress import TerminalProgress


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the files in; 0 if all went in, 1 if some were refused or it failed, 2 for usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # not all take all characters
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.paths and not options.starter:
        parser.error("name a file or folder to take in, or --starter")
    try:
        return _run(options)
    except AttestError as error:
        print(f"error: {_printable(error.message)}\ntry: {error.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "stopped: what was reported is in the library; run again for the rest", file=sys.stderr
        )
        return 130
    except BrokenPipeError:
        # the reader (head, less) has seen enough; nor can Python's own last words reach it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ingest",
        description="Add files, or all files of a folder, to a library. A sources.csv in a folder "
        "gives their title, kind, publisher, author, date and jurisdiction.",
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a file or a folder")
    parser.add_argument("--library", type=Path, metavar="DIR", help="the library's folder")
    parser.add_argument("--kind", choices=KINDS, help="what all these files are")
    parser.add_argument("--starter", action="store_true", help="the briefs that Attest comes with")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _run(options: argparse.Namespace) -> int:
    variables = attest_variables()
    largest_bytes = largest_file_bytes(variables)
    # torch, chromadb and the readers take seconds that --help must not pay
    from index.embedder import Embedder
    from index.library import Library
    from ingest.content import Metadata
    from ingest.files import source_files
    from ingest.pipeline import STARTER, take_in
    from ingest.progress import TerminalProgress

    paths = [*options.paths, *([STARTER] if options.starter else [])]
    folder = library_folder(options.library, variables)
    files = tuple(source_files(paths, besides=folder))
    embedder = Embedder(variables.get("ATTEST_EMBEDDER"))
    library = Library.open(folder, embedder=embedder, create=True)
    outcomes = []
    with TerminalProgress(len(files), quiet=options.json) as progress:
        for outcome in take_in(
            library,
            files,
            said=Metadata(kind=options.kind),
            largest_bytes=largest_bytes,
            progress=progress.embedded,
        ):
            outcomes.append(outcome)
            progress.settled()
            if not options.json:
                # refusals go where they stand out
                progress.say(_lines(outcome), sys.stderr if outcome.refused else sys.stdout)
    _report(options, folder, outcomes, progress)
    return int(any(outcome.refused for outcome in outcomes))


def _lines(outcome: "Outcome") -> str:
    line = f"{outcome.verdict:9} {_printable(outcome.origin)}"
    if outcome.refused:
        return f"{line}\n{'':9} {_printable(outcome.reason)}\n{'':9} try: {outcome.remedy}"
    if outcome.passages:
        line += f"  ({_passages(outcome.passages)})"
    return f"{line}  ({_printable(outcome.reason)})" if outcome.reason else line


def _passages(number: int) -> str:
    return "1 passage" if number == 1 else f"{number:,} passages"


def _printable(text: str) -> str:
    """The text on one line; a file's name may hold line ends and commands to the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _report(
    options: argparse.Namespace,
    folder: Path,
    outcomes: "Sequence[Outcome]",
    progress: "TerminalProgress",
) -> None:
    if options.json:
        value = {
            "library": str(folder),
            "files": [asdict(outcome) for outcome in outcomes],
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


if __name__ == "__main__":
    sys.exit(main())
