"""Trains the encoder: MiniLM's upper layers and the heads, on all pairs at once.

bf16 arithmetic with 32-bit master weights (Micikevicius et al. 2018), AdamW, one cosine; the
weights kept are the average over the second half (Izmailov et al. 2018). A checkpoint is written
every `CHECKPOINT_STEPS` and taken up again by the next call with the same rows.
"""

import copy
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from index.embedder import Embedder, Vectors
from index.evidence.encoder import LONGEST_TOKENS, batches_by_size, is_trained, pooled
from index.evidence.training.data import LABELS, Row

LEARNING_RATE, HEAD_RATE, WEIGHT_DECAY = 1.5e-4, 1e-3, 0.01
WARM_UP_STEPS = 200
SORTED_TOGETHER = 2048  # pairs among which batches are made by length
AVERAGED_FROM, AVERAGED_EVERY, AVERAGE_WINDOW = 0.5, 10, 50
CHECKPOINT_STEPS = 200
SUPPORTED, ANSWERS = LABELS.index("supported"), LABELS.index("answers")
NOT_SUPPORTED = LABELS.index("not_supported")

Log = Callable[[str], None]


def train_encoder(
    rows: Sequence[Row], embedder: Embedder, *, seed: int, epochs: int, checkpoint: Path, log: Log
) -> dict[str, Vectors]:
    """The trained parameters by name, as `index.evidence.encoder` takes them."""
    import torch

    torch.manual_seed(seed)
    base: Any = embedder.load()
    device = base.device
    model = copy.deepcopy(base[0].model).train().requires_grad_(False)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0  # a tenth of the time, and no better on the held-out rows
    trained = {name: value for name, value in model.named_parameters() if is_trained(name)}
    for value in trained.values():
        value.requires_grad_(True)
    head = torch.nn.Linear(3 * model.config.hidden_size, 4).to(device)
    run = _Run(model, trained, head, _plan(rows, seed, epochs), checkpoint)
    tokenizer = base.tokenizer
    while run.step < len(run.plan):
        batch = [rows[at] for at in run.plan[run.step]]
        loss = _loss(model, head, tokenizer, batch, device)
        run.take_step(loss)
        if run.step % 50 == 0:
            log(f"encoder: step {run.step} of {len(run.plan)}, loss {run.recent:.3f}")
    run.save()
    return run.result()


