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
    emily donna michelle carol amanda melissa deborah rebecca laura theresa priti suella hillary
    kamala jane julia rachel catherine christine ann anne amy emma olivia sophia fatima aisha
    rosa carmen alexandra angela ursula kate claire helen diane alice grace ruth dame sara
    caroline eleanor abigail alicia amelia andrea angelina annette audrey beatrice bella
    bernadette beth betty beverley brenda bridget camilla cara carly carolyn cecilia charlotte
    cheryl chloe christina cindy clara claudia cynthia daisy danielle debbie denise dorothy
    edith eileen ella ellen elsa erica esther eva evelyn fiona florence frances gabriela
    georgina gillian gina gloria gwen hannah harriet heather heidi holly ida imogen irene isabel
    isabella jackie jacqueline janet janice jasmine jean jenny jill joan joanna josephine joyce
    judith judy julie juliet kathleen katherine kathryn katie kelly kim kirsten laila leila lena
    leticia lillian lois lorraine louise lucia lucy lydia lynn madeleine marcia marie marina
    marilyn marion martha maureen mia michele miriam moira molly monica nadia naomi natalie
    natasha nicola nicole nina nora norma pamela paula pauline penelope penny phyllis rachael
    rebekah renee rita roberta rosemary roxana sally samantha sandy sharon sheila shirley silvia
    sofia sonia stella stephanie sue suzanne sylvia tamara tara teresa tessa tina tracy valerie
    vanessa vera veronica victoria virginia vivian wendy yasmin yvonne zoe
    """.split()
)
MEN = frozenset(
    """
    mr sir lord king pope congressman chairman james robert john michael david william richard
    joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew
    joshua kenneth kevin brian george timothy ronald edward jason jeffrey ryan jacob barack bill
    boris peter simon juan carlos jose luis antonio mohammed ahmed ali ivan frank henry samuel
    martin tony kofi rob joe bob tom tim jim ted aaron abdul adam adrian alan albert alejandro
    alex alexander alfred allan andre andreas arthur ben benjamin bernard brandon bruce carl
    cecil chris clarence clive colin craig daryl dean denis dennis derek diego dominic douglas
    duncan edgar eduardo edwin eric ernest eugene felix fernando francis francisco fred
    frederick gareth gary gavin geoffrey gerald gilbert giovanni glenn gordon graham greg
    gregory guy hamid harold harry hassan hector herbert howard hugh hussein ian ibrahim isaac
    jack jaime javier jeremy jerry jesse joel johnny jonathan jorge julian justin karl keith ken
    kurt lance larry lawrence leo leon leonard liam lloyd louis luke malcolm manuel marco marcus
    mario marvin matt maurice max miguel mike mohamed muhammad nathan neil nicholas nick nigel
    noah oliver omar oscar owen pablo patrick pedro philip phillip rafael ralph raymond ricardo
    rodney roger roland roy russell sean sebastian sergio sidney stanley stephen steve stuart
    terence terry theodore tobias toby todd trevor vernon victor vincent walter warren wayne
    wilbert xavier yusuf zachary
    """.split()
)
# what people are, after their name: a regular expression
ROLES = (
    r"survivor|victim|director|lawyer|attorney|prosecutor|researcher|professor|senator|minister"
    r"|founder|author|judge|advocate|activist|official|officer|president|economist|journalist|man"
    r"|woman|mother|father|teacher|pastor|spokes\w+|owner|trafficker|detective|chair|lecturer"
)
