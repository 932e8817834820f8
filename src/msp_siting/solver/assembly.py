"""The problem to search as matrices: decisions as the formulation says them, the rows of people put beside as arrays.

Of sites and posts there are thousands, of pairs of who is served where millions: in Pyomo those would take most of the
time and memory. What the arrays say is ``need_balance``, ``capacity`` and ``uncovered`` of the formulation; a test
holds the whole to its compiled model, name by name.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from msp_siting.problem import Column, Instance, Row
from msp_siting.solver.decisions import decide
from msp_siting.solver.matrix import Matrix, Name


@dataclass(frozen=True)
class _People:
    """Demand points with a profession that they need, and what can be done for them.

    Attributes
    ----------
    points, pairs, rooms
        (demand point, profession), (demand point, place, profession), and (place, profession) where someone goes.
    inhabitants, need_index
        By point; ``costs`` and ``widths`` (inhabitants) by point and band.
    pair_points, pair_rooms
        Positions in points and rooms, by pair.
    """

    points: list[tuple[str, str]]
    pairs: list[tuple[str, str, str]]
    rooms: list[tuple[str, str]]
    inhabitants: np.ndarray
    need_index: np.ndarray
    costs: np.ndarray
    widths: np.ndarray
    pair_points: np.ndarray
    pair_rooms: np.ndarray


def assemble(instance: Instance, light: Iterable[str] = (), *, keeps_empty: bool = False) -> Matrix:
    """Return the problem of choosing sites and posts, some professions without their need (`decide`).

    Raises
    ------
    InfeasibleError
        If a rule without variables cannot hold.
    """
    instance = instance.without_need_of(light)
    decisions = decide(instance.without_need_of(instance.professions), keeps_empty=keeps_empty)
    people = _people_of(instance)
    if not people.points:
        return decisions
    points, pairs, bands = len(people.points), len(people.pairs), people.costs.shape[1]
    of_pairs, each = np.arange(pairs), sp.eye_array(points)
    served = sp.csr_array((np.ones(pairs), (people.pair_points, of_pairs)), shape=(points, pairs))
    used = sp.csr_array(
        (people.need_index[people.pair_points], (people.pair_rooms, of_pairs)), shape=(len(people.rooms), pairs)
    )
    in_bands = sp.kron(each, np.ones((1, bands)))
    room_there = np.array([instance.professions[name].room(place) for place, name in people.rooms], float)
    left, limits, of_shares = _shares_of_need(instance, people)
    # Columns: bands, decisions, pairs, points. Rows: two balances, capacity, shares of need, decisions.
    a = sp.block_array(
        [
            [None, None, served, each],
            [in_bands, None, None, -each],
            [None, _room_of_decisions(instance, people, decisions), used, None],
            *([[None, None, None, left]] if of_shares else []),
            [sp.csr_array((decisions.a.shape[0], points * bands)), decisions.a, None, None],
        ],
        format="csc",
    )
    a.eliminate_zeros()
    nothing, free = np.zeros(points), np.full(len(people.rooms) + len(limits), -np.inf)
    costs = np.zeros((len(decisions.costs), a.shape[1]))
    costs[0, : points * bands] = people.costs.ravel()
    costs[:, points * bands :][:, : len(decisions.lower)] += decisions.costs
    return Matrix(
        a=sp.csc_array(a),
        costs=costs,
        row_lower=np.concatenate([people.inhabitants, nothing, free, decisions.row_lower]),
        row_upper=np.concatenate([people.inhabitants, nothing, room_there, limits, decisions.row_upper]),
        lower=np.concatenate([np.zeros(points * bands), decisions.lower, np.zeros(pairs + points)]),
        upper=np.concatenate([people.widths.ravel(), decisions.upper, np.full(pairs, np.inf), people.inhabitants]),
        integer=np.concatenate([np.zeros(points * bands, bool), decisions.integer, np.zeros(pairs + points, bool)]),
        names=(
            *((Column.UNCOVERED_IN_BAND, (*point, band)) for point in people.points for band in range(bands)),
            *decisions.names,
            *((Column.ALLOCATED, pair) for pair in people.pairs),
            *((Column.UNCOVERED, point) for point in people.points),
        ),
        row_names=(
            *((Row.NEED_BALANCE, point) for point in people.points),
            *((Row.BAND_BALANCE, point) for point in people.points),
            *((Row.CAPACITY, room) for room in people.rooms),
            *of_shares,
            *decisions.row_names,
        ),
    )


def _people_of(instance: Instance) -> _People:
    slopes, widths = np.array(instance.band_slopes), np.diff([0.0, *instance.band_upper_shares])
    of_point: dict[tuple[str, str], int] = {}
    of_room: dict[tuple[str, str], int] = {}
    pairs: list[tuple[str, str, str]] = []
    need_index: list[float] = []
    costs = [np.empty((0, len(slopes)))]
    for name, terms in instance.professions.items():
        of_point |= {(point, name): len(of_point) + row for row, point in enumerate(terms.need_index)}
        places = dict.fromkeys(terms.pairs.place_ids)
        of_room |= {(place, name): len(of_room) + row for row, place in enumerate(places)}
        pairs += [(*pair, name) for pair in zip(terms.pairs.demand_ids, terms.pairs.place_ids, strict=True)]
        need_index += terms.need_index.values()
        costs.append(np.outer(list(terms.need_index.values()), terms.weight * slopes))
    inhabitants = np.array([instance.inhabitants[point] for point, _ in of_point], float)
    return _People(
        points=list(of_point),
        pairs=pairs,
        rooms=list(of_room),
        inhabitants=inhabitants,
        need_index=np.array(need_index, float),
        costs=np.concatenate(costs),
        widths=np.outer(inhabitants, widths),
        pair_points=np.array([of_point[point, name] for point, _, name in pairs], int),
        pair_rooms=np.array([of_room[place, name] for _, place, name in pairs], int),
    )


def _shares_of_need(instance: Instance, people: _People) -> tuple[sp.csr_array, np.ndarray, list[Name]]:
    """Return the rows of shares of need that are to be served, over the points: need left uncovered, limits, names."""
    at = {point: position for position, point in enumerate(people.points)}
    needing = {name for _, name in people.points}
    asked: list[tuple[Name, str, Iterable[str], float]] = [
        ((Row.COVERAGE_TARGET, (name,)), name, instance.professions[name].need_index, most)
        for name, most in instance.limits_uncovered.items()
        if name in needing
    ]
    asked += [
        ((Row.ZONE_COVERAGE, (*zone.key, name)), name, zone.points, most)
        for zone, name, most in instance.limits_uncovered_by_zone
        if name in needing
    ]
    entries = [
        (row, at[point, name], people.need_index[at[point, name]])
        for row, (_, name, points, _) in enumerate(asked)
        for point in points
        if (point, name) in at
    ]
    rows, columns, values = np.array(entries, float).reshape(-1, 3).T
    left = sp.csr_array((values, (rows.astype(int), columns.astype(int))), shape=(len(asked), len(at)))
    return left, np.array([most for *_, most in asked], float), [name for name, *_ in asked]


def _room_of_decisions(instance: Instance, people: _People, decisions: Matrix) -> sp.csr_array:
    """Return what decisions take off the use of each room, or put on it: a row per room, a column per decision."""
    column = {name: position for position, name in enumerate(decisions.names)}
    row = {room: position for position, room in enumerate(people.rooms)}
    entries = [
        (row[place, name], column[Column.STAFF, (site, name)], -terms.capacity)
        for name, terms in instance.professions.items()
        for site, place in instance.sites.items()
        if (place, name) in row
    ]
    entries += [
        (row[key], column[Column.OPEN, opened], -room)
        for opened in instance.moved
        for key, room in instance.moved_room(*opened).items()
        if key in row
    ]
    entries += [
        (row[place, name], column[Column.RECRUITED, (name,)], room)
        for name, terms in instance.professions.items()
        for place, room in terms.drawn_room.items()
        if (place, name) in row
    ]
    rows, columns, values = np.array(entries, float).reshape(-1, 3).T
    return sp.csr_array((values, (rows.astype(int), columns.astype(int))), shape=(len(row), len(column)))
