"""Messy files: does each end as it should, taken in with its words or refused with a reason?

What is expected of each lies beside the files, in `expected.csv`. A file of which nothing is
expected must only not break the run.
"""

import csv
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from tests.benchmark.bench import Bench, Json
from tests.benchmark.processes import part

LIMIT_S = 1800  # a run that takes longer hangs
ABOUT_THE_FILES = ("README.md", "expected.csv")
# how `ingest.workers` begins the reasons that are a reader's failure and not the file's
READER_FAILED = ("its reader crashed", "its reader failed", "reading it took longer", "reading it takes")

Expect = Literal["taken", "refused", "ocr", "either"]


@dataclass(frozen=True)
class Expected:
    """What is to become of a file; `page` is a page's number or empty."""

    file: str
    expect: Expect = "either"
    page: str = ""
    phrase: str = ""


@dataclass(frozen=True)
class Ended:
    """What became of a file: the pages' texts by number, the reasons, what is not as expected."""

    file: str
    taken: bool
    pages: tuple[tuple[int, str], ...]
    text: str
    reasons: tuple[str, ...]
    outcomes: int
    missed: str = ""


def measure(bench: Bench) -> Json:
    """Both runs, with text recognition (OCR) and without."""
    print("\nMessy files")
    if not bench.messy.is_dir():
        print(f"  there are none at {bench.messy}")
        return {"messy": None}
    return {"messy": {name: _one_run(bench, name) for name in ("with_ocr", "without_ocr")}}


def _one_run(bench: Bench, name: str) -> Json:
    try:
        found = part("messy", bench.messy, bench.scratch / f"messy-{name}", name, limit_s=LIMIT_S)
    except subprocess.CalledProcessError as error:
        print(f"  {name}: THE RUN DID NOT END (exit code {error.returncode}, limit {LIMIT_S} s)")
        return {"ended": False, "exit_code": error.returncode}
    print(
        f"  {name}: {found['named']} of {found['files']} files taken in or refused with a reason "
        f"({found['named_share']:.1%}), {found['as_expected']} as expected; "
        f"{found['found']} of {found['readable']} readable ones in with their words "
        f"({found['found_share']:.1%}); {len(found['reader_failed'])} failures of readers; "
        f"{found['seconds']:.1f} s"
    )
    for file, why in found["misses"].items():
        print(f"    {file}: {why}")
    for file in found["reader_failed"]:
        print(f"    {file}: its reader crashed, failed or took too long")
    return {"ended": True} | found


# --- in a process of its own ---------------------------------------------------------------------


def take_messy(folder: str, library_folder: str, name: str) -> Json:
    """Take all files in and look at what came of each."""
    from index.embedder import Embedder
    from index.library import Library
    from ingest.files import source_files
    from ingest.pipeline import Options, take_in

    recognising = name == "with_ocr"
    embedder = Embedder()
    embedder.embed(["warm"])
    library = Library.open(Path(library_folder), embedder=embedder, create=True)
    files = [f for f in source_files([Path(folder)]) if f.path.name not in ABOUT_THE_FILES]
    began = time.perf_counter()
    outcomes = list(take_in(library, files, Options(recognising=recognising)))
    seconds = time.perf_counter() - began

    expected = _expected(Path(folder, "expected.csv"))
    ended = []
    for file in files:
        its = [o for o in outcomes if o.origin == file.origin or o.origin.startswith(f"{file.origin}/")]
        documents = [library.document(o.document_id) for o in its if o.document_id]
        one = Ended(
            file.path.name,
            taken=bool(documents),
            pages=tuple((p.number, d.text[p.start : p.end]) for d in documents for p in d.pages),
            text="\n".join(document.text for document in documents),
            reasons=tuple(outcome.reason for outcome in its if outcome.refused),
            outcomes=len(its),
        )
        wanted = expected.get(one.file, Expected(one.file))
        ended.append(replace(one, missed=_missed(one, wanted, recognising)))
    return {"seconds": seconds} | _figures(ended, expected)


def _expected(table: Path) -> dict[str, Expected]:
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["file"]: Expected(row["file"], row["expect"], row["page"] or "", row["phrase"] or "")  # type: ignore[arg-type]
        for row in rows
    }


def _missed(one: Ended, wanted: Expected, recognising: bool) -> str:
    """What is not as expected; empty if all is."""
    refused = "; ".join(one.reasons)
    if not _is_named(one):
        return "no outcome" if not one.outcomes else "refused without a reason"
    if wanted.expect == "refused" and one.taken:
        return "taken in, to be refused"
    if wanted.expect == "ocr" and not recognising:
        return "" if not one.taken and "OCR" in refused else "not refused for want of OCR"
    if wanted.expect in ("taken", "ocr") and not one.taken:
        return f"refused: {refused}"
    if wanted.phrase and one.taken and not _has(one, wanted):
        place = f" on page {wanted.page}" if wanted.page else ""
        return f"“{wanted.phrase}” is not found{place}"
    return ""


def _is_named(one: Ended) -> bool:
    """Whether it came to an end that the user is told: at least one outcome, each with a reason."""
    return one.outcomes > 0 and all(one.reasons)


def _has(one: Ended, wanted: Expected) -> bool:
    if not wanted.page:
        return _collapsed(wanted.phrase) in _collapsed(one.text)
    pages = [text for number, text in one.pages if number == int(wanted.page)]
    return any(_collapsed(wanted.phrase) in _collapsed(text) for text in pages)


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _figures(ended: Sequence[Ended], expected: dict[str, Expected]) -> Json:
    readable = [one for one in ended if one.file in expected and expected[one.file].expect == "taken"]
    named, found = _count(map(_is_named, ended)), _count(not one.missed for one in readable)
    absent = [name for name in expected if name not in {one.file for one in ended}]
    misses = {one.file: one.missed for one in ended if one.missed}
    return {
        "files": len(ended),
        "named": named,
        "named_share": named / max(1, len(ended)),
        "as_expected": _count(not one.missed for one in ended),
        "taken": _count(one.taken for one in ended),
        "readable": len(readable),
        "found": found,
        "found_share": found / max(1, len(readable)),
        "misses": misses | dict.fromkeys(absent, "expected, but not among the files"),
        "reader_failed": [
            one.file for one in ended if any(r.startswith(READER_FAILED) for r in one.reasons)
        ],
    }


def _count(truths: Iterable[bool]) -> int:
    return sum(truths)
