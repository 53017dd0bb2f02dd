"""The library tab's handlers, on a small library: what becomes of dropped files and of rows."""

from pathlib import Path

import pytest

from index.embedder import Embedder
from index.environment import DEFAULT_FILE_BYTES
from index.errors import DocumentMissing
from index.library import Library
from ui import shelf
from ui.intake import Step, Upload, take_in

HARBOUR = "# Harbour\n\nThe harbour task force counts nine officers.\n"
SHELTER = "# Shelter\n\nThe shelter takes in victims of forced labor.\n"


@pytest.fixture
def library(embedder: Embedder, tmp_path: Path) -> Library:
    return Library.open(tmp_path / "library", embedder=embedder, create=True)


def dropped(folder: Path, **texts: str) -> list[Upload]:
    """Files as the page leaves them: under names of its own."""
    uploads = []
    for number, (name, text) in enumerate(texts.items()):
        path = folder / f"{number}.md"
        path.write_text(text, "utf-8")
        uploads.append(Upload(path, f"{name}.md"))
    return uploads


def test_dropped_files_are_added_under_their_own_names_and_their_copies_deleted(
    library: Library, tmp_path: Path
) -> None:
    uploads = dropped(tmp_path, harbour=HARBOUR, empty="", shelter=SHELTER)
    *_, last = take_in(library, uploads, "NGO report", DEFAULT_FILE_BYTES)
    assert last.finished
    assert {(o.origin, o.verdict) for o in last.outcomes} == {
        ("harbour.md", "added"),
        ("empty.md", "refused"),
        ("shelter.md", "added"),
    }
    assert last.passages == 2
    assert [entry.source.kind for entry in library.entries()] == ["NGO report"] * 2
    assert not any(upload.path.exists() for upload in uploads)


def test_the_page_follows_an_addition_from_the_first_moment_to_the_new_list(
    library: Library, tmp_path: Path
) -> None:
    first, *_, last = shelf.added(
        library, "", dropped(tmp_path, harbour=HARBOUR), None, DEFAULT_FILE_BYTES
    )
    assert "progressbar" in first.news
    assert "The library is empty" in first.table
    assert "Added:" in last.news
    assert "harbour.md" in last.table


def test_a_library_that_another_writes_to_is_an_error_with_its_remedy(
    library: Library, tmp_path: Path
) -> None:
    uploads = dropped(tmp_path, harbour=HARBOUR)
    with Library.open(library.folder, embedder=library.embedder).writing():
        *_, last = shelf.added(library, "", uploads, None, DEFAULT_FILE_BYTES)
    assert "is being written" in last.news
    assert "Try:" in last.news
    assert library.is_empty


def test_a_fault_of_this_program_is_raised_where_it_is_logged_and_said_on_the_page(
    library: Library,
) -> None:
    with pytest.raises(AttributeError):
        list(take_in(library, [None], None, DEFAULT_FILE_BYTES))  # type: ignore[list-item]
    assert "fault of its own" in shelf.crashed(library, "").news


def test_a_document_is_removed_after_a_question_and_what_is_gone_is_an_error(
    library: Library, tmp_path: Path
) -> None:
    *_, _ = take_in(
        library, dropped(tmp_path, harbour=HARBOUR, shelter=SHELTER), None, DEFAULT_FILE_BYTES
    )
    harbour = next(e.source.id for e in library.entries() if e.source.title == "Harbour")
    assert "Remove it?" in shelf.asked(library, "", harbour).table
    view = shelf.removed(library, "", harbour)
    assert "Removed" in view.news
    assert "harbour.md" not in view.table
    assert "shelter.md" in view.table
    with pytest.raises(DocumentMissing):
        shelf.removed(library, "", harbour)


def test_the_list_shows_what_was_added_elsewhere_and_only_what_is_wanted(
    library: Library, tmp_path: Path
) -> None:
    elsewhere = Library.open(library.folder, embedder=library.embedder)
    *_, _ = take_in(
        elsewhere, dropped(tmp_path, harbour=HARBOUR, shelter=SHELTER), None, DEFAULT_FILE_BYTES
    )
    assert "2 documents" in shelf.shown(library, "").table
    assert "shelter.md" not in shelf.shown(library, "HARBOUR").table


@pytest.mark.parametrize(("done", "finished"), [(0, False), (1, False), (2, True)])
def test_a_step_is_the_last_once_each_file_has_its_outcome(
    library: Library, tmp_path: Path, done: int, finished: bool
) -> None:
    *_, last = take_in(
        library, dropped(tmp_path, harbour=HARBOUR, shelter=SHELTER), None, DEFAULT_FILE_BYTES
    )
    assert Step(2, last.outcomes[:done]).finished is finished
