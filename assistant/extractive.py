"""The answer without a language model: the best-fitting sentences, word for word.

Each is introduced by who says it and when, and cited as the exact span that it is. Sentences are
ranked by how their own words, and their words under the document's headings, answer to the
question's, and by how their passage was ranked; repeats are dropped. What the question names goes
before others, and so do primary sources where it is about the law. Whether the passages answer the
question at all is `answerability`'s to say.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answerability import Answerability, judge
from assistant.attribution import PRIMARY_KINDS, attribution
from assistant.grounding import quoted
from assistant.types import Citation, Draft, Statement
from index.evidence.types import Verifier
from index.late_interaction import Alignment
from index.search import content_words
from index.sentences import sentence_spans
from index.types import Hit, Passage

MOST_STATEMENTS = 4  # 0.85 of the answerable development questions have their evidence cited
READ_PASSAGES = 3  # of the best, by the encoder
MARGIN = 0.2  # a sentence this far below the best (scores lie in [-2, 2]) adds nothing
FEWEST_WORDS = 4  # list numbers and labels are no sentences
LEAD_IN_WORDS = 12
REPEATED = 0.7  # share of a sentence's words that a chosen one may already hold
PRIMARY_BONUS = 0.3
# for what the question names: others that cite the section repeat its words too
NAMED_BONUS = 0.3
# sections that say where to read, and nothing else
_LISTS = (
    "sources", "references", "bibliography", "works cited", "further reading", "contents",
    "table of contents", "endnotes", "footnotes",
)  # fmt: skip
_ABOUT_LAW = re.compile(
    r"\b(laws?|legal(ly)?|illegal|lawful|legislation|statutes?|sections?|sec|acts?|crimes?|criminal"
    r"|felony|offen[cs]es?|penalt(y|ies)|punish\w*|fine[ds]?|(im)?prison\w*|sentences?|prohibit\w*"
    r"|convention|protocol|treat(y|ies)|articles?|courts?|liab\w+|sue|u\.?s\.?c|minimum|maximum)\b|§",
    re.IGNORECASE,
)


class AnswerReader(Protocol):
    """Tells by reading whether passages answer a question."""

    def answers(self, question: str, passages: Sequence[Passage]) -> tuple[float, ...]:
        """The log-odds for each passage."""


@dataclass(frozen=True)
class _Candidate:
    sentence: Passage
    score: float
    rank: int


def compose(
    question: str,
    hits: Sequence[Hit],
    alignments: Sequence[Alignment],
    reader: AnswerReader,
    verifier: Verifier,
    named: Collection[str],
) -> Draft:
    """Answer the standalone question from `hits`, whose alignments with it are `alignments`.

    `named` are the ids of the documents that the question names.
    """
    if not hits:
        return Draft((), (), abstained=True, reason=f"Nothing was found for “{question}”.")
    best = _best(_candidates(question, hits, alignments, named))
    reading = max(reader.answers(question, [hit.passage for hit in hits[:READ_PASSAGES]]))
    judgement = judge(question, hits, alignments, reading, named)
    if not (best and judgement.answerable):
        return Draft((), (), abstained=True, reason=_reason(question, judgement, hits[0].passage))
    ordered = _in_reading_order(best)
    citations = tuple(Citation(at, candidate.sentence) for at, candidate in enumerate(ordered, 1))
    statements = tuple(
        _statement(citation, hits[candidate.rank].passage, verifier)
        for citation, candidate in zip(citations, ordered, strict=True)
    )
    return Draft(statements, citations)


def _candidates(
    question: str, hits: Sequence[Hit], alignments: Sequence[Alignment], named: Collection[str]
) -> Iterator[_Candidate]:
    about_law = _ABOUT_LAW.search(question) is not None
    for rank, (hit, alignment) in enumerate(zip(hits, alignments, strict=True)):
        passage = alignment.passage
        bonus = PRIMARY_BONUS * (about_law and passage.document.kind in PRIMARY_KINDS)
        bonus += NAMED_BONUS * (passage.document.id in named)
        for start, end in sentence_spans(passage.document.text, passage.start, passage.end):
            sentence = Passage(passage.document, start, end)
            if _says_something(sentence):
                own = alignment.span_score(start, end, with_context=False)
                read = alignment.span_score(start, end, with_context=True)
                score = (own + read) / 2 + hit.score + bonus
                yield _Candidate(sentence, score, rank)


def _says_something(sentence: Passage) -> bool:
    """Whether it is more than a heading, a list's opening, a reference or a running head."""
    words = [word for word in sentence.text.split() if word[0].isalpha()]
    capitals = sum(word.isupper() and len(word) > 1 for word in words)
    lead_in = sentence.text.endswith(":") and len(words) < LEAD_IN_WORDS
    headings = sentence.document.headings_at(sentence.end - 1)
    innermost = headings[-1] if headings else None
    heading = (
        innermost is not None
        and innermost.label is None
        and innermost.title.startswith(sentence.text[:80])
    )
    listed = innermost is not None and innermost.title.casefold().strip(" :.") in _LISTS
    enough = len(words) >= FEWEST_WORDS and capitals <= len(words) / 3
    return enough and not (lead_in or heading or listed)


def _best(candidates: Iterator[_Candidate]) -> list[_Candidate]:
    ranked = sorted(candidates, key=lambda candidate: -candidate.score)
    chosen: list[_Candidate] = []
    for candidate in ranked:
        if len(chosen) == MOST_STATEMENTS or candidate.score < ranked[0].score - MARGIN:
            break
        if not any(_repeats(candidate.sentence, other.sentence) for other in chosen):
            chosen.append(candidate)
    return chosen


def _repeats(sentence: Passage, other: Passage) -> bool:
    same = sentence.document.id == other.document.id
    if same and sentence.start < other.end and other.start < sentence.end:
        return True
    words, others = set(content_words(sentence.text)), set(content_words(other.text))
    return len(words & others) > REPEATED * min(len(words), len(others))


def _in_reading_order(chosen: Sequence[_Candidate]) -> list[_Candidate]:
    """Documents in the order of their best sentence, opinions last; within one, as it reads."""
    documents = list(dict.fromkeys(c.sentence.document.id for c in chosen))
    return sorted(
        chosen,
        key=lambda c: (
            c.sentence.document.kind == "opinion",
            documents.index(c.sentence.document.id),
            c.sentence.start,
        ),
    )


def _statement(citation: Citation, passage: Passage, verifier: Verifier) -> Statement:
    grounding = quoted(citation, passage, verifier)
    who = attribution(citation.passage)
    quotation = " ".join(citation.quote.split())
    return Statement(f"{who}: “{quotation}”", (citation.marker,), grounding, attribution=who)


def _reason(question: str, judgement: Answerability, nearest: Passage) -> str:
    missing = ", ".join(judgement.missing)
    unmentioned = f" Not mentioned in what was found: {missing}." if missing else ""
    return (
        f"The library's documents do not answer this. Searched for “{question}”.{unmentioned} "
        f"Nearest: {attribution(nearest)} ({nearest.document.title})."
    )
