"""Roads fetched by name and by polygon, from a server on loopback that answers out of an extract."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import osmnx
import pandas as pd
import pytest
from click.testing import CliRunner

from loopback_osm import serve
from msp_siting.cli import main
from msp_siting.files.projects import bundled_folder
from msp_siting.travel.points import Points
from msp_siting.travel.roads.osm_files import read_osm_file
from msp_siting.travel.roads.osmnx_fetching import read_place
from msp_siting.travel.roads.osmnx_graphs import read_graphml
from msp_siting.travel.roads.speeds import Speeds, read_speeds, used_tags
from msp_siting.travel.roads.ways import Ways
from msp_siting.travel.search import Routed, Search, route

ANDORRA = Path(__file__).parents[3].parent / "shared" / "data" / "roads" / "andorra-20230502.osm.pbf"
TOWNS = ["town", "village", "hamlet"]
STREET = {"highway": "residential"}
NODES = {"A": (0, 0), "B": (6, 0), "C": (6, 3), "D": (3, 2), "E": (3, 0), "X": (3, 0.3)}
ROADS = [
    ("AEB", {"highway": "primary"}),
    ("BC", STREET | {"oneway": "-1"}),
    ("CD", STREET | {"access": "private", "motorcar": "yes"}),
    ("DE", STREET | {"surface": "unpaved"}),
    ("AD", {"route": "ferry", "duration": "00:07", "motor_vehicle": "yes"}),
]
SPOTS = {"A": (0, 0), "M": (1.5, 0.1), "B": (6, 0), "C": (6, 3), "K": (4.5, 2.5), "D": (3, 2)}


@pytest.fixture
def map_path(write_osm: Callable[..., Path]) -> Path:
    """Return a map with a village in the middle of its main road."""
    path = write_osm(NODES, ROADS)
    text = path.read_text(encoding="utf-8")
    place, tagged = f'<node id="{ord("X")}" ', '<tag k="place" v="village"/><tag k="name" v="X"/></node>'
    begin = text.index(place)
    end = text.index("/>", begin)
    path.write_text(text[:end] + ">" + tagged + text[end + 2 :], encoding="utf-8")
    return path


def times(ways: Ways, points: Points, speeds: Speeds, cutoff_minutes: float = 60.0) -> Routed:
    return route(ways, points, speeds, Search(cutoff_minutes, processes=1))


@pytest.mark.parametrize("source", ["place", "polygon"])
def test_fetched_roads_are_those_of_an_extract(
    map_path: Path,
    points: Callable[..., pd.DataFrame],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
) -> None:
    spots = points(*SPOTS.values()).assign(point_id=list(SPOTS), name=list(SPOTS))
    spots[["point_id", "name", "lon", "lat"]].to_csv(tmp_path / "points.csv", index=False)
    area = {"type": "Polygon", "coordinates": [[[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]]}
    (tmp_path / "area.geojson").write_text(json.dumps(area), encoding="utf-8")
    chosen = ["--place", "Somewhere"] if source == "place" else ["--polygon", str(tmp_path / "area.geojson")]
    before = {key: getattr(osmnx.settings, key) for key in ("all_oneway", "useful_tags_way")}
    with serve(map_path, monkeypatch) as asked:
        tables = []
        for number, roads in enumerate([["--roads", str(map_path)], chosen]):
            out = tmp_path / f"{number}.csv"
            command = ["travel-times", "--points", str(tmp_path / "points.csv"), *roads, "--out", str(out)]
            result = CliRunner().invoke(main, [*command, "--no-cache", "--lang", "en"], catch_exceptions=False)
            assert result.exit_code == 0, result.output
            tables.append(pd.read_csv(out))
    pd.testing.assert_frame_equal(*tables, atol=1e-4)
    minutes = tables[1].set_index(["demand_id", "place_id"])["minutes"]
    # The crossing takes 7 minutes; from C to B the street is one-way, so that B to C leads round by D, as a private
    # road with motorcar=yes is driven.
    assert minutes["A", "D"] == pytest.approx(7.05, abs=0.001)  # with the 3 seconds of the junction at D
    assert minutes["C", "B"] == pytest.approx(3 / 25.5 * 60, abs=0.01)
    assert minutes["B", "C"] > 2 * minutes["C", "B"]
    assert len([query for query in asked if "interpreter" not in query and "ferry" in query]) == 1
    assert {key: getattr(osmnx.settings, key) for key in before} == before
    assert not (tmp_path / "cache").exists()


@pytest.mark.skipif(not ANDORRA.is_file(), reason="the extract of Andorra is not there")
@pytest.mark.slow
def test_andorra_as_graph_and_by_name_agrees_with_its_extract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The times of 500 pairs of towns, villages and hamlets, to a 1,000th of a minute."""
    speeds = read_speeds(bundled_folder() / "models" / "parameters" / "speeds.yaml")
    extract = read_osm_file(ANDORRA, speeds)
    spots = pd.DataFrame(extract.places, columns=["place", "name", "lon", "lat"]).query("place in @TOWNS")
    spots = spots.assign(point_id=[f"p{number}" for number in range(len(spots))])
    places = Points(spots, spots)
    made: list[Any] = []
    own = osmnx.graph_from_polygon

    def keep(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as osmnx has it
        made.append(own(*given, **named))
        return made[-1]

    monkeypatch.setattr(osmnx, "graph_from_polygon", keep)
    with serve(ANDORRA, monkeypatch):
        by_name = read_place("Andorra", speeds)
    monkeypatch.setattr(osmnx.settings, "useful_tags_way", used_tags(speeds))
    graph = both_ways(made[0])
    for number, (kind, name, lon, lat) in enumerate(extract.places, start=1):
        graph.add_node(-number, x=lon, y=lat, place=kind, name=name)
    osmnx.save_graphml(graph, tmp_path / "andorra.graphml")
    saved = read_graphml(tmp_path / "andorra.graphml", speeds)
    tables = [
        times(ways, places, speeds).table.set_index(["demand_id", "place_id"])["minutes"]
        for ways in (extract, by_name, saved)
    ]
    assert tables[0].index.equals(tables[1].index)
    assert tables[0].index.equals(tables[2].index)
    pairs = np.random.default_rng(5).choice(len(tables[0]), 500, replace=False)
    assert (tables[0].iloc[pairs] > 0).sum() > 450
    for other in tables[1:]:
        assert np.abs(other - tables[0]).iloc[pairs].max() <= 0.001


def both_ways(graph: Any) -> Any:  # noqa: ANN401 - networkx has no types here
    """Return a graph whose ways are one edge each as osmnx makes it by default: an edge each way."""
    changed = graph.copy()
    for tail, head, key, tags in graph.edges(keys=True, data=True):
        one_way = tags.get("oneway") in {"yes", "-1"} or tags.get("junction") == "roundabout"
        changed.edges[tail, head, key]["oneway"] = one_way
        if not one_way:
            changed.add_edge(head, tail, **tags | {"oneway": False, "reversed": True})
    return changed
