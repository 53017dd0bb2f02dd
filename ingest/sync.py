"""Keeping a library in step with a folder: what is gone from it, and when it changes.

New and changed files are taken in like any others (`ingest.pipeline`). A folder that is empty or
absent is more often a disk that is not there than a wish to lose all documents.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from watchfiles import watch

from index.errors import InvalidInput
from index.library import Library
from index.types import Change, Origin
from ingest.files import inside, origin_of
from ingest.group import is_there
from ingest.outcome import Outcome

SETTLING_MS = 1_600  # changes within this time are taken together: files arrive in bursts


def check_folder(folder: Path) -> None:
    """Raises `InvalidInput` if it is no folder."""
    if not folder.is_dir():
        raise InvalidInput(f"there is no folder {folder}", "check the path; is its disk there?")


def gone(library: Library, folder: Path) -> tuple[Origin, ...]:
    """The origins in this folder whose files are no longer there.

    Raises `InvalidInput` if it is no folder, or is empty although the library has files from it.
    """
    check_folder(folder)
    folder = folder.resolve()
    known = library.origins(inside(origin_of(folder)))
    if known and not any(folder.iterdir()):
        raise InvalidInput(
            f"the folder {folder} is empty, and the library has {len(known)} files from it",
            "check that its disk is there; remove documents with: "
            "python -m assistant library remove ID",
        )
    return tuple(origin for origin in known if not is_there(Path(origin.address)))


def settled(library: Library, origins: tuple[Origin, ...], *, prune: bool) -> Iterator[Outcome]:
    """What becomes of files that are gone: removed if `prune`, otherwise told and kept."""
    for origin in origins:
        entry = library.get(origin.document_id)
        title = entry.source.title if entry else ""
        if prune:
            library.apply(Change(forgetting=(origin,)))
            elsewhere = library.get(origin.document_id)
            kept = f"its content stays, from {elsewhere.source.origin}" if elsewhere else ""
            yield Outcome(origin.address, "removed", origin.document_id, title, reason=kept)
        else:
            yield Outcome(
                origin.address,
                "gone",
                origin.document_id,
                title,
                reason="its file is gone; it stays in the library, --prune removes it",
            )


def changes(folders: Sequence[Path]) -> Iterator[None]:
    """Yields at once, and then whenever something in the folders has changed.

    What changes meanwhile is not missed. Ctrl-C raises `KeyboardInterrupt`.
    """
    watching = watch(
        *folders,
        debounce=SETTLING_MS,
        rust_timeout=1_000,
        yield_on_timeout=True,  # the first of them says that the watch is set up
        raise_interrupt=True,
        ignore_permission_denied=True,
    )
    next(watching)
    yield
    for found in watching:
        if found:
            yield
