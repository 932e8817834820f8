from collections.abc import Callable

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]


def test_one_site_is_exactly_one(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(site_count=1), {}) == set()


def test_too_few_and_too_many(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(site_count={"min": 2}), {}) == {"site_count_min"}
    assert breaks(toy_instance(site_count={"max": 0}), {}) == {"site_count_max"}


def test_switched_off_the_count_is_free(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(site_count=2, constraints__site_count=False), {}) == set()
