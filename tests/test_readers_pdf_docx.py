"""PDF and Word files made here: their text, their maps, and what can be wrong with them."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.errors import ReadError
from ingest.formats.docx import LARGEST_UNPACKED_BYTES, read_docx
from ingest.formats.pdf import read_pdf
from tests.test_readers import headed


def pdf(pages: list[str], *, info: str = "", outline: str = "", trailer: str = "") -> bytes:
    """A PDF whose pages show these lines in Helvetica; a page "picture" shows a picture instead."""
    objects = {
        1: f"<< /Type /Catalog /Pages 2 0 R {'/Outlines 90 0 R' if outline else ''} >>",
        2: f"<< /Type /Pages /Count {len(pages)} /Kids "
        f"[{' '.join(f'{10 + 2 * at} 0 R' for at in range(len(pages)))}] >>",
        3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        4: "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
        "/BitsPerComponent 8 /Length 1 >>\nstream\nx\nendstream",
    }
    objects[80] = f"<< {info} >>"
    for at, text in enumerate(pages):
        lines = "".join(f"({line}) Tj T* " for line in text.split("\n"))
        drawn = f"BT /F 12 Tf 14 TL 72 720 Td {lines}ET"
        if text == "picture":
            drawn = "q 100 0 0 100 72 600 cm /I Do Q"
        objects[10 + 2 * at] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {11 + 2 * at} 0 R "
            "/Resources << /Font << /F 3 0 R >> /XObject << /I 4 0 R >> >> >>"
        )
        objects[11 + 2 * at] = f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream"
    if outline:
        objects[90] = "<< /Type /Outlines /First 91 0 R /Last 91 0 R /Count 1 >>"
        objects[91] = f"<< /Title ({outline}) /Parent 90 0 R /Dest [12 0 R /Fit] >>"
    data, places = b"%PDF-1.4\n", {}
    for number, value in objects.items():
        places[number] = len(data)
        data += f"{number} 0 obj\n{value}\nendobj\n".encode("latin-1")
    table = "".join(f"{number} 1\n{at:010} 00000 n \n" for number, at in places.items())
    table = f"xref\n0 1\n0000000000 65535 f \n{table}"
    trailer = f"trailer\n<< /Size 92 /Root 1 0 R /Info 80 0 R {trailer} >>\n"
    return data + f"{table}{trailer}startxref\n{len(data)}\n%%EOF\n".encode()


LOCKED = (
    "/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
    f"/O <{'00' * 32}> /U <{'00' * 32}> >>"
)


def test_pages_of_a_pdf_are_numbered_by_sheets_and_hold_their_text() -> None:
    content = read_pdf(pdf(["First sheet\nsecond line", "", "Third sheet"]))
    assert [(p.number, content.text[p.start : p.end]) for p in content.pages] == [
        (1, "First sheet\nsecond line"),
        (2, ""),
        (3, "Third sheet"),
    ]
    assert not content.caution


def test_the_outline_of_a_pdf_gives_headings_where_their_titles_stand() -> None:
    pages = ["Contents", "The chapter on aims.\n2. Aims\nText of the chapter."]
    assert headed(read_pdf(pdf(pages, outline="Aims"))) == [(1, "Aims", "2. Aim")]
    assert headed(read_pdf(pdf(pages, outline="Nowhere"))) == [(1, "Nowhere", "The ch")]


def test_a_pdf_says_its_title_and_author_unless_a_program_made_the_title_up() -> None:
    for title, expected in (("Annual  Report", "Annual Report"), ("report.indd", "")):
        data = pdf(["words"], info=f"/Title ({title}) /Author (A. Smith)")
        found = read_pdf(data).found
        assert (found.title or "", found.author) == (expected, "A. Smith")


def test_pages_that_are_pictures_are_told() -> None:
    caution = read_pdf(pdf(["words", "picture", "", "picture"])).caution
    assert caution == "2 pages are pictures without text and were not read: 2, 4"


@pytest.mark.parametrize(
    ("data", "reason", "remedy"),
    [
        (pdf(["picture", "picture"]), "no text layer: its pages (2) are pictures", "OCR"),
        (pdf(["", ""]), "no text layer", "OCR"),
        (pdf(["words"], trailer=LOCKED), "password", "without the password"),
        (pdf(["words"] * 9)[:-200], "cut short", "again"),
        (pdf(["words"] * 9)[:700], "cut short", "again"),
        (b"%PDF-1.4\n" + b"\x93garbage" * 400 + b"\n%%EOF\n", "damaged", "print it"),
        (b"no PDF at all", "damaged", "print it"),
    ],
    ids=["pictures", "blank", "password", "end missing", "half", "garbage", "no PDF"],
)
def test_a_pdf_that_cannot_be_read_is_refused_for_its_own_reason(
    data: bytes, reason: str, remedy: str
) -> None:
    with pytest.raises(ReadError) as refusal:
        read_pdf(data)
    assert reason in refusal.value.message
    assert remedy in refusal.value.remedy


# --- DOCX ----------------------------------------------------------------------------------------


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
