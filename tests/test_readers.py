"""Text, Markdown and web pages are read rightly or refused; offsets are exact in either case."""

from pathlib import Path

import pytest

from ingest.content import Content, Metadata
from ingest.errors import ReadError
from ingest.files import SourceFile
from ingest.formats import html
from ingest.formats.html import declared_encoding, read_html
from ingest.formats.markdown import headings, read_markdown
from ingest.formats.text import decode, read_text
from ingest.reading import Job, Reading, read

ENGLISH = "The report’s findings on “forced labour” were published in 2018."
FRENCH = "La traite des êtres humains est un crime. L’État a publié son rapport à Genève."
PORTUGUESE = "O tráfico de pessoas é um crime. João disse que as vítimas não têm proteção."
RUSSIAN = "Торговля людьми является преступлением. Доклад был опубликован в прошлом году."
HEBREW = "סחר בבני אדם הוא פשע חמור. הדוח פורסם בשנה שעברה על ידי המשרד."
JAPANESE = (
    "人身取引は犯罪である。報告書は昨年、委員会によって公表された。被害者の保護が必要である。"
)
PAGE_TEXT = "Forced labour is prohibited in all its forms under this law of the land."


def read_bytes(folder: Path, name: str, data: bytes, known: Metadata = Metadata()) -> Reading:
    path = folder / name
    path.write_bytes(data)
    return read(Job(SourceFile(path, str(path)), known))


def headed(content: Content) -> list[tuple[int, str, str]]:
    """Each heading's level and title, and the text that begins where it does."""
    return [(h.level, h.title, content.text[h.start :][:6]) for h in content.headings]


