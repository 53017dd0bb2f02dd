"""Web addresses are fetched whole, safely and within limits, or refused with a remedy.

All servers here run on this machine, and most misbehave; nothing leaves it.
"""

import gzip
import ipaddress
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import ReadError
from ingest.files import is_address
from ingest.web.addresses import checked, normalised, parsed
from ingest.web.fetching import Fetched, Known, Limits, fetch
from ingest.web.robots import Robots
from tests.misbehaving import (
    LOCAL,
    Answer,
    Request,
    bomb,
    dripping,
    page,
    redirect,
    reset,
    serving,
    silent,
    trusted,
)

BODY = b"<p>Forced labour is prohibited.</p>"
DAY = date(2025, 3, 9)
QUICK = Limits(size_bytes=100_000, time_s=0.8, silence_s=0.4)


@pytest.fixture(autouse=True)
def _nothing_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def local_connect(self: socket.socket, place: Any) -> None:
        assert ipaddress.ip_address(place[0]).is_loopback, f"a connection to {place}"
        connect(self, place)

    def no_look_up(host: Any, *rest: Any, **options: Any) -> Any:
        ipaddress.ip_address(host)  # a ValueError for a name
        return look_up(host, *rest, **options)

    monkeypatch.setattr(socket.socket, "connect", local_connect)
    monkeypatch.setattr(socket, "getaddrinfo", no_look_up)


def here(*_: object) -> tuple[str, ...]:
    """Every name is this machine's."""
    return (LOCAL,)


def answering(*ips: str) -> Callable[[str, int], Iterable[str]]:
    """Names that have these IP addresses."""
    return lambda _host, _port: ips


def got(address: str, known: Known = Known(), **options: Any) -> Fetched:
    given: dict[str, Any] = {"allow_loopback": True, "resolve": here} | options
    found = fetch(address, known, **given)
    assert found is not None
    return found


def refusal(address: str, **options: Any) -> str:
    """The message of the refusal, which has a remedy too."""
    given: dict[str, Any] = {"allow_loopback": True, "resolve": here, "limits": QUICK} | options
    with pytest.raises(ReadError) as caught:
        fetch(address, **given)
    assert caught.value.remedy
    return caught.value.message


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://example.org", "http://example.org/"),
        (" HTTPS://Example.ORG:443/A/../b%2Fc?d=E#part \n", "https://example.org/b%2Fc?d=E"),
        ("http://example.org:8080/#", "http://example.org:8080/"),
        ("https://example.org:80/", "https://example.org:80/"),
        ("http://example.org./a b", "http://example.org/a%20b"),
        ("https://bücher.example/ü?ü", "https://xn--bcher-kva.example/%C3%BC?%C3%BC"),
        ("http://93.184.216.34/", "http://93.184.216.34/"),
        ("http://[2606:4700:0:0::1111]:8443/", "http://[2606:4700::1111]:8443/"),
    ],
)
def test_an_address_is_written_in_one_way(address: str, expected: str) -> None:
    assert is_address(address)
    assert normalised(address) == expected
    assert normalised(expected) == expected


@pytest.mark.parametrize(
    "text", ["report.pdf", "/etc/passwd", "file:///etc/passwd", "ftp://example.org/", "http:/a", ""]
)
def test_what_does_not_begin_as_a_web_address_is_none(text: str) -> None:
    assert not is_address(text)
    with pytest.raises(ReadError, match="http://"):
        normalised(text)


@pytest.mark.parametrize(
    "address",
    [
        "http://",
        "http:///path",
        "http://a b/",
        "http://exa%6dple.org/",
        "http://-a.org/",
        "http://a..org/",
        f"http://{'a' * 64}.org/",
        f"http://{'a.' * 130}org/",
        f"http://example.org/{'a' * 5000}",
        "http://example.org\n.evil.org/",
        "http://\ud800.org/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://example.org:port/",
        "http://example.org:0/",
        "http://example.org:22/",
        "http://example.org:25/",
        "http://example.org:65536/",
    ],
)
def test_what_cannot_be_asked_for_is_refused(address: str) -> None:
    with pytest.raises(ReadError):
        normalised(address)


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0x7f.1", "127.1", "127.0.1", "0177.0.0.1", "127.0.0.0x1",
     "017700000001", "127.0.0.256", "1.2.3.4.5", "0"],
)  # fmt: skip
def test_an_ip_address_in_an_unusual_spelling_is_refused(host: str) -> None:
    with pytest.raises(ReadError):
        normalised(f"http://{host}/")
    with pytest.raises(ReadError):
        normalised(f"http://{host}.:8080/")


