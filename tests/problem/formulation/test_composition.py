from collections.abc import Callable

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]
GPS = ("staff", ("site-c", "gp"))
NURSES = ("staff", ("site-c", "nurse"))


def test_two_gps_and_a_nurse_are_a_team(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(), {GPS: 2, NURSES: 1}) == set()


def test_one_gp_is_too_few(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(), {GPS: 1, ("allocated", ("c", "c", "gp")): 300}) == {"composition_fewest"}


def test_without_a_nurse_no_paramedical(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    point = {NURSES: 0, ("allocated", ("c", "c", "nurse")): 0}
    assert breaks(toy_instance(), point) == {"composition_fewest", "composition_paramedical"}


def test_switched_off_any_team_will_do(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    point = {NURSES: 0, ("allocated", ("c", "c", "nurse")): 0}
    assert breaks(toy_instance(constraints__composition=False), point) == set()
