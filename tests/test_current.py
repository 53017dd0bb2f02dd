"""Keeping a library current: folders in step, web pages fetched again, editions, corrections."""

import io
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from assistant.__main__ import main as answer_main
from assistant.assistant import Assistant
from assistant.settings import Settings
from index.embedder import Embedder
from index.errors import DocumentMissing, InvalidInput
from index.library import Library
from index.types import Entry
from ingest import sync
from ingest.corrections import correct
from ingest.files import SourceFile, source_files
from ingest.outcome import Outcome
from ingest.pipeline import Options, take_in
from ingest.web.fetching import fetch
from tests.misbehaving import Request, Server, page, serving

ROOT = Path(__file__).parents[1]
ACT = "The penalty for forced labour is imprisonment for up to 20 years."
OLD_ACT = "The penalty for forced labour is imprisonment for up to 10 years."


def verdicts(outcomes: list[Outcome]) -> list[str]:
    return [f"{Path(o.origin).name} {o.verdict}" for o in outcomes]


def added(library: Library, folder: Path) -> list[Outcome]:
    return list(take_in(library, source_files([folder])))


def entry_of(library: Library, name: str) -> Entry:
    (found,) = [e for e in library.entries() if Path(e.source.origin).name == name]
    return found


# --- a folder in step ----------------------------------------------------------------------------


