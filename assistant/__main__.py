"""The command line: python -m assistant COMMAND.

Commands: ask, search, check, verify, evaluate, library, doctor. What each does is said elsewhere.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.errors import AttestError

DEFAULT_HITS = 8


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 if all went well, 1 if something failed, 2 for wrong usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        # what they import takes seconds that --help must not pay
        if options.command == "evaluate":
            from assistant.evaluate_command import evaluate

            return evaluate(options)
        from assistant import commands

        return int(getattr(commands, options.command)(options))
    except AttestError as error:
        print(f"error: {error.message}\ntry: {error.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0  # the reader (head, less) has seen enough


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m assistant",
        description="Ask a library of documents; every sentence shows the words it rests on.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = _common_options()
    asking = [common, _batch_options(), _filter_options()]
    ask = commands.add_parser("ask", parents=asking, help="answer a question")
    ask.add_argument("question", nargs="?")
    ask.add_argument("--model", help="chat model as provider:name (default: ATTEST_MODEL, or none)")
    search = commands.add_parser("search", parents=asking, help="find passages")
    search.add_argument("question", nargs="?", metavar="query")
    search.add_argument("-k", type=int, default=DEFAULT_HITS, help="passages (default 8)")
    check = commands.add_parser(
        "check", parents=asking, help="check a claim, or all claims of a draft, against the library"
    )
    check.add_argument("question", nargs="?", metavar="TEXT|FILE")
    verify = commands.add_parser("verify", help="judge whether evidence bears out claims")
    verify.add_argument("--pairs", type=Path, required=True, metavar="IN.jsonl")
    verify.add_argument("--out", type=Path, required=True, metavar="OUT.jsonl")
    _add_evaluate(commands)
    _add_library(commands, common)
    commands.add_parser("doctor", parents=[common], help="check that everything is in order")
    return parser


def _common_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--library", type=Path, metavar="DIR", help="the library's folder")
    options.add_argument("--json", action="store_true", help="print JSON")
    return options


def _batch_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--batch", type=Path, metavar="IN.jsonl", help="many from a file")
    options.add_argument("--out", type=Path, metavar="OUT.jsonl", help="where their results go")
    return options


def _filter_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    many: Any = {"action": "append", "default": []}
    options.add_argument("--kind", **many, help="only documents of this kind (repeatable)")
    options.add_argument("--publisher", **many, help="only of this publisher (repeatable)")
    options.add_argument("--jurisdiction", **many, help="only of this jurisdiction (repeatable)")
    options.add_argument("--document", **many, help="only the document with this id (repeatable)")
    options.add_argument("--from", dest="published_from", metavar="DATE", help="published since")
    options.add_argument("--to", dest="published_to", metavar="DATE", help="published until")
    return options


def _add_evaluate(commands: Any) -> None:
    evaluate = commands.add_parser(
        "evaluate", help="measure answers over a question set, or the judge over labelled pairs"
    )
    many: Any = {"action": "append", "default": [], "metavar": "METRIC=VALUE"}
    evaluate.add_argument("questions", nargs="?", type=Path, metavar="QUESTIONS.jsonl")
    evaluate.add_argument("--name", metavar="RUN", help="of the run (default: date and time)")
    evaluate.add_argument("--baseline", metavar="RUN", help="a run to compare this one with")
    evaluate.add_argument("--fail-under", **many, help="exit 1 if it is less (repeatable)")
    evaluate.add_argument("--fail-over", **many, help="exit 1 if it is more (repeatable)")
    evaluate.add_argument("--html", type=Path, metavar="OUT", help="a report with pictures")
    evaluate.add_argument("--json", type=Path, metavar="OUT", help="all figures")
    evaluate.add_argument("--export", type=Path, metavar="OUT.jsonl", help="rows as RAGAS has them")
    evaluate.add_argument("--judge", type=Path, metavar="PAIRS.jsonl", help="judge the verifier")
    evaluate.add_argument("--verifier", help="in the place of ATTEST_VERIFIER; attest: packaged")
    evaluate.add_argument("--model", help="chat model as provider:name (default: ATTEST_MODEL)")
    evaluate.add_argument("--library", type=Path, metavar="DIR", help="the library's folder")
    evaluate.add_argument("--runs", action="store_true", help="list the runs that are kept")


def _add_library(commands: Any, common: argparse.ArgumentParser) -> None:
    library = commands.add_parser("library", help="what the library holds")
    actions = library.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", parents=[common], help="its documents")
    show = actions.add_parser("show", parents=[common], help="one document")
    show.add_argument("id")
    show.add_argument("--text", action="store_true", help="with its stored text")
    show.add_argument(
        "--original", type=Path, metavar="FILE", help="write a web page there as it was fetched"
    )
    remove = actions.add_parser("remove", parents=[common], help="remove a document")
    remove.add_argument("id")
    actions.add_parser("stats", parents=[common], help="its measure")
    actions.add_parser("rebuild", parents=[common], help="cut and embed the stored texts anew")


if __name__ == "__main__":
    sys.exit(main())
