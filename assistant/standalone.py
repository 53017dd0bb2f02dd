"""Makes a follow-up stand on its own by putting the questions that it leans on before it.

"And for minors?" is searched as "What is the penalty for sex trafficking? And for minors?".
Nothing is rewritten: what is searched, and shown, is in the asker's own words.
"""

import re
from collections.abc import Sequence

from index.search import content_words

MOST_EARLIER = 3
FEW_WORDS = 3  # a question with no more content words than this leans on what came before
_OPENING = re.compile(r"\W*(and|but|so|also|or|what about|how about|what if)\b", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|ones|this|these|former|latter)\b"
    r"|\bthose\b(?! who)|\bthat\b(?=\W*($|\?|,|and\b|or\b|but\b))",  # not "a firm that …"
    re.IGNORECASE,
)


def standalone_question(question: str, history: Sequence[str]) -> str:
    """The question with as many of the latest earlier ones before it as it leans on."""
    needed = [question.strip()]
    for earlier in reversed(history[-MOST_EARLIER:]):
        if not leans_on_earlier(needed[0]):
            break
        needed.insert(0, earlier.strip())
    return " ".join(needed)


def leans_on_earlier(question: str) -> bool:
    """Whether the question opens like a follow-up, points at something, or says very little."""
    return (
        _OPENING.match(question) is not None
        or _points_back(question)
        or len(content_words(question)) <= FEW_WORDS
    )


def _points_back(question: str) -> bool:
    """Whether a word points at something before the question has named what it could be."""
    pointing = _POINTING.search(question)
    return pointing is not None and len(content_words(question[: pointing.start()])) <= FEW_WORDS
