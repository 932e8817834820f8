"""The trend to a horizon by hand: 4 GPs, 2.5 leave and 2 settle until 2028; and both ends of a plan's gain.

At Bourg 3 posts of which 1 is old, at Dole 1. Of 2.5 departures 1 is the old one's; the other 1.5 fall on the three
others alike, 1 at Bourg and 0.5 at Dole. Of 2 installations 1.5 come to Bourg and 0.5 to Dole: 2.5 and 1 are left.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from msp_siting.answer.ends import ends_of
from msp_siting.answer.pipeline import read_at_horizon
from msp_siting.errors import DataError
from msp_siting.files import sha256_of
from msp_siting.problem.building import build_instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.sharing import objective_of_plan
from msp_siting.scenario.scenario import Scenario
from msp_siting.solver import Settings, Settler, solve
from msp_siting.territory.territory import Territory, supply_at_horizon

Read = Callable[..., Scenario]
MANIFEST = """
name: toy
title: {fr: "Territoire d'essai", en: "Toy territory"}
crs: "EPSG:2154"
files:
- {path: supply.csv, sha256: SHA, source: S, licence: L, vintage: "BPE 2024; 2023", kind: measured}
"""
HEAD = "kind,zone_id,profession,installations_per_year,departures_per_year,period,source\n"
SHARE = {
    "national": {},
    "opening_delay_years": {"value": 3, "unit": "years", "source": "S", "kind": "assumed"},
    "posts_filled_share": {"value": 0.5, "unit": "share", "source": "S", "kind": "assumed"},
    "recruits_drawn_from_installations_share": {"value": 1.0, "unit": "share", "source": "S", "kind": "assumed"},
}


def write(folder: Path, flows: str, supply: str = "b,gp,3,0.333333333333\nd,gp,1,0\n") -> None:
    """Give a territory's folder a supply counted in 2024, and a balance."""
    (folder / "supply.csv").write_text(f"place_id,profession,practitioners,retiring_share\n{supply}", encoding="utf-8")
    (folder / "manifest.yaml").write_text(MANIFEST.replace("SHA", sha256_of(folder / "supply.csv")), encoding="utf-8")
    (folder / "flows.csv").write_text(HEAD + flows, encoding="utf-8")


@pytest.fixture
def at_horizon(toy_project: Path, toy_scenario: Read) -> Callable[..., tuple[Territory, Scenario]]:
    """Return a reader of the toy with a balance at 2028, its recruits drawn by a share."""
    folder = toy_project / "data" / "toy"

    def read(flows: str = "territory,toy,gp,0.5,0.625,2018-2023,S\n", share: float = 1.0, **more: Any) -> Any:  # noqa: ANN401
        write(folder, flows)
        scenario = toy_scenario(horizon_year=2028, **more)
        drawn = SHARE | {
            "recruits_drawn_from_installations_share": SHARE["recruits_drawn_from_installations_share"]  # type: ignore[dict-item]
            | {"value": share}
        }
        model = scenario.model.model_validate(scenario.model.model_dump() | {"flows": drawn})
        scenario = replace(scenario, model=model)
        return read_at_horizon(scenario), scenario

    return read


def posts(territory: Territory) -> dict[str, float]:
    table = supply_at_horizon(territory, with_retirements=True)
    return dict(zip(table["place_id"], table["practitioners"].round(6), strict=True))


def test_the_oldest_leave_first_and_who_comes_settles_where_others_are(
    at_horizon: Callable[..., tuple[Territory, Scenario]],
) -> None:
    territory, _ = at_horizon()
    assert posts(territory) == {"b": 2.5, "d": 1.0}
    assert territory.as_counted is not None
    today = supply_at_horizon(territory.as_counted, with_retirements=False)
    assert today["practitioners"].tolist() == [3, 1]
    (balance,) = territory.trend.balances if territory.trend else ()
    assert (balance.posts, balance.departures, balance.installations, balance.net_low) == (4, 2.5, 2, -0.5)


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ("territory,toy,gp,0,0.125,P,S\n", {"b": 2.5, "d": 1}),  # half an old one leaves, nobody else
        ("territory,toy,gp,0,9,P,S\n", {"b": 0, "d": 0}),  # no more leave than there are
        ("epci,west,gp,0.25,0.25,P,S\n", {"b": 2.75, "d": 1.25}),  # both lie in the west
        ("epci,east,gp,1,1,P,S\n", {"b": 2, "d": 1}),  # nobody practises there; elsewhere the old one leaves
    ],
)
def test_other_balances(
    at_horizon: Callable[..., tuple[Territory, Scenario]], flows: str, expected: dict[str, float]
) -> None:
    assert posts(at_horizon(flows)[0]) == pytest.approx(expected)


def test_a_zone_in_the_territory_in_part_has_a_part_of_its_balance(toy_project: Path, toy_scenario: Read) -> None:
    folder = toy_project / "data" / "toy"
    write(folder, "")
    head = HEAD.replace("period", "inhabitants,period")  # 1,800 of 3,600 live here
    (folder / "flows.csv").write_text(head + "epci,west,gp,1,0.5,3600,P,S\n", encoding="utf-8")
    territory = read_at_horizon(toy_scenario(horizon_year=2028))
    assert territory.trend is not None
    assert [(each.departures, each.installations) for each in territory.trend.balances] == [(1, 2)]


