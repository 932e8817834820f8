"""Which posts are limited by the zoning of their profession, on the toy map, and plans that are held to it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from drawn import drawn_with_zone_limits, least_objective
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.terms import ZoneLimits
from msp_siting.problem.zone_limits import problems_of_zone_limits
from msp_siting.solver import Settings, Settler, solve

Build = Callable[..., Instance]
RULE = {"constraints__recruitment_by_zone": True}


@pytest.fixture
def folder(toy_project: Path) -> Path:
    """Return the toy territory with a zoning of nurses: Aubois sur-dotée, Bourg très dotée, Clairval sous-dotée."""
    folder = toy_project / "data" / "toy"
    demand = pd.read_csv(folder / "demand.csv", dtype=str)
    levels = {"a": "5", "b": "4", "c": "2"}
    demand.assign(nurse_zoning_id=demand["demand_id"].map(levels).fillna("")).to_csv(folder / "demand.csv", index=False)
    write_zoning(folder)
    return folder


def write_zoning(folder: Path, until: str = "") -> None:
    zones = pd.read_csv(folder / "zones.csv", dtype=str).iloc[:2]
    rows = {"5": "sur_dotee", "4": "tres_dotee", "2": "sous_dotee"}
    added = pd.DataFrame(
        [("nurse_zoning", zone, word, word, "nurse", until) for zone, word in rows.items()],
        columns=["kind", "zone_id", "name", "status", "profession", "valid_until"],
    )
    pd.concat([zones, added]).fillna("").to_csv(folder / "zones.csv", index=False)


@pytest.mark.usefixtures("folder")
def test_levels_decide_where_posts_are_limited(toy_instance: Build) -> None:
    assert toy_instance(**RULE).zone_limits == ZoneLimits({("a", "nurse"): 0}, frozenset({("b", "nurse")}))


@pytest.mark.usefixtures("folder")
def test_without_the_rule_they_are_not(toy_instance: Build) -> None:
    assert toy_instance().zone_limits == ZoneLimits()


def test_a_zoning_that_has_an_end_decides_nothing(toy_instance: Build, folder: Path) -> None:
    write_zoning(folder, until="2031-12-31")
    assert toy_instance(**RULE).zone_limits == ZoneLimits()


def test_as_many_may_come_as_end_there_until_the_horizon(toy_instance: Build, folder: Path) -> None:
    supply = "a,nurse,5,0.5\na,gp,4,0.9\nb,nurse,3,1.0\nc,nurse,4,1.0\n"
    head = "place_id,profession,practitioners,retiring_share\n"
    (folder / "supply.csv").write_text(head + supply, encoding="utf-8")
    expected = ZoneLimits({("a", "nurse"): 2}, frozenset({("b", "nurse")}))  # of 2.5 posts two whole ones
    assert toy_instance(**RULE, horizon_year=2030).zone_limits == expected
    assert toy_instance(**RULE).zone_limits.one_for_one == {("a", "nurse"): 0}


def test_a_plan_that_breaks_a_limit_is_told(toy_instance: Build) -> None:
    instance = toy_instance()
    rules = instance.constraints | {"recruitment_by_zone"}
    limits = ZoneLimits({("a", "nurse"): 1}, frozenset({("c", "nurse")}))
    limited = replace(instance, constraints=rules, zone_limits=limits)
    sites = pd.DataFrame({"site_id": ["site-a", "site-c"], "format": "small"})
    rows = [("site-a", "nurse", 2), ("site-c", "nurse", 3)]
    plan = Plan(sites, pd.DataFrame(rows, columns=["site_id", "profession", "recruited"]))
    assert [str(each) for each in problems_of_zone_limits(limited, plan)] == [
        "recruitment_by_zone: site-c has 3 nurse, its zone allows what the team needs, 1",
        "recruitment_by_zone: a gets 2 nurse, its zone allows as many as end there, 1",
    ]
    assert list(problems_of_zone_limits(instance, plan)) == []


@pytest.mark.parametrize("seed", range(40))
def test_the_optimum_is_that_of_the_problem_written_out(seed: int, exact: Settings) -> None:
    instance = drawn_with_zone_limits(seed)
    settler = Settler(instance, exact)
    before, _ = settler.settle(Plan.empty())
    solution = solve(instance, exact, settler, before)
    least = least_objective(instance)
    assert solution.objective == pytest.approx(least, rel=1e-6, abs=1e-6)
    assert solution.plan is not None
    assert list(problems_of_zone_limits(instance, solution.plan)) == []
