"""What each command does: options in, text or JSON out, the exit status returned."""

import json
import sys
from argparse import Namespace
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.batch import Question, run_batch
from assistant.checking import Checker
from assistant.claims import check_claims
from assistant.doctor import ERROR, checks
from assistant.drafts.checked import Row, check_draft, rows_of
from assistant.drafts.files import read_draft
from assistant.output import (
    answer_json,
    answer_text,
    checked_json,
    checked_text,
    document_json,
    entry_json,
    hits_text,
    search_json,
    stats_json,
)
from assistant.pairs import verify_pairs
from assistant.settings import Settings
from assistant.verifiers import configured_verifier
from index.embedder import Embedder
from index.errors import InvalidInput
from index.library import Library
from index.types import Filters

DRAFT_SUFFIXES = (".txt", ".md", ".docx", ".pdf")


def ask(options: Namespace) -> int:
    """Answer one question, or a file of them."""
    settings = Settings.resolve(library=options.library, model=options.model)
    filters = _filters(options)
    _check_usage(options)
    assistant = Assistant.open(settings)
    if options.batch:

        def handle(item: Question) -> dict[str, Any]:
            return answer_json(assistant.answer(item.question, item.history, filters), item.id)

        return _report("questions", *run_batch(options.batch, options.out, handle))
    answer = assistant.answer(options.question, (), filters)
    _print(options, answer_json(answer), answer_text(answer))
    return 0


def search(options: Namespace) -> int:
    """Find passages for one query, or a file of questions."""
    settings = Settings.resolve(library=options.library)
    filters = _filters(options)
    _check_usage(options)
    if options.k < 1:
        raise InvalidInput(f"-k {options.k} asks for no passages", "give a number from 1")
    assistant = Assistant.open(settings)
    if options.batch:

        def handle(item: Question) -> dict[str, Any]:
            query = assistant.standalone(item.question, item.history)
            return search_json(query, assistant.search(query, options.k, filters), item.id)

        return _report("questions", *run_batch(options.batch, options.out, handle))
    hits = assistant.search(options.question, options.k, filters)
    _print(options, search_json(options.question, hits), hits_text(hits) or "Nothing was found.")
    return 0


def verify(options: Namespace) -> int:
    """Judge a file of pairs of evidence and claim."""
    settings = Settings.resolve()
    verifier = configured_verifier(settings, Embedder(settings.embedder))
    return _report("pairs", *verify_pairs(options.pairs, options.out, verifier))


def check(options: Namespace) -> int:
    """Check a claim, the claims of a draft, or a file of claims against the library."""
    settings = Settings.resolve(library=options.library)
    filters = _filters(options)
    _check_usage(options)
    opened = Assistant.open(settings)
    checker = Checker(opened.library, opened.verifier)
    if options.batch:
        return _report("claims", *check_claims(options.batch, options.out, checker, filters))
    rows = rows_of(check_draft(_draft(options.question), checker, filters))
    value = [_row_json(row) for row in rows]
    text = "\n\n".join(map(_row_text, rows)) or "The text makes no claim that can be checked."
    _print(options, value, text)
    return int(any(row.failure for row in rows))


def library(options: Namespace) -> int:
    """Look at the library, remove a document, or rebuild."""
    settings = Settings.resolve(library=options.library)
    opened = Library.open(
        settings.library,
        embedder=Embedder(settings.embedder),
        to_rebuild=options.action == "rebuild",
    )
    value, text = _LIBRARY_ACTIONS[options.action](opened, options)
    _print(options, value, text)
    return 0


def doctor(options: Namespace) -> int:
    """Check the installation, the library and the chat model."""
    found = []
    for check in checks(Settings.resolve(library=options.library)):
        found.append(check)
        if not options.json:
            remedy = f"\n{'':9}try: {check.remedy}" if check.remedy else ""
            print(f"{check.severity:8} {check.name}: {check.message}{remedy}", flush=True)
    if options.json:
        _print(options, [asdict(check) for check in found], "")
    return int(any(check.severity == ERROR for check in found))


