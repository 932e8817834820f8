import re
from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.errors import RoadsError
from msp_siting.travel.roads.graph import RoadGraph
from msp_siting.travel.roads.osm_files import read_osm_file
from msp_siting.travel.roads.speeds import Speeds

ANDORRA = Path(__file__).parents[3].parent / "shared" / "data" / "roads" / "andorra-20230502.osm.pbf"
NODES = {"A": (0, 0), "B": (1, 0), "C": (2, 0)}
STREET = {"highway": "residential"}


def refusal(path: Path, speeds: Speeds) -> str:
    with pytest.raises(RoadsError) as caught:
        read_osm_file(path, speeds)
    (sentence,) = caught.value.problems
    return sentence


def test_a_missing_file(tmp_path: Path, speeds: Callable[..., Speeds]) -> None:
    path = tmp_path / "nord.osm.pbf"
    assert refusal(path, speeds()) == f"{path}: this file is missing"
    assert refusal(tmp_path, speeds()) == f"{tmp_path}: is a folder, expected a file"


def test_an_empty_file(tmp_path: Path, speeds: Callable[..., Speeds]) -> None:
    path = tmp_path / "nord.osm.pbf"
    path.touch()
    assert refusal(path, speeds()) == f"{path}: the file is empty"


@pytest.mark.skipif(not ANDORRA.is_file(), reason="the extract of Andorra is not there")
def test_a_truncated_pbf(tmp_path: Path, speeds: Callable[..., Speeds]) -> None:
    path = tmp_path / "half.osm.pbf"
    whole = ANDORRA.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refusal(path, speeds()) == (
        f"{path}: not a whole OpenStreetMap file (PBF error: unexpected EOF); download it again"
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("roads.osm.pbf", "id,lon,lat\n1,5.7,45.2\n"),
        ("roads.pbf", "<html>404 Not Found</html>"),
        ("roads.csv", "id,lon,lat\n"),
        ("roads.osm", "<osm version='0.6'><node id='1' "),
        ("roads.osm", "<gpx></gpx>"),
        ("roads.osm", '<osm version="0.6"><node id="1" lon="place" lat="0.01"/></osm>'),
    ],
)
def test_a_file_of_another_kind(tmp_path: Path, speeds: Callable[..., Speeds], name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    pattern = rf"{re.escape(str(path))}: not a whole OpenStreetMap file \([^\n]+\); download it again"
    assert re.fullmatch(pattern, refusal(path, speeds()))


@pytest.mark.parametrize(
    ("roads", "reasons"),
    [
        ([], "no way at all"),
        ([("AB", {"building": "yes"})], "no way at all"),
        ([("AB", {"highway": "path"}), ("BC", {"highway": "path"})], "2 not driven on: highway=path"),
        ([("ABCA", STREET | {"area": "yes"})], "1 an area"),
        ([("Axy", STREET)], "1 cut: nodes outside the extract"),
    ],
)
def test_an_extract_without_roads(
    write_osm: Callable[..., Path], speeds: Callable[..., Speeds], roads: list[tuple[str, dict[str, str]]], reasons: str
) -> None:
    path = write_osm(NODES, roads)
    assert refusal(path, speeds()) == f"{path}: no road that a car may use ({reasons})"


def test_a_way_cut_in_the_middle_is_kept_in_its_pieces(
    write_osm: Callable[..., Path], speeds: Callable[..., Speeds]
) -> None:
    nodes = {**NODES, "D": (3, 0), "E": (4, 0)}
    ways = read_osm_file(write_osm(nodes, [("ABxCyDE", STREET)]), speeds())
    assert [way.nodes for way in ways.ways] == [(ord("A"), ord("B")), (ord("D"), ord("E"))]
    assert ways.dropped == {"cut: nodes outside the extract": 1}


def test_named_places_are_found(tmp_path: Path, speeds: Callable[..., Speeds]) -> None:
    path = tmp_path / "places.osm"
    path.write_text(
        """<osm version="0.6">
          <node id="1" lon="0" lat="0"><tag k="place" v="village"/><tag k="name" v="Aubois"/></node>
          <node id="2" lon="2" lat="0"/><node id="3" lon="2" lat="2"/>
          <node id="4" lon="4" lat="4"><tag k="place" v="hamlet"/></node>
          <way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>
          <way id="2"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="place" v="town"/><tag k="name" v="Dole"/></way>
        </osm>""",
        encoding="utf-8",
    )
    places = read_osm_file(path, speeds()).places
    assert places == [
        ("village", "Aubois", 0, 0),
        ("hamlet", "", 4, 4),
        ("town", "Dole", pytest.approx(4 / 3), pytest.approx(2 / 3)),
    ]


def test_roads_on_which_nobody_comes_back_are_refused(draw: Callable[..., RoadGraph]) -> None:
    with pytest.raises(RoadsError, match=r"^the roads hold no part in which places reach one another$"):
        draw(NODES, [("AB", STREET | {"oneway": "yes"}), ("BC", STREET | {"oneway": "yes"})])
