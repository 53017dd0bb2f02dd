"""Web pages: trafilatura's main text, as Markdown, with what the page says of itself."""

import trafilatura

from ingest.content import Content, Metadata
from ingest.errors import ReadError
from ingest.markdown import headings
from ingest.text import decode

_DATE_ONLY = {"original_date": True, "extensive_search": False}  # no date from the page's prose


def read_html(data: bytes) -> Content:
    """A saved web page without its menus and banners."""
    page = decode(data)
    text = trafilatura.extract(
        page,
        output_format="markdown",
        include_comments=False,
        include_tables=True,
        include_formatting=False,
    )
    if not text:
        raise ReadError(
            "the page has no main text (or builds it by script)",
            "save the page as PDF from a browser, or copy its text into a file",
        )
    facts = trafilatura.extract_metadata(page, date_config=_DATE_ONLY, extensive=False)
    found = Metadata(
        title=facts.title, publisher=facts.sitename, author=facts.author, published=facts.date
    )
    return Content(text, headings=headings(text), found=found)
