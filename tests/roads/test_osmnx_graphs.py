"""Polygons whose roads are to be fetched: refused where they are none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.errors import RoadsError
from msp_siting.roads.osmnx_graphs import read_polygon
from msp_siting.roads.speeds import Speeds

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
