"""A smaller problem with the same plans, each with the same objective: what no plan can change is taken out.

Three reductions, each exact. They are made profession by profession, because sites and staff fixed, professions do not
compete.

*Pairs that nobody can use.* A place without room and without a site that may staff the profession serves no one; a
demand point without need uses no room.

*Existing supply that is never short.* Let all existing room be used as well as it can be (a largest flow), and take the
places from which need could be shifted, point by point and place by place, until it reaches room to spare. A demand
point that reaches such a place is served in full, for otherwise more could be; and it is served at such places only,
since each place that serves it can shift it there. So those places serve all demand points that reach them, and no
others reach them: under every plan the two can be left to themselves at no loss, and recruits there would serve nobody
more.

*Demand points that nothing tells apart.* Let some demand points reach the same places. Whatever room they are given
together, the best is to leave the same share of each uncovered: slopes rise from band to band, bands are shares of a
demand point's need, and the objective weighs need (Jensen's inequality). The sum of their objectives is then that of
one demand point with all their need. Likewise places that the same demand points reach are one place with all their
room; only a place with a candidate site is kept by itself.
"""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from msp_siting.problem.instance import Instance
from msp_siting.problem.terms import Pairs, ProfessionTerms

LARGEST_FLOW = 2**31 - 3  # scipy's flows are 32-bit integers


@dataclass(frozen=True)
class _Network:
    """One profession's demand points and places; ``reach`` has a row per demand point, a column per place.

    ``need``, ``room`` (the least: if everyone leaves who may, and recruits take away all that they may) and ``drawn``
    (room that each recruit takes away) are standardised inhabitants, ``used`` says at which places anyone is ever
    served, ``host`` at which a site may be opened or posts may move to or away.
    """

    point_ids: tuple[str, ...]
    people: np.ndarray
    need: np.ndarray
    place_ids: tuple[str, ...]
    existing: np.ndarray
    reserved: np.ndarray
    room: np.ndarray
    drawn: np.ndarray
    used: np.ndarray
    host: np.ndarray
    reach: sp.csr_array

    def kept(self, points: np.ndarray, places: np.ndarray) -> "_Network":
        """Return the network of some demand points and places (flags)."""
        return _Network(
            point_ids=tuple(np.array(self.point_ids, object)[points]),
            people=self.people[points],
            need=self.need[points],
            place_ids=tuple(np.array(self.place_ids, object)[places]),
            existing=self.existing[places],
            reserved=self.reserved[places],
            room=self.room[places],
            drawn=self.drawn[places],
            used=self.used[places],
            host=self.host[places],
            reach=sp.csr_array(self.reach[points][:, places]),
        )


@dataclass(frozen=True)
class Reduced:
    """A smaller problem whose plans are the same and have the same objective.

    Attributes
    ----------
    instance
        Its demand points are by profession (those in ``need_index``), and some stand for several; its pairs have no
        minutes (0). It says which plan is best, not who is served where.
    joined
        The place that stands for another, by profession and ``place_id`` of the other.
    """

    instance: Instance
    joined: dict[str, dict[str, str]]


def reduce_instance(instance: Instance) -> Reduced:
    """Return a problem without what no plan can change."""
    inhabitants: dict[str, float] = {}
    professions, joined = {}, {}
    for name, terms in instance.professions.items():
        network = _network(instance, name)
        points, places = _closed(network := _usable(network))
        network, joined[name] = _merged(network.kept(~points, ~places))
        reduced = _terms(terms, network, f"{name}:")
        coming = reduced.installations if terms.is_drawn else {}
        left = {  # no more posts leave a place than may
            place: instance.posts_that_may_leave(place, name) + coming.get(place, 0.0)
            for place, moving in instance.leaving_posts()
            if moving == name
        }
        reduced = replace(reduced, existing=reduced.existing | left)
        professions[name] = reduced
        inhabitants |= dict(zip(reduced.need_index, network.people.tolist(), strict=True))
    return Reduced(replace(instance, professions=professions, inhabitants=inhabitants), joined)


def _network(instance: Instance, profession: str) -> _Network:
    terms = instance.professions[profession]
    hosts, leaving = instance.hosts(profession), instance.leaving_room(profession)
    point_ids, place_ids = tuple(terms.need_index), tuple(dict.fromkeys(terms.pairs.place_ids))
    row = {point: number for number, point in enumerate(point_ids)}
    column = {place: number for number, place in enumerate(place_ids)}
    ends = [row[point] for point in terms.pairs.demand_ids], [column[place] for place in terms.pairs.place_ids]
    people = np.array([instance.inhabitants[point] for point in point_ids], float)
    existing = np.array([terms.existing.get(place, 0.0) for place in place_ids], float)
    reserved = np.array([terms.reserved.get(place, 0.0) for place in place_ids], float)
    room = np.array([terms.room(place) for place in place_ids], float)
    taken = terms.drawn_room
    drawn = np.array([taken.get(place, 0.0) for place in place_ids], float)
    most = min(terms.pool, terms.most_drawing) if "recruitment_pool" in instance.constraints else terms.most_drawing
    host = np.array([place in hosts for place in place_ids], bool)
    gone = np.array([leaving.get(place, 0.0) for place in place_ids], float)
    return _Network(
        point_ids=point_ids,
        people=people,
        need=people * np.array(list(terms.need_index.values()), float),
        place_ids=place_ids,
        existing=existing,
        reserved=reserved,
        room=room + gone - (drawn * most if terms.is_drawn else 0.0),
        drawn=drawn,
        used=(room > 0) | host,
        host=host,
        reach=sp.csr_array((np.ones(len(ends[0]), np.int8), ends), shape=(len(point_ids), len(place_ids))),
    )


