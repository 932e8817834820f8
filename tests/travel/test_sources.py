from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from msp_siting.files.projects import bundled_folder
from msp_siting.travel import sources
from msp_siting.travel.distance import read_surrogate
from msp_siting.travel.matrix_cells import MatrixForm
from msp_siting.travel.points import Points
from msp_siting.travel.roads.osm_files import read_osm_file
from msp_siting.travel.roads.speeds import Speeds, read_speeds
from msp_siting.travel.roads.ways import Ways
from msp_siting.travel.search import Search
from msp_siting.travel.sources import Distance, Extract, Matrix

PARAMETERS = bundled_folder() / "models" / "parameters"
TOWNS = pd.DataFrame({"point_id": ["a", "b"], "name": ["A", "B"], "lon": [5.0, 5.1], "lat": [45.0, 45.0]})
POINTS = Points(TOWNS, TOWNS)
OSM = """<osm version="0.6">
<node id="1" lon="5.0" lat="45.0"/><node id="2" lon="5.1" lat="45.0"/>
<way id="9"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="maxspeed" v="60"/></way>
</osm>"""


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    """7.863 km from a to b at 85 % of 60 km/h: 9.25 minutes."""
    (tmp_path / "roads.osm").write_text(OSM, encoding="utf-8")
    return tmp_path / "roads.osm"


@pytest.fixture
def speeds() -> Speeds:
    return read_speeds(PARAMETERS / "speeds.yaml")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return a counter of the files of roads that are read."""
    counted: Counter[str] = Counter()

    def count(path: Path, declared: Speeds) -> Ways:
        counted[path.name] += 1
        return read_osm_file(path, declared)

    monkeypatch.setattr(sources, "read_osm_file", count)
    return counted


def minutes(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    return {(i, j): m for i, j, m in table.itertuples(index=False)}


def test_times_of_a_matrix_and_their_record(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("demand_id,place_id,minutes\na,a,0\na,b,9\nb,a,11\nb,b,0\n", encoding="utf-8")
    found = Matrix(tmp_path / "m.csv", MatrixForm("long", "minutes")).times(POINTS, Search(10))
    assert minutes(found.table) == {("a", "a"): 0, ("a", "b"): 9, ("b", "b"): 0}
    assert found.record == {"source": "matrix m.csv", "cutoff_minutes": 10, "pairs": 3}


def test_times_of_distance_and_their_record() -> None:
    line = read_surrogate(PARAMETERS / "surrogate.yaml")
    found = Distance(line).times(POINTS, Search(60))
    expected = 3.03 + 1.45 * 7.8627
    assert minutes(found.table)["a", "b"] == pytest.approx(expected, abs=0.001)
    assert list(found.record) == ["source", "parameters", "pairs", "points_in_massif", "islands", "cutoff_minutes"]
    assert (found.record["source"], found.record["pairs"]) == ("surrogate", 4)
    assert (found.record["points_in_massif"], found.record["islands"]) == (0, [])
    assert set(Distance(line).quality) == {"label", "accuracy"}


def test_roads_are_read_once_and_only_when_they_are_needed(roads: Path, speeds: Speeds, reads: Counter[str]) -> None:
    extract = Extract(speeds, roads)
    assert reads == {}
    found = extract.times(POINTS, Search(60, processes=1))
    assert minutes(found.table)["a", "b"] == pytest.approx(9.25, abs=0.01)
    assert (found.record["source"], found.record["pairs"]) == ("roads.osm", 4)
    assert extract.ways is extract.ways
    extract.times(POINTS, Search(5, processes=1))
    assert reads == {"roads.osm": 1}


def test_times_kept_are_those_of_the_same_search(
    roads: Path, speeds: Speeds, reads: Counter[str], tmp_path: Path
) -> None:
    search = Search(60, processes=1, kept=tmp_path / "cache")
    first = Extract(speeds, roads).times(POINTS, search)
    again = Extract(speeds, roads).times(POINTS, search)
    assert again.record == first.record | {"from_cache": True}
    pd.testing.assert_frame_equal(again.table, first.table)
    assert reads == {"roads.osm": 1}
    reference = pd.DataFrame({"demand_id": ["a"], "place_id": ["b"], "minutes": [18.5]})
    others = (Search(5, processes=1, kept=search.kept), Search(60, processes=1, reference=reference, kept=search.kept))
    for number, other in enumerate(others, start=2):
        assert "from_cache" not in Extract(speeds, roads).times(POINTS, other).record
        assert reads == {"roads.osm": number}
