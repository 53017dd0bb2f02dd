"""Markdown: the stored text is the file's, unchanged; headings are CommonMark's."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.types import Heading
from ingest.content import Content, Metadata
from ingest.text import decode

LONGEST_TITLE_CHARS = 120
_LINE_END = re.compile(r"\r\n?|\n")


def read_markdown(data: bytes) -> Content:
    """A Markdown file; its title is its first heading of the first level."""
    text = decode(data)
    found = headings(text)
    title = next((heading.title for heading in found if heading.level == 1), None)
    return Content(text, headings=found, found=Metadata(title=title))


def headings(text: str) -> tuple[Heading, ...]:
    """The headings of a Markdown text, at the offsets where their lines begin."""
    tokens = MarkdownIt("commonmark").parse(text)
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    return tuple(
        Heading(starts[token.map[0]], int(token.tag[1]), title)
        for token, inline in zip(tokens, tokens[1:], strict=False)
        if token.type == "heading_open" and token.map and (title := _title(inline))
    )


def one_line(text: str, most: int = LONGEST_TITLE_CHARS) -> str:
    """The text on one line, cut at a word where it is longer than `most` characters."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return line[: line.rfind(" ", most // 2, most) if " " in line[most // 2 : most] else most] + "…"


def _title(inline: Token) -> str:
    shown = "".join(child.content or " " for child in inline.children or ())
    return one_line(shown)
