"""OpenDocument and RTF files made here: text, notes, tables, facts; what is hostile is refused."""

import io
import time
import zipfile

import pytest

from ingest.errors import ReadError
from ingest.formats.odt import read_odp, read_ods, read_odt
from ingest.formats.rtf import read_rtf

NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "meta": "meta",
        "presentation": "presentation", "style": "style", "manifest": "manifest",
        "svg": "svg-compatible",
    }.items()
)  # fmt: skip
META = (
    "<dc:title>Said</dc:title><meta:initial-creator>Ana</meta:initial-creator>"
    "<meta:creation-date>2019-03-04T10:00:00</meta:creation-date>"
)


def opendocument(
    kind: str, body: str, *, styles: str = "", meta: str = "", crypt: str = ""
) -> bytes:
    def root(name: str, inner: str) -> str:
        dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
        return f"<office:{name} {NAMESPACES} {dc}>{inner}</office:{name}>"

    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        content = f"{styles}<office:body><office:{kind}>{body}</office:{kind}></office:body>"
        file.writestr("content.xml", root("document-content", content))
        file.writestr("meta.xml", root("document-meta", f"<office:meta>{meta}</office:meta>"))
        file.writestr("META-INF/manifest.xml", root("manifest", crypt))
    return written.getvalue()


# --- OpenDocument --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<text:p>one\n  two<text:s text:c='2'/>x<text:tab/>y<text:line-break/>z</text:p>",
         ["one two  x\ty\nz"]),
        ("<text:p>A claim.<text:note><text:note-citation>1</text:note-citation><text:note-body>"
         "<text:p>Its source.</text:p></text:note-body></text:note> More.</text:p>"
         "<text:p>b</text:p>",
         ["A claim.[1] More.\n[1] Its source.", "b"]),
        ("<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:p>a"
         "<office:annotation><text:p>comment</text:p></office:annotation>b</text:p>", ["ab"]),
        ("<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>A</text:p>"
         "</table:table-cell><table:table-cell><text:p>B</text:p><text:p>b</text:p></table:table-cell>"
         "</table:table-row></table:table-header-rows><table:table-row><table:table-cell><text:p>1"
         "</text:p></table:table-cell><table:table-cell/></table:table-row></table:table>",
         ["A | B b\n1 | "]),
        ("<text:list text:style-name='N'><text:list-item><text:p>a</text:p><text:list>"
         "<text:list-item>"
         "<text:p>deep</text:p></text:list-item></text:list></text:list-item><text:list-item>"
         "<text:p>b</text:p></text:list-item></text:list>", ["1. a", "• deep", "2. b"]),
        ("<text:section><text:p>in a section<draw:frame><draw:text-box><text:p>boxed</text:p>"
         "</draw:text-box><svg:desc>said of it</svg:desc></draw:frame></text:p></text:section>",
         ["in a section", "boxed"]),
    ],
)  # fmt: skip
def test_an_opendocument_text_is_read_in_its_order(body: str, expected: list[str]) -> None:
    style = (
        "<office:automatic-styles><text:list-style style:name='N'><text:list-level-style-number "
        "text:level='1' style:num-format='1'/></text:list-style></office:automatic-styles>"
    )
    assert read_odt(opendocument("text", body, styles=style)).text.split("\n\n") == expected


def test_an_opendocument_text_has_headings_and_facts() -> None:
    body = "<text:h text:outline-level='2'>Aims</text:h><text:h>Top</text:h><text:p>x</text:p>"
    content = read_odt(opendocument("text", body, meta=META))
    assert [(h.level, h.title) for h in content.headings] == [(2, "Aims"), (1, "Top")]
    found = content.found
    assert (found.title, found.author, found.published) == ("Said", "Ana", "2019-03-04")
    assert found.inferred == ("published",)
    assert read_odt(opendocument("text", body)).found.inferred == ("title",)


def test_an_opendocument_sheet_has_rows_with_headers_and_its_repeats_are_bounded() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    def sheet(rows: str) -> bytes:
        return opendocument("spreadsheet", f"<table:table table:name='Tiers'>{rows}</table:table>")

    day = "office:value-type='date' office:date-value='2018-04-14'"
    rows = (
        f"<table:table-row>{cell('Country')}{cell('Day')}</table:table-row>"
        f"<table:table-row>{cell('Kenya')}{cell('14 Apr', day)}"
        "<table:table-cell table:number-columns-repeated='99999999'/></table:table-row>"
        "<table:table-row table:number-rows-repeated='99999999'><table:table-cell/>"
        "</table:table-row>"
    )
    assert read_ods(sheet(rows)).text == "Tiers\n\nCountry: Kenya | Day: 2018-04-14"
    for times in ("table:number-rows-repeated", "table:number-columns-repeated"):
        row = f"<table:table-row {times}='99999999'>{cell('a', f'{times}=' + repr('99999999'))}"
        with pytest.raises(ReadError, match="more than"):
            read_ods(sheet(f"{row}</table:table-row>"))


