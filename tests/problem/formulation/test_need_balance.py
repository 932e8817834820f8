from collections.abc import Callable

import pytest

from msp_siting.errors import ScenarioError
from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]


def test_everyone_is_served_or_uncovered(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(), {}) == set()


def test_people_who_are_neither_break_the_balance(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    # No one is uncovered, although only 600 of Clairval's 900 are served; the bands are empty too.
    assert breaks(toy_instance(), {("uncovered", ("a", "gp")): 0}) == {"need_balance"}


def test_uncovered_people_outside_every_band_break_the_balance(
    toy_instance: Callable[..., Instance], breaks: Breaks
) -> None:
    assert "band_balance" in breaks(toy_instance(), {("uncovered", ("a", "gp")): 900})


def test_cannot_be_switched_off(toy_instance: Callable[..., Instance]) -> None:
    with pytest.raises(ScenarioError, match=r"constraints\.need_balance"):
        toy_instance(constraints__need_balance=False)
