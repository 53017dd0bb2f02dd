"""What sites ask of programs, in their robots.txt (RFC 9309), asked once a site.

A site that has no such file, or whose file can't be fetched or read, asks nothing.
"""

from collections.abc import Callable
from urllib.robotparser import RobotFileParser

from ingest.errors import ReadError
from ingest.web.addresses import Address

AGENT = "Attest"
LARGEST_BYTES = 500_000
TIME_S = 10.0


class Robots:
    """The rules of all sites that are visited in one run."""

    def __init__(self) -> None:
        self._rules: dict[str, RobotFileParser | None] = {}

    def permits(self, address: Address, fetched: Callable[[Address], bytes]) -> bool:
        """Whether the site lets programs like this one fetch the address.

        `fetched` gets a robots.txt's bytes, or raises `ReadError`.
        """
        if address.origin not in self._rules:
            try:
                rules = _rules(fetched(address.joined("/robots.txt")))
            except ReadError:
                rules = None
            self._rules[address.origin] = rules
        known = self._rules[address.origin]
        return known is None or known.can_fetch(AGENT, address.text)


def _rules(data: bytes) -> RobotFileParser | None:
    rules = RobotFileParser()
    try:
        rules.parse(data.decode("utf-8-sig", "replace").splitlines())
    except ValueError:
        return None  # the parser's way with a path like //[x
    return rules
