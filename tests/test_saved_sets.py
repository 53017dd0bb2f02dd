"""Question sets by name, what a mark makes of an answer, and what a click does to a set."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.evaluation.marked import (
    Exchange,
    Mark,
    exchange_of,
    marked_item,
    with_short_files,
)
from assistant.evaluation.questions import Evidence, Item, read_set
from assistant.evaluation.saved_sets import SavedSets
from assistant.types import (
    CONTRADICTED,
    NO_EVIDENCE,
    NOT_NEEDED,
    PARTLY_SUPPORTED,
    SUPPORTED,
    Answer,
    Citation,
    Grounding,
    Seconds,
    Statement,
)
from index.errors import InvalidInput, StorageError
from index.library import Library
from index.types import Document, Page, Passage
from ui import marking
from ui.marking import Marks

TEXT = "The law forbids it.\n\nIt always did."
PAGES = (Page(1, 0, 20), Page(2, 20, len(TEXT)))
LAW = Document(
    "d1", "Act", "statute", None, None, None, None, "/home/me/acts/1.pdf", "application/pdf", TEXT,
    PAGES,
)  # fmt: skip
CITED = (Citation(1, Passage(LAW, 0, 19)), Citation(2, Passage(LAW, 21, len(TEXT))))
FIRST, SECOND = (
    Evidence(LAW.origin, 1, "The law forbids it."),
    Evidence(LAW.origin, 2, "It always did."),
)
RIGHT, WRONG = Mark(True), Mark(False)
ANSWERED = Exchange("Is it?", ("What?",), ("It is.", "It was."), (FIRST,))
REFUSED = Exchange("Is it?", ("What?",), (), ())
BARE = Item(ANSWERED.id, "", "Is it?", ("What?",))
BETTER = replace(
    BARE, answerable=True, answer="Never.", evidence=(SECOND,), must_not=("It is.", "Maybe.")
)  # fmt: skip


def answer(*statements: Statement) -> Answer:
    cited = CITED if statements else ()
    return Answer(
        "Is it?", "Is it?", not statements, None, statements, cited, (), "m", Seconds(0, 0)
    )


@pytest.fixture
def sets(tmp_path: Path) -> SavedSets:
    return SavedSets(tmp_path)


# --- sets by name --------------------------------------------------------------------------------


def test_a_set_is_a_file_in_the_librarys_folder_that_can_be_read_on_its_own(
    sets: SavedSets, tmp_path: Path
) -> None:
    assert sets.names() == ()
    assert not sets.folder.exists()
    assert sets.save("saved", BARE) is None
    assert sets.save("Fälle von 2024", BARE) is None
    assert sets.save("saved.jsonl", BETTER) == BARE
    assert sets.names() == ("Fälle von 2024", "saved")
    assert sets.path(" saved ") == tmp_path / "questions" / "saved.jsonl"
    assert read_set(sets.path("saved")).items == (BETTER,)
    assert sets.find("saved", BARE.id) == BETTER
    assert sets.find("absent", BARE.id) is None


def test_what_is_no_set_is_not_listed(sets: SavedSets) -> None:
    sets.save("saved", BARE)
    (sets.folder / ".hidden.jsonl").touch()
    (sets.folder / "notes.txt").touch()
    (sets.folder / "folder.jsonl").mkdir()
    assert sets.names() == ("saved",)


def test_a_set_whose_last_question_is_taken_out_is_gone(sets: SavedSets) -> None:
    sets.save("saved", BARE)
    assert sets.remove("saved", "other") is None
    assert sets.remove("saved", BARE.id) == BARE
    assert sets.names() == ()


@pytest.mark.parametrize(
    "name",
    ["", " ", ".", "..", "../saved", "a/b", "a\\b", "/etc/x", ".hidden", "-x", "a\nb", "a\0", "x.",
     "x" * 61],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_or_is_none_is_refused(sets: SavedSets, name: str) -> None:
    for act in (sets.path, lambda n: sets.save(n, BARE), lambda n: sets.remove(n, "a")):
        with pytest.raises(InvalidInput, match="cannot be the name") as refused:
            act(name)
        assert "letters" in refused.value.remedy
    assert not sets.folder.exists()


def test_the_longest_name_in_any_script_fits_a_file_system(sets: SavedSets) -> None:
    for letter in ("x", "人", "𠀋"):
        sets.save(letter * 60, BARE)
    assert len(sets.names()) == 3


def test_a_folder_that_cannot_be_written_is_an_error_with_its_remedy(
    sets: SavedSets, tmp_path: Path
) -> None:
    (tmp_path / "questions").touch()
    with pytest.raises(StorageError, match="cannot be read: Not a directory") as refused:
        sets.save("saved", BARE)
    assert "read and written" in refused.value.remedy
    with pytest.raises(StorageError, match="cannot be read: Not a directory"):
        sets.remove("saved", BARE.id)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads and writes everywhere")
@pytest.mark.parametrize(("mode", "how"), [(0o500, "written"), (0o000, "read")])
def test_so_is_one_that_is_somebody_elses(sets: SavedSets, mode: int, how: str) -> None:
    sets.save("saved", BARE)
    sets.folder.chmod(mode)
    with pytest.raises(StorageError, match=f"cannot be {how}: Permission denied"):
        sets.save("saved", BETTER)
    sets.folder.chmod(0o700)
    assert sets.find("saved", BARE.id) == BARE


# --- what a mark says ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exchange", "mark", "known", "item"),
    [
        (ANSWERED, RIGHT, None,
         Item(BARE.id, "right answer", "Is it?", ("What?",), True, "It is. It was.", (FIRST,))),
        (REFUSED, RIGHT, None, replace(BARE, kind="right refusal", answerable=False)),
        (REFUSED, WRONG, None, replace(BARE, kind="wrong refusal", answerable=True)),
        # neither whether it can be answered nor which sentence is untrue
        (ANSWERED, WRONG, None, replace(BARE, kind="wrong answer")),
        (ANSWERED, Mark(False, frozenset({1})), None,
         replace(BARE, kind="wrong answer", must_not=("It was.",))),
        # an evaluation searches more than the filter let through
        (replace(REFUSED, filtered=True), RIGHT, None, replace(BARE, kind="right refusal")),
        (replace(REFUSED, filtered=True), WRONG, None,
         replace(BARE, kind="wrong refusal", answerable=True)),
    ],
)  # fmt: skip
def test_an_item_holds_what_the_mark_tells_and_no_more(
    exchange: Exchange, mark: Mark, known: Item | None, item: Item
) -> None:
    assert marked_item(exchange, mark, known) == item


@pytest.mark.parametrize(
    ("exchange", "mark", "changes"),
    [
        (ANSWERED, RIGHT, {"answer": "It is. It was.", "evidence": (FIRST,),
                           "must_not": ("Maybe.",)}),
        (ANSWERED, WRONG, {"must_not": ("Maybe.",)}),
        (ANSWERED, Mark(False, frozenset({0, 1})), {"must_not": ("Maybe.", "It is.", "It was.")}),
        (REFUSED, RIGHT, {"answerable": False, "answer": None, "evidence": ()}),
        (REFUSED, WRONG, {}),
        (replace(REFUSED, filtered=True), RIGHT, {}),
    ],
)  # fmt: skip
def test_what_is_known_from_another_answer_stays_unless_the_mark_says_otherwise(
    exchange: Exchange, mark: Mark, changes: dict[str, object]
) -> None:
    item = marked_item(exchange, mark, BETTER)
    assert item == replace(BETTER, kind=item.kind, **changes)  # type: ignore[arg-type]


def test_an_answer_that_was_called_right_once_and_wrong_now_is_no_reference() -> None:
    known = marked_item(ANSWERED, RIGHT)
    assert marked_item(ANSWERED, WRONG, known) == replace(BARE, kind="wrong answer")


@pytest.mark.parametrize(
    ("verdict", "attribution", "evidence"),
    [
        (SUPPORTED, None, (FIRST,)),
        (PARTLY_SUPPORTED, None, (FIRST,)),
        (CONTRADICTED, None, ()),
        (NO_EVIDENCE, None, ()),
        (NOT_NEEDED, None, ()),
        (NO_EVIDENCE, "Act", (FIRST,)),  # quoted word for word
    ],
)
def test_evidence_is_what_bears_a_statement_out_with_file_page_and_exact_words(
    verdict: str, attribution: str | None, evidence: tuple[Evidence, ...]
) -> None:
    said = Statement("It is.", (1,), Grounding(verdict, 0.5), attribution)
    exchange = exchange_of(answer(said), ["What?"], filtered=False)
    assert exchange == Exchange("Is it?", ("What?",), ("It is.",), evidence)


def test_a_refusal_has_no_statement_and_no_evidence() -> None:
    assert exchange_of(answer(), ["What?"], filtered=True) == replace(REFUSED, filtered=True)


def test_a_question_has_one_id_after_the_same_questions_whatever_the_answer() -> None:
    assert ANSWERED.id == REFUSED.id
    assert replace(ANSWERED, question=" Is  it?\n").id == ANSWERED.id
    others = [replace(ANSWERED, history=()), replace(ANSWERED, question="Was it?")]
    assert len({ANSWERED.id, *(other.id for other in others)}) == 3


@pytest.mark.parametrize(
    ("origin", "others", "file"),
    [
        ("/home/me/acts/1.pdf", (), "1.pdf"),
        ("/home/me/acts/1.pdf", (("/home/me/bills/1.pdf",),), "acts/1.pdf"),
        ("/home/me/acts/1.pdf", (("x.md", "/old/acts/1.pdf"),), "me/acts/1.pdf"),
        ("/home/me/acts/1.pdf", (("/home/me/acts/11.pdf",),), "1.pdf"),
        ("C:\\me\\acts\\1.pdf", (("C:\\me\\bills\\1.pdf",),), "acts/1.pdf"),
        ("/home/me/all.zip/acts/1.pdf", (), "1.pdf"),
        ("1.pdf", (("/other/1.pdf",),), "1.pdf"),
        ("https://x.org/a/1.pdf", (), "https://x.org/a/1.pdf"),
    ],
)
def test_a_file_is_named_by_the_shortest_end_of_its_path_that_is_its_alone(
    origin: str, others: tuple[tuple[str, ...], ...], file: str
) -> None:
    exchange = replace(ANSWERED, evidence=(replace(FIRST, file=origin),))
    # where else the same document came from makes no difference
    short = with_short_files(exchange, [(origin, "/copies/1.pdf"), *others])
    assert [evidence.file for evidence in short.evidence] == [file]


# --- what a click does ---------------------------------------------------------------------------


@pytest.fixture
def marks() -> Marks:
    return Marks()


def kinds(library: Library, name: str = "saved") -> list[str]:
    path = SavedSets(library.folder).path(name)
    return [item.kind for item in read_set(path).items] if path.exists() else []


def test_a_turn_that_is_marked_again_is_there_once_and_the_same_mark_undoes_it(
    library: Library, marks: Marks
) -> None:
    marking.mark(library, marks, ANSWERED, True, "saved")
    assert kinds(library) == ["right answer"]
    marking.mark(library, marks, ANSWERED, False, "saved")
    assert kinds(library) == ["wrong answer"]
    marking.mark(library, marks, ANSWERED, False, "saved")
    assert kinds(library) == []
    assert marks.of(ANSWERED) is None


def test_undoing_brings_back_what_the_set_had_before(library: Library, marks: Marks) -> None:
    sets = SavedSets(library.folder)
    sets.save("saved", BETTER)
    marking.mark(library, marks, ANSWERED, True, "saved")
    marking.mark(library, marks, ANSWERED, False, "saved")
    assert sets.find("saved", BARE.id) == replace(BETTER, kind="wrong answer", must_not=("Maybe.",))
    marking.mark(library, marks, ANSWERED, False, "saved")
    assert sets.find("saved", BARE.id) == BETTER


def test_a_mark_in_another_set_moves_the_turn_there(library: Library, marks: Marks) -> None:
    marking.mark(library, marks, ANSWERED, True, "saved")
    marking.mark(library, marks, ANSWERED, True, " penalties.jsonl")
    assert (kinds(library), kinds(library, "penalties")) == ([], ["right answer"])
    assert marks.name == "penalties"


def test_of_two_answers_to_a_question_the_latter_is_marked(library: Library, marks: Marks) -> None:
    marking.mark(library, marks, ANSWERED, True, "saved")
    marking.mark(library, marks, REFUSED, True, "saved")
    assert kinds(library) == ["right refusal"]
    assert marks.of(ANSWERED) is None


def test_a_sentence_is_ticked_as_untrue_and_unticked(library: Library, marks: Marks) -> None:
    def must_not() -> tuple[str, ...]:
        return read_set(SavedSets(library.folder).path("saved")).items[0].must_not

    marking.tick(library, marks, ANSWERED, 1)
    assert kinds(library) == []
    marking.mark(library, marks, ANSWERED, True, "saved")
    marking.tick(library, marks, ANSWERED, 1)
    assert must_not() == ()
    marking.mark(library, marks, ANSWERED, False, "saved")
    for ticked, noted in ((1, ("It was.",)), (0, ("It is.", "It was.")), (1, ("It is.",))):
        marking.tick(library, marks, ANSWERED, ticked)
        assert must_not() == noted


def test_what_cannot_be_saved_is_noted_and_a_former_mark_stays(
    library: Library, marks: Marks
) -> None:
    marking.mark(library, marks, ANSWERED, True, "saved")
    marking.mark(library, marks, ANSWERED, False, "../saved")
    assert "cannot be the name" in marks.failed[ANSWERED.id].message
    assert kinds(library) == ["right answer"]
    former = marks.of(ANSWERED)
    assert former is not None
    assert former.mark.is_right
    SavedSets(library.folder).path("saved").write_text("nothing")
    marking.mark(library, marks, ANSWERED, False, "saved")
    assert "line 1" in marks.failed[ANSWERED.id].message
    SavedSets(library.folder).path("saved").unlink()
    marking.mark(library, marks, ANSWERED, False, "saved")
    assert marks.failed == {}
