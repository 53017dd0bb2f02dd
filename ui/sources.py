"""A source as HTML: what it is, where in it, and its words marked in their surroundings.

The words shown are `document.text` around `[start:end]`, escaped and otherwise unchanged: the
text content of a card is the text of the document. How an answer uses a source is not said here.
"""

import re
from html import escape

from assistant.types import Citation
from index.types import Document, Page, Passage, Source

CONTEXT_CHARACTERS = 300
NEAREST_CHARACTERS = 700
WORD_SLACK = 30
# What gives a text its shape: blank lines, the marks of lists and provisions, Markdown's headings.
LAYOUT = re.compile(
    r"(?P<gap>\n[ \t\r]*\n\s*)"
    r"|(?P<line>\n(?=[ \t]*(?:[-*+•]|\d{1,3}[.)]|\(\w{1,4}\)|\#{1,6})[ \t]))"
    r"|(?P<heading>(?:\A|(?<=\n))(?P<hashes>\#{1,6}[ \t]+)(?P<title>[^\n]*))"
)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def anchor(turn: int, marker: int) -> str:
    """The element id of a turn's source."""
    return f"turn-{turn}-source-{marker}"


def byline(source: Source) -> str:
    """Kind, publisher and date in a line: "Opinion, Salon, 14 April 2018"."""
    known = (capital(source.kind), source.publisher, date(source.published))
    return ", ".join(part for part in known if part)


def date(published: str | None) -> str:
    """An ISO 8601 date of any precision as it is read; what is not one, as it is; "" for None."""
    parts = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", published or "")
    if not parts or (parts[2] and not 1 <= int(parts[2]) <= len(MONTHS)):
        return published or ""
    year, month, day = parts.groups()
    spelt = (day and str(int(day)), month and MONTHS[int(month) - 1], year)
    return " ".join(part for part in spelt if part)


def capital(kind: str) -> str:
    """A kind as a label: "NGO report" keeps its capitals, "statute" gets one."""
    return kind[:1].upper() + kind[1:]


def source_card(turn: int, citation: Citation) -> str:
    """A cited source, its quotation marked within the surrounding text of its document."""
    passage = citation.passage
    label = f"Source {citation.marker}: {passage.document.title}"
    return _card(turn, citation.marker, label, passage, _marked(passage), _edition(citation))


def nearest_card(turn: int, rank: int, passage: Passage) -> str:
    """A passage that an abstention shows: the beginning of its words, nothing marked."""
    end = min(passage.end, passage.start + NEAREST_CHARACTERS)
    cut = "…" if end < passage.end else ""
    words = f"{_shown(passage.document, passage.start, end)}{cut}"
    return _card(turn, rank, f"Nearest {rank}: {passage.document.title}", passage, words)


def _card(
    turn: int, marker: int, label: str, passage: Passage, words: str, edition: str = ""
) -> str:
    document = passage.document
    kind = f'<span class="kind {_class(document.kind)}">{escape(capital(document.kind))}</span>'
    inferred = '<span class="inferred">(inferred)</span>' if "title" in document.inferred else ""
    known = (
        _fact(document, "publisher", document.publisher),
        _fact(document, "author", document.author),
        _fact(document, "published", date(document.published)),
        f"retrieved {escape(date(document.retrieved))}" if document.retrieved else "",
    )
    meta = " · ".join(filter(None, known))
    return (
        f'<li class="card" id="{anchor(turn, marker)}" tabindex="-1" role="doc-endnote"'
        f' aria-label="{escape(label)}">'
        f'<p class="title"><span class="number">{marker}</span>'
        f'<bdi class="name">{escape(document.title)}</bdi>{inferred}'
        '<button type="button" class="back" aria-label="Back to the answer">Back</button></p>'
        f'<p class="meta">{kind} {meta}</p>{edition}{_where(passage)}'
        f'<blockquote class="context" dir="auto">{words}</blockquote>'
        f'<p class="origin">{_origin(document.origin)}</p></li>'
    )


