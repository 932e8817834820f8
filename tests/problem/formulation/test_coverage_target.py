from collections.abc import Callable

import pytest

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]  # 600 of 2,700 inhabitants are served by GPs, 651 by nurses


def test_the_share_that_is_served(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(targets__covered_share={"gp": 0.22, "nurse": 0.24}), {}) == set()


def test_a_larger_share(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(targets__covered_share={"gp": 0.23}), {}) == {"coverage_target"}


def test_the_need_is_counted_and_not_the_people(toy_instance: Callable[..., Instance]) -> None:
    # Of 2,700 inhabitants with the need of 4,500 where the west's counts twice, 60 % may stay uncovered.
    instance = toy_instance(targets__covered_share={"gp": 0.4}, weights__zones={"epci": {"west": 2.0}})
    assert instance.most_uncovered["gp"] == pytest.approx(2700.0)


def test_switched_off_any_share_will_do(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    instance = toy_instance(targets__covered_share={"gp": 0.23}, constraints__coverage_target=False)
    assert breaks(instance, {}) == set()
