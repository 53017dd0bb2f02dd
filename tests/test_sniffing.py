"""A file is what its content is; its name only tells kinds of text apart."""

import io
import zipfile

import pytest

from ingest import sniffing
from ingest.errors import ReadError
from ingest.sniffing import is_archive, media_type, suffix_of

PDF_BYTES = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
HTML_BYTES = b"<!DOCTYPE html>\n<html><body><p>Page not found</p></body></html>"
MAIL_BYTES = b"Received: by x\r\nFrom: a@b.org\r\nSubject: Law\r\n\r\nwords\r\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def zipped(*names: str, mimetype: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        if mimetype:
            package.writestr("mimetype", mimetype)
        for name in names:
            package.writestr(name, "words")
    return file.getvalue()


def office(*names: str) -> bytes:
    return zipped("[Content_Types].xml", *names)


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (PDF_BYTES, "a.pdf", sniffing.PDF),
        (b"\r\n\r\n" + PDF_BYTES, "a.pdf", sniffing.PDF),
        (office("word/document.xml"), "a.docx", sniffing.DOCX),
        (office("ppt/presentation.xml"), "a.pptx", sniffing.PPTX),
        (office("xl/workbook.xml"), "a.xlsx", sniffing.XLSX),
        (zipped("content.xml", mimetype=sniffing.ODT), "a.odt", sniffing.ODT),
        (zipped("content.xml", mimetype=sniffing.ODS), "a.ods", sniffing.ODS),
        (zipped("content.xml", mimetype=f"{sniffing.ODP}-template"), "a.otp", sniffing.ODP),
        (zipped("META-INF/container.xml", mimetype=sniffing.EPUB), "a.epub", sniffing.EPUB),
        (zipped("a.txt"), "a.zip", sniffing.ZIP),
        (zipped(), "a.zip", sniffing.ZIP),
        (b"{\\rtf1 words}", "a.rtf", sniffing.RTF),
        (b"\x89PNG\r\n\x1a\n", "a.png", sniffing.PNG),
        (b"\xff\xd8\xff\xe0", "a.jpeg", sniffing.JPEG),
        (b"GIF89a", "a.gif", sniffing.GIF),
        (b"II*\0", "a.tif", sniffing.TIFF),
        (b"BM\x46\0\0\0\0\0\0\0", "a.bmp", sniffing.BMP),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a.webp", sniffing.WEBP),
        (MAIL_BYTES, "a.eml", sniffing.MAIL),
        (b"\n  \n", "a.eml", sniffing.MAIL),
        (HTML_BYTES, "a.html", sniffing.HTML),
        (b"<p>a piece of a page</p>", "a.htm", sniffing.HTML),
        (b"a,b\n1,2\n", "a.csv", sniffing.CSV),
        (b"a\tb\n1\t2\n", "a.TSV", sniffing.TSV),
        (b"# One\n", "a.md", sniffing.MARKDOWN),
        (b"words", "a.txt", sniffing.TEXT),
        (b"words", "a.log", sniffing.TEXT),
    ],
)
def test_each_type_is_told_and_a_right_name_needs_no_caution(
    data: bytes, name: str, expected: str
) -> None:
    found = media_type(data, name)
    assert (found.media_type, found.caution) == (expected, "")


