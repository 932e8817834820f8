"""What no car does is told with its place, and nothing that a car does."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from msp_siting.errors import Sentence, problem
from msp_siting.files.projects import bundled_folder
from msp_siting.travel.car_speeds import Trips, Where, speed_problems, whole_problem

SHARED = Path(__file__).parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the raw files in ../shared/data")

# On the equator a degree is 111.195 km.
KM = 1 / 111.19508


def points(*km: float) -> pd.DataFrame:
    """Return points on the equator, by their distance from its beginning."""
    return pd.DataFrame({"point_id": [f"p{at:g}" for at in km], "lon": [at * KM for at in km], "lat": 0.0})


def where(advice: Any = None) -> Where:  # noqa: ANN401 - a function or None
    return Where(
        trip=lambda trip: problem("trip {trip}", trip=trip),
        home=lambda position: problem("row {row}", row=position),
        care=lambda position: problem("column {column}", column=position),
        unit=problem("minutes"),
        per_minute=1.0,
        whole=lambda speed: problem("{speed}!", speed=speed),
        advice=advice,
    )


def table(demand: pd.DataFrame, places: pd.DataFrame, minutes: np.ndarray) -> Trips:
    """Return the trips of a whole matrix."""
    home, care = (position.ravel() for position in np.indices(minutes.shape))
    return Trips(demand, places, home, care, minutes.ravel())


def told(trips: Trips) -> list[str]:
    return [str(each) for each in speed_problems(trips, where())]


@pytest.mark.parametrize(
    ("km", "minutes", "verdict"),
    [
        (13, 5.01, None),  # 6 minutes at 130 km/h, less the minute by which times are rounded down
        (13, 4.99, "fast"),
        (1.49, 0, None),  # neighbouring squares of 1 km
        (1.51, 0, "fast"),
        (2.1, 0.1, None),
        (4, 299, None),
        (4, 301, "slow"),
        (12, 719, None),
        (12, 721, "slow"),
    ],
)
def test_bounds_of_one_trip(km: float, minutes: float, verdict: str | None) -> None:
    others = np.array([minutes, 30.0, 31.0, 32.0])  # of 60 km/h
    trips = Trips(points(0), points(km, 30, 31, 32), np.zeros(4, int), np.arange(4), others)
    trip = f"trip 0: {minutes:g} minutes from 'p0' to 'p{km:g}', {km:.1f} km apart as the crow flies"
    expected = f"{trip}: no car is that {verdict}"
    assert told(trips) == ([] if verdict is None else [expected])


@pytest.mark.parametrize(
    ("speed", "count", "is_plausible"),
    [(10.01, 30, True), (9.99, 30, False), (9.99, 29, True), (3.01, 1, True), (2.99, 1, False), (130.1, 1, False)],
)
def test_bounds_of_the_whole(speed: float, count: int, *, is_plausible: bool) -> None:
    km = np.full(count, 12.0)
    trips = Trips(points(0), points(12), np.zeros(count, int), np.zeros(count, int), km / speed * 60)
    assert (whole_problem(trips) is None) == is_plausible


def test_points_of_one_town_are_not_timed() -> None:
    near = points(0, 1.1, 2)
    assert told(table(near, near, np.full((3, 3), 0.5))) == []
    nobody = np.array([], dtype=int)
    assert told(Trips(near, near, nobody, nobody, np.array([]))) == []


# Five points 10 km apart, one minute a kilometre (60 km/h as the crow flies).
LINE = points(0, 10, 20, 30, 40)
FAIR = np.abs(np.subtract.outer(np.arange(5), np.arange(5))) * 10.0
DIFFERENT = (
    "km/h as the crow flies on 4 trips of more than 2 km, 60.0 km/h elsewhere: is it in another unit than minutes?"
)


@pytest.mark.parametrize("factor", [60, 1 / 60])
@pytest.mark.parametrize("at", range(5))
def test_a_row_or_a_column_in_another_unit_is_told_as_such(at: int, factor: float) -> None:
    speed = f"{60 / factor:,.1f}"
    row, column = FAIR.copy(), FAIR.copy()
    row[at] *= factor
    column[:, at] *= factor
    assert told(table(LINE, LINE, row)) == [f"row {at}: median speed {speed} {DIFFERENT}"]
    assert told(table(LINE, LINE, column)) == [f"column {at}: median speed {speed} {DIFFERENT}"]


def test_most_columns_in_another_unit_are_columns_still() -> None:
    minutes = FAIR.copy()
    minutes[:, 1:4] *= 60
    assert [text.partition(":")[0] for text in told(table(LINE, LINE, minutes))] == ["column 1", "column 2", "column 3"]


def test_a_column_of_one_impossible_value_is_told_with_it() -> None:
    minutes = FAIR.copy()
    minutes[:, 2] = 0
    advised = where(lambda value: problem("; {value:g}?", value=value))
    assert [str(each) for each in speed_problems(table(LINE, LINE, minutes), advised)] == [
        (
            "column 2: 0 minutes on 4 of 4 trips of more than 2 km, the longest 20.0 km as the crow flies: "
            "no car drives that; 0?"
        )
    ]


def test_impossible_trips_here_and_there_are_told_one_by_one() -> None:
    minutes = FAIR.copy()
    minutes[0, 3] = minutes[4, 1] = 0
    minutes[2, 0] = 1_201
    assert told(table(LINE, LINE, minutes)) == [
        "trip 3: 0 minutes from 'p0' to 'p30', 30.0 km apart as the crow flies: no car is that fast",
        "trip 10: 1201 minutes from 'p20' to 'p0', 20.0 km apart as the crow flies: no car is that slow",
        "trip 21: 0 minutes from 'p40' to 'p10', 30.0 km apart as the crow flies: no car is that fast",
    ]


def test_a_row_of_walkers_among_drivers_is_told() -> None:
    many = points(*range(0, 120, 10))
    minutes = np.abs(np.subtract.outer(np.arange(12), np.arange(12))) * 10.0
    minutes[5] *= 60 / 3.5  # 3.5 km/h as the crow flies, beside 60
    assert told(table(many, many, minutes))[0].startswith("row 5: median speed 3.5 km/h")


def test_a_detour_is_no_other_unit() -> None:
    # Made up, from the tip of a peninsula: 6 km over water, three hours by road; 15 km, 3 h 20; 35 km, 2 h 50.
    tip = Trips(points(0), points(6, 15, 35), np.zeros(3, int), np.arange(3), np.array([180.0, 200.0, 170.0]))
    assert told(tip) == []


def test_what_is_shown_ends() -> None:
    demand = points(*range(0, 600, 10))
    minutes = np.abs(np.subtract.outer(np.arange(60), np.arange(60))) * 10.0
    minutes[np.arange(50), np.arange(10, 60)] = 0
    found = speed_problems(table(demand, demand, minutes), where())
    assert len(found) == 50
    assert found[19] == found[49]
    assert all(isinstance(each, Sentence) for each in found)


def isere() -> tuple[pd.DataFrame, np.ndarray]:
    """Return the chefs-lieux of Isère and minutes between all of them, by OSRM."""
    matrix = pd.read_csv(SHARED / "isere" / "TimeDistCarIsere.csv", dtype={"id": str}).set_index("id")
    demand = pd.read_csv(bundled_folder() / "data" / "isere" / "demand.csv", dtype={"demand_id": str})
    chefs_lieux = demand.set_index("demand_id").loc[matrix.index].rename_axis("point_id").reset_index()
    return chefs_lieux[["point_id", "name", "lon", "lat"]], matrix.to_numpy(float) / 60


@needs_shared
@pytest.mark.parametrize("digits", [2, 0])
def test_no_false_alarm_in_isere(digits: int) -> None:
    chefs_lieux, minutes = isere()
    assert minutes.shape == (512, 512)
    assert told(table(chefs_lieux, chefs_lieux, np.floor(minutes * 10**digits) / 10**digits)) == []


@needs_shared
def test_no_false_alarm_in_small_territories_of_isere() -> None:
    chefs_lieux, minutes = isere()
    drawn = np.random.default_rng(7)
    lon, lat = chefs_lieux["lon"].to_numpy(), chefs_lieux["lat"].to_numpy()
    for _ in range(300):
        middle = drawn.integers(512)
        near = np.argsort((lon - lon[middle]) ** 2 / 2 + (lat - lat[middle]) ** 2)[:40]
        homes, cares = (drawn.choice(near, size, replace=False) for size in (20, int(drawn.integers(1, 8))))
        found = table(chefs_lieux.iloc[homes], chefs_lieux.iloc[cares], minutes[np.ix_(homes, cares)])
        assert told(found) == []


@needs_shared
def test_no_false_alarm_in_alsace() -> None:
    times = pd.read_csv(SHARED / "roads" / "alsace_osrm2016_minutes_communes_to_10_hospitals.csv", dtype=str)
    hospitals = pd.read_csv(SHARED / "roads" / "alsace_10_hospitals.csv").rename(columns={"hospital": "point_id"})
    communes = pd.read_csv(SHARED / "national" / "communes_national_npm6.0.0_datafrance1.1.0.csv", dtype=str)
    known = communes.set_index("code")[["lon", "lat"]].astype(float)
    homes = known.loc[times["commune_current"]].rename_axis("point_id").reset_index()
    assert told(table(homes, hospitals, times[hospitals["point_id"]].to_numpy(float))) == []


@needs_shared
@pytest.mark.parametrize("factor", [60.0, 1 / 60, 0.0])
@pytest.mark.parametrize("by_row", [True, False])
def test_every_twentieth_row_and_column_of_isere_is_found(factor: float, *, by_row: bool) -> None:
    chefs_lieux, minutes = isere()
    for at in range(0, 512, 20):
        changed = minutes.copy()
        changed[(at, slice(None)) if by_row else (slice(None), at)] *= factor
        found = told(table(chefs_lieux, chefs_lieux, changed))
        assert [text.partition(":")[0] for text in found] == [f"{'row' if by_row else 'column'} {at}"]


@needs_shared
def test_random_zeros_of_isere_are_all_counted() -> None:
    chefs_lieux, minutes = isere()
    drawn = np.random.default_rng(3)
    km = table(chefs_lieux, chefs_lieux, minutes).km.reshape(minutes.shape)
    zeros = (drawn.random(minutes.shape) < 0.01) & (km > 1.5)
    changed = np.where(zeros, 0, minutes)
    assert len(told(table(chefs_lieux, chefs_lieux, changed))) == zeros.sum()


@pytest.mark.parametrize("name", ["hautes-alpes", "isere", "occitanie"])
def test_no_false_alarm_in_the_bundled_tables(name: str) -> None:
    folder = bundled_folder() / "data" / name
    demand = pd.read_csv(folder / "demand.csv", dtype={"demand_id": str}).rename(columns={"demand_id": "point_id"})
    times = pd.read_parquet(folder / "travel_times.parquet")
    position = pd.Index(demand["point_id"])
    home, care = (position.get_indexer(times[column]) for column in ("demand_id", "place_id"))
    known = care >= 0
    assert known.mean() > 0.99
    trips = Trips(demand, demand, home[known], care[known], times["minutes"].to_numpy(float)[known])
    assert told(trips) == []
