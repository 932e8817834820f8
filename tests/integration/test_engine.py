"""The whole search against a plain one: every problem's optimum is that of a MILP without any of its parts."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from compiled import compile_model
from drawn import (
    drawn,
    drawn_with_aid,
    drawn_with_installations,
    drawn_with_moves,
    drawn_with_openings,
    drawn_with_satellites,
    drawn_with_spacing,
    drawn_with_targets,
    drawn_with_zones,
    least_objective,
    problem,
    profession,
)
from msp_siting.problem import soundness as verify
from msp_siting.problem.formulation import build
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan, Solution
from msp_siting.problem.terms import FormatTerms
from msp_siting.solver import PARTS, Settings, Settler, solve
from msp_siting.solver.highs import search_mip
from msp_siting.solver.plans import plan_of

SEEDS = range(30)
SOME_SEEDS = range(5)


@cache
def optimum(seed: int) -> float:
    """Return the least objective of a drawn problem, by the reference."""
    found = least_objective(drawn(seed))
    assert found is not None
    return found


def solved(instance: Instance, settings: Settings, plan: Plan | None = None) -> Solution:
    """Return the solution of an instance, verified."""
    settler = Settler(instance, settings)
    before, _ = settler.settle(Plan.empty())
    solution = solve(instance, settings, settler, before if instance.opening_nothing_is_a_plan else None, plan)
    assert verify.problems_of_solution(instance, solution) == []
    return solution


def assert_optimal(solution: Solution, expected: float) -> None:
    """Check that a solution is the optimum, and says so."""
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(expected, rel=1e-6, abs=1e-5)
    assert solution.bound is not None
    assert solution.bound <= expected * (1 + 1e-6) + 1e-5
    assert solution.certificate is not None
    assert solution.certificate.priced <= expected * (1 + 1e-6) + 1e-5


@pytest.mark.parametrize("seed", SEEDS)
def test_the_optimum_is_that_of_the_plain_problem(seed: int, exact: Settings) -> None:
    assert_optimal(solved(drawn(seed), exact), optimum(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_existing_posts_that_move_with_a_site(seed: int, exact: Settings) -> None:
    instance = drawn_with_moves(seed)
    expected = least_objective(instance)
    assert expected is not None
    assert_optimal(solved(instance, exact), expected)


@pytest.mark.parametrize("seed", SOME_SEEDS)
def test_a_site_that_is_forced_open(seed: int, exact: Settings) -> None:
    instance = drawn(seed)
    forced = replace(instance, forced_sites=(next(iter(instance.sites)),))
    found, expected = solved(forced, exact), least_objective(forced)
    if expected is None:
        assert found.status == "infeasible"
        return
    assert_optimal(found, expected)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("parts", [PARTS, ()], ids=["all parts", "no parts"])
def test_sites_too_near_to_one_another(seed: int, parts: tuple[str, ...], exact: Settings) -> None:
    instance = drawn_with_spacing(seed)
    expected = least_objective(instance)
    assert expected is not None
    assert_optimal(solved(instance, replace(exact, parts=frozenset(parts))), expected)
    assert_optimal(solved(instance, replace(exact, threads=2, parts=frozenset(parts))), expected)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "draw", [drawn_with_satellites, drawn_with_openings, drawn_with_aid], ids=["satellites", "openings", "aid"]
)
def test_satellites_beside_their_parents_openings_of_a_commune_and_a_limit_on_aid(
    seed: int, draw: Callable[[int], Instance], exact: Settings
) -> None:
    instance = draw(seed)
    expected = least_objective(instance)
    assert expected is not None
    for parts in (frozenset(PARTS), frozenset[str]()):
        assert_optimal(solved(instance, replace(exact, parts=parts)), expected)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_recruits_who_take_ordinary_installations_away(seed: int, share: float, exact: Settings) -> None:
    instance = drawn_with_installations(seed, share)
    expected = least_objective(instance)
    assert expected is not None
    for parts in (frozenset(PARTS), frozenset[str]()):
        assert_optimal(solved(instance, replace(exact, parts=parts)), expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_asked_of_zones_and_sites(seed: int, exact: Settings) -> None:
    assert_as_the_plain_problem(drawn_with_zones(seed), exact)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("by_zone", [False, True], ids=["in all", "by zone"])
@pytest.mark.parametrize("measure", ["uncovered", "cost"])
def test_shares_of_need_that_are_to_be_served(seed: int, by_zone: bool, measure: str, exact: Settings) -> None:  # noqa: FBT001
    instance = replace(drawn_with_targets(seed, by_zone=by_zone), measure=measure)  # type: ignore[arg-type]
    assert_as_the_plain_problem(instance, exact)


def assert_as_the_plain_problem(instance: Instance, exact: Settings) -> None:
    """Check that a problem has the optimum of the reference, or no plan where it has none; by all parts and none."""
    expected = least_objective(instance)
    for parts in (frozenset(PARTS), frozenset[str]()):
        found = solved(instance, replace(exact, parts=parts))
        if expected is None:
            assert found.status == "infeasible"
            assert found.report.conflicts[0].limits
        else:
            assert_optimal(found, expected)


def test_of_the_drawn_problems_with_more_asked_some_have_a_plan_and_some_have_none() -> None:
    for draw in (drawn_with_zones, lambda n: drawn_with_targets(n, by_zone=False)):
        optima = [least_objective(draw(seed)) for seed in SEEDS]
        assert {optimum is None for optimum in optima} == {True, False}
    costs = [least_objective(replace(drawn_with_targets(seed, by_zone=True), measure="cost")) for seed in SEEDS]
    assert sum(cost is not None and cost > 0 for cost in costs) > 3


def test_of_those_whose_recruits_are_drawn_most_gain_less_by_it() -> None:
    optima = {share: [least_objective(drawn_with_installations(seed, share)) for seed in SEEDS] for share in (0.0, 1.0)}
    worse = [drawn > free + 1e-6 for free, drawn in zip(optima[0.0], optima[1.0], strict=True)]
    assert sum(worse) > len(SEEDS) / 2


def test_of_the_drawn_problems_some_are_worse_off_by_it() -> None:
    ruled = [drawn_with_spacing(seed) for seed in SEEDS]
    free = [replace(instance, near_sites=()) for instance in ruled]
    pairs = zip(map(least_objective, ruled), map(least_objective, free), strict=True)
    assert sum(with_it != pytest.approx(without) for with_it, without in pairs) > 5


def test_of_those_with_openings_by_commune_some_are_worse_off_by_it() -> None:
    ruled = [drawn_with_openings(seed) for seed in SEEDS]
    free = [replace(instance, openings_by_commune=()) for instance in ruled]
    pairs = zip(map(least_objective, ruled), map(least_objective, free), strict=True)
    assert sum(with_it != pytest.approx(without) for with_it, without in pairs) > 5


@pytest.mark.parametrize("seed", SOME_SEEDS)
@pytest.mark.parametrize("part", [*PARTS, "all"])
def test_each_part_can_be_left_out(seed: int, part: str, exact: Settings) -> None:
    parts = frozenset() if part == "all" else frozenset(PARTS) - {part}
    assert_optimal(solved(drawn(seed), replace(exact, parts=parts)), optimum(seed))


@pytest.mark.parametrize("seed", SOME_SEEDS)
def test_two_threads_find_the_same_optimum(seed: int, exact: Settings) -> None:
    assert_optimal(solved(drawn(seed), replace(exact, threads=2)), optimum(seed))


@pytest.mark.parametrize("seed", SOME_SEEDS)
def test_one_seed_and_one_thread_give_one_plan(seed: int, exact: Settings) -> None:
    first, second = (solved(drawn(seed), exact).plan for _ in range(2))
    assert first is not None
    assert second is not None
    pd.testing.assert_frame_equal(first.sites, second.sites)
    pd.testing.assert_frame_equal(first.staff, second.staff)


@pytest.mark.parametrize("rule", ["budget", "recruitment_pool", "composition", "site_count"])
@pytest.mark.parametrize("seed", SOME_SEEDS)
def test_a_rule_that_is_off_binds_nothing(rule: str, seed: int, exact: Settings) -> None:
    ruled = replace(drawn(seed), site_count=(1, 2))
    free = replace(ruled, constraints=ruled.constraints - {rule})
    found, expected = solved(free, exact), least_objective(free)
    if expected is None:  # a site must open, and there is no money for it
        assert found.status == "infeasible"
        return
    assert_optimal(found, expected)


@pytest.mark.parametrize("seed", SOME_SEEDS)
def test_the_optimal_plan_to_begin_with(seed: int, exact: Settings) -> None:
    instance = drawn(seed)
    plan = solved(instance, exact).plan
    assert_optimal(solved(instance, exact, plan), optimum(seed))


@pytest.mark.parametrize("seed", SOME_SEEDS)
def test_a_poor_plan_to_begin_with(seed: int, exact: Settings) -> None:
    assert_optimal(solved(drawn(seed), exact, Plan.empty()), optimum(seed))


def with_posts(site: str, kind: str, gp: float, nurse: float) -> Plan:
    """Return the plan that opens one site."""
    return Plan(
        pd.DataFrame({"site_id": [site], "format": [kind]}),
        pd.DataFrame({"site_id": [site] * 2, "profession": ["gp", "nurse"], "recruited": [gp, nurse]}),
    )


@pytest.mark.parametrize("parts", [PARTS, ()], ids=["all parts", "no parts"])
@pytest.mark.parametrize(
    "plan",
    [
        with_posts("site-a", "small", 2, 3),  # 35,000 EUR of aid
        with_posts("site-a", "small", 3, 1),  # a GP too many
        with_posts("site-a", "small", 2, 2.9),  # parts of posts, which the aid is just enough for
        with_posts("site-a", "large", 2, 1),  # Aubois is too small
        with_posts("site-x", "small", 2, 1),  # nowhere
    ],
    ids=["budget", "team", "parts of posts", "format", "site"],
)
def test_a_plan_that_breaks_a_rule_is_left_aside(
    toy_instance: Callable[..., Instance], exact: Settings, plan: Plan, parts: tuple[str, ...]
) -> None:
    # 900,000 EUR for a small MSP and 34,500 of aid: 2 GPs and 2 nurses. Nurses count at 0.5.
    instance = toy_instance(budget_eur=900_000, aid_budget_eur=34_500, professions__nurse__weight=0.5)
    expected = least_objective(instance)
    assert expected is not None
    found = solved(instance, replace(exact, parts=frozenset(parts)), plan)
    assert_optimal(found, expected)
    assert found.plan is not None
    assert dict(zip(found.plan.staff["profession"], found.plan.staff["recruited"], strict=True)) == {
        "gp": 2,
        "nurse": 2,
    }


def test_a_plan_with_posts_at_no_site_is_left_aside(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    nowhere = Plan(Plan.empty().sites, pd.DataFrame({"site_id": ["site-x"], "profession": ["gp"], "recruited": [2]}))
    assert_optimal(solved(toy_instance(), exact, nowhere), 3517.5)


@pytest.mark.parametrize("weight", [0.001, 0.03])
def test_many_plans_that_are_alike(weight: float, exact: Settings) -> None:
    # Ten villages of 1,000 alike, money for MSPs in five, a GP (300) and a nurse (700) each. 30 % of a village served
    # leave 1.725 for each who needs, 70 % leave 0.575; without an MSP it is 2.625. Cuts exclude one plan at a time.
    names = [f"v{number}" for number in range(10)]
    gp = profession({name: name for name in names}, capacity=300, paramedical=False)
    nurse = profession({name: name for name in names}, capacity=700, weight=weight)
    instance = problem(
        {"gp": gp, "nurse": nurse},
        dict.fromkeys(names, 1000.0),
        sites={f"at-{name}": name for name in names},
        formats={"small": FormatTerms({"gp": 1, "nurse": 1}, {"gp": 1, "nurse": 1}, 1, 0.0)},
        budget_eur=5e6,
    )
    expected = 5000 * (2.625 + 1.725) + weight * 5000 * (2.625 + 0.575)
    assert_optimal(solved(instance, exact), expected)
    assert_optimal(solved(instance, replace(exact, threads=2)), expected)


def test_no_plan_is_below_the_bound_of_a_search_cut_short(exact: Settings) -> None:
    for seed in SOME_SEEDS:
        instance = drawn(seed)
        solution = solved(instance, replace(exact, relative_gap=0.5, improvement_gap=1.0))
        assert solution.objective is not None
        assert solution.bound is not None
        assert solution.bound <= optimum(seed) * (1 + 1e-6) + 1e-5
        assert solution.objective >= optimum(seed) * (1 - 1e-6) - 1e-5


def test_the_packages_own_model_is_the_plain_problem(exact: Settings) -> None:
    for seed in SOME_SEEDS:
        matrix = compile_model(build(drawn(seed), "siting"))
        found = search_mip(matrix, matrix.costs[0], exact.control(60))
        assert found.objective == pytest.approx(optimum(seed), rel=1e-6, abs=1e-5)
        assert found.values is not None
        plan = plan_of(matrix, found.values)
        staff = {(site, name): posts for site, name, posts in plan.staff.itertuples(index=False)}
        assert least_objective(drawn(seed), staff) == pytest.approx(optimum(seed), rel=1e-6, abs=1e-5)
