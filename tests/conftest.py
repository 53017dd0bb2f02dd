"""What all tests share: a loaded embedder, the corpus as a library, a browser and its page."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.embedder import Embedder
from index.library import Library
from ingest.files import source_files
from ingest.pipeline import take_in

if TYPE_CHECKING:  # the tests of everything else need no playwright
    from playwright.sync_api import Browser, Page

SHARED = Path(__file__).parents[2] / "shared"
CORPUS = SHARED / "corpus"


@pytest.fixture(autouse=True, scope="session")
def _no_settings_of_the_developer() -> None:
    """What is set where the tests run must not decide what they find."""
    for name in [name for name in os.environ if name.startswith("ATTEST_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The packaged embedder, loaded once because that takes seconds."""
    loaded = Embedder()
    loaded.load()
    return loaded


@pytest.fixture(scope="session")
def corpus_library(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """All of the development corpus; nobody writes to it."""
    if not CORPUS.is_dir():
        pytest.skip(f"the development corpus is not at {CORPUS}")
    folder = tmp_path_factory.mktemp("corpus") / "library"
    library = Library.open(folder, embedder=embedder, create=True)
    outcomes = list(take_in(library, source_files([CORPUS])))
    assert not [outcome for outcome in outcomes if outcome.refused]
    return library


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Library:
    """An empty library."""
    return Library.open(tmp_path / "library", embedder=embedder, create=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, for files to take in."""
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium for the browser tests."""
    from tests.browsing import chromium

    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: "Browser", address: str) -> Iterator["Page"]:
    """The page at the `address` that the test's module serves."""
    from tests.browsing import opened

    with opened(browser, address) as page:
        yield page
