"""Who is served where under a given plan: evenly first, then nearby."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import highspy
import numpy as np
import pandas as pd

from msp_siting.errors import SolverError, problem
from msp_siting.problem import Assignment, Instance, Plan, points_never_short
from msp_siting.problem.formulation import ALLOCATED, UNCOVERED, UNCOVERED_IN_BAND, UNCOVERED_IN_STEP, build
from msp_siting.solver.control import side_by_side
from msp_siting.solver.engine import Optimum
from msp_siting.solver.evenness import Steps
from msp_siting.solver.highs import solve_lp
from msp_siting.solver.matrix import Matrix, compile_model
from msp_siting.solver.plans import with_plan
from msp_siting.solver.settings import HELD, Settings

LP_LIMIT_S = 600.0
SMALLEST_ALLOCATION = 1e-6  # inhabitants; what the solver leaves below this is rounding
# Pairs from which the first stage is sooner done by the interior-point method: 3 s against 11 s at 89,000 pairs
# (midwives of Occitanie), 6 s against 1 s at 60,000.
MANY_PAIRS = 75_000


@dataclass(frozen=True)
class _Part:
    """A part of the problem that no row ties to the rest, settled with nothing opened."""

    columns: np.ndarray
    matrix: Matrix
    objective: float
    values: np.ndarray
    basis: highspy.HighsBasis


class Settler:
    """Says who is served where under a given plan: evenly first, then nearby.

    The model is built once and used for "before" and for the plan alike, so that the same plan always
    gets the same assignment.

    Parameters
    ----------
    evenness_passes
        How often the evenness stage runs, each time with finer steps around the shares that the last one found.
    """

    def __init__(self, instance: Instance, settings: Settings, evenness_passes: int = 1) -> None:
        self._matrix = compile_model(build(instance.without_plan_rules(), "settling"))
        self._blocks = self._matrix.independent_blocks()  # under a fixed plan professions do not compete
        served = {name: points_never_short(instance, name) for name in instance.professions}
        self._is_contested = ~_of_points(self._matrix, served)
        self._settings = settings
        self._evenness_passes = evenness_passes
        self._lock = threading.Lock()
        self._untouched: list[_Part] | None = None
        self._nothing: tuple[float, Assignment] | None = None
        self._uncovered = list(self._matrix.columns(UNCOVERED))

    def nothing(self) -> tuple[float, Assignment]:
        """Return the objective of opening nothing and its assignment, settled once."""
        if self._nothing is None:
            self._nothing = self.settle(Plan.empty())
        return self._nothing

    def settle(self, plan: Plan, *, nearby: bool = True) -> tuple[float, Assignment]:
        """Return the least objective of a plan and the assignment that the later stages choose.

        Parameters
        ----------
        nearby
            Whether the last stage runs; without it the uncovered are the same, and who is served where is any way
            to reach them.

        Raises
        ------
        SolverError
            If a stage does not end at its optimum.
        """
        matrix = with_plan(self._matrix, plan)
        values = np.empty(len(matrix.lower))
        blocks = sorted(self._blocks, key=len, reverse=True)
        with side_by_side(self._settings.threads) as pool:
            settled = pool.map(
                lambda columns: self._settle_block(matrix.block(columns), self._is_contested[columns], nearby=nearby),
                blocks,
            )
            objectives = []
            for columns, (objective, found) in zip(blocks, settled, strict=True):
                values[columns] = found
                objectives.append(objective)
        return sum(objectives), _assignment(self._matrix, values)

    def spread(self, plan: Plan) -> tuple[float, pd.DataFrame]:
        """Return the least objective of a plan and whom it leaves uncovered (as `settle`, who goes where left open).

        Parts of the problem that the plan does not touch are as with nothing opened, and the others begin from there:
        for many plans that change little.
        """
        with self._lock:
            if self._untouched is None:
                self._untouched = self._settle_nothing()
        matrix = with_plan(self._matrix, plan)
        values, total = np.zeros(len(matrix.lower)), 0.0
        for part in self._untouched:
            lower, upper = matrix.lower[part.columns], matrix.upper[part.columns]
            objective, found = part.objective, part.values
            if (upper != part.matrix.upper).any() or (lower != part.matrix.lower).any():
                objective, found, _ = self._spread_block(part.matrix.bounded(lower, upper), part.basis)
            values[part.columns] = found
            total += objective
        rows = [(*index, max(0.0, values[column])) for column, index in self._uncovered]
        return total, pd.DataFrame(rows, columns=["demand_id", "profession", "inhabitants"])

    def _settle_nothing(self) -> list["_Part"]:
        """Return the parts of the problem that are not left to themselves, settled with nothing opened."""
        nothing = with_plan(self._matrix, Plan.empty())
        parts = []
        for block in self._blocks:
            columns: np.ndarray = block[self._is_contested[block]]
            matrix = nothing.block(columns)
            parts.append(_Part(columns, matrix, *self._spread_block(matrix)))
        return parts

    def _spread_block(
        self, matrix: Matrix, basis: highspy.HighsBasis | None = None, *, interior: bool = False
    ) -> tuple[float, np.ndarray, highspy.HighsBasis]:
        """Return the least objective, the most even values that have it, and the basis of the first."""
        objective, unevenness, _ = matrix.costs
        least = self._minimise(matrix, objective, "objective", basis, interior=interior)
        held = matrix.holding(objective, least.objective + HELD * max(1.0, abs(least.objective)))
        return least.objective, self._spread(held, unevenness, least.basis), least.basis

    def _settle_block(self, matrix: Matrix, is_contested: np.ndarray, *, nearby: bool) -> tuple[float, np.ndarray]:
        """Return the least objective of a part of the problem and its values after the later stages.

        Whom existing supply serves in full whatever is done comes in only when people are sent to places.
        """
        columns = np.flatnonzero(is_contested)
        values = np.zeros(len(matrix.lower))
        best, values[columns] = self._spread_need(matrix.block(columns))
        is_uncovered = matrix.mask(UNCOVERED)
        lower, upper = matrix.lower.copy(), matrix.upper.copy()
        lower[is_uncovered] = upper[is_uncovered] = np.clip(values, lower, upper)[is_uncovered]
        matrix = matrix.bounded(lower, upper)
        if nearby:
            return best, self._minimise(matrix, matrix.costs[2], "travel_time").values
        rest = np.flatnonzero(~is_contested)
        if len(rest):
            served = matrix.block(rest)
            values[rest] = self._minimise(served, np.zeros(len(rest)), "anywhere").values
        return best, values

    def _spread_need(self, matrix: Matrix) -> tuple[float, np.ndarray]:
        """Return the least objective, and the most even values that have it."""
        interior = matrix.mask(ALLOCATED).sum() > MANY_PAIRS
        objective, values, _ = self._spread_block(matrix, interior=bool(interior))
        return objective, values

    def _spread(self, matrix: Matrix, unevenness: np.ndarray, basis: highspy.HighsBasis | None) -> np.ndarray:
        """Return the most even values; what is held is a row of the matrix, the basis that of the stage before."""
        even = self._minimise(matrix, unevenness, "evenness", basis)
        values = even.values
        if self._evenness_passes == 1:
            return values
        steps = Steps.of(matrix, unevenness)
        for _ in range(1, self._evenness_passes):
            if values[steps.columns].max(initial=0.0) <= SMALLEST_ALLOCATION:
                break  # with nobody uncovered there is nothing to spread
            steps = steps.finer_around(values)
            finer, cost = steps.put_into(matrix, unevenness)
            even = self._minimise(finer, cost, "evenness", even.basis)
            values = even.values
        return values

    def _minimise(
        self,
        matrix: Matrix,
        cost: np.ndarray,
        stage: str,
        basis: highspy.HighsBasis | None = None,
        *,
        interior: bool = False,
    ) -> Optimum:
        # The later stages are short and turn a plan into an answer: an interrupted search still gets them.
        control = self._settings.control(LP_LIMIT_S, threading.Event())
        outcome = solve_lp(matrix, cost, control, basis=basis, interior=interior)
        if outcome.optimum is None:
            raise SolverError(problem("stage {stage} ended with {ending}", stage=stage, ending=outcome.ending))
        return outcome.optimum


def _assignment(matrix: Matrix, values: np.ndarray) -> Assignment:
    allocated = [
        (*index, values[column]) for column, index in matrix.columns(ALLOCATED) if values[column] > SMALLEST_ALLOCATION
    ]
    uncovered = [(*index, max(0.0, values[column])) for column, index in matrix.columns(UNCOVERED)]
    return Assignment(
        pd.DataFrame(allocated, columns=["demand_id", "place_id", "profession", "inhabitants"]),
        pd.DataFrame(uncovered, columns=["demand_id", "profession", "inhabitants"]),
    )


def _of_points(matrix: Matrix, points: Mapping[str, frozenset[str]]) -> np.ndarray:
    """Return which columns belong to some demand points, given by profession."""
    profession = {ALLOCATED: 2, UNCOVERED: 1, UNCOVERED_IN_BAND: 1, UNCOVERED_IN_STEP: 1}
    return np.array(
        [name in profession and index[0] in points[str(index[profession[name]])] for name, index in matrix.names], bool
    )