@pytest.mark.parametrize(
    ("flows", "told"),
    [
        ("canton,x,gp,1,1,P,S\n", "flows.csv: row 2: kind: demand.csv has no column canton_id"),
        ("epci,north,gp,1,1,P,S\n", "row 2: zone_id: no demand point lies in zone 'north' of kind epci"),
        ("territory,isere,gp,1,1,P,S\n", "no demand point lies in zone 'isere' of kind territory"),
        ("territory,toy,gp,1,1,P,S\nepci,west,gp,1,1,P,S\n", "would count people twice"),
        ("territory,toy,gp,-1,1,P,S\n", "installations_per_year"),
        ("territory,toy,gp,1,1,P,\n", "source"),
        ("territory,toy,doctor,1,1,P,S\n", "profession 'doctor' is not one of the model's"),
    ],
)
def test_a_wrong_balance_is_told_with_its_place(
    at_horizon: Callable[..., tuple[Territory, Scenario]], flows: str, told: str
) -> None:
    with pytest.raises(DataError) as error:
        at_horizon(flows)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("1,2,0,", "give both net_per_year_low and net_per_year_high, or neither"),
        ("1,2,0,1", "installations less departures are -1 a year, outside 0 to 1"),
    ],
)
def test_a_wrong_range_is_told(toy_project: Path, toy_scenario: Read, cells: str, told: str) -> None:
    folder = toy_project / "data" / "toy"
    write(folder, "")
    head = "kind,zone_id,profession,installations_per_year,departures_per_year,net_per_year_low,net_per_year_high"
    (folder / "flows.csv").write_text(f"{head},period,source\nterritory,toy,gp,{cells},P,S\n", encoding="utf-8")
    with pytest.raises(DataError, match=told):
        read_at_horizon(toy_scenario(horizon_year=2028))


def test_without_the_year_of_the_supply_it_is_an_error(toy_project: Path, toy_scenario: Read) -> None:
    (toy_project / "data" / "toy" / "flows.csv").write_text(HEAD + "territory,toy,gp,1,1,P,S\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"does not say of which year supply\.csv is"):
        read_at_horizon(toy_scenario(horizon_year=2028))
    assert read_at_horizon(toy_scenario()).trend is None  # without a horizon nobody asks


def at_clairval() -> Plan:
    sites = pd.DataFrame({"site_id": ["site-c"], "format": ["small"]})
    staff = pd.DataFrame({"site_id": ["site-c"], "profession": ["gp"], "recruited": [2]})
    return Plan(sites, staff)


@pytest.mark.parametrize(
    ("share", "uncovered"),
    [
        (0.0, 1050.0),  # 3.5 posts hold 1,050 of 1,800 in the west, 2 hold 600 of Clairval's 900
        (0.5, 1350.0),  # one installation less: 300 more in the west
        (1.0, 1650.0),  # two less: as many as without the plan, who live elsewhere
    ],
)
def test_both_ends_of_a_gain_by_hand(
    at_horizon: Callable[..., tuple[Territory, Scenario]], share: float, uncovered: float
) -> None:
    territory, scenario = at_horizon(share=share, objective__bands=False)
    instance = build_instance(territory, scenario)
    assert instance.professions["gp"].ordinary == 2
    assert objective_of_plan(instance, Plan.empty()) == pytest.approx(1650)
    assert objective_of_plan(instance, at_clairval()) == pytest.approx(uncovered)
    ends = ends_of(territory, instance, at_clairval(), scenario.model.apl)
    assert ends is not None
    assert {name: end.objective for name, end in ends.items()} == pytest.approx({"drawn": 1650, "additional": 1050})
    assert ends["drawn"].uncovered["c", "gp"] == pytest.approx(300)
    assert sum(ends["drawn"].uncovered[point, "gp"] for point in "abd") == pytest.approx(1350)


def test_with_all_installations_drawn_no_more_recruits_are_to_be_had(
    at_horizon: Callable[..., tuple[Territory, Scenario]], exact: Settings
) -> None:
    territory, scenario = at_horizon(share=1.0, recruitable__gp=4, budget_eur=4e6)
    instance = build_instance(territory, scenario)
    assert instance.professions["gp"].pool == 2  # of 4 recruitable
    settler = Settler(instance, exact)
    before, _ = settler.settle(Plan.empty())
    solution = solve(instance, exact, settler, before)
    assert solution.plan is not None
    assert solution.plan.staff.query("profession == 'gp'")["recruited"].sum() <= 2


def test_a_profession_without_a_balance_draws_on_nothing(
    at_horizon: Callable[..., tuple[Territory, Scenario]],
) -> None:
    territory, scenario = at_horizon("territory,toy,nurse,1,1,P,S\n")
    instance = build_instance(territory, scenario)
    assert not any(terms.is_drawn for terms in instance.professions.values())  # no nurse is there to settle beside
    assert posts(territory) == pytest.approx({"b": 2, "d": 1})  # the old one has left, nobody has come


def test_a_departure_among_the_events_is_one_of_the_balance(toy_project: Path, toy_scenario: Read) -> None:
    # 2.5 leave until 2028; one of Bourg has, so 1.5 are still to leave. As many are left in the end: 4 - 2.5 + 2.
    folder = toy_project / "data" / "toy"
    write(folder, "territory,toy,gp,0.5,0.625,P,S\n")
    events = "2025-03-01,b,gp,-1,departure,ARS\n2025-03-01,d,gp,0.5,arrival,ARS\n"
    (folder / "events.csv").write_text(f"date,place_id,profession,posts,kind,source\n{events}", encoding="utf-8")
    territory = read_at_horizon(toy_scenario(horizon_year=2028, asked_on="2026-01-01"))
    (balance,) = territory.trend.balances if territory.trend else ()
    assert (balance.posts, balance.departures, balance.installations) == pytest.approx((3.5, 1.5, 1.5))
    assert sum(posts(territory).values()) == pytest.approx(3.5)
    assert territory.as_counted is not None
    today = supply_at_horizon(territory.as_counted, with_retirements=False)
    assert today["practitioners"].tolist() == pytest.approx([2, 1.5])
