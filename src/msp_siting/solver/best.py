"""The best plan and the best bound so far, shared by all parts of a search."""

import threading
import time
from dataclasses import dataclass, field

import numpy as np

from msp_siting.problem import Plan
from msp_siting.solver.control import Progress, Stage
from msp_siting.solver.settings import Settings

Found = tuple[float, np.ndarray]  # a plan's objective, nothing left out of it, and its values


@dataclass(frozen=True)
class Chosen:
    """The best plan found and its objective (None without a plan), and the bound (None where none is known)."""

    plan: Plan | None
    objective: float | None
    bound: float | None
    is_infeasible: bool = False


@dataclass
class Best:
    """What a search knows; its methods may be called from several threads.

    Attributes
    ----------
    before
        Objective of opening nothing; None where that is no plan.
    plan
        The best plan; None without one.
    bound
        What no plan can be below; None where nothing is known.
    enough
        An objective that is as good as asked; whoever proves that no plan reaches it has done enough too.
    begun_with
        The plan that the search was given to begin with; None without one.
    """

    settings: Settings
    before: float | None
    plan: Found | None = None
    bound: float | None = None
    enough: float | None = None
    begun_with: Found | None = None
    stage: Stage = "relaxation"
    _begin: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def objective(self) -> float | None:
        """Objective of the best plan."""
        return None if self.plan is None else self.plan[0]

    def offer(self, objective: float, values: np.ndarray) -> bool:
        """Take a plan if it is better than the best so far; return whether it is."""
        with self._lock:
            is_better = self.plan is None or objective < self.plan[0]
            if is_better:
                self.plan = objective, values
        self.tell()
        return is_better

    def better_than(self, plan: Found | None) -> Found | None:
        """Return the best plan if it is better than another, else None."""
        best = self.plan
        return best if best is not None and (plan is None or best[0] < plan[0]) else None

    def raise_bound(self, bound: float | None) -> None:
        """Take a bound if it is higher than the best so far."""
        with self._lock:
            if bound is not None and (self.bound is None or bound > self.bound):
                self.bound = bound
        self.tell()

    def is_proven(self) -> bool:
        """Return whether plan and bound are as close as was asked, or either is on its side of what is enough."""
        if self.enough is not None and (
            (self.objective is not None and self.objective <= self.enough)
            or (self.bound is not None and self.bound > self.enough)
        ):
            return True
        return self.settings.are_met(self.objective, self.bound, self.before)

    def tell(self) -> None:
        """Report where the search stands."""
        self.settings.report(Progress(self.stage, time.monotonic() - self._begin, self.objective, self.bound))
