"""A bound from prices, worked by hand, and never above what a plan can reach."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn import drawn, drawn_with_aid, least_objective, problem, profession
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Prices
from msp_siting.problem.pricing import postable, priced_bound, priced_bounds
from msp_siting.problem.terms import FormatTerms
from msp_siting.solver import Settings, Settler, solve

ROOM = {("a", "gp"): 3.0, ("b", "gp"): 3.0, ("c", "gp"): 3.0}
OPTIMA = {0.0: 5287.5, 925_000.0: 3517.5, 1_000_000.0: 3517.5, 1_850_000.0: 1777.5}  # tests/conftest.py


def test_without_prices_everyone_who_reaches_somebody_costs_nothing(toy_instance: Callable[..., Instance]) -> None:
    assert priced_bound(toy_instance(), Prices({}, 0.0, {})) == 0.0


def test_recruits_at_a_price(toy_instance: Callable[..., Instance]) -> None:
    # At 3 for room nobody is dearer uncovered: 2,700 x 2.625 = 7,087.5, less 600 x 3 for the room there is. A GP
    # earns 300 x 3 and costs 900, so a site does neither good nor harm; 1 M EUR can house 2 GPs, paid back 900 each.
    prices = Prices(ROOM, 0.0, {"gp": 900.0})
    assert priced_bound(toy_instance(), prices) == pytest.approx(7087.5 - 1800 - 1800)


@pytest.mark.parametrize(("budget_eur", "expected"), [(0.0, 4747.5), (1_000_000.0, 3127.5), (1_850_000.0, 1507.5)])
def test_money_at_a_price_bounds_every_budget(
    toy_instance: Callable[..., Instance], budget_eur: float, expected: float
) -> None:
    # A site earns 2 x 300 x 3 and costs 0.9 x 1,800: 180 to the good, three times. What of the budget can be
    # spent is paid back: whole 900,000 EUR.
    bound = priced_bound(toy_instance(budget_eur=budget_eur), Prices(ROOM, 1800.0, {}))
    assert bound == pytest.approx(7087.5 - 1800 - 3 * 180 - 1800 * 0.9 * (budget_eur // 900_000))
    assert bound == pytest.approx(expected)
    assert bound <= OPTIMA[budget_eur]


def test_bounds_at_several_budgets_are_those_of_each(toy_instance: Callable[..., Instance]) -> None:
    # 900 for a GP, of whom 0, 2 and 4 can be housed, and 1,000 for money: a site earns 1,800 and costs 1,800 and 900.
    prices = Prices(ROOM, 1000.0, {"gp": 900.0})
    budgets = [0.0, 1_000_000.0, 1_850_000.0]
    bounds = priced_bounds(toy_instance(), prices, budgets)
    assert bounds == pytest.approx([5287.5, 5287.5 - 1800 - 900, 5287.5 - 3600 - 1800])
    assert bounds == [priced_bound(toy_instance(budget_eur=budget_eur), prices) for budget_eur in budgets]


@pytest.mark.parametrize("seed", range(12))
def test_bounds_at_several_budgets_hold_on_any_problem(seed: int) -> None:
    instance = drawn(seed)
    places = {place for terms in instance.professions.values() for place in terms.pairs.place_ids}
    room = {(place, name): 1.3 * terms.weight for place in places for name, terms in instance.professions.items()}
    prices = Prices(room, 400.0, dict.fromkeys(instance.professions, 30.0))
    budgets = [0.0, 0.7e6, 1.6e6, 2.9e6]
    for budget_eur, bound in zip(budgets, priced_bounds(instance, prices, budgets), strict=True):
        there = replace(instance, budget_eur=budget_eur)
        assert bound == priced_bound(there, prices)
        optimum = least_objective(there)
        assert optimum is not None
        assert bound <= optimum * (1 + 1e-6) + 1e-6


def test_prices_below_0_count_as_0(toy_instance: Callable[..., Instance]) -> None:
    dear = Prices(ROOM | {("d", "gp"): -5.0}, -100.0, {"gp": 900.0, "nurse": -7.0}, -1.0, -1.0)
    assert priced_bound(toy_instance(), dear) == pytest.approx(3487.5)


def test_sites_at_a_price(toy_instance: Callable[..., Instance]) -> None:
    # One site at most: each earns 1,800 and costs 1,800, which is paid back once.
    capped = replace(toy_instance(budget_eur=9e6), site_count=(0, 1))
    assert priced_bound(capped, Prices(ROOM, 0.0, {}, site=1800.0)) == pytest.approx(5287.5 - 1800)
    # A rule that is off has no price.
    free = replace(capped, constraints=capped.constraints - {"site_count"})
    assert priced_bound(free, Prices(ROOM, 0.0, {}, site=1800.0)) == pytest.approx(5287.5 - 3 * 1800)


def test_sites_that_are_wanted_at_a_price(toy_instance: Callable[..., Instance]) -> None:
    # Two sites that cost 1,945 each and earn 1,800 are made worth their while by 145, paid back twice. Of 2 M EUR
    # 1.8 can be spent, as every site costs 0.9.
    wanted = replace(toy_instance(budget_eur=2e6), site_count=(2, None))
    prices = Prices(ROOM, 1945.0 / 0.9, {}, site_wanted=145.0)
    assert priced_bound(wanted, prices) == pytest.approx(5287.5 + 2 * 145 - 2 * 1945)


def test_forced_sites_pay_their_price_and_excluded_ones_earn_nothing(toy_instance: Callable[..., Instance]) -> None:
    prices = Prices(ROOM, 2100.0, {})  # a site earns 1,800 and costs 1,890; of 1 M EUR 0.9 can be spent
    assert priced_bound(toy_instance(), prices) == pytest.approx(5287.5 - 1890)
    assert priced_bound(toy_instance(sites__force_open=["site-a"]), prices) == pytest.approx(5287.5 + 90 - 1890)
    dear = Prices(ROOM, 1800.0, {})
    assert priced_bound(toy_instance(sites__exclude=["site-a"]), dear) == pytest.approx(5287.5 - 2 * 180 - 1620)


@pytest.mark.parametrize(("pool", "expected"), [(99, 25), (7, 7), (0, 0)])
def test_posts_that_10_million_eur_can_house(pool: int, expected: int) -> None:
    # A large MSP houses 5 GPs for 2 M EUR, a small one 2 for 0.9 M EUR: five large ones are 10 M EUR. Aid is another
    # purse: 1.1 M EUR pay 50,000 to each of 21 GPs and 5,000 to a nurse at each of five houses; to 22 they do not.
    gp = profession({}, pool=pool, installation_eur=50_000, paramedical=False)
    nurse = profession({}, installation_eur=5_000)
    formats = {
        "small": FormatTerms({"gp": 1, "nurse": 1}, {"gp": 2, "nurse": 9}, 1, 0.0),
        "large": FormatTerms({"gp": 2, "nurse": 1}, {"gp": 5, "nurse": 9}, 1, 0.0),
    }
    instance = problem(
        {"gp": gp, "nurse": nurse},
        {},
        sites={"s": "x"},
        formats=formats,
        capex_eur={"small": 0.9e6, "large": 2e6},
        budget_eur=10e6,
    )
    assert postable(instance, "gp") == expected
    assert postable(replace(instance, constraints=instance.constraints - {"budget"}), "gp") == pool
    aided = replace(instance, aid_budget_eur=1.1e6)
    assert postable(aided, "gp") == min(expected, 21)
    assert postable(replace(aided, budget_eur=4e6), "gp") == min(expected, 10)
    assert postable(replace(aided, constraints=aided.constraints - {"aid_budget"}), "gp") == expected


def test_aid_at_a_price(toy_instance: Callable[..., Instance]) -> None:
    # A GP gets 10,000 EUR of aid, the nurse beside them 5,000: at 80,000 a million a site earns 1,800 and pays 2,000.
    # Three who are never open, and 50,000 EUR paid back; at 40,000 each pays 1,000, 800 to the good, three times.
    limited = toy_instance(aid_budget_eur=50_000)
    assert priced_bound(limited, Prices(ROOM, 0.0, {}, aid_budget=80_000.0)) == pytest.approx(5287.5 - 4000)
    assert priced_bound(limited, Prices(ROOM, 0.0, {}, aid_budget=40_000.0)) == pytest.approx(5287.5 - 2400 - 2000)
    # Without a limit, or with the rule off, aid has no price.
    for free in (toy_instance(), toy_instance(aid_budget_eur=50_000, constraints__aid_budget=False)):
        assert priced_bound(free, Prices(ROOM, 0.0, {}, aid_budget=80_000.0)) == pytest.approx(5287.5 - 3 * 1800)


@pytest.mark.parametrize("seed", range(40))
def test_prices_of_aid_bound_no_plan_too_much(seed: int) -> None:
    instance = drawn_with_aid(seed)
    optimum = least_objective(instance)
    assert optimum is not None
    places = {place for terms in instance.professions.values() for place in terms.pairs.place_ids}
    room = {(place, name): 1.3 * terms.weight for place in places for name, terms in instance.professions.items()}
    for aid in (0.0, 500.0, 5000.0, 50_000.0):
        prices = Prices(room, 100.0, dict.fromkeys(instance.professions, 10.0), aid_budget=aid)
        assert priced_bound(instance, prices) <= optimum * (1 + 1e-6) + 1e-6


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 200), st.data())
def test_no_prices_bound_too_much(seed: int, data: st.DataObject) -> None:
    instance = drawn(seed)
    optimum = least_objective(instance)
    assert optimum is not None
    price = st.floats(0.0, 4.0)
    places = sorted({place for terms in instance.professions.values() for place in terms.pairs.place_ids})
    for _ in range(5):
        weights = {name: data.draw(price) for name in instance.professions}
        prices = Prices(
            room={(place, name): weights[name] * data.draw(price) for place in places for name in weights},
            budget=data.draw(st.floats(0.0, 2000.0)),
            recruit={name: data.draw(st.floats(0.0, 500.0)) for name in weights},
        )
        assert priced_bound(instance, prices) <= optimum * (1 + 1e-6) + 1e-6


def test_the_relaxations_prices_give_its_bound(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # All who can be recruited can be housed; where they cannot, whole posts make the bound a better one.
    instance = toy_instance(
        budget_eur=1_850_000, professions__nurse__weight=0.1, recruitable={"gp": 4, "nurse": 2, "midwife": 1}
    )
    plain = replace(exact, parts=frozenset())
    solution = solve(instance, plain, Settler(instance, plain), None)
    assert solution.certificate is not None
    relaxed = least_objective(instance, relaxed=True)
    assert solution.certificate.priced == pytest.approx(relaxed)
    assert priced_bound(instance, solution.certificate.prices) == solution.certificate.priced


@pytest.mark.parametrize("budget_eur", OPTIMA)
def test_prices_of_one_budget_bound_the_others(
    toy_instance: Callable[..., Instance], exact: Settings, budget_eur: float
) -> None:
    instance = toy_instance(budget_eur=1_850_000)
    solution = solve(instance, exact, Settler(instance, exact), None)
    assert solution.certificate is not None
    bound = priced_bound(replace(instance, budget_eur=budget_eur), solution.certificate.prices)
    assert bound <= OPTIMA[budget_eur] + 1e-6
