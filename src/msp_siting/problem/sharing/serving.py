"""Who is served where: some way to serve what the levels say can be served."""

import math
from fractions import Fraction

import numpy as np

from msp_siting.problem.sharing.closures import FINEST_UNITS
from msp_siting.problem.sharing.flows import Arcs, Units, largest_flow
from msp_siting.problem.sharing.network import Levels, Network, Service, whole_numbers


def serve(network: Network, levels: Levels) -> Service:
    """Return a way to serve each demand point its share, at places of its level, but for rounding.

    No demand point is served more than its share, and no place serves more than its room, in exact numbers.
    """
    size = len(network.need)
    inside = network.is_level_pair(levels)
    point, place = network.pair_points[inside], network.pair_places[inside]
    arcs = Arcs(size + len(network.room), point, size + place)
    units = Units.of(np.concatenate([-network.need * levels.served_share, network.room]), arcs, FINEST_UNITS)
    along = largest_flow(arcs, units.given, units.taken).along
    used = along > 0
    amounts = along[used] / units.scale[point[used]]
    lacking = lacking_need(network, levels, amounts)
    return Service(point[used], place[used], amounts, math.nextafter(float(lacking), math.inf) if lacking else 0.0)


def lacking_need(network: Network, levels: Levels, amounts: np.ndarray) -> Fraction:
    """Return the need that the levels say can be served, less some amounts, in exact numbers."""
    numbers, in_one = whole_numbers(np.concatenate([network.need, amounts]))
    of_level = [0] * len(levels.served_shares)
    for level, need in zip(levels.of_points.tolist(), numbers, strict=False):
        of_level[level] += need
    can = sum((share * need for share, need in zip(levels.served_shares, of_level, strict=True)), Fraction(0))
    return (can - sum(numbers[len(network.need) :])) / in_one