@pytest.mark.parametrize(
    "address", ["http://me:secret@h/", "http://me:secret@h:22/", "http://me@h/"]
)
def test_an_address_with_a_password_is_refused_and_not_shown(address: str) -> None:
    with pytest.raises(ReadError, match="user name or password") as caught:
        normalised(address)
    assert "me" not in caught.value.message.split()
    assert "secret" not in caught.value.message
    with pytest.raises(ReadError) as caught:
        normalised(address.replace("/h", "/[") + " ")
    assert "secret" not in caught.value.message


# --- which machines may be visited ---------------------------------------------------------------

NOT_PUBLIC = """
    127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1
    169.254.169.254 100.64.0.1 100.100.100.200 168.63.129.16 192.0.0.192 192.0.2.1 192.88.99.1
    198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:7f00:1 64:ff9b::7f00:1
    64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:10::1 2001:db8::1
    2002:7f00:1:: 2002:a00:1::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0
    fec0::1 ff02::1 4000::1
""".split()


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_an_ip_address_that_is_not_public_is_refused(ip: str) -> None:
    message = refusal("http://site.test/", allow_loopback=False, resolve=answering(ip))
    assert f"site.test ({ip}) belongs to " in message
    if "%" not in ip:
        literal = f"http://[{ip}]/" if ":" in ip else f"http://{ip}/"
        assert "belongs to " in refusal(literal, allow_loopback=False)


def test_public_ip_addresses_may_be_visited() -> None:
    ips = ("93.184.216.34", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00::1")
    for allow_loopback in (True, False):
        found = checked(parsed("http://a.test/"), answering(*ips), allow_loopback=allow_loopback)
        assert found == ips


@pytest.mark.parametrize("ips", [("93.184.216.34", "10.0.0.1"), ("fd00::1", "2606:4700::1111")])
def test_one_private_ip_address_refuses_a_name_that_has_public_ones(ips: tuple[str, str]) -> None:
    assert "a private network" in refusal("http://site.test/", resolve=answering(*ips))


@pytest.mark.parametrize("ip", [ip for ip in NOT_PUBLIC if ip[:4] != "127." and ip != "::1"])
def test_the_permission_for_tests_is_for_loopback_alone(ip: str) -> None:
    assert "belongs to" in refusal("http://site.test/", resolve=answering(LOCAL, ip))


def test_without_the_permission_this_machine_is_not_visited() -> None:
    with serving({"/": page(BODY)}) as server:
        assert "this machine" in refusal(server.url, allow_loopback=False)
        assert "this machine" in refusal(f"http://site.test:{server.port}/", allow_loopback=False)
        assert not server.requests


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to() -> None:
    asked = []

    def changing(host: str, port: int) -> tuple[str, ...]:
        asked.append((host, port))
        return (LOCAL,) if len(asked) == 1 else ("10.0.0.1",)

    with serving({"/": page(BODY), "/go": redirect("/")}) as server:
        address = f"http://site.test:{server.port}"
        assert got(address, resolve=changing).data == BODY
        assert asked == [("site.test", server.port)]
        assert {one.headers["host"] for one in server.requests} == {f"site.test:{server.port}"}

        asked.clear()
        server.requests.clear()
        message = refusal(f"{address}/go", resolve=changing)
        assert f"leads to {address}/: site.test (10.0.0.1) belongs to a private" in message
        assert server.paths == ["/go"]


def test_the_next_ip_address_is_tried_when_one_is_not_there() -> None:
    with serving({"/": page(BODY)}) as server:
        found = got(f"http://site.test:{server.port}/", resolve=answering("127.0.0.2", LOCAL))
        assert found.data == BODY


def test_a_site_that_is_not_found_or_not_there_says_so() -> None:
    def unknown(*_: object) -> tuple[str, ...]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert "no site site.test was found" in refusal("http://site.test/", resolve=unknown)
    assert "no site site.test was found" in refusal("http://site.test/", resolve=answering())
    with socket.create_server((LOCAL, 0)) as unused:
        port = unused.getsockname()[1]
    assert "cannot be connected to" in refusal(f"http://{LOCAL}:{port}/")


# --- redirects -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 belongs to the local link"),
        ("http://10.0.0.1/", "10.0.0.1 belongs to a private network"),
        ("//[::ffff:127.0.0.1]/", "an IPv4 address inside"),
        ("http://2130706433/", "no web address"),
        ("http://0x7f.1/", "no web address"),
        ("http://me:secret@site.test/", "user name or password"),
        ("http://127.0.0.1:22/", "port 22"),
        ("file:///etc/passwd", "does not begin with http"),
        ("ftp://site.test/", "does not begin with http"),
        ("javascript:alert(1)", "does not begin with http"),
        ("http://[/", "cannot be understood"),
        ("/round", "more than 5 times"),
        ("", "does not say where"),
    ],
)
def test_a_redirect_is_checked_as_the_first_address_is(location: str, message: str) -> None:
    with serving({"/a": redirect(location), "/round": redirect("/round")}) as server:
        assert message in refusal(f"{server.url}/a")
        assert len(server.paths) == (6 if location == "/round" else 1)


