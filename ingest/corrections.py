"""What the user puts right about a document: it goes before what its file and table say.

A correction stays with the document when its file is read again, and when a changed file takes
its place.
"""

from dataclasses import replace

from index.errors import InvalidInput
from index.library import Library
from index.types import Document, Heading, Source, check_date, check_kind
from ingest.content import CORRECTABLE
from ingest.reading import LAW
from ingest.structure import ARTICLE, with_provisions


def correct(library: Library, document_id: str, facts: dict[str, str]) -> Document:
    """Put these facts right; an empty text takes a fact away. Embeds only if the title changes.

    Raises `DocumentMissing`, and `InvalidInput` for a kind, date or older edition that is none.
    """
    document = library.document(document_id)
    for name, value in facts.items():
        _check(library, document, name, value)
    changed = {name: value.strip() or None for name, value in facts.items()}
    corrected = _with_facts(document, changed, (*document.corrected, *facts))
    library.replace(document_id, corrected)
    return corrected


def with_corrections(document: Document, before: Source) -> Document:
    """The document with what the user had put right about the one before."""
    kept = {name: getattr(before, name) for name in before.corrected}
    return _with_facts(document, kept, before.corrected) if kept else document


def completed(document: Document, by: Source) -> Document:
    """The document with the facts that it lacks, or only infers, from another of its origins."""
    missing = {
        name: getattr(by, name)
        for name in CORRECTABLE
        if _states(by, name) and not _states(document, name) and name not in document.corrected
    }
    return _with_facts(document, missing, document.corrected)


def _states(source: Source, name: str) -> bool:
    """Whether somebody said this of the document; "other" is said of what nobody named."""
    value = getattr(source, name)
    return bool(value) and name not in source.inferred and (name, value) != ("kind", "other")


def _with_facts(
    document: Document, facts: dict[str, str | None], corrected: tuple[str, ...]
) -> Document:
    changed = replace(
        document,
        **facts,  # type: ignore[arg-type]  # the names are those of its facts
        corrected=tuple(dict.fromkeys(corrected)),
        inferred=tuple(name for name in document.inferred if name not in facts),
    )
    if (changed.kind in LAW) == (document.kind in LAW):
        return changed
    plain = tuple(heading for heading in document.headings if _is_plain(heading))
    headings = with_provisions(document.text, plain) if changed.kind in LAW else plain
    return replace(changed, headings=headings)


def _is_plain(heading: Heading) -> bool:
    """Whether it is a heading in any document, and not only a law's numbered provision."""
    return heading.label is None or ARTICLE.match(heading.title) is not None


def _check(library: Library, document: Document, name: str, value: str) -> None:
    if name not in CORRECTABLE:
        raise InvalidInput(f"{name!r} is no fact", f"use one of {', '.join(CORRECTABLE)}")
    if name == "title" and not value.strip():
        raise InvalidInput("a document needs a title", "write one")
    if name == "kind":
        check_kind(value)
    if name == "published" and value.strip():
        check_date(value.strip())
    if name == "supersedes" and value.strip():
        older = library.find(value.strip())
        if older is None or older.source.id == document.id:
            raise InvalidInput(
                f"no other document of the library comes from {value!r}",
                "name the path or address of the older edition",
            )
