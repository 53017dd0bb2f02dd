"""A web page or file, fetched by its address: whole, once, and safely.

Follows redirects itself, because each step is an address of its own, which must be looked up,
checked and connected to anew. What kind of file came, and what it says, is not looked at here.
"""

import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from index.environment import DEFAULT_FILE_BYTES
from ingest.errors import ReadError
from ingest.web import robots
from ingest.web.addresses import Address, Resolver, checked, looked_up, parsed
from ingest.web.deadline import Deadline
from ingest.web.exchange import Answer, exchange
from ingest.web.robots import Robots

LONGEST_VALIDATOR_CHARS = 1_000

_REDIRECTS = (301, 302, 303, 307, 308)
_NOT_MODIFIED = 304
_SAVE_IT = "save the page from your browser and add the file"
_STATUSES = {
    401: ("asks for a log-in", f"log in with your browser, then {_SAVE_IT}"),
    403: ("is not shown to programs, or not to all", f"open it in your browser, and {_SAVE_IT}"),
    404: ("is not there", "check the address; the page may have moved"),
    410: ("is there no more", "look for a copy elsewhere, for example in a web archive"),
    429: ("was asked for too often", "wait some minutes and try again"),
    451: ("may not be shown, by law", "look for a copy elsewhere"),
    503: ("is not available for now", "wait some minutes and try again"),
}
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)


@dataclass(frozen=True)
class Limits:
    """How much a fetch may cost."""

    size_bytes: int = DEFAULT_FILE_BYTES  # of the page, packed and unpacked
    time_s: float = 60.0  # for all of it, from looking up the name to the last byte
    silence_s: float = 20.0  # of one step: to connect, or for the next byte
    redirects: int = 5


@dataclass(frozen=True)
class Known:
    """What the library has of an address: what its server said when it was fetched before.

    `final_address` is where it came from after redirects; what was said there is told nowhere
    else. If it is not known, every server on the way is told.
    """

    etag: str | None = None
    last_modified: str | None = None
    final_address: str | None = None


@dataclass(frozen=True)
class Fetched:
    """What was at an address; addresses are normalised, `data` is unpacked and not empty."""

    address: str  # that was asked for
    final_address: str  # after redirects
    data: bytes
    media_type: str  # of the Content-Type header, in lower case; empty if there is none
    charset: str | None  # of the Content-Type header; may name none that exists
    etag: str | None
    last_modified: str | None
    retrieved: str  # the day, ISO 8601


def fetch(
    address: str,
    known: Known = Known(),
    *,
    limits: Limits = Limits(),
    rules: Robots | None = None,
    allow_loopback: bool = False,
    resolve: Resolver = looked_up,
    tls: ssl.SSLContext | None = None,
    today: Callable[[], date] = date.today,
) -> Fetched | None:
    """What is at an address now; `None` if its server says that it is as `known` still.

    `rules` remembers robots.txt files over several calls. `allow_loopback` lets tests fetch from
    this machine; `tls` are the certificates to trust if not the usual ones. Raises `ReadError`
    if the address may not be visited, or does not give a whole page within the limits.
    """
    asked = parsed(address)
    deadline = Deadline(limits.time_s, limits.silence_s)
    visit = _Visit(limits, deadline, rules or Robots(), allow_loopback, resolve, tls)
    final, answer = _followed(asked, lambda at: visit.page(at, known), limits.redirects)
    if answer.status == _NOT_MODIFIED and _conditions(final, known):
        return None
    if answer.status != 200:
        raise _explained(answer.status)
    if not answer.body:
        raise ReadError("it is empty (0 bytes)", "check the address in your browser")
    return _fetched(asked, final, answer, today())