def test_five_redirects_are_followed_and_six_are_not() -> None:
    hops = {f"/{n}": redirect(f"/{n - 1}", status) for n, status in
            enumerate((301, 302, 303, 307, 308, 301), start=1)}  # fmt: skip
    with serving({"/0": page(BODY), **hops}) as server:
        found = got(f"{server.url}/5#part")
        assert (found.address, found.final_address) == (f"{server.url}/5", f"{server.url}/0")
        assert "more than 5 times" in refusal(f"{server.url}/6")
        assert "more than 0 times" in refusal(f"{server.url}/1", limits=Limits(redirects=0))


@pytest.mark.parametrize("location", ["/ü?a b", "../%C3%BC?a%20b#part", "//{host}/ü?a b"])
def test_where_a_redirect_leads_may_be_written_in_several_ways(location: str) -> None:
    answers = {"/%C3%BC?a%20b": page(BODY)}
    with serving(answers) as server:
        answers["/a/b"] = redirect(location.format(host=f"{LOCAL}:{server.port}"))
        assert got(f"{server.url}/a/b").final_address == f"{server.url}/%C3%BC?a%20b"


# --- safe connections ----------------------------------------------------------------------------


def test_a_certificate_is_checked_against_the_name_not_the_ip_address(tmp_path: Path) -> None:
    server_tls, client_tls = trusted(tmp_path)
    with serving({"/": page(BODY)}, server_tls) as server:
        address = f"https://library.test:{server.port}/"
        assert got(address, tls=client_tls).data == BODY
        for refused, tls in (
            (address, None),  # signed by nobody that is trusted
            (address.replace("library", "other"), client_tls),
            (address.replace("library.test", LOCAL), client_tls),
        ):
            server.requests.clear()
            assert "no safe connection" in refusal(refused, tls=tls)
            assert not server.requests


def test_a_safe_connection_is_not_given_up_for_an_unsafe_one(tmp_path: Path) -> None:
    server_tls, client_tls = trusted(tmp_path)
    with serving({"/": page(BODY)}) as plain:
        answers = {"/": redirect(f"{plain.url}/")}
        with serving(answers, server_tls) as server:
            address = f"https://library.test:{server.port}/"
            assert "to an unsafe one" in refusal(address, tls=client_tls)
            assert not plain.requests


# --- limits --------------------------------------------------------------------------------------

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
UNTIL_CLOSED = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        page(bytes(100_001)),
        page(b"", Content_Length="100001"),
        page(b"", Content_Length="9" * 19),
        dripping(UNTIL_CLOSED, bytes(10_000), 0),
        dripping(CHUNKED, b"2710\r\n" + bytes(10_000) + b"\r\n", 0),
        page(bomb(100_001), Content_Encoding="gzip"),
        page(gzip.compress(b"") * 6_000, Content_Encoding="gzip"),
    ],
)
def test_a_page_that_is_too_large_is_given_up(answer: Answer) -> None:
    with serving({"/": answer}) as server:
        assert "more than 0.1 MB" in refusal(server.url)


def test_a_page_of_just_the_size_that_is_allowed_is_fetched() -> None:
    for packed in (page(bytes(100_000)), page(bomb(100_000), Content_Encoding="gzip")):
        with serving({"/": packed}) as server:
            assert len(got(server.url, limits=QUICK).data) == 100_000


