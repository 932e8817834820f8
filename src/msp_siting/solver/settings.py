"""How a search goes: when it stops, whom it tells, and which of its parts are used."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from msp_siting.problem import improvement_gap, is_proven, relative_gap
from msp_siting.solver.control import Control, Progress

HELD = 1e-7  # how far, relatively, a held objective may drift: the solver's own tolerance
HELD_OF_GAIN = 1e-6  # and how far as a share of what is gained, where need is large and the gain small
NOISE = 1e-12  # of an objective: rounding of floating-point numbers
PARTS = ("reductions", "affordable_pools", "projection", "start", "neighbourhoods")


def drift(objective: float, before: float) -> float:
    """Return by how much a held objective may drift: too little to see, of the objective and of the gain.

    Parameters
    ----------
    before
        Objective of opening nothing.
    """
    size = max(1.0, abs(objective))
    return max(NOISE * size, min(HELD * size, HELD_OF_GAIN * abs(before - objective)))


def tell_nobody(_: Progress) -> None:
    """Take no note of the progress."""


@dataclass(frozen=True)
class Settings:
    """When to stop, whom to tell, and what the search is made of.

    Attributes
    ----------
    time_limit_s
        Seconds to search for a plan (stage 1).
    relative_gap, improvement_gap
        Shares (0-1) within which a plan counts as proven; both are asked for.
    interrupted
        Set from outside when the user wants the best plan so far.
    report
        Called with the progress: the best plan's objective and the best bound so far, each None if there is none.
    parts
        Names from ``PARTS``: what makes the search faster and can be left out. The answer is as right without.
    ranges_of
        Professions of which to say how far plans as good differ in the need left uncovered.
    kept
        Folder in which what people of the rim use is looked up, and kept; None: found again.
    """

    time_limit_s: float
    relative_gap: float
    improvement_gap: float
    threads: int
    seed: int
    interrupted: threading.Event = field(default_factory=threading.Event)
    report: Callable[[Progress], None] = tell_nobody
    parts: frozenset[str] = frozenset(PARTS)
    ranges_of: tuple[str, ...] = ()
    kept: Path | None = None

    def control(self, seconds: float, interrupted: threading.Event | None = None) -> Control:
        """Return what decides over one run of at most some seconds."""
        return Control(
            deadline=time.monotonic() + seconds,
            threads=self.threads,
            seed=self.seed,
            interrupted=self.interrupted if interrupted is None else interrupted,
        )

    def are_met(self, objective: float | None, bound: float | None, before: float | None) -> bool:
        """Return whether an objective and a bound are as close as is asked."""
        return is_proven(
            relative_gap(objective, bound),
            improvement_gap(objective, bound, before),
            self.relative_gap + HELD,
            self.improvement_gap + HELD,
            has_before=before is not None,
        )
