from collections.abc import Callable

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]
CLAIRVAL = {"site": "site-c", "format": "small", "posts": {"gp": 2, "nurse": 1}}


def test_a_kept_site_is_open_with_its_posts(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(sites__keep=[CLAIRVAL]), {}) == set()


def test_a_kept_site_is_closed(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(sites__keep=[CLAIRVAL | {"site": "site-a", "posts": {}}]), {}) == {"kept_sites"}


def test_a_kept_site_has_fewer_posts(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(sites__keep=[CLAIRVAL | {"posts": {"nurse": 2}}]), {}) == {"kept_sites_posts"}


def test_switched_off_nothing_is_kept(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    kept = [CLAIRVAL | {"site": "site-a"}]
    assert breaks(toy_instance(sites__keep=kept, constraints__kept_sites=False), {}) == set()
