"""How well a search ranked the passages that hold the evidence: nDCG and reciprocal rank.

Computed by ir_measures (MacAvaney et al., ECIR 2022), which is imported nowhere else. Which
passages are relevant is decided by the metrics.
"""

from collections.abc import Sequence

import ir_measures
from ir_measures import RR, Qrel, ScoredDoc, nDCG

NDCG, MRR = "nDCG@10", "MRR"
_MEASURES = {NDCG: nDCG @ 10, MRR: RR}
_QUERY = "q"


def ranking_scores(relevant: Sequence[bool], missed: int = 0) -> dict[str, float]:
    """nDCG@10 (binary gain) and the reciprocal rank of one ranking, each in [0, 1].

    `relevant` has one entry a passage retrieved, best first; `missed` relevant ones were not
    retrieved, which lowers the nDCG. Where nothing is relevant, both are 0. Over several questions
    the mean of the reciprocal rank is the MRR.
    """
    if not any(relevant):
        return dict.fromkeys(_MEASURES, 0.0)
    judged = [Qrel(_QUERY, f"p{rank}", int(is_so)) for rank, is_so in enumerate(relevant, 1)]
    judged += [Qrel(_QUERY, f"missed{number}", 1) for number in range(missed)]
    # scored by rank: scores of passages may tie, and ties are broken by name
    ranked = [ScoredDoc(_QUERY, f"p{rank}", -float(rank)) for rank in range(1, len(relevant) + 1)]
    found = {
        metric.measure: float(metric.value)
        for metric in ir_measures.iter_calc(list(_MEASURES.values()), judged, ranked)
    }
    return {name: found[measure] for name, measure in _MEASURES.items()}
