"""Searches among good plans, beside every plan looked at in exact numbers; and swaps, by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import exact as in_fractions
from drawn import drawn_small, problem, profession
from msp_siting.answer.alternatives import examine_site, limits_of
from msp_siting.answer.near_hosts import name_near_hosts, tabulate_near_hosts
from msp_siting.errors import SolverError
from msp_siting.problem import ChoiceReport, ChoiceStep, Plan, Preference
from msp_siting.problem.instance import Instance
from msp_siting.problem.terms import FormatTerms
from msp_siting.solver import (
    GoodLimits,
    GoodPlans,
    Settings,
    Settler,
    hosts_of,
    shared_with,
    shortfalls_of_swaps,
    solve,
    swapped,
)

SECONDS = 60.0
CLOSE = 1e-5
Posts = Mapping[tuple[str, str], int]


def drawn(seed: int) -> Instance:
    """Return a small random problem with a choice among plans up to a third of the gain worse."""
    random = np.random.default_rng(seed)
    instance = drawn_small(random, 6, 5)
    people, points, sites = instance.inhabitants, list(instance.inhabitants), list(instance.sites)
    choice = Preference(
        profession="gp",
        gain_share=float(random.choice([0.005, 0.1, 0.33])),
        apl_share=float(random.choice([0.05, 0.5])),
        site_ids=tuple(sites),
        need=np.array(list(people.values())),
        gaps=random.uniform(0.5, 2.5, len(points)).round(2),
        visits=sp.csr_array(random.random((len(points), len(sites))).round(2)),
        drops=np.zeros(len(points)),
        elsewhere=float(random.choice([0.0, 40.0])),
        scores={site: float(random.integers(0, 4)) for site in sites},
    )
    return replace(instance, budget_eur=float(random.integers(1, 4) * 6e5), preference=choice)


def planned(posts: Posts) -> Plan:
    rows = [(site, name, count) for (site, name), count in posts.items() if count]
    staff = pd.DataFrame(rows, columns=["site_id", "profession", "recruited"])
    return Plan(pd.DataFrame({"site_id": list(dict.fromkeys(site for site, _ in posts)), "format": "small"}), staff)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_said_of_good_plans_is_so_of_every_one(seed: int, exact: Settings) -> None:
    instance = drawn(seed)
    preference = instance.preference
    assert preference is not None
    settler = Settler(instance, exact)
    before, _ = settler.nothing()
    solution = solve(instance, exact, settler, before)
    if solution.choice is None:
        return  # nothing is gained
    assert solution.plan is not None
    limits = limits_of(solution.choice, preference, before)
    good = GoodPlans(instance, exact, limits, solution.plan)
    slack = CLOSE * max(1.0, limits.objective)
    every = [(posts, in_fractions.objective(instance, posts)) for posts in in_fractions.plans(instance)]
    # Plans just at a limit may count either way: of "surely" and "maybe" only what holds for both is asked.
    surely, maybe = (
        [
            (frozenset(site for site, _ in posts), posts, preference.shortfall(planned(posts)))
            for posts, objective in every
            if objective <= Fraction(limits.objective + shift)
        ]
        for shift in (-slack, slack)
    )

    def is_good(shortfall: float, shift: float) -> bool:
        return shortfall <= limits.shortfall + shift * max(1.0, limits.shortfall)

    own = good.found[0]
    for site in sorted(own.site_ids):
        reached = good.without(site, SECONDS)
        found = examine_site(good, site, reached.bound, reached.plan)
        assert found.label != "undecided"
        lacking = [shortfall for sites, _, shortfall in maybe if site not in sites]
        assert reached.bound <= min(lacking, default=np.inf) + CLOSE * max(1.0, limits.shortfall)
        if any(is_good(shortfall, -CLOSE) for sites, _, shortfall in surely if site not in sites):
            assert found.label == "replaceable"
        if not any(is_good(shortfall, CLOSE) for shortfall in lacking):
            assert found.label == "in_all"
        if found.instead is not None:
            assert site not in found.instead.site_ids
            assert good.reckoner.is_good(found.instead)

    places = sorted({*instance.sites.values()})
    for place in places:
        zone = {site for site, where in instance.sites.items() if where == place}

        def counts(plans: list[tuple[frozenset[str], Posts, float]], shift: float, zone: set[str] = zone) -> list[int]:
            return [
                sum(count for (site, name), count in posts.items() if site in zone and name == "gp")
                for _, posts, shortfall in plans
                if is_good(shortfall, shift)
            ]

        fewest, most = good.posts_at(zone, 1, SECONDS), good.posts_at(zone, -1, SECONDS)
        assert fewest.plan is not None
        assert most.plan is not None
        assert fewest.bound == good.count(fewest.plan, zone)
        assert -most.bound == good.count(most.plan, zone)
        wide, narrow = counts(maybe, CLOSE), counts(surely, -CLOSE)
        assert min(wide) <= fewest.bound <= min(narrow, default=fewest.bound)
        assert max(narrow, default=0) <= -most.bound <= max(wide)

    reached = good.apart_from([own], SECONDS)
    assert reached.plan is not None
    assert reached.bound == shared_with(reached.plan, [own])
    wide = [len(sites & own.site_ids) for sites, _, shortfall in maybe if is_good(shortfall, CLOSE)]
    narrow = [len(sites & own.site_ids) for sites, _, shortfall in surely if is_good(shortfall, -CLOSE)]
    assert min(wide) <= reached.bound <= min(narrow, default=reached.bound)


def two_towns(served_by_y: float = 1.0) -> Instance:
    """Return a town of 1,000 with money for one GP: at x or z he serves 1,000, at y maybe fewer.

    A post adds 2 visits for each at x, 1.98 at y and 1 at z; 2.5 lack.
    """
    hamlet = 1000.0 * (1 - served_by_y)
    gp = profession({"town": "x y z", "hamlet": "x z"}, capacity=1000.0, paramedical=False)
    instance = problem(
        {"gp": gp},
        {"town": 1000.0 - hamlet, "hamlet": hamlet},
        sites={"at-x": "x", "at-y": "y", "at-z": "z"},
        formats={"small": FormatTerms({"gp": 1}, {"gp": 1}, 0, 0.0)},
        bands=((1.0,), (1.0,)),
    )
    preference = Preference(
        profession="gp",
        gain_share=0.005,
        apl_share=0.05,
        site_ids=("at-x", "at-y", "at-z"),
        need=np.array([1000.0]),
        gaps=np.array([2.5]),
        visits=sp.csr_array(np.array([[2.0, 1.98, 1.0]])),
        drops=np.zeros(1),
        elsewhere=0.0,
        scores={"at-x": 1.0, "at-y": 0.0, "at-z": 0.0},
    )
    return replace(instance, preference=preference)


def one_site(site: str) -> Plan:
    staff = pd.DataFrame({"site_id": [site], "profession": ["gp"], "recruited": [1]})
    return Plan(pd.DataFrame({"site_id": [site], "format": ["small"]}), staff)


@pytest.mark.parametrize(("served", "label"), [(1.0, "replaceable"), (0.994, "in_all")])
def test_a_site_is_replaceable_if_another_serves_as_many(served: float, label: str, exact: Settings) -> None:
    # x lacks 500 visits, and saves 2,000; a good plan may lack 100 more. y lacks 520; z 1,500.
    good = GoodPlans(two_towns(served), exact, GoodLimits(5.0, 600.0, 1000.0), one_site("at-x"))
    reached = good.without("at-x", SECONDS)
    found = examine_site(good, "at-x", reached.bound, reached.plan)
    assert found.label == label
    assert reached.bound == pytest.approx(520.0 if label == "replaceable" else 1500.0, rel=1e-3)
    if label == "replaceable":
        assert found.instead is not None
        assert found.instead.site_ids == {"at-y"}
        assert found.instead.shortfall == pytest.approx(520.0)


def test_a_site_without_which_nobody_is_served_is_in_all(exact: Settings) -> None:
    instance = replace(two_towns(), excluded_sites=("at-y", "at-z"))
    good = GoodPlans(instance, exact, GoodLimits(5.0, 600.0, 1000.0), one_site("at-x"))
    reached = good.without("at-x", SECONDS)
    assert reached.bound == np.inf
    assert examine_site(good, "at-x", reached.bound, reached.plan).label == "in_all"


def test_out_of_time_a_site_is_undecided(exact: Settings) -> None:
    good = GoodPlans(two_towns(0.994), exact, GoodLimits(5.0, 600.0, 1000.0), one_site("at-x"))
    assert examine_site(good, "at-x", 0.0, None).label == "undecided"


def test_a_plan_that_is_not_good_is_no_beginning(exact: Settings) -> None:
    with pytest.raises(SolverError, match="no good plan of its own choice"):
        GoodPlans(two_towns(), exact, GoodLimits(5.0, 600.0, 1000.0), one_site("at-z"))


def test_a_swap_is_reckoned_as_its_plan_is(exact: Settings) -> None:
    instance = two_towns()
    assert instance.preference is not None
    plan = one_site("at-x")
    assert hosts_of(instance, plan, "at-x") == ["at-y", "at-z"]
    shortfalls = shortfalls_of_swaps(instance.preference, plan, "at-x")
    assert shortfalls == pytest.approx({"at-x": 500.0, "at-y": 520.0, "at-z": 1500.0})
    for host in ("at-y", "at-z"):
        other = swapped(plan, "at-x", host)
        assert list(other.sites["site_id"]) == [host]
        assert instance.preference.shortfall(other) == pytest.approx(shortfalls[host])
    good = GoodPlans(instance, exact, GoodLimits(5.0, 600.0, 1000.0), plan)
    assert good.reckoner.within_objective(swapped(plan, "at-x", "at-z")) is not None
    assert good.reckoner.reckon(swapped(plan, "at-x", "at-y")) is not None


@dataclass(frozen=True)
class Roads:
    """What near hosts are found by."""

    travel_times: pd.DataFrame


def test_near_hosts_stand_in_the_order_of_the_apl_that_they_cost(exact: Settings) -> None:
    """From x to y 16 minutes and back 15, to z 5: both are near; 15.1 are not. y lacks 20 of 2,000 visits, z 1,000."""
    good = GoodPlans(two_towns(), exact, GoodLimits(5.0, 600.0, 1000.0), one_site("at-x"))
    choice = ChoiceReport(0.0, 5.0, ChoiceStep(500.0, 500.0, 500.0), ChoiceStep(1.0, 1.0, 1.0))

    def near(*times: tuple[str, str, float]) -> list[tuple[Any, ...]]:
        roads: Any = Roads(pd.DataFrame(times, columns=["demand_id", "place_id", "minutes"]))
        hosts, swaps = tabulate_near_hosts(roads, good, choice)
        assert len(swaps) == hosts["good"].sum()
        named = name_near_hosts(roads, good.reckoner.instance, good.found[0].plan, choice)
        assert named.to_dict("list") == hosts[list(named.columns)].to_dict("list")
        assert name_near_hosts(roads, good.reckoner.instance, good.found[0].plan, None).empty
        return list(hosts.drop(columns="site_id").itertuples(index=False, name=None))

    y = ("at-y", 15.0, pytest.approx(0.01), pytest.approx(0.01), 0.0, True)
    z = ("at-z", 5.0, pytest.approx(0.5), pytest.approx(0.5), 0.0, False)
    assert near(("x", "y", 16.0), ("y", "x", 15.0), ("x", "z", 5.0)) == [y, z]
    assert near(("x", "y", 16.0), ("y", "x", 15.1), ("x", "z", 5.0)) == [z]
    assert near(("y", "z", 1.0)) == []
