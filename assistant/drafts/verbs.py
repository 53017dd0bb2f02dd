"""Whether words make a sentence, told by its verb; rough on purpose, for there is no parser here.

Verbs are those of writing on law and policy. A verb that is not known makes a clause look like
none, which at worst leaves two clauses together.
"""

import re

MOST_HEADING_WORDS = 15
_SMALL_WORDS = frozenset(
    "a an and as at but by for from how in into is it its of on or the their to vs with".split()
)
AUXILIARIES = frozenset(
    """
    is are was were am has have had do does did can could may might must shall should will would
    isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't can't cannot couldn't
    mustn't shouldn't won't wouldn't it's that's there's who's what's
    """.split()
)
_REGULAR = """
    accept accuse act add address admit adopt advertise affect agree aim allow amend announce
    appeal appear apply approve argue arrest ask authorise authorize ban believe belong benefit
    blame block call cause cease change charge claim coerce collapse collect comply conclude
    consider contain continue convict cost cover create criminalise criminalize cross decide
    declare decline decriminalise decriminalize define demand deny depend describe detain detect
    deter die disagree disappear earn employ enable end endorse enforce ensure enter establish
    estimate exceed exclude exempt exist expand expire explain exploit express extend face fail
    fear fight file flee focus follow forbid force free fund gather grant happen harm help hide
    hold host house identify ignore impose imprison improve include increase indicate inspect
    introduce invest investigate involve issue join jump kidnap lack last launch lead leave
    legalise legalize limit list live look lower mandate matter mean measure miss monitor move
    name need number object obey oblige occur offer operate oppose order outlaw own pass pay
    permit persist pick place plan plead point prevent process produce prohibit promise
    prosecute protect prove provide publish punish push qualify raid raise range rank ratify
    reach receive recognise recognize recommend record recruit reduce refer refuse regulate
    reject release rely remain remove repeal replace report represent require rescue resemble
    respond result return reveal save seek seem seize serve settle show shut sign smuggle spend
    start state stay stop strengthen struggle submit suffer suggest support suspend target tend
    testify threaten total trace track traffic train transfer travel treat triple try turn urge
    use vanish vary veto violate visit vote wait walk want warn welcome witness work worsen
    """
_IRREGULAR = """
    ate became become becomes began begin begins bought bring brings brought broke breaks built came
    come comes cost costs cut cuts drew dealt fed fell falls felt feel feels fled found finds find
    fought gave give gives gets get got goes go went gone grew grows grow heard hear held hit hits
    keeps keep kept knew know knows laid lay led left let lets lies lost loses lose made makes make
    meant meets meet met paid put puts ran run runs rose rises rise said say says saw see sees sells
    sell sold sent send sends sets set sat speak speaks spoke spent stands stand stood stole sought
    takes take took taught tells tell told thinks think thought understands won wins wrote writes
    write shows shown sleeps sleep slept drives drove forbade
    """
# words of the same look that are no verbs where they mostly stand
_NOUNS = frozenset(
    """
    accused act aged aim alleged appeal benefit block call cause change charge claim colored cost
    cover demand end estimate face fear fight file focus force forced fund grant harm help hold
    host house hundred increase indeed issue kindred last lead limit list look mandate matter mean
    means measure move name named need number numbers object offer order organised organized own
    pass pay permit place plan point process promise raid range rank record red related release
    report reports result results return sacred sign so-called start state states stay stop support
    supposed target total trace track traffic train transfer travel treat triple turn united unless
    use used veto visit vote wait walk warrant welcome witness work works wanted
    """.split()
)
_NO_VERB_AFTER = frozenset("a an the of no any each every their its his her our".split())
_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_TITLE = re.compile(r"[IVX]{1,5}[.:)] |(?:[Ww]hat|[Ww]hy|[Hh]ow|[Ww]ho|[Ww]here|[Ww]hen)\b")
_STOP = re.compile(r"[.!?:;…,][\"”’')\]]*\Z")


def has_verb(words: str) -> bool:
    """Whether there is a finite verb, as far as its form tells."""
    before = ""
    for found in _TOKEN.finditer(words.replace("’", "'")):
        word = found[0].lower()
        if word in AUXILIARIES:
            return True
        if before not in _NO_VERB_AFTER and _looks_finite(word):
            return True
        before = word
    return False


def reads_like_a_heading(words: str) -> bool:
    """Whether words on a line of their own make no sentence: no stop, and no verb or all capitals.

    "Why the Act has failed" and "The Act Has Failed" do; "27 million people are enslaved" does not.
    """
    tokens = [found[0] for found in _TOKEN.finditer(words)]
    if not tokens or len(tokens) > MOST_HEADING_WORDS or _STOP.search(words):
        return False
    if _TITLE.match(words):
        return True
    telling = [token for token in tokens if token.lower() not in _SMALL_WORDS]
    return not has_verb(words) or all(token[0].isupper() for token in telling)


def _forms() -> frozenset[str]:
    found = set(_IRREGULAR.split())
    for base in _REGULAR.split():
        if base.endswith("y") and base[-2] not in "aeo":
            found |= {base, f"{base[:-1]}ies", f"{base[:-1]}ied"}
        elif base.endswith("e"):
            found |= {base, f"{base}s", f"{base}d"}
        elif base.endswith(("s", "sh", "ch", "x")):
            found |= {base, f"{base}es", f"{base}ed"}
        else:
            found |= {base, f"{base}s", f"{base}ed", f"{base}{base[-1]}ed"}
    return frozenset(found - _NOUNS)


_VERBS = _forms()


def _looks_finite(word: str) -> bool:
    return word in _VERBS or (len(word) > 4 and word.endswith("ed") and word not in _NOUNS)
