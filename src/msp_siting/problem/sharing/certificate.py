"""The proof that shares are the best for every convex function at once, checked in exact numbers.

Needed are three things (models/FORMULATION.md, *Who stays uncovered*). The places of each level are all that its demand
points reach, less those of levels before. Shares rise strictly from level to level, and each below 1 is the room of the
level's places over the need of its demand points: nobody could serve more of them. And a flow serves these shares but
for a stated remainder.
"""

from collections.abc import Iterator

import numpy as np

from msp_siting.errors import Sentence, problem
from msp_siting.problem.sharing.network import NONE, Levels, Network, Service, whole_numbers
from msp_siting.problem.sharing.serving import lacking_need


def problems_of_sharing(network: Network, levels: Levels, service: Service) -> list[Sentence]:
    """Return what is wrong with the proof, one sentence for each kind; none for a sound one.

    A sound one says: of all ways to serve, none has a smaller sum of need x F(uncovered share) than these shares,
    whatever the convex F that does not fall; and this service comes as near to it as its remainder.
    """
    problems = list(_problems_of_numbers(network, levels, service))
    return problems or [
        *_problems_of_levels(network, levels),
        *_problems_of_shares(network, levels),
        *_problems_of_service(network, levels, service),
    ]


def _problems_of_numbers(network: Network, levels: Levels, service: Service) -> Iterator[Sentence]:
    """Yield what cannot be reckoned with at all."""
    points, places, count = len(network.point_ids), len(network.place_ids), len(levels.served_shares)
    sizes = (network.need.shape, network.room.shape, levels.of_points.shape, levels.of_places.shape)
    pairs = {service.points.shape, service.places.shape, service.amounts.shape}
    if sizes != ((points,), (places,)) * 2 or len(pairs) != 1:
        yield problem("the levels are not those of this network")
        return
    for values, ids in ((network.need, network.point_ids), (network.room, network.place_ids)):
        for at in np.flatnonzero(~(np.isfinite(values) & (values >= 0)))[:1].tolist():
            yield problem("{value} is not an amount of need or room", value=values[at]).at(ids[at])
    if not (np.isfinite(service.amounts).all() and (service.amounts >= 0).all() and 0 <= service.remainder < np.inf):
        yield problem("an amount that is served, or the remainder, is not a number of at least 0")
    levels_there = (levels.of_points >= 0).all() and (levels.of_points < count).all()
    levels_there = levels_there and (levels.of_places >= NONE).all() and (levels.of_places < count).all()
    within = np.isin(service.points, np.arange(points)).all() and np.isin(service.places, np.arange(places)).all()
    if not (levels_there and within):
        yield problem("the levels are not those of this network")


def _problems_of_levels(network: Network, levels: Levels) -> Iterator[Sentence]:
    """Yield a place that is not of the first level that reaches it, and a demand point without need amiss."""
    point, place = network.usable_pairs()
    count = len(levels.served_shares)
    needs = network.need[point] > 0
    first = np.full(len(network.room), count)
    np.minimum.at(first, place[needs], levels.of_points[point[needs]])
    first[first == count] = NONE
    for at in np.flatnonzero(first != levels.of_places)[:1].tolist():
        yield problem("is not of the first level that reaches it").at(network.place_ids[at])
    has_room = np.zeros(len(network.need), bool)
    has_room[point] = True
    served = np.array([share == 1 for share in levels.served_shares], bool)[levels.of_points]
    unserved = np.array([share == 0 for share in levels.served_shares], bool)[levels.of_points]
    amiss = (network.need == 0) & np.where(has_room, ~served, ~unserved)
    for at in np.flatnonzero(amiss)[:1].tolist():
        yield problem("has no need: it is covered if someone with room is within reach, else uncovered").at(
            network.point_ids[at]
        )


def _problems_of_shares(network: Network, levels: Levels) -> Iterator[Sentence]:
    """Yield a share that does not rise, is no share, or is not the room of its level over its need."""
    shares = levels.served_shares
    if any(not 0 <= share <= 1 for share in shares) or any(low >= high for low, high in zip(shares, shares[1:])):  # noqa: B905, RUF007
        yield problem("the shares served do not rise strictly from level to level, from 0 to 1")
    numbers, _ = whole_numbers(np.concatenate([network.need, network.room]))
    levels_of = [*levels.of_points.tolist(), *levels.of_places.tolist()]
    needs, rooms = [0] * len(shares), [0] * len(shares)
    for at, (level, number) in enumerate(zip(levels_of, numbers, strict=True)):
        if level != NONE:
            (needs if at < len(network.need) else rooms)[level] += number
    for level, share in enumerate(shares):
        if share < 1 and share * needs[level] != rooms[level]:
            yield problem("level {level}: the share served is not its room over its need", level=level)
            return


def _problems_of_service(network: Network, levels: Levels, service: Service) -> Iterator[Sentence]:
    """Yield a pair beyond reach, a place with less room, a demand point served too much, and too much unserved."""
    reached = set(zip(network.pair_points.tolist(), network.pair_places.tolist(), strict=True))
    pairs = list(zip(service.points.tolist(), service.places.tolist(), strict=True))
    for point, place in [pair for pair in pairs if pair not in reached][:1]:
        yield problem("is beyond the cut-off of {point}", point=network.point_ids[point]).at(network.place_ids[place])
    numbers, _ = whole_numbers(np.concatenate([network.need, network.room, service.amounts]))
    size, places = len(network.need), len(network.room)
    served, used = [0] * size, [0] * places
    for (point, place), amount in zip(pairs, numbers[size + places :], strict=True):
        served[point] += amount
        used[place] += amount
    for place, room in enumerate(numbers[size : size + places]):
        if used[place] > room:
            yield problem("serves more than its room").at(network.place_ids[place])
            break
    for point, need in enumerate(numbers[:size]):
        if served[point] > levels.served_shares[levels.of_points[point]] * need:
            yield problem("is served more than its share").at(network.point_ids[point])
            break
    if lacking_need(network, levels, service.amounts) > service.remainder:
        yield problem("more need than the remainder stated is left unserved")
