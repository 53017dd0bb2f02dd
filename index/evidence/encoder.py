"""The encoder that reads a claim together with its evidence: MiniLM's own layers, trained on.

The first layers and the embeddings are those of the packaged model; the others, and two heads,
come from this folder's weights. Input is "[CLS] claim [SEP] evidence [SEP]"; the heads read the
first token and the mean and maximum of the claim's. Three-way: supported, refuted, not enough
information. A second head tells whether a passage answers a question. Torch is needed here and in
`index.embedder` only, and is imported when the weights are first used.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from index.embedder import Embedder, Vectors
from index.types import Passage

if TYPE_CHECKING:
    import torch

LONGEST_TOKENS = 256
BATCH_TOKENS = 4096
TRAINED_FROM = 2  # layers below are the packaged model's own


class Encoder:
    """Reads pairs; safe to use from several threads. `weights` are as `training` writes them."""

    def __init__(self, embedder: Embedder, weights: Mapping[str, Vectors]) -> None:
        self._embedder = embedder
        self._weights = weights
        self._lock = threading.Lock()
        self._model: Any = None
        self._tokenizer: Any = None

    def read(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """For each (claim or question, evidence), shape (n, 4): three log-odds and "answers"."""
        import torch

        read = np.zeros((len(pairs), 4), np.float32)
        with self._lock, torch.inference_mode():
            self._load()
            encoded = [self._encoded(pair) for pair in pairs]
            order = sorted(range(len(pairs)), key=lambda at: len(encoded[at][0]))
            for batch in batches_by_size(order, [len(ids) for ids, _ in encoded]):
                read[batch] = self._batch([encoded[at] for at in batch]).numpy()
        return read

    def answers(self, question: str, passages: Sequence[Passage]) -> tuple[float, ...]:
        """The log-odds that each passage, under its document's title, answers the question."""
        read = self.read([(question, f"{p.document.title}\n{p.text}") for p in passages])
        return tuple(float(row[3]) for row in read)

    def _batch(self, rows: Sequence[tuple[list[int], list[int]]]) -> "torch.Tensor":
        import torch

        longest = max(len(ids) for ids, _ in rows)
        ids = torch.zeros(len(rows), longest, dtype=torch.long)
        kinds, mask = torch.ones_like(ids), torch.zeros_like(ids)
        for at, (row, kind) in enumerate(rows):
            ids[at, : len(row)] = torch.tensor(row)
            kinds[at, : len(row)] = torch.tensor(kind)
            mask[at, : len(row)] = 1
        states = self._model(
            input_ids=ids, token_type_ids=kinds, attention_mask=mask
        ).last_hidden_state
        return pooled(states, kinds, mask) @ self._heads[0].T + self._heads[1]  # type: ignore[no-any-return]

    def _encoded(self, pair: tuple[str, str]) -> tuple[list[int], list[int]]:
        encoded = self._tokenizer.encode(*pair)
        return encoded.ids, encoded.type_ids

    def _load(self) -> None:
        """The packaged model with the trained layers in the place of its last."""
        if self._model is not None:
            return
        import copy

        import torch

        base: Any = self._embedder.load()
        shared = {id(v): v for name, v in base[0].model.named_parameters() if not is_trained(name)}
        model = copy.deepcopy(base[0].model, shared)
        own = {name: torch.from_numpy(value) for name, value in self._weights.items()}
        layers = {name: value for name, value in own.items() if not name.startswith("head.")}
        unknown = model.load_state_dict(layers, strict=False).unexpected_keys
        assert not unknown, unknown
        self._heads = own["head.weight"].float(), own["head.bias"].float()
        self._tokenizer = _pair_tokenizer(base)
        self._model = model.eval()


def is_trained(name: str) -> bool:
    """Whether the parameter is of a layer that was trained on."""
    return name.startswith("encoder.layer.") and int(name.split(".")[2]) >= TRAINED_FROM


def pooled(states: Any, kinds: Any, mask: Any) -> Any:
    """What the heads read of (n, tokens, d) states: the first, the claim's mean and maximum."""
    import torch

    claim = ((kinds == 0) & (mask == 1)).to(states.dtype)[..., None]
    mean = (states * claim).sum(1) / claim.sum(1)
    most = (states - 1e4 * (1 - claim)).max(1).values
    return torch.cat([states[:, 0], mean, most], 1).float()


def _pair_tokenizer(base: Any) -> Any:
    """The model's tokenizer, cutting the evidence where a pair is too long."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(base.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST_TOKENS, strategy="longest_first")
    return tokenizer


def batches_by_size(order: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """The indices in their order, in batches whose padded size is bounded."""
    batches: list[list[int]] = []
    for at in order:
        if batches and (len(batches[-1]) + 1) * lengths[at] <= BATCH_TOKENS:
            batches[-1].append(at)
        else:
            batches.append([at])
    return batches