def test_a_bomb_is_never_unpacked_whole() -> None:
    with serving({"/": page(bomb(50_000_000), Content_Encoding="gzip")}) as server:
        tracemalloc.start()
        assert "more than" in refusal(server.url)
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak_bytes < 3_000_000


@pytest.mark.parametrize(
    "answer",
    [
        silent(b"", 2),
        silent(page(BODY, Content_Length="90"), 2),
        dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a", 0.02),
        dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.001),
        dripping(UNTIL_CLOSED, b"a", 0.02),
        dripping(CHUNKED + b"1;", b"a", 0.02),
        dripping(CHUNKED + b"1\r\na\r\n0\r\n", b"a: b\r\n", 0.02),
    ],
)
def test_a_slow_answer_is_given_up_in_time_however_it_drips(answer: Answer) -> None:
    with serving({"/": answer}) as server:
        began = time.monotonic()
        assert "was not there after 0." in refusal(server.url)
        assert time.monotonic() - began < QUICK.time_s + 0.5


def test_all_steps_together_have_the_time_that_one_fetch_has() -> None:
    def slowly(request: Request) -> Iterator[bytes]:
        time.sleep(0.3)
        yield redirect(f"{request.path}a")

    answers: dict[str, Answer] = {f"/{'a' * n}": slowly for n in range(6)}
    with serving(answers) as server:
        assert "was not there after 0.8 seconds" in refusal(server.url)


def test_looking_up_a_name_is_given_up_in_time() -> None:
    def slow(host: str, port: int) -> tuple[str, ...]:
        time.sleep(2)
        return here(host, port)

    began = time.monotonic()
    assert "was not there after 0.4 seconds" in refusal("http://site.test/", resolve=slow)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "answer",
    [
        page(BODY, X_Large="a" * 200_000),
        b"HTTP/1.1 200 OK\r\n" + b"X: %b\r\n" % (b"a" * 100) * 2_000 + b"\r\n",
        dripping(b"HTTP/1.1 200 OK\r\n", b"X: " + b"a" * 10_000 + b"\r\n", 0),
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\nbody",
        b"",
        page(BODY, Content_Length="1e3"),
        page(BODY, Content_Length="9" * 5_000),
        page(BODY, Transfer_Encoding="gzip"),
        reset(b"HTTP/1.1 200 OK\r\n"),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused(answer: Answer) -> None:
    with serving({"/": answer}) as server:
        assert "no answer that can be read" in refusal(server.url)


# --- whole, or not at all ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        page(BODY, Content_Length=str(len(BODY) + 1)),
        page(BODY, Content_Length=str(len(BODY) - 1)),
        lambda _: (page(BODY), b"and more"),
        reset(page(BODY, Content_Length="90")),
        reset(UNTIL_CLOSED + BODY),
        CHUNKED + b"5\r\nonly",
        CHUNKED + b"4\r\nonly\r\n",
        CHUNKED + b"4\r\nonly\r\nmore",
        page(gzip.compress(BODY)[:-9], Content_Encoding="gzip"),
        page(gzip.compress(BODY) + b"\x1f\x8b", Content_Encoding="gzip"),
    ],
)
def test_a_page_that_is_cut_short_is_refused(answer: Answer) -> None:
    with serving({"/": answer}) as server:
        assert "cut short" in refusal(server.url)


@pytest.mark.parametrize(
    "answer",
    [
        page(BODY),
        UNTIL_CLOSED + BODY,
        b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
        b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(BODY) + BODY,
        b"HTTP/1.1 103 Early Hints\r\n\r\n" + page(BODY),
        CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY),
        page(BODY, Content_Encoding="identity"),
        page(gzip.compress(BODY), Content_Encoding="gzip"),
        page(gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]), Content_Encoding="X-GZIP"),
        page(gzip.compress(BODY) + bytes(100), Content_Encoding="gzip"),
        page(zlib.compress(BODY), Content_Encoding="deflate"),
        lambda _: (bytes([byte]) for byte in page(gzip.compress(BODY), Content_Encoding="gzip")),
        silent(page(BODY), 1),
    ],
)
def test_an_honest_page_is_fetched_whole_however_it_is_sent(answer: Answer) -> None:
    with serving({"/": answer}) as server:
        assert got(server.url).data == BODY


