"""Word files made here: their text, their maps, and what can be wrong with them."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.errors import ReadError
from ingest.formats.docx import LARGEST_UNPACKED_BYTES, read_docx
from tests.test_readers import headed


def word(*, title: str = "") -> bytes:
    """A Word file with headings, a table in a table, and text that python-docx passes over."""
    file = docx.Document()
    file.core_properties.title = title
    file.add_heading("Strategy", 0)
    file.add_paragraph("First paragraph 🙂.")
    file.add_heading("Aims", 2)
    file.add_paragraph("A paragraph in the wrong style, " + "word " * 80, style="Heading 1")
    table = file.add_table(2, 2)
    for at, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"cell {at}"
    table.cell(1, 1).add_table(1, 1).cell(0, 0).text = "nested"
    for xml in (
        "<w:p {}><w:r><w:t>kept </w:t></w:r><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del></w:p>",
        "<w:sdt {}><w:sdtContent><w:p><w:r><w:t>in a form</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    ):
        file.element.body.insert(-1, parse_xml(xml.format(nsdecls("w"))))
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def test_a_word_file_keeps_its_order_headings_tables_and_tracked_insertions() -> None:
    content = read_docx(word())
    first, second, third, _, table, tracked, form = content.text.split("\n\n")
    assert (first, second, third) == ("Strategy", "First paragraph 🙂.", "Aims")
    assert table == "cell 0 | cell 1\ncell 2 | cell 3 nested"
    assert (tracked, form) == ("kept inserted", "in a form")
    assert headed(content) == [(1, "Strategy", "Strate"), (2, "Aims", "Aims\n\n")]
    assert content.found.title == "Strategy"
    assert read_docx(word(title="Said")).found.title == "Said"


def unpacking_to(size_bytes: int) -> bytes:
    """A Word file that says of its last part that it is so large."""
    data = bytearray(word())
    at = data.rfind(b"PK\x01\x02") + 24  # the size in the last entry of the zip's directory
    data[at : at + 4] = size_bytes.to_bytes(4, "little")
    return bytes(data)


def without(part: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word())) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "reason", "remedy"),
    [
        (word()[:-100], "damaged or cut short", "again"),
        (b"no Word file", "damaged or cut short", "again"),
        (without("word/document.xml"), "damaged or cut short", "again"),
        (without("[Content_Types].xml"), "damaged or cut short", "again"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "password", "without a password"),
        (unpacking_to(LARGEST_UNPACKED_BYTES), "more than 300", "pictures"),
    ],
    ids=["cut", "no zip", "no text", "no types", "password", "bomb"],
)
def test_a_word_file_that_cannot_be_read_is_refused_for_its_own_reason(
    data: bytes, reason: str, remedy: str
) -> None:
    with pytest.raises(ReadError) as refusal:
        read_docx(data)
    assert reason in refusal.value.message
    assert remedy in refusal.value.remedy
