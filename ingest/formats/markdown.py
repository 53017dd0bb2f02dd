"""Markdown: the stored text is the file's, unchanged; headings are CommonMark's.

Front matter (a block between two lines `---` at the top) is no part of CommonMark, which would
take it for a heading; here it is text, and its `title:` is the document's.
"""

import re
from dataclasses import replace
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.types import Heading
from ingest.content import Content, Metadata, one_line
from ingest.formats.text import decode

_LINE_END = re.compile(r"\r\n?|\n")
_FRONT_MATTER = re.compile(
    r"---[ \t]*\r?\n(?=[\w-]+[ \t]*:)(?:.*\r?\n)*?(?:---|\.\.\.)[ \t]*(?=\r?\n|\Z)"
)
_FRONT_TITLE = re.compile(r"""^title:[ \t]*(["']?)(.+?)\1[ \t]*\r?$""", re.MULTILINE)
# only headings' own marks are of interest, and emphasis in long text takes quadratic time
_BLOCKS = MarkdownIt("commonmark").disable("inline")
_INLINE = MarkdownIt("commonmark")


def read_markdown(data: bytes) -> Content:
    """A Markdown file; its title is its front matter's, or its first heading of the first level."""
    decoded = decode(data)
    content = Content(decoded.text, headings=headings(decoded.text), caution=decoded.caution)
    front = _FRONT_MATTER.match(decoded.text)
    said = _FRONT_TITLE.search(front[0]) if front else None
    title = one_line(said[2]) if said else content.first_heading
    return replace(content, found=Metadata(title=title))


def headings(text: str) -> tuple[Heading, ...]:
    """The headings of a Markdown text, at the offsets where their lines begin."""
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    front = _FRONT_MATTER.match(text)
    if front:
        text = "\n" * len(_LINE_END.findall(front[0])) + text[front.end() :]
    tokens = _BLOCKS.parse(text)
    return tuple(
        Heading(starts[token.map[0]], int(token.tag[1]), title)
        for token, inline in pairwise(tokens)
        if token.type == "heading_open" and token.map and (title := _title(inline))
    )


def _title(inline: Token) -> str:
    """A heading's words as they are shown, without the marks of emphasis, links and HTML."""
    (parsed,) = _INLINE.parseInline(inline.content)
    return one_line("".join(map(_shown, parsed.children or ())))


def _shown(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return "" if token.type == "html_inline" else token.content
