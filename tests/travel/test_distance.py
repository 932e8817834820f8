from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from msp_siting.errors import RoadsError
from msp_siting.files.projects import bundled_folder
from msp_siting.language.facts import tell
from msp_siting.territory.coordinates import crow_fly_km
from msp_siting.travel.distance import Errors, Line, Surrogate, read_surrogate, surrogate_times

FILE = bundled_folder() / "models" / "parameters" / "surrogate.yaml"
KM_PER_DEGREE = 111.1950802335329  # on the equator of a sphere of 6,371.0088 km


def points(**km_east: float) -> pd.DataFrame:
    """Return points on the equator, so many km east of the first meridian."""
    return pd.DataFrame(
        {"point_id": list(km_east), "lon": np.array(list(km_east.values())) / KM_PER_DEGREE, "lat": 0.0}
    )


@pytest.fixture(scope="module")
def lines() -> Surrogate:
    return read_surrogate(FILE)


def rows(table: pd.DataFrame) -> list[tuple[str, str, float]]:
    return [tuple(row) for row in table[["demand_id", "place_id", "minutes"]].to_numpy().tolist()]


def values(record: Line | Errors) -> list[float]:
    return [getattr(record, name).value for name in type(record).model_fields]


def test_the_bundled_lines(lines: Surrogate) -> None:
    assert (values(lines.plain), values(lines.mountain)) == ([3.03, 1.45, 1.19], [3.77, 1.87, 1.10])
    assert (lines.knot_km.value, lines.longest_km.value) == (20.0, 40.0)
    assert values(lines.plain_errors) == [2.64, -0.57, 0.031, 0.064, 0.113]
    assert values(lines.mountain_errors) == [6.48, -0.01, 0.038, 0.082, 0.140]
    assert values(lines.elsewhere_errors) == [4.40, 4.18, 0.035, 0.084, 0.253]


def test_minutes_rise_with_distance_and_are_zero_at_home(lines: Surrogate) -> None:
    demand, places = points(b=10, a=0), points(c=20, d=30, a=0)
    assert rows(surrogate_times(demand, places, lines, 60.0)) == [
        ("a", "a", 0.0),
        ("a", "c", 32.03),  # 3.03 + 1.45 x 20
        ("a", "d", 43.93),  # and 1.19 x 10 beyond the knot
        ("b", "a", 17.53),  # 3.03 + 1.45 x 10
        ("b", "c", 17.53),
        ("b", "d", 32.03),
    ]


def test_a_trip_is_in_mountains_where_both_ends_are(lines: Surrogate) -> None:
    both = points(a=0, b=10, c=20, d=30).assign(massif=["Alpes", "Alpes", "", None])
    assert rows(surrogate_times(both.iloc[:1], both, lines, 60.0)) == [
        ("a", "a", 0.0),
        ("a", "b", 22.47),  # 3.77 + 1.87 x 10
        ("a", "c", 32.03),  # to the plain as in the plain
        ("a", "d", 43.93),
    ]
    assert rows(surrogate_times(both.iloc[:1], points(c=20), lines, 60.0)) == [("a", "c", 32.03)]


def test_mountains_are_slow_up_to_the_knot_and_faster_beyond(lines: Surrogate) -> None:
    high = points(a=0, b=20, c=30).assign(massif="Vosges")
    assert rows(surrogate_times(high.iloc[:1], high, lines, 60.0))[1:] == [("a", "b", 41.17), ("a", "c", 52.17)]


def test_other_ids_at_the_same_spot_are_not_home(lines: Surrogate) -> None:
    assert rows(surrogate_times(points(a=0), points(b=0), lines, 60.0)) == [("a", "b", 3.03)]


def test_the_cutoff_and_the_longest_distance_are_within(lines: Surrogate) -> None:
    places = points(a=9.999, b=10, c=10.001, d=39.999, e=40.001)
    home = points(home=0)
    assert surrogate_times(home, places, lines, 17.53)["place_id"].tolist()[0] == "a"
    assert surrogate_times(home, places, lines, 17.5301)["place_id"].tolist() == ["a", "b"]
    assert surrogate_times(home, places, lines, 500.0)["place_id"].tolist() == ["a", "b", "c", "d"]
    beyond_the_knot = points(a=29.99, b=30.01)
    assert surrogate_times(home, beyond_the_knot, lines, 43.93)["place_id"].tolist() == ["a"]


def test_home_is_reached_whatever_the_limits(lines: Surrogate) -> None:
    assert rows(surrogate_times(points(a=0, b=1), points(a=90, b=1), lines, 3.0)) == [("a", "a", 0.0), ("b", "b", 0.0)]


def test_nothing_within_reach_is_an_empty_table(lines: Surrogate) -> None:
    table = surrogate_times(points(a=0), points(b=41), lines, 500.0)
    assert rows(table) == []
    assert table.dtypes.map(str).tolist() == ["str", "str", "float64"]