def test_an_opendocument_presentation_has_a_page_for_each_slide() -> None:
    body = (
        "<draw:page><draw:frame presentation:class='title'><draw:text-box><text:p>Trends</text:p>"
        "</draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>a</text:p></draw:text-box>"
        "</draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>slowly</text:p>"
        "</draw:text-box></draw:frame></presentation:notes></draw:page><draw:page/>"
    )
    content = read_odp(opendocument("presentation", body))
    pages = [content.text[page.start : page.end] for page in content.pages]
    assert pages == ["Trends\n\na\n\nNotes: slowly", ""]


def test_an_opendocument_file_that_cannot_be_read_is_refused() -> None:
    crypt = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    for data, reason in (
        (opendocument("text", "", crypt=crypt), "password"),
        (opendocument("text", "")[:-40], "damaged"),
        (opendocument("spreadsheet", ""), "damaged"),
        (opendocument("text", "<text:p>" * 1000 + "</text:p>" * 1000), "damaged"),
    ):
        with pytest.raises(ReadError, match=reason):
            read_odt(data)


# --- RTF -----------------------------------------------------------------------------------------


def rtf(body: str, head: str = r"\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}") -> bytes:
    return rf"{{\rtf1{head} {body}}}".encode("ascii")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"\u8220?Men\u8221? and women\'92s\par caf\'e9", ["“Men” and women’s", "café"]),
        (r"\u-10179?\u-8704?", ["😀"]),
        (r"A claim.{\footnote \pard\plain {\super\chftn} Its source.\par} More.\par b",
         ["A claim.[1] More.\n[1] Its source.", "b"]),
        (r"\trowd A\cell B\par b\cell\row\trowd 1\cell 2\cell\row\pard after\par",
         ["A | B b\n1 | 2", "after"]),
        (r"{before\par}{\trowd\pard A\cell B\cell\row\pard 1\cell 2\cell\row}",
         ["before", "A | B\n1 | 2"]),
        (r'{\field{\*\fldinst{HYPERLINK "http://a.b"}}{\fldrslt a link}}', ["a link"]),
        (r"kept{\deleted gone} a | b\line c", ["kept a | b\nc"]),
        (r"{\listtext 1.\tab}one\par{\pntext 2.\tab}two", ["1.\tone", "2.\ttwo"]),
        (r"{\pict\wmetafile8 " + "0f" * 5000 + r"}{\object{\objdata 00ff}}words", ["words"]),
        (r"{\header top}{\footer low}{\*\generator x}words", ["words"]),
    ],
)  # fmt: skip
def test_an_rtf_file_is_read_in_its_order(body: str, expected: list[str]) -> None:
    assert read_rtf(rtf(body)).text.split("\n\n") == expected


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (r"\ansi\ansicpg1251", r"\'cf\'f0\'e8\'e2\'e5\'f2", "Привет"),
        (r"\ansi\ansicpg1252{\fonttbl{\f0 A;}{\f1\fcharset204 B;}}", r"{\f1\'cf\'f0}\'e9", "Прé"),
        (r"\ansi\ansicpg932", r"\'93\'fa\'96\'7b", "日本"),
        (r"\ansi\ansicpg99999", "plain", "plain"),
    ],
)
def test_an_rtf_files_encoding_is_that_of_its_code_page_or_font(
    head: str, body: str, expected: str
) -> None:
    assert read_rtf(rtf(body, head)).text == expected


def test_an_rtf_file_has_headings_and_facts() -> None:
    info = r"{\info{\title R\'e9port}{\author Ana}{\creatim\yr2019\mo3\dy4}{\*\company UN}}"
    content = read_rtf(rtf(info + r"\pard\outlinelevel1 Aims\par\pard words\par"))
    assert [(h.level, h.title) for h in content.headings] == [(2, "Aims")]
    found = content.found
    assert (found.title, found.author, found.publisher) == ("Réport", "Ana", "UN")
    assert (found.published, found.inferred) == ("2019-03-04", ("published",))


def test_an_rtf_file_that_is_none_is_refused_and_a_cut_one_is_told() -> None:
    for data in (b"no RTF", rtf(r"\u9999999999 a")):
        with pytest.raises(ReadError):
            read_rtf(data)
    assert read_rtf(rtf("words")).caution == ""
    assert "cut short" in read_rtf(rtf("words")[:-1]).caution


@pytest.mark.parametrize(
    "part",
    [
        "{", "{\\fonttbl\\f0\\fcharset0 ", "{\\field{\\*\\fldinst{ HYPERLINK ", "{\\footnote ",
        "{\\footnote a}", "\\trowd a", "a\\cell ", "{\\pict\\bin1 a", "{\\info{\\title ",
    ],
)  # fmt: skip
def test_a_hostile_rtf_file_ends_in_time(part: str) -> None:
    begun = time.monotonic()
    read_rtf(b"{\\rtf1 " + part.encode() * 30_000)
    assert time.monotonic() - begun < 10
