"""What can go wrong, as one tree: every error says what happened, where, and what to do next.

AttestError                  anything that this program can explain to its user
├── InvalidInput             a question, path, filter or setting that cannot be used
├── LibraryError             the library as a whole
│   ├── LibraryMissing       there is none at the given folder
│   ├── LibraryMismatch      made with another embedder, chunking or newer schema
│   ├── LibraryBusy          another process is writing
│   ├── LibraryDamaged       catalogue or vectors cannot be read
│   └── StorageError         the disk is full or read-only
├── DocumentMissing          no document has that id
├── EmbedderError            the embedding model is absent or is not the one expected
├── EvidenceError            a re-ranker or verifier is absent or altered
├── ReadError                (ingest) one file cannot be taken in
└── ModelError               (assistant) the chat model failed; never shown as "not found"

An answer that abstains and an empty search are results, not errors.
"""


class AttestError(Exception):
    """An explained failure: `message` says what and where, `remedy` what to do next."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __reduce__(self) -> tuple[type["AttestError"], tuple[str, str]]:
        """Pickled with both of its texts: errors come out of worker processes."""
        return type(self), (self.message, self.remedy)


class InvalidInput(AttestError):
    """A question, path, filter or setting that cannot be used."""


class LibraryError(AttestError):
    """The library as a whole cannot be used."""


class LibraryMissing(LibraryError):
    """There is no library at the given folder."""


class LibraryMismatch(LibraryError):
    """The library was made with another embedder or chunking, or by a newer version."""


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""


class LibraryDamaged(LibraryError):
    """The catalogue or the vectors cannot be read."""


class StorageError(LibraryError):
    """The disk is full or cannot be written."""


class DocumentMissing(AttestError):
    """No document of the library has that id."""


class EmbedderError(AttestError):
    """The embedding model is absent or is not the one expected."""


class EvidenceError(AttestError):
    """A re-ranker or verifier is absent, or its weights are not the ones expected."""
