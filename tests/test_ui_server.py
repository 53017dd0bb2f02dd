"""`python -m ui` as a process: where it listens, how it ends, and answers that take their time."""

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from index.embedder import Embedder
from index.errors import InvalidInput
from index.library import Library
from ingest.files import source_files
from ingest.pipeline import STARTER, take_in
from ui.__main__ import LOOPBACK, PORTS, free_port, main

WORD_EVERY_S = 0.05
END_S = 5  # it takes 0.1 s; the machine may have much else to do


def test_a_port_that_is_in_use_is_passed_over_or_refused_where_it_was_named() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput, match=f"port {port} on {LOOPBACK} is in use"):
            free_port(LOOPBACK, port)
    assert free_port(LOOPBACK, None) in PORTS
    assert free_port(LOOPBACK, 0) > 0


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_a_host_that_is_not_this_machine_is_refused(host: str) -> None:
    with pytest.raises(InvalidInput, match="not an address of this machine"):
        free_port(host, 0)


@pytest.mark.parametrize("port", ["70000", "-1", "http"])
def test_what_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([f"--port={port}"])
    assert ended.value.code == 2
    assert "is not a port" in capsys.readouterr().err


class SlowModel(BaseHTTPRequestHandler):
    """An OpenAI-compatible server that writes a word now and then until nobody listens."""

    abandoned = threading.Event()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        try:
            while True:
                choice = {"index": 0, "delta": {"role": "assistant", "content": "word <b>it</b> "}}
                self.wfile.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
                time.sleep(WORD_EVERY_S)
        except OSError:
            self.abandoned.set()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def model_url() -> Iterator[str]:
    server = ThreadingHTTPServer((LOOPBACK, 0), SlowModel)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{LOOPBACK}:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_an_answer_can_be_stopped_asked_again_and_left_and_ctrl_c_ends_all_of_it(
    tmp_path: Path, model_url: str, embedder: Embedder
) -> None:
    pytest.importorskip("playwright", reason="this test needs playwright")
    from playwright.sync_api import expect

    from tests import browsing

    if browsing.CHROMIUM is None:
        pytest.skip(browsing.NO_CHROMIUM)
    library = Library.open(tmp_path / "library", embedder=embedder, create=True)
    list(take_in(library, source_files([STARTER / "forced-labor-1589.md"])))
    settings = {"ATTEST_MODEL": "openai:slow", "ATTEST_MODEL_URL": model_url}
    with browsing.serving(tmp_path, **settings) as server, browsing.chromium() as browser:
        page, other = browser.new_page(), browser.new_page()
        page.goto(server.address)
        browsing.ask(page, "What is forced labor?")
        streaming = page.locator("#latest .streaming")
        expect(streaming).to_contain_text("word <b>it</b>", timeout=browsing.ANSWER_MS)
        page.locator("#question textarea").fill("And for children?")
        page.locator("#stop").click()
        expect(page.locator(".note.stopped")).to_contain_text("incomplete")
        expect(page.locator("#question textarea")).to_have_value("And for children?")
        assert SlowModel.abandoned.wait(10), "the model goes on writing for nobody"

        page.locator("#retry").click()
        expect(streaming).to_be_visible()
        other.goto(server.address)
        browsing.ask(other, "What is the Palermo Protocol?")
        expect(other.locator("#latest .streaming")).to_be_visible(timeout=browsing.ANSWER_MS)
        page.reload()
        expect(page.locator("#introduction")).to_be_visible()
        expect(page.locator(".turn")).to_have_count(0)

        began = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=60) == 0
        assert time.monotonic() - began < END_S
        assert "Traceback" not in server.errors.read_text("utf-8")
