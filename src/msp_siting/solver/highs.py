"""What is asked of HiGHS: the optimum of a linear problem, and the search of a mixed-integer one."""

import math
from collections.abc import Mapping
from typing import Any

import highspy
import numpy as np

from msp_siting.solver.control import Control, Listener
from msp_siting.solver.engine import Outcome, begin_at, hand_over, run, set_options
from msp_siting.solver.matrix import Matrix

# With numbers of very unlike sizes HiGHS may lose by rounding what there is: then once more, plainly.
PLAINLY = {"presolve": "off", "primal_feasibility_tolerance": 1e-6}
SMALL_COST = 1e-2
FORGOTTEN = 1e-6  # of an objective


def solve_lp(
    matrix: Matrix,
    cost: np.ndarray,
    control: Control,
    *,
    basis: highspy.HighsBasis | None = None,
) -> Outcome:
    """Minimise one cost over a problem, integrality left out.

    Parameters
    ----------
    matrix, cost
        The problem and what is minimised.
    control
        Deadline, threads, seed and interruption.
    basis
        Where it begins: the basis of an earlier optimum; rows added since come last.
    """
    scale = _scale(cost)
    highs = hand_over(matrix, cost * scale, relaxed=True)
    set_options(highs, control, {})
    if basis is not None:
        begin_at(highs, basis, len(matrix.row_lower))
    outcome = run(highs, control, Listener(), scale)
    if outcome.optimum is not None or outcome.ending not in {"optimal", "infeasible"}:
        return outcome
    again = hand_over(matrix, cost * scale, relaxed=True)
    set_options(again, control, PLAINLY)
    return run(again, control, Listener(), scale)


def search_mip(  # noqa: PLR0913 - the optional arguments each change the search
    matrix: Matrix,
    cost: np.ndarray,
    control: Control,
    *,
    start: np.ndarray | None = None,
    listener: Listener | None = None,
    most_nodes: int | None = None,
) -> Outcome:
    """Search the values that minimise one cost over a problem, its integer columns whole.

    Parameters
    ----------
    matrix, cost
        The problem and what is minimised.
    control
        Deadline, threads, seed and interruption.
    start
        A plan to begin with, one value per column.
    listener
        What hears of the search and can stop it.
    most_nodes
        Nodes after which it stops.
    """
    more = {} if most_nodes is None else {"mip_max_nodes": most_nodes}
    outcome = _search(matrix, cost, control, start, listener, more)
    if outcome.ending == "optimal" and start is not None and _is_forgotten(outcome, cost):
        outcome = _search(matrix, cost, control, None, listener, more)
    return outcome


def _search(  # noqa: PLR0913, PLR0917 - as `search_mip`
    matrix: Matrix,
    cost: np.ndarray,
    control: Control,
    start: np.ndarray | None,
    listener: Listener | None,
    more: Mapping[str, Any],
) -> Outcome:
    scale = _scale(cost)
    highs = hand_over(matrix, cost * scale, relaxed=False)
    set_options(highs, control, more)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        highs.setSolution(solution)
    return run(highs, control, listener or Listener(), scale)


def _is_forgotten(outcome: Outcome, cost: np.ndarray) -> bool:
    """Return whether the values are not those of the objective.

    HiGHS 1.16 returns the start it was given where its presolve alone finds the optimum.
    """
    if outcome.values is None or outcome.objective is None:
        return False
    return abs(float(cost @ outcome.values) - outcome.objective) > FORGOTTEN * max(1.0, abs(outcome.objective))


def _scale(cost: np.ndarray) -> float:
    """Return a power of 2 by which small costs are at least 1: HiGHS's tolerances are absolute, a millionth."""
    largest = float(np.abs(cost).max(initial=0.0))
    return 2.0 ** -math.floor(math.log2(largest)) if 0 < largest < SMALL_COST else 1.0
