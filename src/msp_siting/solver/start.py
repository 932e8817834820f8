"""A plan to begin with: the best of the sites that the linear relaxation opens, at least in part."""

import time
from dataclasses import replace

import numpy as np

from msp_siting.solution import relative_gap
from msp_siting.solver.highs import Control, Listener, run
from msp_siting.solver.matrix import Matrix

SHARE_OF_TIME = 0.25
GAP = 0.003
MOST_NODES = 50
SMALLEST_OPENING = 1e-6


def find_start(matrix: Matrix, relaxed: np.ndarray, control: Control) -> np.ndarray | None:
    """Return the values of a plan, or None if none was found in a quarter of the time left.

    The sites that the relaxation leaves closed are left out; what remains is a small problem in which every
    rule still holds.
    """
    closed = matrix.mask("open") & (relaxed < SMALLEST_OPENING)
    sites = {index[0] for column, index in matrix.columns("open") if not closed[column]}
    closed |= np.array([name == "staff" and index[0] not in sites for name, index in matrix.names])
    upper = np.where(closed, matrix.lower, matrix.upper)
    left = control.deadline - time.monotonic()
    short = replace(control, deadline=control.deadline - (1 - SHARE_OF_TIME) * max(0.0, left))
    incumbent: float | None = None

    def improved(values: np.ndarray) -> None:
        nonlocal incumbent
        incumbent = float(matrix.costs[0] @ values)

    def enough(bound: float | None) -> bool:
        gap = relative_gap(incumbent, bound)
        return gap is not None and gap <= GAP

    return run(
        matrix.bounded(matrix.lower, upper),
        matrix.costs[0],
        short,
        listener=Listener(enough, improved),
        most_nodes=MOST_NODES,
    ).values