@pytest.mark.parametrize(
    ("encoding", "body", "message"),
    [
        ("br", BODY, "packed as 'br'"),
        ("zstd", BODY, "packed as 'zstd'"),
        ("gzip, gzip", gzip.compress(gzip.compress(BODY)), "packed as 'gzip, gzip'"),
        ("gzip\r\nContent-Encoding: gzip", gzip.compress(BODY), "packed as 'gzip, gzip'"),
        ("gzip", BODY, "cannot be unpacked"),
        ("gzip", gzip.compress(BODY)[:-8] + bytes(8), "cannot be unpacked"),
    ],
)
def test_packing_that_was_not_asked_for_or_is_damaged_is_refused(
    encoding: str, body: bytes, message: str
) -> None:
    with serving({"/": page(body, Content_Encoding=encoding)}) as server:
        assert message in refusal(server.url)
        assert server.requests[-1].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    "answer",
    [
        page(),
        UNTIL_CLOSED,
        page(b"", Content_Encoding="gzip"),
        page(bomb(0), Content_Encoding="gzip"),
    ],
)
def test_an_empty_page_is_refused(answer: Answer) -> None:
    with serving({"/": answer}) as server:
        assert "empty" in refusal(server.url)


@pytest.mark.parametrize(
    "status", [201, 204, 206, 300, 304, 305, 400, 401, 403, 404, 410, 418, 429, 451, 500, 502, 503]
)
def test_any_other_status_is_refused_by_its_number(status: int) -> None:
    body = b"" if status in (204, 304) else b"an error page"
    with serving({"/": page(body, status=status)}) as server:
        assert f"(status {status})" in refusal(server.url)


# --- what is told and what is known --------------------------------------------------------------


@pytest.mark.parametrize(
    ("content_type", "media_type", "charset"),
    [
        ("text/html", "text/html", None),
        ("Text/HTML; Charset=ISO-8859-1", "text/html", "ISO-8859-1"),
        ('application/xhtml+xml;q=1; charset="utf-8"; a=b', "application/xhtml+xml", "utf-8"),
        ("", "", None),
        ("; charset=", "", None),
    ],
)
def test_what_the_server_says_of_a_page_is_passed_on(
    content_type: str, media_type: str, charset: str | None
) -> None:
    answer = page(BODY, Content_Type=content_type, ETag='W/"1ü"', Last_Modified="some day")
    with serving({"/a?b=c": answer}) as server:
        address = f"{server.url}/a?b=c"
        found = got(f"{address}#d", today=lambda: DAY)
    etag = 'W/"1ü"'.encode().decode("latin-1")
    assert found == Fetched(
        address, address, BODY, media_type, charset, etag, "some day", "2025-03-09"
    )


def changing(old: bytes, new: bytes, header: str, value: str) -> Answer:
    """A page that is not sent again to whoever has it."""

    def send(request: Request) -> Iterator[bytes]:
        yield old if request.headers.get(header) == value else new

    return send


@pytest.mark.parametrize(
    ("known", "header", "value"),
    [
        (Known(etag='"1"'), "if-none-match", '"1"'),
        (Known(etag="Ã¼"), "if-none-match", "Ã¼"),
        (Known(last_modified="Sun, 09 Mar 2025 10:00:00 GMT"), "if-modified-since",
         "Sun, 09 Mar 2025 10:00:00 GMT"),
    ],
)  # fmt: skip
def test_a_page_that_has_not_changed_is_not_sent_again(
    known: Known, header: str, value: str
) -> None:
    answer = changing(page(status=304), page(BODY, ETag='"2"'), header, value)
    with serving({"/": answer, "/go": redirect("/")}) as server:
        for path in ("/", "/go"):
            address = f"{server.url}{path}"
            assert fetch(address, known, allow_loopback=True) is None
            assert got(address).etag == '"2"'
            assert got(address, Known(etag='"0"', last_modified="long ago")).data == BODY
        assert not any(header in r.headers for r in server.requests if "robots" in r.path)


def test_what_a_server_said_is_not_told_to_another() -> None:
    answer = changing(page(status=304), page(BODY), "if-none-match", '"1"')
    with serving({"/": answer}) as server:
        elsewhere = Known(etag='"1"', final_address="http://other.test/")
        assert got(server.url, elsewhere).data == BODY
        same = Known(etag='"1"', final_address=f"{server.url}/")
        assert fetch(server.url, same, allow_loopback=True) is None


