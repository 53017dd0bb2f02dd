"""An e-mail is its headers and body; attachments are documents of their own."""

import base64

import pytest

from ingest.content import Metadata
from ingest.errors import ReadError
from ingest.formats import mail
from ingest.formats.mail import read_mail

HEADERS = "From: Jane Roe <jane@b.org>\nTo: c@d.org\nDate: Sat, 14 Apr 2018 23:30:00 -0500\n"
SHOWN = HEADERS + "Subject: Law"


def message(body: str, *headers: str) -> bytes:
    return "\n".join((SHOWN, *headers, "", body)).encode()


def multipart(kind: str, *parts: str) -> bytes:
    body = "".join(f"--b\n{part}\n" for part in parts)
    return message(f"{body}--b--\n", f'Content-Type: multipart/{kind}; boundary="b"')


def encoded(data: bytes) -> str:
    return base64.encodebytes(data).decode()


PLAIN = "Content-Type: text/plain; charset=utf-8\n\nPlain words."
RICH = "Content-Type: text/html; charset=utf-8\n\n<p>Rich <b>words</b>.</p><p>More.</p>"


def attachment(name: str, kind: str = "application/pdf", data: bytes = b"%PDF-") -> str:
    return (
        f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="{name}"\n\n{encoded(data)}'
    )


def test_an_e_mail_is_its_headers_and_its_body_and_states_its_facts() -> None:
    content = read_mail(message("Words of law.\n\nMore.\n"))
    assert content.text == f"{SHOWN}\n\nWords of law.\n\nMore."
    assert content.found == Metadata(title="Law", author="Jane Roe", published="2018-04-14")
    assert (content.caution, content.parts) == ("", ())


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (multipart("alternative", PLAIN, RICH), "Plain words."),
        (multipart("alternative", "Content-Type: text/plain\n\n \n", RICH), "Rich words.\n\nMore."),
        (multipart("mixed", PLAIN, RICH), "Plain words.\n\nRich words.\n\nMore."),
        (message("<p>Rich</p><script>no()</script>", "Content-Type: text/html"), "Rich"),
        (message("<html><p>Said to be plain</p></html>"), "Said to be plain"),
        (message("=C3=A9t=C3=A9", "Content-Transfer-Encoding: quoted-printable"), "été"),
        (message(encoded("été".encode("cp1252")), "Content-Transfer-Encoding: base64",
                 "Content-Type: text/plain; charset=iso-8859-1"), "été"),
        (message("été", "Content-Type: text/plain; charset=us-ascii"), "été"),
        (message("words", "Content-Type: text/plain; charset=zip"), "words"),
        (message("words", "Content-Type: text/plain; charset=no-such"), "words"),
        (message("no boundary", "Content-Type: multipart/mixed"), "no boundary"),
        (message("a zero\0 in words", "Content-Type: text/plain"), "a zero in words"),
        (message("soft \nbreak\n\nhard\n-- \nJ", 'Content-Type: text/plain; format="flowed"'),
         "soft break\n\nhard\n-- \nJ"),
        (b"From a@b Sat Apr 14 11:15:17 2018\n" + message("words"), "words"),
        (b"\xef\xbb\xbf\r\n" + message("words").replace(b"\n", b"\r\n"), "words"),
        (message("words").decode().encode("utf-16"), "words"),
    ],
)  # fmt: skip
def test_the_body_is_the_plain_text_or_all_of_the_rich_one(data: bytes, body: str) -> None:
    content = read_mail(data)
    assert content.text == f"{SHOWN}\n\n{body}"
    assert content.caution == ""


def test_damaged_characters_cost_no_more_than_themselves_and_are_told() -> None:
    body = ("été " * 20).encode() + b"\xff words"
    content = read_mail(message("", "Content-Type: text/plain; charset=utf-8") + body)
    assert content.text.endswith("été \ufffd words")
    assert content.caution == "characters of its text are damaged"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("From: =?utf-8?q?Ren=C3=A9?= <r@b.org>", ("From: René <r@b.org>", "René", None)),
        ('From: "Roe, Jane" <j@b.org>', ('From: "Roe, Jane" <j@b.org>', "Roe, Jane", None)),
        ("From: =?utf-8?q?Roe=2C_Jane?= <j@b.org>", ("From: Roe, Jane <j@", "Roe, Jane", None)),
        ("From: j@b.org", ("From: j@b.org", "j@b.org", None)),
        ("Subject: =?utf-8?b?a?= x", ("Subject: =?utf-8?b?a?= x", None, None)),
        ("From: " + "(" * 5000, ("From: ((((", None, None)),
        ("Date: 14 Apr 2018 00:10:00 +0900", ("Date: 14 Apr", None, "2018-04-14")),
        ("Date: Thu, 99 Foo 99999", ("Date: Thu, 99", None, None)),
        ("Date: Thu, 01 Jan 1970 00:00:00 +0000", ("Date: Thu", None, None)),
        ("Subject: =?no-such?q?x?=", ("Subject: x", None, None)),
        ("Subject: folded\n  over lines", ("Subject: folded over lines", None, None)),
    ],
)
def test_headers_are_decoded_and_broken_ones_cost_nothing_else(
    header: str, expected: tuple[str, str | None, str | None]
) -> None:
    content = read_mail(f"{header}\n\nwords".encode())
    shown, author, day = expected
    assert content.text.startswith(shown)
    assert content.text.endswith("\n\nwords")
    assert (content.found.author, content.found.published) == (author, day)


