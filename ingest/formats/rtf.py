"""RTF files: paragraphs, headings by outline level, tables as rows, footnotes in place.

striprtf turns the marks into text, but forgets where cells end and what a footnote says, and some
of its patterns take hours on a hostile file: the source is prepared for it here. Headers, footers,
text boxes and deleted text are not read.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from striprtf.striprtf import charset_map, rtf_to_text

from index.types import is_date
from ingest.content import CELL_BREAK, Content, Metadata, one_line
from ingest.errors import ReadError

MOST_CHARS = 10_000_000  # without pictures: some 1,000 pages with all of Word's marks
_START = b"{\\rtf"
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{1,5})")
_BINARY = re.compile(rb"\\bin(\d{1,9}) ?")
_PICTURE = re.compile(r"[0-9A-Fa-f\r\n]{200,}")  # no words are so long
_FONTS = re.compile(r"\{[^{}]{0,20}\\fonttbl")
_FONT = re.compile(r"\\f(\d{1,6})(?![0-9a-z])[^{};]{0,200}?\\fcharset(\d{1,3})")
_FOOTNOTE = re.compile(r"\{(?:\\\*)?\s?\\footnote(?![a-z])")
_PARAGRAPH_END = re.compile(r"\\(?:par|row)(?![a-z])")
_PARAGRAPH = re.compile(r"\\(?:pard?|chftn|ftnalt)(?![a-z])")
_BRACE = re.compile(r"\\[{}\\]|[{}]")
_INFO_CHARS = 20_000
_LONGEST_FACT_CHARS = 300
_CUT = "the file is cut short: its end is missing"
# marks that go through striprtf unchanged: what it has no text for, or the same as for others
_CELL, _ROW, _ROW_START, _HEADING, _LINE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
_MARKS = (
    (re.compile(r"\\cell(?![a-z]) ?"), _CELL),
    (re.compile(r"\\row(?![a-z]) ?"), _ROW),
    (re.compile(r"\\trowd(?![a-z]) ?"), _ROW_START),
    (re.compile(r"\\outlinelevel([0-8])(?![0-9a-z]) ?"), _HEADING + r"\1"),
    (re.compile(r"\\line(?![a-z]) ?"), _LINE),
    (re.compile(r"\\nestcell(?![a-z]) ?"), " "),
)
_OWN = re.compile(f"[{_CELL}-{_LINE}]")
# another name of a mark does what is wanted: to be left out, or not to be
_OTHER_NAMES = (
    (re.compile(r"\\fldinst(?![a-z])"), r"\\fldtype"),
    (re.compile(r"\\deleted(?![a-z0-9])"), r"\\fldtype"),
    (re.compile(r"\\pntext(?![a-z])"), r"\\listtext"),
)


def read_rtf(data: bytes) -> Content:
    """The text of an RTF file. Raises `ReadError` if it is none, damaged, or too long."""
    if not data.lstrip().startswith(_START):
        raise ReadError("the file is no RTF, though it is named so", "save it anew as .docx")
    source = _PICTURE.sub("", _text(_without_binary(data)))
    if len(source) > MOST_CHARS:
        raise ReadError(
            f"the RTF file has {len(source):,} characters without its pictures, more than "
            f"{MOST_CHARS:,}",
            "save it as .docx, or split it",
        )
    fonts = _font_table(source)
    text = _plain(fonts + _marked(_with_notes(_without_fonts(source))))
    content = Content.of_blocks(_blocks(text))
    found = _facts(source)
    if content.first_heading:
        found = found.over(Metadata(title=content.first_heading, inferred=("title",)))
    return replace(content, found=found, caution="" if _is_whole(source) else _CUT)


def _without_binary(data: bytes) -> bytes:
    """Pictures may stand as bytes that could look like anything."""
    kept = []
    at = 0
    while found := _BINARY.search(data, at):
        kept.append(data[at : found.start()])
        at = found.end() + int(found[1])
    return b"".join([*kept, data[at:]])


def _text(data: bytes) -> str:
    """RTF is ASCII; what other characters a program wrote are in the code page it states."""
    page = _CODE_PAGE.search(data)
    try:
        text = data.decode(f"cp{page[1].decode()}" if page else "cp1252", "replace")
    except LookupError:
        text = data.decode("cp1252", "replace")
    return _OWN.sub(" ", text.replace("\0", ""))


def _font_table(source: str) -> str:
    """The start of a file with its fonts' encodings: striprtf looks for them too long."""
    page = re.search(r"\\ansicpg\d{1,5}", source)
    default = re.search(r"\\deff\d{1,6}", source)
    fonts = "".join(
        f"{{\\f{number}\\fcharset{charset} a;}}"
        for number, charset in dict(_FONT.findall(_fonts(source))).items()
        if _is_known(int(charset))
    )
    start = f"{page[0] if page else ''}{default[0] if default else ''}"
    return f"{{\\rtf1\\ansi{start}{{\\fonttbl{fonts}}}"


