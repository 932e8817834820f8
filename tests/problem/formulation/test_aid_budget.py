from collections.abc import Callable

import pytest

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]
AID_EUR = 2 * 10_000 + 5_000


@pytest.mark.parametrize("limit_eur", [AID_EUR, None])
def test_the_limit_itself_is_enough_and_without_one_all_is(
    toy_instance: Callable[..., Instance], breaks: Breaks, limit_eur: float | None
) -> None:
    assert breaks(toy_instance(aid_budget_eur=limit_eur), {}) == set()


@pytest.mark.parametrize("limit_eur", [AID_EUR - 1, AID_EUR - 0.01, 0])
def test_less_breaks_it(toy_instance: Callable[..., Instance], breaks: Breaks, limit_eur: float) -> None:
    broken = breaks(toy_instance(aid_budget_eur=limit_eur), {})
    assert broken == {"aid_budget"}


def test_what_the_budget_has_left_is_no_aid(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(budget_eur=9e6, aid_budget_eur=AID_EUR - 1), {}) == {"aid_budget"}
    assert breaks(toy_instance(budget_eur=899_999, aid_budget_eur=9e6), {}) == {"budget"}


def test_switched_off_aid_does_not_count(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(aid_budget_eur=0, constraints__aid_budget=False), {}) == set()
