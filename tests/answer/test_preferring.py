"""What the choice among good plans is made of: the APL that posts add, and the points of hosts, on the toy map."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from msp_siting.answer.apl import apl_by_point, need, visits_per_gp
from msp_siting.answer.coverage import posts_by_place
from msp_siting.answer.pipeline import read_problem
from msp_siting.answer.preferring import preference_of
from msp_siting.problem import Plan
from msp_siting.scenario import Scenario

Ask = Callable[..., Scenario]
PEOPLE_MOST, GPS_MOST = 5000, 4


def opened(**posts: int) -> Plan:
    sites = [f"site-{letter}" for letter in posts]
    staff = pd.DataFrame({"site_id": sites, "profession": "gp", "recruited": list(posts.values())})
    return Plan(pd.DataFrame({"site_id": sites, "format": "small"}), staff)


@pytest.mark.parametrize("plan", [{}, {"a": 2}, {"c": 3}, {"a": 1, "b": 2, "c": 4}])
def test_the_shortfall_is_what_the_apl_lacks_to_the_floor(toy_scenario: Ask, plan: dict[str, int]) -> None:
    scenario = toy_scenario()
    territory, instance = read_problem(scenario)
    choice = preference_of(territory, scenario, instance)
    assert choice is not None
    apl = scenario.model.apl
    gps = posts_by_place(instance, "gp", opened(**plan))
    values = apl_by_point(territory, apl, gps, visits_per_gp(territory, apl))
    lacking = (apl.floor_visits_per_year.value - values).clip(lower=0) * need(territory, "gp")
    assert choice.shortfall(opened(**plan)) == pytest.approx(float(lacking.sum()), rel=1e-12)


def test_points_of_hosts_by_hand(toy_scenario: Ask) -> None:
    # Aubois has 900 of 5,000 inhabitants and no GP; Bourg 600, and 2 of 4 GPs; nothing is known of centres and zonings.
    scenario = toy_scenario()
    territory, instance = read_problem(scenario)
    choice = preference_of(territory, scenario, instance)
    assert choice is not None
    assert choice.scores == pytest.approx(
        {"site-a": 900 / PEOPLE_MOST, "site-b": 600 / PEOPLE_MOST + 2 / GPS_MOST, "site-c": 900 / PEOPLE_MOST}
    )
    assert choice.score(opened(a=2, b=1)) == pytest.approx(2 * 0.18 + 0.62)


def test_a_centre_counts_by_its_level(toy_scenario: Ask) -> None:
    scenario = toy_scenario()
    territory, instance = read_problem(scenario)
    places = pd.DataFrame({"place_id": ["a", "c"], "centre_level": ["none", "structuring"]})
    choice = preference_of(replace(territory, places=places), scenario, instance)
    assert choice is not None
    assert choice.scores["site-c"] == pytest.approx(0.18 + 0.75)
    assert choice.scores["site-a"] == pytest.approx(0.18)


@pytest.mark.parametrize(("until", "points"), [("", 1.0), ("2099-12-31", 0.0)])
def test_a_zoning_counts_only_where_it_has_no_end(toy_scenario: Ask, until: str, points: float) -> None:
    scenario = toy_scenario()
    territory, instance = read_problem(scenario)
    zone = {"zone_id": "z", "kind": "gp_zoning", "name": "Z", "profession": "gp", "status": "ZIP", "valid_until": until}
    demand = territory.demand.assign(
        gp_zoning_id=["z" if each == "c" else "" for each in territory.demand["demand_id"]]
    )
    zones = pd.concat([territory.zones, pd.DataFrame([zone])]).fillna("")
    choice = preference_of(replace(territory, demand=demand, zones=zones), scenario, instance)
    assert choice is not None
    assert choice.scores["site-c"] == pytest.approx(0.18 + points)


def test_a_choice_that_may_give_up_nothing_is_none(toy_scenario: Ask) -> None:
    scenario = toy_scenario(choice__gain_share=0.0)
    territory, instance = read_problem(scenario)
    assert preference_of(territory, scenario, instance) is None
