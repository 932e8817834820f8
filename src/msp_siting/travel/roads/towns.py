"""Built-up areas: where no limit is tagged, roads near a place are driven at the speed of towns."""

from dataclasses import replace
from itertools import groupby, pairwise

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from msp_siting.territory import EARTH_RADIUS_KM
from msp_siting.travel.roads.speeds import Speeds
from msp_siting.travel.roads.ways import Way, Ways, unit_vectors


def slow_in_towns(ways: Ways, speeds: Speeds) -> None:
    """Hold stretches without a tagged limit to the urban one where they lie near a place.

    How near is declared by kind of place; the limit of the radius is within. A straight stretch between two
    neighbouring nodes lies there if one of its ends does, so that it does not matter how a source cuts roads into ways.
    """
    top = speeds.urban_limit_km_per_h.value * speeds.real_driving_share.value
    free = [number for number, way in enumerate(ways.ways) if way.drive.held_to(top) != way.drive]
    if not free:
        return
    nodes = np.unique([node for number in free for node in ways.ways[number].nodes])
    spots = pd.DataFrame({"lon": [ways.lon[node] for node in nodes], "lat": [ways.lat[node] for node in nodes]})
    inside = set(nodes[_near_places(spots, ways, speeds)].tolist())
    slowed = {number: pieces for number in free if (pieces := _in_and_out(ways.ways[number], inside, top)) is not None}
    ways.ways = [piece for number, way in enumerate(ways.ways) for piece in slowed.get(number, [way])]
    ways.slowed_in_towns = len(slowed)
    ways.cuts_in_towns = sum(len(pieces) - 1 for pieces in slowed.values())


def _near_places(spots: pd.DataFrame, ways: Ways, speeds: Speeds) -> np.ndarray:
    places = pd.DataFrame(ways.places, columns=["kind", "name", "lon", "lat"])
    inside = np.zeros(len(spots), dtype=bool)
    for kind, radius_km in speeds.urban_radius_km.value.items():
        of_kind = places[places["kind"].eq(kind)]
        if len(of_kind):
            chord, _ = cKDTree(unit_vectors(of_kind)).query(unit_vectors(spots))
            inside |= 2 * EARTH_RADIUS_KM * np.arcsin(chord / 2) <= radius_km
    return inside


def _in_and_out(way: Way, inside: set[int], top: float) -> list[Way] | None:
    """Return a way cut where it enters and leaves towns, with its speed in each piece; None if it enters none."""
    steps = [tail in inside or head in inside for tail, head in pairwise(way.nodes)]
    if not any(steps):
        return None
    pieces, begin = [], 0
    for is_inside, run in groupby(steps):
        end = begin + len(list(run))
        drive = way.drive.held_to(top) if is_inside else way.drive
        pieces.append(replace(way, nodes=way.nodes[begin : end + 1], drive=drive))
        begin = end
    return pieces
