"""The command line: python -m index.evidence train."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from index.errors import AttestError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 if all went well, 1 if something failed, 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m index.evidence", description="The evidence model: trains its weights."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    train = commands.add_parser("train", help="train the weights from labelled sets")
    train.add_argument("--data", type=Path, required=True, metavar="DIR", help="the sets' folder")
    train.add_argument("--out", type=Path, default=Path("evidence.safetensors"), metavar="FILE")
    train.add_argument("--rows", type=int, metavar="N", help="few rows, to try the command")
    options = parser.parse_args(arguments)
    try:
        # what it imports takes seconds that --help must not pay
        from index.evidence.training.run import train as run

        digest = run(options.data, options.out, _log, most_rows=options.rows)
    except AttestError as error:
        print(f"error: {error.message}\ntry: {error.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the same command goes on from the last checkpoint", file=sys.stderr)
        return 130
    print(f"{options.out}\nSHA-256 {digest}\nto use it, put both into index/evidence/weights.py")
    return 0


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
