"""Tables before and after, on the toy territory with Clairval opened; figures worked in tests/conftest.py."""

from collections.abc import Callable

import pytest

from msp_siting.answer.coverage import Coverage, band_shares, shortage_and_distance, tabulate
from msp_siting.problem.building import build_instance
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.scenario.scenario import Scenario
from msp_siting.solver import Settings, Settler, solve
from msp_siting.territory.reading import read_territory

Tabulated = tuple[Instance, Plan, Coverage]


@pytest.fixture
def tabulated(toy_scenario: Callable[..., Scenario], exact: Settings) -> Tabulated:
    scenario = toy_scenario()
    territory = read_territory(scenario.folder)
    instance = build_instance(territory, scenario)
    settler = Settler(instance, exact)
    _, before = settler.settle(Plan.empty())
    solution = solve(instance, exact, settler, 5287.5)
    assert solution.plan is not None
    assert solution.assignment is not None
    table = tabulate(territory, instance, scenario.model.apl, before, solution.plan, solution.assignment)
    return instance, solution.plan, table


def test_points_before_and_after(tabulated: Tabulated) -> None:
    gp = tabulated[2].points.query("profession == 'gp'").set_index("demand_id")
    assert list(gp.columns) == [
        *("profession", "inhabitants", "need", "uncovered_before", "uncovered_after", "block"),
        *("nearest_minutes_before", "nearest_minutes_after", "apl_before", "apl_after"),
    ]
    assert gp["uncovered_before"].sum() == pytest.approx(2100)
    assert gp["uncovered_after"].sum() == pytest.approx(1500)
    assert gp.loc["c", ["uncovered_before", "uncovered_after"]].tolist() == pytest.approx([900, 300])
    assert gp["nearest_minutes_before"].to_dict() == {"a": 10, "b": 0, "c": 25, "d": 10}
    assert gp["nearest_minutes_after"].to_dict() == {"a": 10, "b": 0, "c": 0, "d": 10}


def test_apl_by_hand(tabulated: Tabulated) -> None:
    # 2 GPs x 4,308 visits at Bourg for 600 x 1 + (900 + 300) x 2/3 = 1,400 people weighted by distance.
    gp = tabulated[2].points.query("profession == 'gp'").set_index("demand_id")
    at_bourg = 2 * 4308 / (600 + 1200 * 0.666667)
    assert gp["apl_before"].to_dict() == pytest.approx(
        {"a": at_bourg * 0.666667, "b": at_bourg, "c": 0.0, "d": at_bourg * 0.666667}
    )
    assert gp.loc["c", "apl_after"] == pytest.approx(2 * 4308 / 900)


def test_shortage_and_distance_add_up(tabulated: Tabulated) -> None:
    # Before: need 2,700, room 600: shortage 2,100, all of what is uncovered. After: room 1,200, shortage 1,500.
    instance, plan, table = tabulated
    before = shortage_and_distance(instance, table.points, "gp", None)
    after = shortage_and_distance(instance, table.points, "gp", plan)
    assert (before["uncovered"], before["shortage"]) == (pytest.approx(2100), pytest.approx(2100))
    assert (after["uncovered"], after["shortage"]) == (pytest.approx(1500), pytest.approx(1500))


def test_distance_is_what_room_elsewhere_would_cure(toy_scenario: Callable[..., Scenario], exact: Settings) -> None:
    # GPs of 1,000: room for 2,000 at Bourg, 1,800 in reach; of Clairval's 900 only 700 are shortage.
    scenario = toy_scenario(budget_eur=0, professions__gp__capacity_inhabitants_per_post=1000)
    territory = read_territory(scenario.folder)
    instance = build_instance(territory, scenario)
    _, nothing = Settler(instance, exact).settle(Plan.empty())
    table = tabulate(territory, instance, scenario.model.apl, nothing, Plan.empty(), nothing)
    split = shortage_and_distance(instance, table.points, "gp", None)
    assert split["uncovered"] == pytest.approx(900)
    assert split["shortage"] == pytest.approx(700)


def test_zones_sum_their_points(tabulated: Tabulated) -> None:
    zones = tabulated[2].zones.query("profession == 'gp'").set_index("zone_id")
    assert zones.loc["west", "name"] == "Pays de l'Ouest"
    assert zones["inhabitants"].to_dict() == {"west": 1800, "east": 900, "toy": 2700}
    assert zones["uncovered_after"].to_dict() == pytest.approx({"west": 1200, "east": 300, "toy": 1500})
    assert zones.loc["west", "nearest_minutes_before"] == pytest.approx((900 * 10 + 300 * 10) / 1800)


def test_allocation_says_who_serves_whom(tabulated: Tabulated) -> None:
    gp = tabulated[2].allocation.query("profession == 'gp'")
    clairval = gp[gp["demand_id"].eq("c")]
    assert clairval[["place_id", "site_id", "supply", "minutes"]].to_numpy().tolist() == [["c", "site-c", "new", 0.0]]
    assert clairval["inhabitants"].tolist() == pytest.approx([600])
    assert set(gp.loc[gp["place_id"].eq("b"), "supply"]) == {"existing"}


def test_new_practitioners_are_full(tabulated: Tabulated) -> None:
    fill = tabulated[2].fill.set_index("profession")
    assert fill.loc["gp", ["posts", "inhabitants_served", "filled_share"]].tolist() == pytest.approx([2, 600, 1])


def test_band_shares_of_what_is_uncovered(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # 2/3 of 1,800 and all of 900: the first 40 % of each are 1,080 of 2,100, the rest lies in the last band.
    instance = toy_instance()
    _, before = Settler(instance, exact).settle(Plan.empty())
    assert band_shares(instance, before.uncovered)[-1] == pytest.approx(1020 / 2100, abs=1e-3)
