"""Reading text PDFs, alone: pages/s of ours in worker processes and in one, beside pypdf.

Each side's round goes over the same files as often as makes some seconds, the sides in turn.
Starting the workers is not counted. A page is a page of the file, whether or not it has text.
"""

import logging
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmark.bench import Bench, Json, spread
from tests.benchmark.processes import part

ROUNDS = 5
ROUND_SECONDS = 3.0


def measure(bench: Bench) -> Json:
    """The rates of all sides, and their ratios round by round."""
    found = part("pdf-reading", bench.corpus, bench.messy)
    print(
        f"\nReading text PDFs: {found['pages']} pages of {found['files']} files, "
        f"{ROUNDS} rounds, {found['workers']} workers; the plain side is {found['plain_is']}"
    )
    for side, rates in found["pages_per_second"].items():
        print(f"  {side:28}{spread(rates, 1)} pages/s")
    for side, ratios in found["ratios"].items():
        print(f"  {side} to plain: {spread(ratios)}")
    if found["left_out"]:
        print(f"  left out: {', '.join(f'{n} ({why})' for n, why in found['left_out'].items())}")
    return {"pdf_reading": found}


# --- in a process of its own ---------------------------------------------------------------------


def read_pdfs(*folders: str) -> Json:
    """Pages/s of each side in each round."""
    from ingest.files import SourceFile
    from ingest.formats.pdf import read_pdf
    from ingest.reading import Job, Reading
    from ingest.workers import Workers
    from tests.plain_stack import PDF_LOADER, pdf_pages

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of each damaged file
    paths, left_out, pages = _text_pdfs([Path(folder) for folder in folders])
    jobs = [Job(SourceFile(path, str(path))) for path in paths]

    with Workers() as workers:

        def in_workers(times: int) -> None:
            for job, result in workers.readings(jobs * times):
                assert isinstance(result, Reading) and result.documents, job.file.path

        def alone(times: int) -> None:
            for path in paths * times:
                read_pdf(path.read_bytes())

        def plain(times: int) -> None:
            for path in paths * times:
                pdf_pages(path)

        sides = {"ours, in workers": in_workers, "ours, in one process": alone, "plain": plain}
        rates = _rates(sides, pages)
        number = workers._number
    ours = [side for side in sides if side != "plain"]
    return {
        "files": len(paths),
        "pages": pages,
        "workers": number,
        "plain_is": PDF_LOADER,
        "pages_per_second": rates,
        "ratios": {
            side: [a / b for a, b in zip(rates[side], rates["plain"], strict=True)] for side in ours
        },
        "left_out": left_out,
    }


def _rates(sides: dict[str, Callable[[int], None]], pages: int) -> dict[str, list[float]]:
    """Pages/s by side and round; a first pass, not counted, warms up and tells how often to go."""
    times = {side: max(1, math.ceil(ROUND_SECONDS / _seconds(work, 1, warm=True)))
             for side, work in sides.items()}  # fmt: skip
    rates: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(ROUNDS):
        for side, work in sides.items():
            rates[side].append(pages * times[side] / _seconds(work, times[side]))
    return rates


def _seconds(work: Callable[[int], None], times: int, *, warm: bool = False) -> float:
    if warm:
        work(times)
    began = time.perf_counter()
    work(times)
    return time.perf_counter() - began


def _text_pdfs(folders: Sequence[Path]) -> tuple[list[Path], dict[str, str], int]:
    """The PDFs that both sides read and whose every page has its text; why others are left out."""
    from ingest.errors import ReadError
    from ingest.formats.pdf import read_pdf
    from pypdf.errors import PyPdfError
    from tests.plain_stack import pdf_pages

    paths, left_out, pages = [], {}, 0
    for path in sorted(path for folder in folders for path in folder.rglob("*.pdf")):
        try:
            content = read_pdf(path.read_bytes())
            if content.pictures:
                left_out[path.name] = "has pages that are pictures"
                continue
            pages += len(pdf_pages(path))
            paths.append(path)
        except ReadError as error:
            left_out[path.name] = f"ours: {error.message}"
        except (PyPdfError, ValueError, KeyError, TypeError) as error:
            left_out[path.name] = f"pypdf: {type(error).__name__}"
    return paths, left_out, pages
