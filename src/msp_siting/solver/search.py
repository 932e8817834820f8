"""The search for a plan: what is done before HiGHS searches, beside it, and again after it."""

import math
import threading
from dataclasses import dataclass, replace

import numpy as np

from msp_siting.problem import Column, Instance, Plan, reduce_instance
from msp_siting.solver.affordable import with_affordable_pools
from msp_siting.solver.apl_projection import project_apl
from msp_siting.solver.best import Best, Found
from msp_siting.solver.certificate import Joined
from msp_siting.solver.control import Control, Listener
from msp_siting.solver.engine import Ending, Outcome
from msp_siting.solver.highs import search_mip, solve_lp
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.neighbourhoods import improving_beside
from msp_siting.solver.plans import plan_of, with_plan
from msp_siting.solver.projection import Projection, light_professions, project
from msp_siting.solver.settings import Settings
from msp_siting.solver.start import find_start

ROUNDS_OF_CUTS = 3  # searches with cuts before the whole is searched


@dataclass(frozen=True)
class Ended:
    """How a search ended, and the linear relaxation of the whole that it began with."""

    relaxed: Outcome
    ending: Ending
    nodes: int


@dataclass(frozen=True)
class Prepared:
    """The problem to search, and the places that stand for others in it."""

    problem: Projection
    joined: Joined


def prepare(instance: Instance, settings: Settings) -> Prepared:
    """Return the problem to search, as small as can be without losing anything; its seconds are not the search's.

    Where zones have shares of need to be served, reductions and cuts would lose something: it is whole. A measure
    of the APL depends on posts alone: there is nothing to reduce.

    Raises
    ------
    InfeasibleError
        If a rule without variables cannot hold.
    """
    joined: Joined = {}
    if instance.goal is not None:
        if "affordable_pools" in settings.parts:
            instance = with_affordable_pools(instance, settings.control(settings.time_limit_s))
        return Prepared(project_apl(instance), joined)
    if "reductions" in settings.parts and instance.is_levelled:
        reduced = reduce_instance(instance)
        instance, joined = reduced.instance, reduced.joined
    if "affordable_pools" in settings.parts:
        instance = with_affordable_pools(instance, settings.control(settings.time_limit_s))
    is_projected = "projection" in settings.parts and instance.measure == "uncovered" and instance.is_levelled
    light = light_professions(instance) if is_projected else []
    return Prepared(project(instance, light), joined)


def search(prepared: Prepared, settings: Settings, control: Control, best: Best, plan: Plan | None) -> Ended:
    """Search a problem until plan and bound are as close as asked, or time is up.

    Parameters
    ----------
    plan
        One to begin with, such as an earlier run's; left aside where it breaks a rule.
    """
    problem = prepared.problem
    relaxed = problem.relax(control)
    best.raise_bound(relaxed.bound)
    if relaxed.values is None:
        return Ended(relaxed, relaxed.ending, 0)
    if plan is not None:
        _offer(best, problem, values_of(problem.matrix, plan, control))
        best.begun_with = best.plan
    if "start" in settings.parts and not best.is_proven():
        best.stage = "start"
        _offer(best, problem, find_start(problem.instance, problem.matrix, relaxed.values, control))
    best.stage = "search"
    nodes = 0
    for _ in range(ROUNDS_OF_CUTS if problem.lights else 1):
        if best.is_proven():
            break
        problem.add_cuts()
        found = _search_once(problem, settings, control, best, relaxed.values)
        nodes += found.nodes
        if found.ending != "optimal":  # else what the light professions lose at the plans found is now known better
            return Ended(relaxed, found.ending, nodes)
    if problem.lights and not best.is_proven():
        found = _search_whole(problem, settings, control, best)
        return Ended(relaxed, found.ending, nodes + found.nodes)
    return Ended(relaxed, "stopped" if best.is_proven() else "optimal", nodes)


def _search_once(problem: Projection, settings: Settings, control: Control, best: Best, relaxed: np.ndarray) -> Outcome:
    """Search the problem with the cuts it has, from the best plan so far.

    A plan that exceeds a limit by rounding is cut off, and the search begins again from the best plan.
    """
    nodes = 0
    while True:
        if problem.has_broken:
            problem.cut_off_broken()
            if best.plan is not None:
                best.plan = best.plan[0], problem.extended(best.plan[1])
        found = _search_through(problem, settings, control, best, relaxed)
        nodes += found.nodes
        if not problem.has_broken or best.is_proven() or found.ending in {"time_limit", "interrupt"}:
            return replace(found, nodes=nodes)


def _search_through(
    problem: Projection, settings: Settings, control: Control, best: Best, relaxed: np.ndarray
) -> Outcome:
    """Search the problem as it is, until it is through, or a plan is found that exceeds a limit."""
    known = best.plan  # to HiGHS

    def enough(bound: float | None) -> bool:
        best.raise_bound(bound)
        return best.is_proven() or problem.has_broken

    def improved(values: np.ndarray) -> None:
        nonlocal known
        found = _completed(problem, values)
        if found is not None and best.offer(*found):
            known = found

    def offered() -> np.ndarray | None:
        nonlocal known
        better = best.better_than(known)
        if better is None:
            return None
        known = better
        return better[1]

    with improving_beside(problem, settings, control, best, relaxed) as threads:
        found = search_mip(
            problem.matrix,
            problem.matrix.costs[0],
            replace(control, threads=threads),
            start=None if known is None else known[1],
            listener=Listener(enough, improved, offered),
        )
    if found.values is not None:
        improved(found.values)
    best.raise_bound(found.bound)
    return found


def _search_whole(problem: Projection, settings: Settings, control: Control, best: Best) -> Outcome:
    """Search the problem with its light professions in whole; where plans are alike, cuts take a round for each."""
    unlimited = replace(control, deadline=math.inf, interrupted=threading.Event())
    whole = project(problem.instance, ())
    own = replace(best, plan=None)
    if best.plan is not None:
        known = plan_of(problem.matrix, best.plan[1])
        _offer(own, whole, values_of(whole.matrix, known, unlimited))
    relaxed = whole.relax(control)
    if relaxed.values is None:
        return relaxed
    found = _search_once(whole, settings, control, own, relaxed.values)
    if own.plan is not None:
        better = plan_of(whole.matrix, own.plan[1])
        _offer(best, problem, values_of(problem.matrix, better, unlimited))
    best.raise_bound(own.bound)
    return found


def _offer(best: Best, problem: Projection, values: np.ndarray | None) -> None:
    found = None if values is None else _completed(problem, values)
    if found is not None:
        best.offer(*found)


def _completed(problem: Projection, values: np.ndarray) -> Found | None:
    """Return the objective and values of a plan (`Projection.complete`); None where it exceeds a limit."""
    return problem.complete(values) if problem.keeps_limits(values) else None


def values_of(matrix: Matrix, plan: Plan, control: Control) -> np.ndarray | None:
    """Return the best values with a given plan; None where it is no plan of the problem."""
    known = {index for component in (Column.OPEN, Column.STAFF) for _, index in matrix.columns(component)}
    named = [plan.sites[["site_id", "format"]], plan.staff[["site_id", "profession"]]]
    if not all(known.issuperset(table.itertuples(index=False, name=None)) for table in named):
        return None
    if not (plan.staff["recruited"] % 1 == 0).all():
        return None
    fixed = with_plan(matrix, plan)
    if (fixed.lower == fixed.upper)[fixed.integer].all():
        return solve_lp(fixed, fixed.costs[0], control).values
    return search_mip(fixed, fixed.costs[0], control).values  # what is carried is whole too
