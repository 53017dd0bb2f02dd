"""Readers that go wrong, for worker processes: each file's text says how its reading ends."""

import os
import socket
import time
import urllib.request
from pathlib import Path

from ingest.files import SourceFile
from ingest.reading import Job, Reading, read


def misread(job: Job) -> Reading:
    """Do what the file says, and then read it."""
    text = job.file.path.read_text()
    if text.startswith("hang"):
        time.sleep(600)
    elif text.startswith("crash"):
        os.abort()
    elif text.startswith("exit"):
        os._exit(3)
    elif text.startswith("memory"):
        held = [bytes(50_000_000) for _ in range(1000)]
        assert held
    elif text.startswith("fault"):
        raise KeyError("a parser's own fault")
    elif text.startswith("fetch"):
        urllib.request.urlopen("http://127.0.0.1:9/")
    elif text.startswith("connect"):
        socket.create_connection(("127.0.0.1", 9))
    elif text.startswith("write"):
        Path(text.split(maxsplit=1)[1]).write_text("written by a reader")
    return read(Job(SourceFile(job.file.path, job.file.origin)))
