from collections.abc import Callable
from dataclasses import replace

import pytest

from msp_siting.errors import ScenarioError
from msp_siting.problem.instance import Instance

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


def moving(instance: Instance, posts: float) -> Instance:
    """Return the problem in which some of Bourg's 2 GPs go to Clairval when a small MSP opens there."""
    moved = {("site-c", "small"): {("b", "gp"): -posts, ("c", "gp"): posts}}
    return replace(instance, moved=moved)


def test_who_joins_takes_room_along(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    # Clairval: 2 new GPs and one of Bourg's, room for 900; Bourg keeps one, room for 300.
    instance = moving(toy_instance(), 1)
    assert breaks(instance, {("allocated", ("c", "c", "gp")): 900}) == set()
    assert breaks(instance, {("allocated", ("b", "b", "gp")): 300}) == set()
    assert breaks(instance, {("allocated", ("b", "b", "gp")): 301}) == {"capacity"}


def test_no_more_leave_than_there_are(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(moving(toy_instance(), 2), {}) == set()
    assert breaks(moving(toy_instance(), 2.1), {}) == {"capacity", "capacity_leaving"}


def test_who_leaves_takes_a_share_of_what_the_rim_leaves(rim_instance: Callable[..., Instance]) -> None:
    # Bourg's 4 GPs have room for 1,200, of which Esnes uses 120: each takes 270 along and brings 300.
    room = moving(rim_instance(), 2).moved_room("site-c", "small")
    assert room == {("b", "gp"): pytest.approx(-540), ("c", "gp"): pytest.approx(600)}


def drawing(instance: Instance, share: float) -> Instance:
    """Return the problem in which 1.5 of Bourg's 2 GPs are ordinary installations, drawn on by a share."""
    gp = replace(instance.professions["gp"], installations={"b": 1.5}, ordinary=1.5, drawn_share=share)
    return replace(instance, professions=instance.professions | {"gp": gp})


RECRUITED = ("recruited", ("gp",))


def test_recruits_take_ordinary_installations_away(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    # Of 2 recruits half are drawn: Bourg keeps 1 of 2 GPs, room for 300.
    instance = drawing(toy_instance(), 0.5)
    assert breaks(instance, {RECRUITED: 2, ("allocated", ("b", "b", "gp")): 300}) == set()
    assert breaks(instance, {RECRUITED: 2, ("allocated", ("b", "b", "gp")): 300.01}) == {"capacity"}
    assert breaks(instance, {RECRUITED: 1, ("allocated", ("b", "b", "gp")): 300}) == {"capacity_recruited"}


def test_where_none_is_drawn_there_is_no_such_row(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    instance = drawing(toy_instance(), 0.0)
    assert breaks(instance, {("allocated", ("b", "b", "gp")): 600}) == set()


def test_an_installation_that_is_still_to_come_moves_nowhere(
    toy_instance: Callable[..., Instance], breaks: Breaks
) -> None:
    instance = drawing(moving(toy_instance(), 0.5), 0.5)
    assert breaks(instance, {RECRUITED: 2}) == set()
    more = drawing(moving(toy_instance(), 0.51), 0.5)
    assert breaks(more, {RECRUITED: 2}) == {"capacity_leaving"}
