"""What can go wrong when a chat model writes the answer; the tree's root is in index/errors.py."""

from index.errors import AttestError


class ModelError(AttestError):
    """The chat model could not be opened or reached, or broke off; never shown as "not found"."""
