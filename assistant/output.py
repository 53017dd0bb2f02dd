"""Answers, hits and documents as JSON values and as plain text for a terminal."""

from dataclasses import asdict
from typing import Any

from assistant.checking import CheckedClaim
from assistant.types import CONTRADICTED, PARTLY_SUPPORTED, Answer, Citation, Grounding, Statement
from index.types import Document, Entry, Hit, Passage, Source, Stats

Json = dict[str, Any]


def answer_json(answer: Answer, question_id: str | None = None) -> Json:
    """An `ask` result; `quote` is exactly `text[start:end]` of the document."""
    return {
        "id": question_id,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "statements": [_statement_json(statement) for statement in answer.statements],
        "struck": [_statement_json(statement) for statement in answer.struck],
        "citations": [_citation_json(citation) for citation in answer.citations],
        "passages": hits_json(answer.passages),
        "model": answer.model,
        "seconds": {
            "search": round(answer.seconds.search, 4),
            "answer": round(answer.seconds.answer, 4),
            "total": round(answer.seconds.total, 4),
        },
        "tokens": asdict(answer.tokens) if answer.tokens else None,
    }


def checked_json(checked: CheckedClaim, claim_id: Any = None) -> Json:
    """A `check` result; its citations are as in `ask`, each saying what it does to the claim."""
    stances = {id(checked.supporting): "supports", id(checked.contradicting): "contradicts"}
    return {
        "id": claim_id,
        "claim": checked.claim,
        "verdict": checked.verdict,
        "probability": round(checked.probability, 4),
        "citations": [
            _citation_json(citation) | {"stance": stances[id(citation)]}
            for citation in checked.citations
        ],
        "notes": list(checked.notes),
    }


def search_json(query: str, hits: tuple[Hit, ...], question_id: str | None = None) -> Json:
    """A `search` result."""
    return {"id": question_id, "query": query, "passages": hits_json(hits)}


def hits_json(hits: tuple[Hit, ...]) -> list[Json]:
    """Passages in the order found, ranks from 1."""
    return [
        {
            "rank": rank,
            "document_id": hit.passage.document.id,
            "origin": hit.passage.document.origin,
            **_place_json(hit.passage),
            "score": round(hit.score, 6),
            "text": hit.passage.text,
        }
        for rank, hit in enumerate(hits, 1)
    ]


def entry_json(entry: Entry) -> Json:
    """A line of the library's list."""
    return asdict(entry.source) | {
        "characters": entry.characters,
        "pages": entry.pages,
        "passages": entry.passages,
        "added": entry.added,
        "recognised_pages": entry.recognised_pages,
        "origins": list(entry.origins),
        "alike": [asdict(other) for other in entry.alike],
        "superseded_by": entry.superseded_by,
    }


def document_json(document: Document, *, with_text: bool) -> Json:
    """A document's facts and, if asked, its stored text."""
    facts = {name: getattr(document, name) for name in Source.__dataclass_fields__}
    facts |= {"characters": len(document.text), "pages": len(document.pages)}
    return facts | ({"text": document.text} if with_text else {})


def stats_json(stats: Stats) -> Json:
    """What a library holds."""
    return asdict(stats) | {"by_kind": dict(stats.by_kind)}


def answer_text(answer: Answer) -> str:
    """The answer with footnotes: each quotation with its source and place."""
    lines = []
    if answer.standalone_question != answer.question.strip():
        lines += [f"Searched for: {answer.standalone_question}", ""]
    if answer.abstained:
        return "\n".join([*lines, answer.reason or ""])
    for statement in answer.statements:
        marks = "".join(f"[{marker}]" for marker in statement.citations)
        invented = "".join(f" [{m}: no such passage]" for m in statement.invented_markers)
        unsupported = "" if statement.supported else f" ({_unsupported(statement.grounding)})"
        lines += [f"{statement.text} {marks}{invented}{unsupported}".rstrip(), ""]
    if answer.struck:
        lines += ["Taken out, because the documents do not bear it out:"]
        lines += [*(f"- {statement.text}" for statement in answer.struck), ""]
    lines += [_footnote(citation) for citation in answer.citations]
    return "\n".join(lines)


