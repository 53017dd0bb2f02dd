"""Which files are meant by paths, and what the table beside them says of each."""

import os
from pathlib import Path

import pytest

from ingest.content import Metadata
from ingest.errors import ReadError
from ingest.files import TABLE, source_files
from ingest.reading import Job, read
from ingest.sources import Sources

HEADER = "path,title,kind,publisher,author,published,jurisdiction,url\n"


def facts(folder: Path, table: str | bytes, path: str = "a.md") -> Metadata:
    """What the table, lying in the folder, says of the file at this path under it."""
    (folder / TABLE).write_bytes(table.encode() if isinstance(table, str) else table)
    return Sources().facts(folder / path)


@pytest.mark.parametrize(
    ("table", "path", "expected"),
    [
        (HEADER + "a.md,A,news,P,W,2018-04,US,x\n", "a.md",
         Metadata("A", "news", "P", "W", "2018-04", "US")),
        ("\ufeffpath,title\r\na.md,A\r\n", "a.md", Metadata("A")),
        ("Path , Title\na.md,A\n", "a.md", Metadata("A")),
        ("title,path\nA,sub/a.md\n", "sub/a.md", Metadata("A")),
        ("path,title\n./a.md,A\n", "a.md", Metadata("A")),
        ('path,title\na.md,"A, with  a\nline end"\n', "a.md", Metadata("A, with a line end")),
        ("path,title\na.md,سعر 🙂\n", "a.md", Metadata("سعر 🙂")),
        ("path,title,kind\na.md,A\n\n,,\n", "a.md", Metadata("A")),
        ("path,title,,\na.md,A,,\n", "a.md", Metadata("A")),
        ("path,title\na.md,A\na.md,A\n", "a.md", Metadata("A")),
        ("path,title\na.md,A\n", "b.md", Metadata()),
        ("path,title\na.md,A\n", "sub/a.md", Metadata()),
    ],
)  # fmt: skip
def test_a_table_says_what_is_known_of_the_files_it_lists(
    tmp_path: Path, table: str, path: str, expected: Metadata
) -> None:
    found = facts(tmp_path, table, path)
    assert found.over(Metadata()) == expected.over(Metadata())


@pytest.mark.parametrize(
    ("table", "reason", "remedy"),
    [
        ("", "no column 'path'", "first line"),
        ("file,title\na.md,A\n", "no column 'path'", "name the columns"),
        ("path;title\na.md;A\n", "no column 'path'", "between commas"),
        ("path,title\na.md,A, with a comma\n", "more cells than columns in line 2", "quotation"),
        ("path,title\na.md,A\na.md,B\n", "lists a.md twice", "remove one"),
        ("path,title\na.md,Übung\n".encode("latin-1"), "cannot be read", "UTF-8"),
        ("path,title\na.md,A\n".encode("utf-16"), "cannot be read", "UTF-8"),
        ("path,kind\na.md,law\n", "kind 'law'", "statute"),
        ("path,published\na.md,14.4.2018\n", "date '14.4.2018'", "2018-04-14"),
        ("path,published\na.md,2018-02-30\n", "date '2018-02-30'", "2018-04-14"),
    ],
)
def test_a_table_that_cannot_be_used_is_named_with_the_remedy(
    tmp_path: Path, table: str | bytes, reason: str, remedy: str
) -> None:
    with pytest.raises(ReadError) as refusal:
        facts(tmp_path, table)
    assert str(tmp_path / TABLE) in refusal.value.message
    assert reason in refusal.value.message
    assert remedy in refusal.value.remedy


def test_a_bad_kind_costs_only_its_own_file(tmp_path: Path) -> None:
    assert facts(tmp_path, "path,kind\na.md,law\nb.md,news\n", "b.md").kind == "news"


def test_the_nearest_table_that_lists_a_file_describes_it(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / TABLE).write_text("path,title\nboth.md,near\n")
    above = "path,title,kind\ninner/both.md,far,news\ninner/only.md,far,news\n"
    assert facts(tmp_path, above, "inner/both.md") == Metadata(title="near")
    assert facts(tmp_path, above, "inner/only.md") == Metadata(title="far", kind="news")


# --- which files are meant -----------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("b.md", "a.txt", "sub/deep/c.xyz", ".hidden.md", ".git/d.md", "sub/sources.csv",
                 "library/catalogue.sqlite3", "library/vectors/e.bin"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "link.md").symlink_to("b.md")
    (tmp_path / "loop").symlink_to(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["."], ["a.txt", "b.md", "link.md", "sub/deep/c.xyz"]),
        (["sub", "b.md", "b.md", "sub/../b.md"], ["sub/deep/c.xyz", "b.md"]),
        (["b.md", "."], ["b.md", "a.txt", "link.md", "sub/deep/c.xyz"]),
        ([".hidden.md", "sub/sources.csv"], [".hidden.md", "sub/sources.csv"]),
        (["missing", "sub/missing.md"], ["missing", "sub/missing.md"]),
        (["loop/b.md", "loop/sub"], ["b.md", "sub/deep/c.xyz"]),
        (["library"], []),
    ],
)
def test_a_folder_means_all_its_files_and_each_file_comes_once(
    tree: Path, paths: list[str], expected: list[str]
) -> None:
    found = source_files([tree / path for path in paths], besides=tree / "library")
    assert [file.origin for file in found] == [str(tree / name) for name in expected]


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        (b"bad\xff.txt", "bad\\xff.txt"),
        (b"new\nline.txt", "new\nline.txt"),
        ("שלום 🙂.txt".encode(), "שלום 🙂.txt"),
    ],
)
def test_any_name_can_be_stored_and_shown(tmp_path: Path, name: bytes, origin: str) -> None:
    (tmp_path / os.fsdecode(name)).write_text("words")
    (file,) = source_files([tmp_path])
    document = read(Job(file)).documents[0]
    assert document.origin == f"{tmp_path}/{origin}"
    assert document.title == " ".join(origin.removesuffix(".txt").split())
    assert (document.title + document.origin).encode()


def test_what_cannot_be_opened_is_a_file_that_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "circle.txt").symlink_to("circle.txt")
    (tmp_path / "nowhere.txt").symlink_to("gone.txt")
    long = tmp_path / ("n" * 300 + ".txt")
    reasons = []
    for file in source_files([tmp_path, long]):
        with pytest.raises(ReadError) as refusal:
            read(Job(file))
        reasons.append(refusal.value.message)
    assert reasons == [
        "it cannot be read: Too many levels of symbolic links",
        "there is no such file or folder",
        "it is no file, but a folder, device or pipe",
        "it cannot be read: File name too long",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_a_file_that_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked.txt").write_text("words")
    for name in ("locked", "locked.txt"):
        (tmp_path / name).chmod(0)
    for file in source_files([tmp_path]):
        with pytest.raises(ReadError, match="cannot be read: Permission denied"):
            read(Job(file))
    (tmp_path / "locked").chmod(0o700)
