"""All settings in one frozen object: flag over environment over default."""

from dataclasses import dataclass
from pathlib import Path

from index.environment import (
    DEFAULT_FILE_BYTES,
    attest_variables,
    largest_file_bytes,
    library_folder,
)
from index.errors import InvalidInput

DEFAULT_PASSAGES = 8
MOST_PASSAGES = 50
LONGEST_QUESTION_CHARS = 4000


@dataclass(frozen=True)
class Settings:
    """What the assistant runs with.

    `library` is a folder, `embedder` a sentence-transformers model or None for the packaged one,
    `model` a chat model as provider:name or None for the extractive answer, `model_url` the
    address of an OpenAI-compatible server, `reranker` and `verifier` cross-encoders by hub name or
    directory or None for the packaged ones, `strict` whether sentences that nothing bears out are
    struck rather than flagged, `passages` how many an answer may draw on,
    `largest_file_bytes` the largest file that the page takes in.
    """

    library: Path
    embedder: str | None = None
    model: str | None = None
    model_url: str | None = None
    reranker: str | None = None
    verifier: str | None = None
    strict: bool = False
    passages: int = DEFAULT_PASSAGES
    largest_file_bytes: int = DEFAULT_FILE_BYTES

    @classmethod
    def resolve(
        cls,
        *,
        library: str | Path | None = None,
        model: str | None = None,
        model_url: str | None = None,
    ) -> "Settings":
        """The settings of this process. Raises `InvalidInput` for a bad or unknown ATTEST_* one."""
        variables = attest_variables()
        return cls(
            library=library_folder(library, variables),
            embedder=variables.get("ATTEST_EMBEDDER"),
            model=_model_name(model or variables.get("ATTEST_MODEL")),
            model_url=_address(model_url or variables.get("ATTEST_MODEL_URL")),
            reranker=variables.get("ATTEST_RERANKER"),
            verifier=variables.get("ATTEST_VERIFIER"),
            strict=_is_strict(variables.get("ATTEST_GROUNDING", "flag")),
            passages=_passages(variables.get("ATTEST_PASSAGES", str(DEFAULT_PASSAGES))),
            largest_file_bytes=largest_file_bytes(variables),
        )


def _model_name(name: str | None) -> str | None:
    if name is not None and not all(part.strip() for part in name.partition(":")):
        raise InvalidInput(
            f"ATTEST_MODEL={name} does not name a provider and a model",
            "write it as provider:name, for example ollama:llama3.2",
        )
    return name


def _address(url: str | None) -> str | None:
    if url is not None and not url.startswith(("http://", "https://")):
        raise InvalidInput(
            f"ATTEST_MODEL_URL={url} is not an address",
            "write it as http://host:port/v1",
        )
    return url


def _is_strict(grounding: str) -> bool:
    if grounding not in ("flag", "strict"):
        raise InvalidInput(
            f"ATTEST_GROUNDING={grounding} is neither flag nor strict",
            "flag marks sentences that nothing bears out, strict takes them out",
        )
    return grounding == "strict"


def _passages(number: str) -> int:
    if not number.isdecimal() or not 1 <= int(number) <= MOST_PASSAGES:
        raise InvalidInput(
            f"ATTEST_PASSAGES={number} is not a number from 1 to {MOST_PASSAGES}",
            f"leave it unset for {DEFAULT_PASSAGES}",
        )
    return int(number)
