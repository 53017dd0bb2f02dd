"""Answers a question from a library, as a stream of events that end in the whole answer."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.editions import with_edition
from assistant.extractive import compose
from assistant.settings import LONGEST_QUESTION_CHARS, Settings
from assistant.standalone import standalone_question
from assistant.types import (
    Answer,
    Checked,
    Draft,
    Event,
    EvidenceFound,
    Finished,
    Searching,
    Seconds,
    TextDelta,
)
from assistant.verifiers import configured_verifier
from index.embedder import Embedder
from index.errors import InvalidInput, LibraryError
from index.evidence.choice import answer_reader, chosen_reranker
from index.library import Library
from index.types import Filters, Hit

EXTRACTIVE = "extractive"


class Assistant:
    """Answers from one library: extractively, or by the chat model that the settings name."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.settings = settings
        self._reader = answer_reader(library.embedder)
        self.verifier = configured_verifier(settings, library.embedder)

    @classmethod
    def open(cls, settings: Settings) -> "Assistant":
        """An assistant on the settings' library, its models loaded, so that answers come at once.

        Raises what `Library.open` raises, and `EmbedderError`.
        """
        embedder = Embedder(settings.embedder)
        library = Library.open(
            settings.library, embedder=embedder, reranker=chosen_reranker(settings.reranker)
        )
        embedder.load()
        return cls(library, settings)

    def search(self, query: str, k: int, filters: Filters = Filters()) -> tuple[Hit, ...]:
        """Up to `k` passages for the query. Raises as `ask` does."""
        self._check(query)
        return self.library.search(query, k, filters)

    def ask(
        self, question: str, history: Sequence[str] = (), filters: Filters = Filters()
    ) -> Iterator[Event]:
        """Answer, given the earlier questions of the conversation, oldest first.

        Yields `Searching`, `EvidenceFound`, then `TextDelta`s, `Checked` for the sentences that
        a model writes, and at last `Finished`. Raises
        `InvalidInput` for an empty or overlong question, `LibraryError` for an empty library,
        and `ModelError` if the chat model fails.
        """
        standalone = self.standalone(question, history)
        yield Searching(standalone)
        began = time.perf_counter()
        hits = self.library.search(standalone, self.settings.passages, filters)
        found = time.perf_counter()
        yield EvidenceFound(hits)
        draft = Draft((), ())
        for piece in self._drafting(standalone, hits):
            if isinstance(piece, Draft):
                draft = piece
            else:
                yield piece
        seconds = Seconds(search=found - began, answer=time.perf_counter() - found)
        yield Finished(self._answer(question, standalone, hits, draft, seconds))

    def standalone(self, question: str, history: Sequence[str]) -> str:
        """The question as it is searched. Raises `InvalidInput` as `ask` does."""
        self._check(question)
        return standalone_question(question, history)

    def answer(
        self, question: str, history: Sequence[str] = (), filters: Filters = Filters()
    ) -> Answer:
        """The whole answer at once."""
        for event in self.ask(question, history, filters):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("`ask` ended without `Finished`")

    def _check(self, question: str) -> None:
        if not question.strip():
            raise InvalidInput("the question is empty", "type a question")
        if len(question) > LONGEST_QUESTION_CHARS:
            raise InvalidInput(
                f"the question has {len(question):,} characters, more than "
                f"{LONGEST_QUESTION_CHARS:,}",
                "shorten it, or add the text as a document and ask about that",
            )
        if self.library.is_empty:
            raise LibraryError(
                f"the library at {self.library.folder} holds no documents",
                "add some with: python -m ingest PATH, or the briefs with: "
                "python -m ingest --starter",
            )

    def _drafting(
        self, question: str, hits: Sequence[Hit]
    ) -> Iterator[TextDelta | Checked | Draft]:
        if self.settings.model is None:
            alignments = self.library.align(question, [hit.passage for hit in hits])
            named = self.library.named(question)
            draft = compose(question, hits, alignments, self._reader, self.verifier, named)
            for statement in draft.statements:
                marks = "".join(f"[{marker}]" for marker in statement.citations)
                yield TextDelta(f"{statement.text} {marks}\n\n")
            yield draft
        else:
            from assistant.chat_model import open_model  # langchain takes a second to import
            from assistant.written import write

            model, strict = open_model(self.settings), self.settings.strict
            for piece in write(model, question, hits, self.verifier, strict=strict):
                # counted only now that it has written
                yield replace(piece, tokens=model.tokens) if isinstance(piece, Draft) else piece

    def _answer(
        self, question: str, standalone: str, hits: tuple[Hit, ...], draft: Draft, seconds: Seconds
    ) -> Answer:
        return Answer(
            question=question,
            standalone_question=standalone,
            abstained=draft.abstained,
            reason=draft.reason,
            statements=draft.statements,
            citations=tuple(with_edition(each, self.library) for each in draft.citations),
            passages=hits,
            model=self.settings.model or EXTRACTIVE,
            seconds=seconds,
            struck=draft.struck,
            tokens=draft.tokens,
        )