# --- text and its encodings ----------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".md", ".txt"])
@pytest.mark.parametrize(
    "text",
    [
        "plain words\n",
        "one\r\ntwo\r\n\r\n# three\r\n",
        "old Mac\rline ends\r",
        "trailing space  \n\n\n\n\tand tabs",
        "right to left: שלום עולם, \u200fمرحبا\u200e\n",
        "emoji 🙂👩‍👩‍👧, e\u0301 and \u2028 line separators \x0c\x0b\n",
        "---\ntitle: Kept\n---\n\nfront matter is text too\n",
    ],
)
def test_stored_text_is_the_files_text_unchanged(tmp_path: Path, suffix: str, text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        document = read_bytes(tmp_path, f"a{suffix}", text.encode(encoding)).documents[0]
        assert document.text == text


@pytest.mark.parametrize(
    ("text", "encoding", "guessed"),
    [
        (ENGLISH, "utf-8", False),
        (ENGLISH, "utf-16-le", False),
        (ENGLISH, "utf-16-be", False),
        (ENGLISH, "cp1252", True),
        ("Plain words and numbers alone. " * 5000 + ENGLISH, "cp1252", True),
        (FRENCH, "cp1252", True),
        (PORTUGUESE, "latin-1", True),
        ("Wir können gehen.", "latin-1", True),
        (RUSSIAN, "cp1251", True),
        (RUSSIAN, "koi8-r", True),
        (HEBREW, "cp1255", True),
        (HEBREW, "iso-8859-8", True),
        (JAPANESE, "shift_jis", True),
    ],
)
def test_an_encoding_is_found_and_a_guess_is_said_to_be_one(
    text: str, encoding: str, guessed: bool
) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert bool(decoded.caution) == guessed
    assert ("guess" in decoded.caution) == guessed


@pytest.mark.parametrize(
    ("name", "data", "reason", "remedy"),
    [
        ("a.txt", b"", "empty (0 bytes)", "right file"),
        ("a.md", b" \r\n\t \n", "no words", "right file"),
        ("a.md", b"\xef\xbb\xbf", "no words", "right file"),
        ("a.txt", b"--- *** ...", "no words", "right file"),
        ("a.txt", b"words\0more words", "NUL", "UTF-8"),
        ("a.txt", (ENGLISH * 9).encode() + b"\xff" + ENGLISH.encode(), "damaged character", "UTF"),
        ("a.txt", "שלום".encode()[:-1], "damaged character at byte 6", "UTF-8"),
        ("a.txt", b"\xff\xfea\0b\0c", "utf-16", "UTF-8"),
        ("a.txt", bytes(range(1, 256)) * 20, "not text", "UTF-8"),
        ("a.xyz", b"words", "type .xyz", "PDF"),
        ("a.html", b"<script>write('words')</script>", "no main text", "PDF"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_reason_and_remedy(
    tmp_path: Path, name: str, data: bytes, reason: str, remedy: str
) -> None:
    with pytest.raises(ReadError) as refusal:
        read_bytes(tmp_path, name, data)
    assert reason in refusal.value.message
    assert remedy in refusal.value.remedy


def test_a_file_over_the_limit_is_refused_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"words " * 1000)
    with pytest.raises(ReadError, match=r"0\.0 MB, more than 0") as refusal:
        read(Job(SourceFile(path, "a.txt"), largest_bytes=5999))
    assert "ATTEST_MAX_FILE_MB" in refusal.value.remedy
    assert read(Job(SourceFile(path, "a.txt"), largest_bytes=6000)).documents[0].origin == "a.txt"


def test_more_text_than_memory_can_bear_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="6,000,000 characters"):
        read_bytes(tmp_path, "a.txt", b"words " * 1_000_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PART I\n\nArticle 1\n\nwords", [(1, "PART I"), (2, "Article 1")]),
        ("CHAPTER II: Aims\r\n\r\n§ 4\r\n\r\nwords", [(1, "CHAPTER II: Aims"), (2, "§ 4")]),
        ("x\n\nSection 2. Scope.\n\nwords", [(2, "Section 2. Scope.")]),
        ("x\n\nArticle 4 Victims\n\nwords", [(2, "Article 4 Victims")]),
        ("x\n\nArticle 4 was not changed.\n\nwords", []),
        ("x\n\nPart civil, part criminal\n\nwords", []),
        ("Article 4\nis mentioned in a paragraph\n\n", []),
    ],
)
def test_plain_text_has_the_headings_of_a_law(text: str, expected: list[tuple[int, str]]) -> None:
    content = read_text(text.encode())
    assert [(h.level, h.title) for h in content.headings] == expected
    assert all(content.text[h.start :].startswith(h.title) for h in content.headings)


# --- Markdown ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# One\n\n## *Two* `2`\n", [(1, "One", "# One\n"), (2, "Two 2", "## *Tw")]),
        ("intro\r\n\r\n# One\r\n", [(1, "One", "# One\r")]),
        ("Set\next\n===\n", [(1, "Set ext", "Set\nex")]),
        ("# foo*bar*baz [a](b) &amp; <a id='x'></a>\n", [(1, "foobarbaz a &", "# foo*")]),
        ("    # code\n\n```\n# code\n```\n\n#hashtag\n", []),
        ("🙂 x\n\n> ## Quoted\n", [(2, "Quoted", "> ## Q")]),
        ("# \n\nwords\n", []),
        ("---\ntitle: A\n---\n\n# One\n", [(1, "One", "# One\n")]),
        ("---\n\n# One\n\n---\n\nwords\n", [(1, "One", "# One\n")]),
    ],
)
def test_headings_of_markdown_are_commonmarks(
    text: str, expected: list[tuple[int, str, str]]
) -> None:
    assert headed(read_markdown(text.encode())) == expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# First\n\n# Second\n", "First"),
        ("## Only second level\n", "a"),
        ('---\nauthor: X\ntitle: "Said: so"\n---\n\n# First\n', "Said: so"),
        ("words\n", "a"),
    ],
)
def test_the_title_of_markdown_is_what_it_says_or_the_files_name(
    tmp_path: Path, text: str, title: str
) -> None:
    assert read_bytes(tmp_path, "a.md", text.encode()).documents[0].title == title


def test_emphasis_without_end_takes_no_time() -> None:
    assert headings("*a **b " * 100_000 + "\n\n# One\n")[0].title == "One"


# --- HTML ----------------------------------------------------------------------------------------


