from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from msp_siting.territory.reading import read_territory
from msp_siting.territory.rim import nearest_minutes, within_cutoff
from msp_siting.territory.territory import Territory


@pytest.fixture
def territory(toy_project: Path) -> Territory:
    folder = toy_project / "data" / "toy"
    (folder / "travel_times.csv").write_text(
        "demand_id,place_id,minutes\na,a,0\na,b,19.99\na,c,20\nb,a,20.0\nb,b,0\nb,c,20.01\nc,c,0\n", encoding="utf-8"
    )
    return read_territory(folder)


def pairs(times: pd.DataFrame) -> list[str]:
    return [f"{demand}-{place}" for demand, place in zip(times["demand_id"], times["place_id"], strict=True)]


def test_the_cutoff_itself_is_within(territory: Territory) -> None:
    assert pairs(within_cutoff(territory, 20)) == ["a-a", "a-b", "a-c", "b-a", "b-b", "c-c"]
    assert pairs(within_cutoff(territory, 19.99)) == ["a-a", "a-b", "b-b", "c-c"]
    assert pairs(within_cutoff(territory, 0.5)) == ["a-a", "b-b", "c-c"]


def test_reading_a_cutoff_leaves_the_table_as_it_was(territory: Territory) -> None:
    before = territory.travel_times.copy()
    within_cutoff(territory, 1)
    pd.testing.assert_frame_equal(territory.travel_times, before)


def test_minutes_to_the_nearest_place(territory: Territory) -> None:
    assert nearest_minutes(territory, pd.Index(["a", "b"])).to_dict() == {"a": 0.0, "b": 0.0}
    assert nearest_minutes(territory, pd.Index(["c"])).to_dict() == {"a": 20.0, "b": 20.01, "c": 0.0}
    assert nearest_minutes(territory, pd.Index([])).empty


def test_an_instance_keeps_the_pair_at_the_cutoff(toy_instance: Callable[..., object], territory: Territory) -> None:
    assert territory.travel_times["minutes"].max() == 20.01
    gps = toy_instance(professions__gp__cutoff_minutes=20).professions["gp"].pairs
    assert ("a", "c") in set(zip(gps.demand_ids, gps.place_ids, strict=True))
    assert ("b", "c") not in set(zip(gps.demand_ids, gps.place_ids, strict=True))
