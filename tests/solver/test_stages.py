"""What the stages after the search do, on problems whose answer the eye can check."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from drawn import drawn_with_moves, profession
from drawn import problem as drawn_problem
from msp_siting.problem.building import build_instance
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.soundness import objective_of, problems_of_solution
from msp_siting.scenario.scenario import read_scenario
from msp_siting.solver import PARTS, Settings, Settler, choose, solve
from msp_siting.solver.affordable import with_affordable_pools
from msp_siting.solver.search import prepare, values_of
from msp_siting.solver.stages import _needed
from msp_siting.territory.reading import read_territory

TEAM = pd.DataFrame({"site_id": ["s", "s"], "profession": ["gp", "nurse"], "recruited": [2, 1]})


def opened(*sites: str) -> Plan:
    """Return the plan that opens some sites as small MSPs with 2 GPs and 1 nurse each."""
    return Plan(
        pd.DataFrame({"site_id": list(sites), "format": ["small"] * len(sites)}),
        pd.concat([TEAM.assign(site_id=site) for site in sites]),
    )


@pytest.fixture
def two_towns(toy_project: Path) -> Callable[..., Instance]:
    """Two towns of 1,000, need index 0.8 and 1.2, each out of the other's reach unless told otherwise; no GP."""
    data = toy_project / "data" / "toy"
    (data / "zones.csv").unlink()
    (data / "supply.csv").unlink()
    (data / "demand.csv").write_text(
        "demand_id,name,inhabitants,lon,lat,need_index_gp\n"
        "young,Jeunes,1000,5.0,45.0,0.8\n"
        "aged,Anciens,1000,5.3,45.0,1.2\n"
    )
    (data / "sites.csv").write_text(
        "site_id,place_id,name,lon,lat,status\n"
        "at-young,young,Jeunes,5.0,45.0,candidate\n"
        "at-aged,aged,Anciens,5.3,45.0,candidate\n"
    )

    def build(minutes_apart: float, model: str, **overrides: object) -> Instance:
        (data / "travel_times.csv").write_text(
            "demand_id,place_id,minutes\nyoung,young,0\naged,aged,0\n"
            f"young,aged,{minutes_apart}\naged,young,{minutes_apart}\n"
        )
        paths = {"model": model, **{name.replace("__", "."): value for name, value in overrides.items()}}
        scenario = read_scenario(toy_project / "scenarios" / "toy.yaml", paths)
        return build_instance(read_territory(scenario.folder), scenario)

    return build


@pytest.mark.parametrize("model", ["allocation", "allocation-plain"])
def test_neither_of_two_towns_of_unlike_age_is_preferred(
    two_towns: Callable[..., Instance], exact: Settings, model: str
) -> None:
    # 2 posts of 100 serve 200 units of need wherever they are: 250 of the young, or 167 of the aged.
    instance = two_towns(60, model, professions__gp__capacity_inhabitants_per_post=100)
    settler = Settler(instance, exact)
    (at_young, _), (at_aged, _) = settler.settle(opened("at-young")), settler.settle(opened("at-aged"))
    assert at_young == pytest.approx(at_aged)


@pytest.mark.parametrize("model", ["allocation", "allocation-plain"])
def test_two_towns_within_reach_share_one_msp_evenly(
    two_towns: Callable[..., Instance], exact: Settings, model: str
) -> None:
    # Need 800 + 1,200, room 600: 70 % of each town is left out, however old it is.
    instance = two_towns(10, model)
    _, assignment = Settler(instance, exact).settle(opened("at-young"))
    left = assignment.uncovered.query("profession == 'gp'").set_index("demand_id")["inhabitants"]
    assert left["young"] == pytest.approx(700)
    assert left["aged"] == pytest.approx(700)


