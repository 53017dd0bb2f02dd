"""The library tab's handlers, on a small library: what becomes of dropped files and of rows."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import DocumentMissing, InvalidInput
from index.library import Library
from ingest.content import Metadata
from ingest.files import SourceFile, can_be_read, why_unreadable
from ingest.pipeline import Options, take_in
from ui import intake, shelf
from ui.intake import Step, Upload, dropped
from ui.listing import Look
from ui.shelf import Shelf
from ui.turns import Addition, Line, turn

HARBOUR = "# Harbour\n\nThe harbour task force counts nine officers.\n"
SHELTER = "# Shelter\n\nThe shelter takes in victims of forced labor.\n"
LOOK = Look()


def uploads(folder: Path, **texts: str) -> tuple[SourceFile, ...]:
    """Files as the page leaves them: under names of its own."""
    found = []
    for number, (name, text) in enumerate(texts.items()):
        path = folder / f"{number}.md"
        path.write_text(text, "utf-8")
        found.append(Upload(path, f"{name}.md"))
    return dropped(found)


def added(library: Library, files: tuple[SourceFile, ...], kind: str | None = None) -> list[Shelf]:
    options = Options(said=Metadata(kind=kind))
    return list(shelf.added(library, LOOK, files, options, threading.Event()))


def id_of(library: Library, title: str) -> str:
    return next(e.source.id for e in library.entries() if e.source.title == title)


def test_dropped_files_are_added_under_their_own_names(library: Library, tmp_path: Path) -> None:
    files = uploads(tmp_path, harbour=HARBOUR, empty="", shelter=SHELTER)
    options = Options(said=Metadata(kind="NGO report"))
    *_, last = intake.take_in(library, files, options, threading.Event())
    assert last.finished and last.left_out == ()
    assert {(o.origin, o.verdict) for o in last.outcomes} == {
        ("harbour.md", "added"),
        ("empty.md", "refused"),
        ("shelter.md", "added"),
    }
    assert (last.done, last.passages) == (3, 2)
    assert [entry.source.kind for entry in library.entries()] == ["NGO report"] * 2


def test_two_files_of_one_name_in_one_drop_are_two(tmp_path: Path) -> None:
    same = [Upload(tmp_path / name, "report.pdf") for name in "abc"]
    assert [file.origin for file in dropped(same)] == [
        "report.pdf", "report (2).pdf", "report (3).pdf",
    ]  # fmt: skip


def test_the_page_follows_an_addition_from_the_first_moment_to_the_new_list(
    library: Library, tmp_path: Path
) -> None:
    first, *_, last = added(library, uploads(tmp_path, harbour=HARBOUR))
    assert "progressbar" in first.news and "1 file waiting" in first.news
    assert "The library is empty" in first.table
    assert "Added:" in last.news
    assert "harbour.md" in last.table


def test_a_stopped_addition_keeps_what_was_added_and_names_the_rest(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.group.GROUP_DOCUMENTS", 1)
    files = uploads(tmp_path, **{f"n{n}": f"# Note {n}\n\nIt is about ports." for n in range(30)})
    stop = threading.Event()
    news = ""
    for view in shelf.added(library, LOOK, files, Options(), stop):
        if not library.is_empty:
            stop.set()
        news = view.news
    assert 0 < len(library.entries()) < 30
    assert "Stopped." in news and "not taken in" in news
    assert library.vectors_missing_and_orphaned() == (0, 0)
    assert "Stopped." not in added(library, files)[-1].news
    assert len(library.entries()) == 30


def test_a_library_that_another_writes_to_is_an_error_with_its_remedy(
    library: Library, tmp_path: Path
) -> None:
    files = uploads(tmp_path, harbour=HARBOUR)
    with Library.open(library.folder, embedder=library.embedder).writing():
        *_, last = added(library, files)
    assert "is being written" in last.news
    assert "Try:" in last.news
    assert library.is_empty


def test_a_fault_of_this_program_is_raised_where_it_is_logged_and_said_on_the_page(
    library: Library,
) -> None:
    with pytest.raises(AttributeError):
        list(intake.take_in(library, [None], Options(), threading.Event()))  # type: ignore[list-item]
    assert "fault of its own" in shelf.crashed(library, LOOK).news


def test_a_document_is_removed_after_a_question_and_what_is_gone_is_an_error(
    library: Library, tmp_path: Path
) -> None:
    added(library, uploads(tmp_path, harbour=HARBOUR, shelter=SHELTER))
    harbour = id_of(library, "Harbour")
    assert "Remove it?" in shelf.asked(library, LOOK, harbour).table
    view = shelf.removed(library, LOOK, harbour)
    assert "Removed" in view.news
    assert "harbour.md" not in view.table
    assert "shelter.md" in view.table
    with pytest.raises(DocumentMissing):
        shelf.removed(library, LOOK, harbour)


def test_the_list_shows_what_was_added_elsewhere_and_only_what_is_wanted(
    library: Library, tmp_path: Path
) -> None:
    elsewhere = Library.open(library.folder, embedder=library.embedder)
    list(take_in(elsewhere, uploads(tmp_path, harbour=HARBOUR, shelter=SHELTER)))
    assert "2 documents" in shelf.shown(library, LOOK).table
    assert "shelter.md" not in shelf.shown(library, Look(wanted="HARBOUR")).table
    assert "shelter.md" not in shelf.shown(library, Look(kind="statute")).table


def test_a_column_sorts_one_way_and_then_the_other(library: Library, tmp_path: Path) -> None:
    added(library, uploads(tmp_path, harbour=HARBOUR, shelter=SHELTER))
    look = shelf.sorted_by(LOOK, "Title")
    assert look == replace(LOOK, descending=True)
    table = shelf.shown(library, look).table
    assert table.index("shelter.md") < table.index("harbour.md")
    assert 'aria-sort="descending"' in table
    assert shelf.sorted_by(look, "Date") == Look(sort="Date")
    assert shelf.sorted_by(look, "<script>") == look


def test_facts_are_edited_and_only_what_changed_counts_as_corrected(
    library: Library, tmp_path: Path
) -> None:
    added(library, uploads(tmp_path, harbour=HARBOUR, shelter=SHELTER))
    name = id_of(library, "Harbour")
    opened = shelf.form(library, name)
    assert opened.facts["title"] == "Harbour" and opened.others == (("Shelter", "shelter.md"),)
    facts = opened.facts | {"title": "The harbour", "kind": "news", "supersedes": "shelter.md"}
    view = shelf.saved(library, LOOK, name, facts)
    assert "Saved" in view.news and "corrected" in view.table
    assert "Superseded by" in view.table
    source = library.document(name)
    assert source.corrected == ("title", "kind", "supersedes")
    with pytest.raises(InvalidInput, match="no date"):
        shelf.saved(library, LOOK, name, facts | {"published": "soon"})
    assert shelf.saved(library, LOOK, name, facts).news == view.news


def test_a_file_on_this_machine_can_be_read_again_and_a_dropped_one_not(
    library: Library, tmp_path: Path
) -> None:
    added(library, uploads(tmp_path, shelter=SHELTER))
    (tmp_path / "harbour.md").write_text(HARBOUR)
    here = SourceFile(tmp_path / "harbour.md", str(tmp_path / "harbour.md"))
    added(library, (here,))
    (tmp_path / "harbour.md").write_text(HARBOUR.replace("nine", "ten"))
    files = shelf.originals(library, id_of(library, "Harbour"))
    assert "Replaced:" in added(library, files)[-1].news
    with pytest.raises(InvalidInput, match="dropped files are not kept"):
        shelf.originals(library, id_of(library, "Shelter"))
    assert shelf.shown(library, LOOK).table.count("aria-disabled") == 1
    (tmp_path / "harbour.md").unlink()
    with pytest.raises(InvalidInput, match="its file is gone"):
        shelf.originals(library, id_of(library, "Harbour"))
    assert shelf.shown(library, LOOK).table.count("aria-disabled") == 2


def test_only_what_is_still_there_can_be_read_again(tmp_path: Path) -> None:
    (tmp_path / "kept.md").write_text(HARBOUR)
    (tmp_path / "kept.zip").write_bytes(b"PK")
    for origin, readable, why in (
        (f"{tmp_path}/kept.md", True, ""),
        ("https://example.org/kept.md", True, ""),
        ("dropped.md", False, "not kept"),
        ("dropped.zip/inside.md", False, "not kept"),
        (f"{tmp_path}/gone.md", False, "gone"),
        (f"{tmp_path}", False, "gone"),
        (f"{tmp_path}/{'n' * 5000}.md", False, "gone"),
        (f"{tmp_path}/kept.zip/folder/inside.md", False, "another file"),
        (f"{tmp_path}/kept.md/inside.md", False, "another file"),
        ("https://example.org/kept.zip#inside.md", False, "file from the web"),
    ):
        assert can_be_read(origin) is readable, origin
        assert why in " ".join(why_unreadable(origin) or ()), origin


def test_what_an_addition_left_open_stays_on_the_page_while_those_that_waited_follow() -> None:
    line, busy = Line(), threading.Event()

    def ended(addition: Addition) -> Iterator[Shelf]:
        name = addition.files[0].origin
        assert busy.is_set()
        yield Shelf("", f"begins {name} ")
        if name == "a":  # two are dropped while it runs
            line.join(named("b"), busy)
            line.join(named("c"), busy)
        yield Shelf("", f"ended {name} ", f"left {name} ")

    def named(name: str) -> Addition:
        return Addition((SourceFile(Path(name), name),))

    line.join(named("a"), busy)
    assert not line.names
    told = []
    for waiting in (("b", "c"), ("c",), (), ()):
        told.append([view.news for view in turn(line, busy, ended)])
        assert line.names == waiting and not busy.is_set()
    assert told == [
        ["begins a ", "ended a "],
        ["begins b left a ", "ended b left a "],
        ["begins c left b left a ", "ended c left b left a "],
        [],
    ]
    line.join(named("d"), busy)  # nothing runs: what was told could be read
    assert [view.news for view in turn(line, busy, ended)] == ["begins d ", "ended d "]
    busy.set()  # another page adds
    line.join(named("e"), busy)
    assert line.names == ("e",)


def test_files_are_added_whole_although_the_page_was_closed_and_their_copies_deleted(
    library: Library, tmp_path: Path
) -> None:
    files = uploads(tmp_path, **{f"n{n}": f"# Note {n}\n\nIt is about ports." for n in range(40)})
    copies = [file.path for file in files]
    views = shelf.added(library, LOOK, files, Options(), threading.Event(), copies)
    next(views)
    assert next(views).busy
    views.close()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 60
    while any(copy.exists() for copy in copies) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(copy.exists() for copy in copies)
    assert len(library.entries()) == 40


@pytest.mark.parametrize("typed", ["", "  ", "nonsense", "file:///etc/passwd", "http://a:b@c/"])
def test_what_is_no_web_address_is_explained(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        shelf.addresses(typed)
    assert refused.value.remedy


def test_addresses_are_told_apart_by_spaces_and_lines_and_taken_once() -> None:
    files = shelf.addresses("https://a.org/x\nhttps://b.org  HTTPS://A.org/x")
    assert [file.origin for file in files] == ["https://a.org/x", "https://b.org/"]


def test_the_time_left_follows_from_the_files_done() -> None:
    files = (("a", "done"), ("b", "read"), ("c", "waiting"))
    assert Step(files, seconds=4.0).seconds_left == 8.0  # type: ignore[arg-type]
    assert Step(files[1:], seconds=4.0).seconds_left is None  # type: ignore[arg-type]
