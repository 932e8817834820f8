from collections.abc import Callable

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]  # 600 of the 900 inhabitants of the east are served by GPs, nobody of the west


def asked(zone: str, share: float) -> dict[str, object]:
    return {"epci": {zone: {"covered_share": {"gp": {"min": share}}}}}


def test_the_share_that_is_served(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(zones=asked("east", 0.66)), {}) == set()


def test_a_larger_share(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(zones=asked("east", 0.67)), {}) == {"zone_coverage"}
    assert breaks(toy_instance(zones=asked("each", 0.66)), {}) == {"zone_coverage"}


def test_switched_off_any_share_will_do(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(zones=asked("west", 0.1), constraints__zone_coverage=False), {}) == set()
