"""The ingest's own figures for `make bench`: awkward files, PDF pages/s, phases, a large library.

Each part runs in a process of its own and gives a JSON value; `tests.benchmark` calls them and
prints. Nothing is judged here.
"""

import csv
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from index.catalogue import Catalogue
from index.embedder import Embedder
from index.library import Library
from index.types import Document
from index.vectors import VectorIndex
from ingest import workers
from ingest.errors import ReadError
from ingest.files import SourceFile, source_files
from ingest.formats.pdf import read_pdf
from ingest.outcome import Outcome
from ingest.pipeline import Options, take_in
from ingest.reading import Job
from ingest.workers import Workers
from tests.benchmark_process import lines_of

LEAST_READ_S = 4.0  # a round of reading PDFs lasts at least so long
SECTIONS = 60  # of a document of the large library, about a passage each
WORDS = (
    "victim labour court report police border shelter recruiter wage passport minor state".split()
)

Json = dict[str, Any]


def messy(_: str, folder: Path, shared: Path) -> Json:
    """What becomes of the awkward files, with text recognition (OCR) and without."""
    folder.mkdir()
    return {name: _messy_run(shared, folder / name, recognising=recognising)
            for name, recognising in (("with_ocr", True), ("without_ocr", False))}  # fmt: skip