class _Run:
    """Master weights, optimizer, average and checkpoint of one training."""

    def __init__(self, model: Any, trained: dict[str, Any], head: Any, plan: Any, path: Path):
        import torch

        self.plan, self.step, self.recent = plan, 0, 0.0
        self._path, self._model, self._head = path, model, head
        self._trained = list(trained.values())
        self._names = [*trained, "head.weight", "head.bias"]
        self._master = [v.detach().float().clone().requires_grad_(True) for v in self._trained]
        groups = [
            {"params": self._master, "lr": LEARNING_RATE, "weight_decay": WEIGHT_DECAY},
            {"params": list(head.parameters()), "lr": HEAD_RATE, "weight_decay": WEIGHT_DECAY},
        ]
        self._optimizer = torch.optim.AdamW(groups)
        self._average: list[Any] = []
        self._averaged = 0
        if path.exists():
            self._load()

    def take_step(self, loss: Any) -> None:
        import torch

        part = min(1.0, (self.step + 1) / WARM_UP_STEPS)
        part *= max(0.05, 0.5 * (1 + math.cos(math.pi * self.step / len(self.plan))))
        for group, rate in zip(
            self._optimizer.param_groups, (LEARNING_RATE, HEAD_RATE), strict=True
        ):
            group["lr"] = rate * part
        self._model.zero_grad()
        self._optimizer.zero_grad()
        loss.backward()
        for value, master in zip(self._trained, self._master, strict=True):
            master.grad = value.grad.float()
        torch.nn.utils.clip_grad_norm_([*self._master, *self._head.parameters()], 1.0)
        self._optimizer.step()
        with torch.no_grad():
            for value, master in zip(self._trained, self._master, strict=True):
                value.copy_(master)
        now = float(loss.detach())
        self.recent = 0.99 * self.recent + 0.01 * now if self.step else now
        self.step += 1
        if self.step > AVERAGED_FROM * len(self.plan) and self.step % AVERAGED_EVERY == 0:
            self._take_average()
        if self.step % CHECKPOINT_STEPS == 0:
            self.save()

    def result(self) -> dict[str, Vectors]:
        values = self._average or self._now()
        return {n: v.cpu().numpy() for n, v in zip(self._names, values, strict=True)}

    def save(self) -> None:
        import torch

        state = {
            "step": self.step, "recent": self.recent, "average": self._average,
            "averaged": self._averaged, "now": self._now(), "batches": len(self.plan),
            "optimizer": self._optimizer.state_dict(),
        }  # fmt: skip
        part = self._path.with_suffix(".part")
        torch.save(state, part)
        part.replace(self._path)

    def _load(self) -> None:
        import torch

        state = torch.load(self._path)
        if state["batches"] != len(self.plan):
            return  # of other rows
        self.step, self.recent = state["step"], state["recent"]
        self._average, self._averaged = state["average"], state["averaged"]
        self._optimizer.load_state_dict(state["optimizer"])
        with torch.no_grad():
            for mine, kept in zip(self._parameters(), state["now"], strict=True):
                mine.copy_(kept)
            for value, master in zip(self._trained, self._master, strict=True):
                value.copy_(master)

    def _take_average(self) -> None:
        self._averaged += 1
        now = self._now()
        if not self._average:
            self._average = now
        for mean, value in zip(self._average, now, strict=True):
            mean.lerp_(value, max(1 / self._averaged, 1 / AVERAGE_WINDOW))

    def _now(self) -> list[Any]:
        return [value.detach().clone() for value in self._parameters()]

    def _parameters(self) -> list[Any]:
        return [*self._master, *self._head.parameters()]


def _loss(model: Any, head: Any, tokenizer: Any, batch: Sequence[Row], device: Any) -> Any:
    """Cross-entropy over three, its marginal for "not supported", and over two for questions."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as binary

    encoded = tokenizer(
        [row.pair.claim for row in batch],
        [f"{row.pair.context}\n{row.pair.evidence}".strip() for row in batch],
        truncation="only_second", max_length=LONGEST_TOKENS, padding=True, return_tensors="pt",
    ).to(device)  # fmt: skip
    states = model(**encoded).last_hidden_state
    logits = head(pooled(states, encoded["token_type_ids"], encoded["attention_mask"]))
    label = torch.tensor([LABELS.index(row.label) for row in batch], device=device)
    chances = torch.log_softmax(logits[:, :3], 1)
    losses = torch.zeros(len(batch), device=device)
    plain, open_, asked = label < NOT_SUPPORTED, label == NOT_SUPPORTED, label >= ANSWERS
    losses[plain] = -chances[plain, label[plain]]
    losses[open_] = -torch.log1p(-chances[open_, SUPPORTED].exp().clamp(max=1 - 1e-4))
    answers = (label[asked] == ANSWERS).float()
    losses[asked] = binary(logits[asked, 3], answers, reduction="none")
    return losses.mean()


def _plan(rows: Sequence[Row], seed: int, epochs: int) -> list[list[int]]:
    """The indices of each step's rows: batches of like length, in random order."""
    sizes = [
        min(LONGEST_TOKENS, sum(map(len, (r.pair.claim, r.pair.context, r.pair.evidence))) // 4 + 8)
        for r in rows
    ]
    plan: list[list[int]] = []
    for epoch in range(epochs):
        rng = random.Random(seed + epoch)
        order = list(range(len(rows)))
        rng.shuffle(order)
        batches: list[list[int]] = []
        for first in range(0, len(order), SORTED_TOGETHER):
            together = order[first : first + SORTED_TOGETHER]
            batches += batches_by_size(sorted(together, key=lambda at: sizes[at]), sizes)
        rng.shuffle(batches)
        plan += batches
    return plan
