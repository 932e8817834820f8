"""The stages of an answer: the plan, idle posts out, then who is served where."""

import time
from dataclasses import replace

import numpy as np

from msp_siting.errors import InfeasibleError, SolverError, problem
from msp_siting.problem import (
    NO_PRICES,
    Column,
    Instance,
    Plan,
    Solution,
    SolverReport,
    Status,
    objective_at,
    priced_bound,
    problems_of_decisions,
)
from msp_siting.problem.sharing import objective_of_plan
from msp_siting.solver.aimed import settle_as_asked
from msp_siting.solver.best import Best, Chosen, Found
from msp_siting.solver.certificate import certify
from msp_siting.solver.cheapest import then_least_aid
from msp_siting.solver.choosing import Preferred, choose_among_good
from msp_siting.solver.conflicts import explain
from msp_siting.solver.control import Control, Progress
from msp_siting.solver.decisions import AID_COST, COST
from msp_siting.solver.highs import search_mip, solve_lp
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.plans import plan_of
from msp_siting.solver.projection import Projection
from msp_siting.solver.ranges import uncovered_range
from msp_siting.solver.search import Ended, prepare, search
from msp_siting.solver.settings import HELD, Settings, drift
from msp_siting.solver.settler import Settler

TRIM_LIMIT_S = 30.0
TRIM_MOST_NODES = 100


