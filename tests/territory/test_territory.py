import pickle
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pandas as pd
import pytest

from msp_siting.answer.coverage import tabulate
from msp_siting.problem.building import build_instance
from msp_siting.problem.horizon import territory_at_horizon
from msp_siting.problem.plan import Plan
from msp_siting.scenario.scenario import Scenario
from msp_siting.solver.settings import Settings
from msp_siting.solver.settler import Settler
from msp_siting.territory import territory as territories
from msp_siting.territory.reading import read_territory
from msp_siting.territory.rim import stack
from msp_siting.territory.territory import Territory, nearest_minutes, supply_at_horizon, within_cutoff

KEPT = ("times_from_home", "with_rim", "place_points", "zone_kinds")


@pytest.fixture
def timed(toy_project: Path) -> Territory:
    """Clairval is 20 minutes from Aubois, and 20.01 from Bourg."""
    folder = toy_project / "data" / "toy"
    (folder / "travel_times.csv").write_text(
        "demand_id,place_id,minutes\na,a,0\na,b,19.99\na,c,20\nb,a,20.0\nb,b,0\nb,c,20.01\nc,c,0\n", encoding="utf-8"
    )
    return read_territory(folder)


@pytest.fixture
def staffed(toy_project: Path) -> Territory:
    """Bourg has 2 private GPs, a quarter of whom retire, and 0.5 salaried ones, all of whom do; Aubois has a nurse."""
    folder = toy_project / "data" / "toy"
    (folder / "supply.csv").write_text(
        "place_id,profession,practitioners,status,retiring_share\n"
        "b,gp,2,liberal,0.25\nb,gp,0.5,salaried,1\na,nurse,3,liberal,0\n",
        encoding="utf-8",
    )
    return read_territory(folder)


