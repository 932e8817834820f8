"""The choice among plans that are as good: by hand, and beside every plan looked at in exact numbers."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import exact as in_fractions
from drawn import drawn_small, problem, profession
from msp_siting.problem import ChoiceReport, Plan, Preference, Solution, problems_of_choice
from msp_siting.problem.instance import Instance
from msp_siting.problem.soundness import problems_of_solution
from msp_siting.problem.terms import FormatTerms
from msp_siting.solver import Settings, Settler, solve

ONE_GP = {"small": FormatTerms({"gp": 1}, {"gp": 1}, 0, 0.0)}
CLOSE = 2e-4  # of a step's figure: the searches end at 1e-4


def preferring(
    visits: Mapping[str, tuple[float, ...]],
    scores: Mapping[str, float],
    *,
    need: tuple[float, ...] = (1000.0,),
    gaps: tuple[float, ...] = (2.5,),
    shares: tuple[float, float] = (0.005, 0.05),
) -> Preference:
    """Return a choice; ``visits`` are what one post at a site adds for each demand point."""
    return Preference(
        profession="gp",
        gain_share=shares[0],
        apl_share=shares[1],
        site_ids=tuple(visits),
        need=np.array(need),
        gaps=np.array(gaps),
        visits=sp.csr_array(np.array(list(visits.values())).T),
        drops=np.zeros(len(gaps)),
        elsewhere=0.0,
        scores=dict(scores),
    )


def two_sites(preference: Preference | None, *, served_by_y: float = 1.0) -> Instance:
    """Return a town of 1,000 without a GP, with money for one post: at x it serves 1,000, at y maybe fewer.

    The others of ``served_by_y`` live in a hamlet that does not reach y.
    """
    hamlet = 1000.0 * (1 - served_by_y)
    gp = profession({"town": "x y", "hamlet": "x"}, capacity=1000.0, paramedical=False)
    instance = problem(
        {"gp": gp},
        {"town": 1000.0 - hamlet, "hamlet": hamlet},
        sites={"at-x": "x", "at-y": "y"},
        formats=ONE_GP,
        bands=((1.0,), (1.0,)),
    )
    return replace(instance, preference=preference)


def solved(instance: Instance, settings: Settings, start: Plan | None = None) -> Solution:
    settler = Settler(instance, settings)
    before, _ = settler.nothing()
    solution = solve(instance, settings, settler, before, start)
    assert problems_of_solution(instance, solution) == []
    return solution


def sites_of(solution: Solution) -> list[str]:
    assert solution.plan is not None
    return list(solution.plan.sites["site_id"])


@pytest.mark.parametrize("better", ["at-x", "at-y"])
def test_of_two_plans_as_good_the_one_with_less_shortfall_is_chosen(better: str, exact: Settings) -> None:
    # 1,000 people lack 2.5 visits; a post gives each of them 1 or 2: 1,500 or 500 visits lack.
    visits = {site: (2.0 if site == better else 1.0,) for site in ("at-x", "at-y")}
    solution = solved(two_sites(preferring(visits, {"at-x": 0.0, "at-y": 0.0})), exact)
    assert sites_of(solution) == [better]
    assert solution.choice is not None
    assert solution.choice.shortfall.found == pytest.approx(500.0)
    assert solution.choice.shortfall.bound == pytest.approx(500.0, rel=1e-4)
    assert (solution.status, solution.objective) == ("optimal", pytest.approx(0.0))


@pytest.mark.parametrize("better", ["at-x", "at-y"])
def test_of_two_plans_alike_in_both_the_better_host_is_chosen(better: str, exact: Settings) -> None:
    scores = {site: 3.0 if site == better else 2.0 for site in ("at-x", "at-y")}
    solution = solved(two_sites(preferring({"at-x": (1.0,), "at-y": (1.0,)}, scores)), exact)
    assert sites_of(solution) == [better]
    assert solution.choice is not None
    assert solution.choice.score.found == pytest.approx(3.0)


@pytest.mark.parametrize(("saved", "chosen"), [(0.951, "at-y"), (0.949, "at-x")])
def test_a_better_host_may_cost_a_twentieth_of_what_the_first_step_saves(
    saved: float, chosen: str, exact: Settings
) -> None:
    # x saves 1,000 visits of the 2,500 that lack; y 951 (within 5 %) or 949 (not).
    choice = preferring({"at-x": (1.0,), "at-y": (saved,)}, {"at-x": 1.0, "at-y": 2.0})
    assert sites_of(solved(two_sites(choice), exact)) == [chosen]


@pytest.mark.parametrize(("served", "chosen"), [(0.996, "at-y"), (0.994, "at-x")])
def test_access_may_cost_half_a_percent_of_the_gain(served: float, chosen: str, exact: Settings) -> None:
    # x covers all 1,000; y leaves 4 of them (within 0.5 %) or 6 (not), and twice the visits.
    choice = preferring({"at-x": (1.0,), "at-y": (2.0,)}, {"at-x": 0.0, "at-y": 0.0})
    solution = solved(two_sites(choice, served_by_y=served), exact)
    assert sites_of(solution) == [chosen]
    assert solution.choice is not None
    assert solution.choice.objective_best == pytest.approx(0.0, abs=1e-6)
    assert solution.choice.objective_most == pytest.approx(5.0)
    assert solution.objective is not None
    given_up = solution.choice.gain_given_up_share(solution.objective, 1000.0)
    assert given_up == pytest.approx(0.004 if chosen == "at-y" else 0.0, abs=1e-6)
    assert solution.status == "optimal"  # the best plan is proven, and the share says what was given up


def test_a_plan_is_never_worse_than_the_one_that_the_search_began_with(exact: Settings) -> None:
    choice = preferring({"at-x": (1.0,), "at-y": (2.0,)}, {"at-x": 0.0, "at-y": 0.0})
    instance = two_sites(choice, served_by_y=0.996)
    assert sites_of(solved(instance, exact)) == ["at-y"]
    sites = pd.DataFrame({"site_id": ["at-x"], "format": ["small"]})
    staff = pd.DataFrame({"site_id": ["at-x"], "profession": ["gp"], "recruited": [1]})
    assert sites_of(solved(instance, exact, Plan(sites, staff))) == ["at-x"]


def test_more_posts_are_no_better_hosts(exact: Settings) -> None:
    # Money and recruits for two posts, at x and at y; one serves everybody, and the other would only bring points.
    choice = preferring({"at-x": (2.5,), "at-y": (0.0,)}, {"at-x": 1.0, "at-y": 1.0})
    solution = solved(replace(two_sites(choice), budget_eur=2e6), exact)
    assert sites_of(solution) == ["at-x"]


def test_where_nothing_is_gained_nothing_opens_for_its_points(exact: Settings) -> None:
    choice = preferring({"at-x": (2.5,), "at-y": (0.0,)}, {"at-x": 1.0, "at-y": 1.0})
    instance = replace(two_sites(choice), inhabitants={"town": 0.0, "hamlet": 0.0})
    solution = solved(instance, exact)
    assert (sites_of(solution), solution.choice) == ([], None)


def test_without_a_choice_nothing_is_said_of_one(exact: Settings) -> None:
    assert solved(two_sites(None), exact).choice is None


def drawn(seed: int) -> Instance:
    """Return a small random problem with a choice among plans up to a third of the gain worse."""
    random = np.random.default_rng(seed)
    instance = drawn_small(random, 5, 4)
    people, points, sites = instance.inhabitants, list(instance.inhabitants), list(instance.sites)
    choice = preferring(
        {site: tuple(random.random(len(points)).round(2)) for site in sites},
        {site: float(random.integers(0, 4)) for site in sites},
        need=tuple(people[point] for point in points),
        gaps=tuple(random.uniform(0.5, 2.5, len(points)).round(2)),
        shares=(float(random.choice([0.005, 0.1, 0.33])), float(random.choice([0.05, 0.5]))),
    )
    return replace(instance, budget_eur=float(random.integers(1, 4) * 6e5), preference=choice)


def planned(posts: Mapping[tuple[str, str], int]) -> Plan:
    rows = [(site, name, count) for (site, name), count in posts.items() if count]
    staff = pd.DataFrame(rows, columns=["site_id", "profession", "recruited"])
    return Plan(pd.DataFrame({"site_id": list(dict.fromkeys(staff["site_id"])), "format": "small"}), staff)


def gps(plan: Plan) -> int:
    return int(plan.staff.loc[plan.staff["profession"].eq("gp"), "recruited"].sum())


@pytest.mark.parametrize("seed", range(60))
def test_the_choice_is_the_best_of_all_plans_looked_at(seed: int, exact: Settings) -> None:
    instance = drawn(seed)
    choice = instance.preference
    assert choice is not None
    every = [(in_fractions.objective(instance, posts), planned(posts)) for posts in in_fractions.plans(instance)]
    nothing, best = in_fractions.objective(instance, {}), min(each for each, _ in every)
    most = best + Fraction(choice.gain_share) * (nothing - best)
    solution = solved(instance, exact)
    assert solution.objective is not None
    if nothing == best:
        return  # nothing is gained, so nothing can be given up
    slack = Fraction(1e-5) * max(1, most)  # plans just within may be left aside by the solver's tolerance
    inside = [plan for value, plan in every if value <= most - slack]
    around = [plan for value, plan in every if value <= most + slack]
    assert solution.choice is not None
    assert float(solution.objective) <= float(most + slack)
    found = solution.choice.shortfall.found
    lacking = choice.shortfall(Plan.empty())
    assert found <= min(choice.shortfall(plan) for plan in inside) + CLOSE * max(1.0, lacking)
    assert solution.choice.shortfall.bound <= found * (1 + CLOSE) + 1e-6
    assert solution.choice.shortfall.bound <= min(map(choice.shortfall, around)) * (1 + CLOSE) + 1e-4
    spared = found + choice.apl_share * (lacking - found)
    firsts = [plan for plan in around if choice.shortfall(plan) <= found + CLOSE * max(1.0, lacking)]
    fewest = min(gps(plan) for plan in firsts)  # of the plans that the first step may have ended at
    hosts = [
        choice.score(plan)
        for plan in inside
        if choice.shortfall(plan) <= spared - CLOSE * max(1.0, spared) and gps(plan) <= fewest
    ]
    assert solution.choice.score.found >= max(hosts, default=0.0) * (1 - CLOSE) - 1e-6
    assert solution.plan is not None
    assert list(problems_of_choice(solution.choice, choice, solution.plan, solution.objective, float(nothing))) == []


@pytest.mark.parametrize(
    ("part", "name", "value", "expected"),
    [
        ("", "objective_best", -10.0, "choice: objective_most"),
        ("", "objective_most", -1.0, "choice: objective"),
        ("shortfall", "found", 400.0, "choice: shortfall"),
        ("shortfall", "bound", 600.0, "choice: shortfall"),
        ("shortfall", "at_first", 100.0, "choice: shortfall"),
        ("score", "found", 3.0, "choice: score"),
        ("score", "bound", 0.5, "choice: score"),
    ],
)
def test_a_choice_that_is_not_so_is_named(part: str, name: str, value: float, expected: str, exact: Settings) -> None:
    choice = preferring({"at-x": (1.0,), "at-y": (2.0,)}, {"at-x": 1.0, "at-y": 1.0}, shares=(0.005, 0.01))
    solution = solved(two_sites(choice), exact)
    assert solution.plan is not None
    assert solution.choice is not None
    assert solution.objective is not None
    report: ChoiceReport = solution.choice
    assert list(problems_of_choice(report, choice, solution.plan, solution.objective, 1000.0)) == []
    changed = replace(getattr(report, part), **{name: value}) if part else value
    report = replace(report, **{part or name: changed})
    found = list(problems_of_choice(report, choice, solution.plan, solution.objective, 1000.0))
    assert any(str(each).startswith(expected) for each in found)
