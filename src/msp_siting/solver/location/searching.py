"""What the families of siting problems share: the ground they stand on, one search by HiGHS, and the answer."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import highspy
import numpy as np
import scipy.sparse as sp

from msp_siting.problem.location import (
    MAXIMISED,
    LocationModel,
    LocationProblem,
    Reach,
    Siting,
    narrowed,
    objective_of_siting,
)
from msp_siting.solver.control import Control, Listener, Progress
from msp_siting.solver.engine import Optimum
from msp_siting.solver.highs import search_mip, solve_lp
from msp_siting.solver.location.rules import Rules
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.settings import HELD, Settings

HALF = 0.5
WHOLE = 1e-6  # within which a bound on whole numbers may lie above one
SMALL = 1e-9  # relatively: below it two sums are the same


@dataclass(frozen=True, eq=False)
class Ground:
    """A problem with what was made of it.

    Attributes
    ----------
    reach
        Pairs within the cut-off whose site may be open.
    control
        Deadline and interruption of the whole.
    """

    location: LocationProblem
    model: LocationModel
    settings: Settings
    rules: Rules
    reach: Reach
    control: Control
    begun: float = field(default_factory=time.monotonic)

    @property
    def size(self) -> tuple[int, int]:
        """How many points and sites there are."""
        return len(self.location.demand_ids), len(self.location.site_ids)

    @property
    def is_over(self) -> bool:
        """Whether time is up, or the user wants no more."""
        return time.monotonic() >= self.control.deadline or self.control.interrupted.is_set()

    @property
    def sign(self) -> float:
        """-1 where the model maximises: searches minimise."""
        return -1.0 if self.model.measure in MAXIMISED else 1.0

    def tell(self, incumbent: float | None, bound: float | None) -> None:
        """Report how far a search is, both figures minimised."""
        told, limit = (None if each is None else self.sign * each for each in (incumbent, bound))
        self.settings.report(Progress("search", time.monotonic() - self.begun, told, limit))

    def within(self, cutoff: float) -> Reach:
        """Return the pairs within another cut-off."""
        return narrowed(self.reach, cutoff, self.rules.upper > 0)


@dataclass(frozen=True, eq=False)
class Block:
    """Minimise cost x, row_lower <= a x <= row_upper, lower <= x <= upper; the first columns are the sites."""

    a: sp.csr_array
    cost: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    integer: np.ndarray

    def with_rows(self, a: sp.csr_array, row_lower: np.ndarray, row_upper: np.ndarray) -> "Block":
        """Return the same with more rows, over the first columns where they have fewer."""
        if a.shape[1] < len(self.cost):
            a = sp.csr_array((a.data, a.indices, a.indptr), shape=(a.shape[0], len(self.cost)))
        return replace(
            self,
            a=sp.csr_array(sp.vstack([self.a, a], format="csr")),
            row_lower=np.concatenate([self.row_lower, row_lower]),
            row_upper=np.concatenate([self.row_upper, row_upper]),
        )

    @property
    def matrix(self) -> Matrix:
        """The same as the solver's own form."""
        return Matrix(
            a=sp.csc_array(self.a),
            costs=self.cost.reshape(1, -1),
            row_lower=self.row_lower,
            row_upper=self.row_upper,
            lower=self.lower,
            upper=self.upper,
            integer=self.integer,
            names=(),
            row_names=(),
        )


@dataclass(frozen=True, eq=False)
class Found:
    """What a search found: values per column (None: nothing), the bound, and whether it went to its end."""

    values: np.ndarray | None
    bound: float
    is_done: bool

    def open_sites(self, count: int) -> np.ndarray | None:
        """Return which of the first columns are 1."""
        return None if self.values is None else np.asarray(self.values[:count] > HALF)


def block_of_sites(rules: Rules, cost: np.ndarray, more: int = 0) -> Block:
    """Return the sites, 0 or 1, under their rules, and more columns from 0 to 1, at some costs."""
    a, row_lower, row_upper = rules.rows()
    sites = len(rules.lower)
    return Block(
        a=sp.csr_array((a.data, a.indices, a.indptr), shape=(a.shape[0], sites + more)),
        cost=cost,
        row_lower=row_lower,
        row_upper=row_upper,
        lower=np.concatenate([rules.lower, np.zeros(more)]),
        upper=np.concatenate([rules.upper, np.ones(more)]),
        integer=np.arange(sites + more) < sites,
    )


