"""HTML as a browser would find it, for tests of what is rendered."""

import re
from html import unescape
from html.parser import HTMLParser


class Elements(HTMLParser):
    """The elements and attributes of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def text_of(html: str) -> str:
    """Its text, all markup taken out."""
    return unescape(re.sub(r"<[^>]+>", "", html))
