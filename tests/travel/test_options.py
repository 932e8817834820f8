from pathlib import Path
from typing import Any

import pytest

from msp_siting.errors import RoadsError
from msp_siting.travel.matrix_cells import MatrixForm
from msp_siting.travel.options import SourceOptions, read_points, source_of
from msp_siting.travel.sources import Distance, Extract, Matrix, Place, Polygon, SavedGraph, Server

ONE_SOURCE = "give exactly one of --roads, --place, --polygon, --matrix, --server and --surrogate"
OSM = """<osm version="0.6">
<node id="1" lon="5.0" lat="45.0"><tag k="place" v="town"/><tag k="name" v="Aubois"/></node>
<node id="2" lon="5.1" lat="45.0"/>
<way id="9"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
</osm>"""


def made(**options: Any) -> Any:  # noqa: ANN401 - any of the sources, from any of the options
    return source_of(SourceOptions(**options), Path())


@pytest.mark.parametrize(
    ("options", "kind", "description"),
    [
        (
            {"roads": Path("x/nord.osm.pbf")},
            Extract,
            "(c) OpenStreetMap contributors, nord.osm.pbf, routed with declared speeds (car)",
        ),
        (
            {"roads": Path("nord.graphml")},
            SavedGraph,
            "(c) OpenStreetMap contributors, nord.graphml, routed with declared speeds (car)",
        ),
        (
            {"place": "Vif, Isère"},
            Place,
            "(c) OpenStreetMap contributors, Vif, Isère, routed with declared speeds (car)",
        ),
        (
            {"polygon": Path("x/area.geojson")},
            Polygon,
            "(c) OpenStreetMap contributors, area.geojson, routed with declared speeds (car)",
        ),
    ],
)
def test_roads_are_those_of_openstreetmap(options: dict[str, Any], kind: type, description: str) -> None:
    source = made(**options)
    assert type(source) is kind
    assert source.description == description
    assert (source.licence, source.kind) == ("ODbL 1.0", "derived")


def test_a_matrix_a_server_and_distance_state_no_licence() -> None:
    matrix = made(matrix=Path("x/m.csv"), layout="wide", unit="seconds", origins="columns")
    assert matrix == Matrix(Path("x/m.csv"), MatrixForm("wide", "seconds", "columns"))
    assert (matrix.description, matrix.licence, matrix.kind) == ("matrix m.csv", "not stated", "derived")
    server = made(server="ors=https://ors.example/x=1", api_key="abc")
    assert server == Server("ors", "https://ors.example/x=1", "abc")
    assert (server.description, server.licence, server.kind) == ("ors server", "not stated", "derived")
    distance = made(surrogate=True)
    assert isinstance(distance, Distance)
    assert distance.parameters.name == "surrogate"
    told = (distance.description, distance.licence, distance.kind)
    assert told == ("estimated from crow-fly distance", "not stated", "modelled")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [ONE_SOURCE]),
        ({"surrogate": True, "place": "Vif"}, [ONE_SOURCE]),
        (
            {"matrix": Path("m.csv")},
            ["--matrix needs --unit; it is never guessed", "--matrix needs --layout; it is never guessed"],
        ),
        (
            {"matrix": Path("m.csv"), "layout": "wide", "unit": "seconds"},
            ["--matrix needs --origins; it is never guessed"],
        ),
        (
            {"matrix": Path("m.csv"), "layout": "long", "surrogate": True},
            [ONE_SOURCE, "--matrix needs --unit; it is never guessed"],
        ),
        ({"surrogate": True, "unreachable": ("9999",)}, ["--unreachable goes with --matrix"]),
        ({"roads": Path("x.shp")}, ["x.shp: expected .osm.pbf, .pbf, .osm, .osm.gz, .osm.bz2 or .graphml"]),
    ],
)
def test_anything_but_one_source_completely_described_is_refused(options: dict[str, Any], expected: list[str]) -> None:
    with pytest.raises(RoadsError) as caught:
        made(**options)
    assert list(caught.value.problems) == expected


def test_a_long_matrix_says_itself_where_trips_begin() -> None:
    matrix = made(matrix=Path("m.csv"), layout="long", unit="minutes")
    assert matrix.form == MatrixForm("long", "minutes", "rows")


def test_what_stands_for_unreachable_is_told_of_a_matrix() -> None:
    matrix = made(matrix=Path("m.csv"), layout="long", unit="minutes", unreachable=("9999", "-"))
    assert matrix.form == MatrixForm("long", "minutes", "rows", ("9999", "-"))


def test_an_extract_has_points_too(tmp_path: Path) -> None:
    (tmp_path / "roads.osm").write_text(OSM, encoding="utf-8")
    points = read_points("osm:town,village", None, made(roads=tmp_path / "roads.osm"))
    assert points.demand.to_dict("records") == [{"point_id": "town-1", "name": "Aubois", "lon": 5.0, "lat": 45.0}]
    with pytest.raises(RoadsError, match="--points osm:village: the extract has none; it has town"):
        read_points("osm:village", None, made(roads=tmp_path / "roads.osm"))


def test_points_are_of_one_place_and_of_an_extract_only() -> None:
    with pytest.raises(RoadsError, match="give exactly one of --territory and --points"):
        read_points(None, None, made(surrogate=True))
    with pytest.raises(RoadsError, match="--points osm:town: needs an OpenStreetMap extract as --roads"):
        read_points("osm:town", None, made(place="Vif"))
