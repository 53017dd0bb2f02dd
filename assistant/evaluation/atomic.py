"""A file is replaced whole or not at all: whoever reads it sees the old or the new one.

What stands in the file is the caller's business.
"""

import os
import shutil
import tempfile
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` in the place of what `path` holds, making its folder. Raises `OSError`.

    A link stays a link, and the file keeps its permissions.
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    # in the same folder: a rename is atomic only within one file system
    with tempfile.TemporaryDirectory(prefix=".attest-", dir=target.parent) as folder:
        written = Path(folder, target.name)
        with written.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, written)
        written.replace(target)
