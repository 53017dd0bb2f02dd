"""The command line: python -m ingest PATH|ADDRESS… fills a library and keeps it current."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from index.errors import AttestError
from index.types import DATE_FORMS, KINDS
from ingest.content import CORRECTABLE


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the files in; 0 if all went in, 1 if some were refused or it failed, 2 for usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # not all take all characters
    parser = _parser()
    options = parser.parse_args(arguments)
    _check_usage(parser, options)
    # torch, chromadb and the readers take seconds that --help must not pay
    from ingest import commands

    try:
        if options.text:
            return commands.text(options)
        return commands.correct(options) if options.correct else commands.ingest(options)
    except AttestError as error:
        message = commands.printable(error.message)
        print(f"error: {message}\ntry: {error.remedy}", file=sys.stderr)
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
        description="Add files, all files of a folder, or web pages to a library. A sources.csv "
        "in a folder gives their title, kind, publisher, author, date, jurisdiction and the "
        "edition that they supersede.",
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH|ADDRESS", help="a file, a folder, or http(s)://…"
    )
    parser.add_argument("--library", type=Path, metavar="DIR", help="the library's folder")
    parser.add_argument("--starter", action="store_true", help="the briefs that Attest comes with")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--no-ocr", action="store_true", help="do not recognise text on scanned pages"
    )
    parser.add_argument(
        "--text",
        type=Path,
        metavar="FILE",
        help="print this file's text as JSON; store nothing",
    )
    current = parser.add_argument_group("keeping current")
    current.add_argument(
        "--sync", action="append", default=[], type=Path, metavar="FOLDER",
        help="take in what is new or changed in this folder, and name what is gone from it",
    )  # fmt: skip
    current.add_argument(
        "--prune", action="store_true", help="with --sync: remove what is gone from the folder"
    )
    current.add_argument(
        "--watch", action="store_true", help="with --sync: go on whenever the folder changes"
    )
    current.add_argument(
        "--refresh", action="store_true", help="fetch all web pages again, if they have changed"
    )
    facts = parser.add_argument_group(
        "facts", "what all these files are, or with --correct what is put right of one document"
    )
    facts.add_argument("--correct", metavar="ID", help="correct the facts of this document")
    for name in CORRECTABLE:
        choices = KINDS if name == "kind" else None
        facts.add_argument(f"--{name}", choices=choices, help=_FACTS[name])
    return parser


_FACTS = {
    "title": "title",
    "kind": "kind of document",
    "publisher": "who published it",
    "author": "who wrote it",
    "published": f"date as {DATE_FORMS}",
    "jurisdiction": "whose law or affairs it is about",
    "supersedes": "path or address of the older edition, which stays in the library",
}


def _check_usage(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    what = (options.paths, options.starter, options.sync, options.refresh)
    given = [name for name in CORRECTABLE if getattr(options, name) is not None]
    if options.text and (options.correct or any(what) or given or options.prune or options.watch):
        parser.error("--text goes alone: it takes nothing in")
    if options.correct and any(what):
        parser.error("--correct goes alone, with the facts to put right")
    if options.correct and not given:
        parser.error(f"name what to put right: {', '.join(f'--{name}' for name in CORRECTABLE)}")
    if not options.text and not options.correct and not any(what):
        parser.error("name a file, folder or address to take in, or --sync, --refresh, --starter")
    if (options.prune or options.watch) and not options.sync:
        parser.error("--prune and --watch go with --sync FOLDER")


if __name__ == "__main__":
    sys.exit(main())