def hunt(  # noqa: PLR0913 - the optional arguments each change the search
    ground: Ground,
    block: Block,
    rules: Rules,
    *,
    start: np.ndarray | None = None,
    offset: float = 0.0,
    decides: float | None = None,
) -> Found:
    """Search a block; a plan that keeps its rules within the solver's tolerance only is cut off, and it goes on.

    Parameters
    ----------
    start
        Values per column to begin with.
    offset
        What the objective is above the block's.
    decides
        Whether there is a plan of at most this objective is all that is asked.
    """
    while True:
        best = [math.inf if start is None else float(block.cost @ start)]
        outcome = search_mip(
            block.matrix,
            block.cost,
            ground.control,
            start=start,
            listener=_listener(ground, block, best, offset, decides),
        )
        if outcome.ending == "infeasible":
            return Found(None, math.inf, is_done=True)
        bound = -math.inf if outcome.bound is None else outcome.bound
        if outcome.values is None:
            return Found(None, bound, is_done=False)
        is_open = outcome.values[: len(rules.lower)] > HALF
        if rules.are_kept(is_open):
            return Found(outcome.values, bound, is_done=outcome.ending == "optimal")
        cut = sp.csr_array(np.where(is_open, 1.0, 0.0).reshape(1, -1))
        block = block.with_rows(cut, np.array([-np.inf]), np.array([is_open.sum() - 1.0]))
        start = None


def _listener(ground: Ground, block: Block, best: list[float], offset: float, decides: float | None) -> Listener:
    """Return what hears of a search: it keeps the best objective, tells it, and says when it is enough."""

    def improved(values: np.ndarray) -> None:
        best[0] = min(best[0], float(block.cost @ values))

    def enough(bound: float | None) -> bool:
        incumbent = best[0] + offset if math.isfinite(best[0]) else None
        total = None if bound is None else bound + offset
        if decides is not None:
            return best[0] <= decides + WHOLE or (bound is not None and bound > decides + WHOLE)
        ground.tell(incumbent, total)
        return ground.settings.relative_gap > 0 and ground.settings.are_met(incumbent, total, None)

    return Listener(enough=enough, improved=improved)


def relax(ground: Ground, block: Block, basis: highspy.HighsBasis | None = None) -> Optimum | None:
    """Return the optimum of a block, integrality left out; None where time ended it or there is none."""
    return solve_lp(block.matrix, block.cost, ground.control, basis=basis).optimum


Goes = tuple[np.ndarray, np.ndarray, np.ndarray]


def nearest_of(reach: Reach, is_open: np.ndarray, nearest: int = 1) -> Goes:
    """Return who goes to the nearest open sites, in equal shares; points without one are left out."""
    near = narrowed(reach, None, is_open)
    rank = np.arange(len(near.sites)) - np.repeat(near.first[:-1], np.diff(near.first))
    points = np.repeat(np.arange(len(near.first) - 1), np.diff(near.first))
    taken = rank < nearest
    return points[taken], near.sites[taken], np.full(int(taken.sum()), 1.0 / nearest)


def answer(  # noqa: PLR0913 - what an answer has besides its sites
    ground: Ground,
    is_open: np.ndarray | None,
    bound: float,
    *,
    goes: Goes | None = None,
    is_whole: bool = False,
    first_stage: int | None = None,
) -> Siting:
    """Return the answer of some open sites (m, bool); objective reckoned again, the bound on its side of it.

    Parameters
    ----------
    bound
        Of the model's objective in its own direction; infinite: none.
    goes
        Who goes where; None: everybody to the nearest.
    is_whole
        Whether the objective can only be a whole number.
    """
    known = bound if math.isfinite(bound) else None
    if is_open is None:
        return Siting("no_plan", None, known)
    opened = np.flatnonzero(is_open & ground.rules.counted)
    taken = goes if goes is not None else nearest_of(ground.reach, is_open)
    siting = Siting("feasible", None, None, opened, *taken, first_stage=first_stage)
    objective = objective_of_siting(ground.location, ground.model, siting)
    if known is not None:
        if is_whole:
            known = ground.sign * math.ceil(ground.sign * known - WHOLE * max(1.0, abs(known) * 1e-3))
        side = max if ground.sign < 0 else min
        known = side(known, objective)
        if abs(known - objective) <= HELD * max(1.0, abs(objective)):
            known = objective
    elif objective == bound:
        known = objective  # infinite both
    is_proven = known is not None and (known == objective or ground.settings.are_met(objective, known, None))
    return replace(siting, status="optimal" if is_proven else "feasible", objective=objective, bound=known)


Family = Callable[[Ground], Siting]
INFEASIBLE = Siting("infeasible")
