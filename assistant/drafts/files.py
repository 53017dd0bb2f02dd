"""A draft's file as text: plain text is read here, all else by `ingest`, in a process of its own.

The two rooms never import each other, and a Word file or PDF from elsewhere is to be read by the
confined workers that ingest has for that.
"""

import codecs
import json
import subprocess
import sys
from pathlib import Path

from assistant.drafts.claims import LONGEST_DRAFT_CHARS
from index.errors import InvalidInput

PLAIN_SUFFIXES = (".txt", ".md", ".markdown")
_ROOT = Path(__file__).parents[2]  # where `python -m ingest` is found
_MOST_BYTES = 4 * LONGEST_DRAFT_CHARS + len(codecs.BOM_UTF8)


def read_draft(path: Path) -> str:
    """The text of a draft. Raises `InvalidInput` for a file that cannot be read."""
    text = _plain_text(path) if path.suffix.lower() in PLAIN_SUFFIXES else None
    return _text_by_ingest(path) if text is None else text


def _plain_text(path: Path) -> str | None:
    """The text of a file in UTF-8; None if it is something else, which ingest can tell."""
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return None
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    return text if text.strip() and "\0" not in text else None


def _text_by_ingest(path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "--text", str(path.absolute())],
        cwd=_ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode == 0:
        return str(json.loads(done.stdout)["text"])
    raise _translated(path, done.stderr.decode("utf-8", "replace"))


def _translated(path: Path, said: str) -> InvalidInput:
    lines = said.splitlines()
    message = next((line for line in lines if line.startswith("error: ")), None)
    remedy = next((line for line in lines if line.startswith("try: ")), None)
    if message and remedy:
        return InvalidInput(message.removeprefix("error: "), remedy.removeprefix("try: "))
    return InvalidInput(
        f"{path} could not be read: its reader ended without saying why",
        "save it as plain text (UTF-8), and give that",
    )
