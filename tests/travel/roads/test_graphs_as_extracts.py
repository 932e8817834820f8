"""Graphs that osmnx saved give the minutes of the map they were made of, and say what they have lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmnx
import pandas as pd
import pytest

from msp_siting.errors import RoadsError
from msp_siting.travel.roads.graph import build_graph
from msp_siting.travel.roads.osm_files import read_osm_file
from msp_siting.travel.roads.osmnx_graphs import read_graphml
from msp_siting.travel.roads.snapping import snap
from msp_siting.travel.roads.speeds import Speeds, used_tags
from msp_siting.travel.roads.ways import Ways

STREET = {"highway": "residential"}
NODES = {
    "A": (0, 0), "b": (2, 0), "C": (4, 0), "D": (4, 2), "E": (0, 2), "f": (2, 2.5), "G": (0, -2), "H": (4, -2),
    "P": (6, 0), "q": (7, 1), "r": (7, -1), "S": (9, -3), "t": (9.5, -3.5), "U": (9, -4),
}  # fmt: skip
ROADS = [
    ("AbC", {"highway": "primary"}),
    ("CD", STREET | {"oneway": "yes"}),
    ("EfD", STREET | {"maxspeed:forward": "30", "maxspeed": "90"}),
    ("AE", STREET | {"surface": "unpaved"}),
    ("GA", STREET | {"oneway": "-1", "maxspeed": "20"}),
    ("GH", STREET | {"zone:maxspeed": "FR:30"}),
    ("HC", STREET),
    ("CP", STREET | {"maxspeed": "FR:urban"}),
    ("qPrq", STREET | {"junction": "roundabout"}),
    ("rS", STREET),
    ("StUS", STREET),
    ("PD", {"route": "ferry", "duration": "00:30", "motor_vehicle": "yes"}),
    ("bH", {"highway": "footway"}),
]
SPOTS = [(1, 0.1), (3, 0), (4, 1), (1, 2.2), (0, 1), (0, -1), (2, -2), (5, 0.2), (7, 0), (9.5, -3.5), (8, -2), (4, 2)]
SAVED: dict[str, tuple[dict[str, object], Callable[[Any], Any]]] = {
    "unsimplified": ({}, lambda graph: graph),
    "each way in one": ({"all_oneway": True}, lambda graph: graph),
    "simplified by way": ({}, lambda graph: osmnx.simplify_graph(graph, edge_attrs_differ=["osmid"])),
    "projected": ({}, lambda graph: osmnx.project_graph(osmnx.simplify_graph(graph, edge_attrs_differ=["osmid"]))),
    "projected unsimplified": ({}, osmnx.project_graph),
}


@pytest.fixture
def saved(
    tmp_path: Path, speeds: Callable[..., Speeds], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Path, str], Path]:
    """Return a maker of graphs saved by osmnx, with every tag that counts, from a map."""

    def save(map_path: Path, form: str) -> Path:
        settings, change = SAVED[form]
        for key, value in {"useful_tags_way": used_tags(speeds()), **settings}.items():
            monkeypatch.setattr(osmnx.settings, key, value)
        monkeypatch.setattr(osmnx.settings, "useful_tags_node", ["place", "name"])
        graph = osmnx.graph_from_xml(map_path, simplify=False, retain_all=True)
        osmnx.save_graphml(change(graph), tmp_path / "map.graphml")
        return tmp_path / "map.graphml"

    return save


@pytest.mark.parametrize("form", SAVED)
def test_a_saved_graph_gives_the_minutes_of_its_map(  # noqa: PLR0913, PLR0917 - fixtures
    write_osm: Callable[..., Path],
    saved: Callable[[Path, str], Path],
    points: Callable[..., pd.DataFrame],
    speeds: Callable[..., Speeds],
    minutes_between: Callable[..., np.ndarray],
    form: str,
) -> None:
    declared = speeds(junction_delay_seconds=30.0, urban_radius_km={"village": 0.6})
    path = write_osm(NODES, ROADS)
    village = '<node id="999" version="1" lon="0.0045" lat="0"><tag k="place" v="village"/></node>'
    path.write_text(path.read_text(encoding="utf-8").replace('<way id="1"', village + '<way id="1"'), encoding="utf-8")

    def square(ways: Ways) -> np.ndarray:
        return minutes_between(snap(points(*SPOTS), build_graph(ways, declared), declared))

    expected = square(read_osm_file(path, declared))
    assert np.isfinite(expected).all()
    ways = read_graphml(saved(path, form), declared)
    assert square(ways) == pytest.approx(expected, abs=1e-4)
    assert (ways.merged, ways.slowed_in_towns) == (0, 1)


def test_a_way_that_is_one_way_against_its_nodes_keeps_its_limit(
    write_osm: Callable[..., Path], saved: Callable[[Path, str], Path], speeds: Callable[..., Speeds]
) -> None:
    tags = {"oneway": "-1", "maxspeed:backward": "20", "maxspeed:forward": "90"}
    path = write_osm(NODES, [("GA", STREET | tags), ("AE", STREET)])
    ways = read_graphml(saved(path, "each way in one"), speeds())
    drives = {way.nodes: way.drive for way in ways.ways}
    there = drives[ord("A"), ord("G")]  # as osmnx turns it
    assert (there.forward, there.backward, there.speed("forward")) == (True, False, 20.0)


CASE = {"W": (0, 2), "A": (0, 0), "X": (0, -2), "b": (4, 0), "m": (8, 0), "d": (12, 0), "B": (16, 0), "E": (16, 2)}


def test_a_point_in_the_middle_of_a_road_leaves_it_both_ways(
    write_osm: Callable[..., Path],
    tmp_path: Path,
    points: Callable[..., pd.DataFrame],
    speeds: Callable[..., Speeds],
    minutes_between: Callable[..., np.ndarray],
) -> None:
    """A road of 16 km with arms of 2 km at its ends, simplified as osmnx does: an edge each way between A and B."""
    map_path = write_osm(CASE, [("AbmdB", STREET), ("WAX", STREET), ("BE", STREET)])
    graph = osmnx.graph_from_xml(map_path, retain_all=True)
    assert {(ord("A"), ord("E"), 0), (ord("E"), ord("A"), 0)} <= set(graph.edges)
    osmnx.save_graphml(graph, tmp_path / "map.graphml")
    ways = read_graphml(tmp_path / "map.graphml", speeds())
    square = minutes_between(snap(points((8, 0), (7, 0), (0, 2), (16, 2)), build_graph(ways, speeds()), speeds()))
    by_hand = [[0, 1, 10, 10], [1, 0, 9, 11], [10, 9, 0, 20], [10, 11, 20, 0]]
    assert square == pytest.approx(np.array(by_hand), abs=0.01)


def graph_of(*edges: tuple[int, int, dict[str, object]], **about: object) -> nx.MultiDiGraph:
    """Return a graph as osmnx makes them: nodes 1, 2, 3 ... a hundredth of a degree apart on the equator."""
    graph = nx.MultiDiGraph(crs="epsg:4326", **about)
    for number in {node for tail, head, _ in edges for node in (tail, head)}:
        graph.add_node(number, x=number / 100, y=0.0)
    for tail, head, attributes in edges:
        graph.add_edge(tail, head, **({"osmid": 7, "oneway": False} | attributes))
    return graph


def both(tail: int, head: int, **attributes: object) -> list[tuple[int, int, dict[str, object]]]:
    return [(tail, head, attributes | {"reversed": False}), (head, tail, attributes | {"reversed": True})]


@pytest.fixture
def read(tmp_path: Path, speeds: Callable[..., Speeds]) -> Callable[[nx.MultiDiGraph], Ways]:
    def save_and_read(graph: nx.MultiDiGraph) -> Ways:
        osmnx.save_graphml(graph, tmp_path / "own.graphml")
        return read_graphml(tmp_path / "own.graphml", speeds())

    return save_and_read


def test_roads_merged_from_several_are_told_and_driven_at_their_mean(read: Callable[[nx.MultiDiGraph], Ways]) -> None:
    mixed = both(1, 2, highway=["primary", "residential"], osmid=[7, 8])  # 120 and 60 km/h: 0.5 and 1 minute a km
    limits = both(2, 3, highway="primary", maxspeed=["60", "30"], osmid=[8, 9])  # 1 and 2 minutes
    walked = both(3, 4, highway=["residential", "footway"], osmid=[9, 10])
    ways = read(graph_of(*mixed, *limits, *walked, simplified=True))
    assert [way.drive.km_per_h for way in ways.ways] == pytest.approx([80, 40])
    assert ways.merged == 4
    assert ways.dropped == {"merged with a way that is not driven (not driven on: highway=footway)": 2}
    assert ways.absent == ("surface", "motorcar", "motor_vehicle", "vehicle", "access", "place")


def test_each_direction_of_an_edge_has_the_limit_of_its_way(read: Callable[[nx.MultiDiGraph], Ways]) -> None:
    (way,) = read(graph_of(*both(1, 2, highway="residential", **{"maxspeed:forward": "90", "maxspeed": "30"}))).ways
    assert (way.nodes, way.drive.speed("forward"), way.drive.speed("backward")) == ((1, 2), 90.0, 30.0)


@pytest.mark.parametrize(
    ("oneway", "back"),
    [(True, False), ("True", False), ("yes", False), ("1", False), (False, True), ("no", True), ("False", True)],
)
def test_oneway_as_text_or_not(read: Callable[[nx.MultiDiGraph], Ways], oneway: object, *, back: bool) -> None:
    ends = [(1, 2), (2, 1)] if back else [(1, 2)]
    edges = [(tail, head, {"highway": "residential", "oneway": oneway}) for tail, head in ends]
    (way,) = read(graph_of(*edges)).ways
    assert (way.drive.forward, way.drive.backward) == (True, back)


def test_the_way_back_that_osmnx_adds_to_a_motorway_is_none(read: Callable[[nx.MultiDiGraph], Ways]) -> None:
    (way,) = read(graph_of(*both(1, 2, highway="motorway"))).ways
    assert (way.nodes, way.drive.forward, way.drive.backward) == ((1, 2), True, False)


def test_an_edge_without_its_course_keeps_its_length(
    read: Callable[[nx.MultiDiGraph], Ways], speeds: Callable[..., Speeds]
) -> None:
    """Nodes 1.112 km apart, 5 km by road: 5 minutes; where the graph is not simplified, edges are straight."""
    edges = both(1, 2, highway="residential", length=5000.0)
    graph = build_graph(read(graph_of(*edges, simplified=True)), speeds())
    assert graph.edges[["km", "minutes_forward", "minutes_backward"]].to_numpy().tolist()[0] == pytest.approx([5, 5, 5])
    assert build_graph(read(graph_of(*edges)), speeds()).edges["km"].tolist() == pytest.approx([1.112], abs=1e-3)


def test_a_limit_that_is_a_number_counts(read: Callable[[nx.MultiDiGraph], Ways]) -> None:
    (way,) = read(graph_of(*both(1, 2, highway="residential", maxspeed=30))).ways
    assert way.drive.km_per_h == 30.0


def test_an_undirected_graph_is_refused(tmp_path: Path, speeds: Callable[..., Speeds]) -> None:
    path = tmp_path / "map.graphml"
    osmnx.save_graphml(osmnx.convert.to_undirected(graph_of(*both(1, 2, highway="residential", length=1.0))), path)
    with pytest.raises(RoadsError) as caught:
        read_graphml(path, speeds())
    undirected = "an undirected graph, which no longer tells which way one-way streets lead"
    assert [*caught.value.problems] == [f"{path}: {undirected}; save the graph as osmnx returned it"]


def test_a_graph_in_metres_that_says_degrees_is_refused(tmp_path: Path, speeds: Callable[..., Speeds]) -> None:
    graph = osmnx.project_graph(graph_of(*both(1, 2, highway="residential")))
    graph.graph["crs"] = "epsg:4326"
    osmnx.save_graphml(graph, tmp_path / "map.graphml")
    with pytest.raises(RoadsError, match="node 1 has no longitude and latitude"):
        read_graphml(tmp_path / "map.graphml", speeds())


def test_a_graph_across_longitude_180_is_refused(tmp_path: Path, speeds: Callable[..., Speeds]) -> None:
    graph = graph_of(*both(1, 2, highway="residential"))
    graph.nodes[1]["x"], graph.nodes[2]["x"] = 179.99, -179.99
    osmnx.save_graphml(graph, tmp_path / "map.graphml")
    with pytest.raises(RoadsError, match="a road crosses longitude 180 near latitude 0"):
        read_graphml(tmp_path / "map.graphml", speeds())