def _list(opened: Library, _: Namespace) -> tuple[Any, str]:
    entries = opened.entries()
    lines = [
        f"{e.source.id}  {e.source.kind:17}  {e.source.published or '':10}  {e.source.title}"
        for e in entries
    ]
    return [entry_json(entry) for entry in entries], "\n".join(lines) or "The library is empty."


def _show(opened: Library, options: Namespace) -> tuple[Any, str]:
    document = opened.document(options.id)
    if options.original:
        _write_original(opened, options.id, options.original)
    value = document_json(document, with_text=options.text)
    facts = "\n".join(f"{name}: {fact}" for name, fact in value.items() if name != "text")
    return value, facts + (f"\n\n{document.text}" if options.text else "")


def _write_original(opened: Library, document_id: str, file: Path) -> None:
    data = opened.original(document_id)
    if data is None:
        raise InvalidInput(
            f"the document {document_id} was no web page, and no copy of it is kept",
            "open the file at its origin",
        )
    try:
        file.write_bytes(data)
    except OSError as error:
        raise InvalidInput(
            f"{file} cannot be written: {error.strerror}", "name a file in a folder of yours"
        ) from error


def _remove(opened: Library, options: Namespace) -> tuple[Any, str]:
    title = opened.document(options.id).title
    opened.remove(options.id)
    return {"removed": options.id}, f"Removed: {title}"


def _stats(opened: Library, _: Namespace) -> tuple[Any, str]:
    value = stats_json(opened.stats())
    kinds = ", ".join(f"{count} {kind}" for kind, count in value["by_kind"].items())
    lines = [f"{name}: {fact}" for name, fact in (value | {"by_kind": kinds}).items()]
    return value, "\n".join(lines)


def _rebuild(opened: Library, _: Namespace) -> tuple[Any, str]:
    passages = opened.rebuild()
    return {"passages": passages}, f"Rebuilt: {passages} passages."


_LIBRARY_ACTIONS = {
    "list": _list,
    "show": _show,
    "remove": _remove,
    "stats": _stats,
    "rebuild": _rebuild,
}


def _draft(given: str) -> str:
    """The text of the file of that name, or the words themselves."""
    path = Path(given)
    try:
        is_file = path.suffix != "" and path.is_file()
    except OSError:  # too long for a name
        is_file = False
    if not is_file and len(given.split()) == 1 and path.suffix.lower() in DRAFT_SUFFIXES:
        raise InvalidInput(f"there is no file {given}", "name a file that is there, or give a text")
    return read_draft(path) if is_file else given


def _row_json(row: Row) -> dict[str, Any]:
    place: dict[str, Any] = {"number": row.number, "start": row.claim.start, "end": row.claim.end}
    place |= {"text": row.claim.text, "resolved": [list(pair) for pair in row.claim.resolved]}
    if row.checked is None:
        return place | {"claim": row.claim.standalone, "verdict": row.verdict,
                        "notes": list(row.notes)}  # fmt: skip
    return place | checked_json(row.checked) | {"notes": list(row.notes)}


def _row_text(row: Row) -> str:
    if row.checked is None:
        return "\n".join([row.claim.standalone, "  NOT CHECKED", *(f"  {n}" for n in row.notes)])
    return checked_text(replace(row.checked, notes=row.notes))


def _check_usage(options: Namespace) -> None:
    if bool(options.batch) != bool(options.out):
        raise InvalidInput("--batch and --out go together", "give both, or neither")
    if bool(options.batch) == (options.question is not None):
        raise InvalidInput("give a question, or a file of them", "see --help")


def _filters(options: Namespace) -> Filters:
    return Filters(
        kinds=tuple(options.kind),
        publishers=tuple(options.publisher),
        jurisdictions=tuple(options.jurisdiction),
        documents=tuple(options.document),
        published_from=options.published_from,
        published_to=options.published_to,
    )


def _report(things: str, number: int, failures: int) -> int:
    print(f"{number} {things}, {failures} failed", file=sys.stderr)
    return int(failures > 0)


def _print(options: Namespace, value: object, text: str) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2) if options.json else text)
