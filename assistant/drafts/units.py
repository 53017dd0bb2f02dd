"""A draft as the sentences and clauses that could each be a claim, as offsets of its own text.

Markdown is seen through: its marks are blanked out, character for character, before sentences are
looked for, so that "…in 2000.[1] It …" are two. A quotation stays in one piece with the sentence
that it stands in, and two full clauses joined by a semicolon come apart. What a unit says, and
whether it claims anything, is not decided here.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.drafts.verbs import has_verb, reads_like_a_heading
from index.sentences import Span, sentence_spans

FEWEST_CLAUSE_WORDS = 5
MOST_QUOTED = 4  # sentences that a quotation may hold together; a quoted page is none
_MARKUP = re.compile(
    r"""
      (?:\[\s*\d{1,3}(?:\s*[-–,;]\s*\d{1,3})*\s*\](?:\(https?://[^()\s]{1,500}\))?)+ # [1], [2, 3]
    | \[\^[^\[\]\s]{1,40}\]:?                                                        # [^1], [^1]:
    | !?\[(?P<label>[^\[\]]{0,300})\]                                                # [link](…)
      (?:\([^()\s]{0,500}(?:\([^()\s]{0,100}\)[^()\s]{0,200})?(?:\s+"[^"\n]{0,200}")?\)
      |\[[^\[\]\n]{0,100}\])
    | ^[ \t]*(?:>[ \t]?)+                                                            # a quotation
    | ^[ \t]*(?:[-*_=][ \t]?){3,}$                                                   # a rule
    | </?[a-zA-Z!][^<>\n]{0,200}>
    | [¹²³⁰⁴-⁹]+
    | \*{1,3}(?=[^\s*]) | (?<=[^\s*])\*{1,3}
    | (?<!\w)_{1,3}(?=\w) | (?<=[\w.!?,;:)])_{1,3}(?!\w)
    | ~~ | `+ | \\(?=[*_`\[\]\#>.!()-])
    """,
    re.VERBOSE | re.MULTILINE,
)
_BLANKABLE = re.compile(r"[^\n]")
_HASHES = re.compile(r"^[ \t]*#{1,6}[ \t]+\Z", re.MULTILINE)
_CLOSING_HASHES = re.compile(r"(?<=\S)[ ]#+\Z")
_LISTED = re.compile(r"\A\s*(?:\d{1,3}[.)]|\(?[a-z]\)|\([ivx]{1,4}\)|:)\s+")
_ITEM = re.compile(r"(?:^|\n)[ \t]*(?:[-*•●▪–]|\d{1,3}[.)])[ \t]+\Z")
_NOTE = re.compile(r"(?:^|\n)[ \t]*\[(?:\^[^\[\]\s]{1,40}\]:?|\d{1,3}\]:?)[ \t]*\Z")
_BLANK_LINE = re.compile(r"\n\s*\n")
_BEFORE_A_BLOCK = re.compile(r"(?:\A|\n[ \t]*\n)[ \t]*\Z")
_AFTER_A_BLOCK = re.compile(r"\s*\Z|[ \t]*\r?\n[ \t]*\r?\n")
_SEMICOLON = re.compile(r";\s+(?=\S)")
_SPACE_BEFORE_A_STOP = re.compile(r"\s+(?=[.,;:!?)\]](?:\s|\Z))")
_LOOK_BACK_CHARS = 120  # marks before a unit are looked for no further


@dataclass(frozen=True)
class Unit:
    """Offsets of a sentence or clause; clauses of one sentence have its number.

    A `heading` begins a section. A `fragment` is an item or a note that makes no sentence.
    """

    start: int
    end: int
    sentence: int
    heading: bool = False
    fragment: bool = False


def units(text: str) -> Iterator[Unit]:
    """The units of a draft, in order; together they hold all of its words."""
    masked = _masked(text)
    for number, span in enumerate(_whole(masked, sentence_spans(masked))):
        rest: Span | None = span
        follows_title = False
        while rest:
            title, left = _title_and_rest(text, masked, *rest, follows_title=follows_title)
            if not title:
                break
            yield Unit(*title, number, heading=True)
            rest, follows_title = left, True
        if rest:
            fragment = _is_fragment(text, *rest)
            for start, end in _clauses(masked, *rest):
                yield Unit(start, end, number, fragment=fragment)


def plain(text: str) -> str:
    """The words of a unit on one line, without marks of Markdown, footnotes or a list."""
    words = " ".join(_unmarked(text, lambda label, _: label).split())
    words = _LISTED.sub("", _CLOSING_HASHES.sub("", words)).strip("| ")
    return _SPACE_BEFORE_A_STOP.sub("", words) if words != text else words


def _masked(text: str) -> str:
    """The text with its marks as blanks: nothing moves."""

    def blanked(label: str, around: Sequence[str]) -> str:
        before, after = (_BLANKABLE.sub(" ", part) for part in around)
        return f"{before}{label}{after}"

    return _unmarked(text, blanked)


def _unmarked(text: str, put: Callable[[str, Sequence[str]], str]) -> str:
    def replaced(found: re.Match[str]) -> str:
        label = found["label"] or ""
        at = found.start("label") - found.start() if label else len(found[0])
        return put(label, (found[0][:at], found[0][at + len(label) :]))

    for _ in range(2):  # a link's label has marks of its own
        text = _MARKUP.sub(replaced, text)
    return text


def _whole(masked: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Sentences with their quotations and clauses together, however they were cut."""
    at = 0
    while at < len(spans):
        last = at
        for to in range(at, min(at + MOST_QUOTED, len(spans))):
            if _BLANK_LINE.search(masked, spans[at][0], spans[to][1]):
                break
            if _is_closed(masked[spans[at][0] : spans[to][1]]):
                last = to
                break
        while last + 1 < len(spans) and masked[spans[last][1] - 1] == ";":
            if _BLANK_LINE.search(masked, spans[last][1], spans[last + 1][0]):
                break
            if _ITEM.search(masked, spans[last][1], spans[last + 1][0]):
                break
            last += 1
        yield spans[at][0], spans[last][1]
        at = last + 1


def _is_closed(words: str) -> bool:
    """Whether every quotation that begins in these words ends in them."""
    return words.count("“") <= words.count("”") and words.count('"') % 2 == 0


def _title_and_rest(
    text: str, masked: str, start: int, end: int, *, follows_title: bool
) -> tuple[Span | None, Span | None]:
    """The heading that a sentence is, or that stands on its first line, and what follows."""
    line_end = masked.find("\n", start, end)
    marked = _HASHES.search(text[max(0, start - _LOOK_BACK_CHARS) : start])
    if line_end < 0:
        is_block = _is_block(masked, start, end, follows_title=follows_title)
        is_title = marked or (is_block and _is_title(masked, start, end))
        return ((start, end), None) if is_title else (None, (start, end))
    if not marked and not (
        masked[:start].rpartition("\n")[2].strip() == ""
        and _was_broken_on_purpose(masked[start:end].split("\n"))
        and _is_title(masked, start, line_end)
    ):
        return None, (start, end)
    rest = line_end + len(masked[line_end:end]) - len(masked[line_end:end].lstrip())
    return (start, start + len(masked[start:line_end].rstrip())), (rest, end)


def _is_block(masked: str, start: int, end: int, *, follows_title: bool) -> bool:
    """Whether blank lines, or a title, stand before and blank lines after."""
    before = masked[max(0, start - _LOOK_BACK_CHARS) : start].replace("\r", "")
    begins = follows_title or _BEFORE_A_BLOCK.search(before)
    return bool(begins and _AFTER_A_BLOCK.match(masked, end))


def _is_title(masked: str, start: int, end: int) -> bool:
    return reads_like_a_heading(plain(masked[start:end]))


def _was_broken_on_purpose(lines: Sequence[str]) -> bool:
    """Whether the next line's first word had room on the first line: no program wrapped there."""
    width = max(len(line) for line in lines[1:])
    return len(lines[0].rstrip()) + 1 + len((lines[1].split() or [""])[0]) <= width


def _is_fragment(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _LOOK_BACK_CHARS) : start]
    words = plain(text[start:end])
    if _NOTE.search(before):
        return not has_verb(words)
    return bool(_ITEM.search(before)) and reads_like_a_heading(words)


def _clauses(masked: str, start: int, end: int) -> Iterator[Span]:
    """Full clauses between semicolons; what is no full clause stays with its neighbours."""
    pieces = list(_pieces(masked, start, end))
    full = [_is_full(masked[first:last]) for first, last in pieces]
    begins = start
    for at, (_, last) in enumerate(pieces[:-1]):
        if full[at] and full[at + 1]:
            yield begins, last
            begins = pieces[at + 1][0]
    yield begins, end


def _pieces(masked: str, start: int, end: int) -> Iterator[Span]:
    """Spans between the semicolons that stand in no quotation and no brackets."""
    begins, open_brackets, open_quotes, straight = start, 0, 0, 0
    looked_at = start
    for found in _SEMICOLON.finditer(masked, start, end):
        piece, looked_at = masked[looked_at : found.start()], found.end()
        open_brackets = max(0, open_brackets + piece.count("(") - piece.count(")"))
        open_quotes = max(0, open_quotes + piece.count("“") - piece.count("”"))
        straight += piece.count('"')
        if not (open_brackets or open_quotes or straight % 2):
            yield begins, found.start()
            begins = found.end()
    yield begins, end


def _is_full(clause: str) -> bool:
    words = plain(clause)
    return len(words.split()) >= FEWEST_CLAUSE_WORDS and has_verb(words)
