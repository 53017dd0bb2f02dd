"""E-books are read whole and in reading order, state their facts, or are refused."""

import io
import zipfile

import pytest

from ingest.content import Metadata
from ingest.errors import ReadError
from ingest.formats import epub, package
from ingest.formats.epub import read_epub

CONTAINER = """<?xml version="1.0"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf"'
FACTS = """<dc:title>Forced Labour</dc:title><dc:creator>A. Author</dc:creator>
<dc:publisher>Law Press</dc:publisher><dc:date>2018-04-14T00:00:00Z</dc:date>"""


def chapter(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Not text</title></head>'
        f"<body>{body}</body></html>"
    )


def book(*chapters: str, facts: str = FACTS, spine: str = "", **members: str) -> bytes:
    """An e-book of these chapters; `members` are other files, "__" in their names for "/"."""
    items = "".join(
        f'<item id="c{n}" href="text/c%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n, _ in enumerate(chapters)
    )
    order = spine or "".join(f'<itemref idref="c{n}"/>' for n, _ in enumerate(chapters))
    opf = f"""<package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata {DC}>{facts}</metadata><manifest>{items}
<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="pic" href="p.svg" media-type="image/svg+xml"/></manifest>
<spine>{order}</spine></package>"""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", opf)
        archive.writestr("OEBPS/nav.xhtml", chapter("<nav><a href='c'>Contents</a></nav>"))
        for n, text in enumerate(chapters):
            archive.writestr(f"OEBPS/text/c {n}.xhtml", text)
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return file.getvalue()


def test_chapters_are_read_in_the_order_of_the_spine_with_their_headings() -> None:
    first = chapter("<h1>One</h1><p>First\n words.</p>")
    second = chapter("<section><h2>Two</h2><p>Second <i>words</i>.</p></section>")
    spine = '<itemref idref="nav"/><itemref idref="c1"/><itemref idref="c0"/><itemref idref="c1"/>'
    content = read_epub(book(first, second, spine=spine))
    assert content.text == "Two\n\nSecond words.\n\nOne\n\nFirst words."
    assert [(h.start, h.level, h.title) for h in content.headings] == [
        (0, 2, "Two"),
        (20, 1, "One"),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>one<br/>two</p><div>three</div>four", ["one\ntwo", "three", "four"]),
        ("<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>", ["- a\n- b\n- c"]),
        ("<table><caption>T</caption><tr><th>A</th><td>B</td></tr><tr><td>1</td><td/></tr></table>",
         ["T\nA | B\n1 |"]),
        ("<table><tr><td><h2>H</h2><p>x</p></td><td><p>y</p></td></tr></table>", ["H", "x", "y"]),
        ("<pre>kept  as\n  it is</pre>", ["kept  as\n  it is"]),
        ("<p>word<a href='#n'>1</a></p><aside><p>1 A note.</p></aside>", ["word1", "1 A note."]),
        ("<p>a&nbsp;b &eacute;&amp;&lt;</p>", ["a\xa0b é&<"]),
        ("<script>no()</script><style>p{}</style><p>yes</p>", ["yes"]),
        ("<p style='display:none'>no</p><p hidden=''>no</p><p>yes</p>", ["yes"]),
        ("<p><ruby>字<rt>ji</rt></ruby></p>", ["字"]),
        ("<a href='x'><h3>Linked</h3></a><p>x</p>", ["Linked", "x"]),
        ("<p>not <b>closed<p>next</p>", ["not closed", "next"]),
    ],
)  # fmt: skip
def test_all_of_a_chapters_text_is_text_and_nothing_else(body: str, expected: list[str]) -> None:
    assert read_epub(book(chapter(body))).text == "\n\n".join(expected)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (FACTS, Metadata(title="Forced Labour", author="A. Author", publisher="Law Press",
                         published="2018-04-14")),
        ("<dc:title/><dc:title>A\n B</dc:title><dc:creator>X</dc:creator>"
         "<dc:creator>Y</dc:creator>",
         Metadata(title="A B", author="X; Y")),
        ('<dc:title>A</dc:title><dc:date opf:event="modification">2020-01-02</dc:date>',
         Metadata(title="A")),
        ('<dc:title>A</dc:title><dc:date opf:event="creation">2017</dc:date>'
         '<dc:date opf:event="publication">2018</dc:date>', Metadata(title="A", published="2018")),
        ("<dc:title>A</dc:title><dc:date>April 2018</dc:date>", Metadata(title="A")),
        ("", Metadata(title="One", inferred=("title",))),
    ],
)  # fmt: skip
def test_a_book_states_its_facts_and_a_title_from_a_heading_is_inferred(
    facts: str, expected: Metadata
) -> None:
    assert read_epub(book(chapter("<h1>One</h1><p>x</p>"), facts=facts)).found == expected


def encrypted(method: str) -> str:
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
        'xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>'
        f'<e:EncryptionMethod Algorithm="{method}"/></e:EncryptedData></encryption>'
    )


def test_a_protected_book_is_refused_and_scrambled_fonts_are_no_protection() -> None:
    text = chapter("<p>words</p>")
    with pytest.raises(ReadError, match="DRM") as refusal:
        read_epub(
            book(
                text, **{epub._ENCRYPTION: encrypted("http://www.w3.org/2001/04/xmlenc#aes128-cbc")}
            )
        )
    assert "without protection" in refusal.value.remedy
    fonts = {epub._ENCRYPTION: encrypted("http://www.idpf.org/2008/embedding")}
    assert read_epub(book(text, **fonts)).text == "words"


ENTITIES = (
    '<!DOCTYPE html [<!ENTITY a "words words"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<html><body><p>&b;</p></body></html>"
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><body>&a;</body></html>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (book(ENTITIES), "XML entities"),
        (book(EXTERNAL), "XML entities"),
        (book(chapter("<p>x</p>"))[:200], "damaged"),
        (b"PK\x03\x04", "damaged"),
        (book(chapter("")), "no text"),
        (book(), "no text"),
        (book(chapter("<p>x</p>"), spine='<itemref idref="lost"/>'), "no text"),
        (book("<html><body>" + "<div>" * 300 + "x</body></html>"), "nested too deeply"),
        (book(chapter("x"), **{"../x": "x"}), "outside"),
    ],
    ids=lambda value: value if isinstance(value, str) else len(value),
)
def test_a_hostile_damaged_or_empty_book_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as refusal:
        read_epub(data)
    assert reason in refusal.value.message
    assert refusal.value.remedy


def test_a_book_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "LARGEST_UNPACKED_BYTES", 10_000)
    with pytest.raises(ReadError, match="unpacks to"):
        read_epub(book(chapter("<p>x</p>"), OEBPS__huge=" " * 10_000))


@pytest.mark.parametrize(
    ("lost", "reason"),
    [("META-INF/container.xml", "container.xml"), ("OEBPS/book.opf", "book.opf")],
)
def test_a_book_without_its_list_of_chapters_is_refused(lost: str, reason: str) -> None:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(chapter("x")))) as whole,
        zipfile.ZipFile(file, "w") as partial,
    ):
        for member in whole.infolist():
            if member.filename != lost:
                partial.writestr(member, whole.read(member))
    with pytest.raises(ReadError, match=reason):
        read_epub(file.getvalue())


def test_no_chapter_leads_out_of_the_book() -> None:
    """A path to the system's files is looked up in the package, where it is not."""
    data = book(chapter("<p>x</p>"))
    hostile = data.replace(b"text/c%200.xhtml", b"../../etc/passwd")
    assert len(hostile) == len(data)
    with pytest.raises(ReadError):
        read_epub(hostile)
