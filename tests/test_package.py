"""Zip packages are checked before they are unpacked: a hostile one costs its file alone."""

import io
import zipfile
from collections.abc import Callable

import pytest

from ingest.content import Content
from ingest.errors import ReadError
from ingest.formats import package
from ingest.formats.docx import read_docx
from ingest.formats.odt import read_odp, read_ods, read_odt
from ingest.formats.package import leaves, opened, opened_xml, unpacked
from ingest.formats.pptx import read_pptx
from ingest.formats.spreadsheet import read_xlsx

LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'
READERS = (read_docx, read_pptx, read_xlsx, read_odt, read_ods, read_odp)


def zipped(**members: str | bytes) -> bytes:
    """A package; "__" in a name stands for "/", "_" for "."."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name.replace("__", "/").replace("_", "."), data)
    return written.getvalue()


def declaring(size_bytes: int) -> bytes:
    """A package that says of its last member that it is so large."""
    data = bytearray(zipped(a_xml="<a/>"))
    at = data.rfind(b"PK\x01\x02") + 24
    data[at : at + 4] = size_bytes.to_bytes(4, "little")
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(zipped(a_xml="<a/>"))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no package", "damaged or cut short"),
        (zipped(a_xml="<a/>")[:-10], "damaged or cut short"),
        (declaring(package.LARGEST_UNPACKED_BYTES + 1), "unpacks to 300 MB"),
        (declaring(package.LARGEST_XML_BYTES + 1_000_000), "61 MB of XML"),
        (encrypted(), "protected by a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "(.doc)"),
    ],
    ids=["no zip", "cut", "bomb", "large XML", "encrypted", "password", "old"],
)
def test_a_package_is_refused_for_what_is_wrong_with_it(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as refusal:
        opened_xml(data, "file")
    assert reason in refusal.value.message
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "data",
    [
        zipped(a_xml=LAUGHS),
        zipped(a_xml=LAUGHS.encode("utf-16")),
        zipped(a_xml=LAUGHS.encode("utf-16-be")),
        zipped(a_xml=LAUGHS.encode("utf-32-le")),
        zipped(a_xml=LAUGHS.encode("cp037")),
        zipped(picture_bin=LAUGHS),
        zipped(a_xml='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
    ],
)
def test_entities_are_refused_in_any_encoding_and_under_any_name(data: bytes) -> None:
    with pytest.raises(ReadError, match="XML entities"):
        opened_xml(data, "file")


def test_a_package_of_too_many_members_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_MEMBERS", 1)
    with pytest.raises(ReadError, match="holds 2 files"):
        opened(zipped(a_xml="<a/>", b_xml="<b/>"), "file")


@pytest.mark.parametrize(
    ("name", "outside"),
    [
        ("word/document.xml", False),
        ("a..b/c", False),
        ("../a", True),
        ("a/../../b", True),
        ("/etc/passwd", True),
        ("C:\\a", True),
        ("a\\..\\..\\b", True),
    ],
)
def test_a_path_outside_of_the_package_is_told(name: str, outside: bool) -> None:
    assert leaves(name) is outside


def test_no_member_is_unpacked_beyond_what_it_said() -> None:
    file = opened_xml(zipped(a_xml="<a>" + "b" * 1000 + "</a>", picture_png=b"\x89PNG"), "file")
    member = file.getinfo("a.xml")
    assert len(unpacked(file, member, "file")) == 1007
    assert unpacked(file, member, "file", most=4) == b"<a>b"


@pytest.mark.parametrize("reader", READERS[:3], ids=lambda reader: reader.__name__)
def test_the_strict_variant_of_office_files_is_refused_by_its_name(
    reader: Callable[[bytes], Content],
) -> None:
    kind = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr(
            "_rels/.rels", f'<Relationships><Relationship Type="{kind}"/></Relationships>'
        )
    with pytest.raises(ReadError, match="strict variant"):
        reader(written.getvalue())


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        zipped(a_xml="<a/>"),
        zipped(content_xml=LAUGHS),
        zipped(word__document_xml=LAUGHS, ppt__slides__slide1_xml=LAUGHS, xl__workbook_xml=LAUGHS),
        zipped(content_xml="<cut", word__document_xml="<cut", ppt__presentation_xml="<cut"),
        declaring(package.LARGEST_UNPACKED_BYTES + 1),
    ],
    ids=["empty", "start", "no parts", "entities", "entities inside", "no XML", "bomb"],
)
def test_no_reader_of_packages_fails_but_with_a_reason(
    reader: Callable[[bytes], Content], data: bytes
) -> None:
    with pytest.raises(ReadError):
        reader(data)