def _is_known(charset: int) -> bool:
    try:
        b"".decode(charset_map.get(charset, "unknown"))
    except LookupError:
        return False
    return True


def _fonts(source: str) -> str:
    start = _FONTS.search(source)
    return source[start.start() : _end(source, start.start())] if start else ""


def _without_fonts(source: str) -> str:
    """All but the first brace, which the new start has, and the font table."""
    source = source.lstrip()
    fonts = _fonts(source)
    return (source.replace(fonts, "", 1) if fonts else source)[1:].replace("\\fonttbl", "\\fldtype")


def _end(source: str, start: int) -> int:
    """Where the group that starts there ends; a group without end has that of the file."""
    depth = 0
    for brace in _BRACE.finditer(source, start):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end()
    return len(source)


def _is_whole(source: str) -> bool:
    braces = [brace[0] for brace in _BRACE.finditer(source)]
    return braces.count("{") <= braces.count("}")


def _with_notes(source: str) -> str:
    """Each footnote moved to the end of its paragraph, on a line of its own, with its number."""
    kept: list[str] = []
    notes: list[str] = []
    at = number = 0
    ends = _PARAGRAPH_END
    while found := _FOOTNOTE.search(source, at):
        before = source[at : found.start()]
        end = ends.search(before) if notes else None
        if end:
            kept += [before[: end.start()], *notes, before[end.start() :]]
            notes = []
        else:
            kept.append(before)
        at = _end(source, found.start())
        number += 1
        kept.append(f"[{number}]")
        words = _PARAGRAPH.sub(" ", source[found.end() : at - 1])
        notes.append(f"{{}}{_LINE}[{number}] {{{words}}}")
    rest = source[at:]
    end = ends.search(rest) if notes else None
    place = end.start() if end else len(rest)
    return "".join([*kept, rest[:place], *notes, rest[place:]])


def _marked(source: str) -> str:
    for pattern, name in _OTHER_NAMES:
        source = pattern.sub(name, source)
    for pattern, mark in _MARKS:
        source = pattern.sub("{}" + mark, source)  # the braces end what skips characters
    return source


def _plain(source: str) -> str:
    try:
        text = str(rtf_to_text(source, errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise ReadError(
            "the RTF file is damaged", "open it in a word processor and save it as .docx"
        ) from error
    # characters beyond 16 bits are written as two halves
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _blocks(text: str) -> Iterator[tuple[str, int]]:
    """Paragraphs with their heading levels, and the rows of tables."""
    rows: list[str] = []
    *before, last = text.split(_ROW)
    for part in before:
        start = _row_start(part)
        between = list(_paragraphs(part[:start]))
        if between and rows:
            yield "\n".join(rows), 0
            rows = []
        yield from between
        *cells, end = map(_on_one_line, part[start:].split(_CELL))
        cells += [end] if end else []
        if any(cells):
            rows.append(CELL_BREAK.join(cells))
    if rows:
        yield "\n".join(rows), 0
    yield from _paragraphs(last)


def _row_start(part: str) -> int:
    """Where the row begins in what stands before its end: some programs mark the first alone."""
    start = part.find(_ROW_START)
    return start if start >= 0 else part.rfind("\n", 0, max(part.find(_CELL), 0)) + 1


def _paragraphs(text: str) -> Iterator[tuple[str, int]]:
    for line in text.split("\n"):
        mark = re.search(f"{_HEADING}(\\d)", line)
        shown = re.sub(f"{_HEADING}\\d", "", line).replace(_LINE, "\n").replace(_CELL, CELL_BREAK)
        words = re.sub(r"\n(\[\d+\]) +", r"\n\1 ", _OWN.sub("", shown)).strip()
        if words:
            yield words, int(mark[1]) + 1 if mark else 0


def _on_one_line(cell: str) -> str:
    return " ".join(_OWN.sub(" ", re.sub(f"{_HEADING}\\d", " ", cell)).split())


def _facts(source: str) -> Metadata:
    at = source.find("{\\info")
    info = source[at : at + _INFO_CHARS] if at >= 0 else ""
    page = re.search(r"\\ansicpg\d{1,5}", source)

    def stated(name: str) -> str | None:
        found = re.search(rf"\{{(?:\\\*)?\\{name} ([^{{}}]{{1,2000}})\}}", info)
        if not found:
            return None
        return one_line(
            _plain(f"{{\\rtf1{page[0] if page else ''} {found[1]}}}"), _LONGEST_FACT_CHARS
        )

    made = re.search(r"\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})", info)
    day = f"{made[1]}-{made[2]:0>2}-{made[3]:0>2}" if made else ""
    return Metadata(
        title=stated("title") or None,
        author=stated("author") or None,
        publisher=stated("company") or None,
        published=day if is_date(day) else None,
        inferred=("published",) if is_date(day) else (),
    )
