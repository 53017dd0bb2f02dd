"""What a run of the benchmark is told, and how it tells its figures.

Nothing is measured here.
"""

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """The material outside the project, a folder to work in, and how much to do."""

    shared: Path
    scratch: Path
    rounds: int
    large_passages: int

    @property
    def corpus(self) -> Path:
        """The development corpus: clean documents."""
        return self.shared / "corpus"

    @property
    def messy(self) -> Path:
        """Files as they come in the field."""
        return self.shared / "messy"


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median, least and greatest."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def percentiles(seconds: Sequence[float]) -> Json:
    """The median and the 95th percentile, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50_ms": 1000 * cuts[49], "p95_ms": 1000 * cuts[94]}


def machine() -> Json:
    """What decides how fast this machine embeds."""
    import torch

    bf16 = {name: torch.cpu.get_capabilities().get(name) for name in ("amx_bf16", "avx512_bf16")}
    return {"cores": os.cpu_count(), "threads": torch.get_num_threads(), "torch": torch.__version__,
            **bf16}  # fmt: skip
