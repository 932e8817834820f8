from collections.abc import Callable

import pytest

from msp_siting.errors import ScenarioError
from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]
LOW = {"formats__medium__host_inhabitants_fewest": 0}


def test_one_format_is_allowed(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(**LOW), {}) == set()


def test_two_formats_break_it(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    point = {("open", ("site-c", "medium")): 1, ("staff", ("site-c", "gp")): 5, ("staff", ("site-c", "nurse")): 3}
    assert "one_format" in breaks(toy_instance(**LOW, budget_eur=9e6, recruitable={"gp": 9, "nurse": 9}), point)


def test_three_gps_are_too_many_for_a_small_one(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(), {("staff", ("site-c", "gp")): 3}) == {"one_format_most"}


def test_a_closed_site_has_no_staff_even_without_composition(
    toy_instance: Callable[..., Instance], breaks: Breaks
) -> None:
    instance = toy_instance(constraints__composition=False)
    assert breaks(instance, {("staff", ("site-a", "gp")): 1}) == {"one_format_most"}


def test_cannot_be_switched_off(toy_instance: Callable[..., Instance]) -> None:
    with pytest.raises(ScenarioError, match=r"constraints\.one_format"):
        toy_instance(constraints__one_format=False)
