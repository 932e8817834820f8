"""Who goes where: the least minutes, what each demand point is served held.

A transport problem over the pairs of a demand point and a place of one level; others serve nobody. It begins with some
way to serve and the nearest places of each demand point; pairs whose reduced cost is below 0 come in until none is.

Where several ways take the least minutes, pairs stand in a fixed order, that of (minutes, id of the demand point, id of
the place), and the way is taken whose sum of need x square root of a pair's position is least. Only pairs of reduced
cost 0 serve in any of these ways, and places that have a price are full in all of them, so this is a small problem.
Square roots, and not positions: two ways weigh alike by chance only.
"""

from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp

from msp_siting.errors import SolverError, problem
from msp_siting.problem.sharing import Levels, Network, Service, serve
from msp_siting.solver.control import Control, Listener
from msp_siting.solver.engine import hand_over, run, set_options
from msp_siting.solver.matrix import Matrix

NEAREST = 3  # places of each demand point, at first
MORE = 4  # places of each demand point, at a time
TIED = 1e-7  # minutes, and standardised inhabitants: HiGHS's tolerances


def least_minutes(
    network: Network, levels: Levels, minutes: np.ndarray, need_index: np.ndarray, control: Control
) -> Service:
    """Return who is served where at the least sum of inhabitants x minutes, each served the share of its level.

    Parameters
    ----------
    minutes
        By pair of the network.
    need_index
        Standardised inhabitants per inhabitant, by demand point, above 0 where there is need.

    Raises
    ------
    SolverError
        If the problem does not end at its optimum.
    """
    held = serve(network, levels)
    inside = np.flatnonzero(network.is_level_pair(levels))
    pairs = _Pairs(network.pair_points[inside], network.pair_places[inside])
    if not len(inside):
        return held
    served = np.bincount(held.points, held.amounts, minlength=len(network.need))
    limits = _Limits(served, np.full(len(network.room), -np.inf), network.room)
    cost = minutes[inside] / need_index[pairs.points]
    first = pairs.are_nearest(cost) | pairs.are_among(held.points, held.places)
    shortest = _least(pairs, limits, cost, first, control)
    tied = np.flatnonzero((shortest.reduced_costs <= TIED) | (shortest.amounts > TIED))
    weight = np.sqrt(1.0 + _positions(network, inside, minutes[inside]))
    among = _Pairs(pairs.points[tied], pairs.places[tied])
    as_good = _as_good(among, shortest.amounts[tied], shortest.prices, limits)
    chosen = _least(among, as_good, weight[tied], np.ones(len(tied), bool), control)
    amounts = np.where(chosen.amounts > TIED, chosen.amounts, 0.0)
    lacking = max(0.0, float(served.sum() - amounts.sum()))
    used = amounts > 0
    return Service(among.points[used], among.places[used], amounts[used], held.remainder + lacking)


