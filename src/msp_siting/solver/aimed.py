"""Who is served where under a plan where zones have shares of need to be served.

A profession whose shares a spread as even as reach allows reaches anyway is served so, by flows, exactly. Of any other
what can be served is no polymatroid, and three linear problems say who is: the least objective with the shares held;
then as even as can be, by a fine convex function of the share left uncovered, the objective held; then near, every
uncovered share held.
"""

import threading
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from msp_siting.errors import SolverError, problem
from msp_siting.problem import Assignment, Column, Instance, Plan, short_by_zone
from msp_siting.solver.assembly import assemble
from msp_siting.solver.control import Control
from msp_siting.solver.highs import solve_lp
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.plans import with_plan
from msp_siting.solver.settings import HELD, Settings
from msp_siting.solver.settler import LP_LIMIT_S, SMALLEST_ALLOCATION, Settler

STEPS = 40  # of the share left uncovered, in each of which the fine function is linear
HELD_INHABITANTS = 1e-7
DIGITS = 6  # of inhabitants


def settle_as_asked(instance: Instance, settler: Settler, plan: Plan, settings: Settings) -> tuple[float, Assignment]:
    """Return the least objective of a plan's uncovered need, and who is served where, shares of zones held.

    The assignment has the levels of the professions that flows serve.

    Raises
    ------
    SolverError
        If a stage does not end at its optimum.
    """
    objective, even = settler.nothing() if plan.sites.empty else settler.settle(plan)
    short = short_by_zone(instance, even.uncovered)
    if not short:
        return objective, even
    fine, slopes = _finely_banded(instance)
    matrix = with_plan(assemble(fine, [name for name in instance.professions if name not in short]), plan)
    control = settings.control(LP_LIMIT_S, threading.Event())
    costs = _costs(matrix, instance, slopes)
    of_short, _ = _least(matrix, costs, control)
    held = matrix.holding(costs, of_short + HELD * max(1.0, abs(of_short)))
    _, values = _least(held, matrix.costs[0], control)
    uncovered = matrix.mask(Column.UNCOVERED)
    left = np.clip(values, 0.0, None)
    near = matrix.bounded(
        np.where(uncovered, np.maximum(left - HELD_INHABITANTS, 0.0), matrix.lower),
        np.where(uncovered, left + HELD_INHABITANTS, matrix.upper),
    )
    _, served = _least(near, _minutes(matrix, instance), control)
    of_others = sum(found.objective for name, found in settler.share_out(plan).items() if name not in short)
    return of_others + of_short, _joined(even, _assignment(matrix, served, left), short)


def _joined(even: Assignment, aimed: Assignment, short: Collection[str]) -> Assignment:
    """Return an assignment with some professions of another."""
    allocated, uncovered = (
        pd.concat([of_all[~of_all["profession"].isin(short)], of_short], ignore_index=True)
        for of_all, of_short in ((even.allocated, aimed.allocated), (even.uncovered, aimed.uncovered))
    )
    levels = {name: found for name, found in even.levels.items() if name not in short}
    return Assignment(allocated, uncovered, levels)


def _finely_banded(instance: Instance) -> tuple[Instance, np.ndarray]:
    """Return the problem in fine bands that end where its own do too, and by fine band its own slope.

    The fine slopes are those of the square of the share left uncovered.
    """
    own = np.array(instance.band_upper_shares)
    ends = np.unique(np.concatenate([own, np.arange(1, STEPS + 1) / STEPS]))
    begins = np.append(0.0, ends[:-1])
    slopes = np.array(instance.band_slopes)[np.searchsorted(own, ends)]
    fine = replace(instance, band_upper_shares=tuple(ends.tolist()), band_slopes=tuple((begins + ends).tolist()))
    unweighted = {name: replace(terms, weight=1.0) for name, terms in fine.professions.items()}
    return replace(fine, professions=unweighted), slopes


def _costs(matrix: Matrix, instance: Instance, slopes: np.ndarray) -> np.ndarray:
    """Return the objective by column, by the problem's own slopes (by fine band) and weights."""
    costs = np.zeros(len(matrix.lower))
    for column, (point, name, band) in matrix.columns(Column.UNCOVERED_IN_BAND):
        terms = instance.professions[str(name)]
        costs[column] = terms.weight * slopes[int(band)] * terms.need_index[str(point)]
    return costs


def _minutes(matrix: Matrix, instance: Instance) -> np.ndarray:
    minutes = {
        (point, place, name): each
        for name, terms in instance.professions.items()
        for point, place, each in zip(terms.pairs.demand_ids, terms.pairs.place_ids, terms.pairs.minutes, strict=True)
    }
    costs = np.zeros(len(matrix.lower))
    for column, index in matrix.columns(Column.ALLOCATED):
        costs[column] = minutes[index]  # type: ignore[index]
    return costs


def _least(matrix: Matrix, cost: np.ndarray, control: Control) -> tuple[float, np.ndarray]:
    outcome = solve_lp(matrix, cost, control)
    if outcome.optimum is None:
        raise SolverError(problem("who is served where was not found: {ending}", ending=outcome.ending))
    return outcome.optimum.objective, outcome.optimum.values


def _assignment(matrix: Matrix, served: np.ndarray, left: np.ndarray) -> Assignment:
    allocated = [
        (*index, people)
        for column, index in matrix.columns(Column.ALLOCATED)
        if (people := float(served[column])) > SMALLEST_ALLOCATION
    ]
    uncovered = [(*index, round(float(left[column]), DIGITS)) for column, index in matrix.columns(Column.UNCOVERED)]
    return Assignment(
        pd.DataFrame(allocated, columns=["demand_id", "place_id", "profession", "inhabitants"]),
        pd.DataFrame(uncovered, columns=["demand_id", "profession", "inhabitants"]),
    )
