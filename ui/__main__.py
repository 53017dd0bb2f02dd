"""`python -m ui`: open the page on a library, on this machine only unless told otherwise."""

import argparse
import errno
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from assistant.settings import Settings
from index.errors import AttestError, InvalidInput

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from index.library import Library

LOOPBACK = "127.0.0.1"
PORTS = range(7860, 7880)
LARGEST_PORT = 65535


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the page until it is interrupted; 0, or 1 for what was explained on stderr."""
    options = _parser().parse_args(arguments)
    try:
        port = free_port(options.host, options.port)
        settings = Settings.resolve(library=options.library)
        library = _opened(settings)
        _serve(library, settings, options.host, port, browser=not options.no_browser)
    except AttestError as failure:
        print(f"error: {failure.message}\ntry: {failure.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return 0


def free_port(host: str, wanted: int | None) -> int:
    """The port to serve on: `wanted` (0 for any), or the first free one of `PORTS`.

    Raises `InvalidInput` if it is in use, or if the host is not one of this machine's.
    """
    for port in PORTS if wanted is None else (wanted,):
        try:
            family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
                return int(probe.getsockname()[1])
        except PermissionError as error:
            raise InvalidInput(
                f"port {port} may not be opened", "choose one above 1023: --port 7861"
            ) from error
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise InvalidInput(
                    f"{host} is not an address of this machine", "leave --host out, or name one"
                ) from error
    raise InvalidInput(
        f"port {wanted or f'{PORTS[0]} to {PORTS[-1]}'} on {host} is in use",
        "stop what runs there, or let the system choose one: --port 0",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ui",
        description="Ask the library questions in a browser, and add documents to it.",
    )
    parser.add_argument("--host", default=LOOPBACK, help=f"address to serve on ({LOOPBACK})")
    parser.add_argument(
        "--port",
        type=_port,
        help=f"port to serve on, 0 for any (default: the first free one from {PORTS[0]})",
    )
    parser.add_argument(
        "--library", metavar="DIR", help="folder of the library (default: ATTEST_LIBRARY)"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    return parser


def _port(written: str) -> int:
    if not written.isdecimal() or int(written) > LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"{written} is not a port from 0 to {LARGEST_PORT}")
    return int(written)


def _opened(settings: Settings) -> "Library":
    """The library; an empty one gets the starter briefs, so that the first question has answers."""
    from index.embedder import Embedder
    from index.evidence.choice import chosen_reranker
    from index.library import Library
    from ingest.pipeline import add_starter

    embedder = Embedder(settings.embedder)
    reranker = chosen_reranker(settings.reranker)
    library = Library.open(settings.library, embedder=embedder, reranker=reranker, create=True)
    if library.is_empty:
        print(f"Adding the starter briefs to the library at {settings.library}", flush=True)
        add_starter(library)
    return library


def _serve(library: "Library", settings: Settings, host: str, port: int, *, browser: bool) -> None:
    from ui.app import build_app
    from ui.theme import appearance

    app = build_app(_loading(library, settings), library, settings.largest_file_bytes)
    app.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        footer_links=[],
        **appearance(),
    )
    print(f"Attest is at {app.local_url} (Ctrl-C stops it)", flush=True)
    if host != LOOPBACK:
        print(f"Whoever reaches {host} can read and change {settings.library}", flush=True)
    if browser:
        webbrowser.open(str(app.local_url))
    threading.Event().wait()  # Gradio's own `block_thread` would wait 5 s for pages to close


def _loading(library: "Library", settings: Settings) -> "Future[Assistant]":
    """The assistant, whose models load while the page already opens."""
    from assistant.assistant import Assistant

    def load() -> Assistant:
        library.embedder.load()
        return Assistant(library, settings)

    with_one_thread = ThreadPoolExecutor(1)
    loading = with_one_thread.submit(load)
    with_one_thread.shutdown(wait=False)
    return loading


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Open pages, answers and additions underway are not waited for: what the library has committed
    # is whole, and it repairs the rest when it is opened.
    os._exit(status)
