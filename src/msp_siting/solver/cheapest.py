"""The plan that costs least and does what is asked: works and equipment first, then aid, then who stays uncovered."""

from dataclasses import replace

import numpy as np

from msp_siting.problem import Instance, works_unit_cents
from msp_siting.solver.assembly import assemble
from msp_siting.solver.best import Found
from msp_siting.solver.decisions import AID_COST, COST, UNCOVERED
from msp_siting.solver.highs import search_mip
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.settings import HELD, Settings
from msp_siting.units import CENTS_PER_EUR

LATER_LIMIT_S = 30.0
LEFT = 3  # the stage of who stays uncovered, where cost comes first


def assemble_for_cost(instance: Instance) -> Matrix:
    """Return the problem with its stages in the order cost (EUR), cost (in units), aid, uncovered.

    Of professions of whose need no share is asked it holds posts only.

    Raises
    ------
    InfeasibleError
        If a rule without variables cannot hold.
    """
    matrix = assemble(instance, [name for name in instance.professions if name not in instance.targeted])
    eur = matrix.costs[COST] * (works_unit_cents(instance) / CENTS_PER_EUR)
    return replace(matrix, costs=np.vstack([eur, matrix.costs[[COST, AID_COST, UNCOVERED]]]))


def then_least_aid(matrix: Matrix, found: Found, settings: Settings) -> np.ndarray:
    """Return the values of a plan that costs no more: of those found the least aid, then the least uncovered.

    Neither is proven to be the least where its time is up.
    """
    cost, values = found
    held = matrix.holding(matrix.costs[0], cost + HELD * max(1.0, cost))
    for stage in (AID_COST, LEFT):
        if settings.interrupted.is_set():
            break
        better = search_mip(held, held.costs[stage], settings.control(LATER_LIMIT_S), start=values).values
        values = values if better is None else better
        least = float(held.costs[stage] @ values)
        held = held.holding(held.costs[stage], least + HELD * max(1.0, abs(least)))
    return values
