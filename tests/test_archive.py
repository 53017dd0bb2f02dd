"""An archive's files are documents of their own; what could harm is left out or refused."""

import io
import stat
import warnings
import zipfile

import pytest

from ingest.content import Part
from ingest.errors import ReadError
from ingest.formats import archive, package
from ingest.formats.archive import read_zip, with_distinct_names


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about two members of one name
        for name, data in members:
            packed.writestr(name, data)
    return file.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member


INNER = zipped(("a.txt", b"words"))


@pytest.mark.parametrize(
    ("data", "names", "caution"),
    [
        (zipped(("b.txt", b"2"), ("folder/a.md", b"1")), ["b.txt", "folder/a.md"], ""),
        (zipped(("folder/", b""), ("folder/a.md", b"1")), ["folder/a.md"], ""),
        (zipped(("a.txt", b"1"), ("__MACOSX/._a.txt", b"x"), (".DS_Store", b"x"),
                (".git/config", b"x"), ("in/Thumbs.db", b"x")), ["a.txt"], ""),
        (zipped(("a.txt", b"1"), ("x.zip", INNER)), ["a.txt"],
         "archives inside of an archive are not opened: x.zip"),
        (zipped(("a.txt", b"1"), ("picture.jpg", INNER), ("y.txt", b"\x1f\x8b\x08\0")), ["a.txt"],
         "archives inside of an archive are not opened: picture.jpg, y.txt"),
        (zipped(("a.txt", b"1"), (link("passwd.txt"), b"/etc/passwd")), ["a.txt"],
         "links are not followed: passwd.txt"),
        (zipped(("a.txt", b"1"), *((f"{n}.zip", INNER) for n in range(8))), ["a.txt"],
         "not opened: 0.zip, 1.zip, 2.zip, 3.zip, 4.zip and 3 more"),
        (zipped(("a.txt", b"1"), ("a.txt", b"2"), ("A.txt", b"3")),
         ["a.txt", "a (2).txt", "A (2).txt"], ""),
        (zipped(("a.txt", b"1"), ("a.txt", b"1")), ["a.txt"], ""),
        (zipped(("a\nb.txt", b"1")), ["a_b.txt"], ""),
    ],
)  # fmt: skip
def test_an_archive_gives_its_files_and_names_what_it_leaves_out(
    data: bytes, names: list[str], caution: str
) -> None:
    content = read_zip(data)
    assert [part.name for part in content.parts][:2] == names[:2]
    assert len(content.parts) == len(names)
    assert (caution in content.caution) and bool(caution) == bool(content.caution)
    assert content.text == ""


def test_a_part_is_the_files_bytes() -> None:
    assert read_zip(zipped(("a.bin", bytes(range(256))))).parts == (
        Part("a.bin", bytes(range(256))),
    )


def test_a_name_in_utf_8_that_is_not_said_to_be_is_read_as_it() -> None:
    data = zipped(("xxxxxx.txt", b"1")).replace(b"xxxxxx", "épée".encode())
    assert read_zip(data).parts[0].name == "épée.txt"


def test_a_name_in_another_encoding_is_kept_as_well_as_can_be() -> None:
    data = zipped(("xxxx.txt", b"1")).replace(b"xxxx", b"caf\xe9")
    assert read_zip(data).parts[0].name.startswith("caf")


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        ([("a", b"1"), ("a", b"2"), ("a", b"3")], ["a", "a (2)", "a (3)"]),
        ([("x/a.txt", b"1"), ("x/a.txt", b"2")], ["x/a.txt", "x/a (2).txt"]),
        ([("a (2)", b"0"), ("a", b"1"), ("a", b"2")], ["a (2)", "a", "a (3)"]),
        ([("a.txt", b"1"), ("A.TXT", b"2")], ["a.txt", "A (2).TXT"]),
        ([("a", b"1"), ("a", b"1")], ["a"]),
    ],
)
def test_parts_of_one_name_are_told_apart(parts: list[tuple[str, bytes]], names: list[str]) -> None:
    found = with_distinct_names(Part(name, data) for name, data in parts)
    assert [part.name for part in found] == names


def protected() -> bytes:
    data = bytearray(zipped(("a.txt", b"1")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped(), "no files"),
        (zipped((".DS_Store", b"x")), "no files"),
        (zipped(("x.zip", INNER)), "no documents"),
        (zipped(("../../etc/cron.d/x", b"1")), "outside of itself"),
        (zipped(("/etc/passwd", b"1")), "outside of itself"),
        (zipped(("a.txt", b"words" * 999))[:60], "damaged"),
        (protected(), "password"),
    ],
)
def test_an_archive_that_harms_or_holds_nothing_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as refusal:
        read_zip(data)
    assert reason in refusal.value.message
    assert refusal.value.remedy


def test_a_damaged_member_is_no_silent_loss() -> None:
    data = bytearray(zipped(("a.txt", b"words and more words" * 20)))
    data[45] ^= 0xFF
    with pytest.raises(ReadError, match="damaged"):
        read_zip(bytes(data))


def test_an_archive_that_unpacks_to_too_much_or_too_many_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(package, "LARGEST_UNPACKED_BYTES", 10_000)
    with pytest.raises(ReadError, match="unpacks to"):
        read_zip(zipped(("a.txt", bytes(10_001))))
    monkeypatch.setattr(archive, "MOST_FILES", 2)
    with pytest.raises(ReadError, match="holds 3 files, more than 2"):
        read_zip(zipped(*((f"{n}.txt", b"1") for n in range(3))))
