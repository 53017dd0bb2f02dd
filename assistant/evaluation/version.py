"""Which Attest answers and scores: its version and a hash of its code.

The version alone would let figures of yesterday's code pass for today's while it is being changed.
What else makes a run is said by `making`.
"""

import hashlib
from functools import cache
from pathlib import Path

VERSION = "0.1.0"
ROOMS = ("assistant", "index")  # the page and the ingest change no answer
_ROOT = Path(__file__).parents[2]


@cache  # of the code as it is when it is first asked for, not as it is edited afterwards
def attest_version(root: Path = _ROOT) -> str:
    """The version with the first digits of a SHA-256 over all modules: "0.1.0+1a2b3c4d5e6f"."""
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return f"{VERSION}+{digest.hexdigest()[:12]}"
