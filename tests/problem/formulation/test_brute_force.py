"""All plans of the toy territory, each valued without Pyomo or HiGHS's model: the solver's optimum is the least."""

import math
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.solver import Settings, Settler, solve

# The objective of every set of sites, worked by hand in tests/conftest.py.
BY_HAND = {
    "allocation": {"": 5287.5, "a": 3547.5, "b": 3547.5, "c": 3517.5, "ac": 1777.5, "bc": 1777.5},
    "allocation-plain": {"": 2100.0, "a": 1500.0, "b": 1500.0, "c": 1500.0, "ac": 900.0, "bc": 900.0},
}
BY_HAND_WITH_RIM = {
    "allocation": {"": 2227.5, "a": 877.5, "b": 877.5, "c": 1485.0, "ac": 135.0, "bc": 135.0},
    "allocation-plain": {"": 1080.0, "a": 480.0, "b": 480.0, "c": 720.0, "ac": 120.0, "bc": 120.0},
}


def plans(instance: Instance) -> Iterator[dict[str, tuple[int, int, int]]]:
    """Yield every plan within the rules: posts of GP, nurse and midwife by opened site."""
    teams = [None, *((2, nurses, midwives) for nurses in (1, 2, 3) for midwives in (0, 1))]
    for choice in product(teams, repeat=len(instance.sites)):
        opened = {site: team for site, team in zip(instance.sites, choice, strict=True) if team is not None}
        cost, aid = 900_000 * len(opened), sum(10_000 * g + 5_000 * (n + m) for g, n, m in opened.values())
        aid_most = math.inf if instance.aid_budget_eur is None else instance.aid_budget_eur
        totals = np.array(list(opened.values())).reshape(-1, 3).sum(axis=0)
        if cost <= instance.budget_eur and aid <= aid_most and (totals <= [4, 4, 1]).all():
            yield opened


def value(instance: Instance, plan: dict[str, tuple[int, int, int]]) -> float:
    """Return the objective of a plan: per profession, a small linear problem written out here."""
    total = 0.0
    for number, (profession, terms) in enumerate(instance.professions.items()):
        if terms.weight == 0:
            continue
        room = {place: terms.capacity * fte - terms.reserved.get(place, 0) for place, fte in terms.existing.items()}
        for site, team in plan.items():
            place = instance.sites[site]
            room[place] = room.get(place, 0.0) + terms.capacity * team[number]
        total += terms.weight * _least_uncovered(instance, profession, room)
    return total


def _least_uncovered(instance: Instance, profession: str, room: dict[str, float]) -> float:
    terms = instance.professions[profession]
    points, places = list(instance.inhabitants), list(room)
    pairs = [
        (points.index(i), places.index(place))
        for i, place in zip(terms.pairs.demand_ids, terms.pairs.place_ids, strict=True)
        if place in room
    ]
    shares = np.diff([0.0, *instance.band_upper_shares])
    bands = [(i, b) for i in range(len(points)) for b in range(len(shares))]
    people = np.array([instance.inhabitants[i] for i in points])
    index = np.array([terms.need_index[i] for i in points])
    balance = np.zeros((len(points), len(pairs) + len(bands)))
    used = np.zeros((len(places), len(pairs) + len(bands)))
    cost = np.zeros(len(pairs) + len(bands))
    for column, (i, place) in enumerate(pairs):
        balance[i, column], used[place, column] = 1, index[i]
    for column, (i, b) in enumerate(bands, start=len(pairs)):
        balance[i, column], cost[column] = 1, index[i] * instance.band_slopes[b]
    limits = [(0, None)] * len(pairs) + [(0, shares[b] * people[i]) for i, b in bands]
    found = linprog(cost, used, list(room.values()), balance, people, bounds=limits)
    assert found.success
    return float(found.fun)


@pytest.mark.parametrize("model", ["allocation", "allocation-plain"])
@pytest.mark.parametrize("budget_eur", [0, 899_999, 900_000, 1_800_000, 2_700_000])
@pytest.mark.parametrize(
    "asked",
    [
        {"professions__nurse__weight": 0.0},
        {"professions__nurse__weight": 0.1},
        {"professions__nurse__weight": 0.1, "aid_budget_eur": 54_999},
        {"professions__nurse__weight": 0.1, "aid_budget_eur": 24_999},
    ],
)
def test_optimum_is_the_least_of_all_plans(
    toy_instance: Callable[..., Instance],
    exact: Settings,
    model: str,
    budget_eur: float,
    asked: dict[str, float],
) -> None:
    instance = toy_instance(model=model, budget_eur=budget_eur, **asked)
    every = [value(instance, plan) for plan in plans(instance)]
    settler = Settler(instance, exact)
    before, _ = settler.settle(Plan.empty())
    solution = solve(instance, exact, settler, before)
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(min(every), rel=1e-6)
    assert solution.bound == pytest.approx(min(every), rel=1e-6)
    assert before == pytest.approx(value(instance, {}), rel=1e-6)


