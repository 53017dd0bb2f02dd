"""The answer that a chat model writes from numbered passages, checked sentence by sentence.

Each sentence is checked as soon as the next one begins. What the model reads is `prompt`'s, how
markers are read `markers`', and how a sentence is judged `grounding`'s work.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from assistant.attribution import attribution
from assistant.chat_model import CUT_SHORT, Message
from assistant.errors import ModelError
from assistant.grounding import Grounder, says_not_said
from assistant.markers import MarkedSentence, marked_sentences
from assistant.prompt import NOT_ANSWERED, prompt_for
from assistant.types import SUPPORTED, Checked, Draft, Statement, TextDelta
from index.evidence.types import Verifier
from index.types import Hit, Passage

LONGEST_ANSWER_CHARS = 4000  # a small model may go on until its context is full
_THOUGHTS = ("<think>", "</think>")
_SENTENCE_ENDS = re.compile(r"[.!?\]】:][\"”’')]*\s|\n")


class Writer(Protocol):
    """A chat model, as far as it is needed here."""

    name: str

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The text that answers the messages, in pieces."""


def write(
    model: Writer, question: str, hits: Sequence[Hit], verifier: Verifier, *, strict: bool = False
) -> Iterator[TextDelta | Checked | Draft]:
    """The model's answer to a standalone question: text and verdicts as they come, then a `Draft`.

    Where it is `strict`, sentences that aren't supported are struck, and text is shown only once
    it is checked. Abstains where nothing was found, where the model says that the passages do not
    answer, and where no sentence is left. Raises `ModelError` if the model fails or writes
    nothing, and what the verifier raises.
    """
    if not hits:
        yield Draft((), (), abstained=True, reason=f"Nothing was found for “{question}”.")
        return
    prompt = prompt_for(question, [hit.passage for hit in hits])
    checking = _Checking(prompt.passages, verifier)
    for piece in _limited(_spoken(model.stream(prompt.messages))):
        if not strict:
            yield TextDelta(piece)
        for checked in checking.more(piece):
            yield from _shown(checked, strict)
    draft = checking.draft(strict=strict)
    if not draft.statements and not draft.struck:
        raise ModelError(
            f"{model.name} wrote nothing", "ask again, in other words, or use another model"
        )
    if _declines(draft):
        said = f"The passages found do not answer this, says {model.name}."
    elif not any(statement.supported for statement in draft.statements) and draft.struck:
        said = f"No sentence that {model.name} wrote is borne out by the passages found."
    else:
        yield draft
        return
    yield Draft((), (), abstained=True, reason=_reason(said, question, prompt.passages[0]))


class _Checking:
    """The text so far; each sentence is judged once, as soon as the next one has begun."""

    def __init__(self, passages: Sequence[Passage], verifier: Verifier) -> None:
        self._passages = passages
        self._verifier = verifier
        self._grounder = Grounder(passages, verifier)
        self._done: list[tuple[MarkedSentence, Statement]] = []
        self._written = ""

    def more(self, piece: str) -> Iterator[Checked]:
        """The sentences that this piece completes."""
        before = self._written[-3:]
        self._written += piece
        if not _SENTENCE_ENDS.search(before + piece):
            return
        sentences = marked_sentences(self._written.removesuffix(CUT_SHORT), len(self._passages))
        for at in range(len(self._done), len(sentences) - 1):
            statement = self._grounder.statement(sentences[at])
            self._done.append((sentences[at], statement))
            yield Checked(statement, " ".join(s.text for s in sentences[at + 1 :]))

    def draft(self, *, strict: bool) -> Draft:
        """All of it; the sentences that were judged keep their verdicts."""
        sentences = _sentences(self._written, len(self._passages))
        judged_before = [sentence for sentence, _ in self._done]
        if judged_before != list(sentences[: len(judged_before)]):
            # what came later changed where a sentence ends: judge anew, and number anew
            self._grounder, self._done = Grounder(self._passages, self._verifier), []
        rest = sentences[len(self._done) :]
        statements = [statement for _, statement in self._done]
        statements += [self._grounder.statement(sentence) for sentence in rest]
        statements = [s for s in statements if s.text or s.citations or s.invented_markers]
        if not any(statement.text for statement in statements):
            return Draft((), ())
        kept = tuple(s for s in statements if s.supported or not strict)
        struck = tuple(s for s in statements if s not in kept)
        return Draft(kept, self._grounder.citations, struck=struck)


def _shown(checked: Checked, strict: bool) -> Iterator[TextDelta | Checked]:
    """A verdict as it comes; where it is strict, with the sentence, if that stays."""
    if not strict:
        yield checked
    elif checked.statement.supported:
        yield Checked(checked.statement, "")


def _spoken(pieces: Iterator[str]) -> Generator[str, None, None]:
    """The pieces without the thoughts that some models write before they answer."""
    opening, closing = _THOUGHTS
    held, begun = "", False
    for piece in pieces:
        if begun:
            yield piece
            continue
        held += piece
        start = held.lstrip()
        if start.startswith(opening):
            begun = closing in start
            held = start.partition(closing)[2].lstrip() if begun else held
        else:
            begun = not opening.startswith(start)
        if begun and held:
            yield held
    if held and not begun and not held.lstrip().startswith(opening):
        yield held


def _limited(pieces: Generator[str, None, None]) -> Iterator[str]:
    """The pieces up to the longest answer; what goes on beyond it is stopped, and it shows."""
    length = 0
    for piece in pieces:
        yield piece
        length += len(piece)
        if length >= LONGEST_ANSWER_CHARS:
            pieces.close()
            yield CUT_SHORT
            return


def _sentences(written: str, passages: int) -> tuple[MarkedSentence, ...]:
    """The sentences with their markers; where the text was cut short, the last one shows it."""
    found = marked_sentences(written.removesuffix(CUT_SHORT), passages)
    if not (found and written.endswith(CUT_SHORT)):
        return found
    return (*found[:-1], replace(found[-1], text=f"{found[-1].text}{CUT_SHORT}"))


def _declines(draft: Draft) -> bool:
    """Whether it says that the passages do not answer, and nothing that they bear out."""
    said = (*draft.statements, *draft.struck)
    in_our_words = any(_words(statement.text) == _words(NOT_ANSWERED) for statement in said)
    in_its_own = all(says_not_said(statement.text) for statement in said)
    borne_out = any(statement.grounding.verdict == SUPPORTED for statement in said)
    return (in_our_words or in_its_own) and not borne_out


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _reason(said: str, question: str, nearest: Passage) -> str:
    return (
        f"{said} Searched for “{question}”. Nearest: {attribution(nearest)} "
        f"({nearest.document.title})."
    )
