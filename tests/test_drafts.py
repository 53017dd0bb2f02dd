"""A draft becomes claims that stand on their own; what nobody can tell stays open, and is named."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.drafts.asides import aside_kind
from assistant.drafts.claims import LONGEST_DRAFT_CHARS, Aside, DraftClaim, claims_of
from assistant.drafts.files import read_draft
from index.errors import InvalidInput
from index.sentences import sentence_spans
from tests.test_readers_docx import word

OP_ED = """\
# Twenty Years On, the Promise Is Unkept

*By a reader in Ohio*

In 2000 Congress passed the Trafficking Victims Protection Act (TVPA).[1] It was signed by
President Bill Clinton on 28 October of that year. The act created the **T visa** for survivors.
Who remembers the speeches of that autumn?

Maria Lopez, a survivor of forced labor, testified before the Senate in 2011. She said that the
visa had saved her life. "I had no papers. I had no name," she told the senators.

## What the numbers say

Here is the record. The [State Department](https://example.org/tip) published its first
Trafficking in Persons Report in 2001; the report ranked 82 countries in three tiers. They have
been quarrelling about it ever since. The Palermo Protocol was adopted in November 2000. It
entered into force on 25 December 2003.

## What must be done

FOSTA and the PROTECT Act both amended the criminal code. The law has closed websites, but it has
convicted almost nobody. Critics call it a failure. Congress should repeal it. We must act now.

- More shelters
- The Justice Department closed 1,200 cases last year.

Thank you for reading.

[^1]: Public Law 106-386.
"""
ACT = "the Trafficking Victims Protection Act"
REPORT = "the Trafficking in Persons Report"
PROTOCOL = "the Palermo Protocol"
# kind of aside, or "" for a claim; the words; what they lean on; what stays open
EXPECTED: tuple[tuple[str, str, dict[str, str], tuple[str, ...]], ...] = (
    ("heading", "Twenty Years On, the Promise Is Unkept", {}, ()),
    ("heading", "By a reader in Ohio", {}, ()),
    ("", "In 2000 Congress passed the Trafficking Victims Protection Act (TVPA).", {}, ()),
    ("", "The Trafficking Victims Protection Act was signed by President Bill Clinton on 28 "
         "October of 2000.", {"It": ACT, "that year": "2000"}, ()),
    ("", "The Trafficking Victims Protection Act created the T visa for survivors.",
         {"The act": ACT}, ()),
    ("question", "Who remembers the speeches of that autumn?", {}, ()),
    ("", "Maria Lopez, a survivor of forced labor, testified before the Senate in 2011.", {}, ()),
    ("", "Maria Lopez said that the visa had saved her life.", {"She": "Maria Lopez"}, ()),
    ("", '"I had no papers. I had no name," she told the senators.', {}, ()),
    ("heading", "What the numbers say", {}, ()),
    ("transition", "Here is the record.", {}, ()),
    ("", "The State Department published its first Trafficking in Persons Report in 2001", {}, ()),
    ("", "the Trafficking in Persons Report ranked 82 countries in three tiers.",
         {"the report": REPORT}, ()),
    ("", "They have been quarrelling about it ever since.", {}, ("They",)),
    ("", "The Palermo Protocol was adopted in November 2000.", {}, ()),
    ("", "The Palermo Protocol entered into force on 25 December 2003.", {"It": PROTOCOL}, ()),
    ("heading", "What must be done", {}, ()),
    ("", "FOSTA and the PROTECT Act both amended the criminal code.", {}, ()),
    ("", "The law has closed websites, but it has convicted almost nobody.", {}, ("The law",)),
    ("", "Critics call it a failure.", {}, ()),
    ("wish", "Congress should repeal it.", {}, ()),
    ("wish", "We must act now.", {}, ()),
    ("heading", "More shelters", {}, ()),
    ("", "The Justice Department closed 1,200 cases last year.", {}, ("last year",)),
    ("greeting", "Thank you for reading.", {}, ()),
    ("heading", "Public Law 106-386.", {}, ()),
)  # fmt: skip


def last(text: str) -> DraftClaim:
    """The last part of a draft, which is a claim."""
    part = claims_of(text)[-1]
    assert isinstance(part, DraftClaim)
    return part


def read(part: DraftClaim | Aside) -> tuple[str, str, dict[str, str], tuple[str, ...]]:
    if isinstance(part, Aside):
        return part.kind, " ".join(part.text.split()), {}, ()
    return "", part.standalone, dict(part.resolved), part.unresolved


def test_an_op_ed_becomes_claims_and_asides_in_its_own_words() -> None:
    parts = claims_of(OP_ED)
    assert [read(part) for part in parts] == list(EXPECTED)
    assert all(OP_ED[part.start : part.end] == part.text for part in parts)
    assert all(one.end <= other.start for one, other in pairwise(parts))


@pytest.mark.parametrize(
    "text", [OP_ED, OP_ED.replace("\n", "\r\n"), "Slavery persists", "A b.\n---\n> C d.\n> E f.\n"]
)
def test_every_word_of_every_sentence_is_in_one_part(text: str) -> None:
    held = {at for part in claims_of(text) for at in range(part.start, part.end)}
    marks = [mark for mark in ("[1]", "[^1]: ") if mark in text]
    marked = {at for mark in marks for at in range(text.find(mark), text.find(mark) + len(mark))}
    for start, end in sentence_spans(text):
        missed = set(range(start, end)) - held - marked
        assert not any(text[at].isalnum() for at in missed), text[start:end]


A, B = "The Modern Slavery Act passed in 2015.", "The Palermo Protocol was adopted in 2000."


@pytest.mark.parametrize(
    ("text", "standalone"),
    [
        (f"{A} The act covers firms.", "The Modern Slavery Act covers firms."),
        (f"{A} However, this law has gaps.", "However, the Modern Slavery Act has gaps."),
        (f"{A} In 2019 Parliament amended the act.",
         "In 2019 Parliament amended the Modern Slavery Act."),
        (f"{A} It was amended in 2016.", "The Modern Slavery Act was amended in 2016."),
        (f"{A} Its provisions cover firms.", "The Modern Slavery Act's provisions cover firms."),
        (f"{A} Nobody had noticed. The statute is mild.", "The Modern Slavery Act is mild."),
        (f"{A} The act grew. The act aged. The act died.", "The Modern Slavery Act died."),
        (f"{A} The same year, arrests doubled.", "In 2015, arrests doubled."),
        (f"{A} That year was a turning point.", "2015 was a turning point."),
        ("Congress passed the TVPA. It requires annual reports.",
         "The TVPA requires annual reports."),
        (f"{A} {B} The protocol has 182 parties.", "The Palermo Protocol has 182 parties."),
        (f"{A} {B} This act has none.", "The Modern Slavery Act has none."),
        ("The Home Office refused. The office gave no reason.",
         "The Home Office gave no reason."),
        ("The Supreme Court ruled in 2019. The court reversed.", "The Supreme Court reversed."),
        ("Ms. Lopez escaped in 2011. She sued.", "Ms. Lopez sued."),
        ("Dame Sara Thornton, who was commissioner, left. Her report was blunt.",
         "Dame Sara Thornton's report was blunt."),
        ("Theresa May met Barack Obama. He agreed.", "Barack Obama agreed."),
        # the fullest name that the draft has given
        ("The Forced Labour Protocol (FLP) is new. The FLP is short. The protocol binds us.",
         "The Forced Labour Protocol binds us."),
    ],
)  # fmt: skip
def test_a_word_that_can_mean_one_thing_only_is_replaced(text: str, standalone: str) -> None:
    claim = last(text)
    assert claim.standalone == standalone
    assert len(claim.resolved) == 1 and not claim.unresolved


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # several fit
        (f"{A} The PROTECT Act is older. The act is mild.", "The act"),
        ("The Slavery Act 2015 and the Slavery Act 2018 differ. The act is mild.", "The act"),
        ("Barack Obama met Joe Biden. He agreed.", "He"),
        ("It passed in 2000 and was amended in 2008. That year arrests rose.", "That year"),
        # one fits, but what has no name may be meant
        (f"{A} A second law followed. The law is mild.", "The law"),
        ("The TVPA created a hotline. It receives 50,000 calls.", "It"),
        ("The TVPA obliges the government to report. It does so in June.", "It"),
        ("The Palermo Protocol defines trafficking. It is a crime.", "It"),
        ("Ms. Lopez met a lawyer. She sued.", "She"),
        ("Congress passed the TVPA. It has renewed the law.", "It"),
        ("The JVTA amended the TVPA. The act pays for shelters.", "The act"),
        # none fits
        ("The law is clear. The act is mild.", "The act"),
        ("Theresa May left in 2019. He stayed.", "He"),
        (f"{A} They were proud.", "They"),
        (f"{A}\n\n## Courts\n\nThe act is mild.", "The act"),
        (f"{A} One. Two words here. Three words here. And four words. The act is mild.", "The act"),
        ("Firms have ignored it.", "it"),
        ("This has cost lives.", "This"),
        ("These victims were children.", "These victims"),
        ("“It saved my life,” said Ms. Lopez.", "It"),
        ("Arrests doubled last year.", "last year"),
    ],
)
def test_a_word_that_nobody_can_tell_stays_and_is_recorded(text: str, words: str) -> None:
    claim = last(text)
    assert claim.standalone == claim.text
    assert (claim.resolved, claim.unresolved) == ((), (words,))


@pytest.mark.parametrize(
    "claim",
    [
        "It is clear that buyers go free.",
        "It was in 2000 that Congress acted.",
        "It takes years to win a case.",
        "The act of buying sex is no crime.",
        "The law in Texas is harsher.",
        "Police enforce the rule of law.",
        "The TVPA passed late, and the act is weak.",
        "Traffickers say that they fear nobody.",
        "In 2015, the same year that Nepal shook, arrests rose.",
    ],
)
def test_a_word_that_points_at_nothing_outside_stays(claim: str) -> None:
    found = last(f"{B} {claim}")
    assert (found.standalone, found.resolved, found.unresolved) == (claim, (), ())


@pytest.mark.parametrize(
    ("text", "standalone"),
    [
        ("> **FOSTA**’s [text](https://a.org/b_(c)) is `short`[2].", "FOSTA’s text is short."),
        ("1. Visas are *capped*[^3] at 5,000.", "Visas are capped at 5,000."),
        ("The act\nis long.", "The act is long."),
        ("snake_case and 5 * 3 stay.", "snake_case and 5 * 3 stay."),
        ("The act of [2018] is [sic] long.", "The act of [2018] is [sic] long."),
    ],
)
def test_marks_of_markdown_are_no_part_of_a_claim_that_stands_alone(
    text: str, standalone: str
) -> None:
    assert last(text).standalone == standalone


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Congress passed the bill in 2000; police have ignored it ever since.", 2),
        ("Congress passed the bill in 2000; it failed.", 1),
        ("It names three crimes: sale of a child; forced labor; debt bondage.", 1),
        ('She said "the law was passed in 2000; it was then ignored by all" and left.', 1),
        ("Two laws (one was passed in 2000; one was passed in 2003) apply here.", 1),
        ("“I was sold at nine. Nobody ever asked me,” she said.", 1),
        ("Buyers are rarely charged at all; " * 12 + "sellers are charged every day.", 13),
        ("It covers " + "the sale of a child or organ; " * 14 + "and slavery.", 1),
    ],
)
def test_only_full_clauses_come_apart_at_a_semicolon(text: str, claims: int) -> None:
    assert len(claims_of(text)) == claims


@pytest.mark.parametrize(
    ("kind", "sentences"),
    [
        ("question", "Who pays? | Is this justice? (I doubt it?) | “Why now?”"),
        ("greeting", "Dear Senator Lee, | Ladies and gentlemen, good evening. | Thank you for your "
         "time. | Mr. Chairman, thank you for this hearing. | Yours sincerely,"),
        ("transition", "Here is why. | Let me explain. | But consider the numbers. | "
         "See Table 2. | This brings me to my second point. | Not so."),
        ("wish", "We must act now. | Congress should fund shelters. | It is time to repeal it. | "
         "Victims should not be punished. | I urge you to vote. | Repeal the law. | Let us go. | "
         "But more must be done. | And so, Parliament needs to act."),
        (None, "The report says that Congress should act. | Companies must publish a statement. | "
         "Under the protocol, we must criminalise it. | “We must act,” said the minister. | "
         "It should be noted that 282 people were convicted. | She asked, “Why now?” | Those who "
         "should protect victims sold them. | Support for the bill is growing. | Slavery exists. | "
         "That is why Congress passed the TVPA in 2000. | Mr. Chairman, it was passed in 2000. | "
         "Welcome news came in 2019. | Never has Britain convicted so few."),
    ],
)  # fmt: skip
def test_a_sentence_that_claims_nothing_is_told_from_one_that_does(
    kind: str | None, sentences: str
) -> None:
    found = {sentence: aside_kind(sentence) for sentence in sentences.split(" | ")}
    assert found == dict.fromkeys(found, kind)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("# The act has failed\nPolice ignore it.", ["heading", ""]),
        ("The Record\n==========\nPolice ignore it.", ["heading", ""]),
        ("Background\nPolice ignore it in most of the states.", ["heading", ""]),
        ("**Why it failed**\n\nPolice ignore it.", ["heading", ""]),
        ("II. The courts\n\nPolice ignore it.", ["heading", ""]),
        ("27 million people are enslaved\n\nPolice ignore it.", ["", ""]),
        ("The Palermo\nProtocol was\nadopted.", [""]),  # a line that was too narrow
        ("- Better shelters\n- Rents rose in 2019", ["heading", ""]),
    ],
)
def test_a_heading_is_told_by_its_marks_or_its_place(text: str, kinds: list[str]) -> None:
    assert [read(part)[0] for part in claims_of(text)] == kinds


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "no words"), (" \n…", "no words"), ("a " * 100_001, "200,002 characters, more than")],
)
def test_a_draft_without_words_or_end_is_an_error_with_a_remedy(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as refused:
        claims_of(text)
    assert refused.value.remedy


@pytest.mark.parametrize(
    "piece", ["Act of ", "It is it. ", "the act; ", "[a](", "“ ", "\ud800 was. ", "a\n", "* "]
)
def test_no_text_takes_long(piece: str) -> None:
    claims_of("It was. " + (piece * LONGEST_DRAFT_CHARS)[: LONGEST_DRAFT_CHARS // 4])


def test_a_plain_file_is_read_here_and_no_other_process_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(subprocess, "run")
    for name, data in (
        ("a.txt", b"\xef\xbb\xbfIt is\r\n\xc3\xa0."),
        ("b.MD", "It is\r\nà.".encode()),
    ):
        (tmp_path / name).write_bytes(data)
        assert read_draft(tmp_path / name) == "It is\r\nà."


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.docx", word(), "First paragraph 🙂."),
        ("a.txt", "Müller, said so.".encode("utf-16"), "Müller, said so."),
    ],
)
def test_any_other_file_is_read_by_ingest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, expected: str
) -> None:
    (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)  # neither need lie where the program does
    assert expected in read_draft(Path(name))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.docx", b"PK\x03\x04 broken", "a.docx: "),
        ("a.txt", b"", "the file is empty"),
        ("a.txt", None, "there is no such file"),
        ("a.md", "folder", "it is no file, but a folder"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_in_the_words_of_ingest(
    tmp_path: Path, name: str, data: bytes | str | None, message: str
) -> None:
    path = tmp_path / name
    if isinstance(data, bytes):
        path.write_bytes(data)
    elif data:
        path.mkdir()
    with pytest.raises(InvalidInput, match=message) as refused:
        read_draft(path)
    assert refused.value.remedy and "error:" not in refused.value.message


def test_what_ingest_prints_is_what_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(word())
    command = [sys.executable, "-m", "ingest", "--text", str(file)]
    done = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[1])
    assert json.loads(done.stdout)["text"] == read_draft(file)
