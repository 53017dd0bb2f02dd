"""What can go wrong with one file; it costs that file alone."""

from index.errors import AttestError


class ReadError(AttestError):
    """A file cannot be taken in: `message` says why, `remedy` what its owner can do."""
