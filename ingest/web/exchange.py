"""One request to one site, at an IP address that was checked, and its answer.

Connects to the given IP addresses and no other: names are not looked up here, so a name that
changes its meaning leads nowhere else. The certificate is still checked against the name. Each
step is bounded by the deadline, and a body by its size. No redirects, cookies or proxies.
"""

import re
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore

from ingest.errors import ReadError
from ingest.web.addresses import Address
from ingest.web.deadline import Deadline
from ingest.web.unpacking import ASKED_FOR, collected, cut_short, too_large

USER_AGENT = "Attest/0.1 (+research assistant; fetches single pages on a user's request)"
LAST_LOOK_S = 0.25

_BLANK_LINE = re.compile(rb"\n\r?\n")
_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.8",
    "Accept-Encoding": ASKED_FOR,
    "Connection": "close",
}


@dataclass(frozen=True)
class Answer:
    """A server's answer; `headers` by their names in lower case, `body` of status 200 alone."""

    status: int
    headers: Mapping[str, tuple[str, ...]]
    body: bytes = b""

    def header(self, name: str) -> str:
        """The header's value, the first if there are several; empty if there is none."""
        return self.headers.get(name, ("",))[0]


def exchange(
    address: Address,
    ips: Sequence[str],
    headers: Mapping[str, str],
    *,
    deadline: Deadline,
    most_bytes: int,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Ask for an address, at the first of the IP addresses that can be connected to.

    `tls` says which certificates are trusted; if none, those that browsers trust. Raises
    `ReadError` if there is no answer, or it is damaged, cut short, too slow or too large.
    """
    url = httpcore.URL(
        scheme=address.scheme, host=address.host, port=address.port, target=address.target
    )
    pinned = _Pinned(ips, deadline)
    sent = [*_encoded({"Host": address.authority} | _HEADERS | dict(headers))]
    try:
        with (
            httpcore.HTTPConnection(url.origin, tls, network_backend=pinned) as connection,
            connection.stream("GET", url, headers=sent) as response,
        ):
            found = _decoded(response.headers)
            answer = Answer(response.status, found)
            if response.status != 200:
                return answer
            return Answer(response.status, found, _body(response, answer, most_bytes))
    except httpcore.TimeoutException as error:
        raise deadline.late() from error
    except httpcore.ConnectError as error:
        raise ReadError(
            f"it cannot be connected to ({error})",
            "check the address and the network connection, and try again later",
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise ReadError(
            f"its server sent no answer that can be read ({error})",
            "try again later, or save the page from your browser and add the file",
        ) from error


def _body(response: httpcore.Response, answer: Answer, most_bytes: int) -> bytes:
    declared = answer.header("content-length")
    if declared.isdecimal() and int(declared) > most_bytes:
        raise too_large(most_bytes)
    stream = response.extensions["network_stream"]
    stream.in_body = True
    encoding = ", ".join(answer.headers.get("content-encoding", ()))
    try:
        body = collected(response.iter_stream(), encoding, most_bytes)
    except (httpcore.RemoteProtocolError, httpcore.ReadError) as error:
        raise cut_short(error) from error
    if declared.isdecimal() and "transfer-encoding" not in answer.headers:
        surplus = stream.received_bytes - int(declared) + len(stream.last_look())
        if surplus > 0:
            raise cut_short(f"its server says {int(declared):,} bytes and sends more")
    return body


class _Pinned(httpcore.NetworkBackend):
    """Connects to the checked IP addresses, whatever the name."""

    def __init__(self, ips: Sequence[str], deadline: Deadline) -> None:
        self._ips = ips
        self._deadline = deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002  # the name, which is not looked up again
        port: int,
        timeout: float | None = None,  # noqa: ARG002  # the deadline's is used
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failures: list[httpcore.ConnectError | httpcore.ConnectTimeout] = []
        for ip in self._ips:
            try:
                connected = self._network.connect_tcp(
                    ip, port, self._deadline.left(), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failures.append(error)
            else:
                return _Stream(connected, self._deadline)
        raise failures[0]


class _Stream(httpcore.NetworkStream):
    """A connection with a deadline, which counts what it receives after the answer's headers."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline
        self._ahead = b""
        self.in_body = False
        self.received_bytes = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        if not self._ahead:
            self._ahead = self._inner.read(max_bytes, self._deadline.left())
        end = len(self._ahead)
        if self.in_body:
            self.received_bytes += end
        elif blank := _BLANK_LINE.search(self._ahead):
            # what follows the headers must wait, to be counted as a part of the body
            end = blank.end()
        given, self._ahead = self._ahead[:end], self._ahead[end:]
        return given

    def last_look(self) -> bytes:
        """What comes after the body's end: nothing, unless its length was given wrongly."""
        try:
            return self._inner.read(1, min(LAST_LOOK_S, self._deadline.left()))
        except (httpcore.NetworkError, httpcore.TimeoutException):
            return b""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._inner.write(buffer, self._deadline.left())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        try:
            secured = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left())
        except httpcore.ConnectError as error:
            raise ReadError(
                f"no safe connection to {server_hostname} can be made ({error})",
                "check the address and this machine's clock; if your browser trusts the site, "
                "save the page there and add the file",
            ) from error
        return _Stream(secured, self._deadline)

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _encoded(headers: Mapping[str, str]) -> Iterator[tuple[bytes, bytes]]:
    for name, value in headers.items():
        yield name.encode("ascii"), value.encode("latin-1")


def _decoded(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in headers:
        key = name.decode("latin-1").lower()
        found[key] = (*found.get(key, ()), value.decode("latin-1").strip())
    return found
