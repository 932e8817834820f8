from collections.abc import Callable

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]
COST_EUR = 900_000 + 2 * 10_000 + 5_000


def test_the_budget_itself_is_enough(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(budget_eur=COST_EUR), {}) == set()


def test_one_euro_less_breaks_it(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(budget_eur=COST_EUR - 1), {}) == {"budget"}


def test_switched_off_money_does_not_count(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(budget_eur=0, constraints__budget=False), {}) == set()