def test_a_folder_that_lost_files_is_told_and_pruned_only_when_asked(
    library: Library, folder: Path
) -> None:
    for name in ("kept.txt", "gone.txt", "sub/also.txt", "sub/stays.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"Text of {name}.")
    added(library, folder)
    (folder / "gone.txt").unlink()
    (folder / "sub" / "also.txt").unlink()
    told = list(sync.settled(library, sync.gone(library, folder), prune=False))
    assert verdicts(told) == ["gone.txt gone", "also.txt gone"]
    assert len(library.entries()) == 4
    pruned = list(sync.settled(library, sync.gone(library, folder), prune=True))
    assert verdicts(pruned) == ["gone.txt removed", "also.txt removed"]
    assert {Path(e.source.origin).name for e in library.entries()} == {"kept.txt", "stays.txt"}
    assert library.vectors_missing_and_orphaned() == (0, 0)


def test_content_that_is_elsewhere_too_outlives_its_first_file(
    library: Library, folder: Path
) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(ACT)
    assert verdicts(added(library, folder)) == ["a.txt added", "b.txt duplicate"]
    (entry,) = library.entries()
    assert [Path(origin).name for origin in entry.origins] == ["a.txt", "b.txt"]
    (folder / "a.txt").unlink()
    (outcome,) = sync.settled(library, sync.gone(library, folder), prune=True)
    assert outcome.reason.endswith("b.txt")
    assert Path(library.entries()[0].source.origin).name == "b.txt"


def test_an_empty_or_absent_folder_is_no_wish_to_lose_everything(
    library: Library, folder: Path
) -> None:
    (folder / "a.txt").write_text(ACT)
    added(library, folder)
    (folder / "a.txt").unlink()
    with pytest.raises(InvalidInput, match="is empty, and the library has 1 files from it"):
        sync.gone(library, folder)
    folder.rmdir()
    with pytest.raises(InvalidInput, match="there is no folder"):
        sync.gone(library, folder)


def test_watching_takes_in_what_comes_changes_and_goes(tmp_path: Path, folder: Path) -> None:
    (folder / "first.txt").write_text(ACT)
    (folder / "other.txt").write_text("Another text.")
    command = ["-m", "ingest", "--sync", str(folder), "--prune", "--watch"]
    process = subprocess.Popen(
        [sys.executable, *command, "--library", str(tmp_path / "library")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )

    def until(words: str) -> str:
        assert process.stdout is not None
        lines = ""
        while words not in lines:
            lines += process.stdout.readline()
            assert process.poll() is None, lines
        return lines

    try:
        assert "first.txt" in until("watching")
        (folder / "second.txt").write_text("A second text.")
        assert "added" in until("second.txt")
        until("watching")
        (folder / "second.txt").write_text("A second text, changed.")
        assert "replaced" in until("second.txt")
        until("watching")
        (folder / "second.txt").unlink()
        assert "removed" in until("second.txt")
        until("watching")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130


def test_files_that_leave_an_archive_leave_the_library(library: Library, folder: Path) -> None:
    def archive(**members: str) -> None:
        with zipfile.ZipFile(folder / "reports.zip", "w") as package:
            for name, text in members.items():
                package.writestr(f"{name}.txt", text)

    archive(a="First report.", b="Second report.")
    assert verdicts(added(library, folder)) == ["a.txt added", "b.txt added"]
    assert verdicts(added(library, folder)) == ["reports.zip unchanged"]
    assert sync.gone(library, folder) == ()
    archive(b="Second report.", c="Third report.")
    assert verdicts(added(library, folder)) == [
        "b.txt unchanged",
        "a.txt removed",
        "c.txt added",
    ]
    assert {Path(e.source.origin).name for e in library.entries()} == {"b.txt", "c.txt"}
    (folder / "reports.zip").unlink()
    (folder / "left.txt").write_text("So that the folder is not empty.")
    assert len(sync.gone(library, folder)) == 2


def test_what_an_archive_holds_and_is_not_opened_is_named(library: Library, folder: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as package:
        package.writestr("deep.txt", "Deep text.")
    with zipfile.ZipFile(folder / "outer.zip", "w") as package:
        package.writestr("inner.zip", inner.getvalue())
        package.writestr("b.txt", "Outer text.")
    found = added(library, folder)
    assert verdicts(found) == ["outer.zip refused", "b.txt added"]
    assert "not opened: inner.zip" in found[0].reason


# --- web pages -----------------------------------------------------------------------------------


def html(words: str) -> bytes:
    return (
        "<html><head><title>On forced labour</title></head><body><article><h1>On forced labour</h1>"
        f"<p>{words}</p><p>{'The convention was ratified by many states. ' * 8}</p>"
        "</article></body></html>"
    ).encode()


def fetched(library: Library, *addresses: str) -> list[Outcome]:
    options = Options(fetcher=partial(fetch, allow_loopback=True))
    files = [SourceFile(Path(), address) for address in addresses]
    return list(take_in(library, files, options))


def test_a_web_page_is_kept_as_fetched_and_replaced_only_when_it_changed(
    library: Library, tmp_path: Path
) -> None:
    state = {"words": ACT, "tag": '"1"'}

    def answer(request: Request) -> list[bytes]:
        if request.headers.get("if-none-match") == state["tag"]:
            return [b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"]
        return [page(html(state["words"]), etag=state["tag"])]

    with serving({"/report": answer}) as server:
        address = f"http://127.0.0.1:{server.port}/report"
        (first,) = fetched(library, address)
        assert (first.verdict, first.title) == ("added", "On forced labour")
        entry = library.find(address)
        assert entry is not None and entry.source.retrieved is not None
        assert library.original(entry.source.id) == html(ACT)
        shown = ["library", "show", entry.source.id, "--library", str(library.folder)]
        assert answer_main([*shown, "--original", str(tmp_path / "page.html")]) == 0
        assert (tmp_path / "page.html").read_bytes() == html(ACT)
        (again,) = fetched(library, address)
        assert again.verdict == "unchanged"
        state |= {"words": OLD_ACT, "tag": '"2"'}
        (changed,) = fetched(library, address)
        assert changed.verdict == "replaced"
        assert len(library.entries()) == 1
        assert "10 years" in library.search("penalty for forced labour")[0].passage.text
        assert [request.headers.get("if-none-match") for request in asked(server)] == [
            None, '"1"', '"1"',
        ]  # fmt: skip
        (missing,) = fetched(library, f"http://127.0.0.1:{server.port}/nothing")
        assert missing.refused and missing.reason and missing.remedy


def asked(server: Server) -> list[Request]:
    """The requests for the report itself."""
    return [request for request in server.requests if request.path == "/report"]


def test_addresses_that_begin_alike_are_no_parts_of_each_other(library: Library) -> None:
    with serving({"/": page(html(ACT)), "/report": page(html(OLD_ACT))}) as server:
        home = f"http://127.0.0.1:{server.port}/"
        assert [o.verdict for o in fetched(library, home, f"{home}report")] == ["added", "added"]
        assert [o.verdict for o in fetched(library, home)] == ["unchanged"]
        assert len(library.entries()) == 2


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "http://169.254.169.254/latest"])
def test_the_command_line_visits_no_private_address(
    tmp_path: Path, address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    from ingest.__main__ import main

    assert main([address, "--library", str(tmp_path / "library")]) == 1
    assert "refused" in (errors := capfd.readouterr().err) and "try:" in errors


# --- likeness, editions, corrections -------------------------------------------------------------


def test_near_identical_documents_are_both_kept_and_told(library: Library, folder: Path) -> None:
    words = "".join(f"Finding {n}: state {n * 7} prosecuted {n * 13} cases. " for n in range(60))
    (folder / "report.md").write_text(f"# Report\n\n{words}")
    (folder / "web.txt").write_text(f"Menu Home About\n\n{words}\n\nCopyright")
    (folder / "other.txt").write_text("Nothing of the kind is said in this other short text.")
    found = {Path(o.origin).name: o for o in added(library, folder)}
    assert "nearly the same as “web” (9" in found["report.md"].reason
    assert found["other.txt"].reason == ""
    (alike,) = entry_of(library, "web.txt").alike
    assert alike.title == "Report" and 0.9 < alike.similarity <= 1


def test_answers_say_which_edition_they_rest_on(library: Library, folder: Path) -> None:
    (folder / "2000.md").write_text(f"# Labour Act 2000\n\n{OLD_ACT}\n")
    (folder / "2008.md").write_text(f"# Labour Act 2008\n\n{ACT}\n")
    (folder / "2015.md").write_text("# Labour Act 2015\n\nForced labour is a felony.\n")
    (folder / "sources.csv").write_text(
        "path,published,supersedes\n2000.md,2000,\n2008.md,2008,2000.md\n2015.md,2015,2008.md\n"
    )
    added(library, folder)
    oldest = entry_of(library, "2000.md")
    assert oldest.superseded_by == entry_of(library, "2008.md").source.id
    latest = library.latest_edition(oldest.source.id)
    assert latest is not None and latest.source.title == "Labour Act 2015"
    assistant = Assistant(library, Settings(library=library.folder))
    answer = assistant.answer("What was the penalty for forced labour of up to 10 years?")
    cited = {c.passage.document.title: c.superseded_by for c in answer.citations}
    assert {t: s and s.title for t, s in cited.items()}["Labour Act 2000"] == "Labour Act 2015"


def test_editions_that_name_each_other_have_no_end_and_no_hang(
    library: Library, folder: Path
) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"Edition {name}.")
    (folder / "sources.csv").write_text("path,supersedes\na.txt,b.txt\nb.txt,a.txt\n")
    added(library, folder)
    assert library.latest_edition(entry_of(library, "a.txt").source.id) is not None


def test_a_correction_outlives_reading_again_and_a_changed_file(
    library: Library, folder: Path
) -> None:
    (folder / "act.md").write_text(f"# An act\n\n(a) {ACT}\n\n(b) It is in force.\n")
    added(library, folder)
    entry = entry_of(library, "act.md")
    assert (entry.source.title, entry.source.kind) == ("An act", "other")
    correct(
        library, entry.source.id, {"title": "Labour Act", "kind": "statute", "published": "2008"}
    )
    source = entry_of(library, "act.md").source
    assert (source.title, source.kind, source.published) == ("Labour Act", "statute", "2008")
    assert source.corrected == ("title", "kind", "published") and source.inferred == ()
    headings = library.document(source.id).headings
    assert [h.label for h in headings if h.label] == ["(a)", "(b)"]
    assert verdicts(added(library, folder)) == ["act.md unchanged"]
    (folder / "act.md").write_text(f"# An act\n\n(a) {OLD_ACT}\n")
    assert verdicts(added(library, folder)) == ["act.md replaced"]
    source = entry_of(library, "act.md").source
    assert (source.title, source.kind) == ("Labour Act", "statute")
    correct(library, source.id, {"kind": "news", "published": ""})
    document = library.document(source.id)
    assert (document.kind, document.published) == ("news", None)
    assert not [h for h in document.headings if h.label]


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"kind": "law"}, "'law' is no kind"),
        ({"published": "yesterday"}, "'yesterday' is no date"),
        ({"title": " "}, "needs a title"),
        ({"supersedes": "/nowhere.pdf"}, "no other document of the library comes from"),
        ({"colour": "red"}, "'colour' is no fact"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_in_words(
    library: Library, folder: Path, facts: dict[str, str], message: str
) -> None:
    (folder / "a.txt").write_text(ACT)
    added(library, folder)
    name = entry_of(library, "a.txt").source.id
    with pytest.raises(InvalidInput, match=message):
        correct(library, name, facts)
    with pytest.raises(DocumentMissing):
        correct(library, "none", {"title": "T"})


def test_facts_are_corrected_on_the_command_line(
    library: Library, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from ingest.__main__ import main

    for name in ("old.txt", "new.txt"):
        (folder / name).write_text(f"The edition {name}.")
    added(library, folder)
    new = entry_of(library, "new.txt").source.id
    place = ["--library", str(library.folder)]
    assert main(["--correct", new, "--supersedes", str(folder / "old.txt"), *place]) == 0
    assert main(["--correct", new, "--kind", "statute", "--jurisdiction", "US", *place]) == 0
    assert entry_of(library, "old.txt").superseded_by == new
    assert entry_of(library, "new.txt").source.corrected == ("supersedes", "kind", "jurisdiction")
    assert main(["--correct", "none", "--kind", "news", *place]) == 1
    assert "no document has the id" in capfd.readouterr().err


# --- embeddings are kept by content --------------------------------------------------------------


def count_embedded(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    embedded = [0]
    embed = embedder.embed_with_tokens

    def counted(texts: list[str]) -> object:
        embedded[0] += len(texts)
        return embed(texts)

    monkeypatch.setattr(embedder, "embed_with_tokens", counted)

    def since_last() -> int:
        found, embedded[0] = embedded[0], 0
        return found

    return since_last


def test_text_that_was_embedded_is_not_embedded_again(
    library: Library, folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = count_embedded(embedder, monkeypatch)
    sections = [f"## Part {n}\n\n{f'Sentence {n} of a part. ' * 30}" for n in range(4)]
    (folder / "a.md").write_text("# Report\n\n" + "\n\n".join(sections))
    added(library, folder)
    whole = count()
    assert whole >= 4
    library.rebuild()
    assert count() == 0
    (folder / "a.md").write_text("# Report\n\n" + "\n\n".join([*sections[:3], "## New\n\nWords."]))
    assert verdicts(added(library, folder)) == ["a.md replaced"]
    assert 0 < count() < whole
    (folder / "a.md").rename(folder / "b.md")
    assert verdicts(added(library, folder)) == ["b.md replaced"]
    assert count() == 0
    assert library.vectors_missing_and_orphaned() == (0, 0)
