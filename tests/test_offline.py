"""Nothing leaves the machine: ingest, search and a default answer open no connection."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Every way to the network that Python has raises an audit event; ours ends the process. Processes
# of this machine talk through AF_UNIX sockets, which lead nowhere else.
PROGRAM = """
import os, sys

def watch(event, arguments):
    reaching = ("connect", "sendto", "sendmsg", "getaddrinfo", "gethostbyname")
    # first the event: whatever is looked up here is audited in its turn
    if event.startswith("socket.") and event.split(".")[1] in reaching:
        if getattr(arguments[0], "family", None) == 1:
            return
        print("NETWORK", event, arguments, flush=True)
        os._exit(9)

sys.addaudithook(watch)
from ingest.__main__ import main as ingest
from assistant.__main__ import main as assistant

library, document = sys.argv[1:]
assert ingest([document, "--library", library]) == 0
assert assistant(["search", "hotline", "--library", library]) == 0
assert assistant(["ask", "Who answers the hotline in Zorbia?", "--library", library]) == 0
assert assistant(["doctor", "--library", library]) == 0
"""


def run(program: str, tmp_path: Path, *before: str) -> "subprocess.CompletedProcess[str]":
    document = tmp_path / "hotline.md"
    document.write_text("# Hotline\n\nThe hotline in Zorbia is answered by two nurses.\n")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ATTEST_", "HF_"))}
    command = [*before, sys.executable, "-c", program, str(tmp_path / "library"), str(document)]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )


def test_ingest_search_answer_and_doctor_make_no_connection(tmp_path: Path) -> None:
    done = run(PROGRAM, tmp_path)
    assert "NETWORK" not in done.stdout
    assert done.returncode == 0, done.stderr
    assert "two nurses" in done.stdout


def test_a_connection_would_be_seen(tmp_path: Path) -> None:
    reaching = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    done = run(PROGRAM.split("from ingest")[0] + reaching, tmp_path)
    assert "NETWORK" in done.stdout
    assert done.returncode == 9


def test_it_works_in_a_machine_without_any_network(tmp_path: Path) -> None:
    isolated = ("unshare", "--net", "--map-root-user")
    try:
        subprocess.run([*isolated, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine lets nobody make a network namespace (unshare --net)")
    done = run(PROGRAM, tmp_path, *isolated)
    assert done.returncode == 0, done.stderr