def page(body: str, head: str = "<title>T</title>") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("head", "encoding", "text"),
    [
        ('<meta charset="windows-1252">', "cp1252", ENGLISH),
        ("<meta charset=iso-8859-1>", "cp1252", ENGLISH),
        ('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-8">',
         "iso-8859-8", HEBREW),
        ('<META CHARSET="ISO-8859-8-I">', "iso-8859-8", HEBREW),
        ('<meta charset="windows-1254">', "cp1254", "Mağdurlar için çağrı yapıldı, İstanbul."),
        ('<meta charset="shift_jis">', "cp932", JAPANESE),
        ('<meta charset="iso-2022-jp">', "iso-2022-jp", JAPANESE),
        ('<meta charset="utf-8">', "utf-8", HEBREW),
        ('<meta charset="windows-1252">', "utf-8", HEBREW),
        ('<meta charset="unicode_escape">', "utf-8", HEBREW),
        ("", "utf-8-sig", FRENCH),
        ("", "cp1252", FRENCH),
    ],
)  # fmt: skip
def test_a_page_is_decoded_by_what_its_head_declares(head: str, encoding: str, text: str) -> None:
    content = read_html(page(f"<p>{text}</p><p>{PAGE_TEXT}</p>", head).encode(encoding))
    assert text in content.text
    assert bool(content.caution) == (encoding == "cp1252" and not head)


def test_an_xml_declaration_is_a_declaration_too() -> None:
    data = b'<?xml version="1.0" encoding="ISO-8859-2"?>' + page(f"<p>{PAGE_TEXT}").encode()
    assert declared_encoding(data) == "iso8859-2"
    assert PAGE_TEXT in read_html(data).text


def test_a_page_gives_its_main_text_with_headings_lists_and_tables() -> None:
    body = f"""<nav><a href="/">Home</a></nav><script>alert('no')</script><article>
        <h1>Law</h1><p>{PAGE_TEXT} It has\n   <b>bold</b> words.<br>And a line.</p>
        <h2>Part <em>one</em></h2><ul><li>first<ul><li>inner</li></ul></li><li>second</li></ul>
        <table><tr><th>A</th><th>B</th></tr><tr><td><p>1</p><p>2</p></td><td>3</td></tr></table>
        <pre>kept  as\n  it is</pre><p>{PAGE_TEXT} &lt;b&gt; is no mark.&#x0b;</p></article>"""
    content = read_html(page(body).encode())
    assert content.text.split("\n\n") == [
        "Law",
        f"{PAGE_TEXT} It has bold words.\nAnd a line.",
        "Part one",
        "- first\n- inner\n- second",
        "A | B\n1 2 | 3",
        "kept  as\n  it is",
        f"{PAGE_TEXT} <b> is no mark.",
    ]
    assert headed(content) == [(1, "Law", "Law\n\n" + PAGE_TEXT[:1]), (2, "Part one", "Part o")]


def long_law(lines: int = 40) -> str:
    return "\n".join(f"  SEC. {n}. Forced labor is prohibited in every form." for n in range(lines))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<pre>{long_law()}</pre>", "  SEC. 39. Forced labor is prohibited in every form."),
        ("<table>" + "".join(f"<tr><td>Country {n}</td><td>Tier {n % 3} of the report</td></tr>"
                             for n in range(60)) + "</table>",
         "Country 59 | Tier 2 of the report"),
        (f"<nav>Menu</nav><div class='footer'>{f'<p>{PAGE_TEXT}</p>' * 12}</div>", PAGE_TEXT),
    ],
)  # fmt: skip
def test_a_page_full_of_text_is_read_even_where_its_main_text_is_not_found(
    body: str, expected: str
) -> None:
    content = read_html(page(f"<script>no()</script><style>p {{}}</style>{body}").encode())
    assert expected in content.text
    assert "no()" not in content.text and "{}" not in content.text and "Menu" not in content.text