FORWARDED = f"Content-Type: message/rfc822\n\n{SHOWN.replace('Law', 'Inner')}\n\nInner words."


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        ([PLAIN, attachment("a.pdf"), attachment("b.docx")], ["a.pdf", "b.docx"]),
        ([PLAIN, attachment("../../etc/a.pdf"), attachment("C:\\b.pdf")], ["a.pdf", "b.pdf"]),
        ([PLAIN, attachment("a.pdf"), attachment("a.pdf", data=b"2")], ["a.pdf", "a (2).pdf"]),
        ([PLAIN, attachment("=?utf-8?q?=C3=A9.pdf?=")], ["é.pdf"]),
        ([PLAIN, "Content-Type: application/pdf\n\n%PDF-"], ["attachment.pdf"]),
        ([PLAIN, "Content-Type: text/plain; name=n.txt\n\nNote."], ["n.txt"]),
        ([PLAIN, attachment("scan.png", "image/png")], ["scan.png"]),
        ([PLAIN, "Content-Type: image/png\nContent-Disposition: inline\n\nx"], []),
        ([PLAIN, attachment("smime.p7s", "application/pkcs7-signature")], []),
        ([PLAIN, FORWARDED], ["Inner.eml"]),
    ],
)
def test_attachments_are_documents_of_their_own_and_pictures_in_the_body_are_none(
    parts: list[str], names: list[str]
) -> None:
    content = read_mail(multipart("mixed", *parts))
    assert [part.name for part in content.parts] == names
    assert content.text == f"{SHOWN}\n\nPlain words."


def test_a_page_saved_as_mail_is_its_text_without_its_styles() -> None:
    styles = "Content-Type: text/css\nContent-Location: a.css\n\np { color: red }"
    content = read_mail(multipart("related", RICH, styles))
    assert content.text == f"{SHOWN}\n\nRich words.\n\nMore."


def test_a_picture_that_the_body_shows_is_no_attachment() -> None:
    shown = f"{RICH}\n--b\n{attachment('logo.png', 'image/png')}"
    assert read_mail(multipart("related", shown)).parts == ()


def test_an_attached_e_mail_can_be_read_in_turn() -> None:
    (part,) = read_mail(multipart("mixed", PLAIN, FORWARDED)).parts
    assert read_mail(part.data).text.endswith("Subject: Inner\n\nInner words.")


def test_an_e_mail_with_attachments_alone_needs_no_text() -> None:
    content = read_mail(multipart("mixed", attachment("a.pdf")))
    assert (content.text, len(content.parts)) == (SHOWN, 1)


def test_attachments_beyond_a_number_are_left_out_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mail, "MOST_ATTACHMENTS", 2)
    content = read_mail(multipart("mixed", PLAIN, *(attachment(f"{n}.pdf") for n in range(5))))
    assert len(content.parts) == 2
    assert content.caution == "3 of its attachments were left out"


def nested(depth: int) -> bytes:
    inner = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth)
    )
    return f"{SHOWN}\n{inner}Content-Type: text/plain\n\nwords\n".encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (multipart("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1"),
         "encrypted"),
        (message("MIIB", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data"),
         "encrypted"),
        (message("MIIB", "Content-Type: application/x-pkcs7-mime; name=smime.p7m"), "encrypted"),
        (message("MIIB", "Content-Type: application/pkcs7-mime; smime-type=signed-data"),
         "inside of its signature"),
        (message("-----BEGIN PGP MESSAGE-----\n\nhIwD\n-----END PGP MESSAGE-----"), "encrypted"),
        (message(""), "no text"),
        (b"\n  \n\n", "no text"),
        (nested(3000), "damaged"),
    ],
)  # fmt: skip
def test_an_encrypted_empty_or_damaged_e_mail_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as refusal:
        read_mail(data)
    assert reason in refusal.value.message
    assert refusal.value.remedy


def test_an_encrypted_attachment_does_not_cost_the_e_mail() -> None:
    inner = multipart("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1")
    outer = f"Content-Type: message/rfc822\n\n{inner.decode().replace('--b', '--c')}"
    outer = outer.replace('boundary="b"', 'boundary="c"')
    assert "Plain words." in read_mail(multipart("mixed", PLAIN, outer)).text
