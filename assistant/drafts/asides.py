"""Sentences of a draft that claim nothing which documents could bear out, and of what kind.

In doubt a sentence is a claim: one that is checked for nothing costs less than one that is never
checked. "Companies must publish a statement" may say what the law is, "We must act" may not; what
someone else is said to recommend is a claim about them. Where a heading stands is not seen here.
"""

import re
from typing import Literal

from assistant.drafts.verbs import AUXILIARIES, has_verb

AsideKind = Literal["heading", "question", "transition", "wish", "greeting"]

MOST_TRANSITION_WORDS = 12
LONGEST_OPENING_CHARS = 300
MOST_WORDS_BEFORE = 14  # of what a sentence says that something should be done about


def _opens(*forms: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(forms)})\b", re.IGNORECASE)


_QUOTED = re.compile(r"“[^“”]{0,2000}”?|\"[^\"]{0,2000}\"?")
_ASKS = re.compile(r"\?[\"”')\]]*\Z")
_DIGIT = re.compile(r"\d")
_CONNECTIVES = re.compile(
    r"\W*(?:(?:and|but|so|yet|or|still|now|today|then|first|second|third|(?:first|second|third|last|"
    r"final)ly|next|instead|therefore|also|again|above all|in (?:short|conclusion|closing|the end)|"
    r"that said|however|meanwhile|moreover|of course|to conclude|most of all|please|together|"
    r"for (?:all )?these reasons|as a result)\b,?\s+)*",
    re.IGNORECASE,
)
_GREETING = _opens(
    r"dear|hello|good (?:morning|afternoon|evening|day)|ladies and gentlemen|sincerely|my name is",
    r"yours (?:truly|faithfully|sincerely)|respectfully(?: submitted)?(?=[,.]|\Z)|thank(?:s| you)",
    r"(?:kind|best|warm) regards|welcome(?: to|(?=[.,!]))|to whom it may concern",
    r"i(?: am|'m) (?:\w+ly )?(?:pleased|honou?red|grateful|happy|glad|delighted) (?:to (?:be"
    r"|testify|appear|join|speak|have|submit|present|answer)"
    r"|for (?:this|your|the (?:opportunity|chance|invitation)))",
    r"it is (?:an|a|my) (?:great )?(?:honou?r|pleasure|privilege) to",
    r"i (?:look forward to|appreciate (?:you|your|the (?:opportunity|chance|invitation))"
    r"|welcome (?:your|any)|would be (?:happy|glad|pleased)|yield)",
)
# "Chairwoman Lee, Ranking Member Ortiz, and members of the Committee:"
_ADDRESS = _opens(
    r"chair\w*|(?:mr|mrs|ms|madam)\.? (?:chair\w*|speaker|president)|honou?rable|distinguished",
    r"members of|ranking member|senators?|my lords",
)
_THANKS = re.compile(r"\bthank you\b", re.IGNORECASE)
_TRANSITION = _opens(
    r"(?:here|that|this)(?: is|'s| are) (?:why|how|what|where|all|not all)(?: [\w']+){0,3}",
    r"here (?:are|is) (?:the|some|a few|my|three|two)\b.*",
    r"(?:let (?:me|us)|let's|allow me to|i(?:'ll| will| shall| want to| would like to))(?: \w+)? "
    r"(?:be clear|explain|start|begin|turn|conclude|end|close|focus|summari[sz]e|consider|look)\b"
    r".*",
    r"(?:consider|take|look at|think of|imagine|recall|note|remember) "
    r"(?:this|that|the \w+|these|an? \w+|(?:for )?(?:example|instance))(?: \w+){0,3}",
    r"(?:the|these|those|my) (?:\w+ )?(?:facts|numbers|figures|reasons?|answer|truth|reality"
    r"|results?|examples?|problem|solution)(?: \w+)? (?:is|are|was|were) (?:\w+ )?"
    r"(?:these|this|clear|simple|stark|plain|as follows|obvious)",
    r"there(?: is|'s| are) (?:more|worse|(?:a|another|one) (?:more )?(?:catch|problem|reason|way)"
    r"|(?:good|bad) news|hope)",
    r"not so|far from it|not any ?more|enough is enough|so be it|first things first|so what",
    r"(?:quite the|on the) (?:opposite|contrary)|more (?:on|about) (?:this|that)\b.*",
    r"(?:this|that|which) brings (?:me|us) (?:back )?to\b.*",
    r"this much is (?:certain|clear)|(?:this|that) concludes my \w+(?: \w+)?",
    r"it is (?:not|never) too late(?: to \w+)?",
    r"as (?:i |we )?(?:said|noted|mentioned|discussed|argued) (?:above|earlier|before)",
)
_POINTER = _opens(
    r"(?:see(?: also)?|cf\.|compare) (?:figure|table|box|annex|appendix|section|chapter|note|page"
    r"|p\.|below|above|generally|id\.|ibid)",
    r"\(?(?:id|ibid)(?=\.)|supra",
)
_URGES = _opens(
    r"(?:i|we)(?: (?:also|strongly|therefore|respectfully|would|all|do|can only|must|again))* "
    r"(?:urge|call (?:up)?on|call for|ask|implore|recommend|hope|beg|encourage|propose|invite|wish"
    r"|plead|demand|want (?:you|congress|parliament|to see)|like to see)",
    r"it(?: is|'s)(?: \w+){0,2} time (?:to|for|(?:that )?(?:we|congress|parliament|the))",
    r"the time (?:has come|is now)|let(?: us|'s)|may (?:we|this|the)",
    r"vote (?:for|yes|no|against)|(?:do not|don't|never (?:again|forget|let))|join us|act now",
    r"(?:pass|repeal|reject|enforce|support|oppose|end|stop|demand|protect|sign|ratify|tell|ask|urge"
    r"|fund|fix|give|make|hold|listen to|invest in|scrap|amend|reform|adopt|bring) "
    r"(?:the|this|that|these|those|your|our|it|them|him|her|every|all|us)",
)
_SHOULD = re.compile(
    r"\b(?:should(?:n't)?|ought to|had better)\b(?! (?:be (?:noted|remembered|said|recalled|clear"
    r"|borne in mind)|come as (?:no|little)|surprise|not surprise))",
    re.IGNORECASE,
)
_MUST = re.compile(
    r"\b(?:must(?:n't)?|needs? to|has to|have to|cannot (?:wait|afford|look away))\b(?! have\b)"
    r"|(?<=\bwe) need\b",
    re.IGNORECASE,
)
_ACTOR = re.compile(
    r"\b(?:we|congress|parliament|lawmakers|legislators|policy-?makers|politicians|our \w+|leaders"
    r"|society|everyone|you|the (?:world|senate|house|international community|next \w+))\b",
    re.IGNORECASE,
)
_MUST_CHANGE = re.compile(
    r"\b(?:must|needs? to|has to|have to) (?:all |now |finally )?(?:act|be done|do (?:more|better)"
    r"|stop|end|change|listen|invest|commit|step up)\b",
    re.IGNORECASE,
)
_EMBEDS = re.compile(
    r"\b(?:who|whom|which|that|if|when|because|whether|although|though|while|where|than|as|what|how"
    r"|why|sa(?:id|ys?)|argu(?:e|es|ed)|recommend\w*|believe[sd]?|told|wrote|writes|warn\w*|urge[sd]"
    r"|conclude[sd]?|suggest\w*|state[sd]|claim\w*|insist\w*|thinks?|thought|finds?|found)\b"
    r"|\b(?:and|but|so)\s+(?:we|they|it|he|she|the|this|these|congress|parliament)\b|[;:]\s|\.\d+\s",
    re.IGNORECASE,
)
_LAW_SAYS = re.compile(
    r"\bunder\b|\bby law\b|\bpursuant\b|\baccording to\b|\brequire[sd]?\b|\b(?:act|law|statute"
    r"|convention|protocol|treaty|directive|constitution) (?:says?|provides?|states?|obliges?)\b",
    re.IGNORECASE,
)


