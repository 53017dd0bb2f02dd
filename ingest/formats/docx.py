"""Word files (DOCX): which parts they have, and what they state of themselves.

How the text of a part is read is in `word_body`. Comments and pictures are not read.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace

from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.package import Package
from lxml import etree  # type: ignore[import-untyped]

from ingest.content import Content, Metadata
from ingest.errors import ReadError
from ingest.formats import word_body
from ingest.formats.office_facts import stated_facts
from ingest.formats.package import opened_office
from ingest.formats.word_body import Surroundings
from ingest.formats.word_numbering import Numbering, W

_WHAT = "Word file"
# python-docx checks little: a damaged part shows as any of these
_DAMAGE = (
    OpcError, zipfile.BadZipFile, zlib.error, etree.LxmlError, OSError, EOFError,
    LookupError, ValueError, TypeError, AttributeError, RuntimeError, AssertionError,
)  # fmt: skip
_PAGE_NUMBERS = re.compile(r"[\W\d_]*(?:(?:page|of|p|seite|von|de|sur)\b[\W\d_]*)*", re.IGNORECASE)


def read_docx(data: bytes) -> Content:
    """A Word file's text in the order of the document, then its headers and footers.

    Raises `ReadError` if it is damaged, has a password, or is of the older format (.doc).
    """
    package = opened_office(data, _WHAT)
    try:
        content = Content.of_blocks(list(_blocks(data)))
    except _DAMAGE as error:
        raise ReadError(
            "the Word file is damaged or cut short",
            "download it again, or open it in a word processor and save it anew",
        ) from error
    found = stated_facts(package, _WHAT)
    if content.first_heading:
        found = found.over(Metadata(title=content.first_heading, inferred=("title",)))
    return replace(content, found=found)


def _blocks(data: bytes) -> Iterator[word_body.Block]:
    parts = _Parts(data)
    around = Surroundings(
        styles=word_body.styles(parts.one("styles")),
        numbering=Numbering(parts.one("numbering")),
        footnotes=word_body.notes(parts.one("footnotes"), "footnote"),
        endnotes=word_body.notes(parts.one("endnotes"), "endnote"),
    )
    body = parts.main.find(f"{W}body")
    if body is None:
        raise ValueError("no body")
    yield from word_body.blocks(body, around)
    for kind in ("header", "footer"):
        yield from _repeated(parts, kind)


def _repeated(parts: "_Parts", kind: str) -> Iterator[word_body.Block]:
    """Headers or footers of all sections, each once; those of page numbers alone say nothing."""
    seen = set()
    for part in parts.all(kind):
        text = "\n".join(text for text, _ in word_body.blocks(part, Surroundings()))
        if text not in seen and not _PAGE_NUMBERS.fullmatch(text):
            seen.add(text)
            yield f"{kind.capitalize()}: {text}", 0


class _Parts:
    """The XML of a file's main part, and of the parts that it relates to, by their kind."""

    def __init__(self, data: bytes) -> None:
        # not `docx.Document`, which refuses templates and files with macros
        self._main = Package.open(io.BytesIO(data)).main_document_part
        self.main: etree._Element = parse_xml(self._main.blob)

    def all(self, kind: str) -> Iterator[etree._Element]:
        for relation in self._main.rels.values():
            if not relation.is_external and relation.reltype.endswith(f"/{kind}"):
                yield parse_xml(relation.target_part.blob)

    def one(self, kind: str) -> etree._Element | None:
        return next(self.all(kind), None)
