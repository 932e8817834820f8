from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from msp_siting.errors import RoadsError
from msp_siting.files.projects import bundled_folder
from msp_siting.territory.coordinates import crow_fly_km
from msp_siting.travel.distance import Surrogate, read_surrogate, surrogate_times

FILE = bundled_folder() / "models" / "parameters" / "surrogate.yaml"
KM_PER_DEGREE = 111.1950802335329  # on the equator of a sphere of 6,371.0088 km


def points(**km_east: float) -> pd.DataFrame:
    """Return points on the equator, so many km east of the first meridian."""
    return pd.DataFrame(
        {"point_id": list(km_east), "lon": np.array(list(km_east.values())) / KM_PER_DEGREE, "lat": 0.0}
    )


@pytest.fixture(scope="module")
def line() -> Surrogate:
    return read_surrogate(FILE)


def rows(table: pd.DataFrame) -> list[tuple[str, str, float]]:
    return [tuple(row) for row in table[["demand_id", "place_id", "minutes"]].to_numpy().tolist()]


def test_the_bundled_line(line: Surrogate) -> None:
    assert (line.intercept_minutes.value, line.minutes_per_km.value, line.longest_km.value) == (8.3, 1.32, 40.0)
    assert (line.mean_error_minutes.value, line.r_squared.value) == (7.0, 0.62)


def test_minutes_rise_with_distance_and_are_zero_at_home(line: Surrogate) -> None:
    demand, places = points(b=10, a=0), points(c=20, a=0)
    assert rows(surrogate_times(demand, places, line, 60.0)) == [
        ("a", "a", 0.0),
        ("a", "c", 34.7),  # 8.3 + 1.32 x 20
        ("b", "a", 21.5),  # 8.3 + 1.32 x 10
        ("b", "c", 21.5),
    ]


def test_other_ids_at_the_same_spot_are_not_home(line: Surrogate) -> None:
    assert rows(surrogate_times(points(a=0), points(b=0), line, 60.0)) == [("a", "b", 8.3)]


def test_the_cutoff_and_the_longest_distance_are_within(line: Surrogate) -> None:
    places = points(a=9.999, b=10, c=10.001, d=39.999, e=40.001)
    home = points(home=0)
    assert surrogate_times(home, places, line, 21.5)["place_id"].tolist()[0] == "a"
    assert surrogate_times(home, places, line, 21.5001)["place_id"].tolist() == ["a", "b"]
    assert surrogate_times(home, places, line, 500.0)["place_id"].tolist() == ["a", "b", "c", "d"]


def test_home_is_reached_whatever_the_limits(line: Surrogate) -> None:
    assert rows(surrogate_times(points(a=0, b=1), points(a=90, b=1), line, 8.0)) == [("a", "a", 0.0), ("b", "b", 0.0)]


def test_nothing_within_reach_is_an_empty_table(line: Surrogate) -> None:
    table = surrogate_times(points(a=0), points(b=41), line, 500.0)
    assert rows(table) == []
    assert table.dtypes.map(str).tolist() == ["str", "str", "float64"]


def test_blocks_give_what_a_plain_loop_gives(line: Surrogate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msp_siting.travel.distance.BLOCK_PAIRS", 100)
    rng = np.random.default_rng(1)
    many = pd.DataFrame(
        {"point_id": [f"p{n}" for n in range(60)], "lon": rng.uniform(5, 6, 60), "lat": rng.uniform(45, 46, 60)}
    )
    expected = {}
    for home in many.itertuples():
        for care in many.itertuples():
            km = float(crow_fly_km(*(np.array(value) for value in (home.lon, home.lat, care.lon, care.lat))))
            minutes = 0.0 if home.point_id == care.point_id else 8.3 + 1.32 * km
            if minutes <= 45 and km <= 40:
                expected[home.point_id, care.point_id] = minutes
    found = surrogate_times(many, many, line, 45.0).set_index(["demand_id", "place_id"])["minutes"].to_dict()
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, abs=0.00006)


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "surrogate.yaml"
    text = FILE.read_text(encoding="utf-8").replace("value: 1.32", "value: 0").replace("longest_km", "longest_kms")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RoadsError) as caught:
        read_surrogate(file)
    assert caught.value.problems == (
        f"{file}: minutes_per_km.value: must be above 0, got 0",
        f"{file}: longest_km: missing; this key must be given",
        f"{file}: longest_kms: unknown key; did you mean longest_km?",
    )