@dataclass(frozen=True)
class _Pairs:
    """The columns: positions of demand points and places."""

    points: np.ndarray
    places: np.ndarray

    def are_nearest(self, cost: np.ndarray) -> np.ndarray:
        """Return flags of the pairs that cost their demand point least."""
        order = np.lexsort((cost, self.points))
        flags = np.zeros(len(order), bool)
        flags[order[_first_of_each(self.points[order], NEAREST)]] = True
        return flags

    def are_among(self, points: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Return flags of the pairs that are among others."""
        width = 1 + max(self.places.max(), places.max(initial=0))
        return np.isin(self.points * width + self.places, points * width + places)


@dataclass(frozen=True)
class _Limits:
    """The rows: what each demand point is served, and at least and at most each place serves.

    At least means no limit where it need not serve: 0 would be one, and might have a price.
    """

    served: np.ndarray
    fewest: np.ndarray
    most: np.ndarray


@dataclass(frozen=True)
class _Least:
    """An optimum: amounts and reduced costs by pair, and the price of room by place (at least 0)."""

    amounts: np.ndarray
    reduced_costs: np.ndarray
    prices: np.ndarray


def _as_good(pairs: _Pairs, amounts: np.ndarray, prices: np.ndarray, limits: _Limits) -> _Limits:
    """Return the limits of all ways that are as good as some: what a place with a price serves is held."""
    served = np.bincount(pairs.points, amounts, minlength=len(limits.served))
    used = np.bincount(pairs.places, amounts, minlength=len(limits.most))
    is_full = prices > TIED
    return _Limits(served, np.where(is_full, used, -np.inf), np.where(is_full, used, np.maximum(limits.most, used)))


def _least(pairs: _Pairs, limits: _Limits, cost: np.ndarray, is_in: np.ndarray, control: Control) -> _Least:
    """Return the least cost; the pairs flagged come first, and they suffice to serve everyone."""
    points = len(limits.served)
    columns = np.flatnonzero(is_in)
    highs = hand_over(_matrix(pairs, limits, cost, columns), cost[columns], relaxed=True)
    set_options(highs, control, {})
    while True:
        outcome = run(highs, control, Listener(), 1.0)
        optimum = outcome.optimum
        if optimum is None:
            raise SolverError(problem("stage {stage} ended with {ending}", stage="travel_time", ending=outcome.ending))
        prices = optimum.multipliers
        reduced_costs = cost - prices[pairs.points] - prices[points + pairs.places]
        reduced_costs[columns] = optimum.reduced_costs
        missing = np.setdiff1d(np.flatnonzero(reduced_costs < -TIED), columns)
        if not len(missing):
            amounts = np.zeros(len(cost))
            amounts[columns] = np.maximum(optimum.values, 0.0)
            return _Least(amounts, reduced_costs, -prices[points:])
        order = np.lexsort((reduced_costs[missing], pairs.points[missing]))
        more = missing[order[_first_of_each(pairs.points[missing][order], MORE)]]
        _add(highs, pairs, points, cost, more)
        columns = np.concatenate([columns, more])


def _matrix(pairs: _Pairs, limits: _Limits, cost: np.ndarray, columns: np.ndarray) -> Matrix:
    """Return the problem of some pairs: a row per demand point, then one per place."""
    count, points = len(columns), len(limits.served)
    rows = np.concatenate([pairs.points[columns], points + pairs.places[columns]])
    entries = (np.ones(2 * count), (rows, np.tile(np.arange(count), 2)))
    return Matrix(
        a=sp.csc_array(entries, shape=(points + len(limits.most), count)),
        costs=cost[np.newaxis, columns],
        row_lower=np.concatenate([limits.served, limits.fewest]),
        row_upper=np.concatenate([limits.served, limits.most]),
        lower=np.zeros(count),
        upper=np.full(count, np.inf),
        integer=np.zeros(count, bool),
        names=(),
        row_names=(),
    )


def _add(highs: highspy.Highs, pairs: _Pairs, points: int, cost: np.ndarray, more: np.ndarray) -> None:
    """Put more pairs into a problem handed over."""
    count = len(more)
    rows = np.stack([pairs.points[more], points + pairs.places[more]], axis=1).ravel().astype(np.int32)
    starts = np.arange(0, 2 * count, 2, dtype=np.int32)
    free = np.full(count, np.inf)
    status = highs.addCols(count, cost[more], np.zeros(count), free, 2 * count, starts, rows, np.ones(2 * count))
    if status != highspy.HighsStatus.kOk:
        raise SolverError(problem("HiGHS refused the model"))


def _positions(network: Network, inside: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    """Return where each of some pairs stands in the order of minutes, demand point and place."""
    points, places = _ranks(network.point_ids), _ranks(network.place_ids)
    order = np.lexsort((places[network.pair_places[inside]], points[network.pair_points[inside]], minutes))
    positions = np.empty(len(order))
    positions[order] = np.arange(len(order))
    return positions


def _ranks(ids: tuple[str, ...]) -> np.ndarray:
    ranks = np.empty(len(ids), int)
    ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return ranks


def _first_of_each(groups: np.ndarray, number: int) -> np.ndarray:
    """Return the positions of the first few of each group; groups stand together."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    return np.flatnonzero(np.arange(len(groups)) - np.repeat(starts, np.diff(starts, append=len(groups))) < number)