def checked_text(checked: CheckedClaim) -> str:
    """The claim with its verdict, the words for and against it, and the reasons."""
    verdict = checked.verdict.replace("_", " ")
    lines = [checked.claim, f"  {verdict.upper()} ({checked.probability:.0%})"]
    lines += [f"  {note}" for note in checked.notes]
    for name, citation in (("for", checked.supporting), ("against", checked.contradicting)):
        if citation:
            quote = " ".join(citation.quote.split())
            lines += [f"  {name}: “{quote}”", f"    {place(citation.passage)}"]
    return "\n".join(lines)


def hits_text(hits: tuple[Hit, ...]) -> str:
    """The passages found, each with its source and place."""
    return "\n\n".join(
        f"{rank}. {place(hit.passage)}  ({hit.score:.3f})\n{hit.passage.text.strip()}"
        for rank, hit in enumerate(hits, 1)
    )


def place(passage: Passage) -> str:
    """Title, kind, publisher, date, page, heading and offsets of a passage."""
    document = passage.document
    published = document.published
    if published and "published" in document.inferred:
        published += " (inferred)"
    facts = [document.title, document.kind, document.publisher, published]
    retrieved = f"retrieved {document.retrieved}" if document.retrieved else None
    heading = " > ".join(passage.heading_path) or None
    parts = [fact for fact in (*facts, retrieved, _pages(passage), heading) if fact]
    return f"{' · '.join(parts)} [{passage.start}:{passage.end}]"


def _unsupported(grounding: Grounding) -> str:
    """Its verdict and the reasons, in words."""
    if grounding.verdict == CONTRADICTED and grounding.marker:
        said = f"contradicted by [{grounding.marker}]"
    else:
        said = {PARTLY_SUPPORTED: "supported in part"}.get(grounding.verdict, "not supported")
    return "; ".join([said, *grounding.why])


def _statement_json(statement: Statement) -> Json:
    return {
        "text": statement.text,
        "citations": list(statement.citations),
        "supported": statement.supported,
        "grounding": asdict(statement.grounding),
        "invented_markers": list(statement.invented_markers),
        "misquoted": list(statement.misquoted),
    }


def _citation_json(citation: Citation) -> Json:
    document = citation.passage.document
    return {
        "marker": citation.marker,
        "document": {
            name: getattr(document, name)
            for name in (
                "id",
                "title",
                "kind",
                "publisher",
                "published",
                "origin",
                "retrieved",
                "inferred",
            )
        },
        "superseded_by": _edition_json(citation.superseded_by),
        "quote": citation.quote,
        **_place_json(citation.passage),
    }


def _edition_json(source: Source | None) -> Json | None:
    if source is None:
        return None
    return {name: getattr(source, name) for name in ("id", "title", "published", "origin")}


def _place_json(passage: Passage) -> Json:
    sheets = passage.sheets
    return {
        "start": passage.start,
        "end": passage.end,
        "page": sheets[0].number if sheets else None,
        "page_label": sheets[0].label if sheets else None,
        "recognised": passage.recognised,
        "heading": " > ".join(passage.heading_path) or None,
    }


def _footnote(citation: Citation) -> str:
    lines = [f"[{citation.marker}] {place(citation.passage)}", citation.passage.document.origin]
    latest = citation.superseded_by
    if latest:
        lines.append(f"superseded by: {latest.title} ({latest.published or 'undated'})")
    return "\n    ".join(lines)


def _pages(passage: Passage) -> str | None:
    """Sheets with their printed labels where these differ, and how sure recognition was."""
    if not passage.sheets:
        return None
    shown = [f"{s.label} (sheet {s.number})" if s.label else str(s.number) for s in passage.sheets]
    sure = f", by text recognition ({passage.recognised:.0%} sure)" if passage.recognised else ""
    return f"p. {', '.join(shown)}{sure}"
