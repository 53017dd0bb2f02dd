"""The only place that reads the process environment; what it means is each room's own business.

All names that Attest knows stand here, because an unknown `ATTEST_*` name is an error: a
misspelt setting would otherwise be ignored in silence.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_data_path

from index.errors import InvalidInput

DEFAULT_FILE_MB = 100
DEFAULT_FILE_BYTES = DEFAULT_FILE_MB * 1_000_000
KNOWN = {
    "ATTEST_LIBRARY": "folder of the library",
    "ATTEST_EMBEDDER": "sentence-transformers model by name or directory (default: packaged)",
    "ATTEST_MODEL": "chat model that writes answers, provider:name (default: none)",
    "ATTEST_MODEL_URL": "address of an OpenAI-compatible server for that model",
    "ATTEST_RERANKER": "cross-encoder that orders passages, by name or directory",
    "ATTEST_GROUNDING": "strict: strike sentences that nothing bears out; flag: mark them",
    "ATTEST_VERIFIER": "cross-encoder that judges support, by name or directory; or: model",
    "ATTEST_PASSAGES": "passages that an answer may use (default 8)",
    "ATTEST_MAX_FILE_MB": "largest file that is taken in, in megabytes (default 100)",
}


def attest_variables(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The non-empty ATTEST_* variables. Raises `InvalidInput` for a name that is not known."""
    found = {name: value for name, value in environment.items() if name.startswith("ATTEST_")}
    unknown = sorted(set(found) - set(KNOWN))
    if unknown:
        raise InvalidInput(
            f"unknown setting {', '.join(unknown)} in the environment",
            f"unset it, or use one of {', '.join(KNOWN)}",
        )
    return {name: value for name, value in found.items() if value.strip()}


def largest_file_bytes(variables: Mapping[str, str]) -> int:
    """The largest file that may be taken in. Raises `InvalidInput` for what is no number."""
    written = variables.get("ATTEST_MAX_FILE_MB", str(DEFAULT_FILE_MB))
    if not written.isdecimal() or int(written) == 0:
        raise InvalidInput(
            f"ATTEST_MAX_FILE_MB={written} is not a number of megabytes",
            f"leave it unset for {DEFAULT_FILE_MB}",
        )
    return int(written) * 1_000_000


def library_folder(flag: str | Path | None, variables: Mapping[str, str]) -> Path:
    """The library's folder: the flag, else ATTEST_LIBRARY, else the user's data folder."""
    chosen = flag or variables.get("ATTEST_LIBRARY")
    if chosen:
        return Path(chosen).expanduser().resolve()
    return user_data_path("attest", appauthor=False) / "library"
