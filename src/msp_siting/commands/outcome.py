"""What a command hands back to whoever called it."""

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Run:
    """What a finished run has to say, and the exit code that goes with it."""

    summary: dict[str, Any]
    sentences: tuple[str, ...]
    exit_code: int


def rounded_up(share: float) -> float:
    """Return a share rounded up to a hundredth of a percent, so that "within" stays true."""
    return math.ceil(round(share * 10_000, 3)) / 10_000
