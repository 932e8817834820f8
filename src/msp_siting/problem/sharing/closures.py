"""The least closed set of a graph whose nodes have weights, in exact numbers.

A set is closed that holds, with a node, all that its arcs lead to. The least one is a least cut of a largest flow from
the nodes of weight below 0 to those above. Weights are whole numbers of any size, of which a flow has 29 or 52 bits; no
more than a limit could still be sent of the exact ones. An arc, or the way back along a flow, that is open for more
than this limit is in no least cut, so its two ends are on one side. What that leaves undecided is joined into fewer
nodes, whose weights are exact sums and small, and decided by the same means, again and again.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order, connected_components

from msp_siting.problem.sharing.flows import Arcs, Flow, Units, largest_flow

MOST_UNITS = 2.0**29  # sent at once: what that leaves undecided is small, and takes less than a finer flow of all
FINEST_UNITS = 2.0**52  # as exact as floating-point numbers are
ROUNDED_OFF = 3  # units: no weight loses more when it is rounded


def least_closed_set(weights: Sequence[int], arcs: Arcs, most_units: float = MOST_UNITS) -> np.ndarray:
    """Return flags of the smallest of the closed sets of least total weight."""
    size = np.array([float(weight) for weight in weights])
    if not (size < 0).any():
        return np.zeros(arcs.size, bool)
    units = Units.of(size, arcs, most_units)
    flow = largest_flow(arcs, units.given, units.taken)
    limit = _unsent(flow, size, units.component)
    is_back = flow.along > limit[arcs.tail]
    tail, head = np.concatenate([arcs.tail, arcs.head[is_back]]), np.concatenate([arcs.head, arcs.tail[is_back]])
    is_in = _reached(arcs.size, tail, head, np.flatnonzero(flow.left > limit))
    is_open = ~is_in & ~_reached(arcs.size, head, tail, np.flatnonzero(flow.spare > limit))
    if is_open.any():
        is_in[is_open] = _undecided(weights, arcs, is_open, (tail, head))
    return is_in


def _undecided(
    weights: Sequence[int], arcs: Arcs, is_open: np.ndarray, shiftable: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Return which of the nodes left open are in the least closed set.

    Nodes are on one side of every least cut if more than the limit can be shifted from each to each.
    """
    number = np.where(is_open, np.cumsum(is_open) - 1, -1)
    tail, head = (number[ends] for ends in shiftable)
    inside = (tail >= 0) & (head >= 0)
    count, group = connected_components(_graph(int(is_open.sum()), tail[inside], head[inside]), connection="strong")
    totals = [0] * count
    for node, joined in zip(np.flatnonzero(is_open).tolist(), group.tolist(), strict=True):
        totals[joined] += weights[node]
    if not any(totals):
        return np.zeros(len(group), bool)
    tail, head = number[arcs.tail], number[arcs.head]
    inside = (tail >= 0) & (head >= 0)
    tail, head = group[tail[inside]], group[head[inside]]
    ends = np.unique(np.stack([tail, head])[:, tail != head], axis=1)
    return least_closed_set(totals, Arcs(count, ends[0], ends[1]), FINEST_UNITS)[group]


def _unsent(flow: Flow, size: np.ndarray, component: np.ndarray) -> np.ndarray:
    """Return by node how many more units of the exact weights could be sent, at most: what the cut lost by rounding."""
    is_cut = ((size < 0) & ~flow.is_short) | ((size > 0) & flow.is_short)
    limit: np.ndarray = ROUNDED_OFF * (1 + np.bincount(component, is_cut).astype(np.int64)[component])
    return limit


def _reached(size: int, tail: np.ndarray, head: np.ndarray, begin: np.ndarray) -> np.ndarray:
    """Return flags of the nodes that arcs lead to from some nodes, these included."""
    if not len(begin):
        return np.zeros(size, bool)
    tail, head = np.concatenate([tail, np.full(len(begin), size)]), np.concatenate([head, begin])
    found, _ = breadth_first_order(_graph(size + 1, tail, head), size)
    flags = np.zeros(size + 1, bool)
    flags[found] = True
    return flags[:size]


def _graph(size: int, tail: np.ndarray, head: np.ndarray) -> sp.csr_array:
    return sp.csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(size, size))
