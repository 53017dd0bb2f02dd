import pytest
from index.embedder import Embedder
@pytest.fixture(scope="session")
def embedder():
    e=Embedder(); e.load(); return e
