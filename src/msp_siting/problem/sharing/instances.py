"""One profession of an instance, under a plan, as a network, and what its uncovered shares cost."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.sharing.levels import share_out
from msp_siting.problem.sharing.network import Levels, Network, whole_numbers
from msp_siting.problem.soundness import room_by_place

SMALLEST_ROOM = 1e-6  # standardised inhabitants


def network_of(instance: Instance, profession: str, plan: Plan) -> Network:
    """Return the demand points and places of a profession, in the order of its need indices and of its pairs.

    Room is what practitioners there, recruited and moved, can serve of the territory. Where less is left than rounding
    leaves of what is kept for people of the rim, there is none.
    """
    terms = instance.professions[profession]
    row = {point: number for number, point in enumerate(terms.need_index)}
    column = {place: number for number, place in enumerate(dict.fromkeys(terms.pairs.place_ids))}
    network = Network(
        point_ids=tuple(row),
        place_ids=tuple(column),
        pair_points=np.array([row[point] for point in terms.pairs.demand_ids], int),
        pair_places=np.array([column[place] for place in terms.pairs.place_ids], int),
        need=np.array([instance.inhabitants[point] * index for point, index in terms.need_index.items()], float),
        room=np.zeros(len(column)),
    )
    return under_plan(network, instance, profession, plan)


def under_plan(network: Network, instance: Instance, profession: str, plan: Plan) -> Network:
    """Return the network of a profession under another plan, which changes nothing but room."""
    room = room_by_place(instance, plan)
    left = np.array([room.get((place, profession), 0.0) for place in network.place_ids], float)
    return with_room(network, left)


def with_room(network: Network, left: np.ndarray) -> Network:
    """Return a network with other room, by place; where no more is left than rounding leaves, there is none."""
    return replace(network, room=np.where(left > SMALLEST_ROOM, left, 0.0))


def objective_of_levels(instance: Instance, profession: str, network: Network, levels: Levels) -> float:
    """Return the part of stage 1's objective that a profession leaves uncovered: the exact number, rounded once."""
    numbers, in_one = whole_numbers(network.need)
    needs = [0] * len(levels.served_shares)
    for level, need in zip(levels.of_points.tolist(), numbers, strict=True):
        needs[level] += need
    edges = [Fraction(0), *map(Fraction, instance.band_upper_shares)]
    total = Fraction(0)
    for need, served in zip(needs, levels.served_shares, strict=True):
        for slope, (low, high) in zip(instance.band_slopes, pairwise(edges), strict=True):
            total += need * Fraction(slope) * max(Fraction(0), min(1 - served, high) - low)
    return float(Fraction(instance.professions[profession].weight) * total / in_one)


def objective_of_plan(instance: Instance, plan: Plan) -> float:
    """Return the least objective of a plan, whoever is served where."""
    if instance.goal is not None:
        return instance.goal.objective(plan)
    networks = {name: network_of(instance, name, plan) for name in instance.professions}
    return sum(objective_of_levels(instance, name, network, share_out(network)) for name, network in networks.items())


def prices_of_room(instance: Instance, profession: str, network: Network, levels: Levels) -> np.ndarray:
    """Return what one more standardised inhabitant of room takes off the objective, by place (one without room too).

    It helps those of the lowest level that reach the place, and is worth the slope of the band in which their share
    lies. With rooms r the objective is at least this one less the sum of prices x (r - room): they are the prices of
    the dual problem (models/FORMULATION.md, *Who stays uncovered*).
    """
    upper = np.array(instance.band_upper_shares)
    slopes = np.array([*instance.band_slopes, 0.0])
    left = [1 - served for served in levels.served_shares]
    band = [int(np.searchsorted(upper, float(share))) if share > 0 else len(upper) for share in left]
    of_levels = instance.professions[profession].weight * np.append(slopes[band], 0.0)
    first = np.full(len(network.room), len(left))
    needs = network.need[network.pair_points] > 0
    np.minimum.at(first, network.pair_places[needs], levels.of_points[network.pair_points[needs]])
    prices: np.ndarray = of_levels[first]
    return prices
