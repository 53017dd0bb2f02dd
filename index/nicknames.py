"""The names by which laws on trafficking go, and the sections where they stand.

Facts from the United States Code's own classification tables and short titles; a law amended many
sections, and those listed are where it is looked for. A name counts only where the library holds
one of its sections.
"""

import re

Section = tuple[str | None, str]  # (title of the United States Code, section in lower case)


def _law(pattern: str, *sections: tuple[str, str]) -> tuple[re.Pattern[str], tuple[Section, ...]]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), sections


NICKNAMES: tuple[tuple[re.Pattern[str], tuple[Section, ...]], ...] = (
    _law(
        r"(?:FOSTA|SESTA)(?:[-/ ]+(?:FOSTA|SESTA))?|Allow States and Victims to Fight Online Sex "
        r"Trafficking Act|Stop Enabling Sex Traffickers Act",
        ("18", "2421a"), ("47", "230"), ("18", "1595"),
    ),
    _law(
        r"(?:the )?Mann Act|White[- ]Slave Traffic Act",
        ("18", "2421"), ("18", "2422"), ("18", "2423"), ("18", "2424"),
    ),
    _law(r"Communications Decency Act|CDA(?: 230)?", ("47", "230")),
    _law(
        r"TVPA|Trafficking Victims Protection Act(?: of 2000)?",
        ("22", "7101"), ("22", "7102"), ("22", "7105"), ("22", "7106"),
    ),
    _law(r"Combat Human Trafficking Act(?: of 2015)?", ("34", "20709")),
    _law(r"PROTECT Act", ("18", "2423")),
    _law(r"Travel Act", ("18", "1952")),
    _law(r"RICO", ("18", "1961"), ("18", "1962")),
    _law(r"Tariff Act(?: of 1930)?", ("19", "1307")),
    _law(r"End Modern Slavery Initiative", ("22", "7114")),
)  # fmt: skip
