"""Graphs that osmnx saved, and polygons whose roads are to be fetched: refused where they are none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.errors import RoadsError
from msp_siting.travel.roads.osmnx_fetching import read_polygon
from msp_siting.travel.roads.osmnx_graphs import read_graphml
from msp_siting.travel.roads.speeds import Speeds

CROSSES = "the polygon crosses itself, or its corners are no longitudes and latitudes"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "not a GeoJSON polygon ("),
        ('{"type": "Polygon"}', "not a GeoJSON polygon ("),
        ('{"\u0663": "Polygoordinates": [[[0.0, 0.0], [0.1, 0.0], [0.1, 0.1], ', "not a GeoJSON polygon ("),
        ('{"type": "Point", "coordinates": [5, 45]}', "expected a polygon, got "),
        ('{"type": "Polygon", "coordinates": []}', "expected a polygon, got "),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}', CROSSES),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [500, 0], [0, 1], [0, 0]]]}', CROSSES),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1e999, 0], [0, 1], [0, 0]]]}', ""),
    ],
)
def test_what_is_no_polygon(tmp_path: Path, speeds: Callable[..., Speeds], text: str, expected: str) -> None:
    path = tmp_path / "area.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RoadsError) as caught:
        read_polygon(path, speeds())
    assert str(caught.value).startswith(f"{path}: {expected}")


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ('<data key="x">0.5</data>', "node 1 has no longitude and latitude"),
        ('<data key="x">0.5</data><data key="y">nan</data>', "node 1 has no longitude and latitude"),
        ('<data key="x">500</data><data key="y">0</data>', "node 1 has no longitude and latitude"),
        ('<data key="x">east</data><data key="y">0</data>', "not a graph saved by osmnx ("),
        ('<data key="x">0.5</data><data key="y">0</data>', "no road that a car may use"),
    ],
)
def test_a_graph_without_coordinates(tmp_path: Path, speeds: Callable[..., Speeds], node: str, expected: str) -> None:
    path = tmp_path / "map.graphml"
    path.write_text(
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
        '<key id="x" for="node" attr.name="x" attr.type="string"/>'
        '<key id="y" for="node" attr.name="y" attr.type="string"/>'
        '<key id="crs" for="graph" attr.name="crs" attr.type="string"/>'
        f'<graph edgedefault="directed"><node id="1">{node}</node><data key="crs">epsg:4326</data></graph></graphml>',
        encoding="utf-8",
    )
    with pytest.raises(RoadsError) as caught:
        read_graphml(path, speeds())
    assert str(caught.value).startswith(f"{path}: {expected}")