@pytest.fixture
def stacked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the number of rows of every two tables that are stacked."""
    counted: list[int] = []

    def count(own: pd.DataFrame, around: pd.DataFrame) -> pd.DataFrame:
        counted.append(len(own) + len(around))
        return stack(own, around)

    monkeypatch.setattr(territories, "stack", count)
    return counted


def pairs(times: pd.DataFrame) -> list[str]:
    return [f"{demand}-{place}" for demand, place in zip(times["demand_id"], times["place_id"], strict=True)]


def as_dict(supply: pd.DataFrame) -> dict[tuple[str, str], float]:
    return {(place, name): fte for place, name, fte in supply.itertuples(index=False)}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_asked_for_often_is_made_once(rim_folder: Path, name: str) -> None:
    territory = read_territory(rim_folder)
    assert getattr(territory, name) is getattr(territory, name)


def test_an_answer_stacks_territory_and_rim_once(
    rim_folder: Path, toy_scenario: Callable[..., Scenario], exact: Settings, stacked: list[int]
) -> None:
    scenario = toy_scenario()
    territory = territory_at_horizon(read_territory(rim_folder), scenario)
    instance = build_instance(territory, scenario)
    build_instance(territory.with_rim, scenario)
    _, before = Settler(instance, exact).settle(Plan.empty())
    tabulate(territory, instance, scenario.model.apl, before, Plan.empty(), before)
    # demand and travel times with those of the rim, and the times that lead there from home
    assert sorted(stacked) == [4 + 2, 12 + 3, 12 + 8]


def test_another_territory_makes_its_own(rim_folder: Path) -> None:
    territory = read_territory(rim_folder)
    assert len(territory.times_from_home) == 15
    assert territory.with_rim.demand["inhabitants"].sum() == 3000
    assert territory.place_points.loc["a", "name"] == "Aubois"
    assert territory.zone_kinds == ("epci",)
    demand = territory.demand.assign(inhabitants=1.0, name="X").drop(columns="epci_id")
    other = replace(territory, demand=demand[demand["demand_id"].ne("b")])
    assert len(other.times_from_home) == 13
    assert other.with_rim.demand["inhabitants"].tolist() == [1, 1, 1, 200, 100]
    assert other.place_points.loc["a", "name"] == "X"
    assert other.zone_kinds == ()
    assert replace(territory, rim=None).times_from_home is territory.travel_times


def test_what_is_kept_does_not_travel_between_processes(rim_folder: Path) -> None:
    territory = read_territory(rim_folder)
    for name in KEPT:
        getattr(territory, name)
    assert "times_from_home" in vars(territory)
    there = pickle.loads(pickle.dumps(territory))  # noqa: S301 - made here
    assert list(vars(there)) == [field.name for field in fields(Territory)]
    pd.testing.assert_frame_equal(there.times_from_home, territory.times_from_home)
    assert there.sha256 == territory.sha256


def test_the_cutoff_itself_is_within(timed: Territory) -> None:
    assert pairs(within_cutoff(timed, 20)) == ["a-a", "a-b", "a-c", "b-a", "b-b", "c-c"]
    assert pairs(within_cutoff(timed, 19.99)) == ["a-a", "a-b", "b-b", "c-c"]
    assert pairs(within_cutoff(timed, 0.5)) == ["a-a", "b-b", "c-c"]


def test_reading_a_cutoff_leaves_the_table_as_it_was(timed: Territory) -> None:
    before = timed.travel_times.copy()
    within_cutoff(timed, 1)
    pd.testing.assert_frame_equal(timed.travel_times, before)


def test_minutes_to_the_nearest_place(timed: Territory) -> None:
    assert nearest_minutes(timed, pd.Index(["a", "b"])).to_dict() == {"a": 0.0, "b": 0.0}
    assert nearest_minutes(timed, pd.Index(["c"])).to_dict() == {"a": 20.0, "b": 20.01, "c": 0.0}
    assert nearest_minutes(timed, pd.Index([])).empty


def test_an_instance_keeps_the_pair_at_the_cutoff(toy_instance: Callable[..., object], timed: Territory) -> None:
    assert timed.travel_times["minutes"].max() == 20.01
    gps = toy_instance(professions__gp__cutoff_minutes=20).professions["gp"].pairs
    assert ("a", "c") in set(zip(gps.demand_ids, gps.place_ids, strict=True))
    assert ("b", "c") not in set(zip(gps.demand_ids, gps.place_ids, strict=True))


def test_supply_is_summed_by_place_and_profession(staffed: Territory) -> None:
    assert as_dict(supply_at_horizon(staffed, with_retirements=False)) == {("a", "nurse"): 3.0, ("b", "gp"): 2.5}


def test_those_who_retire_have_left(staffed: Territory) -> None:
    assert as_dict(supply_at_horizon(staffed, with_retirements=True)) == {("a", "nurse"): 3.0, ("b", "gp"): 1.5}


def test_nobody_retires_where_it_is_not_known(toy_project: Path) -> None:
    territory = read_territory(toy_project / "data" / "toy")
    assert as_dict(supply_at_horizon(territory, with_retirements=True)) == {("b", "gp"): 2.0}


def test_a_share_that_is_not_known_leaves_everyone(toy_project: Path) -> None:
    (toy_project / "data" / "toy" / "supply.csv").write_text(
        "place_id,profession,practitioners,retiring_share\na,nurse,3,\nb,gp,2,0.25\n"
    )
    territory = read_territory(toy_project / "data" / "toy")
    assert as_dict(supply_at_horizon(territory, with_retirements=True)) == {("a", "nurse"): 3.0, ("b", "gp"): 1.5}


def test_the_table_is_left_as_it_was(staffed: Territory) -> None:
    before = staffed.supply.copy()
    supply_at_horizon(staffed, with_retirements=True)
    pd.testing.assert_frame_equal(staffed.supply, before)


def test_a_territory_without_supply(toy_project: Path) -> None:
    (toy_project / "data" / "toy" / "supply.csv").unlink()
    territory = read_territory(toy_project / "data" / "toy")
    assert supply_at_horizon(territory, with_retirements=True).empty