def _messy_run(shared: Path, folder: Path, *, recognising: bool) -> Json:
    place = (shared / "messy").resolve()  # origins are real paths
    with (place / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    library = Library.open(folder, embedder=Embedder(), create=True)
    files = [file for file in source_files([place]) if file.path.name in rows]
    began = time.perf_counter()
    found: dict[str, list[Outcome]] = {name: [] for name in rows}
    for outcome in take_in(library, files, Options(recognising=recognising)):
        name = Path(outcome.origin).relative_to(place).parts[0]
        found[name].append(outcome)
    seconds = time.perf_counter() - began
    misses = {name: _missed(library, row, found[name], recognising) for name, row in rows.items()}
    return {
        "files": len(rows),
        "ended": sum(all(o.reason or not o.refused for o in got) and bool(got)
                     for got in found.values()),
        "as_expected": sum(not miss for miss in misses.values()),
        "misses": {name: miss for name, miss in misses.items() if miss},
        "seconds": seconds,
    }  # fmt: skip


def pdf_reading(rounds: str, _: Path, shared: Path) -> Json:
    """Pages/s of text PDFs, worker processes and one process, beside pypdf; in turn.

    pypdf is what LangChain's `PyPDFLoader` calls for each page.
    """
    paths = [p for p in sorted(shared.rglob("*.pdf")) if _has_text(p) and _pypdf_pages(p)]
    sides: dict[str, Callable[[], int]] = {
        "pypdf": lambda: sum(map(_pypdf_pages, paths)),
        "one process": lambda: sum(len(read_pdf(path.read_bytes()).pages) for path in paths),
    }
    rates: dict[str, list[float]] = {"workers": [], **{name: [] for name in sides}}
    with Workers() as pool:
        list(pool.readings([Job(SourceFile(paths[0], "warm"))] * 2))
        sides["workers"] = lambda: sum(
            result.pages
            for _, result in pool.readings(Job(SourceFile(p, str(p))) for p in paths)
            if not isinstance(result, ReadError)
        )
        for _round in range(int(rounds)):
            for name, read in sides.items():
                rates[name].append(_rate(read))
    ratios = {
        name: sorted(a / b for a, b in zip(rates[name], rates["pypdf"], strict=True))
        for name in ("workers", "one process")
    }
    return {"files": len(paths), "pages_per_second": rates, "ratios_to_pypdf": ratios}


def phases(_: str, folder: Path, shared: Path) -> Json:
    """Where the time of an ingest goes, and what the same ingest and a rebuild take after it."""
    corpus, embedder = shared / "corpus", Embedder()
    embedder.load()
    library = Library.open(folder, embedder=embedder, create=True)
    spent: dict[str, float] = {}
    with (
        _timed(spent, "embedding", Embedder, "embed_with_tokens"),
        _timed(spent, "vectors", VectorIndex, "add"),
        _timed(spent, "catalogue", Catalogue, "commit"),
        _timed(spent, "waiting for readers", workers, "wait"),
        _readers() as readers,
    ):
        began = time.perf_counter()
        passages = sum(o.passages for o in take_in(library, source_files([corpus])))
        whole = time.perf_counter() - began
        readers_cpu_seconds = readers["cpu_seconds"]
        first = dict(spent)
        again_began = time.perf_counter()
        unchanged = {o.verdict for o in take_in(library, source_files([corpus]))}
        again = time.perf_counter() - again_began
        embedded_before = spent["embedding"]
        rebuild_began = time.perf_counter()
        library.rebuild()
        rebuild = time.perf_counter() - rebuild_began
    return {
        "passages": passages,
        "seconds": whole,
        "main_process_seconds": first | {"cutting and the rest": whole - sum(first.values())},
        "readers_cpu_seconds": readers_cpu_seconds,
        "unchanged_seconds": again,
        "unchanged_only": unchanged == {"unchanged"},
        "unchanged_embedding_seconds": embedded_before - first["embedding"],
        "rebuild_seconds": rebuild,
        "rebuild_embedding_seconds": spent["embedding"] - embedded_before,
    }


def large(passages: str, folder: Path, shared: Path) -> Json:
    """So many passages in one run: memory, speed, disk, and the search among them."""
    texts = folder.with_name("large-texts")
    texts.mkdir()
    for number in range(max(1, int(passages) // SECTIONS)):
        (texts / f"{number:05}.md").write_text(_report(number), encoding="utf-8")
    library = Library.open(folder, embedder=Embedder(), create=True)
    began = time.perf_counter()
    with _readers() as readers:
        added = sum(outcome.passages for outcome in take_in(library, source_files([texts])))
    seconds = time.perf_counter() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    searches = []
    for question in lines_of(shared / "eval" / "questions.jsonl"):
        search_began = time.perf_counter()
        library.search(question["question"])
        searches.append(time.perf_counter() - search_began)
    cuts = statistics.quantiles(searches[3:], n=100)
    return {
        "passages": added,
        "seconds": seconds,
        "rate": added / seconds,
        "peak_mb": peak_mb,
        "largest_reader_mb": readers["largest_mb"],
        "library_mb": library.stats().size_bytes / 1e6,
        "search_p50_ms": 1000 * cuts[49],
        "search_p95_ms": 1000 * cuts[94],
        "vectors_missing_and_orphaned": library.vectors_missing_and_orphaned(),
    }


def _missed(
    library: Library, row: dict[str, str], outcomes: list[Outcome], recognising: bool
) -> str:
    """What is not as the table expects; empty if all is."""
    taken = [o for o in outcomes if not o.refused and o.document_id]
    if not outcomes:
        return "no outcome"
    if row["expect"] == "ocr" and not recognising:
        refused = "OCR" in outcomes[0].reason and not taken
        return "" if refused else "not refused for want of OCR"
    if row["expect"] in ("taken", "ocr") and not taken:
        return f"not taken in: {outcomes[0].reason}"
    if row["expect"] == "refused" and taken:
        return "taken in"
    documents = [library.document(o.document_id) for o in taken if o.document_id]
    if taken and not any(holds(document, row) for document in documents):
        return "its phrase is not where it should be"
    return ""


def holds(document: Document, row: dict[str, str]) -> bool:
    """Whether the row's phrase is in the document, on its page if it has one."""
    spans = [(p.start, p.end) for p in document.pages if str(p.number) == row["page"]]
    for start, end in spans if row["page"] else [(0, len(document.text))]:
        if " ".join(row["phrase"].split()) in " ".join(document.text[start:end].split()):
            return True
    return False


def _has_text(path: Path) -> bool:
    try:
        content = read_pdf(path.read_bytes())
    except ReadError:
        return False
    return bool(content.text.strip()) and not content.pictures


def _pypdf_pages(path: Path) -> int:
    """The pages that pypdf read; 0 for a file that it can't."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        return len([page.extract_text() for page in PdfReader(path).pages])
    except (PyPdfError, DependencyError, ValueError, KeyError):
        return 0


def _rate(read: Callable[[], int]) -> float:
    began, pages = time.perf_counter(), 0
    while (seconds := time.perf_counter() - began) < LEAST_READ_S:
        pages += read()
    return pages / seconds


@contextmanager
def _timed(spent: dict[str, float], what: str, owner: Any, name: str) -> Iterator[None]:
    """Add the seconds in this function of a class or module to `spent[what]`."""
    original = getattr(owner, name)
    spent[what] = 0.0

    def timed(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return original(*args, **kwargs)
        finally:
            spent[what] += time.perf_counter() - began

    setattr(owner, name, timed)
    try:
        yield
    finally:
        setattr(owner, name, original)


@contextmanager
def _readers() -> Iterator[dict[str, float]]:
    """CPU seconds of the workers, and the memory of the largest, of the last pool that ended.

    They are looked up in /proc as the pool ends: the fork server's children, not this process', so
    `RUSAGE_CHILDREN` never has them. Elsewhere than on Linux both stay 0.
    """
    took = {"cpu_seconds": 0.0, "largest_mb": 0.0}
    leave = Workers.__exit__

    def watched(pool: Workers, *error: Any) -> None:
        took.update(_workers_took())
        leave(pool, *error)

    setattr(Workers, "__exit__", watched)  # noqa: B010  # mypy refuses the plain assignment
    try:
        yield took
    finally:
        setattr(Workers, "__exit__", leave)  # noqa: B010


def _workers_took() -> dict[str, float]:
    stats: dict[int, list[str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            stats[int(path.parent.name)] = path.read_text().rpartition(")")[2].split()
    servers = {pid for pid, fields in stats.items() if int(fields[1]) == os.getpid()}
    pool = {pid for pid, fields in stats.items() if int(fields[1]) in servers}
    ticks = sum(int(n) for pid in pool for n in stats[pid][11:13])
    ticks += sum(int(n) for pid in servers for n in stats[pid][13:15])  # workers that ended
    peaks = [0.0]
    for pid in pool:
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            peaks += [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")]
    return {"cpu_seconds": ticks / os.sysconf("SC_CLK_TCK"), "largest_mb": max(peaks)}


def _report(number: int) -> str:
    """A report whose sections are about a passage each, and none like another."""
    sections = []
    for part in range(SECTIONS):
        sentences = [
            f"In district {number}-{part} the {WORDS[(number + n) % len(WORDS)]} counted "
            f"{number * 61 + part * 7 + n} cases of {WORDS[(part + 5 * n) % len(WORDS)]} that a "
            f"{WORDS[(number * part + n) % len(WORDS)]} had noted in file {part}{number}{n}."
            for n in range(6)
        ]
        sections.append(f"## Section {part}\n\n{' '.join(sentences)}")
    return f"# Report {number}\n\n" + "\n\n".join(sections) + "\n"


PARTS = {"messy": messy, "pdf": pdf_reading, "phases": phases, "large": large}
