"""Words without their endings, so that "trafficked" meets "trafficking"; rough on purpose."""

_SUFFIXES = (
    "ations ation ements ement ments ment nesses ness ingly edly ities ity ing ies ied ers ors er "
    "or ed es ly al s e y"
).split()


def stem(word: str) -> str:
    """A lower-case word without its ending; words with digits and short ones stay as they are."""
    if len(word) < 4 or not word.isalpha():
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word[-1] in "ei" else word