@pytest.mark.parametrize("model", ["allocation", "allocation-plain"])
@pytest.mark.parametrize("excluded", [[], ["site-c"]])
def test_optimum_with_two_sites_too_near_is_the_least_of_all_plans(
    toy_instance: Callable[..., Instance], exact: Settings, model: str, excluded: list[str]
) -> None:
    # Aubois and Bourg are 10 minutes apart.
    instance = toy_instance(model=model, budget_eur=2_700_000, sites__exclude=excluded, spacing__minutes=11)
    every = [plan for plan in plans(instance) if not set(plan) & set(excluded)]
    apart = [value(instance, plan) for plan in every if not {"site-a", "site-b"} <= set(plan)]
    assert len(apart) < len(every)
    solution = solve(instance, exact, Settler(instance, exact), value(instance, {}))
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(min(apart), rel=1e-6)
    if excluded:
        assert min(value(instance, plan) for plan in every) < min(apart) - 1


def plans_with_actions(instance: Instance) -> Iterator[tuple[dict[str, str], dict[str, tuple[int, int, int]]]]:
    """Yield every plan within the rules where Aubois may not be created beside Bourg: formats, and posts, by site.

    Nurses do not count here: each format has the fewest that it may.
    """
    teams = {"small": [(2, 1, 0)], "extension": [(n, 0, 0) for n in (1, 2, 3)], "satellite": [(1, 0, 0), (2, 0, 0)]}
    own = {"site-a": ("small", "satellite"), "site-b": ("extension",), "site-c": ("small",)}
    costs = {"small": 900_000, "extension": 500_000, "satellite": 440_000}
    ways = [[None, *((kind, team) for kind in own[site] for team in teams[kind])] for site in instance.sites]
    for choice in product(*ways):
        opened = {site: way for site, way in zip(instance.sites, choice, strict=True) if way is not None}
        kinds = {site: kind for site, (kind, _) in opened.items()}
        if sum(costs[kind] for kind in kinds.values()) > instance.budget_eur:
            continue
        too_near = kinds.get("site-a") == "small" and "site-b" in kinds
        if sum(team[0] for _, team in opened.values()) <= 4 and not too_near:
            yield kinds, {site: team for site, (_, team) in opened.items()}


@pytest.mark.usefixtures("actions")
@pytest.mark.parametrize("model", ["allocation", "allocation-plain"])
@pytest.mark.parametrize("excluded", [[], ["site-c"]])
@pytest.mark.parametrize("budget_eur", [0, 439_999, 440_000, 500_000, 940_000, 1_340_000, 1_400_000, 2_000_000])
def test_optimum_with_extensions_and_satellites_is_the_least_of_all_plans(
    toy_instance: Callable[..., Instance], exact: Settings, model: str, budget_eur: float, excluded: list[str]
) -> None:
    instance = toy_instance(model=model, budget_eur=budget_eur, sites__exclude=excluded, spacing__minutes=11)
    every = [posts for kinds, posts in plans_with_actions(instance) if not set(kinds) & set(excluded)]
    least = min(value(instance, posts) for posts in every)
    solution = solve(instance, exact, Settler(instance, exact), value(instance, {}))
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(least, rel=1e-6)
    assert solution.bound == pytest.approx(least, rel=1e-6)


@pytest.mark.parametrize("model", BY_HAND)
def test_every_plan_has_the_value_worked_by_hand(toy_instance: Callable[..., Instance], model: str) -> None:
    instance = toy_instance(model=model)
    for letters, expected in BY_HAND[model].items():
        plan = {f"site-{letter}": (2, 1, 0) for letter in letters}
        assert value(instance, plan) == pytest.approx(expected)


@pytest.mark.parametrize(("budget_eur", "expected"), [(0, 5287.5), (900_000, 3517.5), (1_800_000, 1777.5)])
def test_solver_finds_the_answer_worked_by_hand(
    toy_instance: Callable[..., Instance], exact: Settings, budget_eur: float, expected: float
) -> None:
    instance = toy_instance(budget_eur=budget_eur)
    solution = solve(instance, exact, Settler(instance, exact), 5287.5)
    assert solution.objective == pytest.approx(expected)


@pytest.mark.parametrize("model", ["allocation", "allocation-plain"])
@pytest.mark.parametrize("budget_eur", [0, 900_000, 1_800_000])
def test_optimum_with_a_rim_is_the_least_of_all_plans(
    rim_instance: Callable[..., Instance], exact: Settings, model: str, budget_eur: float
) -> None:
    instance = rim_instance(model=model, budget_eur=budget_eur)
    every = [value(instance, plan) for plan in plans(instance)]
    settler = Settler(instance, exact)
    before, _ = settler.settle(Plan.empty())
    solution = solve(instance, exact, settler, before)
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(min(every), rel=1e-6)
    assert solution.bound == pytest.approx(min(every), rel=1e-6)
    assert before == pytest.approx(value(instance, {}), rel=1e-6)


@pytest.mark.parametrize("model", BY_HAND)
def test_every_plan_with_a_rim_has_the_value_worked_by_hand(rim_instance: Callable[..., Instance], model: str) -> None:
    instance = rim_instance(model=model)
    for letters, expected in BY_HAND_WITH_RIM[model].items():
        plan = {f"site-{letter}": (2, 1, 0) for letter in letters}
        assert value(instance, plan) == pytest.approx(expected, rel=1e-5)
