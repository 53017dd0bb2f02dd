"""A web server on this machine that misbehaves as it is told, byte by byte.

Each path has an answer: bytes, which are sent as they are, or a function from the request to
pieces, sent one by one. Nothing is put right: lengths may be wrong, headers endless, connections
cut.
"""

import gzip
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LOCAL = "127.0.0.1"
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close at once and without goodbye

# a key that guards nothing, and its certificate for library.test, good from 2020 to 2120
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4HXMurgOfSA1PLiI
THgNz1a0idcu6o+4VfNxqkwlIJ2hRANCAASqxQs5/pqzcf/fovbRRYE9iAdbDHKx
PRcq8/0eeCsPsoNQeS93Mh4D26fjcGdWCZYzAs8XhTFcb9Let8UoWcPs
-----END PRIVATE KEY-----
"""
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBfDCCASOgAwIBAgIUElZ2kEpB3V1v9mRQfw3lHagH4swwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMbGlicmFyeS50ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAw
MTAxMDAwMDAwWjAXMRUwEwYDVQQDDAxsaWJyYXJ5LnRlc3QwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASqxQs5/pqzcf/fovbRRYE9iAdbDHKxPRcq8/0eeCsPsoNQ
eS93Mh4D26fjcGdWCZYzAs8XhTFcb9Let8UoWcPso0swSTAXBgNVHREEEDAOggxs
aWJyYXJ5LnRlc3QwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUslNwT8+WfyLP
sA9cW80oMKi1VYwwCgYIKoZIzj0EAwIDRwAwRAIgMFfZ3zqedZI4n7M4Xg9sHtJt
ljF3cxO5hSlZouNLNOICIDUZQmJpYSxsibIog0gPKx2eOWpc+jE4xARUDfpqQaxV
-----END CERTIFICATE-----
"""


@dataclass(frozen=True)
class Request:
    """What was asked; header names in lower case."""

    path: str
    headers: Mapping[str, str]


Answer = bytes | Callable[[Request], Iterable[bytes]]


@dataclass
class Server:
    """A running server: where it listens, and the requests it got."""

    port: int
    requests: list[Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{LOCAL}:{self.port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order, robots.txt left out."""
        return [one.path for one in self.requests if one.path != "/robots.txt"]


@contextmanager
def serving(answers: Mapping[str, Answer], tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server that has these answers by path, and status 404 for any other."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                secured = tls.wrap_socket(self.request, server_side=True) if tls else self.request
                request = received(secured)
                found.requests.append(request)
                answer = answers.get(request.path, page(b"no such page", status=404))
                for piece in (answer,) if isinstance(answer, bytes) else answer(request):
                    secured.sendall(piece)
                secured.close()
            except OSError:  # the client has had enough, or the answer is a reset
                if not tls:
                    self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    self.request.close()

    class Listener(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Listener((LOCAL, 0), Handler) as listener:
        found = Server(listener.server_address[1])
        threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True).start()
        yield found
        listener.shutdown()


def received(connection: socket.socket) -> Request:
    """The request that comes over a connection."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65_536)
        if not piece:
            raise ConnectionAbortedError("it connected and said nothing")
        head += piece
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = (line.split(": ", 1) for line in lines)
    return Request(first.split(" ")[1], {name.lower(): value for name, value in headers})


def page(body: bytes = b"", *, status: int = 200, **headers: str) -> bytes:
    """An honest answer; underscores in the names of headers stand for dashes."""
    sent = {"Content-Length": str(len(body)), "Connection": "close"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} So", *(f"{name}: {value}" for name, value in sent.items())]
    return "\r\n".join([*lines, "\r\n"]).encode("utf-8") + body


def redirect(location: str, status: int = 302) -> bytes:
    """An answer that sends its reader elsewhere."""
    return page(b"it is not here", status=status, Location=location)


def dripping(start: bytes, drop: bytes, pause_s: float) -> Answer:
    """An answer that never ends: a start, and then drop after drop."""

    def send(_: Request) -> Iterator[bytes]:
        yield start
        while True:
            time.sleep(pause_s)
            yield drop

    return send


def silent(start: bytes, seconds: float) -> Answer:
    """An answer that says no more after its start."""

    def send(_: Request) -> Iterator[bytes]:
        yield start
        time.sleep(seconds)

    return send


def reset(start: bytes) -> Answer:
    """An answer whose connection is lost after its start."""

    def send(_: Request) -> Iterator[bytes]:
        yield start
        time.sleep(0.1)
        raise ConnectionResetError

    return send


def bomb(size_bytes: int) -> bytes:
    """Zeros, packed to a thousandth."""
    return gzip.compress(bytes(size_bytes))


def trusted(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS as library.test, and a client's that trusts it and nothing else."""
    (folder / "key.pem").write_text(KEY)
    (folder / "certificate.pem").write_text(CERTIFICATE)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return server, ssl.create_default_context(cadata=CERTIFICATE)
