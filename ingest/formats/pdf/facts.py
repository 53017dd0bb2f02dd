"""What a PDF says of itself: its Info dictionary and its XMP packet (ISO 16684-1).

Pure: from what the file says to `Metadata`. A title that a program made up is none; then the
largest words of the first page are taken, and marked as inferred.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree  # type: ignore[import-untyped]

from index.types import is_date
from ingest.content import Metadata
from ingest.formats.pdf.paragraphs import Paragraph

LONGEST_TITLE_CHARS = 200
_LARGEST_PACKET_BYTES = 300_000
_MOST_PACKETS = 20  # one for the document, others for its pictures
_BEGIN, _END = b"<x:xmpmeta", b"</x:xmpmeta>"
_PROGRAM_TITLE = re.compile(
    r"^(microsoft|untitled|document\s*\d*$|slide \d+|powerpoint|title$|print|no job name"
    r"|layout \d|\W*$|\S*\d{5,}\S*$|\(anonymous\)|unknown$)"
    r"|\.(docx?|pdf|indd|pptx?|xlsx?|rtf|tex|dvi|qxd|odt|wpd|fm|p65|html?|txt|tmp)\W*$",
    re.IGNORECASE,
)
_PROGRAM_PREFIX = re.compile(r"^microsoft (?:word|powerpoint|excel) - ", re.IGNORECASE)
_INFO_DATE = re.compile(r"^(?:D:)?(\d{4})(\d\d)?(\d\d)?")
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_LIST_ITEM = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
_PRODUCER = "{http://ns.adobe.com/pdf/1.3/}Producer"
_CREATED = "{http://ns.adobe.com/xap/1.0/}CreateDate"
_LARGER = 1.2  # than the body: less is no title


def metadata(
    data: bytes, info: Mapping[str, str], first: Sequence[Paragraph], body: float
) -> Metadata:
    """Title, author, publisher and day of creation; `first` are the first page's paragraphs."""
    packet = _packet(data)
    title = _title(info.get("Title", "")) or _title(packet.get("title", ""))
    author = _line(info.get("Author", "")) or packet.get("creator", "")
    published = _info_date(info.get("CreationDate", "")) or _xmp_date(packet.get("created", ""))
    inferred = ["published"] if published else []
    if not title:
        title = _largest_words(first, body)
        inferred += ["title"] if title else []
    return Metadata(
        title=title or None,
        author=author or None,
        publisher=packet.get("publisher") or None,
        published=published,
        inferred=tuple(inferred),
    )


def _packet(data: bytes) -> dict[str, str]:
    """The facts of the document's own packet: pictures in it have packets, without a producer."""
    found = [facts for facts in map(_facts, _packets(data)) if facts]
    own = [facts for facts in found if "producer" in facts]
    if own:
        return own[-1]  # a changed file has its old packet before the new one
    return found[0] if len(found) == 1 else {}


def _packets(data: bytes) -> Iterator[bytes]:
    at = 0
    for _ in range(_MOST_PACKETS):
        start = data.find(_BEGIN, at)
        end = data.find(_END, start, start + _LARGEST_PACKET_BYTES) if start >= 0 else -1
        if start < 0:
            return
        if end >= 0:
            yield data[start : end + len(_END)]
        at = max(end, start) + len(_BEGIN)


def _facts(packet: bytes) -> dict[str, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(packet, parser)
    except etree.XMLSyntaxError:
        return {}
    facts = {"said": "yes"}
    for name in ("title", "creator", "publisher"):
        element = next(root.iter(_DUBLIN_CORE + name), None)
        if element is not None:
            items = [_line(item.text or "") for item in element.iter(_LIST_ITEM)]
            items = [item for item in items if item] or [_line(element.text or "")]
            facts[name] = items[0] if name == "title" else ", ".join(items)
    for name, tag in (("created", _CREATED), ("producer", _PRODUCER)):
        said = [element.text or "" for element in root.iter(tag)]
        said += [element.get(tag, "") for element in root.iter() if element.get(tag)]
        if said:
            facts[name] = said[0]
    return facts


def _title(said: str) -> str:
    """The title that is stated, if no program made it up."""
    title = _line(said)
    prefix = _PROGRAM_PREFIX.match(title)
    return "" if prefix or _PROGRAM_TITLE.search(title) else title


def _largest_words(first: Sequence[Paragraph], body: float) -> str:
    """What is set largest on the first page, if it looks like a title; the next line of that
    size belongs to it."""
    plain = [part for part in first if not part.is_note and not part.lines[0].is_row]
    if not plain:
        return ""
    sizes = [max(line.size for line in part.lines) for part in plain]
    largest = max(sizes)
    if not body or largest < _LARGER * body:
        return ""
    at = next(at for at, size in enumerate(sizes) if size == largest)
    title = plain[at].text
    for part, size in zip(plain[at + 1 :], sizes[at + 1 :], strict=True):
        if size < 0.98 * largest:
            break
        title = f"{title} {part.text}"
    title = _line(title)
    words = len(re.findall(r"[^\W\d_]{2,}", title))
    fits = len(title) <= LONGEST_TITLE_CHARS and words >= (1 if len(title) > 6 else 2)
    return title if fits and not _PROGRAM_TITLE.search(title) else ""


def _line(said: str) -> str:
    return " ".join(said.replace("\0", "").split())


def _info_date(said: str) -> str | None:
    """The day of "D:20180414093000Z"."""
    found = _INFO_DATE.match(said.strip())
    return _day("-".join(filter(None, found.groups()))) if found else None


def _xmp_date(said: str) -> str | None:
    return _day(said.strip()[:10])


def _day(said: str) -> str | None:
    return said if is_date(said) and "1980" <= said[:4] <= "2100" else None