def aside_kind(sentence: str) -> AsideKind | None:
    """What kind of aside the words of a sentence are; None if they claim something."""
    sentence = sentence.replace("’", "'")
    own = " ".join(_QUOTED.sub(" ", sentence).split())
    if len(own.split()) < 2:  # all of it is quoted
        own = sentence
    if _ASKS.search(own):
        return "question"
    opening = _CONNECTIVES.match(own)
    said = own[opening.end() :] if opening else own
    if _greets(said):
        return "greeting"
    if _leads_on(own) or _leads_on(said):
        return "transition"
    return "wish" if _wishes(said) else None


def _greets(said: str) -> bool:
    if _GREETING.match(said):
        return True
    ends_or_thanks = said[-1:] in (",", ":") or _THANKS.search(said) or not has_verb(said)
    return bool(_ADDRESS.match(said) and ends_or_thanks)


def _leads_on(said: str) -> bool:
    if _POINTER.match(said):
        return True
    if len(said.split()) > MOST_TRANSITION_WORDS or _DIGIT.search(said):
        return False
    words = said.strip(" .:!,…")
    return not words or _TRANSITION.fullmatch(words) is not None


def _wishes(said: str) -> bool:
    if _URGES.match(said):
        return True
    law_says = _LAW_SAYS.search(said)
    said = said[:LONGEST_OPENING_CHARS]  # the main verb stands there, if anywhere
    if any(_is_main(said[: found.start()]) for found in _SHOULD.finditer(said)):
        return True
    return not law_says and any(
        _is_main(before := said[: found.start()])
        and (_ACTOR.search(before) or _MUST_CHANGE.match(said, found.start()))
        for found in _MUST.finditer(said)
    )


def _is_main(before: str) -> bool:
    """Whether a verb after these words is that of the sentence itself."""
    words = before.lower().split()
    is_other = _EMBEDS.search(before) or not AUXILIARIES.isdisjoint(words)
    return 0 < len(words) <= MOST_WORDS_BEFORE and not is_other