def _usable(network: _Network) -> _Network:
    """Return the network of demand points with need, and of places where someone serves or may serve it."""
    return network.kept(network.need > 0, network.used)


def _closed(network: _Network) -> tuple[np.ndarray, np.ndarray]:
    """Return which demand points existing supply serves in full under every plan, and the places that are never short.

    Needs are rounded up and rooms down, so that what is served in full is so in exact numbers too.
    """
    points, places = network.reach.shape
    scale = LARGEST_FLOW / max(network.need.sum() + points, network.room.sum() + places, 1.0)
    need = np.ceil(network.need * scale).astype(np.int32)
    room = np.floor(np.maximum(network.room, 0.0) * scale).astype(np.int32)
    point, place = network.reach.nonzero()
    source, sink = points + places, points + places + 1
    tail = np.concatenate([np.full(points, source), point, points + np.arange(places)])
    head = np.concatenate([np.arange(points), points + place, np.full(places, sink)])
    capacity = np.concatenate([need, need[point] + 1, room])  # a pair is never full: it carries at most the need
    graph = sp.csr_array((capacity, (tail, head)), shape=(sink + 1, sink + 1))
    residual = sp.csr_array(graph - maximum_flow(graph, source, sink).flow)
    residual.eliminate_zeros()
    reaches_spare, _ = breadth_first_order(residual.T.tocsr(), sink)
    is_closed = np.zeros(sink + 1, bool)
    is_closed[reaches_spare] = True
    return is_closed[:points], is_closed[points:source]


def _merged(network: _Network) -> tuple[_Network, dict[str, str]]:
    """Return the network with what nothing tells apart made into one, and the places that stand for others."""
    network = _join_points(network, _groups(network.reach, np.zeros(len(network.point_ids), bool)))
    group = _groups(sp.csr_array(network.reach.T), network.host)
    joined = _join_places(network, group)
    into = {old: joined.place_ids[number] for old, number in zip(network.place_ids, group, strict=True)}
    return joined, {place: other for place, other in into.items() if place != other}


def _groups(incidence: sp.csr_array, alone: np.ndarray) -> np.ndarray:
    """Return a number per row, in order of first appearance, equal for rows with the same columns.

    A row flagged as ``alone`` has a number of its own.
    """
    incidence.sort_indices()
    known: dict[tuple[bytes, int], int] = {}
    numbers = np.empty(incidence.shape[0], int)
    for row in range(incidence.shape[0]):
        columns = incidence.indices[incidence.indptr[row] : incidence.indptr[row + 1]].tobytes()
        numbers[row] = known.setdefault((columns, row if alone[row] else -1), len(known))
    return numbers


def _join_points(network: _Network, group: np.ndarray) -> _Network:
    first = network.kept(_first_of(group), np.ones(len(network.place_ids), bool))
    return replace(first, people=_sums(group, network.people), need=_sums(group, network.need))


def _join_places(network: _Network, group: np.ndarray) -> _Network:
    first = network.kept(np.ones(len(network.point_ids), bool), _first_of(group))
    return replace(
        first,
        existing=_sums(group, network.existing),
        reserved=_sums(group, network.reserved),
        room=_sums(group, network.room),
        drawn=_sums(group, network.drawn),
    )


def _first_of(group: np.ndarray) -> np.ndarray:
    """Return flags of the first member of each group."""
    flags = np.zeros(len(group), bool)
    flags[np.unique(group, return_index=True)[1]] = True
    return flags


def _sums(group: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.bincount(group, weights=values) if len(group) else values


def _terms(terms: ProfessionTerms, network: _Network, prefix: str) -> ProfessionTerms:
    point, place = network.reach.nonzero()
    point_ids = [f"{prefix}{demand_id}" for demand_id in network.point_ids]
    reduced = replace(
        terms,
        need_index=dict(zip(point_ids, (network.need / network.people).tolist(), strict=True)),
        existing=_nonzero(network.place_ids, network.existing),
        reserved=_nonzero(network.place_ids, network.reserved),
        pairs=Pairs(
            tuple(point_ids[row] for row in point),
            tuple(network.place_ids[column] for column in place),
            np.zeros(len(point)),
        ),
    )
    if not terms.is_drawn:
        return reduced
    # So many installations that each recruit takes away what they do at the places joined, out of as many in all.
    rooms = np.array([reduced.room(place) for place in network.place_ids], float)
    there = network.drawn * network.existing / np.where(rooms > 0, rooms, np.inf)
    return replace(reduced, installations=_nonzero(network.place_ids, there * terms.ordinary / terms.drawn_share))


def _nonzero(place_ids: tuple[str, ...], values: np.ndarray) -> dict[str, float]:
    return {place: value for place, value in zip(place_ids, values.tolist(), strict=True) if value}
