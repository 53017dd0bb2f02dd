"""What one answer is worth, measured against what is known of its question.

Each metric has the name that it has in the literature, and stands in a result only where it
applies: no evidence noted, no recall. Figures over a whole set are made elsewhere, and so are the
judgements that some metrics need: they are handed in.
"""

from collections.abc import Callable, Sequence

from assistant.evaluation.answers import Answered, Cited, Json, Said, read_answer
from assistant.evaluation.overlap import NO_OTHERS, Origins, cites, holds, is_from
from assistant.evaluation.questions import Evidence, Item
from assistant.evaluation.ranking import MRR, NDCG, ranking_scores

DEPTHS = (1, 3, 5, 8)
RECALLS = tuple(f"evidence recall@{k}" for k in DEPTHS)
CITES_THE_EVIDENCE = "cites the evidence"
CITATION_PRECISION, CITATION_RECALL = "citation precision", "citation recall"
GROUNDEDNESS, CONTRADICTION_RATE = "groundedness", "contradiction rate"
INVENTED_MARKERS = "invented markers"
REFUSED = "refused"
MUST_NOT = "must_not violated"
STATEMENTS, WORDS, SECONDS = "statements", "words", "seconds"
PROMPT_TOKENS, COMPLETION_TOKENS = "prompt tokens", "completion tokens"
METRICS = (
    *RECALLS, NDCG, MRR, CITES_THE_EVIDENCE, CITATION_PRECISION, CITATION_RECALL, GROUNDEDNESS,
    CONTRADICTION_RATE, INVENTED_MARKERS, MUST_NOT, REFUSED, STATEMENTS, WORDS, SECONDS,
    PROMPT_TOKENS, COMPLETION_TOKENS,
)  # fmt: skip

Judge = Callable[[str, tuple[Cited, ...]], bool]
"""Whether these citations, taken together, bear out a statement."""
States = Callable[[str, str], bool]
"""Whether a text (the whole answer) says what a wrong statement says."""


def scores(
    item: Item,
    answer: Json,
    *,
    judge: Judge | None = None,
    states: States | None = None,
    origins: Origins = NO_OTHERS,
) -> dict[str, float]:
    """The metrics of `METRICS` that apply to this question and its answer, in that order.

    Shares are in [0, 1], "invented markers", "statements", "words" and tokens are counts. Citation
    precision and recall need a `judge`, "must_not violated" needs `states`. Raises `InvalidInput`
    for an answer that lacks what is scored, and what the callables raise.
    """
    answered = read_answer(answer, item.id)
    found = {REFUSED: float(answered.abstained), SECONDS: answered.seconds}
    if answered.tokens:
        found[PROMPT_TOKENS] = float(answered.tokens.prompt)
        found[COMPLETION_TOKENS] = float(answered.tokens.completion)
    if item.evidence and item.answerable is not False:
        found |= _retrieval(item.evidence, answered, origins)
        found[CITES_THE_EVIDENCE] = float(_cites_any(item.evidence, answered.citations, origins))
    if item.must_not and states:
        text = answered.text
        found[MUST_NOT] = float(any(text and states(text, wrong) for wrong in item.must_not))
    if not answered.abstained:
        found |= _said(answered) | _grounding(answered.needing)
        found |= citation_scores(answered.needing, judge) if judge else {}
    return {name: found[name] for name in METRICS if name in found}


def citation_scores(statements: Sequence[Said], judge: Judge) -> dict[str, float]:
    """Citation precision and recall as ALCE defines them (Gao et al. 2023, arXiv 2305.14627).

    Recall is the share of statements that their citations, together, bear out; one without a
    citation is not. Precision is the share of citations that count: those of a statement that is
    borne out, each of which bears it out alone, or is needed because the others don't. Markers
    that point nowhere are no citations here; they are counted by themselves. `statements` are
    those that need support. Left out: recall without statements, precision without citations.
    """
    borne_out = [bool(said.citations) and judge(said.text, said.citations) for said in statements]
    counting = [
        is_so and _counts(said, cited, judge)
        for said, is_so in zip(statements, borne_out, strict=True)
        for cited in said.citations
    ]
    shares = {CITATION_PRECISION: _mean(counting), CITATION_RECALL: _mean(borne_out)}
    return {name: share for name, share in shares.items() if share is not None}


def _counts(said: Said, cited: Cited, judge: Judge) -> bool:
    """Whether a citation of a statement that is borne out bears it out or is needed for that."""
    others = tuple(other for other in said.citations if other is not cited)
    if not others:
        return True
    return judge(said.text, (cited,)) or not judge(said.text, others)


def _retrieval(
    evidence: Sequence[Evidence], answered: Answered, origins: Origins
) -> dict[str, float]:
    """How many of the quotes stand in the first k passages, and how these were ranked."""
    held = [
        [is_from(p.origin, e.file, origins) and holds(p.text, e.quote) for p in answered.passages]
        for e in evidence
    ]
    recalls = {
        name: sum(any(by_rank[:k]) for by_rank in held) / len(held)
        for name, k in zip(RECALLS, DEPTHS, strict=True)
    }
    relevant = [any(by_quote) for by_quote in zip(*held, strict=True)]
    return recalls | ranking_scores(relevant, sum(not any(by_rank) for by_rank in held))


def _cites_any(evidence: Sequence[Evidence], citations: Sequence[Cited], origins: Origins) -> bool:
    return any(
        is_from(cited.origin, one.file, origins) and cites(cited.quote, one.quote)
        for cited in citations
        for one in evidence
    )


def _said(answered: Answered) -> dict[str, float]:
    return {
        STATEMENTS: float(len(answered.statements)),
        WORDS: float(len(answered.text.split())),
        INVENTED_MARKERS: float(sum(said.invented_markers for said in answered.statements)),
    }


def _grounding(statements: Sequence[Said]) -> dict[str, float]:
    """Over the statements that need support; nothing where there is none."""
    shares = {
        GROUNDEDNESS: _mean([said.is_supported for said in statements]),
        CONTRADICTION_RATE: _mean([said.is_contradicted for said in statements]),
    }
    return {name: share for name, share in shares.items() if share is not None}


def _mean(are: Sequence[bool]) -> float | None:
    return sum(are) / len(are) if are else None
