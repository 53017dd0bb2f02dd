"""One writer at a time, across processes; readers never ask for this lock.

The lock is the operating system's (released when its holder dies, kill -9 included); beside it
stands a note that says who holds it, for the message that others get.
"""

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryBusy, StorageError


class WriterLock:
    """Held with `with lock.held():`, again by the same thread as often as it likes."""

    def __init__(self, folder: Path) -> None:
        self._file = FileLock(folder / "writer.lock", thread_local=False)
        self._note = folder / "writer.json"
        self._thread = threading.RLock()

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Hold the lock; yields whether it was taken just now. Raises `LibraryBusy` at once."""
        if not self._thread.acquire(blocking=False):
            raise self._busy()
        try:
            first = not self._file.is_locked
            try:
                self._file.acquire(timeout=0)
            except Timeout as error:
                raise self._busy() from error
            except OSError as error:
                raise StorageError(
                    f"the library's lock {self._file.lock_file} cannot be taken: {error.strerror}",
                    "check that the folder can be written and that the disk has room",
                ) from error
            try:
                if first:
                    self._write_note()
                yield first
            finally:
                self._file.release()
        finally:
            self._thread.release()

    def _write_note(self) -> None:
        note = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "command": " ".join(Path(part).name for part in sys.argv[:1]),
            "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        try:
            self._note.write_text(json.dumps(note), encoding="utf-8")
        except OSError as error:
            raise StorageError(
                f"the library's folder {self._note.parent} cannot be written: {error.strerror}",
                "check that the disk has room and that the folder can be written",
            ) from error

    def _busy(self) -> LibraryBusy:
        holder = "another process"
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            holder = (
                f"process {note['pid']} on {note['host']} ({note['command']}), "
                f"since {note['since']}"
            )
        except (OSError, ValueError, KeyError):
            pass  # the note is for people; without it the lock holds all the same
        return LibraryBusy(
            f"the library at {self._note.parent} is being written by {holder}",
            "wait until it has finished, then try again",
        )