@pytest.mark.parametrize(
    ("data", "name", "expected", "caution"),
    [
        (HTML_BYTES, "report.pdf", sniffing.HTML, "its name says PDF, its content is HTML"),
        (HTML_BYTES, "table.docx", sniffing.HTML, "its name says Word, its content is HTML"),
        (b"\xef\xbb\xbf <!-- x --> <HTML>", "a.txt", sniffing.HTML, "plain text, its"),
        ("<!doctype html><html>".encode("utf-16"), "a.pdf", sniffing.HTML, "content is HTML"),
        (b"<?xml version='1.0'?><?xml-stylesheet?><html>", "a.pdf", sniffing.HTML, "is HTML"),
        (b"words alone", "report.pdf", sniffing.TEXT, "its content is plain text"),
        (PDF_BYTES, "image.jpg", sniffing.PDF, "its name says a JPEG picture, its content is PDF"),
        (PDF_BYTES, "page.html", sniffing.PDF, "content is PDF"),
        (office("word/document.xml"), "a.zip", sniffing.DOCX, "a ZIP archive, its content is Word"),
        (zipped("a.txt"), "a.docx", sniffing.ZIP, "its content is a ZIP archive"),
        (b"\xff\xd8\xff\xe0", "a.png", sniffing.JPEG, "its content is a JPEG picture"),
        (MAIL_BYTES, "a.txt", sniffing.MAIL, "its content is an e-mail"),
        (PDF_BYTES, "a", sniffing.PDF, ""),
        (PDF_BYTES, "a.xyz", sniffing.PDF, ""),
        (HTML_BYTES, "index.php", sniffing.HTML, ""),
        (MAIL_BYTES, "saved", sniffing.MAIL, ""),
        (b"words", "README", sniffing.TEXT, ""),
        (b"words", "Smith v. Jones", sniffing.TEXT, ""),
        (b"words", "report 1.2", sniffing.TEXT, ""),
        ("слова".encode("utf-16"), "notes", sniffing.TEXT, ""),
    ],
)
def test_the_content_decides_and_a_name_that_disagrees_is_told(
    data: bytes, name: str, expected: str, caution: str
) -> None:
    found = media_type(data, name)
    assert found.media_type == expected
    assert caution in found.caution
    assert bool(caution) == bool(found.caution)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("TO: All\nFROM: The director\nSUBJECT: Law\n\nwords", "memo.txt", sniffing.TEXT),
        ("From: a\nSubject: b\n\nwords", "mail", sniffing.MAIL),
        ("From a@b Mon Mar 17 11:15:17 2014\nFrom: a\nTo: b\n\nwords", "mail", sniffing.MAIL),
        ("Dear all,\nFrom: a\nSubject: b\n\nwords", "letter.txt", sniffing.TEXT),
        ("A PDF file begins with %PDF-1.4, and", "a.md", sniffing.MARKDOWN),
        ("MZ is how programs begin", "a.txt", sniffing.TEXT),
        ("BM\n\nwords and more words", "a.txt", sniffing.TEXT),
        ("# Title\n\n<html> is an element", "a.md", sniffing.MARKDOWN),
        ("<headline>words", "a.txt", sniffing.TEXT),
    ],
)
def test_text_that_begins_like_something_else_stays_text(
    text: str, name: str, expected: str
) -> None:
    found = media_type(text.encode(), name)
    assert (found.media_type, found.caution) == (expected, "")


@pytest.mark.parametrize(
    ("folder", "media", "name"),
    [("word", sniffing.DOCX, "a.docm"), ("xl", sniffing.XLSX, "a.xlsm"),
     ("ppt", sniffing.PPTX, "a.pptm")],
)  # fmt: skip
def test_a_file_with_macros_is_read_and_said_to_have_them(
    folder: str, media: str, name: str
) -> None:
    found = media_type(office(f"{folder}/document.xml", f"{folder}/vbaProject.bin"), name)
    assert (found.media_type, found.caution) == (media, "its macros are not run")


