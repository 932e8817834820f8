from collections.abc import Callable

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]  # one site is open, in the east; Aubois and Bourg lie in the west


def asked(zone: str, **limits: int) -> dict[str, object]:
    return {"epci": {zone: {"sites": limits}}}


def test_one_site_in_the_east(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(zones=asked("east", min=1, max=1)), {}) == set()


def test_too_few_and_too_many(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(zones=asked("west", min=1)), {}) == {"zone_sites_min"}
    assert breaks(toy_instance(zones=asked("east", max=0)), {}) == {"zone_sites_max"}


def test_each_zone_that_is_not_named(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(zones=asked("each", min=1)), {}) == {"zone_sites_min"}
    but_the_west = {"epci": {"each": {"sites": {"min": 1}}, "west": {}}}
    assert breaks(toy_instance(zones=but_the_west), {}) == set()


def test_switched_off_the_number_is_free(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(zones=asked("west", min=1), constraints__zone_sites=False), {}) == set()