def _where(passage: Passage) -> str:
    """Pages and headings, outermost first; nothing for a text that has neither.

    A page is named by what is printed on it, with the sheet that it is where that differs.
    """
    sheets = passage.sheets
    place = []
    if sheets:
        ends = dict.fromkeys((_page(sheets[0]), _page(sheets[-1])))
        place.append(f"{'p.' if len(ends) == 1 else 'pp.'} {'–'.join(ends)}")
    if passage.recognised is not None:
        place.append(f"read by text recognition, {passage.recognised:.0%} sure")
    headings = [title for title in passage.heading_path if title != passage.document.title]
    if headings:
        place.append(" › ".join(headings))
    if not place:
        return ""
    return f'<p class="where" dir="auto">{escape(" · ".join(place))}</p>'


def _page(sheet: Page) -> str:
    return f"{sheet.label} (sheet {sheet.number})" if sheet.label else str(sheet.number)


def _fact(document: Document, name: str, value: str | None) -> str:
    """A fact as it is shown: one that nobody stated says so."""
    inferred = " (inferred)" if name in document.inferred else ""
    return f"<bdi>{escape(value)}</bdi>{inferred}" if value else ""


def _edition(citation: Citation) -> str:
    latest = citation.superseded_by
    if latest is None:
        return ""
    day = f", {escape(date(latest.published))}" if latest.published else ""
    return f'<p class="edition">Superseded by <bdi>“{escape(latest.title)}”</bdi>{day}</p>'


def _marked(passage: Passage) -> str:
    document = passage.document
    before, after = surroundings(document, passage.start, passage.end)
    opening = "… " if before > 0 else ""
    closing = " …" if after < len(document.text) else ""
    return (
        f"{opening}{_shown(document, before, passage.start)}"
        f"<mark>{_shown(document, passage.start, passage.end)}</mark>"
        f"{_shown(document, passage.end, after)}{closing}"
    )


def surroundings(document: Document, start: int, end: int) -> tuple[int, int]:
    """Where the shown text begins and ends: some 300 characters either side, at whole words."""
    text = document.text
    first, last = max(0, start - CONTEXT_CHARACTERS), min(len(text), end + CONTEXT_CHARACTERS)
    if first > 0:
        space = re.search(r"\s\S", text[first : min(first + WORD_SLACK, start)])
        first += space.start() + 1 if space else 0
    if last < len(text):
        slack = max(end, last - WORD_SLACK)
        spaces = [match.start() + 1 for match in re.finditer(r"\S\s", text[slack:last])]
        last = slack + spaces[-1] if spaces else last
    return first, last


def _shown(document: Document, start: int, end: int) -> str:
    """Escaped text[start:end], its shape in spans; other single line breaks read as spaces."""
    text, pieces, at = document.text[start:end], [], 0
    for found in LAYOUT.finditer(text):
        if found.lastgroup != "heading":
            shape = f'<span class="{found.lastgroup}">{escape(found[0])}</span>'
        elif document.media_type == "text/markdown":
            hashes = f'<span class="hashes">{escape(found["hashes"])}</span>'
            shape = f'<span class="heading">{hashes}{escape(found["title"])}</span>'
        else:
            continue
        pieces += [escape(text[at : found.start()]), shape]
        at = found.end()
    return "".join([*pieces, escape(text[at:])])


def _origin(origin: str) -> str:
    shown = f"<bdi>{escape(origin).replace('/', '/<wbr>')}</bdi>"
    if not re.match(r"https?://", origin):
        return f'<span class="path">{shown}</span>'
    return (
        f'<a class="path" href="{escape(origin)}" target="_blank" rel="noopener noreferrer">'
        f"{shown}</a>"
    )


def _class(kind: str) -> str:
    return "kind-opinion" if kind == "opinion" else "kind-plain"
