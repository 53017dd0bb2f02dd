"""E-mails (EML): who wrote to whom, when and what; attachments are documents of their own.

The body is the plain text where there is one, else all of the HTML's. The older interface of
`email` (compat32) is used on purpose: the newer one parses headers with a grammar that real mail
breaks, and raises whatever it happens to meet there. Mailboxes of many e-mails are not read here.
"""

import codecs
import email
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import PurePosixPath
from typing import TypeAlias

from ingest.content import BLOCK_BREAK, Content, Metadata, Part, cautions, one_line
from ingest.errors import ReadError
from ingest.formats import markup
from ingest.formats.archive import with_distinct_names
from ingest.formats.html import declared_encoding, element_tree, encoding_of
from ingest.formats.text import decode

MOST_ATTACHMENTS = 200
LONGEST_HEADER_CHARS = 2_000
_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_ENCRYPTED = ("multipart/encrypted", "application/pgp-encrypted")
_S_MIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNED = "signed-data"
_NO_DOCUMENTS = (  # of the attachments: signatures, invitations' data, Outlook's own wrapping
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
    "application/pgp-keys", "text/calendar", "application/ics", "text/x-vcard", "text/vcard",
    "message/delivery-status", "text/rfc822-headers",
)  # fmt: skip
_PGP = "-----BEGIN PGP MESSAGE-----"
_BODIES = ("text/plain", "text/html", "text/enriched", "text/markdown")  # others: styles, dates
_SIGNATURE_LINE = "-- "
_HTML_START = re.compile(r"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_FEWEST_ZEROS = 0.1  # of the bytes of UTF-16
_FIRST_YEAR = 1971  # e-mails of 1970 come from clocks that were not set
# what `email` lets through of damaged headers and bodies
_DAMAGE = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError)

_Mail: TypeAlias = "Message[str, str]"  # not subscriptable when run


@dataclass(frozen=True)
class _Text:
    """A body, or a part of one; `caution` as in `Content`."""

    text: str
    is_html: bool
    caution: str = ""


def read_mail(data: bytes) -> Content:
    """An e-mail with its attachments as `parts`.

    Raises `ReadError` if it is encrypted, damaged, or has neither text nor attachments.
    """
    try:
        mail = email.message_from_bytes(_as_bytes(data), policy=compat32)
        _refuse_encrypted(mail)
        texts = _texts(mail)
        attached = list(_attachments(mail))
    except _DAMAGE as error:
        raise ReadError(
            "the e-mail is damaged", "save it anew from the mail program, as .eml or PDF"
        ) from error
    parts = with_distinct_names(attached[:MOST_ATTACHMENTS])
    body = BLOCK_BREAK.join(text.text for text in texts)
    if _PGP in body:
        raise _encrypted()
    if not parts and not any(map(str.isalnum, body)):
        raise ReadError("the e-mail has no text", "check that it is the right file")
    headers = "\n".join(f"{name}: {value}" for name in _SHOWN if (value := _header(mail, name)))
    left_out = len(attached) - MOST_ATTACHMENTS
    return Content(
        BLOCK_BREAK.join(filter(None, (headers, body))),
        found=_facts(mail),
        caution=cautions(
            *dict.fromkeys(text.caution for text in texts),
            f"{left_out:,} of its attachments were left out" if left_out > 0 else "",
        ),
        parts=parts,
    )


def _as_bytes(data: bytes) -> bytes:
    """The bytes as they were sent: programs save them as UTF-16, or behind a mark or an empty line.

    A mailbox's "From " line is no header.
    """
    if data.startswith(_MARKS):
        data = decode(data).text.encode("utf-8", "replace")
    data = data.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n\t ")
    return re.sub(rb"\AFrom [^\r\n]*\r?\n", b"", data)


def _facts(mail: _Mail) -> Metadata:
    shown, address = _sender(mail)
    return Metadata(
        title=one_line(_header(mail, "Subject")) or None,
        author=shown or address or None,
        published=_day(mail),
    )


def _sender(mail: _Mail) -> tuple[str, str]:
    try:
        shown, address = parseaddr(_raw(mail, "From"))
    except RecursionError:  # comments within comments
        return "", ""
    return _decoded(shown), address


def _day(mail: _Mail) -> str | None:
    """The day by the sender's clock."""
    try:
        day = parsedate_to_datetime(_header(mail, "Date")).date()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return day.isoformat() if day.year >= _FIRST_YEAR else None


def _header(mail: _Mail, name: str) -> str:
    return _decoded(_raw(mail, name))


def _raw(mail: _Mail, name: str) -> str:
    raw = str(mail.get(name, ""))[:LONGEST_HEADER_CHARS]
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _decoded(raw: str) -> str:
    """A header's words; those in a broken encoding as they stand there."""
    words = ""
    try:
        for word, charset in decode_header(raw):
            known = encoding_of(charset) if charset else None
            words += word if isinstance(word, str) else word.decode(known or "utf-8", "replace")
    except (HeaderParseError, ValueError, LookupError):
        words = raw
    return " ".join(words.split())


