"""A plan to begin with: the best of the sites that the linear relaxation opens, at least in part."""

import time
from dataclasses import dataclass, replace

import numpy as np

from msp_siting.solver.highs import Control, run
from msp_siting.solver.matrix import Matrix

SHARE_OF_TIME = 0.25
GAP = 0.003
MOST_NODES = 50
SMALLEST_OPENING = 1e-6


@dataclass(frozen=True)
class Start:
    """A plan to begin with (a value per column) and a bound that is known already; each None where there is none."""

    values: np.ndarray | None
    bound: float | None


def find_start(matrix: Matrix, control: Control) -> Start:
    """Return a plan and a bound from the linear relaxation.

    The sites that the relaxation leaves closed are left out; what remains is a small problem in which every
    rule still holds.
    """
    relaxed = run(matrix, matrix.costs[0], control, "relaxation", relaxed=True)
    if relaxed.values is None:
        return Start(None, None)
    closed = matrix.mask("open") & (relaxed.values < SMALLEST_OPENING)
    sites = {index[0] for column, index in matrix.columns("open") if not closed[column]}
    closed |= np.array([name == "staff" and index[0] not in sites for name, index in matrix.names])
    upper = np.where(closed, matrix.lower, matrix.upper)
    left = control.deadline - time.monotonic()
    short = replace(control, deadline=control.deadline - (1 - SHARE_OF_TIME) * max(0.0, left))

    def enough(incumbent: float, bound: float) -> bool:
        return incumbent - bound <= GAP * abs(incumbent)

    values = run(
        matrix.bounded(matrix.lower, upper),
        matrix.costs[0],
        short,
        "start",
        enough=enough,
        most_nodes=MOST_NODES,
    ).values
    return Start(values, relaxed.bound)
