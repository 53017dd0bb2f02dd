"""The command line of ingest, as a user meets it: what it prints and where, and its status."""

import io
import json
import os
import pty
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from index.embedder import Embedder
from index.library import Library
from ingest.__main__ import main
from ingest.sniffing import DOCX, WHAT_IS_READ
from tests.test_ingest import ROOT, X, Y, Z, put
from tests.test_readers_docx import word

Command = Callable[..., tuple[int, str, str]]


def zipped(**texts: str) -> bytes:
    """An archive of text files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in texts.items():
            archive.writestr(f"{name}.txt", text)
    return written.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def ingest(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs the command on the library of this test; gives its status, output and errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        status = main([*map(str, arguments), "--library", str(tmp_path / "library")])
        return (status, *capfd.readouterr())

    return run


def test_the_command_says_what_became_of_each_file(ingest: Command, folder: Path) -> None:
    put(folder, {"a": X, "b": X, "c.xyz": Y, "line\n\x1b[31m": Z})
    status, output, errors = ingest(folder, folder / "gone.md")
    assert status == 1
    *lines, summary = output.replace(f"{folder}/", "").splitlines()
    assert lines == [
        "added     a.txt  (1 passage)",
        "duplicate b.txt  (the same content as a.txt: one document, two origins)",
        "added     line\\n\\x1b[31m.txt  (1 passage)",
    ]
    assert re.fullmatch(
        r"2 added, 1 duplicate, 2 refused: 2 passages embedded in \d+\.\d s \(\d+/s\); "
        r"library at .*/library",
        summary,
    )
    assert errors.replace(f"{folder}/", "").splitlines() == [
        "refused   c.xyz",
        "          files of type .xyz are not read",
        f"          try: {WHAT_IS_READ}",
        "refused   gone.md",
        "          there is no such file or folder",
        "          try: check the path",
    ]


def test_json_has_every_outcome_and_nothing_else_is_printed(ingest: Command, folder: Path) -> None:
    put(folder, {"שלום": X, "b": ""})
    status, output, errors = ingest(folder, "--json", "--kind", "news")
    value = json.loads(output)
    assert (status, errors) == (1, "")
    assert set(value) == {"library", "files", "pages", "passages", "seconds"}
    refused, added = value["files"]
    assert added == {
        "origin": f"{folder}/שלום.txt", "verdict": "added", "title": "שלום", "passages": 1,
        "pages": 0, "document_id": added["document_id"], "reason": "", "remedy": "",
    }  # fmt: skip
    assert (refused["verdict"], refused["document_id"]) == ("refused", None)
    assert refused["reason"] and refused["remedy"]
    assert ingest(folder / "שלום.txt", "--kind", "news")[0] == 0


def test_the_text_of_one_file_is_printed_and_nothing_is_stored(
    ingest: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Library, "open", None)  # nor is a library needed
    (folder / "a.docx").write_bytes(word(title="Said"))
    status, output, errors = ingest("--text", folder / "a.docx")
    assert (status, errors) == (0, "")
    assert output.isascii()
    value = json.loads(output)
    assert set(value) == {"title", "text", "media_type"}
    assert (value["title"], value["media_type"]) == ("Said", DOCX)
    assert value["text"].startswith("Strategy\n\nFirst paragraph 🙂.\n\nAims")
    assert [path.name for path in folder.parent.rglob("*")] == ["in", "a.docx"]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("broken.docx", word()[:900], "broken.docx: "),
        ("gone.docx", None, "gone.docx: there is no such file or folder"),
        ("two\x1b.zip", zipped(a=X, b=Y), "two\\x1b.zip: it holds 2 documents"),
        ("empty.md", b"", "empty.md: the file is empty"),
        ("large.txt", b"word " * 200_001, "large.txt: the file has 1.0 MB, more than 1"),
        (".", None, ": it is no file, but a folder"),
    ],
)
def test_a_file_whose_text_cannot_be_printed_is_an_error_that_names_it(
    ingest: Command,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    data: bytes | None,
    message: str,
) -> None:
    monkeypatch.setenv("ATTEST_MAX_FILE_MB", "1")
    if data is not None:
        (folder / name).write_bytes(data)
    status, output, errors = ingest("--text", folder / name)
    assert (status, output) == (1, "")
    said, remedy = errors.splitlines()
    assert said.startswith(f"error: {folder}") and message in said
    assert remedy.startswith("try: ")


def test_the_only_document_in_an_archive_is_its_text(ingest: Command, folder: Path) -> None:
    (folder / "one.zip").write_bytes(zipped(a=X))
    assert json.loads(ingest("--text", folder / "one.zip")[1])["text"] == X


def test_a_folder_may_hold_its_own_library_or_nothing(ingest: Command, tmp_path: Path) -> None:
    for _ in range(2):  # the second time the library is there
        status, output, errors = ingest(tmp_path)
        assert (status, errors) == (0, "")
        assert output.startswith("no files found")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [([], "name a file, folder or address"), (["a.md", "--kind", "law"], "invalid choice: 'law'"),
     (["a.md", "--what"], "unrecognized"), (["a.md", "--prune"], "go with --sync"),
     (["--text", "a.md", "b.md"], "--text goes alone"), (["--text", "a.md", "--prune"], "alone"),
     (["--correct", "1", "a.md"], "goes alone"), (["--correct", "1"], "name what to put right")],
)  # fmt: skip
def test_wrong_usage_is_status_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ATTEST_MAX_FILE_MB", "many", "ATTEST_MAX_FILE_MB=many is not a number"),
        ("ATTEST_MAX_FILE_MB", "0", "ATTEST_MAX_FILE_MB=0 is not a number"),
        ("ATTEST_MAX_FILE", "1", "unknown setting ATTEST_MAX_FILE"),
    ],
)
def test_a_setting_that_cannot_be_used_is_an_error_with_a_remedy(
    ingest: Command,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    message: str,
) -> None:
    monkeypatch.setenv(name, value)
    status, output, errors = ingest(folder)
    assert (status, output) == (1, "")
    assert errors.startswith(f"error: {message}") and "\ntry: " in errors


def test_the_size_limit_can_be_set(
    ingest: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTEST_MAX_FILE_MB", "1")
    (folder / "a.txt").write_bytes(b"word " * 200_001)
    status, _, errors = ingest(folder)
    assert status == 1
    assert "1.0 MB, more than 1" in errors


def test_a_library_that_another_writes_to_is_an_error_that_says_who(
    ingest: Command, folder: Path, embedder: Embedder
) -> None:
    put(folder, {"a": X})
    folder_of_library = folder.parent / "library"
    with Library.open(folder_of_library, embedder=embedder, create=True).writing():
        status, _, errors = ingest(folder)
    assert status == 1
    assert f"process {os.getpid()}" in errors and "try: wait" in errors
    assert ingest(folder)[0] == 0


def on_a_terminal(*arguments: str) -> str:
    """What the command shows on a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ingest", *arguments],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(theirs)
    shown = b"".join(iter(lambda: _read(ours), b""))
    process.wait(timeout=60)
    os.close(ours)
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""  # Linux's way to say that the other end is closed


def test_on_a_terminal_a_bar_shows_the_work_and_lines_stay_whole(
    tmp_path: Path, folder: Path
) -> None:
    put(folder, {"a" * 100: X, "b": "", "c": Y})
    shown = on_a_terminal(str(folder), "--library", str(tmp_path / "library"))
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert re.search(r"Adding .* 3/3 files, 0 pages, 2 passages, \d+/s", plain)
    lines = re.split(r"[\r\n]+", plain)
    assert f"added     {folder}/{'a' * 100}.txt  (1 passage)" in lines
    assert f"added     {folder}/c.txt  (1 passage)" in lines
    at = lines.index(f"refused   {folder}/b.txt")
    assert lines[at + 1 : at + 3] == [
        "          the file is empty (0 bytes)",
        "          try: check that it is the right file",
    ]
    ours = ("Adding ", "added ", "refused ", "          ", "2 added, 1 refused: ", "1 refused, 2 ")
    assert [line for line in lines if line and not line.startswith(ours)] == []