def test_least_travel_time_never_leaves_more_people_out(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # The GPs at Bourg could spare everyone a trip by serving Bourg alone; Aubois and Dole are served all the same.
    instance = toy_instance()
    objective, assignment = Settler(instance, exact).settle(Plan.empty())
    left = assignment.uncovered.query("profession == 'gp'").set_index("demand_id")["inhabitants"]
    assert objective == pytest.approx(5287.5)
    for point, expected in {"a": 600, "b": 400, "c": 900, "d": 200}.items():  # 2/3 of each in the west, within a step
        assert left[point] == pytest.approx(expected, abs=0.02 * instance.inhabitants[point])
    assert left.sum() == pytest.approx(2100)
    served = assignment.allocated.query("profession == 'gp'")["inhabitants"].sum()
    assert served == pytest.approx(600)


def test_travel_time_is_least_for_who_is_served(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # With room for all three, people go to the nearest place.
    instance = toy_instance(professions__gp__capacity_inhabitants_per_post=1000)
    _, assignment = Settler(instance, exact).settle(opened("site-a"))
    served = assignment.allocated.query("profession == 'gp'").set_index("demand_id")["place_id"]
    assert served.to_dict() == {"a": "a", "b": "b", "d": "b"}


def test_a_profession_without_weight_is_served_all_the_same(
    toy_instance: Callable[..., Instance], exact: Settings
) -> None:
    _, assignment = Settler(toy_instance(), exact).settle(opened("site-c"))
    nurses = assignment.allocated.query("profession == 'nurse'")
    assert nurses["inhabitants"].sum() == pytest.approx(651)


def test_posts_that_serve_nobody_are_not_filled(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # Money and pool allow 3 nurses and a midwife; neither counts, so the smallest team stands.
    instance = toy_instance()
    solution = solve(instance, exact, Settler(instance, exact), 5287.5)
    assert solution.plan is not None
    assert solution.plan.staff.to_dict("list") == {
        "site_id": ["site-c", "site-c"],
        "profession": ["gp", "nurse"],
        "recruited": [2, 1],
    }


def test_who_cannot_be_spared_is_known_without_a_search(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # Both GPs serve people, so neither they nor their site can go; of nurses nothing counts.
    instance, control = toy_instance(), exact.control(10)
    matrix = prepare(instance, exact).problem.matrix
    team = pd.DataFrame({"site_id": ["site-c"] * 2, "profession": ["gp", "nurse"], "recruited": [2, 3]})
    values = values_of(matrix, replace(opened("site-c"), staff=team), control)
    assert values is not None
    whole = np.where(matrix.integer, np.round(values), matrix.upper)
    needed = _needed(matrix, whole, 0.001, control)
    assert {index for column, (_, index) in enumerate(matrix.names) if needed[column]} == {
        ("site-c", "small"),
        ("site-c", "gp"),
    }
    assert not _needed(matrix, whole, 1e6, control).any()


def test_money_for_nothing_opens_nothing(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # One GP serves a thousandth more than anyone needs: no post helps.
    instance = toy_instance(professions__gp__capacity_inhabitants_per_post=1000, sites__exclude=["site-c"])
    professions = {name: replace(terms, weight=0.0) for name, terms in instance.professions.items()}
    idle = replace(instance, professions=professions)
    solution = solve(idle, exact, Settler(idle, exact), 0.0)
    assert solution.plan is not None
    assert solution.plan.sites.empty


def test_affordable_posts(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # A cent less than 1.8 M EUR buys one small MSP (900,000 EUR) and not two: 2 GPs, though 4 can be recruited.
    pools = with_affordable_pools(toy_instance(budget_eur=1_799_999.99), exact.control(10)).professions
    assert pools["gp"].pool == 2
    assert pools["nurse"].pool == 3


def test_an_infeasible_problem_says_so(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    instance = toy_instance(budget_eur=1000, site_count=1)
    solution = solve(instance, exact, Settler(instance, exact), None)
    assert (solution.status, solution.plan, solution.objective) == ("infeasible", None, None)
    assert [each.rule for each in solution.report.conflicts] == ["budget", "site_count"]


def test_an_interrupted_search_ends_at_once(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    interrupted = threading.Event()
    interrupted.set()
    instance = toy_instance()
    begin = time.monotonic()
    solution = solve(instance, replace(exact, interrupted=interrupted), Settler(instance, exact), 5287.5)
    assert time.monotonic() - begin < 30
    assert solution.status in {"feasible", "optimal"}


@pytest.mark.parametrize("parts", [frozenset(PARTS), frozenset()])
def test_out_of_time_opening_nothing_is_the_plan(
    toy_instance: Callable[..., Instance], exact: Settings, parts: frozenset[str]
) -> None:
    instance = toy_instance()
    short = replace(exact, time_limit_s=1e-9, parts=parts)
    solution = solve(instance, short, Settler(instance, short), 5287.5)
    assert solution.plan is not None
    assert (solution.status, len(solution.plan.sites), solution.report.ended_by) == ("feasible", 0, "time_limit")
    assert solution.objective == pytest.approx(5287.5)
    assert solution.bound is not None
    assert solution.bound <= 3517.5  # the best plan's
    assert problems_of_solution(instance, solution) == []
    chosen = choose(instance, short, 5287.5)
    assert (chosen.plan is not None and len(chosen.plan.sites), chosen.objective) == (0, 5287.5)


def test_out_of_time_there_is_no_plan_where_opening_nothing_is_none(
    toy_instance: Callable[..., Instance], exact: Settings
) -> None:
    instance = toy_instance(site_count={"min": 1, "max": 2})
    short = replace(exact, time_limit_s=1e-9)
    solution = solve(instance, short, Settler(instance, short), None)
    assert (solution.status, solution.plan) == ("no_plan", None)
    assert choose(instance, short, None).plan is None


def test_a_small_gain_beside_a_large_need_is_not_lost() -> None:
    """A ten-millionth of 99 million people is ten: more than what the second GP of this village does."""
    gp = profession({"city": "", "village": "v"}, capacity=4.0, weight=1.0, pool=2)
    instance = drawn_problem({"gp": gp}, {"city": 9.9e7, "village": 8.0}, sites={"s": "v"}, bands=((1.0,), (1.0,)))
    settings = Settings(60, 0, 0, 1, 1)
    solution = solve(instance, settings, Settler(instance, settings), 9.9e7 + 8)
    assert solution.plan is not None
    assert solution.plan.staff["recruited"].tolist() == [2]
    assert solution.objective == pytest.approx(9.9e7, abs=1e-6)


def test_affordable_posts_are_what_the_whole_model_can_hold(toy_instance: Callable[..., Instance]) -> None:
    # Three small MSPs cost 2,700,000 EUR; the fourth pool member of the midwives has no room (one a site).
    control = Settings(60, 0, 0, 1, 1).control(60)
    for budget_eur, gps in ((0, 0), (899_999, 0), (900_000, 2), (1_800_000, 4), (2_700_000, 6), (9e6, 6)):
        instance = toy_instance(budget_eur=budget_eur, recruitable={"gp": 9, "nurse": 9, "midwife": 9})
        pools = {name: terms.pool for name, terms in with_affordable_pools(instance, control).professions.items()}
        assert pools["gp"] == gps
        assert pools["midwife"] <= gps / 2
    excluded = toy_instance(budget_eur=9e6, recruitable={"gp": 9}, sites__exclude=["site-a"])
    assert with_affordable_pools(excluded, control).professions["gp"].pool == 0  # no nurse can be recruited


@pytest.mark.parametrize("seed", range(6))
def test_spreading_alone_leaves_as_much_uncovered_as_settling(seed: int, exact: Settings) -> None:
    """For whom it is another may be chosen among those alike; the objective and its parts are the same."""
    instance = drawn_with_moves(seed)
    settler = Settler(instance, exact)
    for plan in (Plan.empty(), *(_opening(instance, site) for site in list(instance.sites)[:4])):
        settled, assignment = settler.settle(plan)
        spread, uncovered = settler.spread(plan)
        assert spread == pytest.approx(settled, rel=1e-6, abs=1e-5)
        assert objective_of(instance, uncovered) == pytest.approx(settled, rel=1e-6, abs=1e-5)
        assert len(uncovered) == len(assignment.uncovered)


def _opening(instance: Instance, site: str) -> Plan:
    """Return the plan that opens one site with as many posts as it takes."""
    kind = instance.formats_at(site)[0]
    staff = [(site, name, posts) for name, posts in instance.formats[kind].most.items()]
    return Plan(
        pd.DataFrame([(site, kind)], columns=["site_id", "format"]),
        pd.DataFrame(staff, columns=["site_id", "profession", "recruited"]),
    )
