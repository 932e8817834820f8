"""The stages of an answer: the plan, idle posts out, the most even coverage, the least travel time."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import highspy
import numpy as np
import pandas as pd

from msp_siting.errors import InfeasibleError, SolverError
from msp_siting.formulation import build
from msp_siting.instance import Instance
from msp_siting.solution import (
    Assignment,
    Plan,
    Solution,
    SolverReport,
    Status,
    improvement_gap,
    is_proven,
    relative_gap,
)
from msp_siting.solver.affordable import with_affordable_pools
from msp_siting.solver.conflicts import explain
from msp_siting.solver.evenness import Steps
from msp_siting.solver.highs import Control, Outcome, Progress, run
from msp_siting.solver.matrix import Matrix, compile_model
from msp_siting.solver.start import Start, find_start

HELD = 1e-7  # how far, relatively, a held objective may drift: the solver's own tolerance
LP_LIMIT_S = 600.0
TRIM_LIMIT_S = 30.0
TRIM_MOST_NODES = 100
SMALLEST_ALLOCATION = 1e-6  # inhabitants; what the solver leaves below this is rounding
# Pairs from which the first stage is sooner done by the interior-point method: 12 s against 54 s at 227,000 pairs
# (midwives of Occitanie), 6 s against 1 s at 60,000.
MANY_PAIRS = 150_000


def _silent(_: Progress) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Settings:
    """When to stop and whom to tell.

    Attributes
    ----------
    time_limit_s
        Seconds to search for a plan (stage 1).
    relative_gap, improvement_gap
        Shares (0-1) within which a plan counts as proven; both are asked for.
    interrupted
        Set from outside when the user wants the best plan so far.
    """

    time_limit_s: float
    relative_gap: float
    improvement_gap: float
    threads: int
    seed: int
    interrupted: threading.Event = field(default_factory=threading.Event)
    report: Callable[[Progress], None] = _silent

    def control(self, seconds: float, interrupted: threading.Event | None = None) -> Control:
        """Return what decides over one run of at most some seconds."""
        return Control(
            deadline=time.monotonic() + seconds,
            threads=self.threads,
            seed=self.seed,
            interrupted=self.interrupted if interrupted is None else interrupted,
            report=self.report,
        )


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
        self._matrix = compile_model(build(_without_plan_rules(instance), "settling"))
        self._blocks = self._matrix.independent_blocks()  # under a fixed plan professions do not compete
        self._settings = settings
        self._evenness_passes = evenness_passes

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
        matrix = _fixed(self._matrix, plan)
        values = np.empty(len(matrix.lower))
        blocks = sorted(self._blocks, key=len, reverse=True)
        with ThreadPoolExecutor(self._settings.threads) as pool:
            settled = pool.map(lambda columns: self._settle_block(matrix.block(columns), nearby=nearby), blocks)
            objectives = []
            for columns, (objective, found) in zip(blocks, settled, strict=True):
                values[columns] = found
                objectives.append(objective)
        return sum(objectives), _assignment(self._matrix, values)

    def _settle_block(self, matrix: Matrix, *, nearby: bool) -> tuple[float, np.ndarray]:
        """Return the least objective of a part of the problem and its values after the later stages."""
        objective, unevenness, travel_time = matrix.costs
        interior = matrix.mask("allocated").sum() > MANY_PAIRS
        least = self._minimise(matrix, objective, "objective", interior=bool(interior))
        best = float(least.objective or 0.0)
        held = matrix.with_row(objective, best + HELD * max(1.0, abs(best)))
        values = self._spread(held, unevenness, least.basis)
        if not nearby:
            return best, values
        is_uncovered = matrix.mask("uncovered")
        lower, upper = matrix.lower.copy(), matrix.upper.copy()
        kept = np.clip(values, lower, upper)
        lower[is_uncovered] = upper[is_uncovered] = kept[is_uncovered]
        return best, _values(self._minimise(matrix.bounded(lower, upper), travel_time, "travel_time"))

    def _spread(self, matrix: Matrix, unevenness: np.ndarray, basis: highspy.HighsBasis | None) -> np.ndarray:
        """Return the most even values; what is held is a row of the matrix, the basis that of the stage before."""
        even = self._minimise(matrix, unevenness, "evenness", basis)
        values = _values(even)
        if self._evenness_passes == 1:
            return values
        steps = Steps.of(matrix, unevenness)
        for _ in range(1, self._evenness_passes):
            if values[steps.columns].max(initial=0.0) <= SMALLEST_ALLOCATION:
                break  # with nobody uncovered there is nothing to spread
            steps = steps.finer_around(values)
            finer, cost = steps.put_into(matrix, unevenness)
            even = self._minimise(finer, cost, "evenness", even.basis)
            values = _values(even)
        return values

    def _minimise(
        self,
        matrix: Matrix,
        cost: np.ndarray,
        stage: str,
        basis: highspy.HighsBasis | None = None,
        *,
        interior: bool = False,
    ) -> Outcome:
        # The later stages are short and turn a plan into an answer: an interrupted search still gets them.
        control = self._settings.control(LP_LIMIT_S, threading.Event())
        outcome = run(matrix, cost, control, stage, relaxed=True, basis=basis, interior=interior)
        if outcome.ending != "optimal":
            message = f"stage {stage} ended with {outcome.ending}"
            raise SolverError(message)
        return outcome


def solve(instance: Instance, settings: Settings, settler: Settler, objective_before: float | None) -> Solution:
    """Return the best plan found and the proof of how good it is.

    Parameters
    ----------
    instance
        The problem.
    settings
        Limits and gaps.
    settler
        The later stages, built for the same instance.
    objective_before
        Objective of opening nothing; None where that is no plan.
    """
    begin = time.monotonic()
    control = settings.control(settings.time_limit_s)
    try:
        matrix = compile_model(build(with_affordable_pools(instance, control), "siting"))
    except InfeasibleError:
        return _infeasible(instance, SolverReport(time.monotonic() - begin, 0.0, 0, 0, 0, 0, "infeasible"))
    built = time.monotonic()

    def enough(incumbent: float, bound: float) -> bool:
        return _proven(incumbent, bound, objective_before, settings)

    start = find_start(matrix, control)
    found = run(matrix, matrix.costs[0], control, "search", start=start.values, enough=enough)
    if found.ending == "infeasible":
        return _infeasible(instance, _report(found, matrix, (built - begin, time.monotonic() - built)))
    found = _with_start(found, start, matrix.costs[0])
    if found.values is None:
        report = _report(found, matrix, (built - begin, time.monotonic() - built))
        return Solution("no_plan", None, found.bound, None, None, report)
    plan = _plan(matrix, _without_idle_posts(matrix, found, settings))
    searched = time.monotonic()
    objective, assignment = settler.settle(plan)
    bound = _bound_below(objective, found.bound)
    status: Status = "optimal" if _proven(objective, bound, objective_before, settings) else "feasible"
    report = _report(found, matrix, (built - begin, searched - built))
    return Solution(status, objective, bound, plan, assignment, report)


def _with_start(found: Outcome, start: Start, cost: np.ndarray) -> Outcome:
    """Return what a search found, or what it began with where it had no time to find more."""
    bounds = [bound for bound in (found.bound, start.bound) if bound is not None]
    found = replace(found, bound=max(bounds, default=None))
    if found.values is None and start.values is not None:
        return replace(found, values=start.values, objective=float(cost @ start.values))
    return found


def _proven(objective: float, bound: float | None, before: float | None, settings: Settings) -> bool:
    return is_proven(
        relative_gap(objective, bound),
        improvement_gap(objective, bound, before),
        settings.relative_gap + HELD,
        settings.improvement_gap + HELD,
        has_before=before is not None,
    )


def _bound_below(objective: float, bound: float | None) -> float | None:
    """Return the bound, set to the objective where only rounding lies between the two."""
    if bound is None:
        return None
    rounding = 10 * HELD * max(1.0, abs(objective))
    if bound - objective > rounding:
        raise SolverError(f"the bound {bound} is above the objective {objective} of a plan")
    return objective if objective - bound <= rounding / 10 else bound


def _without_idle_posts(matrix: Matrix, found: Outcome, settings: Settings) -> np.ndarray:
    """Return the plan less the sites and posts that do nothing for the objective (an optimum may hold some).

    An interrupted search gives its plan as it is.
    """
    values = _values(found)
    if settings.interrupted.is_set():
        return values
    decided = matrix.integer
    upper = np.where(decided, np.round(values), matrix.upper)
    best = float(found.objective or 0.0)
    held = matrix.bounded(np.minimum(matrix.lower, upper), upper).with_row(
        matrix.costs[0], best + HELD * max(1.0, abs(best))
    )
    control = settings.control(TRIM_LIMIT_S)
    trimmed = run(held, matrix.costs[1], control, "idle posts", start=values, most_nodes=TRIM_MOST_NODES)
    return values if trimmed.values is None else trimmed.values


def _without_plan_rules(instance: Instance) -> Instance:
    """Return the instance without the rules on plans: settling takes a plan as it is."""
    kept = instance.constraints & {"need_balance", "capacity"}
    return replace(instance, constraints=kept)


def _fixed(matrix: Matrix, plan: Plan) -> Matrix:
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    staff: dict[tuple[str | int, ...], float] = {
        (site, profession): float(posts)
        for site, profession, posts in plan.staff[["site_id", "profession", "recruited"]].itertuples(index=False)
    }
    opened = set(plan.sites[["site_id", "format"]].itertuples(index=False, name=None))
    for column, index in matrix.columns("staff"):
        lower[column] = upper[column] = staff.get(index, 0.0)
    for column, index in matrix.columns("open"):
        lower[column] = upper[column] = float(index in opened)
    return matrix.bounded(lower, upper)


def _plan(matrix: Matrix, values: np.ndarray) -> Plan:
    opened = [index for column, index in matrix.columns("open") if round(values[column]) == 1]
    staff = [(*index, round(values[column])) for column, index in matrix.columns("staff") if round(values[column]) > 0]
    return Plan(
        pd.DataFrame(sorted(opened), columns=["site_id", "format"]),
        pd.DataFrame(sorted(staff), columns=["site_id", "profession", "recruited"]),
    )


def _assignment(matrix: Matrix, values: np.ndarray) -> Assignment:
    allocated = [
        (*index, values[column])
        for column, index in matrix.columns("allocated")
        if values[column] > SMALLEST_ALLOCATION
    ]
    uncovered = [(*index, max(0.0, values[column])) for column, index in matrix.columns("uncovered")]
    return Assignment(
        pd.DataFrame(allocated, columns=["demand_id", "place_id", "profession", "inhabitants"]),
        pd.DataFrame(uncovered, columns=["demand_id", "profession", "inhabitants"]),
    )


def _values(outcome: Outcome) -> np.ndarray:
    if outcome.values is None:
        message = "HiGHS returned no values"
        raise SolverError(message)
    return outcome.values


def _report(found: Outcome, matrix: Matrix, seconds: tuple[float, float]) -> SolverReport:
    endings = {"stopped": "gap", "optimal": "exhausted", "node_limit": "time_limit"}
    return SolverReport(
        build_s=seconds[0],
        solve_s=seconds[1],
        columns=len(matrix.lower),
        rows=len(matrix.row_lower),
        nonzeros=int(matrix.a.nnz),
        nodes=found.nodes,
        ended_by=endings.get(found.ending, found.ending),  # type: ignore[arg-type]
    )


def _infeasible(instance: Instance, report: SolverReport) -> Solution:
    return Solution("infeasible", None, None, None, None, replace(report, conflicts=explain(instance)))
