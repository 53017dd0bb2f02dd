"""Word files made here: their text, their maps, and what can be wrong with them."""

import datetime
import io
import zipfile

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.errors import ReadError
from ingest.formats.docx import read_docx
from ingest.formats.package import LARGEST_UNPACKED_BYTES
from tests.test_readers import headed

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


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


def of_xml(*body: str, styles: str = "", **parts: str) -> bytes:
    """A Word file with this XML as its body, and other parts by their kind."""
    file = docx.Document()
    for xml in body:
        file.element.body.insert(-1, parse_xml(xml.replace(">", f" {nsdecls('w', 'wp')}>", 1)))
    if styles:
        file.styles.element.append(parse_xml(styles.replace(">", f" {nsdecls('w')}>", 1)))
    for kind, xml in parts.items():
        blob = f"<w:{kind} {nsdecls('w')}>{xml}</w:{kind}>".encode()
        uri = PackURI(f"/word/{kind}s.xml")
        media = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
        part = Part(uri, media, blob, file.part.package)
        reltype = f"{RELATIONS}/{kind}"
        for old in [key for key, rel in file.part.rels.items() if rel.reltype == reltype]:
            del file.part.rels[old]
        file.part.relate_to(part, reltype)
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def listed(text: str, level: int, list_id: int = 1) -> str:
    numbers = f'<w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/>'
    return paragraph(text, f"<w:numPr>{numbers}</w:numPr>")


def test_a_note_stands_below_the_paragraph_or_table_that_refers_to_it() -> None:
    def note(kind: str, text: str) -> str:
        return (
            f'<w:{kind} w:type="separator" w:id="0"><w:p/></w:{kind}>'
            f'<w:{kind} w:id="2">{paragraph(text)}{paragraph("p. 4")}</w:{kind}>'
        )

    def referring(kind: str) -> str:
        return f'<w:p><w:r><w:t>A claim</w:t><w:{kind}Reference w:id="2"/><w:t>.</w:t></w:r></w:p>'

    table = f"<w:tbl><w:tr><w:tc>{referring('footnote')}</w:tc></w:tr></w:tbl>"
    content = read_docx(
        of_xml(
            referring("footnote"), paragraph("Next."), referring("endnote"), table,
            footnotes=note("footnote", "UNODC 2018"), endnotes=note("endnote", "ILO 2017"),
        )
    )  # fmt: skip
    assert content.text.split("\n\n") == [
        "A claim[1].\n[1] UNODC 2018 p. 4",
        "Next.",
        "A claim[i].\n[i] ILO 2017 p. 4",
        "A claim[2].\n[2] UNODC 2018 p. 4",
    ]


def test_list_items_and_numbered_headings_show_the_number_that_word_computes() -> None:
    def level(at: int, kind: str, shown: str, start: int = 1) -> str:
        return (
            f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
            f'<w:lvlText w:val="{shown}"/></w:lvl>'
        )

    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{level(0, "decimal", "Article %1", 4)}'
        f"{level(1, 'lowerLetter', '%1(%2)')}{level(2, 'upperRoman', '%3.')}</w:abstractNum>"
        f'<w:abstractNum w:abstractNumId="8">{level(0, "bullet", "x")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    items = [
        listed("a", 0), listed("b", 1), listed("c", 1), listed("d", 2), listed("e", 0),
        listed("f", 1), listed("g", 0, 2), listed("h", 0, 3), listed("i", 0, 99), listed("j", 0, 0),
    ]  # fmt: skip
    assert read_docx(of_xml(*items, numbering=numbering)).text.split("\n\n") == [
        "Article 4 a", "4(a) b", "4(b) c", "I. d", "Article 5 e", "5(a) f", "• g", "Article 1 h",
        "• i", "j",
    ]  # fmt: skip


def test_a_heading_is_told_by_outline_level_and_by_a_style_that_builds_on_one() -> None:
    own = (
        '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Mine"/>'
        '<w:basedOn w:val="Heading2"/></w:style>'
    )
    content = read_docx(
        of_xml(
            paragraph("By outline", '<w:outlineLvl w:val="2"/>'),
            paragraph("By style", '<w:pStyle w:val="Own"/>'),
            paragraph("Made body", '<w:pStyle w:val="Own"/><w:outlineLvl w:val="9"/>'),
            styles=own,
        )
    )
    assert [(h.level, h.title) for h in content.headings] == [(3, "By outline"), (2, "By style")]


def test_headers_and_footers_come_once_at_the_end_without_page_numbers() -> None:
    file = docx.Document()
    file.add_paragraph("Body")
    for _ in range(2):
        section = file.add_section()
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        section.header.paragraphs[0].text = "Draft of 2018"
        section.footer.paragraphs[0].text = "Page 1 of 9"
    written = io.BytesIO()
    file.save(written)
    assert read_docx(written.getvalue()).text == "Body\n\nHeader: Draft of 2018"


@pytest.mark.parametrize(
    ("run", "shown"),
    [
        ("<w:fldChar><w:ffData><w:checkBox><w:default/></w:checkBox></w:ffData></w:fldChar>", "☒"),
        (
            '<w:fldChar><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData>'
            "</w:fldChar>",
            "☐",
        ),
        (
            '<w:fldChar><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="No"/>'
            '<w:listEntry w:val="Yes"/></w:ddList></w:ffData></w:fldChar>',
            "Yes",
        ),
        ('<w:sym w:font="Wingdings" w:char="F0FE"/>', "☒"),
        ("<w:pict><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></w:pict>",
         "\n\nbox"),
    ],
)  # fmt: skip
def test_what_a_form_or_text_box_shows_is_read(run: str, shown: str) -> None:
    content = read_docx(of_xml(f"<w:p><w:r><w:t>a </w:t>{run}</w:r></w:p>"))
    assert content.text == f"a {shown}".replace(" \n", "\n")


def test_a_word_file_says_who_made_it_and_when_but_not_what_python_docx_made_up() -> None:
    made_up = read_docx(of_xml(paragraph("text"))).found
    assert (made_up.title, made_up.author, made_up.published) == (None, None, None)
    file = docx.Document()
    facts = file.core_properties
    facts.author, facts.created = "Ana", datetime.datetime(2019, 3, 4, tzinfo=datetime.UTC)
    written = io.BytesIO()
    file.save(written)
    found = read_docx(written.getvalue()).found
    assert (found.author, found.published, found.inferred) == ("Ana", "2019-03-04", ("published",))


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
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "before 2007", "newer format"),
        (unpacking_to(LARGEST_UNPACKED_BYTES), "more than 300", "what is large"),
    ],
    ids=["cut", "no zip", "no text", "no types", "old", "bomb"],
)
def test_a_word_file_that_cannot_be_read_is_refused_for_its_own_reason(
    data: bytes, reason: str, remedy: str
) -> None:
    with pytest.raises(ReadError) as refusal:
        read_docx(data)
    assert reason in refusal.value.message
    assert remedy in refusal.value.remedy
