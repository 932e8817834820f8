from collections.abc import Callable

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]


def test_as_many_as_can_be_recruited(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(recruitable={"gp": 2, "nurse": 1}), {}) == set()


def test_one_fewer_breaks_it(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(recruitable={"gp": 1, "nurse": 1}), {}) == {"recruitment_pool"}


def test_switched_off_anyone_can_be_recruited(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(recruitable={}, constraints__recruitment_pool=False), {}) == set()
