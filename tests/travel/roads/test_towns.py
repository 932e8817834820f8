"""A village at kilometre 0; roads declared at 120 km/h (primary) and 60 km/h (residential)."""

from collections.abc import Callable

import pytest

from msp_siting.territory.coordinates import EARTH_RADIUS_KM
from msp_siting.travel.roads.speeds import Speeds, drive
from msp_siting.travel.roads.towns import slow_in_towns
from msp_siting.travel.roads.ways import Way, Ways

KM_PER_DEGREE = EARTH_RADIUS_KM * 3.141592653589793 / 180


@pytest.mark.parametrize(
    ("tags", "north_km", "expected"),
    [
        ({"highway": "primary"}, 0.5, 50.0),
        ({"highway": "primary"}, 0.7, 120.0),
        ({"highway": "primary", "maxspeed": "70"}, 0.5, 70.0),
        ({"highway": "track"}, 0.5, 15.0),
        ({"highway": "residential"}, 0.5, 50.0),
    ],
)
def test_untagged_roads_near_a_village_are_driven_as_in_towns(
    speeds: Callable[..., Speeds], tags: dict[str, str], north_km: float, expected: float
) -> None:
    declared = speeds(urban_limit_km_per_h=50.0, urban_radius_km={"village": 0.6})
    driven = drive(tags, declared)
    assert not isinstance(driven, str)
    ways = Ways(ways=[Way((1, 2, 3), driven)], places=[("village", "Bourg", 0.0, 0.0), ("locality", "Pré", 0.0, 0.0)])
    for node, east_km in ((1, -5.0), (2, 0.0), (3, 5.0)):
        ways.lon[node], ways.lat[node] = east_km / KM_PER_DEGREE, north_km / KM_PER_DEGREE
    slow_in_towns(ways, declared)
    assert ways.ways[0].drive.km_per_h == expected
    assert ways.slowed_in_towns == int(tags.get("maxspeed") is None and expected == 50.0)


def test_without_places_nothing_changes(speeds: Callable[..., Speeds]) -> None:
    declared = speeds(urban_radius_km={"village": 0.6})
    driven = drive({"highway": "primary"}, declared)
    assert not isinstance(driven, str)
    ways = Ways(ways=[Way((1, 2), driven)], lon={1: 0.0, 2: 0.1}, lat={1: 0.0, 2: 0.0})
    slow_in_towns(ways, declared)
    assert ways.ways[0].drive.km_per_h == 120.0
