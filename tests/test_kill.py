"""kill -9 at random points of an ingest: nothing that was committed is lost, nothing is left over.

The command runs as a user runs it, with its worker processes. The seed of the points is fixed, what
the machine does meanwhile is not.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.embedder import Embedder
from index.library import Library

ROOT = Path(__file__).parents[1]
KILLS = 20
SPREAD_S = 2.5  # of the points, after the ingest has begun
DOCUMENTS = 60


def put_documents(folder: Path) -> None:
    folder.mkdir()
    for number in range(DOCUMENTS):
        about = f"Report {number} counts {number * 37} victims in district {number % 7}. "
        (folder / f"{number:02}.txt").write_text(about * 12)


def started(folder: Path, library: Path) -> "subprocess.Popen[str]":
    code = (
        "import sys, ingest.group; ingest.group.GROUP_DOCUMENTS = 3\n"
        "from ingest.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), "--library", str(library)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # so that what it leaves behind can be told
    )


def left_over(session: int) -> list[str]:
    """The processes of this session that are still there."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(path.name)) == session:
                state = (path / "stat").read_text().rsplit(")", 1)[1].split()[0]
                if state != "Z":
                    found.append((path / "cmdline").read_text().replace("\0", " "))
        except OSError:
            pass  # it has just ended
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")
def test_kill_9_at_20_random_points_loses_no_document_and_leaves_no_orphan(
    tmp_path: Path, embedder: Embedder
) -> None:
    folder, place = tmp_path / "in", tmp_path / "library"
    put_documents(folder)
    points = random.Random(3)
    reported: set[str] = set()
    died_with_some = 0
    for _ in range(KILLS):
        process = started(folder, place)
        assert process.stdout is not None
        first = process.stdout.readline()  # it has committed something, or says what was
        time.sleep(points.uniform(0, SPREAD_S))
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0]
        lines = [line.split() for line in (first + rest).splitlines()]
        reported |= {Path(words[1]).name for words in lines if words and words[0] == "added"}
        deadline = time.monotonic() + 10
        while left_over(process.pid):
            assert time.monotonic() < deadline, left_over(process.pid)
            time.sleep(0.05)
        library = Library.open(place, embedder=embedder)
        with library.writing():
            pass  # repairs
        assert library.vectors_missing_and_orphaned() == (0, 0)
        stored = {Path(entry.source.origin).name for entry in library.entries()}
        assert reported <= stored
        assert all(
            library.document(entry.source.id).text == Path(entry.source.origin).read_text()
            for entry in library.entries()
        )
        died_with_some += process.returncode == -signal.SIGKILL and 0 < len(stored) < DOCUMENTS
        if len(stored) == DOCUMENTS:  # begin anew, so that all points are points of an ingest
            shutil.rmtree(place)
            reported.clear()
    assert died_with_some >= KILLS / 4  # the points were in the midst of it
    done = started(folder, place)
    assert done.communicate()[0] and done.returncode == 0
    library = Library.open(place, embedder=embedder)
    assert len(library.entries()) == DOCUMENTS
    assert library.vectors_missing_and_orphaned() == (0, 0)
