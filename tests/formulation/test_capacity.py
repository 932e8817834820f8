from collections.abc import Callable

import pytest

from msp_siting.errors import ScenarioError
from msp_siting.instance import Instance

Breaks = Callable[..., set[str]]


def test_two_new_gps_serve_six_hundred(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(), {("allocated", ("c", "c", "gp")): 600}) == set()


def test_one_more_patient_than_room_breaks_it(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(), {("allocated", ("c", "c", "gp")): 601}) == {"capacity"}


def test_existing_gps_have_room_of_their_own(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(), {("allocated", ("b", "b", "gp")): 600}) == set()
    assert breaks(toy_instance(), {("allocated", ("b", "b", "gp")): 601}) == {"capacity"}


def test_cannot_be_switched_off(toy_instance: Callable[..., Instance]) -> None:
    with pytest.raises(ScenarioError, match=r"constraints\.capacity"):
        toy_instance(constraints__capacity=False)


def test_room_that_the_rim_uses_is_not_there(rim_instance: Callable[..., Instance], breaks: Breaks) -> None:
    # 4 GPs have room for 1,200, of which Esnes uses 120.
    instance = rim_instance()
    assert breaks(instance, {("allocated", ("a", "b", "gp")): 900, ("allocated", ("b", "b", "gp")): 179.99}) == set()
    broken = breaks(instance, {("allocated", ("a", "b", "gp")): 900, ("allocated", ("b", "b", "gp")): 180.01})
    assert broken == {"capacity"}


def test_a_post_of_the_rim_serves_the_territory(rim_instance: Callable[..., Instance], breaks: Breaks) -> None:
    # 2 GPs have room for 600, of which Faverges uses 60.
    assert (
        breaks(rim_instance(), {("allocated", ("c", "c", "gp")): 0, ("allocated", ("c", "f", "gp")): 539.99}) == set()
    )
    broken = breaks(rim_instance(), {("allocated", ("c", "c", "gp")): 0, ("allocated", ("c", "f", "gp")): 540.01})
    assert broken == {"capacity"}
