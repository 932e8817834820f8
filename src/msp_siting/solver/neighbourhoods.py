"""Better plans from small searches: the sites around one or two places are free again, the rest of the plan stays.

They run in a thread of their own beside the search of the whole, take its plans and hand it theirs.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import scipy.sparse as sp

from msp_siting.problem import Column, Row
from msp_siting.solver.best import Best
from msp_siting.solver.control import Control
from msp_siting.solver.engine import POLL_S
from msp_siting.solver.highs import search_mip, solve_lp
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.projection import Projection
from msp_siting.solver.settings import HELD, Settings

CENTRES = 2
SITES_AROUND = 30
MOST_NODES = 50
FAILURES_BEFORE_WIDER = 40
WIDER = 1.5


@dataclass(frozen=True)
class Neighbourhoods:
    """Which columns belong to which candidate site or demand point, and which sites share demand.

    Attributes
    ----------
    site_of, point_of
        Number of the site (``open``, ``staff``), or of the (demand point, profession), of each column; -1 if none.
    reach
        One row per (demand point, profession), one column per site: whether the one can be served at the other.
    shared
        One row and column per site: inhabitants that both can serve.
    """

    site_of: np.ndarray
    point_of: np.ndarray
    reach: sp.csr_array
    shared: sp.csr_array

    @classmethod
    def of(cls, matrix: Matrix) -> Self:
        """Return the neighbourhoods of a siting problem, read off its rows."""
        sites: dict[object, int] = {}
        points: dict[object, int] = {}
        site_of, point_of = np.full(len(matrix.names), -1), np.full(len(matrix.names), -1)
        for column, (name, index) in enumerate(matrix.names):
            if name in {Column.OPEN, Column.STAFF}:
                site_of[column] = sites.setdefault(index[0], len(sites))
            elif name == Column.ALLOCATED:
                point_of[column] = points.setdefault((index[0], index[2]), len(points))
            elif name in {Column.UNCOVERED, Column.UNCOVERED_IN_BAND}:
                point_of[column] = points.setdefault(index[:2], len(points))
        floors = [number for number, (name, _) in enumerate(matrix.row_names) if name == Row.APL_FLOOR]
        if floors:
            return cls._of_apl(matrix, floors, site_of, len(sites))
        rows = [number for number, (name, _) in enumerate(matrix.row_names) if name == Row.CAPACITY]
        capacity = sp.csr_array(matrix.a.tocsr()[rows])
        served, staffed = np.flatnonzero(matrix.mask(Column.ALLOCATED)), np.flatnonzero(matrix.mask(Column.STAFF))
        at_place = _grouped(capacity[:, served], point_of[served], len(points))
        reach = _ones(sp.csr_array(at_place.T @ _grouped(capacity[:, staffed], site_of[staffed], len(sites))))
        people = np.zeros(len(points))
        uncovered = np.flatnonzero(matrix.mask(Column.UNCOVERED))
        people[point_of[uncovered]] = matrix.upper[uncovered]
        return cls(site_of, point_of, reach, sp.csr_array(reach.T @ sp.diags_array(people) @ reach))

    @classmethod
    def _of_apl(cls, matrix: Matrix, floors: list[int], site_of: np.ndarray, sites: int) -> Self:
        """Return those of a measure of the APL: what units lack is free, whatever sites are."""
        helped = sp.csr_array(matrix.a.tocsr()[floors])
        staffed = np.flatnonzero(matrix.mask(Column.STAFF))
        reach = _grouped(helped[:, staffed], site_of[staffed], sites)
        cost = abs(helped) @ matrix.costs[0]  # of what each can lack: that posts have no cost leaves them out
        return cls(site_of, np.full(len(site_of), -1), reach, sp.csr_array(reach.T @ sp.diags_array(cost) @ reach))

    def around(self, centres: np.ndarray, number: int) -> np.ndarray:
        """Return which columns are free: some sites around each centre, and all whom those sites can serve."""
        is_free = np.zeros(self.reach.shape[1], bool)
        is_free[centres] = True
        for centre in centres:
            shared = self.shared[[centre], :].toarray()[0]
            nearest = np.argsort(-shared, kind="stable")[:number]
            is_free[nearest[shared[nearest] > 0]] = True
        served = np.asarray(self.reach @ is_free.astype(float)) > 0
        columns = np.ones(len(self.site_of), bool)
        columns[self.site_of >= 0] = is_free[self.site_of[self.site_of >= 0]]
        columns[self.point_of >= 0] = served[self.point_of[self.point_of >= 0]]
        return columns


def _grouped(rows: sp.csr_array, group: np.ndarray, groups: int) -> sp.csr_array:
    """Return which groups of columns have an entry in each row."""
    member = sp.csr_array((np.ones(len(group)), (np.arange(len(group)), group)), shape=(len(group), groups))
    return _ones(sp.csr_array(abs(rows) @ member))


def _ones(matrix: sp.csr_array) -> sp.csr_array:
    """Return a matrix with 1 wherever another has an entry."""
    return sp.csr_array((np.ones(len(matrix.indices)), matrix.indices, matrix.indptr), shape=matrix.shape)


@contextmanager
def improving_beside(
    problem: Projection, settings: Settings, control: Control, best: Best, relaxed: np.ndarray
) -> Iterator[int]:
    """Improve the best plan in a thread beside a search, which gets the threads left.

    With one thread nothing runs beside, so that the search can be repeated.
    """
    if "neighbourhoods" not in settings.parts or settings.threads == 1:
        yield settings.threads
        return
    stop = threading.Event()
    failures: list[BaseException] = []
    alone = replace(control, threads=1, interrupted=stop)

    def work() -> None:
        try:
            _improve(problem, alone, best, relaxed)
        except BaseException as failure:  # noqa: BLE001 - raised again in the calling thread below
            failures.append(failure)

    thread = threading.Thread(target=work, name="neighbourhoods")
    thread.start()
    try:
        yield settings.threads - 1
    finally:
        stop.set()
        thread.join()
    if failures:
        raise failures[0]


def _improve(problem: Projection, control: Control, best: Best, relaxed: np.ndarray) -> None:
    """Search one neighbourhood after the other until told to stop."""
    near = Neighbourhoods.of(problem.matrix)
    random = np.random.default_rng(control.seed)
    opens = np.flatnonzero(problem.matrix.mask(Column.OPEN))
    number, failures = SITES_AROUND, 0
    while not control.interrupted.wait(POLL_S if best.plan is None or problem.has_broken else 0.0):
        if best.plan is None or problem.has_broken:  # the search is about to begin again
            continue
        objective, values = best.plan
        promising = np.unique(near.site_of[opens[(values[opens] > HELD) | (relaxed[opens] > HELD)]])
        if len(promising) == 0:
            return
        centres = random.choice(promising, min(CENTRES, len(promising)), replace=False)
        found = _search_around(problem, near.around(centres, number), values, control)
        if found is not None and found[0] < objective - HELD * abs(objective) and best.offer(*found):
            failures = 0
            continue
        failures += 1
        if failures % FAILURES_BEFORE_WIDER == 0:
            number = int(number * WIDER)


def _search_around(
    problem: Projection, is_free: np.ndarray, values: np.ndarray, control: Control
) -> tuple[float, np.ndarray] | None:
    """Return a better plan's objective and values, all flows settled again; None if none was found."""
    problem.add_cuts()
    matrix = problem.matrix
    cost = matrix.costs[0]
    kept = np.clip(values, matrix.lower, matrix.upper)
    part = matrix.bounded(np.where(is_free, matrix.lower, kept), np.where(is_free, matrix.upper, kept))
    found = search_mip(part, cost, control, start=values, most_nodes=MOST_NODES)
    if found.values is None or found.objective is None or found.objective >= cost @ values * (1 - HELD):
        return None
    whole = np.round(found.values)
    lower, upper = (np.where(matrix.integer, whole, bounds) for bounds in (matrix.lower, matrix.upper))
    settled = solve_lp(matrix.bounded(lower, upper), cost, control).values
    if settled is None or not problem.keeps_limits(settled):
        return None
    return problem.complete(settled)
