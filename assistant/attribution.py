"""Who says it and when, in the words that introduce a quotation."""

import re

from index.types import Document, Heading, Passage

PRIMARY_KINDS = ("statute", "treaty", "regulation", "court opinion")
# "18 U.S.C. § 1591" of "18 U.S.C. § 1591. Sex trafficking of children …"
_SECTION = re.compile(r"^.{0,40}?§+\s*[\w.\-–]*\w")


def attribution(passage: Passage) -> str:
    """A short form of the source with the place of these words in it.

    "18 U.S.C. § 1591(b)(1)"; "Salon, opinion, 2018"; "Scottish Government, 2018, p. 22".
    """
    document = passage.document
    headings = passage.headings  # of all of it: words from (a) to (c) are not those of (a)
    if document.kind in PRIMARY_KINDS:
        return _provision(document, headings)
    who = document.publisher or document.author or document.title
    parts = [who, "opinion"] if document.kind == "opinion" else [who]
    parts.append(_year(document))
    topic = [heading.title for heading in headings if not _is_title(heading, document)]
    return ", ".join(parts + topic[-1:] + _page(passage))


def _provision(document: Document, headings: tuple[Heading, ...]) -> str:
    section = _SECTION.match(document.title)
    name = section[0] if section else document.title
    for heading in headings:
        if heading.label and heading.label.startswith("("):
            name += heading.label
        elif heading.label:
            name += f", {heading.label.rstrip('.')}"
    return name


def _is_title(heading: Heading, document: Document) -> bool:
    """Whether the heading only repeats the document's title, as a first heading does."""
    return heading.level == 1 or heading.title in document.title


def _year(document: Document) -> str:
    if document.published is None:
        return "undated"
    year = document.published[:4]
    return f"{year} (inferred)" if "published" in document.inferred else year


def _page(passage: Passage) -> list[str]:
    sheets = passage.sheets
    return [f"p. {sheets[0].label or sheets[0].number}"] if sheets else []
