"""Extremes of every size, beside exact arithmetic: no plan is called proven that is not."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import exact as in_fractions
from drawn import BANDS, problem, profession
from msp_siting.problem.building import FEWEST_INHABITANTS, MOST_NEED
from msp_siting.problem.instance import Instance
from msp_siting.problem.soundness import problems_of_solution
from msp_siting.problem.terms import FormatTerms
from msp_siting.solver import Settings, Settler, solve

PEOPLE = (0.0, 0.01, 0.5, 1.0, 37.0, 900.0, 15_000.0, 1e6, 9.99e7)
INDICES = (0.01, 0.3, 1.0, 1.0 / 3.0, 3.7, 10.0)
SEEN = 1e-5  # of the gain: a share that is shown as a hundredth of a percent


def extreme(seed: int) -> Instance:
    """Return a small problem whose numbers are as small and as large as they may be."""
    random = np.random.default_rng(seed)

    def one_of(values: tuple[float, ...]) -> float:
        return float(random.choice(values))

    points, places = [f"i{n}" for n in range(random.integers(2, 6))], [f"p{n}" for n in range(random.integers(2, 5))]
    people = {point: one_of(PEOPLE) for point in points}
    names = ["gp", "nurse"][: random.integers(1, 3)]
    professions = {}
    for name in names:
        index = {point: one_of(INDICES) for point in points}
        total = sum(index[point] * people[point] for point in points)
        if total > MOST_NEED:
            people = {
                point: max(min(each, FEWEST_INHABITANTS), each * 0.999 * MOST_NEED / total)
                for point, each in people.items()
            }
        professions[name] = profession(
            {point: " ".join(place for place in places if random.random() < 0.6) for point in points},
            existing={place: one_of((0.01, 0.5, 3.0, 1e4)) for place in places if random.random() < 0.4},
            need_index=index,
            capacity=one_of((0.5, 100.0, 1000.0 / 3.0, 651.0, 20_000.0, 1e6)),
            weight=one_of((1e-4, 0.03, 1.0, 1000.0)),
            pool=int(random.integers(0, 6)),
            installation_eur=one_of((0.0, 0.01, 10_000.0, 12_345.67)),
            paramedical=name != "gp",
        )
    kinds = {
        "small": FormatTerms(dict.fromkeys(names, 0), dict.fromkeys(names, 1), 0, 0.0),
        "large": FormatTerms(dict.fromkeys(names, 1), dict.fromkeys(names, 2), 0, 0.0),
    }
    sites = {f"s{n}": str(random.choice(places)) for n in range(random.integers(1, 4))}
    costs = {"small": one_of((0.0, 100.0, 400_000.01, 1e6)), "large": one_of((200.03, 800_000.0, 1.5e6 + 0.99))}
    instance = problem(professions, people, sites=sites, formats=kinds, capex_eur=costs, bands=BANDS)
    if random.random() < 0.3:
        instance = replace(instance, forced_sites=("s0",))
    some = round(float(random.choice([1.0, 2.0, 3.0]) * costs[str(random.choice(list(costs)))]), 2)
    return replace(instance, budget_eur=max(0.0, some + float(random.choice([-0.01, 0.0, 0.01, 12_345.67]))))


@pytest.mark.parametrize("seed", range(100))
def test_what_is_called_proven_is_so_in_exact_numbers(seed: int, exact: Settings) -> None:
    assert_proven(extreme(seed), exact)


@pytest.mark.parametrize("seed", range(100, 140))
def test_so_it_is_where_the_first_two_sites_are_too_near(seed: int, exact: Settings) -> None:
    instance = replace(extreme(seed), forced_sites=())
    pair = tuple(instance.sites)[:2]
    assert_proven(replace(instance, near_sites=(pair,) if len(pair) == 2 else ()), exact)


def assert_proven(instance: Instance, exact: Settings) -> None:
    settler = Settler(instance, exact)
    nothing = in_fractions.objective(instance, {})
    best = in_fractions.least(instance)
    before, _ = settler.nothing()
    solution = solve(instance, exact, settler, before if instance.opening_nothing_is_a_plan else None)
    assert problems_of_solution(instance, solution) == []
    if best is None:
        assert solution.status == "infeasible"
        return
    assert solution.plan is not None
    assert solution.objective is not None
    assert solution.bound is not None
    staff = {(site, name): int(posts) for site, name, posts in solution.plan.staff.itertuples(index=False)}
    reached = in_fractions.objective(instance, staff)
    rounding = Fraction(1e-12) * max(1, abs(best))
    assert abs(before - nothing) <= 1e-9 * max(1, nothing)
    assert solution.bound <= best + Fraction(SEEN) * (nothing - best) + rounding
    if solution.bound == solution.objective:
        assert reached <= best + Fraction(SEEN) * (nothing - best) + rounding
