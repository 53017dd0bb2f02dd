"""Everything that makes a run what it is, so that it can be repeated exactly, and gone on with.

Two runs with equal `MadeWith` give equal figures, times apart. Where a run is kept is not said
here. Secrets in the address of a chat model are left out.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.settings import Settings
from assistant.verifiers import CHAT_MODEL
from index.embedder import PACKAGED, PACKAGED_SHA256, sha256_of
from index.errors import InvalidInput
from index.evidence import weights
from index.evidence.verifier import PACKAGED as PACKAGED_EVIDENCE
from index.types import Entry, Stats

_ABSENT = "–"


@dataclass(frozen=True)
class MadeWith:
    """What a run was made with, each a JSON value.

    `settings` by name; `models` by what they do, with name and SHA-256 (None where nobody can
    tell, of a model behind an address or a hub's name); `library`, its state (`library_state`);
    `questions_sha256` of the question file; `version` of Attest.
    """

    settings: Mapping[str, Any]
    models: Mapping[str, Any]
    library: Mapping[str, Any]
    questions_sha256: str
    version: str


def made_with(
    settings: Settings, stats: Stats, entries: Sequence[Entry], questions: Path, version: str
) -> MadeWith:
    """What a run over these questions and this library is made with.

    Raises `InvalidInput` if the question file, or a model's folder, cannot be read.
    """
    return MadeWith(
        settings={"passages": settings.passages, "strict": settings.strict},
        models=_models(settings),
        library=library_state(stats, entries),
        questions_sha256=_hashed(questions),
        version=version,
    )


def library_state(stats: Stats, entries: Sequence[Entry]) -> dict[str, Any]:
    """What a library holds and was made with, and the SHA-256 of its list.

    A document's id is its content's hash. When it was added makes no difference, nor how much the
    folder takes on disk: the runs are kept in it.
    """
    made = ("documents", "passages", "characters", "embedder", "chunking", "schema_version")
    listed = sorted(
        json.dumps(
            [asdict(e.source), e.characters, e.passages, sorted(e.origins), e.superseded_by],
            sort_keys=True,
        )
        for e in entries
    )
    digest = hashlib.sha256("\n".join(listed).encode()).hexdigest()
    return {name: getattr(stats, name) for name in made} | {"sha256": digest}


def differences(first: MadeWith, second: MadeWith) -> tuple[str, ...]:
    """Each fact in which the two differ, in words: "settings.passages: 8, now 5"."""
    one, two = dict(facts(first)), dict(facts(second))
    return tuple(
        f"{name}: {one.get(name, _ABSENT)}, now {two.get(name, _ABSENT)}"
        for name in dict.fromkeys((*one, *two))
        if one.get(name, _ABSENT) != two.get(name, _ABSENT)
    )


def facts(made: MadeWith) -> tuple[tuple[str, Any], ...]:
    """Each single fact with its dotted name: ("settings.passages", 8)."""
    return tuple(_facts(asdict(made)))


def read_made_with(fields: Any) -> MadeWith:
    """What `asdict` made of it. Raises `InvalidInput` if it is not that."""
    match fields:
        case {
            "settings": dict(settings),
            "models": dict(models),
            "library": dict(library),
            "questions_sha256": str(questions),
            "version": str(version),
        }:
            return MadeWith(settings, models, library, questions, version)
    raise InvalidInput("it does not say what the run was made with", "delete the run's folder")


def _models(settings: Settings) -> dict[str, Any]:
    chat = {"name": settings.model, "address": _address(settings.model_url), "sha256": None}
    judge = settings.verifier
    return {
        "embedder": _model(settings.embedder, PACKAGED, PACKAGED_SHA256),
        "reranker": _model(settings.reranker, PACKAGED_EVIDENCE, weights.SHA256),
        "verifier": chat if judge == CHAT_MODEL else _model(
            judge, PACKAGED_EVIDENCE, weights.SHA256
        ),
        "chat": chat if settings.model else None,
    }  # fmt: skip


def _model(name: str | None, packaged: str, sha256: str) -> dict[str, Any]:
    if name is None:
        return {"name": packaged, "sha256": sha256}
    folder = Path(name)
    return {"name": name, "sha256": _folder_hash(folder) if folder.is_dir() else None}


def _folder_hash(folder: Path) -> str:
    """One hash for all files of a model's folder."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder).as_posix()} {_hashed(file)}\n".encode())
    return digest.hexdigest()


def _hashed(file: Path) -> str:
    try:
        return sha256_of(file)
    except OSError as error:
        raise InvalidInput(
            f"{file} cannot be read: {error.strerror}", "check the path and its permissions"
        ) from error


def _address(url: str | None) -> str | None:
    """The address without user, password and query."""
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _facts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The single values in nested mappings, each with its dotted path."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _facts(inner, f"{path}.{name}" if path else str(name))
    else:
        yield path, value
