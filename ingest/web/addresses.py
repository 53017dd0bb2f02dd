"""Web addresses: which texts are some, how each is written, and which of them may be visited.

An address may come from anyone, by a redirect too, and this machine may reach what they cannot:
its own services, its local network, its cloud's secrets. So only public IP addresses are visited.
A name's IP addresses are looked up once and all checked; whoever connects must connect to these
and not look the name up again, as the next answer may be another.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import httpx

from ingest.errors import ReadError
from ingest.files import is_address

Resolver = Callable[[str, int], Iterable[str]]  # IP addresses of a name and port; or OSError

LONGEST_ADDRESS_CHARS = 4_000
# below, other services listen (mail, remote log-in) which a web address has no business with;
# above, none of a public address is more private than another
FIRST_FREE_PORT = 1024
WEB_PORTS = {"http": 80, "https": 443}

_NAME = re.compile(r"(?!.{254})([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_-]{1,63}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LOOPBACK = tuple(map(ipaddress.ip_network, ("127.0.0.0/8", "::1/128")))

# not left to `ipaddress`, whose answers differ between versions of Python (IANA's registries of
# special-purpose addresses, RFC 6890)
_PRIVATE = tuple(
    (ipaddress.ip_network(network), what)
    for what, networks in {
        "this machine itself": "0.0.0.0/8 127.0.0.0/8 ::/128 ::1/128",
        "a private network": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7",
        "the local link, where cloud machines find their secrets": "169.254.0.0/16 fe80::/10",
        "a cloud's own service": "168.63.129.16/32",
        "a group of machines": "224.0.0.0/4 ff00::/8",
        "the IPv6 addresses with an IPv4 address inside": (
            "::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 2001::/32 2002::/16"
        ),
        "the addresses reserved for other uses": (
            "192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 "
            "203.0.113.0/24 240.0.0.0/4 2001::/23 2001:db8::/32 3fff::/20"
        ),
    }.items()
    for network in networks.split()
)
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")  # all that is given out so far


@dataclass(frozen=True)
class Address:
    """A web address, taken apart."""

    scheme: str
    host: str  # a name in ASCII or an IP address, without brackets
    port: int
    authority: str  # host and port, as in the Host header
    target: str  # path and query

    @property
    def text(self) -> str:
        """The address as it is written when normalised."""
        return self.origin + self.target

    @property
    def origin(self) -> str:
        """What all addresses of one site have in common."""
        return f"{self.scheme}://{self.authority}"

    def joined(self, location: str) -> "Address":
        """The address that a reference on this one means. Raises `ReadError` as `parsed` does."""
        try:
            return parsed(str(httpx.URL(self.text).join(location)))
        except (httpx.InvalidURL, ValueError) as error:
            raise _unusable(location, f"it cannot be understood ({error})") from error


def normalised(address: str) -> str:
    """The address as it is stored: no fragment or default port, the host in ASCII.

    Raises `ReadError` if it is no web address, or one with a password, a port that is not for the
    web, or an IP address in another spelling than the usual. Nothing is looked up.
    """
    return parsed(address).text


def parsed(address: str) -> Address:
    """The address taken apart. Raises `ReadError` as `normalised` does."""
    address = address.strip()
    if not is_address(address):
        raise _unusable(address, "it does not begin with http:// or https://")
    if len(address) > LONGEST_ADDRESS_CHARS:
        raise _unusable(address, f"it is longer than {LONGEST_ADDRESS_CHARS:,} characters")
    try:
        url = httpx.URL(address)
        host = _host(url.raw_host.decode("ascii"))
    except (httpx.InvalidURL, ValueError) as error:
        raise _unusable(address, f"it cannot be understood ({error})") from error
    if url.userinfo:
        raise ReadError(
            f"the address of {host} has a user name or password in it",
            "remove what is before the @; if the page needs a log-in, save it from your browser "
            "and add the file",
        )
    port = url.port if url.port is not None else WEB_PORTS[url.scheme]
    if port not in WEB_PORTS.values() and not FIRST_FREE_PORT <= port < 1 << 16:
        raise _unusable(address, f"port {port} is not one of the web")
    authority = f"[{host}]" if ":" in host else host
    if port != WEB_PORTS[url.scheme]:
        authority += f":{port}"
    return Address(url.scheme, host, port, authority, target=url.raw_path.decode("ascii"))


def looked_up(host: str, port: int) -> tuple[str, ...]:
    """The IP addresses of a name, best first, as the system knows them. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(str(place[0]) for *_, place in found)


def checked(address: Address, resolve: Resolver, *, allow_loopback: bool) -> tuple[str, ...]:
    """The IP addresses to connect to, each checked to be public, and at least one.

    A name with a single address that is not public is refused whole: an honest site has none.
    Raises `ReadError` if one is refused or there is none. `allow_loopback` permits 127.0.0.0/8
    and ::1, for tests.
    """
    ips = (address.host,) if _is_ip(address.host) else _resolved(address, resolve)
    for ip in ips:
        owner = _owner(ip)
        if owner and not (allow_loopback and _is_loopback(ip)):
            where = address.host if ip == address.host else f"{address.host} ({ip})"
            raise ReadError(
                f"{where} belongs to {owner}; only public web addresses are fetched",
                "save the page from your browser and add the file",
            )
    return ips


def _resolved(address: Address, resolve: Resolver) -> tuple[str, ...]:
    try:
        ips = tuple(dict.fromkeys(resolve(address.host, address.port)))
    except OSError as error:
        raise _no_such_host(address.host, error) from error
    if not ips:
        raise _no_such_host(address.host, "no addresses")
    return ips


def _no_such_host(host: str, why: object) -> ReadError:
    return ReadError(
        f"no site {host} was found ({why})", "check the address and the network connection"
    )


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(ip: str) -> bool:
    return any(ipaddress.ip_address(ip) in network for network in _LOOPBACK)


def _owner(ip: str) -> str:
    """Whose an IP address is that must not be visited; nothing if it is public."""
    place = ipaddress.ip_address(ip)
    for network, owner in _PRIVATE:
        if place in network:
            return owner
    if place.version == 6 and place not in _PUBLIC_IPV6:
        return "the addresses reserved for other uses"
    return ""


def _host(raw: str) -> str:
    """The host in one spelling. Raises `ValueError` if it is no name or IP address."""
    host = raw.removesuffix(".")
    if ":" in host and "%" not in host:
        return str(ipaddress.IPv6Address(host))
    if not _NAME.fullmatch(host):
        raise ValueError(f"{host!r} is no name of a site" if host else "it names no site")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        # programs disagree on what 127.1, 0x7f.0.0.1 or 2130706433 mean
        return str(ipaddress.IPv4Address(host))
    return host


def _unusable(address: str, why: str) -> ReadError:
    shown = re.sub(r"//[^/]*@", "//…@", address)  # passwords are not for screens and logs
    shown = shown if len(shown) <= 200 else shown[:200] + "…"
    return ReadError(
        f"{shown!r} is no web address that can be fetched: {why}",
        "copy the address from your browser, or save the page there and add the file",
    )
