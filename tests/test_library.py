"""The library keeps what was committed, whole, and nothing else, whatever happens to its writer."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.catalogue import Catalogue
from index.embedder import Embedder
from index.errors import (
    DocumentMissing,
    InvalidInput,
    LibraryBusy,
    LibraryMismatch,
    LibraryMissing,
    StorageError,
)
from index.library import CATALOGUE, Library
from index.retriever import LibraryRetriever
from index.types import Document, Filters

ROOT = Path(__file__).parent.parent
PREAMBLE = """
import sys, time
from pathlib import Path
from index.library import Library
from index.types import Change
from tests.test_library import document
library = Library.open(Path(sys.argv[1]), create=True)
"""


def document(name: str, text: str, **facts: str) -> Document:
    """A document whose id, title and origin are its name."""
    fields = {"kind": "other", "publisher": None, "published": None, "jurisdiction": None} | facts
    return Document(
        id=name, title=name, author=None, origin=f"/files/{name}", media_type="text/plain",
        text=text, **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def start(code: str, folder: Path) -> "subprocess.Popen[str]":
    """Another Python process on the library at `folder`; its output can be read line by line."""
    command = [sys.executable, "-c", PREAMBLE + code, str(folder)]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def said(process: "subprocess.Popen[str]", line: str) -> None:
    """Wait until the process prints the line."""
    assert process.stdout is not None
    assert process.stdout.readline().strip() == line


def found(library: Library, query: str, filters: Filters = Filters()) -> list[str]:
    return [hit.passage.document.id for hit in library.search(query, 5, filters)]


def assert_sound(library: Library) -> None:
    assert library.vectors_missing_and_orphaned() == (0, 0)
    assert library.stats().passages == sum(entry.passages for entry in library.entries())


def test_what_is_added_is_found_and_exact(library: Library) -> None:
    text = "Prologue 🙂.\r\n\r\nThe Commissioner visited Glasgow in March.\n\nשלום עולם."
    library.add([document("glasgow", text), document("soup", "Lentils and onions simmer.")])
    (first, *_) = library.search("Which city did the commissioner visit?", 2)
    assert first.passage.document.text == text
    assert "Glasgow" in first.passage.text
    assert first.passage.text == text[first.passage.start : first.passage.end]
    assert first.dense_rank == first.lexical_rank == 1
    assert first.similarity is not None and 0.2 < first.similarity <= 1.0


def test_replacing_leaves_nothing_of_the_old(library: Library) -> None:
    library.add([document("old", "Zanzibar is mentioned here.")])
    library.replace("old", document("new", "Only Tobago is mentioned here."))
    assert [entry.source.id for entry in library.entries()] == ["new"]
    assert all("Zanzibar" not in hit.passage.text for hit in library.search("Zanzibar", 5))
    assert_sound(library)


def test_removing_removes_and_an_unknown_id_is_an_error(library: Library) -> None:
    library.add([document("a", "Alpha text."), document("b", "Beta text.")])
    library.remove("a")
    assert found(library, "alpha text") == ["b"]
    with pytest.raises(DocumentMissing):
        library.remove("a")
    assert_sound(library)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {"law", "op", "undated"}),
        (Filters(kinds=("opinion",)), {"op"}),
        (Filters(kinds=("opinion", "statute")), {"law", "op"}),
        (Filters(publishers=("Salon",)), {"op"}),
        (Filters(jurisdictions=("UK",)), {"law"}),
        (Filters(documents=("undated",)), {"undated"}),
        (Filters(published_from="2018"), {"op"}),
        (Filters(published_to="2018-04"), {"law", "op"}),
        (Filters(published_from="2015", published_to="2015"), {"law"}),
        (Filters(published_from="2018-04-15"), set()),
        (Filters(kinds=("opinion",), jurisdictions=("UK",)), set()),
    ],
)
def test_filters_hold_for_both_searches(
    library: Library, filters: Filters, expected: set[str]
) -> None:
    text = "Traffickers are prosecuted."
    library.add(
        [
            document("law", f"{text} By law.", kind="statute", jurisdiction="UK", published="2015"),
            document("op", f"{text} So they say.", kind="opinion", publisher="Salon",
                     published="2018-04-14"),
            document("undated", f"{text} Perhaps."),
        ]
    )  # fmt: skip
    assert set(found(library, "traffickers prosecuted", filters)) == expected
    assert {entry.source.id for entry in library.entries(filters)} == expected


def test_repeated_passages_give_way_to_others(library: Library) -> None:
    same = "The hotline can be reached at all hours by victims and by witnesses of trafficking."
    library.add([document(name, f"{same} {name}") for name in ("one", "two", "three")])
    library.add([document("other", "A hotline for seafarers is planned.")])
    assert len(set(found(library, "hotline reached at all hours")) & {"one", "two", "three"}) == 1
    assert "other" in found(library, "hotline reached at all hours")


@pytest.mark.parametrize(
    "query",
    ['"', "NEAR( OR AND", "a* -b ^c", "x" * 40_000, "§ 1591(b)", "; DROP TABLE words;", "ما هو"],
)
def test_a_query_is_words_and_never_syntax(library: Library, query: str) -> None:
    library.add([document("a", "Some text to search.")])
    if any(map(str.isalnum, query)):
        assert len(library.search(query, 3)) <= 1
    else:
        with pytest.raises(InvalidInput):
            library.search(query, 3)


def test_there_is_no_library_until_it_is_made(tmp_path: Path, embedder: Embedder) -> None:
    with pytest.raises(LibraryMissing):
        Library.open(tmp_path, embedder=embedder)


def test_another_embedder_is_refused_until_a_rebuild(library: Library) -> None:
    library.add([document("a", "Some text to embed.")])

    class Renamed(Embedder):
        def __init__(self) -> None:
            super().__init__()
            self.name = "another-model"

    with pytest.raises(LibraryMismatch, match="another-model") as refusal:
        Library.open(library.folder, embedder=Renamed())
    assert "rebuild" in refusal.value.remedy
    other = Library.open(library.folder, embedder=Renamed(), to_rebuild=True)
    assert other.rebuild() == 1
    assert found(Library.open(library.folder, embedder=Renamed()), "text to embed") == ["a"]
    with pytest.raises(LibraryMismatch):  # the page that stayed open says so too
        library.search("text to embed", 3)


def test_a_newer_schema_is_refused(library: Library, embedder: Embedder) -> None:
    Catalogue(library.folder / CATALOGUE).note({"schema_version": "99"})
    with pytest.raises(LibraryMismatch, match="99"):
        Library.open(library.folder, embedder=embedder)


def test_one_writer_at_a_time_and_the_message_says_who(library: Library) -> None:
    holder = start(
        "with library.writing():\n    print('held', flush=True)\n    input()", library.folder
    )
    said(holder, "held")
    with pytest.raises(LibraryBusy, match=str(holder.pid)):
        library.add([document("a", "Some text.")])
    assert library.entries() == ()  # reading goes on
    holder.communicate("\n")
    assert library.add([document("a", "Some text.")]) == 1


def test_an_open_reader_finds_what_another_process_adds(library: Library) -> None:
    library.add([document("first", "Nothing of interest.")])
    assert found(library, "Montenegro downgrade") == ["first"]
    code = (
        "library.add([document('second', 'Montenegro was downgraded.')])\n"
        "print('added', flush=True)"
    )
    writer = start(code, library.folder)
    said(writer, "added")
    assert found(library, "Montenegro downgrade")[0] == "second"
    assert writer.wait() == 0


def test_reading_never_fails_while_another_process_writes(library: Library) -> None:
    library.add([document("first", "A first document about ports.")])
    code = (
        "print('go', flush=True)\n"
        "for n in range(25):\n"
        "    library.add([document(f'd{n}', f'Document {n} about ports. ' * 40)])"
    )
    writer = start(code, library.folder)
    said(writer, "go")
    searches = 0
    while writer.poll() is None:
        assert found(library, "document about ports")
        searches += 1
    assert searches > 3 and writer.returncode == 0
    assert len(library.entries()) == 26
    assert_sound(library)


@pytest.mark.parametrize("delay_s", [0.0, 0.01, 0.03, 0.06, 0.1, 0.2])
def test_kill_9_leaves_whole_documents_only_and_the_rest_can_be_added(
    tmp_path: Path, embedder: Embedder, delay_s: float
) -> None:
    folder = tmp_path / "library"
    code = (
        "library.embedder.load(); print('go', flush=True)\n"
        "for n in range(1000):\n"
        "    text = f'Document {n} about ports and ships. ' * 60\n"
        "    removing = (f'd{n - 1}',) if n % 3 == 2 else ()\n"
        "    library.apply(Change((document(f'd{n}', text),), removing))\n"
        "    print(n, flush=True)\n"
    )
    writer = start(code, folder)
    said(writer, "go")
    said(writer, "0")
    time.sleep(delay_s)
    os.kill(writer.pid, signal.SIGKILL)
    out, _ = writer.communicate()
    done = max([0, *map(int, out.split())])
    library = Library.open(folder, embedder=embedder)
    ids = {entry.source.id for entry in library.entries()}
    committed = {f"d{n}" for n in range(done + 1) if not (n % 3 == 1 and n < done)}
    assert committed - {f"d{done}"} <= ids | {f"d{done}"}
    assert all(entry.passages > 1 for entry in library.entries())
    with library.writing():
        pass
    assert_sound(library)
    library.add([document("after", "Added after the crash.")])
    assert found(library, "added after the crash")[0] == "after"


def test_a_crash_between_vectors_and_catalogue_is_repaired(
    library: Library, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add([document("kept", "Kept text.")])

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Catalogue, "commit", crash)
        library.add([document("lost", "Lost text.")])
    assert library.vectors_missing_and_orphaned() == (0, 1)
    assert found(library, "lost text") == ["kept"]
    assert_sound(Library.open(library.folder, embedder=embedder))


def test_vectors_that_were_lost_are_made_again_from_the_stored_text(library: Library) -> None:
    library.add([document("a", "Alpha text."), document("b", "Beta text.")])
    library._vectors.discard_ids(sorted(library._vectors.ids())[:1])
    assert library.vectors_missing_and_orphaned() == (1, 0)
    with library.writing():
        pass
    assert_sound(library)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one and a half megabytes, which root may remount read-only."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only root may mount the small disk that this test fills")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_is_an_error_and_the_library_stays_sound(
    small_disk: Path, embedder: Embedder
) -> None:
    library = Library.open(small_disk / "library", embedder=embedder, create=True)
    library.add([document("kept", "Kept text.")])
    with pytest.raises(StorageError) as refusal:
        for n in range(50):
            library.add([document(f"d{n}", f"Document {n} about ports and ships. " * 400)])
    assert "disk" in refusal.value.remedy
    with pytest.raises(StorageError):  # still full, and said so again
        Library.open(library.folder, embedder=embedder).add([document("more", "More.")])
    subprocess.run(["mount", "-o", "remount,size=40m", str(small_disk)], check=True)
    reopened = Library.open(library.folder, embedder=embedder)
    reopened.add([document("more", "More text, now that there is room.")])
    assert found(reopened, "kept text")[0] == "kept"
    assert_sound(reopened)


def test_a_read_only_disk_is_an_error_and_the_library_stays_sound(
    small_disk: Path, embedder: Embedder
) -> None:
    library = Library.open(small_disk / "library", embedder=embedder, create=True)
    library.add([document("kept", "Kept text.")])
    library._vectors.close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StorageError) as refusal:
        library.add([document("b", "Beta text.")])
    assert "written" in refusal.value.remedy
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert found(library, "kept text") == ["kept"]
    assert_sound(library)


def test_a_document_without_words_is_refused_and_changes_nothing(library: Library) -> None:
    with pytest.raises(InvalidInput):
        library.add([document("a", "Alpha text."), document("blank", " \n ")])
    assert library.entries() == ()


def test_the_retriever_is_langchains(library: Library) -> None:
    library.add([document("a", "Alpha text about ports.", kind="opinion")])
    (hit,) = LibraryRetriever(library=library, k=3).invoke("ports")
    assert hit.page_content == "Alpha text about ports."
    assert hit.metadata["kind"] == "opinion" and hit.metadata["start"] == 0
    assert json.dumps(hit.metadata)
