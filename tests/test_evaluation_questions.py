"""A question set is read whole, or refused with each line at fault; what is saved is read back."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.overlap import came_from, cites, holds, shares
from assistant.evaluation.questions import (
    MOST_NAMED,
    Evidence,
    Item,
    QuestionSet,
    find,
    item_json,
    missing_files,
    put,
    read_item,
    read_set,
    remove,
)
from index.errors import InvalidInput, StorageError

FULL = {
    "id": "q1",
    "kind": "follow_up",
    "question": "And for minors?",
    "history": ["What is the penalty?"],
    "answerable": True,
    "answer": "Fifteen years.",
    "evidence": [{"file": "acts/1591.md", "page": None, "quote": "not less than 15 years"},
                 {"file": "report.pdf", "page": 3, "quote": "15 years"}],
    "must_not": ["Ten years."],
}  # fmt: skip
FULL_ITEM = Item(
    "q1",
    "follow_up",
    "And for minors?",
    ("What is the penalty?",),
    True,
    "Fifteen years.",
    (
        Evidence("acts/1591.md", None, "not less than 15 years"),
        Evidence("report.pdf", 3, "15 years"),
    ),
    ("Ten years.",),
    line=1,
)  # fmt: skip
BARE_ITEM = Item("q2", "", "Why?", line=3)


def written(folder: Path, *lines: Any) -> Path:
    """A set of these lines; texts stand in it as they are."""
    path = folder / "questions.jsonl"
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_set(path)
    assert '"question"' in caught.value.remedy
    return caught.value.message


def test_all_but_id_and_question_is_optional(tmp_path: Path) -> None:
    found = read_set(written(tmp_path, FULL, "", {"id": "q2", "question": "Why?"}))
    assert found == QuestionSet((FULL_ITEM, BARE_ITEM))
    assert [item.line for item in found.items] == [1, 3]
    nothing = dict.fromkeys(("kind", "history", "answerable", "answer", "evidence", "must_not"))
    empty: dict[str, Any] = {"kind": "", "history": [], "answer": "", "evidence": []}
    for fields in (nothing, empty):
        assert read_item({"id": "q2", "question": "Why?", **fields}) == BARE_ITEM
    assert read_item({"id": "q", "question": "?", "answerable": False}).answerable is False


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"id": ', "is not JSON: "),
        ("[" * 100_000, "is not JSON: "),
        ('{"id": "q", "question": "half a pair \\ud83d"}', "is not JSON: "),
        ("[]", "is no JSON object"),
        ('"Why?"', "is no JSON object"),
        ({"question": "Why?"}, 'has no "id", or one that is no text'),
        ({"id": 7, "question": "Why?"}, 'has no "id", or one that is no text'),
        ({"id": "  ", "question": "Why?"}, 'has no "id", or one that is no text'),
        ({"id": "q"}, 'has no "question", or one that is no text'),
        ({"id": "q", "question": " \n"}, 'has no "question", or one that is no text'),
        ({"id": "q", "question": ["Why?"]}, 'has no "question", or one that is no text'),
        ({"id": "q", "question": "Why?", "kind": 1}, '"kind" is no text'),
        ({"id": "q", "question": "Why?", "answer": ["x"]}, '"answer" is no text'),
        ({"id": "q", "question": "Why?", "history": "What?"}, '"history" is no list of texts'),
        ({"id": "q", "question": "Why?", "history": [1]}, '"history" is no list of texts'),
        ({"id": "q", "question": "Why?", "must_not": "x"}, '"must_not" is no list of texts'),
        ({"id": "q", "question": "Why?", "answerable": "yes"},
         '"answerable" is neither true nor false'),
        ({"id": "q", "question": "Why?", "answerable": 1},
         '"answerable" is neither true nor false'),
        ({"id": "q", "question": "Why?", "evidence": {}}, '"evidence" is no list of objects'),
        ({"id": "q", "question": "Why?", "evidence": ["x"]}, '"evidence" is no list of objects'),
        ({"id": "q", "question": "Why?", "evidence": [{"quote": "x"}]},
         'evidence 1: has no "file", or one that is no text'),
        ({"id": "q", "question": "Why?", "evidence": [{"file": "a", "quote": " "}]},
         'evidence 1: has no "quote", or one that is no text'),
        ({"id": "q", "question": "Why?", "evidence": [{"file": "a", "quote": "x", "page": "3"}]},
         'evidence 1: "page" is no number from 1'),
        ({"id": "q", "question": "Why?", "evidence": [{"file": "a", "quote": "x", "page": 0}]},
         'evidence 1: "page" is no number from 1'),
        ({"id": "q", "question": "Why?", "evidence": [{"file": "a", "quote": "x", "page": True}]},
         'evidence 1: "page" is no number from 1'),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_used_is_named_with_what_is_wrong(
    tmp_path: Path, line: Any, fault: str
) -> None:
    message = refusal(written(tmp_path, FULL, line))
    assert message.startswith(
        f"{tmp_path / 'questions.jsonl'} has 1 line that cannot be used:\nline 2: {fault}"
    )


def test_all_lines_at_fault_are_named_at_once_and_all_that_is_wrong_with_each(
    tmp_path: Path,
) -> None:
    message = refusal(
        written(
            tmp_path,
            FULL,
            {"kind": 3},
            "nothing",
            {**FULL, "question": "Another?"},
            {"id": "q2"},
            {"id": "q2", "question": "Why?"},
        )
    )
    lines = message.splitlines()
    assert lines[0].endswith("has 5 lines that cannot be used:")
    assert lines[1] == (
        'line 2: has no "id", or one that is no text; has no "question", or one that is no text; '
        '"kind" is no text'
    )
    assert lines[2].startswith("line 3: is not JSON: ")
    assert lines[3:] == [
        'line 4: the id "q1" is that of line 1',
        'line 5: has no "question", or one that is no text',
        'line 6: the id "q2" is that of line 5',
    ]


@pytest.mark.parametrize(
    ("wrong", "named", "last"),
    [
        (MOST_NAMED, MOST_NAMED, f"line {MOST_NAMED}: is no JSON object"),
        (MOST_NAMED + 3, MOST_NAMED, "and 3 more"),
    ],
)
def test_a_message_does_not_grow_without_end(
    tmp_path: Path, wrong: int, named: int, last: str
) -> None:
    lines = refusal(written(tmp_path, *["7"] * wrong)).splitlines()
    assert sum(line.startswith("line ") for line in lines) == named
    assert lines[-1] == last


def test_a_file_without_questions_or_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "q", "question": "caf\xe9"}')
    (tmp_path / "empty.jsonl").write_text("\n\n")
    for name in ("absent.jsonl", "latin.jsonl", "empty.jsonl", "."):
        with pytest.raises(InvalidInput, match=name):
            read_set(tmp_path / name)


def test_a_field_that_is_not_known_is_remarked_on_and_the_rest_is_used(tmp_path: Path) -> None:
    evidence = [{"file": "a", "quote": "x"}, {"file": "a", "quote": "y", "pages": 3}]
    more = {"id": "q2", "question": "Why?", "anwser": "So.", "note": 1, "evidence": evidence}
    found = read_set(written(tmp_path, FULL, more))
    assert len(found.items) == 2
    assert found.remarks == (
        'line 2: the field "anwser" is not known and not used',
        'line 2: the field "note" is not known and not used',
        'line 2: the field "pages" of evidence 2 is not known and not used',
    )


@pytest.mark.parametrize(
    ("origin", "file", "is_so"),
    [
        ("/data/corpus/acts/1591.md", "acts/1591.md", True),
        ("/data/corpus/acts/1591.md", "1591.md", True),
        ("/data/corpus/acts/1591.md", "./acts/1591.md", True),
        ("/data/corpus/acts/1591.md", "/data/corpus/acts/1591.md", True),
        ("1591.md", "1591.md", True),  # dropped on the page
        ("C:\\data\\acts\\1591.md", "acts/1591.md", True),
        ("/data/acts/1591.md", "acts\\1591.md", True),
        ("/data/rapport-e\u0301te\u0301.pdf", "rapport-\u00e9t\u00e9.pdf", True),
        ("/data/bundle.zip/acts/1591.md", "acts/1591.md", True),
        ("https://example.org/bundle.zip#acts/1591.md", "acts/1591.md", True),
        ("https://example.org/acts/1591.html", "https://example.org/acts/1591.html", True),
        ("/data/acts/1591.md", "591.md", False),  # not the end of a name
        ("/data/facts/1591.md", "acts/1591.md", False),
        ("/data/acts/1591.md", "acts/1591", False),
        ("/data/acts/1591.md", "ACTS/1591.md", False),
        ("1591.md", "acts/1591.md", False),
        ("/data/acts/", "/", False),
        ("", "", False),
    ],
)
def test_a_file_is_the_end_of_an_origin_from_the_start_of_a_name(
    origin: str, file: str, is_so: bool
) -> None:
    assert came_from(origin, file) is is_so


def test_evidence_files_that_the_library_lacks_are_named_with_their_lines() -> None:
    def asked(name: str, line: int, *files: str) -> Item:
        evidence = tuple(Evidence(file, None, "x") for file in files)
        return Item(name, "", "?", evidence=evidence, line=line)

    questions = QuestionSet(
        (
            asked("a", 1, "acts/1591.md", "gone.pdf", "gone.pdf"),
            asked("b", 4),
            asked("c", 9, "gone.pdf", "acts/1592.md"),
        )
    )
    origins = ["/data/acts/1591.md", "/data/acts/1592.md.bak"]
    assert missing_files(questions, iter(origins)) == (
        "line 1: gone.pdf is not in the library",
        "line 9: gone.pdf is not in the library",
        "line 9: acts/1592.md is not in the library",
    )
    assert missing_files(questions, [*origins, "https://x.org/gone.pdf", "acts/1592.md"]) == ()


QUOTE = "forty characters are what makes a citation, or half of it"  # 57 characters


@pytest.mark.parametrize(
    ("passage", "quote", "held"),
    [
        ("before\n 0123456789\tafter", "0123456789", True),
        ("012345", "0123456789", True),  # 60 % of it
        ("01234", "0123456789", False),
        ("01234 56789", "0123456789", False),  # not in one run
        ("a  b\n\nc", " a b c ", True),  # white space is collapsed
        ("x", "", False),
        ("", "x", False),
        ("abc", "abcde", True),  # 3 of 5: 0.6 * 5 must not count as more than 3
    ],
)
def test_a_passage_holds_a_quote_of_which_it_has_three_fifths(
    passage: str, quote: str, held: bool
) -> None:
    assert holds(passage, quote) is held


@pytest.mark.parametrize(
    ("quotation", "quote", "cited"),
    [
        (QUOTE[:40], QUOTE + "and on" * 50, True),
        ("=" * 100 + QUOTE[:39] + "=" * 100, QUOTE * 3, False),
        ("=" * 100 + QUOTE[:40] + "=" * 100, QUOTE * 3, True),
        ("15 years", "not less than 15 years", True),
        ("at 15 years", "15 yards", True),  # 4 of 8 will do
        ("15 days", "15 years", False),
        ("", "15 years", False),
    ],
)
def test_a_quotation_cites_what_it_shares_forty_characters_or_half_of_the_shorter_with(
    quotation: str, quote: str, cited: bool
) -> None:
    assert cites(quotation, quote) is cited
    assert cites(quote, quotation) is cited


def test_a_run_that_is_too_long_or_of_no_length_is_not_shared() -> None:
    rows = [("abc", "xabcx", 3, True), ("abc", "xabx", 3, False), ("abc", "ab", 3, False),
            ("abc", "abc", 0, False), ("", "", 0, False)]  # fmt: skip
    for a, b, length, is_so in rows:
        assert shares(a, b, length) is is_so, (a, b, length)


# --- saving a question ---------------------------------------------------------------------------


def test_what_is_added_to_a_set_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "mine" / "set.jsonl"
    accents = Item("q3", "", "Was gilt für „Minderjährige“? 🙂\u2028Und?", answerable=False)
    for item in (FULL_ITEM, BARE_ITEM, accents):
        put(path, item)
    assert read_set(path) == QuestionSet((FULL_ITEM, BARE_ITEM, accents))
    assert [item.line for item in read_set(path).items] == [1, 2, 3]
    assert [entry.name for entry in path.parent.iterdir()] == ["set.jsonl"]
    assert item_json(BARE_ITEM) == {"id": "q2", "question": "Why?"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"id": "a", "question": "?"}', '{"id": "a", "question": "?"}\n'),
        ('{"id": "a", "question": "?", "mine": 1}\n\n',
         '{"id": "a", "question": "?", "mine": 1}\n\n'),
        ('\ufeff{"id": "a", "question": "?"}\r\n', '\ufeff{"id": "a", "question": "?"}\r\n'),
        ("", ""),
    ],
)  # fmt: skip
def test_the_lines_that_are_there_stay_as_they_are(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(before.encode())
    path.chmod(0o640)
    put(path, BARE_ITEM)
    assert path.read_bytes().decode() == after + '{"id": "q2", "question": "Why?"}\n'
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_to_a_set_stays_a_link(tmp_path: Path) -> None:
    path = written(tmp_path, FULL)
    link = tmp_path / "link.jsonl"
    link.symlink_to(path)
    put(link, BARE_ITEM)
    assert link.is_symlink()
    assert len(read_set(path).items) == 2


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (Item("q9", "", "  "), r'has no "question"'),
        (Item("q9", "", "?", evidence=(Evidence("a", 0, "x"),)), '"page" is no number'),
        (Item("q9", "", "half a pair \ud83d"), "half of a character"),
    ],
)
def test_what_cannot_be_added_leaves_the_set_as_it_was(
    tmp_path: Path, item: Item, message: str
) -> None:
    path = written(tmp_path, "", FULL)
    before = path.read_bytes()
    with pytest.raises(InvalidInput, match=message):
        put(path, item)
    assert path.read_bytes() == before


def test_nothing_is_added_to_a_set_that_is_broken_or_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = written(tmp_path, FULL, "nothing")
    with pytest.raises(InvalidInput, match="line 2: is not JSON"):
        put(broken, BARE_ITEM)
    path = written(tmp_path, FULL)
    before = path.read_bytes()

    def no_room(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(StorageError, match="No space left"):
        put(path, BARE_ITEM)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["questions.jsonl"]


AROUND = (
    b'\xef\xbb\xbf{"id": "a", "question": "?", "mine": 1}\r\n\n',
    b'{"id": "q2", "question": "Which?"}\r\n',
    b' {"id": "c", "question": "So\xe2\x80\xa8?"}',
)


def test_an_item_takes_the_place_of_the_one_with_its_id_and_no_other_line_changes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(b"".join(AROUND))
    former = Item("q2", "", "Which?", line=3)
    assert put(path, BARE_ITEM) == former
    line = b'{"id": "q2", "question": "Why?"}\n'
    assert path.read_bytes() == AROUND[0] + line + AROUND[2] + b"\n"
    assert put(path, FULL_ITEM) is None
    assert find(path, "q2") == BARE_ITEM
    assert [item.id for item in read_set(path).items] == ["a", "q2", "c", "q1"]


def test_what_is_taken_out_leaves_the_rest_and_a_set_without_a_question_is_gone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "set.jsonl"
    assert (find(path, "a"), remove(path, "a")) == (None, None)
    path.write_bytes(b"".join(AROUND))
    assert remove(path, "q2") == Item("q2", "", "Which?")
    assert path.read_bytes() == AROUND[0] + AROUND[2] + b"\n"
    assert remove(path, "q2") is None
    for name in ("c", "a"):
        assert path.exists()
        remove(path, name)
    assert not path.exists()


def test_nothing_is_taken_out_of_a_packed_set(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="packed"):
        remove(tmp_path / "set.jsonl.gz", "q2")
