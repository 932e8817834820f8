"""Two islands off a mainland, minutes worked by hand (60 km/h: a kilometre is a minute).

km north
 3    E -- F        C ---- D        a car ferry of 12 minutes from B to C; one that only tells that it takes
      :             ~      ~        vehicles from D to G, 2 km at 15 km/h; one for those on foot from A to E
 1    :             ~      G - H
 0    A ----------- B
km    0     2       4      8   9
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from msp_siting.errors import RoadsError
from msp_siting.travel.points import Points
from msp_siting.travel.roads.graph import RoadGraph
from msp_siting.travel.roads.osm_files import read_osm_file
from msp_siting.travel.roads.snapping import Snapped, snap
from msp_siting.travel.roads.speeds import Speeds
from msp_siting.travel.search import Search, route

STREET = {"highway": "residential"}
NODES = {"A": (0, 0), "B": (4, 0), "C": (4, 3), "D": (8, 3), "E": (0, 3), "F": (2, 3), "G": (8, 1), "H": (9, 1)}
ROADS = [
    ("AB", STREET),
    ("CD", STREET),
    ("EF", STREET),
    ("GH", STREET),
    ("BC", {"route": "ferry", "duration": "00:12", "motor_vehicle": "yes"}),
    ("DG", {"route": "ferry", "vehicle": "yes", "foot": "yes"}),
    ("AE", {"route": "ferry", "duration": "00:05", "foot": "yes", "bicycle": "yes"}),
]
APART = np.inf


def test_car_ferries_join_islands_and_passenger_ferries_do_not(
    draw: Callable[..., RoadGraph],
    points: Callable[..., pd.DataFrame],
    speeds: Callable[..., Speeds],
    minutes_between: Callable[..., np.ndarray],
) -> None:
    letters = "ABCDEFGH"
    graph = draw(NODES, ROADS)
    square = minutes_between(snap(points(*(NODES[letter] for letter in letters)), graph, speeds()))
    by_hand = [
        [0, 4, 16, 20, APART, APART, 28, 29],
        [4, 0, 12, 16, APART, APART, 24, 25],
        [16, 12, 0, 4, APART, APART, 12, 13],
        [20, 16, 4, 0, APART, APART, 8, 9],
        [APART, APART, APART, APART, 0, 2, APART, APART],
        [APART, APART, APART, APART, 2, 0, APART, APART],
        [28, 24, 12, 8, APART, APART, 0, 1],
        [29, 25, 13, 9, APART, APART, 1, 0],
    ]
    assert square == pytest.approx(np.array(by_hand), abs=0.01)
    assert graph.facts["networks"] == 2
    assert graph.facts["dropped_ways"] == {"a ferry that no tag opens to cars": 1}


def test_a_point_goes_to_the_nearest_road_of_whichever_island(
    draw: Callable[..., RoadGraph], points: Callable[..., pd.DataFrame], speeds: Callable[..., Speeds]
) -> None:
    """Between A - B and E - F, 3 km apart, at 1.4 and 1.6 km north."""
    snapped: Snapped = snap(points((1, 1.4), (1, 1.6)), draw(NODES, ROADS), speeds(snapping_longest_km=2.0))
    assert snapped.km == pytest.approx([1.4, 1.4], abs=1e-3)


def test_who_no_road_reaches_is_told_by_name(
    write_osm: Callable[..., Path], points: Callable[..., pd.DataFrame], speeds: Callable[..., Speeds]
) -> None:
    spots = points(*NODES.values()).assign(point_id=list(NODES), name=[f"Port {letter}" for letter in NODES])
    ways = read_osm_file(write_osm(NODES, ROADS), speeds())
    routed = route(ways, Points(spots, spots), speeds(), Search(60, processes=1))
    assert routed.record["points_apart"] == [
        {"point_id": "E", "name": "Port E"},
        {"point_id": "F", "name": "Port F"},
    ]
    crossing = routed.table[routed.table["demand_id"].isin(["E", "F"]) != routed.table["place_id"].isin(["E", "F"])]
    assert crossing.empty
    assert len(routed.table) == 6 * 6 + 2 * 2


def test_a_dead_end_that_is_only_driven_into_is_no_place_to_live_on_an_island_either(
    draw: Callable[..., RoadGraph], points: Callable[..., pd.DataFrame], speeds: Callable[..., Speeds]
) -> None:
    nodes = {**NODES, "I": (2, 3.4), "J": (2, 3.8)}
    graph = draw(nodes, [*ROADS, ("FIJ", STREET | {"oneway": "yes"})])
    assert snap(points((2, 3.4)), graph, speeds()).km == pytest.approx([0.4], abs=1e-3)  # F, not I


@pytest.mark.parametrize(
    ("piece", "networks"),
    [((0.05, 1.0), 1), ((0.05, 2.5), 2), ((0.2, 1.0), 2), ((0.2, 0.05), 2)],  # km from A - B, and long
)
def test_a_short_piece_beside_a_longer_network_is_a_gap_in_the_map(
    draw: Callable[..., RoadGraph],
    points: Callable[..., pd.DataFrame],
    speeds: Callable[..., Speeds],
    piece: tuple[float, float],
    networks: int,
) -> None:
    north_km, long_km = piece
    nodes = {"A": (0, 0), "B": (4, 0), "C": (1, north_km), "D": (1 + long_km, north_km)}
    graph = draw(nodes, [("AB", STREET), ("CD", STREET)])
    assert (graph.facts["networks"], graph.facts["fragments"]) == (networks, 2 - networks)
    km = snap(points((1.02, north_km)), graph, speeds()).km
    assert km == pytest.approx([north_km if networks == 1 else 0], abs=1e-3)


def test_a_road_across_longitude_180_is_refused(tmp_path: Path, speeds: Callable[..., Speeds]) -> None:
    path = tmp_path / "fiji.osm"
    spots = {1: 179.95, 2: 179.99, 3: -179.99, 4: -179.95}
    nodes = "".join(f'<node id="{number}" version="1" lon="{lon}" lat="-16.8"/>' for number, lon in spots.items())
    street = '<tag k="highway" v="residential"/>'
    path.write_text(
        f'<osm version="0.6">{nodes}<way id="1" version="1"><nd ref="1"/><nd ref="2"/>{street}</way>'
        f'<way id="2" version="1"><nd ref="2"/><nd ref="3"/><nd ref="4"/>{street}</way></osm>',
        encoding="utf-8",
    )
    with pytest.raises(RoadsError) as caught:
        read_osm_file(path, speeds())
    across = "a road crosses longitude 180 near latitude -16.8000; give the roads of one side of it"
    assert [*caught.value.problems] == [f"{path}: {across}"]
    path.write_text(path.read_text(encoding="utf-8").replace('<nd ref="2"/><nd ref="3"/>', ""), encoding="utf-8")
    assert len(read_osm_file(path, speeds()).ways) == 1  # the other side alone may be there
