from collections.abc import Callable

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]


def test_another_site_may_be_excluded(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(sites__exclude=["site-a"]), {}) == set()


def test_an_excluded_site_that_opens_breaks_it(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(sites__exclude=["site-c"]), {}) == {"excluded_sites"}


def test_switched_off_nothing_is_excluded(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    instance = toy_instance(sites__exclude=["site-c"], constraints__excluded_sites=False)
    assert breaks(instance, {}) == set()


def test_a_format_that_is_excluded(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    small = {"format": "small"}
    assert breaks(toy_instance(sites__exclude=[small | {"site": "site-a"}]), {}) == set()
    assert breaks(toy_instance(sites__exclude=[small | {"site": "site-c"}]), {}) == {"excluded_sites_format"}
