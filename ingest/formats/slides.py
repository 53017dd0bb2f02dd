"""Slides as a document: each a page of its own, under its title.

How slides are found in a file is for the readers of PowerPoint and OpenDocument.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Heading, Page
from ingest.content import BLOCK_BREAK, Content, Metadata, one_line

NOTES = "Notes: "  # what a speaker says to a slide is told from what it shows


@dataclass(frozen=True)
class Slide:
    """A slide's title (empty if it has none) and the texts below it, in reading order."""

    title: str
    texts: tuple[str, ...]
    is_hidden: bool = False


def slide_show(slides: Sequence[Slide]) -> Content:
    """The slides with page and heading map; the first title is the inferred one of the whole."""
    blocks: list[str] = []
    pages: list[Page] = []
    headings: list[Heading] = []
    at = 0
    for number, slide in enumerate(slides, 1):
        text = BLOCK_BREAK.join(filter(None, (slide.title, *slide.texts)))
        if text:
            # without a heading of its own a slide would stand under the one before
            headings.append(Heading(at, 1, one_line(slide.title) or f"Slide {number}"))
        pages.append(Page(number, at, at + len(text)))
        blocks.append(text)
        at += len(text) + len(BLOCK_BREAK)
    title = next((one_line(slide.title) for slide in slides if slide.title), None)
    hidden = [str(number) for number, slide in enumerate(slides, 1) if slide.is_hidden]
    return Content(
        BLOCK_BREAK.join(blocks),
        pages=tuple(pages),
        headings=tuple(headings),
        found=Metadata(title=title, inferred=("title",) if title else ()),
        caution=f"hidden slides are read as well: {', '.join(hidden)}" if hidden else "",
    )
