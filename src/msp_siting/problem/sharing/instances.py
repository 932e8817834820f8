"""One profession of an instance, under a plan, as a network, and what its uncovered shares cost."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
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
