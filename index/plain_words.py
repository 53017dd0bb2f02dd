"""What people say and what laws and treaties say for it.

A question in plain words shares none with the provision that answers it; the provision's own
words are searched along. The list is of legal usage, not of any library's documents, and each
line holds wherever it matches; words with several meanings are left out.
"""

import re


def _plain(said: str, written: str) -> tuple[re.Pattern[str], str]:
    return re.compile(rf"\b(?:{said})\b", re.IGNORECASE), written


PLAIN_WORDS = (
    # treaties
    _plain(r"(?:get|gets|getting|got|pull\w*|back\w*|opt\w*) out of|walk\w* away from|quit"
           r"|leav(?:e|es|ing)|withdraw\w*", "denounce denunciation withdrawal"),
    _plain(r"(?:come|came|comes) (?:in)?to (?:effect|force)|(?:took|takes?) effect"
           r"|kick\w* in|start\w* to apply|go(?:es)? live", "entry into force"),
    _plain(r"sign\w* up to|join\w* the (?:treaty|convention|protocol)|become a party",
           "ratification accession"),
    _plain(r"opt-?outs?|exceptions? when signing", "reservation declaration"),
    _plain(r"settle\w* (?:a |their )?(?:dispute|quarrel)\w*|quarrel\w*", "dispute arbitration"),
    _plain(r"chang(?:e|es|ing) the (?:treaty|convention|protocol|text)", "amendment"),
    # where and by whom
    _plain(r"domestic|inside (?:one|a) country|without crossing (?:a |any )?borders?"
           r"|within (?:its|a country's) borders", "national transnational in nature"),
    _plain(r"gangs?|mobs?|mafias?", "organized criminal group"),
    _plain(r"coach(?:es)?|buses|bus lines?|ferr(?:y|ies)|airlines?"
           r"|shipping lines?|lorr(?:y|ies)|hauliers?|truckers?",
           "commercial carriers means of transport"),
    _plain(r"papers|passports?", "travel documents identity"),
    _plain(r"migrants? without papers|undocumented|illegal (?:im)?migrants?",
           "alien irregular immigration status"),
    _plain(r"cops?|police(?:men)?", "law enforcement"),
    _plain(r"firms?|compan(?:y|ies)|business(?:es)?|corporations?", "legal person entity"),
    _plain(r"boss(?:es)?", "employer"),
    # people
    _plain(r"kids?|youngsters?|teens?|teenagers?|under-?age|boys?|girls?", "child minor"),
    _plain(r"grown[- ]?ups?|of age|old enough", "attained the age of 18 years adult"),
    _plain(r"(?:punter|john|sex buyer|customer)s?|pa(?:id|ys?|ying) for (?:sex|her|him)",
           "commercial sex act patronizes solicits"),
    _plain(r"(?:on (?:his|her|their|a) )?(?:holiday|vacation|trip)s?(?: abroad)?|sex tourists?",
           "travels in foreign commerce illicit sexual conduct"),
    _plain(r"widows?|dead (?:man|husband)", "widow death of her husband inherited"),
    # crime and court
    _plain(r"sue[sd]?|suing|lawsuits?|take \w+ to court", "civil action damages"),
    _plain(r"jail\w*|locked up|behind bars|(?:prison|jail) (?:time|term)s?|go(?:es)? to prison",
           "imprisoned imprisonment"),
    _plain(r"minimum (?:sentence|term|penalty|punishment)|at the very least",
           "imprisonment for not less than years"),
    _plain(r"maximum (?:sentence|term|penalty|punishment)", "imprisoned not more than years"),
    _plain(r"get(?:s|ting)? (?:him|her|them|you|someone) off|excuse[sd]?|way out|get away with it",
           "defense"),
    _plain(r"(?:he|she|they|i) (?:thought|believed|assumed|was sure)|honest mistake|didn't know",
           "reasonably believed"),
    _plain(r"pa(?:y|id|ying) (?:\w+ )?back|make good|compensat\w*|pay ?outs?",
           "restitution compensation"),
    _plain(r"seiz\w+|confiscat\w+|tak(?:e|es|ing) away (?:his|her|their) \w+",
           "forfeiture"),
    _plain(r"time limits?|how long .{0,20}to sue|too late", "limitation not later than"),
    _plain(r"help(?:s|ed|ing)? traffickers|look\w* the other way|turn\w* a blind eye",
           "facilitates reckless disregard"),
    _plain(r"ma(?:de|king|kes?) money (?:from|off|out of)|profit\w* from|cash\w* in on",
           "benefits financially"),
    _plain(r"owe[sd]?|owing|in debt|work(?:s|ing)? off", "debt bondage"),
    _plain(r"for nothing|without pay|unpaid", "forced labor wages"),
    _plain(r"farm work|crops?|fields", "harvest agricultural"),
    _plain(r"secret|private|anonymous\w*", "confidential privacy"),
    _plain(r"bann(?:ed|ing)|bans?|outlaw\w*|not allowed", "prohibited"),
    _plain(r"signs? of|spot(?:s|ted|ting)?", "identification indicators"),
)  # fmt: skip


def written_words(query: str) -> str:
    """The words of the law for what the query says in plain ones, "" if it says nothing such."""
    found = (written for said, written in PLAIN_WORDS if said.search(query))
    return " ".join(dict.fromkeys(found))
