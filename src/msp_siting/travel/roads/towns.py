"""Built-up areas: where no limit is tagged, roads near a place are driven at the speed of towns."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from msp_siting.territory import EARTH_RADIUS_KM
from msp_siting.travel.roads.speeds import Speeds
from msp_siting.travel.roads.ways import Ways, unit_vectors


def slow_in_towns(ways: Ways, speeds: Speeds) -> None:
    """Hold ways without a tagged limit to the urban one where their middle node lies near a place.

    How near is declared by kind of place; the limit of the radius is within. Graphs of osmnx hold no places, and
    keep the speeds of their classes.
    """
    top = speeds.urban_limit_km_per_h.value * speeds.real_driving_share.value
    free = [
        number
        for number, way in enumerate(ways.ways)
        if not way.drive.is_limit_tagged and way.drive.km_per_h is not None and way.drive.km_per_h > top
        if not way.drive.is_ferry
    ]
    places = pd.DataFrame(ways.places, columns=["kind", "name", "lon", "lat"])
    if not free:
        return
    middles = [ways.ways[number].nodes[len(ways.ways[number].nodes) // 2] for number in free]
    spots = pd.DataFrame({"lon": [ways.lon[node] for node in middles], "lat": [ways.lat[node] for node in middles]})
    inside = np.zeros(len(free), dtype=bool)
    for kind, radius_km in speeds.urban_radius_km.value.items():
        of_kind = places[places["kind"].eq(kind)]
        if len(of_kind):
            chord, _ = cKDTree(unit_vectors(of_kind)).query(unit_vectors(spots))
            inside |= 2 * EARTH_RADIUS_KM * np.arcsin(chord / 2) <= radius_km
    for number in np.array(free)[inside]:
        way = ways.ways[number]
        ways.ways[number] = replace(way, drive=replace(way.drive, km_per_h=top))
    ways.slowed_in_towns = int(inside.sum())
