from collections.abc import Callable

import pytest

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]
# Aubois and Bourg are 10 minutes apart, Clairval (open in the fixture) is 25 and more from both.
AUBOIS = {("open", ("site-a", "small")): 1, ("staff", ("site-a", "gp")): 1, ("staff", ("site-a", "nurse")): 1}
BOURG = {("open", ("site-b", "small")): 1, ("staff", ("site-b", "gp")): 1, ("staff", ("site-b", "nurse")): 1}
ONE_GP = {"budget_eur": 3_000_000, "formats__small__staff_fewest": {"gp": 1, "nurse": 0, "midwife": 0}}


def test_two_sites_far_enough_may_open(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(**ONE_GP, spacing__minutes=11), AUBOIS) == set()
    assert breaks(toy_instance(**ONE_GP, spacing__minutes=25), AUBOIS) == set()


def test_two_sites_too_near_break_it(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(**ONE_GP, spacing__minutes=11), AUBOIS | BOURG) == {"spacing"}


def test_ten_minutes_are_enough(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(**ONE_GP), AUBOIS | BOURG) == set()
    assert breaks(toy_instance(**ONE_GP, spacing__minutes=10.01), AUBOIS | BOURG) == {"spacing"}


@pytest.mark.parametrize("forced", ["site-a", "site-b"])
def test_a_forced_site_stands_where_it_was_decided(
    toy_instance: Callable[..., Instance], breaks: Breaks, forced: str
) -> None:
    instance = toy_instance(**ONE_GP, spacing__minutes=11, sites__force_open=[forced])
    assert breaks(instance, AUBOIS | BOURG) == set()


@pytest.mark.usefixtures("actions")
@pytest.mark.parametrize(
    ("aubois", "expected"), [("satellite", set()), ("small", {"spacing_parents"})], ids=["satellite", "creation"]
)
def test_a_satellite_may_stand_near_its_parent_and_a_creation_may_not(
    toy_instance: Callable[..., Instance], breaks: Breaks, aubois: str, expected: set[str]
) -> None:
    opened = {("open", ("site-a", aubois)): 1, ("staff", ("site-a", "gp")): 1, ("staff", ("site-a", "nurse")): 1}
    extended = {("open", ("site-b", "extension")): 1, ("staff", ("site-b", "gp")): 1}
    assert breaks(toy_instance(**ONE_GP, spacing__minutes=11), opened | extended) == expected


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("per", "opened", "expected"),
    [
        (20_000, ("site-a", "site-a3"), set()),
        (20_000, ("site-a", "site-a2", "site-a3"), {"spacing_by_commune"}),
        (50_000, ("site-a", "site-a3"), {"spacing"}),
        (15_000, ("site-a", "site-a2", "site-a3"), set()),
    ],
)
def test_a_commune_has_one_opening_for_so_many_inhabitants(
    toy_instance: Callable[..., Instance], breaks: Breaks, per: int, opened: tuple[str, ...], expected: set[str]
) -> None:
    asked = ONE_GP | {"budget_eur": 4_000_000, "recruitable": {"gp": 5, "nurse": 4}}
    changes = {("open", (site, "small")): 1 for site in opened}
    changes |= {("staff", (site, name)): 1 for site in opened for name in ("gp", "nurse")}
    assert breaks(toy_instance(**asked, spacing__inhabitants_per_opening=per), changes) == expected
    assert breaks(toy_instance(**asked, constraints__spacing=False), changes) == set()


def test_switched_off_any_two_may_open(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(**ONE_GP, spacing__minutes=11, constraints__spacing=False), AUBOIS | BOURG) == set()
