"""A plan to begin with: totals first, then the best of the sites that the linear relaxation opens, at least in part."""

import time
from dataclasses import replace

import numpy as np

from msp_siting.problem import Column, Instance, relative_gap
from msp_siting.solver.control import Control, Listener
from msp_siting.solver.highs import search_mip
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.totals import OPENED, nearest_totals

SHARE_OF_TIME = 0.25
GAP = 0.001
MOST_NODES = 50
SMALLEST_OPENING = 1e-6


def find_start(instance: Instance, matrix: Matrix, relaxed: np.ndarray, control: Control) -> np.ndarray | None:
    """Return the values of a plan, or None if none was found in a quarter of the time left.

    The sites that the relaxation leaves closed are left out, and as many sites of each format open as hold the most
    posts: money buys whole sites, and few totals use it up. What remains is a small problem in which every rule still
    holds.

    Parameters
    ----------
    instance
        The problem's, for its totals.
    relaxed
        Values of the relaxation, one per column of ``matrix``.
    """
    left = control.deadline - time.monotonic()
    short = replace(control, deadline=control.deadline - (1 - SHARE_OF_TIME) * max(0.0, left))
    open_in_part = _of_sites_open(matrix, relaxed)
    found = _search(_with_totals(instance, open_in_part, relaxed, short), short)
    return _search(open_in_part, short) if found is None else found


def _of_sites_open(matrix: Matrix, relaxed: np.ndarray) -> Matrix:
    """Return the problem with every site closed that the relaxation leaves closed."""
    closed = matrix.mask(Column.OPEN) & (relaxed < SMALLEST_OPENING)
    sites = {index[0] for column, index in matrix.columns(Column.OPEN) if not closed[column]}
    closed |= np.array([name == Column.STAFF and index[0] not in sites for name, index in matrix.names])
    return matrix.bounded(matrix.lower, np.where(closed, matrix.lower, matrix.upper))


def _with_totals(instance: Instance, matrix: Matrix, relaxed: np.ndarray, control: Control) -> Matrix:
    """Return the problem with the number of sites of each format fixed, nearest to the relaxation's."""
    opened = {kind: np.zeros(len(relaxed)) for kind in instance.formats}
    posts = dict.fromkeys(instance.professions, 0.0)
    for column, index in matrix.columns(Column.OPEN):
        opened[str(index[1])][column] = 1.0
    for column, index in matrix.columns(Column.STAFF):
        posts[str(index[1])] += relaxed[column]
    wished = {kind: float(columns @ relaxed) for kind, columns in opened.items()}
    totals = nearest_totals(instance, wished, posts)
    values = search_mip(totals, totals.costs[0], control).values
    if values is None:
        return matrix
    number = dict.fromkeys(instance.formats, 0)
    for column, index in totals.columns(OPENED):
        number[str(index[0])] += round(values[column])
    for kind, columns in opened.items():
        matrix = matrix.with_row(columns, number[kind], number[kind])
    return matrix


def _search(matrix: Matrix, control: Control) -> np.ndarray | None:
    incumbent: float | None = None

    def improved(values: np.ndarray) -> None:
        nonlocal incumbent
        incumbent = float(matrix.costs[0] @ values)

    def enough(bound: float | None) -> bool:
        gap = relative_gap(incumbent, bound)
        return gap is not None and gap <= GAP

    listener = Listener(enough, improved)
    return search_mip(matrix, matrix.costs[0], control, listener=listener, most_nodes=MOST_NODES).values
