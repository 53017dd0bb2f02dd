"""Web addresses on their way into the library: fetched, unless their server says nothing changed.

How to fetch safely is `ingest.web`'s to know. A page is read like a file; the name that it is given
for that tells what its server says it is.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from index.library import Library
from ingest.files import SourceFile

if TYPE_CHECKING:
    from ingest.web.fetching import Fetched, Known

_NAMES = {
    "text/html": "page.html",
    "application/xhtml+xml": "page.html",
    "text/plain": "page.txt",
    "text/csv": "page.csv",
    "text/markdown": "page.md",
    "message/rfc822": "page.eml",
}

Fetcher = Callable[[str, "Known"], "Fetched | None"]


class Visits:
    """The addresses fetched in one run; robots.txt files are asked for once."""

    def __init__(self, library: Library, largest_bytes: int, fetcher: Fetcher | None) -> None:
        self._library = library
        self._largest_bytes = largest_bytes
        self._fetcher = fetcher
        self._made: dict[str, Fetched] = {}

    def fetched(self, file: SourceFile) -> SourceFile | None:
        """The page as it is now; None if it is as it was. Raises `ReadError`."""
        from ingest.web.fetching import Known  # which takes a quarter of a second to load

        known = self._library.origin(file.origin)
        before = Known()
        if known:
            before = Known(known.etag, known.last_modified, known.final_address)
        found = self._usual_or_given()(file.origin, before)
        if found is None:
            return None
        self._made[file.origin] = found
        name = _NAMES.get(found.media_type) or _last_part(found.final_address)
        return replace(
            file, path=Path(name or "page.html"), data=found.data, retrieved=found.retrieved
        )

    def visit(self, address: str) -> "Fetched | None":
        """What the server said of an address that was fetched in this run."""
        return self._made.get(address)

    def _usual_or_given(self) -> Fetcher:
        if self._fetcher is None:
            from ingest.web.fetching import Limits, fetch
            from ingest.web.robots import Robots

            rules, limits = Robots(), Limits(size_bytes=self._largest_bytes)
            self._fetcher = partial(fetch, limits=limits, rules=rules)
        return self._fetcher


def _last_part(address: str) -> str:
    return PurePosixPath(unquote(urlsplit(address).path)).name
