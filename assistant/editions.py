"""Whether what is cited has a later edition in the library."""

from dataclasses import replace

from assistant.types import Citation
from index.library import Library


def with_edition(citation: Citation, library: Library) -> Citation:
    """The citation, saying so if its document has a later edition in the library."""
    latest = library.latest_edition(citation.passage.document.id)
    return replace(citation, superseded_by=latest.source) if latest else citation
