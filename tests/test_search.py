"""How candidates are fused, re-ordered and thinned, and how words are matched with words."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.embedder import Embedder, TokenVectors, verify_weights
from index.errors import EmbedderError
from index.evidence.projection import projection_for
from index.late_interaction import Aligner, subject_tokens
from index.rows import packed, unpacked
from index.search import RRF_K, fuse, match_expression, reorder, shortlist, without_repeats
from index.types import Document, Hit, Passage


def passage(text: str, name: str = "d") -> Passage:
    source = Document(name, "Title", "other", None, None, None, None, name, "text/plain", text)
    return Passage(source, 0, len(text))


def hits(*ranks: tuple[int | None, int | None]) -> list[Hit]:
    return [Hit(passage(f"text {n}"), 0.0, *pair) for n, pair in enumerate(ranks)]


class NoStore:
    """A catalogue of nothing: every word is equally rare, no tokens are stored."""

    def tokens(self, passages: Sequence[Passage]) -> tuple[TokenVectors | None, ...]:
        return (None,) * len(passages)

    def document_frequency(self, _: str) -> int:
        return 0

    def passage_count(self) -> int:
        return 100


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("What is debt bondage?", '"debt" OR "bondage"'),
        ("the of and", '"the" OR "of" OR "and"'),  # nothing else to go by
        ('NEAR("a" b*)', '"near" OR "b"'),
        ("§ 1591(b)(1)", '"1591" OR "b" OR "1"'),
        ("?!", None),
    ],
)
def test_a_query_becomes_any_of_its_subject_words(query: str, expression: str | None) -> None:
    assert match_expression(query) == expression


def test_fusion_sums_the_reciprocal_ranks_and_skips_what_is_gone() -> None:
    passages = {name: passage(name) for name in "abc"}
    fused = fuse([("a", 0.9), ("b", 0.5), ("gone", 0.4)], ["b", "c"], passages)
    assert [(hit.passage.text, hit.dense_rank, hit.lexical_rank) for hit in fused] == [
        ("b", 2, 1),
        ("a", 1, None),
        ("c", None, 2),
    ]
    assert fused[0].score == pytest.approx(1 / (RRF_K + 2) + 1 / (RRF_K + 1))
    assert [hit.similarity for hit in fused] == [0.5, 0.9, None]


def test_the_best_few_of_either_search_are_looked_at_first() -> None:
    ranked = hits((5, 5), (None, 1), (6, 6), (4, None))
    assert [hit.passage.text for hit in shortlist(ranked)] == [
        "text 1",
        "text 3",
        "text 0",
        "text 2",
    ]


def test_only_what_was_scored_is_reordered() -> None:
    ranked = hits((1, 1), (2, 2), (3, 3))
    assert [hit.passage.text for hit in reorder(ranked, [0.1, 0.8])] == [
        "text 1",
        "text 0",
        "text 2",
    ]


def test_of_near_duplicates_the_best_is_kept() -> None:
    words = "every recruiter who charges a worker any fee for finding work shall be fined"
    found = [
        Hit(passage(text), 1.0, 1, 1) for text in (words, f"{words} twice", "ferries and ports")
    ]
    kept = without_repeats(found, 3)
    assert [hit.passage.text for hit in kept] == [words, "ferries and ports"]


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("Who is fined for recruitment fees?", "Recruiters who charge fees are fined.",
         "The harbour is closed in winter."),
        ("What does § 1593A say?", "Section 1593A punishes benefiting.",
         "Section 1594 punishes attempts."),
        ("How many officers in 2019?", "In 2019 nine officers served.",
         "In 2020 nine officers served."),
    ],
)  # fmt: skip
def test_a_passage_that_answers_to_more_of_the_words_scores_higher(
    embedder: Embedder, query: str, better: str, worse: str
) -> None:
    first, second = Aligner(embedder, NoStore(), projection_for(embedder)).align(
        query, [passage(better), passage(worse)]
    )
    assert -1 <= second.score < first.score <= 1.001


def test_a_sentence_is_scored_by_its_own_words(embedder: Embedder) -> None:
    text = "The harbour is closed. Recruiters who charge fees are fined."
    (alignment,) = Aligner(embedder, NoStore(), projection_for(embedder)).align(
        "recruitment fees", [passage(text)]
    )
    at = text.index("Recruiters")
    own = alignment.span_score(at, len(text), with_context=False)
    assert own > alignment.span_score(0, at - 1, with_context=False)
    assert alignment.span_score(at, len(text), with_context=True) >= own


def test_stored_tokens_are_those_of_subject_words_at_their_places(embedder: Embedder) -> None:
    text = "The hotline in Zorbia is answered by two nurses."
    _, (tokens,) = embedder.embed_with_tokens([text])
    kept = subject_tokens(text, tokens)
    words = {text[a:b].lower() for a, b in kept.offsets}
    assert {"two", "nurses"} <= words and not words & {"the", "in", "is", "by"}
    again = unpacked(*packed(kept))
    assert (again.offsets == kept.offsets).all()
    assert np.abs(again.vectors - kept.vectors).max() <= 1 / 254 + 1e-6


def test_both_kinds_of_vectors_come_from_one_pass(embedder: Embedder) -> None:
    texts = ["Short.", "A much longer text about the recruitment of workers. " * 5]
    vectors, tokens = embedder.embed_with_tokens(texts)
    assert np.allclose(vectors, embedder.embed(texts), atol=0.02)
    for text, found in zip(texts, tokens, strict=True):
        assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-5)
        assert len(found.offsets) == len(embedder.token_starts(text))


def test_an_embedder_is_langchains_and_its_vectors_are_unit_length(embedder: Embedder) -> None:
    (row,) = embedder.embed_documents(["debt bondage"])
    assert len(row) == embedder.dimension == 384
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-4)
    assert np.dot(row, embedder.embed_query("bonded labour")) > np.dot(
        row, embedder.embed_query("lentil soup")
    )


def test_altered_or_absent_weights_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    with pytest.raises(EmbedderError, match="cannot be read"):
        verify_weights(weights, "0" * 64)
    weights.write_bytes(b"not the model")
    with pytest.raises(EmbedderError, match="is not the model it should be"):
        verify_weights(weights, "0" * 64)


def test_a_model_that_is_not_there_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match="cannot be loaded") as refusal:
        Embedder(str(tmp_path)).load()
    assert "ATTEST_EMBEDDER" in refusal.value.remedy
