"""The command line: python -m ingest PATH… fills a library."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from index.environment import attest_variables, library_folder
from index.errors import AttestError, InvalidInput
from index.types import KINDS

if TYPE_CHECKING:
    from ingest.pipeline import Outcome
    from ingest.progress import TerminalProgress

DEFAULT_MB = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the files in; 0 if all went in, 1 if some were refused or it failed, 2 for usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.paths and not options.starter:
        parser.error("name a file or folder to take in, or --starter")
    try:
        return _run(options)
    except AttestError as error:
        print(f"error: {error.message}\ntry: {error.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "stopped: what was reported is in the library; run again for the rest", file=sys.stderr
        )
        return 130


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
    largest_bytes = _largest_bytes(variables)
    # torch, chromadb and the readers take seconds that --help must not pay
    from index.embedder import Embedder
    from index.library import Library
    from ingest.content import Metadata
    from ingest.files import source_files
    from ingest.pipeline import STARTER, take_in
    from ingest.progress import TerminalProgress

    paths = [*options.paths, *([STARTER] if options.starter else [])]
    files = tuple(source_files(paths))
    embedder = Embedder(variables.get("ATTEST_EMBEDDER"))
    folder = library_folder(options.library, variables)
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
            progress.settled()
            outcomes.append(outcome)
            if not options.json:
                _print(outcome)
    _report(options, folder, outcomes, progress)
    return int(any(outcome.refused for outcome in outcomes))


def _print(outcome: "Outcome") -> None:
    """Refusals on stderr, where they stand out; the rest on stdout."""
    if outcome.refused:
        line = f"{outcome.verdict:9} {outcome.origin}\n{'':9} {outcome.reason}"
        print(f"{line}\n{'':9} try: {outcome.remedy}", file=sys.stderr, flush=True)
        return
    passages = f"  ({outcome.passages} passages)" if outcome.passages else ""
    reason = f"  ({outcome.reason})" if outcome.reason else ""
    print(f"{outcome.verdict:9} {outcome.origin}{passages}{reason}", flush=True)


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
        print(json.dumps(value, ensure_ascii=False, indent=2))
        return
    counts = Counter(outcome.verdict for outcome in outcomes)
    summary = ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
    rate = progress.passages / progress.seconds
    print(
        f"{summary or 'no files found'}: {progress.passages} passages embedded in "
        f"{progress.seconds:.1f} s ({rate:,.0f}/s); library at {folder}"
    )


def _largest_bytes(variables: Mapping[str, str]) -> int:
    written = variables.get("ATTEST_MAX_FILE_MB", str(DEFAULT_MB))
    if not written.isdecimal() or int(written) == 0:
        raise InvalidInput(
            f"ATTEST_MAX_FILE_MB={written} is not a number of megabytes",
            f"leave it unset for {DEFAULT_MB}",
        )
    return int(written) * 1_000_000


if __name__ == "__main__":
    sys.exit(main())