@dataclass(frozen=True)
class _Visit:
    """What one fetch needs at each step."""

    limits: Limits
    deadline: Deadline
    rules: Robots
    allow_loopback: bool
    resolve: Resolver
    tls: ssl.SSLContext | None

    def page(self, address: Address, known: Known) -> Answer:
        """The answer to a request for the page, if its site's robots.txt permits one."""
        ips = self.ips(address, self.deadline)
        if not self.rules.permits(address, lambda place: self.robots(place, ips)):
            raise ReadError(
                f"{address.host} asks programs not to fetch it (in its robots.txt)", _SAVE_IT
            )
        return exchange(
            address,
            ips,
            _conditions(address, known),
            deadline=self.deadline,
            most_bytes=self.limits.size_bytes,
            tls=self.tls,
        )

    def robots(self, address: Address, ips: tuple[str, ...]) -> bytes:
        """A site's robots.txt; it may take a part of the time. Raises `ReadError`."""
        deadline = self.deadline.sooner(min(robots.TIME_S, self.limits.time_s / 3))

        def ask(at: Address) -> Answer:
            where = ips if at.origin == address.origin else self.ips(at, deadline)
            most = robots.LARGEST_BYTES
            return exchange(at, where, {}, deadline=deadline, most_bytes=most, tls=self.tls)

        _, answer = _followed(address, ask, self.limits.redirects)
        if answer.status != 200:
            raise _explained(answer.status)
        return answer.body

    def ips(self, address: Address, deadline: Deadline) -> tuple[str, ...]:
        """The IP addresses to connect to, looked up now."""

        def resolve(host: str, port: int) -> tuple[str, ...]:
            return deadline.waited(lambda: tuple(self.resolve(host, port)))

        return checked(address, resolve, allow_loopback=self.allow_loopback)


def _followed(
    start: Address, ask: Callable[[Address], Answer], most: int
) -> tuple[Address, Answer]:
    """The first answer that is no redirect, and whose it is. Raises `ReadError`."""
    address = start
    for _ in range(most + 1):
        try:
            answer = ask(address)
            if answer.status not in _REDIRECTS:
                return address, answer
            following = _redirected(address, answer)
        except ReadError as error:
            if address is start:
                raise
            raise ReadError(f"it leads to {address.text}: {error.message}", error.remedy) from error
        address = following
    raise ReadError(
        f"it redirects more than {most} times, at last to {address.text}",
        f"open it in your browser, and {_SAVE_IT}",
    )


def _redirected(address: Address, answer: Answer) -> Address:
    location = answer.header("location")
    if not location:
        raise ReadError(f"it redirects ({answer.status}) but does not say where", _SAVE_IT)
    with suppress(UnicodeDecodeError):
        # many servers send the address as it is, though only ASCII is allowed
        location = location.encode("latin-1").decode("utf-8")
    try:
        following = address.joined(location)
    except ReadError as error:
        raise ReadError(f"it redirects elsewhere, but {error.message}", error.remedy) from error
    if address.scheme == "https" and following.scheme != "https":
        raise ReadError(
            f"it redirects from a safe connection to an unsafe one, {following.text}",
            "if you trust that address, fetch it by itself",
        )
    return following


def _fetched(asked: Address, final: Address, answer: Answer, day: date) -> Fetched:
    media_type = answer.header("content-type")
    charset = _CHARSET.search(media_type)
    return Fetched(
        address=asked.text,
        final_address=final.text,
        data=answer.body,
        media_type=media_type.partition(";")[0].strip().lower(),
        charset=charset[1] if charset else None,
        etag=_validator(answer.header("etag")),
        last_modified=_validator(answer.header("last-modified")),
        retrieved=day.isoformat(),
    )


def _conditions(address: Address, known: Known) -> dict[str, str]:
    """The headers that ask for a page only if it has changed."""
    if known.final_address not in (None, address.text):
        return {}
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _validator(value: str) -> str | None:
    """An ETag or a date that can be sent back; others are forgotten, and the page fetched anew."""
    return value if value and len(value) <= LONGEST_VALIDATOR_CHARS else None


def _explained(status: int) -> ReadError:
    what, remedy = _STATUSES.get(status) or (
        ("failed on its server's side", "try again later")
        if status >= 500
        else ("gives no page", f"open it in your browser, and {_SAVE_IT}")
    )
    return ReadError(f"it {what} (status {status})", remedy)
