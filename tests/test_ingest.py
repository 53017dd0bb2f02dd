"""Files into the library: what becomes of each, whatever was there before and whatever stops it."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from index.embedder import Embedder
from index.library import Library
from ingest.content import Metadata
from ingest.files import SourceFile, source_files
from ingest.outcome import Outcome
from ingest.pipeline import Options, take_in
from ingest.progress import Unseen

ROOT = Path(__file__).parents[1]
Files = dict[str, str]


def put(folder: Path, files: Files) -> None:
    """Make the folder hold these files and no others; a name without a type is one of text."""
    for old in folder.iterdir():
        old.unlink()
    for name, text in files.items():
        (folder / (name if "." in name else f"{name}.txt")).write_text(text)


def outcomes(library: Library, folder: Path, **facts: Any) -> dict[str, Outcome]:
    """What becomes of each file of the folder, by its name."""
    found = take_in(library, source_files([folder]), Options(said=Metadata(**facts)))
    return {name_of(outcome.origin): outcome for outcome in found}


def verdicts(found: dict[str, Outcome]) -> str:
    return ", ".join(f"{name} {found[name].verdict}" for name in sorted(found))


def stored(library: Library) -> Files:
    """The stored texts by the names of the files that they came from."""
    documents = (library.document(entry.source.id) for entry in library.entries())
    return {name_of(document.origin): document.text for document in documents}


def name_of(origin: str) -> str:
    return Path(origin).name.removesuffix(".txt")


def assert_sound(library: Library) -> None:
    assert library.vectors_missing_and_orphaned() == (0, 0)
    assert all(entry.passages for entry in library.entries())


X, Y, Z = "Xylophones are played.", "Yachts are sailed.", "Zebras are watched."


@pytest.mark.parametrize(
    ("before", "after", "expected", "kept"),
    [
        ({}, {"a": X, "b": Y}, "a added, b added", {"a": X, "b": Y}),
        ({"a": X}, {"a": X}, "a unchanged", {"a": X}),
        ({"a": X}, {"a": Y}, "a replaced", {"a": Y}),
        ({"a": X}, {"b": Y}, "b added", {"a": X, "b": Y}),
        ({}, {"a": X, "b": X}, "a added, b duplicate", {"a": X}),
        ({"b": X}, {"a": X, "b": X}, "a duplicate, b unchanged", {"b": X}),
        ({"a": X}, {"b": X}, "b replaced", {"b": X}),
        ({"a": X, "b": Y}, {"a": X, "b": X}, "a unchanged, b duplicate", {"a": X}),
        ({"a": X, "b": Y}, {"a": Y, "b": Y}, "a duplicate, b unchanged", {"b": Y}),
        ({"a": X, "b": Y}, {"a": Y, "b": X}, "a replaced, b replaced", {"a": Y, "b": X}),
        ({"a": X}, {"a": Y, "b": X}, "a replaced, b replaced", {"a": Y, "b": X}),
    ],
    ids=["new", "same", "changed", "deleted", "twice", "copy before", "moved", "becomes another",
         "becomes a later", "swap", "gives its own"],
)  # fmt: skip
def test_the_library_holds_what_the_files_hold(
    library: Library, folder: Path, before: Files, after: Files, expected: str, kept: Files
) -> None:
    put(folder, before)
    outcomes(library, folder)
    put(folder, after)
    assert verdicts(outcomes(library, folder)) == expected
    assert stored(library) == kept
    assert {outcome.verdict for outcome in outcomes(library, folder).values()} == {"unchanged"}
    assert_sound(library)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": X, "b": Y}, {"a": Y, "b": X}),
        ({"a": X, "b": Y, "c": Z}, {"a": Y, "b": Z, "c": X}),
        ({"a": X}, {"a": Y, "b": X}),
        ({"b": X}, {"a": X, "b": Y}),
    ],
    ids=["swap", "rotation", "gives its own", "takes another's"],
)
def test_it_does_so_however_the_files_are_grouped(
    library: Library,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: Files,
    after: Files,
) -> None:
    monkeypatch.setattr("ingest.group.GROUP_DOCUMENTS", 1)
    put(folder, before)
    outcomes(library, folder)
    put(folder, after)
    outcomes(library, folder)
    assert stored(library) == after
    assert_sound(library)


def test_a_changed_file_leaves_nothing_of_what_it_said(library: Library, folder: Path) -> None:
    put(folder, {"a.md": "The commissioner visited Zanzibar.\n" * 40})
    outcomes(library, folder)
    put(folder, {"a.md": "The commissioner visited Tobago.\n"})
    assert verdicts(outcomes(library, folder)) == "a.md replaced"
    assert all("Zanzibar" not in hit.passage.text for hit in library.search("Zanzibar", 9))
    assert len(library.search("commissioner", 9)) == 1


def test_what_is_said_of_a_file_changes_with_its_table(library: Library, folder: Path) -> None:
    header = "path,title,kind,publisher\n"
    put(folder, {"a.md": "# Own title\n\n(a) words\n", "sources.csv": f"{header}a.md,Said,,P\n"})
    for table, verdict, title, kind in (
        (f"{header}a.md,Said,,P\n", "added", "Said", "other"),
        (f"{header}a.md,Said,,P\nb.md,B,,\n", "unchanged", "Said", "other"),
        (f"{header}a.md,Anew,statute,P\n", "replaced", "Anew", "statute"),
        (f"{header}a.md,,statute,P\n", "replaced", "Own title", "statute"),
        ("path;title\n", "refused", "Own title", "statute"),
    ):
        (folder / "sources.csv").write_text(table)
        assert verdicts(outcomes(library, folder)) == f"a.md {verdict}"
        (entry,) = library.entries()
        assert (entry.source.title, entry.source.kind) == (title, kind)
    (folder / "sources.csv").unlink()
    assert verdicts(outcomes(library, folder, kind="news")) == "a.md replaced"
    assert library.entries()[0].source.kind == "news"
    assert_sound(library)


def test_a_file_that_is_refused_costs_only_itself(library: Library, folder: Path) -> None:
    put(folder, {"a": X, "b": "", "c.xyz": Y, "d": "\0\1\2", "e": Z})
    found = outcomes(library, folder)
    assert verdicts(found) == "a added, b refused, c.xyz refused, d refused, e added"
    assert all(bool(o.reason and o.remedy) == o.refused for o in found.values())
    assert stored(library) == {"a": X, "e": Z}


def test_what_was_guessed_of_a_file_is_told(library: Library, folder: Path) -> None:
    (folder / "a.txt").write_bytes("Der Bericht über Maßnahmen für Opfer.".encode("cp1252"))
    assert "cp1252, which is a guess" in outcomes(library, folder)["a"].reason


def test_two_uploads_of_one_name_replace_each_other(library: Library, folder: Path) -> None:
    put(folder, {"1": X, "2": Y})
    uploads = [SourceFile(folder / f"{name}.txt", "report.txt") for name in ("1", "2")]
    assert [o.verdict for o in take_in(library, uploads)] == ["added", "replaced"]
    assert stored(library) == {"report": Y}


def test_thousands_of_files_are_committed_in_groups(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.group.GROUP_DOCUMENTS", 3)
    put(folder, {str(number): f"{X} Number {number}." for number in range(8)})
    held = []
    for _ in take_in(library, source_files([folder])):
        held.append(len(library.entries()))
    assert held == [3, 3, 3, 6, 6, 6, 8, 8]


# --- interruption --------------------------------------------------------------------------------


def test_ctrl_c_keeps_what_was_committed_and_running_again_completes_it(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.group.GROUP_DOCUMENTS", 2)
    put(folder, {str(number): f"{X} Number {number}." for number in range(5)})
    calls: list[int] = []

    class Interrupted(Unseen):
        def embedded(self, passages: int) -> None:
            calls.append(passages)
            if len(calls) == 2:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(take_in(library, source_files([folder]), progress=Interrupted()))
    assert sorted(stored(library)) == ["0", "1"]
    assert_sound(library)
    assert verdicts(outcomes(library, folder)) == (
        "0 unchanged, 1 unchanged, 2 added, 3 added, 4 added"
    )
    assert_sound(library)


@pytest.mark.parametrize(
    ("stop", "status", "last_words"),
    [(signal.SIGINT, 130, "run again for the rest"), (signal.SIGKILL, -signal.SIGKILL, "")],
    ids=["Ctrl-C", "kill -9"],
)
def test_a_stopped_command_leaves_whole_documents_and_running_again_completes_it(
    tmp_path: Path,
    folder: Path,
    embedder: Embedder,
    stop: signal.Signals,
    status: int,
    last_words: str,
) -> None:
    put(folder, {f"{number:02}": f"{X} Number {number}. {Y}" for number in range(24)})
    code = (
        "import sys, ingest.group; ingest.group.GROUP_DOCUMENTS = 2\n"
        "from ingest.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), "--library", str(tmp_path / "library")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    reported = [process.stdout.readline()]
    process.send_signal(stop)
    output, errors = process.communicate(timeout=60)
    reported += output.splitlines()
    assert process.returncode == status
    assert last_words in errors and "Traceback" not in errors
    library = Library.open(tmp_path / "library", embedder=embedder)
    kept = stored(library)
    assert {name_of(line.split()[1]) for line in reported} <= set(kept)
    assert 2 <= len(kept) < 24
    assert_sound(library)
    found = outcomes(library, folder)
    assert {name for name, outcome in found.items() if outcome.verdict == "unchanged"} == set(kept)
    assert stored(library) == {path.stem: path.read_text() for path in folder.iterdir()}
    assert_sound(library)