def test_blocks_give_what_a_plain_loop_gives(lines: Surrogate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msp_siting.travel.distance.BLOCK_PAIRS", 100)
    rng = np.random.default_rng(1)
    many = pd.DataFrame(
        {
            "point_id": [f"p{n}" for n in range(60)],
            "lon": rng.uniform(5, 6, 60),
            "lat": rng.uniform(45, 46, 60),
            "massif": ["Alpes" if n % 3 else "" for n in range(60)],
        }
    )
    expected = {}
    for home in many.itertuples():
        for care in many.itertuples():
            km = float(crow_fly_km(*(np.array(value) for value in (home.lon, home.lat, care.lon, care.lat))))
            low, near, far = (3.77, 1.87, 1.10) if home.massif and care.massif else (3.03, 1.45, 1.19)
            minutes = low + near * min(km, 20) + far * max(km - 20, 0)
            minutes = 0.0 if home.point_id == care.point_id else minutes
            if minutes <= 50 and km <= 40:
                expected[home.point_id, care.point_id] = minutes
    found = surrogate_times(many, many, lines, 50.0).set_index(["demand_id", "place_id"])["minutes"].to_dict()
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, abs=0.00006)


def test_no_trip_leaves_an_island(lines: Surrogate) -> None:
    spots = pd.DataFrame(
        [
            ("Le Palais", -3.154, 47.347),
            ("Sauzon", -3.218, 47.373),
            ("Quiberon", -3.119, 47.484),
            ("Île-aux-Moines", -2.848, 47.591),
            ("Île-d'Arz", -2.803, 47.59),
            ("Baden", -2.918, 47.619),
            ("Vannes", -2.76, 47.657),
        ],
        columns=["point_id", "lon", "lat"],
    )
    table = surrogate_times(spots, spots, lines, 60.0)
    pairs = {(home, care) for home, care, minutes in rows(table) if minutes and home < care}
    assert pairs == {
        ("Le Palais", "Sauzon"),
        ("Quiberon", "Vannes"),
        ("Baden", "Quiberon"),
        ("Baden", "Vannes"),
    }
    assert sum(table["minutes"].eq(0)) == 7


def test_a_bridge_is_a_road(lines: Surrogate) -> None:
    spots = pd.DataFrame(
        [
            ("Marennes", -1.1, 45.82),
            ("Le Château-d'Oléron", -1.19, 45.885),
            ("La Rochelle", -1.15, 46.16),
            ("Rivedoux", -1.27, 46.16),
        ],
        columns=["point_id", "lon", "lat"],
    )
    table = surrogate_times(spots, spots, lines, 30.0)
    pairs = {(home, care) for home, care, minutes in rows(table) if minutes and home < care}
    assert pairs == {("Le Château-d'Oléron", "Marennes"), ("La Rochelle", "Rivedoux")}


def test_how_good_they_are_is_said_with_all_that_was_measured(lines: Surrogate) -> None:
    assert tell(lines.accuracy(), "en") == (
        "Estimated times beside road times that the estimate had not seen, below 20 km (a bias above 0: too long; "
        "then trips on the wrong side of 10, 15 and 20 minutes): in the plain off by 2.6 min on average, bias "
        "-0.6 min, 3%, 6% and 11%; in mountains off by 6.5 min on average, bias +0.0 min, 4%, 8% and 14%; in another "
        "region, Alsace, off by 4.4 min on average, bias +4.2 min, 4%, 8% and 25%. The APL computed on them is off by "
        "3.5% on average for an EPCI, 0.5% for the department, 12.7% for a commune (Isère)."
    )
    french = tell(lines.label("label_estimated_times"), "fr")
    assert "faux de 2,6 min en moyenne en plaine, de 6,5 en montagne" in french


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "surrogate.yaml"
    text = FILE.read_text(encoding="utf-8").replace("value: 1.45", "value: 0").replace("longest_km", "longest_kms")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RoadsError) as caught:
        read_surrogate(file)
    assert caught.value.problems == (
        f"{file}: plain.near_minutes_per_km.value: must be above 0, got 0",
        f"{file}: longest_km: missing; this key must be given",
        f"{file}: longest_kms: unknown key; did you mean longest_km?",
    )


def test_a_file_of_the_form_before_is_told_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "surrogate.yaml"
    file.write_text(
        "name: surrogate\ntitle: {fr: T, en: T}\n"
        "intercept_minutes: {value: 8.3, unit: minutes, source: S, kind: derived}\n",
        encoding="utf-8",
    )
    with pytest.raises(RoadsError) as caught:
        read_surrogate(file)
    assert caught.value.problems == (
        (
            f"{file}: is of an earlier form, one line for all trips; put its values under plain and mountain, as in "
            "the models/parameters/surrogate.yaml that msp-siting new writes"
        ),
    )