def _refuse_encrypted(mail: _Mail) -> None:
    for part in _parts(mail):
        kind = part.get_content_type()
        if kind in _ENCRYPTED or (kind in _S_MIME and not _is_signed(part)):
            raise _encrypted()
        if kind in _S_MIME:
            raise ReadError(
                "the e-mail's text is inside of its signature (S/MIME)",
                "forward it without the signature, and save that as .eml, or save it as PDF",
            )


def _parts(part: _Mail) -> Iterator[_Mail]:
    """The part and those inside of it, but for the insides of attached e-mails."""
    yield part
    if part.get_content_type() != "message/rfc822":
        for child in _children(part):
            yield from _parts(child)


def _is_signed(part: _Mail) -> bool:
    return str(part.get_param("smime-type", "")).lower() == _SIGNED


def _encrypted() -> ReadError:
    return ReadError(
        "the e-mail is encrypted", "open it in the mail program, and save it as PDF or text"
    )


def _texts(part: _Mail) -> list[_Text]:
    """The bodies of a part in their order; of alternatives the plain one, if it has words."""
    if _is_attachment(part):
        return []
    if part.is_multipart():
        inner = [_texts(child) for child in _children(part)]
        if part.get_content_type() == "multipart/alternative":
            worded = [texts for texts in inner if any(text.text.strip() for text in texts)]
            plain = [texts for texts in worded if not any(text.is_html for text in texts)]
            return (plain or worded[::-1] or [[]])[0]  # the last is the richest
        return [text for texts in inner for text in texts]
    is_broken = part.get_content_maintype() == "multipart"  # without boundaries it is one text
    return [_text(part)] if is_broken or part.get_content_type() in _BODIES else []


def _text(part: _Mail) -> _Text:
    payload = _payload(part)
    is_html = part.get_content_type() == "text/html"
    declared = encoding_of(str(part.get_content_charset("")))
    if is_html and not declared:
        declared = declared_encoding(payload)
    if payload.count(0) < _FEWEST_ZEROS * len(payload):
        payload = payload.replace(b"\0", b"")  # or it would be taken for UTF-16
    try:
        decoded = decode(payload, declared)
        text, caution = decoded.text, decoded.caution
    except ReadError:  # one wrong character: the words around it are worth reading
        text = payload.decode(declared or "utf-8", "replace").replace("\0", "\ufffd")
        caution = "characters of its text are damaged"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if is_html or _HTML_START.match(text):
        tree = element_tree(text)
        found = () if tree is None else markup.blocks(tree)
        return _Text(BLOCK_BREAK.join(block for block, _ in found), True, caution)
    if str(part.get_param("format", "")).lower() == "flowed":
        text = _unwrapped(text, str(part.get_param("delsp", "")).lower() == "yes")
    return _Text(text.strip(), False, caution)


def _unwrapped(text: str, deletes_space: bool) -> str:
    """Paragraphs that the sender's program broke into lines made whole (RFC 3676)."""
    whole = ""
    for line in text.split("\n"):
        is_flowing = line.endswith(" ") and line != _SIGNATURE_LINE
        whole += line[:-1] if is_flowing and deletes_space else line
        whole += "" if is_flowing else "\n"
    return whole


def _payload(part: _Mail) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _children(part: _Mail) -> list[_Mail]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _is_attachment(part: _Mail) -> bool:
    """Whether it is a document of its own; text that only has a name may be shown in the body."""
    disposition = part.get_content_disposition()
    if part.get_content_type() == "message/rfc822":
        return True
    if part.get_content_maintype() == "multipart":
        return False
    return (
        disposition == "attachment"
        or bool(_filename(part))
        or (part.get_content_maintype() not in ("text", "image"))
    )


def _attachments(mail: _Mail) -> Iterator[Part]:
    """Attached documents; pictures shown within the body, signatures and the like are none."""
    shown = {
        child
        for part in _parts(mail)
        if part.get_content_type() == "multipart/related"
        for child in _children(part)
    }
    for part in _parts(mail):
        is_inline = part in shown or part.get_content_disposition() != "attachment"
        is_picture = part.get_content_maintype() == "image"
        is_document = part.get_content_type() not in _NO_DOCUMENTS
        if _is_attachment(part) and is_document and not (is_picture and is_inline):
            yield from _attached(part)


def _attached(part: _Mail) -> Iterator[Part]:
    if part.get_content_type() == "message/rfc822":
        for inner in _children(part):
            title = one_line(_header(inner, "Subject"))
            yield Part(_safe(f"{title or 'forwarded e-mail'}.eml"), inner.as_bytes())
        return
    data = _payload(part)
    if data:
        suffix = mimetypes.guess_extension(part.get_content_type()) or ""
        yield Part(_safe(_filename(part) or f"attachment{suffix}"), data)


def _filename(part: _Mail) -> str:
    raw = part.get_filename("")
    words = decode_header(raw) if raw.startswith("=?") else [(raw, None)]
    return "".join(
        word
        if isinstance(word, str)
        else word.decode(encoding_of(label or "") or "utf-8", "replace")
        for word, label in words
    )


def _safe(name: str) -> str:
    """The name alone, without folders and what no name should hold."""
    last = PurePosixPath(name.replace("\\", "/")).name.lstrip(".") or "attachment"
    return one_line("".join(character if character.isprintable() else " " for character in last))
