"""Layers of boundaries.gpkg: read where they are sound, refused by name where they are not."""

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from shapely import LineString, Point, Polygon, box

from msp_siting.errors import DataError
from msp_siting.territory.outlines import layer_names, outline_problems, read_layer

SQUARES = gpd.GeoDataFrame(
    {"demand_id": ["a", "b"]}, geometry=[box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)], crs="EPSG:2154"
)
BOW_TIE = Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])


def written(folder: Path, frame: gpd.GeoDataFrame, layer: str = "demand") -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a projection is missing
        frame.to_file(folder / "boundaries.gpkg", layer=layer)
    return folder / "boundaries.gpkg"


def test_a_layer_is_read_and_an_absent_one_is_no_problem(tmp_path: Path) -> None:
    path = written(tmp_path, SQUARES)
    layer = read_layer(path, "demand")
    assert layer_names(path) == {"demand"}
    assert layer["demand_id"].tolist() == ["a", "b"]
    assert layer.geometry.area.tolist() == [1e6, 1e6]
    assert list(outline_problems(path, ("epci",))) == []


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (SQUARES.rename(columns={"demand_id": "id"}), "column demand_id is missing"),
        (SQUARES.assign(demand_id=[1, 2]), "column demand_id: codes must be text with their leading zero"),
        (SQUARES.assign(demand_id=["a", "a"]), "'a' has two outlines; keep one"),
        (SQUARES.assign(geometry=[Point(0, 0), Point(1, 1)]), "the outline of 'a' is no polygon"),
        (SQUARES.assign(geometry=[None, SQUARES.geometry[1]]), "the outline of 'a' is no polygon"),
        (
            SQUARES.assign(geometry=[SQUARES.geometry[0], LineString([(0, 0), (1, 1)])]),
            "the outline of 'b' is no polygon",
        ),
        (
            SQUARES.assign(geometry=[box(0, 0, np.inf, 1), SQUARES.geometry[1]]),
            "the outline of 'a' is no polygon",
        ),
        (
            SQUARES.assign(geometry=[BOW_TIE, SQUARES.geometry[1]]),
            "the outline of 'a' crosses itself; mend it (make_valid in any GIS)",
        ),
        (SQUARES.set_crs(None, allow_override=True), "states no projection"),
    ],
)
def test_a_wrong_layer_is_named(tmp_path: Path, frame: gpd.GeoDataFrame, expected: str) -> None:
    path = written(tmp_path, frame)
    assert list(outline_problems(path, ())) == [f"{path}: layer demand: {expected}"]


def test_a_layer_of_zones_has_zones(tmp_path: Path) -> None:
    path = written(tmp_path, SQUARES, "epci")
    assert list(outline_problems(path, ("epci",))) == [f"{path}: layer epci: column zone_id is missing"]
    assert list(outline_problems(path, ())) == []  # nothing is drawn from it


def test_a_table_without_outlines_is_no_layer(tmp_path: Path) -> None:
    pyogrio.write_dataframe(pd.DataFrame({"demand_id": ["a"]}), tmp_path / "boundaries.gpkg", layer="demand")
    path = tmp_path / "boundaries.gpkg"
    assert list(outline_problems(path, ())) == []
    assert layer_names(path) == frozenset()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_file_cut_short(tmp_path: Path, share: float) -> None:
    path = written(tmp_path, SQUARES)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    said = f"{path}: cannot be read as polygons; restore the file, or remove it"
    assert list(outline_problems(path, ())) == [said]
    with pytest.raises(DataError, match="cannot be read as polygons"):
        read_layer(path, "demand")