@pytest.mark.parametrize(
    ("data", "name", "reason", "remedy"),
    [
        (b"", "a.pdf", "empty (0 bytes)", "right file"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "password", "without"),
        (OLE + "WordDocument".encode("utf-16-le"), "a.doc", "(.doc)", ".docx"),
        (OLE + "WordDocument".encode("utf-16-le"), "a.docx", "(.doc)", ".docx"),
        (OLE + "PowerPoint Document".encode("utf-16-le"), "a.ppt", "(.ppt)", ".pptx"),
        (OLE + "Workbook".encode("utf-16-le"), "a.xls", "(.xls)", ".xlsx"),
        (OLE + "__properties_version1.0 WordDocument".encode("utf-16-le"), "a.msg", ".msg", ".eml"),
        (OLE, "a.xyz", "before 2007", "PDF"),
        (office("xl/workbook.bin"), "a.xlsb", ".xlsb", ".xlsx"),
        (office("visio/document.xml"), "a.vsdx", "without a document", "PDF"),
        (zipped("x", mimetype="application/vnd.oasis.opendocument.graphics"), "a.odg", "drawings",
         "PDF"),
        (zipped("Index/Document.iwa"), "a.pages", "Apple", "PDF"),
        (b"MZ\x90\0\3\0\0\0", "report.pdf", "programs", "document"),
        (b"\x7fELF\2\1\1\0", "a", "programs", "document"),
        (b"\xcf\xfa\xed\xfe\7\0\0\1", "a", "programs", "document"),
        (b"#!/bin/sh\nrm -rf x\n", "a.txt", "script", "PDF"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "a.7z", "7z archives", "unpack"),
        (b"Rar!\x1a\x07\1\0", "a.rar", "RAR archives", "unpack"),
        (b"\x1f\x8b\x08\0", "a.tar.gz", "gzip archives", "unpack"),
        (b"a.txt".ljust(257, b"\0") + b"ustar\0", "a.tar", "tar archives", "unpack"),
        (b"\xffWPC\x10\0\0\0", "a.wpd", "WordPerfect", ".docx"),
        (b"ID3\4\0\0\0\0", "a.mp3", "sound", "transcript"),
        (b"\0\0\0\x18ftypmp42", "a.mp4", "video", "transcript"),
        (b"\0\0\0\x18ftypheic", "a.heic", "HEIC", "PNG"),
        (b"SQLite format 3\0", "a.db", "databases", "CSV"),
        (b"<?xml version='1.0'?><xsl:stylesheet/>", "a.xsl", "type .xsl", "Word"),
        (b"print('words')", "a.py", "type .py", "Word"),
        (b'{"words": 1}', "a.json", "type .json", "Word"),
        (bytes(range(256)) * 4, "a.dat", "no type that is known", "PDF"),
        (bytes(range(256)) * 4, "a", "no type that is known", "PDF"),
        (b"From a Mon Mar 17 11:15:17 2014\nFrom: a\nTo: b\n\nx\n\n"
         b"From b Mon Mar 17 11:15:18 2014\nFrom: b\nTo: a\n\ny\n", "all.mbox", "mailbox", ".eml"),
    ],
)  # fmt: skip
def test_what_no_reader_reads_is_refused_with_reason_and_remedy(
    data: bytes, name: str, reason: str, remedy: str
) -> None:
    with pytest.raises(ReadError) as refusal:
        media_type(data, name)
    assert reason in refusal.value.message
    assert remedy in refusal.value.remedy


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.PDF", ".pdf"), ("a.b/c", ""), ("a\\b.md", ".md"), ("v1.2", ""), ("a. b", ""),
        (".md", ""), ("https://b.org", ""), ("https://b.org/a.pdf?x=1.txt#y", ".pdf"),
    ],
)  # fmt: skip
def test_a_suffix_is_the_end_of_a_name_that_tells_a_type(name: str, expected: str) -> None:
    assert suffix_of(name) == expected


def test_a_package_cut_short_is_left_to_the_reader_that_its_name_promises() -> None:
    cut = office("word/document.xml")[:-30]
    assert media_type(cut, "a.docx").media_type == sniffing.DOCX
    assert media_type(cut, "a.bin").media_type == sniffing.ZIP


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (zipped("a.txt"), True),
        (b"7z\xbc\xaf\x27\x1c\0\4", True),
        (b"\x1f\x8b\x08\0", True),
        (office("word/document.xml"), False),
        (zipped("x", mimetype=sniffing.EPUB), False),
        (b"MZ\x90\0\3\0\0\0", False),
        (b"words", False),
    ],
)
def test_an_archive_only_holds_other_files(data: bytes, expected: bool) -> None:
    assert is_archive(data) == expected


def test_every_suffix_has_a_type_and_every_type_a_suffix() -> None:
    assert set(sniffing.SUFFIXES.values()) == set(sniffing.MEDIA_TYPES)