def solve(  # noqa: PLR0913, PLR0917 - what is known already comes last
    instance: Instance,
    settings: Settings,
    settler: Settler,
    objective_before: float | None,
    plan: Plan | None = None,
    bound: float | None = None,
) -> Solution:
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
    plan
        One to begin with, such as an earlier run's; left aside where it breaks a rule.
    bound
        An objective that no plan is known to be below.
    """
    begin = time.monotonic()
    settings.report(Progress("reducing"))
    try:
        prepared = prepare(instance, settings)
    except InfeasibleError:
        return _infeasible(instance, SolverReport(time.monotonic() - begin, 0.0, 0, 0, 0, 0, "infeasible"))
    built = time.monotonic()
    problem = prepared.problem
    best = Best(settings, objective_before, bound=bound)
    best.tell()  # from here on an interruption asks for the best plan so far
    ended = search(prepared, settings, settings.control(settings.time_limit_s), best, plan)
    searched = time.monotonic()
    settings.report(Progress("settling"))
    if ended.ending == "infeasible":
        return _infeasible(instance, _report(ended, problem.matrix, (built - begin, searched - built)))
    certificate = certify(instance, problem, ended.relaxed, prepared.joined, best.bound)
    best.raise_bound(certificate.priced)
    is_cost = instance.measure == "cost"
    scale = objective_before
    if scale is None:
        is_of_need = instance.measure == "uncovered"
        scale = objective_at(instance, Plan.empty(), settler.nothing()[0] if is_of_need else 0.0)
    preferred: Preferred | None = None
    if best.plan is not None:
        problem.add_cuts()
        if is_cost:
            values = _cheapest(problem, best.plan, settings)
        else:
            values = _without_idle_posts(problem, problem.matrix, best.plan, scale, settings)
        gains = scale - best.plan[0] > drift(best.plan[0], scale)  # else what a choice might give up is nothing
        if instance.preference is not None and not is_cost and gains and not settings.interrupted.is_set():
            settings.report(Progress("choosing"))
            useful = best.plan[0], values
            preferred = choose_among_good(problem, instance.preference, settings, best, useful, scale)
            values = _without_idle_posts(problem, preferred.matrix, preferred.plan, scale, settings)
        chosen = plan_of(problem.matrix, values)
    elif instance.opening_nothing_is_a_plan:
        chosen = Plan.empty()
    else:
        report = _report(ended, problem.matrix, (built - begin, searched - built))
        return Solution("no_plan", None, best.bound, None, None, report, certificate)
    report = _report(ended, problem.matrix, (built - begin, searched - built))
    objective, assignment = settle_as_asked(instance, settler, chosen, settings)
    objective = objective_at(instance, chosen, objective)
    choice = None if preferred is None else preferred.report
    proven = _bound_below(objective, best.bound, scale)
    # A choice gives up no more than the model's share: whether the best plan is proven says whether this one is.
    reached = (objective,) if choice is None else (objective, choice.objective_best)
    is_met = any(settings.are_met(each, proven, objective_before) for each in reached)
    status: Status = "optimal" if is_met else "feasible"
    wanted = settings.ranges_of if instance.measure == "uncovered" else ()
    ranges = {name: uncovered_range(problem, name, objective, settings) for name in wanted}
    return Solution(status, objective, proven, chosen, assignment, report, certificate, ranges, choice)


def choose(
    instance: Instance, settings: Settings, objective_before: float | None, enough: float | None = None
) -> Chosen:
    """Return the best plan found, verified, and the bound; who is served where is left open.

    Parameters
    ----------
    objective_before
        Objective of opening nothing; out of time that is the plan, where it is one.
    enough
        An objective at which the search ends, or where no plan reaches it.

    Raises
    ------
    SolverError
        If the solver fails or its plan does not survive verification.
    """
    try:
        prepared = prepare(instance, settings)
    except InfeasibleError:
        return Chosen(None, None, None, is_infeasible=True)
    best = Best(settings, objective_before, enough=enough)
    ended = search(prepared, settings, settings.control(settings.time_limit_s), best, None)
    if best.plan is not None:
        plan = plan_of(prepared.problem.matrix, best.plan[1])
        objective = objective_of_plan(instance, plan)
        wrong = problems_of_decisions(instance, plan)
        if wrong:
            raise SolverError(each.at(problem("verification")) for each in wrong)
    elif ended.ending == "infeasible":
        return Chosen(None, None, best.bound, is_infeasible=True)
    elif instance.opening_nothing_is_a_plan and objective_before is not None:
        plan, objective = Plan.empty(), objective_before
        best.raise_bound(priced_bound(instance, NO_PRICES))
    else:
        return Chosen(None, None, best.bound)
    return Chosen(plan, objective, None if best.bound is None else min(best.bound, objective))


def _cheapest(problem: Projection, found: Found, settings: Settings) -> np.ndarray:
    """Return the values of a plan that costs as little, with least aid; the one found where that breaks a limit."""
    values = then_least_aid(problem.matrix, found, settings)
    return values if problem.keeps_limits(values) else found[1]


def _bound_below(objective: float, bound: float | None, before: float) -> float | None:
    """Return the bound, set to the objective where only rounding lies between the two."""
    if bound is None:
        return None
    rounding = 10 * HELD * max(1.0, abs(objective))
    if bound - objective > rounding:
        raise SolverError(
            problem("the bound {bound} is above the objective {objective} of a plan", bound=bound, objective=objective)
        )
    return objective if objective - bound <= drift(objective, before) else bound


def _without_idle_posts(
    problem: Projection, matrix: Matrix, found: Found, before: float, settings: Settings
) -> np.ndarray:
    """Return the plan less the sites and posts that do nothing for the objective (an optimum may hold some).

    An interrupted search gives its plan as it is.

    Parameters
    ----------
    matrix
        The problem's, with what a choice holds as more columns and rows.
    before
        Objective of opening nothing.
    """
    objective, values = found
    if settings.interrupted.is_set():
        return values
    upper = np.where(matrix.integer, np.round(values), matrix.upper)
    most = objective + drift(objective, before)
    control = settings.control(TRIM_LIMIT_S)
    needed = _needed(matrix, upper, most - objective, control)
    if needed[matrix.integer & (upper > matrix.lower)].all():
        return values
    lower = np.where(needed, upper, np.minimum(matrix.lower, upper))
    held = matrix.bounded(lower, upper).holding(matrix.costs[0], most)
    trimmed = search_mip(held, matrix.costs[COST], control, start=values, most_nodes=TRIM_MOST_NODES).values
    if trimmed is not None:  # works and aid are never summed: of these sites the fewest posts
        upper = np.where(matrix.integer, np.round(trimmed), held.upper)
        fixed = held.bounded(np.where(matrix.mask(Column.OPEN), upper, held.lower), upper)
        leaner = search_mip(fixed, matrix.costs[AID_COST], control, start=trimmed, most_nodes=TRIM_MOST_NODES).values
        trimmed = trimmed if leaner is None else leaner
    size = len(problem.matrix.lower)
    if trimmed is None or not problem.keeps_limits(trimmed[:size]):
        return values
    after, _ = problem.complete(trimmed[:size])  # the cuts may not see what a light profession loses
    return trimmed if after <= most else values


def _needed(matrix: Matrix, whole: np.ndarray, spare: float, control: Control) -> np.ndarray:
    """Return the whole columns of which no plan can hold less and be as good, where all others hold no more.

    The objective is convex in the room there is: with one less it rises by what one is worth there at the least,
    whatever else is left out too.

    Parameters
    ----------
    whole
        The plan, one value per column; of others than whole columns their upper limits.
    spare
        By how much the objective may rise.
    """
    fixed = matrix.bounded(np.where(matrix.integer, whole, matrix.lower), whole)
    optimum = solve_lp(fixed, matrix.costs[0], control).optimum
    if optimum is None:
        return np.zeros(len(whole), dtype=bool)
    held = matrix.integer & (whole > matrix.lower)
    worth = np.where(held, -optimum.reduced_costs, 0.0)
    regained = float(np.minimum(worth, 0.0)[held] @ whole[held])  # at most, by what is there too much
    needed = worth + regained > spare
    sites = {index[0] for column, index in matrix.columns(Column.STAFF) if needed[column]}
    needed[[column for column, index in matrix.columns(Column.OPEN) if whole[column] and index[0] in sites]] = True
    return needed


def _report(ended: Ended, matrix: Matrix, seconds: tuple[float, float]) -> SolverReport:
    endings = {"stopped": "gap", "optimal": "exhausted", "node_limit": "time_limit"}
    return SolverReport(
        build_s=seconds[0],
        solve_s=seconds[1],
        columns=len(matrix.lower),
        rows=len(matrix.row_lower),
        nonzeros=int(matrix.a.nnz),
        nodes=ended.nodes,
        ended_by=endings.get(ended.ending, ended.ending),  # type: ignore[arg-type]
    )


def _infeasible(instance: Instance, report: SolverReport) -> Solution:
    return Solution("infeasible", None, None, None, None, replace(report, conflicts=explain(instance)))
