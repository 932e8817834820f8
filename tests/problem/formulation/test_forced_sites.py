from collections.abc import Callable

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]


def test_the_forced_site_is_open(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(sites__force_open=["site-c"]), {}) == set()


def test_a_forced_site_left_closed_breaks_it(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(sites__force_open=["site-a"]), {}) == {"forced_sites"}


def test_switched_off_nothing_is_forced(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    instance = toy_instance(sites__force_open=["site-a"], constraints__forced_sites=False)
    assert breaks(instance, {}) == set()


def test_a_site_forced_in_a_format(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    forced = {"site": "site-c", "format": "small"}
    assert breaks(toy_instance(sites__force_open=[forced]), {}) == set()
    closed = {("open", ("site-c", "small")): 0, ("open", ("site-a", "small")): 1}
    broken = breaks(toy_instance(sites__force_open=[forced], constraints__composition=False), closed)
    assert broken >= {"forced_sites", "forced_sites_format"}
