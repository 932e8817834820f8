"""A straight road of 20 km at 60 km/h, driven both ways: a minute a kilometre; speeds are declared here."""

import math
from pathlib import Path

import pandas as pd
import pytest

from msp_siting.errors import RoadsError
from msp_siting.files.projects import bundled_folder
from msp_siting.travel.cache import cached, fingerprint
from msp_siting.travel.points import Points
from msp_siting.travel.roads.speeds import Drive, Speeds, read_speeds
from msp_siting.travel.roads.ways import Way, Ways
from msp_siting.travel.search import Routed, Search, route

KM_PER_DEGREE = math.radians(6371.0088)  # of latitude, on the mean sphere


@pytest.fixture
def speeds() -> Speeds:
    """The bundled speeds without delays."""
    declared = read_speeds(bundled_folder() / "models" / "parameters" / "speeds.yaml")
    none = declared.junction_delay_seconds.model_copy(update={"value": 0.0})
    return declared.model_copy(update={"junction_delay_seconds": none})


@pytest.fixture
def straight() -> Ways:
    """Nodes 0 to 20, a kilometre apart on a meridian."""
    ways = Ways()
    for km in range(21):
        ways.lon[km], ways.lat[km] = 5.0, 45.0 + km / KM_PER_DEGREE
    ways.ways.append(Way(tuple(range(21)), Drive(60.0, None, forward=True, backward=True)))
    return ways


def at(*kilometres: float, east_km: float = 0.0) -> Points:
    """Return points at some kilometres of the road, and some way east of it."""
    frame = pd.DataFrame(
        {
            "point_id": [f"km{km:g}" for km in kilometres],
            "name": "X",
            "lon": 5.0 + east_km / KM_PER_DEGREE / 0.7071,
            "lat": [45.0 + km / KM_PER_DEGREE for km in kilometres],
        }
    )
    return Points(frame, frame)


def minutes(routed: Routed) -> dict[tuple[str, str], float]:
    return {(i, j): m for i, j, m in routed.table.itertuples(index=False)}


def test_minutes_along_a_road_and_the_cutoff_itself_is_within(straight: Ways, speeds: Speeds) -> None:
    found = minutes(route(straight, at(0, 4.5, 10), speeds, Search(10, processes=1)))
    assert found["km0", "km10"] == pytest.approx(10, abs=0.001)
    assert found["km0", "km4.5"] == pytest.approx(4.5, abs=0.001)
    assert found["km10", "km4.5"] == pytest.approx(5.5, abs=0.001)
    assert found["km0", "km0"] == 0
    assert len(found) == 9
    assert len(route(straight, at(0, 4.5, 10), speeds, Search(9.99, processes=1)).table) == 7


def test_the_last_stretch_counts_at_both_ends(straight: Ways, speeds: Speeds) -> None:
    # 0.5 km at 15 km/h is 2 minutes, at home and at the place of care; care at home is at no distance.
    found = minutes(route(straight, at(2, 7, east_km=0.5), speeds, Search(60, processes=1)))
    assert found["km2", "km7"] == pytest.approx(5 + 2 * 2, abs=0.01)
    assert found["km2", "km2"] == 0


def test_a_point_far_from_any_road_is_named(straight: Ways, speeds: Speeds) -> None:
    far = at(2, east_km=3).demand.assign(point_id="far")
    both = pd.concat([at(5).demand, far])
    with pytest.raises(RoadsError, match=r"far \(X\) at 5\.0\d+, 45\.0\d+: no road within 2 km"):
        route(straight, Points(both, both), speeds, Search(60, processes=1))
    left = route(straight, Points(both, both), speeds, Search(60, leave_out=True, processes=1))
    assert left.record["points_left_out"] == ["far"]
    assert minutes(left) == {("km5", "km5"): 0}


def test_calibration_to_other_times(straight: Ways, speeds: Speeds) -> None:
    # The reference is half as slow again: 15 minutes for the 10 km.
    reference = pd.DataFrame({"demand_id": ["km0"], "place_id": ["km10"], "minutes": [15.0]})
    routed = route(straight, at(0, 10, 20), speeds, Search(60, processes=1, reference=reference))
    assert routed.record["calibration"] == {
        "factor": 1.5,
        "pairs": 1,
        "mean_error_minutes_before": 5.0,
        "mean_error_minutes_after": 0.0,
    }
    assert minutes(routed)["km0", "km20"] == pytest.approx(30, abs=0.01)


def test_the_cache_knows_what_the_times_were_made_from(straight: Ways, speeds: Speeds, tmp_path: Path) -> None:
    roads = tmp_path / "roads"
    roads.write_bytes(b"one")
    key = fingerprint(roads, at(0, 10), speeds, 60)
    made: list[int] = []

    def make() -> Routed:
        made.append(1)
        return route(straight, at(0, 10), speeds, Search(60, processes=1))

    first, second = (cached(tmp_path / "cache", key, make) for _ in range(2))
    assert len(made) == 1
    assert second.record["from_cache"]
    pd.testing.assert_frame_equal(first.table, second.table)
    (tmp_path / "cache" / f"{key}.json").write_text("{ damaged")
    cached(tmp_path / "cache", key, make)
    assert len(made) == 2
    table = tmp_path / "cache" / f"{key}.parquet"
    pd.read_parquet(table).assign(minutes=1.0).to_parquet(table)
    damaged = cached(tmp_path / "cache", key, make)
    assert len(made) == 3
    pd.testing.assert_frame_equal(damaged.table, first.table)
    assert cached(tmp_path / "cache", key, make).record["from_cache"]
    assert fingerprint(roads, at(0, 11), speeds, 60) != key
    assert fingerprint(roads, at(0, 10), speeds, 59) != key
    roads.write_bytes(b"two")
    assert fingerprint(roads, at(0, 10), speeds, 60) != key
