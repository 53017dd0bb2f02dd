"""What Office files (Word, PowerPoint, Excel) state of themselves, read from their own parts.

The libraries make up what is missing (today as the date, their own name as the author), so the
properties are read here, for the three alike.
"""

import zipfile
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]

from index.types import is_date
from ingest.content import Metadata, one_line
from ingest.formats.package import damaged, unpacked

_CORE = "docProps/core.xml"
_EXTENDED = "docProps/app.xml"
_LONGEST_FACT_CHARS = 300
# the libraries' own, where a program that used them said nothing
_MADE_UP = ("Word Document", "PowerPoint Presentation", "python-docx", "openpyxl")
_TEMPLATE_AUTHOR = "Steve Canny"
_TEMPLATES_MADE = ("2013-12-23T23:15:00Z", "2013-01-27T09:14:16Z")


def stated_facts(package: zipfile.ZipFile, what: str) -> Metadata:
    """Title, author and company as stated; when it was made, as the inferred date.

    Raises `ReadError` if the properties are damaged; a package without any has none.
    """
    facts = dict(_texts(package, _CORE, what))
    created = facts.get("created", "")
    day = created[:10]
    is_template = created in _TEMPLATES_MADE
    published = day if is_date(day) and not is_template else None
    author = _stated(facts.get("creator"))
    company = dict(_texts(package, _EXTENDED, what)).get("Company")
    return Metadata(
        title=_stated(facts.get("title")),
        author=None if is_template and author == _TEMPLATE_AUTHOR else author,
        publisher=_stated(company),
        published=published,
        inferred=("published",) if published else (),
    )


def _stated(fact: str | None) -> str | None:
    return fact if fact and fact not in _MADE_UP else None


def _texts(package: zipfile.ZipFile, path: str, what: str) -> Iterator[tuple[str, str]]:
    """The part's elements by their names without namespace, each with its words on one line."""
    try:
        member = package.getinfo(path)
    except KeyError:
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(unpacked(package, member, what), parser)
    except (etree.LxmlError, ValueError) as error:
        raise damaged(what) from error
    for element in root.iterchildren(etree.Element):
        yield (
            etree.QName(element).localname,
            one_line("".join(element.itertext()), _LONGEST_FACT_CHARS),
        )
