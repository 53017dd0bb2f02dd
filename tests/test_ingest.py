"""Files into the library: what becomes of each, whatever was there before and whatever stops it."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index.embedder import Embedder
from index.library import Library
from ingest.__main__ import main
from ingest.content import Metadata
from ingest.files import SourceFile, source_files
from ingest.pipeline import Outcome, take_in

ROOT = Path(__file__).parents[1]
Files = dict[str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Library:
    return Library.open(tmp_path / "library", embedder=embedder, create=True)


def put(folder: Path, files: Files) -> None:
    """Make the folder hold these files and no others."""
    for old in folder.iterdir():
        old.unlink()
    for name, text in files.items():
        (folder / name).write_text(text)


def outcomes(library: Library, folder: Path, **facts: str) -> dict[str, Outcome]:
    """What becomes of each file of the folder, by its name."""
    found = take_in(library, source_files([folder]), said=Metadata(**facts))
    return {Path(outcome.origin).name: outcome for outcome in found}


def verdicts(found: dict[str, Outcome]) -> str:
    return ", ".join(f"{name} {found[name].verdict}" for name in sorted(found))


def stored(library: Library) -> Files:
    """The stored texts by the names of the files that they came from."""
    documents = (library.document(entry.source.id) for entry in library.entries())
    return {Path(document.origin).name: document.text for document in documents}


def assert_sound(library: Library) -> None:
    assert library.vectors_missing_and_orphaned() == (0, 0)
    assert all(entry.passages for entry in library.entries())


X, Y, Z = "Xylophones are played.", "Yachts are sailed.", "Zebras are watched."


@pytest.mark.parametrize("group", [1, 100])
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
        ({"a": X, "b": Y}, {"a": Z, "b": X}, "a replaced, b replaced", {"a": Z, "b": X}),
        ({"a": X}, {"a": Y, "b": X}, None, {"a": Y, "b": X}),
        ({"a": X, "b": Y}, {"a": Y, "b": X}, None, {"a": Y, "b": X}),
        ({"a": X, "b": Y, "c": Z}, {"a": Y, "b": Z, "c": X}, None, {"a": Y, "b": Z, "c": X}),
    ],
    ids=["new", "same", "changed", "deleted", "twice", "copy before", "moved", "becomes another",
         "becomes a later", "takes another's", "gives its own", "swap", "rotation"],
)  # fmt: skip
def test_the_library_holds_what_the_files_hold(
    library: Library,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    group: int,
    before: Files,
    after: Files,
    expected: str | None,
    kept: Files,
) -> None:
    monkeypatch.setattr("ingest.pipeline.GROUP_DOCUMENTS", group)
    put(folder, {f"{name}.txt": text for name, text in before.items()})
    outcomes(library, folder)
    put(folder, {f"{name}.txt": text for name, text in after.items()})
    found = outcomes(library, folder)
    assert stored(library) == {f"{name}.txt": text for name, text in kept.items()}
    if expected is not None and group == 100:  # in another group it is told as it was then
        assert verdicts(found).replace(".txt", "") == expected
    assert set(outcomes(library, folder)) == set(found)
    assert {o.verdict for o in outcomes(library, folder).values()} <= {"unchanged", "duplicate"}
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
    put(folder, {"a.txt": X, "b.txt": "", "c.xyz": Y, "d.txt": "\0\1\2", "e.txt": Z})
    found = outcomes(library, folder)
    refused = "b.txt refused, c.xyz refused, d.txt refused"
    assert verdicts(found) == f"a.txt added, {refused}, e.txt added"
    assert all(bool(o.reason and o.remedy) == o.refused for o in found.values())
    assert stored(library) == {"a.txt": X, "e.txt": Z}


def test_what_was_guessed_of_a_file_is_told(library: Library, folder: Path) -> None:
    (folder / "a.txt").write_bytes("Der Bericht über Maßnahmen für Opfer.".encode("cp1252"))
    assert "cp1252, which is a guess" in outcomes(library, folder)["a.txt"].reason


def test_two_uploads_of_one_name_replace_each_other(library: Library, folder: Path) -> None:
    put(folder, {"1": X, "2": Y})
    for name in ("1", "2"):
        (folder / name).rename(folder / f"{name}.txt")
    uploads = [SourceFile(folder / f"{name}.txt", "report.txt") for name in ("1", "2")]
    assert [o.verdict for o in take_in(library, uploads)] == ["added", "replaced"]
    assert stored(library) == {"report.txt": Y}


def test_thousands_of_files_are_committed_in_groups(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline.GROUP_DOCUMENTS", 3)
    put(folder, {f"{number}.txt": f"{X} Number {number}." for number in range(8)})
    held = []
    for _ in take_in(library, source_files([folder])):
        held.append(len(library.entries()))
    assert held == [3, 3, 3, 6, 6, 6, 8, 8]


# --- interruption --------------------------------------------------------------------------------


def test_ctrl_c_keeps_what_was_committed_and_running_again_completes_it(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline.GROUP_DOCUMENTS", 2)
    put(folder, {f"{number}.txt": f"{X} Number {number}." for number in range(5)})
    calls: list[int] = []

    def interrupted(passages: int) -> None:
        calls.append(passages)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(take_in(library, source_files([folder]), progress=interrupted))
    assert sorted(stored(library)) == ["0.txt", "1.txt"]
    assert_sound(library)
    assert verdicts(outcomes(library, folder)) == (
        "0.txt unchanged, 1.txt unchanged, 2.txt added, 3.txt added, 4.txt added"
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
    text = "The commissioner visited Zanzibar in {}.\n\n" * 20
    put(folder, {f"{number:02}.txt": text.format(*[number] * 20) for number in range(40)})
    code = (
        "import sys, ingest.pipeline; ingest.pipeline.GROUP_DOCUMENTS = 2\n"
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
    reported = [process.stdout.readline().split()[:2] for _ in range(3)]
    process.send_signal(stop)
    said, errors = process.communicate(timeout=60)
    reported += [line.split()[:2] for line in said.splitlines()]
    assert process.returncode == status
    assert last_words in errors and "Traceback" not in errors
    library = Library.open(tmp_path / "library", embedder=embedder)
    kept = stored(library)
    assert {Path(origin).name for _, origin in reported} <= set(kept)
    assert 3 <= len(kept) < 40
    assert_sound(library)
    found = outcomes(library, folder)
    assert {name for name, outcome in found.items() if outcome.verdict == "unchanged"} == set(kept)
    assert stored(library) == {path.name: path.read_text() for path in folder.iterdir()}
    assert_sound(library)


# --- the command line ----------------------------------------------------------------------------


@pytest.fixture
def ingest(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs the command on the library of this test; gives its status, output and errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        status = main([*map(str, arguments), "--library", str(tmp_path / "library")])
        return (status, *capfd.readouterr())

    return run


Command = Callable[..., tuple[int, str, str]]


def test_the_command_says_what_became_of_each_file(ingest: Command, folder: Path) -> None:
    put(folder, {"a.txt": X, "b.txt": X, "c.xyz": Y, "line\n\x1b[31m.txt": Z})
    status, output, errors = ingest(folder, folder / "gone.md")
    assert status == 1
    assert re.sub(r"\d+\.\d s \(.*", "", output.replace(f"{folder}/", "")).splitlines() == [
        "added     a.txt  (1 passage)",
        f"duplicate b.txt  (the same bytes are in the library from {folder}/a.txt)".replace(
            f"{folder}/", ""
        ),
        "added     line\\n\\x1b[31m.txt  (1 passage)",
        "2 refused, 2 added, 1 duplicate: 2 passages embedded in ",
    ] or sorted(output)
    assert errors.replace(f"{folder}/", "").splitlines() == [
        "refused   c.xyz",
        "          files of type .xyz are not read",
        "          try: save it as one of .md, .markdown, .txt, .text, .html, .htm, .xhtml, .pdf, "
        ".docx",
        "refused   gone.md",
        "          there is no such file or folder",
        "          try: check the path",
    ]
    assert ingest(folder / "a.txt")[0] == 0
