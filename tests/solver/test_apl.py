"""Measures of the APL as objectives: beside the compiled formulation, beside every plan, and bounds at any prices."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exact as in_fractions
from compiled import compile_model, ordered
from drawn import drawn, drawn_small, drawn_with_installations, drawn_with_satellites, drawn_with_spacing
from drawn_apl import KINDS, measured, with_apl, with_zone_apl
from msp_siting.problem import Plan, Prices, Solution, priced_bound
from msp_siting.problem.formulation import build
from msp_siting.problem.instance import Instance
from msp_siting.problem.soundness import problems_of_limits, problems_of_solution
from msp_siting.solver import Settings, Settler, solve
from msp_siting.solver.apl_assembly import assemble_for_apl
from msp_siting.solver.apl_projection import project_apl
from msp_siting.solver.assembly import assemble
from msp_siting.solver.highs import search_mip
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.search import prepare

CLOSE = 1e-6


def plan_with(posts: Mapping[tuple[str, str], int], formats: Mapping[str, str] | None = None) -> Plan:
    rows = [(site, name, count) for (site, name), count in posts.items() if count]
    staff = pd.DataFrame(rows, columns=["site_id", "profession", "recruited"])
    sites = list(dict.fromkeys(site for site, _ in posts))
    kinds = [(formats or {}).get(site, "small") for site in sites]
    return Plan(pd.DataFrame({"site_id": sites, "format": kinds}), staff)


def solved(instance: Instance, settings: Settings) -> Solution:
    assert instance.goal is not None
    before = instance.goal.objective(Plan.empty()) if instance.opening_nothing_is_a_plan else None
    solution = solve(instance, settings, Settler(instance, settings), before)
    assert problems_of_solution(instance, solution) == []
    return solution


def differences(assembled: Matrix, instance: Instance) -> list[str]:
    compiled, assembled = ordered(compile_model(build(instance, "siting"))), ordered(assembled)
    vectors = ("costs", "row_lower", "row_upper", "lower", "upper", "integer")
    found = [part for part in vectors if not np.array_equal(getattr(assembled, part), getattr(compiled, part))]
    found += [part for part in ("names", "row_names") if getattr(assembled, part) != getattr(compiled, part)]
    return found if np.array_equal(assembled.a.toarray(), compiled.a.toarray()) else [*found, "a"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(20))
def test_the_arrays_are_the_compiled_formulation(seed: int, kind: str) -> None:
    for instance in (drawn(seed), drawn_with_spacing(seed), drawn_with_installations(seed, 0.5)):
        asked = with_apl(instance, seed, kind, drops=instance.professions["gp"].is_drawn)
        assert asked.goal is not None
        assert differences(assemble_for_apl(asked, asked.goal), asked) == []


@pytest.mark.parametrize("seed", range(20))
def test_so_are_the_means_that_are_asked_of_zones(seed: int) -> None:
    instance = with_zone_apl(drawn(seed), seed, 0.8)
    assert [name for name, _ in assemble(instance).row_names].count("zone_apl") == 2
    assert differences(assemble(instance), instance) == []


@pytest.mark.parametrize("seed", range(300))
def test_no_plan_that_keeps_the_rules_is_better(seed: int, exact: Settings) -> None:
    random = np.random.default_rng(seed)
    kind = KINDS[seed % 3]
    instance = replace(drawn_small(random, 6, 4), budget_eur=float(random.integers(1, 4) * 6e5))
    instance = with_apl(instance, seed, kind)
    least = min(measured(instance, posts) for posts in in_fractions.plans(instance))
    solution = solved(instance, exact)
    assert solution.objective == pytest.approx(least, rel=CLOSE, abs=CLOSE)
    assert solution.bound == pytest.approx(least, rel=CLOSE, abs=CLOSE)
    assert solution.status == "optimal"
    assert solution.certificate is not None
    assert solution.certificate.priced <= least + CLOSE * max(1.0, least)
    assert solution.plan is not None
    posts = {(site, name): n for site, name, n in solution.plan.staff.itertuples(index=False, name=None)}
    assert solution.objective == pytest.approx(measured(instance, posts), rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(8))
def test_it_is_so_with_spacing_satellites_and_installations(seed: int, kind: str, exact: Settings) -> None:
    """What the arrays alone say, without cuts, prices or any part of the search."""
    for instance in (drawn_with_satellites(seed), drawn_with_installations(seed, 0.5)):
        own = "gp" in instance.professions and instance.professions["gp"].is_drawn
        asked = with_apl(instance, seed, kind, drops=own)
        assert asked.goal is not None
        plain = assemble_for_apl(asked, asked.goal)
        alone = search_mip(plain, plain.costs[0], exact.control(60)).objective
        assert alone is not None
        solution = solved(asked, exact)
        assert solution.objective == pytest.approx(alone, rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("kind", ["shortfall", "bands", "count"])
@pytest.mark.parametrize("seed", range(20))
def test_at_the_prices_of_the_relaxation_the_bound_is_its_own(seed: int, kind: str, exact: Settings) -> None:
    """Where no row of zones or of moves binds: what is priced is all that the relaxation has."""
    random = np.random.default_rng(seed)
    instance = replace(drawn_small(random, 6, 5), budget_eur=float(random.integers(1, 4) * 6e5))
    asked = with_apl(instance, seed, kind)
    solution = solved(asked, exact)
    problem = project_apl(prepare(asked, exact).problem.instance)
    relaxed = problem.relax(exact.control(60))
    assert relaxed.bound is not None
    assert solution.certificate is not None
    # The money that can be spent and the posts that it can house are whole, so that the bound may be higher.
    assert solution.certificate.priced >= relaxed.bound - 1e-4 * max(1.0, relaxed.bound)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 400),
    kind=st.sampled_from(KINDS),
    share=st.lists(st.floats(0, 3), min_size=12, max_size=12),
    others=st.tuples(st.floats(0, 2000), st.floats(0, 500), st.floats(0, 300)),
)
def test_no_prices_put_the_bound_above_a_plan(
    seed: int, kind: str, share: list[float], others: tuple[float, float, float]
) -> None:
    money, recruit, apart = others
    random = np.random.default_rng(seed)
    base = drawn_with_satellites(seed) if seed % 2 else replace(drawn_small(random, 6, 4), budget_eur=1.2e6)
    instance = with_apl(base, seed, kind)
    goal = instance.goal
    assert goal is not None
    visits = {unit: each * need for unit, each, need in zip(goal.unit_ids, share, goal.need, strict=False)}
    spacing = {("spacing", number): apart for number in range(len(instance.near_sites))}
    spacing |= {("spacing_parents", number): apart for number in range(len(instance.near_parents))}
    prices = Prices({}, money, {"gp": recruit}, visits=visits, spacing=spacing)
    plain = assemble_for_apl(instance, goal)
    control = Settings(time_limit_s=60, relative_gap=0, improvement_gap=0, threads=1, seed=1).control(60)
    least = search_mip(plain, plain.costs[0], control).objective
    assert least is not None
    assert priced_bound(instance, prices) <= least + 1e-5 * max(1.0, least)


def test_rows_of_help_cut_off_no_plan(exact: Settings) -> None:
    instance = with_apl(drawn_with_satellites(4), 4, "shortfall")
    assert instance.goal is not None
    problem = project_apl(instance)
    problem.relax(exact.control(60))
    plain = assemble_for_apl(instance, instance.goal)
    rows = [name for name, _ in problem.matrix.row_names].count("help_of_sites")
    assert rows > 0
    best, least = (search_mip(each, each.costs[0], exact.control(60)).objective for each in (problem.matrix, plain))
    assert best == pytest.approx(least, rel=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_the_means_that_are_asked_of_zones_are_kept_or_no_plan_is(seed: int, exact: Settings) -> None:
    random = np.random.default_rng(seed)
    small = replace(drawn_small(random, 5, 4), budget_eur=2.4e6)
    instance = with_zone_apl(with_apl(small, seed, "shortfall"), seed, float(random.uniform(0.3, 3)))
    asked = instance.zone_apl
    assert asked is not None
    every = list(in_fractions.plans(instance))
    keeping = [posts for posts in every if (asked.lacks_of(plan_with(posts)) <= 1e-7).all()]
    solution = solve(instance, exact, Settler(instance, exact), None)
    if not keeping:
        assert solution.status == "infeasible"
        return
    assert problems_of_solution(instance, solution) == []
    assert solution.objective == pytest.approx(
        min(measured(instance, posts) for posts in keeping), rel=CLOSE, abs=CLOSE
    )
    broken = [posts for posts in every if posts not in keeping]
    for posts in broken[:3]:
        assert any(each.startswith("zone_apl: ") for each in problems_of_limits(instance, plan_with(posts)))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 200), share=st.tuples(st.floats(0, 3), st.floats(0, 3)), money=st.floats(0, 2000))
def test_prices_of_means_of_zones_put_no_bound_above_a_plan(
    seed: int, share: tuple[float, float], money: float
) -> None:
    random = np.random.default_rng(seed)
    small = replace(drawn_small(random, 5, 4), budget_eur=2.4e6)
    instance = with_zone_apl(with_apl(small, seed, "shortfall"), seed, 0.6)
    assert instance.zone_apl is not None
    keeping = [
        measured(instance, posts)
        for posts in in_fractions.plans(instance)
        if (instance.zone_apl.lacks_of(plan_with(posts)) <= 1e-7).all()
    ]
    prices = Prices({}, money, {}, zone_apl=dict(zip(instance.zone_apl.keys, np.array(share) * 1000, strict=True)))
    assert all(priced_bound(instance, prices) <= value + 1e-6 * max(1.0, value) for value in keeping)
