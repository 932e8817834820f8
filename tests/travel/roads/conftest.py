"""Small road maps drawn in kilometres around the point 0, 0, where a degree is as long east as it is north."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from msp_siting.travel.roads.graph import RoadGraph, build_graph
from msp_siting.travel.roads.osm_files import read_osm_file
from msp_siting.travel.roads.plane import KM_PER_DEGREE
from msp_siting.travel.roads.snapping import Snapped
from msp_siting.travel.roads.speeds import Speeds
from msp_siting.travel.roads.times import many_to_many

Spot = tuple[float, float]
Road = tuple[str, Mapping[str, str]]

DECLARED = {
    "speed_km_per_h": {"residential": 60.0, "primary": 120.0, "track": 15.0, "motorway": 120.0},
    "named_limit_km_per_h": {"FR:urban": 50.0, "walk": 5.0, "none": 130.0},
    "limit_code_tags": ["maxspeed:type", "source:maxspeed", "zone:maxspeed", "zone:traffic"],
    "urban_limit_km_per_h": 50.0,
    "urban_radius_km": {},
    "surface_limit_km_per_h": {"unpaved": 30.0, "sett": 40.0},
    "real_driving_share": 1.0,
    "junction_delay_seconds": 0.0,
    "ferry_km_per_h": 15.0,
    "ferry_access_tags": ["motorcar", "motor_vehicle", "vehicle"],
    "ferry_access_granted": ["yes", "designated"],
    "access_tags": ["motorcar", "motor_vehicle", "vehicle", "access"],
    "access_denied": ["no", "private"],
    "oneway_tag": "oneway",
    "fragment_longest_km": 2.0,
    "fragment_gap_km": 0.1,
    "snapping_longest_km": 0.5,
    "last_stretch_km_per_h": 15.0,
    "calibration_factor": 1.0,
}
UNITS = {"_km_per_h": "km/h", "_seconds": "seconds", "_km": "km", "_share": "share"}


@pytest.fixture
def speeds() -> Callable[..., Speeds]:
    """Return a maker of speeds: 60 km/h, so that a kilometre is a minute, unless said otherwise."""

    def make(**changes: object) -> Speeds:
        parameters = {
            key: {
                "value": value,
                "unit": next((unit for ending, unit in UNITS.items() if key.endswith(ending)), "-"),
                "source": "the test",
                "kind": "assumed",
            }
            for key, value in (DECLARED | changes).items()
        }
        return Speeds.model_validate({"name": "car", "title": {"fr": "voiture", "en": "car"}, **parameters})

    return make


@pytest.fixture
def points() -> Callable[..., pd.DataFrame]:
    """Return a maker of points from kilometres east and north, in degrees as a file holds them."""

    def make(*spots: Spot) -> pd.DataFrame:
        return pd.DataFrame((np.array(spots).reshape(-1, 2) / KM_PER_DEGREE).round(7), columns=["lon", "lat"])

    return make


@pytest.fixture
def write_osm(tmp_path: Path) -> Callable[..., Path]:
    """Return a writer of maps: nodes by letter in kilometres; roads as the letters they pass, and their tags.

    A letter that is no node is one outside the extract.
    """

    def write(nodes: Mapping[str, Spot], roads: list[Road]) -> Path:
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
        for letter, (east, north) in nodes.items():
            lon, lat = east / KM_PER_DEGREE, north / KM_PER_DEGREE
            lines.append(f'<node id="{ord(letter)}" version="1" lon="{lon:.7f}" lat="{lat:.7f}"/>')
        for number, (letters, tags) in enumerate(roads, start=1):
            passed = "".join(f'<nd ref="{ord(letter)}"/>' for letter in letters)
            tagged = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
            lines.append(f'<way id="{number}" version="1">{passed}{tagged}</way>')
        path = tmp_path / "map.osm"
        path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
        return path

    return write


@pytest.fixture
def draw(write_osm: Callable[..., Path], speeds: Callable[..., Speeds]) -> Callable[..., RoadGraph]:
    """Return a maker of graphs from a drawn map."""

    def make(nodes: Mapping[str, Spot], roads: list[Road], **changes: object) -> RoadGraph:
        declared = speeds(**changes)
        return build_graph(read_osm_file(write_osm(nodes, roads), declared), declared)

    return make


@pytest.fixture
def minutes_between() -> Callable[..., np.ndarray]:
    """Return a maker of the square of minutes between snapped points, infinite beyond the cut-off."""

    def make(snapped: Snapped, cutoff_minutes: float = 1000.0) -> np.ndarray:
        origin, destination, found = many_to_many(
            snapped.graph.minutes(), snapped.node, snapped.node, cutoff_minutes, processes=1
        )
        square = np.full((len(snapped.node), len(snapped.node)), np.inf)
        square[origin, destination] = found
        return square

    return make
