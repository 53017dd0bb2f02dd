"""Questions with passages that answer them, and near ones that don't.

Negatives are the nearest passages of other documents, other passages of the same one, and the
right passage without the sentences that come nearest to the question.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from index.embedder import Embedder
from index.evidence.training.data import Row, Text
from index.evidence.types import Pair
from index.sentences import sentence_spans

NEAREST = 8
NEGATIVES = 2
LONGEST_WORDS = 170
DISTRACTORS = {"uscode": 3500, "medquad": 1200, "policyqa": 1500}


def questions(
    written: Sequence[Text], others: Sequence[Text], embedder: Embedder, rng: random.Random
) -> Iterator[Row]:
    """Rows labelled "answers" and "no_answer", of the hand-written questions and of `others`."""
    pool = [*written, *_drawn(others, rng)]
    vectors = embedder.embed([_read(text) for text in pool])
    titles = defaultdict[tuple[str, str], list[int]](list)
    for at, text in enumerate(pool):
        titles[text.source, text.group].append(at)
    for at, text in enumerate(pool):
        for question in text.queries:
            yield _row(question, text, "answers")
            nearest = vectors @ embedder.embed([question])[0]
            best = [int(n) for n in np.argsort(-nearest)[:NEAREST]]
            beside = [n for n in best if pool[n].title != text.title]
            for n in rng.sample(beside, min(NEGATIVES, len(beside))):
                yield _row(question, pool[n], "no_answer")
            same = [n for n in titles[text.source, text.group] if n != at]
            if same:
                yield _row(question, pool[rng.choice(same)], "no_answer")
            if at < len(written) and rng.random() < 0.5:
                rest = _without_answer(question, text, embedder)
                if rest:
                    yield Row("question", Pair(rest, question, text.title), "no_answer")


def _drawn(texts: Sequence[Text], rng: random.Random) -> list[Text]:
    found = []
    for source, most in DISTRACTORS.items():
        mine = [text for text in texts if text.source == source]
        found += rng.sample(mine, min(most, len(mine)))
    return found


def _without_answer(question: str, text: Text, embedder: Embedder) -> str | None:
    """The passage without the two sentences nearest to the question; None if little is left."""
    sentences = [text.text[a:b] for a, b in sentence_spans(text.text, 0, len(text.text))]
    if len(sentences) < 4:
        return None
    vectors = embedder.embed([question, *sentences])
    nearest = set(np.argsort(-(vectors[1:] @ vectors[0]))[:2].tolist())
    return " ".join(s for at, s in enumerate(sentences) if at not in nearest)


def _row(question: str, text: Text, label: str) -> Row:
    return Row("question", Pair(_cut(text.text), question, text.title), label)


def _read(text: Text) -> str:
    return f"{text.title}\n{_cut(text.text)}"


def _cut(text: str) -> str:
    return " ".join(text.split()[:LONGEST_WORDS])
