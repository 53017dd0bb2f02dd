"""The verifier as the judge of citations: whether the words that are cited bear out a statement.

It reads the quotations themselves, under what their reader knows of them, and not the passages
around them, for the quotations are what an answer shows. What follows from a judgement, ALCE's
precision and recall, is made by the metrics.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.assistant import EXTRACTIVE
from assistant.evaluation.answers import Cited, Json
from assistant.evaluation.metrics import Judge
from assistant.evaluation.overlap import squeezed
from assistant.grounding import BORNE_OUT
from assistant.judging import judged
from index.evidence.types import Pair, Verifier
from index.evidence.verifier import LONGEST_CLAIM_CHARS
from index.types import Document, Passage

Documents = Callable[[str], Document]
"""The document of an id, as `Library.document` gives it."""


class CitationJudge:
    """Judges the answers of one library. `documents` is called once a document of an answer."""

    def __init__(self, documents: Documents, verifier: Verifier) -> None:
        self._documents = documents
        self._verifier = verifier

    def of(self, answer: Json) -> Judge:
        """The judge of this answer's statements; each with the same citations is judged once.

        What it returns raises what the verifier and `documents` raise.
        """
        passages = _Passages(answer["citations"], self._documents)
        is_extractive = answer["model"] == EXTRACTIVE
        known: dict[tuple[str, tuple[int, ...]], bool] = {}

        def judge(statement: str, cited: Sequence[Cited]) -> bool:
            if is_extractive and _quotes(statement, cited):
                return True
            key = statement, tuple(one.marker for one in cited)
            if key not in known:
                known[key] = self._is_borne_out(statement, [passages.of(m) for m in key[1]])
            return known[key]

        return judge

    def states(self, text: str, wrong: str) -> bool:
        """Whether a text says what a wrong statement says. Raises what the verifier raises."""
        claim = wrong.strip()[:LONGEST_CLAIM_CHARS]
        if not claim:
            return False
        (judgement,) = self._verifier.verify([Pair(text, claim)])
        return judgement.supported >= BORNE_OUT

    def _is_borne_out(self, statement: str, cited: Sequence[Passage]) -> bool:
        claim = statement.strip()[:LONGEST_CLAIM_CHARS]
        if not claim:
            return False
        judgements = judged(claim, cited, self._verifier, together=True)
        return max(judgement.supported for judgement in judgements) >= BORNE_OUT


class _Passages:
    """The words that an answer cites, by marker, each document loaded once."""

    def __init__(self, citations: Sequence[Mapping[str, Any]], documents: Documents) -> None:
        self._places = {one["marker"]: one for one in citations}
        self._documents = documents
        self._loaded: dict[str, Document] = {}

    def of(self, marker: int) -> Passage:
        place = self._places[marker]
        name = place["document"]["id"]
        if name not in self._loaded:
            self._loaded[name] = self._documents(name)
        return Passage(self._loaded[name], place["start"], place["end"])


def _quotes(statement: str, cited: Sequence[Cited]) -> bool:
    """Whether what the statement ends in, between quotation marks, is cited word for word."""
    return any(statement.endswith(f"“{squeezed(one.quote)}”") for one in cited)
