"""What all tests share: one loaded embedder, because loading takes seconds."""

import pytest

from index.embedder import Embedder


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The packaged embedder, loaded."""
    loaded = Embedder()
    loaded.load()
    return loaded
