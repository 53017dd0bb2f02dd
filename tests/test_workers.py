"""Worker processes: a file whose reading goes wrong costs itself alone, and can do no harm."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from assistant.output import hits_text
from index.embedder import Embedder
from index.library import Library
from ingest.content import Metadata
from ingest.errors import ReadError
from ingest.files import SourceFile, source_files
from ingest.pipeline import Options, take_in
from ingest.progress import Unseen
from ingest.reading import Job, Reading
from ingest.workers import Limits, Workers
from tests.misread import misread

WELL = "A report that is read well."


def jobs(folder: Path, texts: dict[str, str]) -> Iterator[Job]:
    for name, text in texts.items():
        path = folder / f"{name}.txt"
        path.write_text(text)
        yield Job(SourceFile(path, name))


def results(folder: Path, texts: dict[str, str], limits: Limits) -> dict[str, str]:
    """What became of each text: "read", or why not."""
    with Workers(limits, number=2, read=misread) as workers:
        return {
            job.file.origin: result.message if isinstance(result, ReadError) else "read"
            for job, result in workers.readings(jobs(folder, texts))
        }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hang", "reading it took longer than 2 s"),
        ("crash", "its reader crashed (exit code -6)"),
        ("exit", "its reader crashed (exit code 3)"),
        ("memory", "reading it takes more than 1.5 GB of memory"),
        ("fault", 'its reader failed (KeyError: "a parser\'s own fault")'),
        ("fetch", "its reader failed (URLError: <urlopen error a file's reader has no network>)"),
        ("connect", "its reader failed (PermissionError: a file's reader has no network)"),
    ],
)
def test_a_reader_that_goes_wrong_costs_its_file_alone(
    tmp_path: Path, text: str, message: str
) -> None:
    limits = Limits(seconds=2, memory_bytes=1_500_000_000)
    texts = {"first": WELL, "bad": text, **{f"after {n}": WELL for n in range(9)}}
    found = results(tmp_path, texts, limits)
    assert list(found) == list(texts)
    assert found.pop("bad") == message
    assert set(found.values()) == {"read"}


def test_a_reader_writes_no_file(tmp_path: Path) -> None:
    target = tmp_path / "written"
    found = results(tmp_path, {"a": f"write {target}", "b": WELL}, Limits())
    assert found["a"].startswith("its reader failed (OSError") and found["b"] == "read"
    assert not target.exists() or target.stat().st_size == 0


def test_many_bad_files_do_not_wear_the_workers_out(tmp_path: Path) -> None:
    texts = {f"{n}": ("crash", "hang", WELL)[n % 3] for n in range(12)}
    found = results(tmp_path, texts, Limits(seconds=1))
    assert [name for name, said in found.items() if said == "read"] == ["2", "5", "8", "11"]


def test_a_reader_that_hangs_does_not_keep_from_stopping(tmp_path: Path) -> None:
    began = time.monotonic()
    with Workers(number=1, read=misread) as workers:
        texts = {"a": WELL, "b": "hang"}
        found = [
            job.file.origin
            for job, _ in workers.readings(
                jobs(tmp_path, texts), lambda: time.monotonic() - began > 3
            )
        ]
    assert found == ["a"]
    assert time.monotonic() - began < 10


def test_a_link_out_of_its_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The password.")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "own.txt").write_text(WELL)
    (folder / "inner.txt").symlink_to(folder / "own.txt")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    with Workers(number=1) as workers:
        files = source_files([folder])
        found = {
            Path(job.file.origin).name: result
            for job, result in workers.readings(Job(file) for file in files)
        }
    assert isinstance(found["inner.txt"], Reading) and isinstance(found["own.txt"], Reading)
    assert isinstance(found["out.txt"], ReadError)
    assert found["out.txt"].message == "it is a link that leads out of the folder"


# --- as part of an ingest ------------------------------------------------------------------------


class Stopping(Unseen):
    """Asks to stop once so many passages are embedded, or files read."""

    def __init__(self, passages: int = 10**9, files: int = 10**9) -> None:
        self._passages, self._files = passages, files

    def embedded(self, passages: int) -> None:
        self._passages -= passages

    def was_read(self, *_: object) -> None:
        self._files -= 1

    def stopping(self) -> bool:
        return self._passages <= 0 or self._files <= 0


@pytest.mark.parametrize("progress", [Stopping(passages=3), Stopping(files=4)])
def test_a_stopped_ingest_keeps_what_was_committed_and_goes_on_later(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch, progress: Stopping
) -> None:
    monkeypatch.setattr("ingest.group.GROUP_DOCUMENTS", 2)
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(8):
        (folder / f"{number}.txt").write_text(f"Report number {number} is about ports.")
    library = Library.open(tmp_path / "library", embedder=embedder, create=True)
    first = list(take_in(library, source_files([folder]), progress=progress))
    assert 0 < len(first) < 8 and len(library.entries()) == len(first)
    assert library.vectors_missing_and_orphaned() == (0, 0)
    second = list(take_in(library, source_files([folder])))
    assert [o.verdict for o in second] == ["unchanged"] * len(first) + ["added"] * (8 - len(first))


def test_a_file_that_is_unchanged_is_not_parsed_again(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "a.txt").write_text(WELL)
    library = Library.open(tmp_path / "library", embedder=embedder, create=True)
    file = SourceFile(tmp_path / "a.txt", "a")
    options = Options(said=Metadata(kind="news"))
    assert [o.verdict for o in take_in(library, [file], options)] == ["added"]
    known = library.origin("a")
    assert known is not None
    job = Job(file, options.said, seen=known.fingerprint)
    with Workers(number=1, read=misread_if_parsed) as workers:
        ((_, result),) = workers.readings([job])
    assert isinstance(result, Reading) and result.documents == ()


def misread_if_parsed(job: Job) -> Reading:
    """`read`, in a process in which no parser works."""
    import ingest.reading

    ingest.reading._READERS = {}
    return ingest.reading.read(job)


def test_a_scan_is_recognised_or_where_that_is_off_refused_for_that_reason(
    tmp_path: Path, embedder: Embedder
) -> None:
    picture = Image.new("RGB", (900, 200), "white")
    words = "Recruiters took the passports of nine workers."
    ImageDraw.Draw(picture).text((30, 60), words, "black", ImageFont.load_default(size=32))
    picture.save(tmp_path / "scan.pdf", resolution=100)
    library = Library.open(tmp_path / "library", embedder=embedder, create=True)
    scan = SourceFile(tmp_path / "scan.pdf", "scan.pdf")
    (refused,) = take_in(library, [scan], Options(recognising=False))
    assert refused.refused and "text recognition (OCR) is off" in refused.reason
    (added,) = take_in(library, [scan])
    assert added.verdict == "added" and "read by text recognition (OCR)" in added.reason
    (entry,) = library.entries()
    assert (entry.pages, entry.recognised_pages) == (1, 1)
    (hit,) = library.search("passports of nine workers")
    assert "passports of nine workers" in hit.passage.text
    assert hit.passage.recognised is not None and 0.5 < hit.passage.recognised <= 1
    assert "by text recognition (" in hits_text((hit,))
