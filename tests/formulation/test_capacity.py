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
