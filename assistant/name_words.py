"""Words by which the kind of a named thing is told, and short lists of names that everybody knows.

What is not listed is not guessed at: an unknown name only makes what points at it ambiguous.
"""

PERSON, PLACE, LEGISLATURE, BODY, UNKNOWN = "person", "place", "legislature", "body", "unknown"
ACRONYM = "acronym"  # of nobody knows what
LAW_KINDS = ("act", "law", "code", "statute", "bill", "ordinance", "section")
TREATY_KINDS = ("convention", "protocol", "treaty", "covenant")
INSTRUMENT_KINDS = (*LAW_KINDS, *TREATY_KINDS, "directive", "regulation")
AGENCY_KINDS = (
    "agency", "department", "bureau", "office", "commission", "administration", "service",
    "authority", "ministry", "police",
)  # fmt: skip
HEADS = {
    **{kind: kind for kind in (*INSTRUMENT_KINDS, *AGENCY_KINDS)},
    **dict.fromkeys("report index survey".split(), "report"),
    **dict.fromkeys("court tribunal circuit".split(), "court"),
    **dict.fromkeys("program programme initiative scheme".split(), "program"),
    **dict.fromkeys(
        "congress parliament senate house legislature assembly lords commons".split(), LEGISLATURE
    ),
    **dict.fromkeys(
        """committee council nations union organization organisation project foundation institute
        university association coalition alliance network fund center centre group society watch
        international party federation force inc corp company trust mission corporation""".split(),
        BODY,
    ),
}
KNOWN = {
    **dict.fromkeys("FBI ICE DHS CBP NCA HHS DOJ UNODC ILO IOM UNICEF Interpol Europol".split(),
                    "agency"),
    **dict.fromkeys("UN U.N. EU OSCE NATO OECD GRETA ECPAT".split(), BODY),
    **dict.fromkeys(
        """US U.S. USA UK U.K. America Britain England Scotland Wales Ireland France Germany Italy
        Spain Sweden Norway Denmark Finland Iceland Poland Netherlands Belgium Austria Greece Turkey
        Russia Ukraine China India Nepal Bangladesh Pakistan Thailand Cambodia Vietnam Myanmar Laos
        Philippines Indonesia Malaysia Japan Korea Australia Canada Mexico Brazil Nigeria Libya
        Ghana Kenya Ethiopia Qatar Europe Asia Africa California Texas Florida Nevada Ohio Illinois
        Georgia Washington London Paris Geneva Vienna Palermo Brussels Strasbourg""".split(),
        PLACE,
    ),
    "United States": PLACE, "United Kingdom": PLACE, "New York": PLACE, "New Zealand": PLACE,
    "South Africa": PLACE, "Hong Kong": PLACE, "New Mexico": PLACE, "North Korea": PLACE,
    "South Korea": PLACE, "Northern Ireland": PLACE, "United Nations": BODY,
}  # fmt: skip
# capitals that open a sentence or name a day, before a name and no part of it
OPENERS = frozenset(
    """
    january february march april june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday i yet still however according despite amid
    among last today critics many several few nearly about almost across along unlike beyond upon
    thus hence perhaps often sometimes never always every year years
    """.split()
)
# capitals that name nothing when they stand alone
NO_THINGS = OPENERS | frozenset(
    """
    may french dutch thai german greek internet english christian catholic muslim jewish black white
    american european african mexican korean part chapter title article figure table north south
    east west western eastern state human children women persons trafficking
    """.split()
)
# what "Protocol to …" and "Office to …" go on with
AIMS = frozenset(
    """
    prevent suppress punish monitor combat fight eliminate protect end stop provide abolish counter
    eradicate enforce
    """.split()
)
TITLES = frozenset(
    """
    mr mrs ms miss dr sir lord lady baroness president vice prime minister senator sen rep gov prof
    representative congressman congresswoman judge justice chief secretary home foreign governor
    professor attorney general sheriff detective officer chairman chairwoman commissioner pope king
    queen former then survivor activist advocate economist lawyer author pastor lt col st
    """.split()
)
WOMEN = frozenset(
    """
    mrs ms miss lady baroness queen congresswoman chairwoman mary maria patricia jennifer linda
    elizabeth barbara susan jessica sarah karen lisa nancy anna margaret sandra ashley kimberly
    emily donna michelle carol amanda melissa deborah rebecca laura theresa priti suella hillary kamala
    jane julia rachel catherine christine ann anne amy emma olivia sophia fatima aisha rosa carmen
    alexandra angela ursula kate claire helen diane alice grace ruth
    """.split()
)
MEN = frozenset(
    """
    mr sir lord king pope congressman chairman james robert john michael david william richard
    joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew joshua kenneth
    kevin brian george timothy ronald edward jason jeffrey ryan jacob barack bill boris peter simon juan carlos jose luis antonio mohammed ahmed ali ivan frank henry samuel martin tony
    kofi rob joe bob tom tim jim ted
    """.split()
)