def test_no_cookies_are_kept_and_no_proxies_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    answers = {
        "/a": page(b"", status=302, Location="/b", Set_Cookie="id=1; Path=/"),
        "/b": page(BODY, Set_Cookie="id=1"),
    }
    with serving(answers) as server:
        rules = Robots()
        got(f"{server.url}/a", rules=rules)
        got(f"{server.url}/b", rules=rules)
        assert server.paths == ["/a", "/b", "/b"]
        assert not any("cookie" in request.headers for request in server.requests)
        assert {one.headers["user-agent"].split("/")[0] for one in server.requests} == {"Attest"}


# --- robots.txt ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "permitted"),
    [
        (b"User-agent: *\nDisallow: /private", True),
        (b"User-agent: *\nDisallow: /docs/", False),
        (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /", False),
        (b"User-agent: attest\nDisallow: /\n\nUser-agent: *\nDisallow:", False),
        (b"User-agent: Attest\nDisallow:\n\nUser-agent: *\nDisallow: /", True),
        (b"User-agent: OtherBot\nDisallow: /", True),
        (b"User-agent: *\nCrawl-delay: \xc2\xb2\nDisallow: //[x\nDisallow: /docs", True),
        (b"<html>not found</html>", True),
        (b"\xff\xfe\x00", True),
        (b"", True),
    ],
)
def test_what_a_site_asks_of_programs_is_honoured(rules: bytes, permitted: bool) -> None:
    with serving({"/docs/a": page(BODY), "/robots.txt": page(rules)}) as server:
        if permitted:
            assert got(f"{server.url}/docs/a").data == BODY
        else:
            assert "robots.txt" in refusal(f"{server.url}/docs/a")
            assert not server.paths


@pytest.mark.parametrize(
    "answer",
    [
        page(b"User-agent: *\nDisallow: /", status=404),
        page(b"User-agent: *\nDisallow: /", status=500),
        redirect("http://10.0.0.1/robots.txt"),
        redirect("/robots.txt"),
        page(b"User-agent: *\nDisallow: /", Content_Length="90"),
        page(b"User-agent: *\nDisallow: /" + b"\n" * 600_000),
        silent(b"", 2),
        dripping(b"HTTP/1.1 200 OK\r\n", b"a", 0.02),
    ],
)
def test_rules_that_cannot_be_fetched_ask_for_nothing(answer: Answer) -> None:
    with serving({"/": page(BODY), "/robots.txt": answer}) as server:
        assert got(server.url, limits=QUICK).data == BODY


def test_the_rules_of_each_site_on_the_way_are_asked_for_once_a_run() -> None:
    with serving({"/robots.txt": page(b"User-agent: *\nDisallow: /b")}) as other:
        answers = {"/a": redirect(f"{other.url}/b"), "/": page(BODY)}
        with serving(answers) as server:
            rules = Robots()
            message = refusal(f"{server.url}/a", rules=rules)
            assert f"leads to {other.url}/b: {LOCAL} asks programs not to" in message
            refusal(f"{server.url}/a", rules=rules)
            got(server.url, rules=rules)
            asked = [r.path for s in (server, other) for r in s.requests if "robots" in r.path]
            assert len(asked) == 2
            assert other.paths == []


def test_the_rules_may_lie_elsewhere() -> None:
    answers = {
        "/": page(BODY),
        "/robots.txt": redirect("/rules"),
        "/rules": page(b"User-agent: *\nDisallow: /"),
    }
    with serving(answers) as server:
        assert "robots.txt" in refusal(server.url)


def test_where_rules_lie_is_checked_as_any_address_is() -> None:
    def private_rules(host: str, _: int) -> tuple[str, ...]:
        return (LOCAL,) if host == "site.test" else ("10.0.0.1",)

    answers = {"/": page(BODY), "/rules": page(b"User-agent: *\nDisallow: /")}
    with serving(answers) as server:
        answers["/robots.txt"] = redirect(f"http://rules.test:{server.port}/rules")
        assert got(f"http://site.test:{server.port}/", resolve=private_rules).data == BODY
        assert server.paths == ["/"]