def test_all_of_the_text_is_taken_with_a_caution_where_little_of_it_is_the_main_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = f"<nav>Menu</nav><h1>Law</h1><pre>{long_law()}</pre>"
    monkeypatch.setattr("trafilatura.bare_extraction", lambda *_, **__: None)
    content = read_html(page(body).encode())
    assert content.text == f"Law\n\n{long_law()}"
    assert content.caution == html._ALL_TAKEN
    assert headed(content) == [(1, "Law", "Law\n\n ")]
    with pytest.raises(ReadError, match="no main text"):
        read_html(page("<p>A page that is built by script.</p>").encode())


ARTICLE = f"<article><p>{PAGE_TEXT} {PAGE_TEXT}</p></article>"


def linked(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<meta property="article:published_time" content="2018-04-14T23:30:00-05:00">',
         "2018-04-14"),
        ('<meta name="date" content="14 April 2018">', "2018-04-14"),
        ('<meta name="DC.date.issued" content="2018-04">', "2018-04"),
        ('<meta name="citation_publication_date" content="2018/4/14">', "2018-04-14"),
        ('<meta name="pubdate" content="20180414">', "2018-04-14"),
        (linked('{"@type": "NewsArticle", "datePublished": "2018-04-14"}'), "2018-04-14"),
        (linked('{"@graph": [{"@type": "WebSite", "datePublished": "1999-01-01"},'
                '{"@type": ["WebPage"], "datePublished": "2018-04-14"}]}'), "2018-04-14"),
        ('<meta itemprop="datePublished" content="April 14, 2018">', "2018-04-14"),
    ],
)  # fmt: skip
def test_a_date_that_the_page_states_is_a_fact(head: str, published: str) -> None:
    found = read_html(page(ARTICLE, head).encode()).found
    assert (found.published, "published" in found.inferred) == (published, False)


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://example.org/2018/04/14/report.html">',
        '<meta property="article:modified_time" content="2019-01-02">',
        '<meta name="date" content="04/05/2018">',
        '<meta name="date" content="yesterday">',
        linked('{"@type": "NewsArticle", "datePublished": '),
        linked("[" * 100_000),
        linked('{"@graph": [{"author": [{"name": 3}, null], "publisher": 7}], "@type": 5}'),
        "",
    ],
)
def test_a_date_from_elsewhere_is_inferred_or_none(head: str) -> None:
    body = f"{ARTICLE}<footer>© 2017 Example</footer>"
    found = read_html(page(body, head).encode()).found
    assert found.published is None or "published" in found.inferred


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("<title>A Report | Law Site</title><meta property='og:site_name' content='Law Site'>", "",
         Metadata(title="A Report", publisher="Law Site")),
        ("<title>A Report</title>", "<h1>Another Heading</h1>", Metadata(title="A Report")),
        ("<meta property='og:title' content='Law Site'><title>A Report - Law Site</title>"
         "<meta property='og:site_name' content='Law Site'>", "",
         Metadata(title="A Report", publisher="Law Site")),
        ("", "<h1>A Report</h1>", Metadata(title="A Report", inferred=("title",))),
        ("<title>T</title><meta name='author' content='Jane Roe'>", "",
         Metadata(title="T", author="Jane Roe")),
        ("<title>T</title><meta name='citation_author' content='Roe, Jane'>"
         "<meta name='citation_author' content='Doe, J.'>", "",
         Metadata(title="T", author="Roe, Jane; Doe, J.")),
        ("<title>T</title>", "<p class='byline author'>By Jane Roe</p>",
         Metadata(title="T", author="Jane Roe", inferred=("author",))),
        ("<title>T</title>" + linked('{"@type": "Article", "author": {"name": "Jane Roe"}, '
                                     '"publisher": {"name": "Law Press"}}'), "",
         Metadata(title="T", author="Jane Roe", publisher="Law Press")),
        ("", "", Metadata()),
    ],
)  # fmt: skip
def test_what_a_page_states_is_a_fact_and_the_rest_is_inferred(
    head: str, body: str, expected: Metadata
) -> None:
    assert read_html(page(body + ARTICLE, head).encode()).found == expected


def test_elements_nested_too_deeply_are_refused_and_not_cut_off() -> None:
    with pytest.raises(ReadError, match="nested too deeply"):
        read_html(page("<div>" * 300 + PAGE_TEXT).encode())
