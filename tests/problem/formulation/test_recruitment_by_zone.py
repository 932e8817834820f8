from collections.abc import Callable
from dataclasses import replace

from msp_siting.problem.instance import Instance
from msp_siting.problem.terms import ZoneLimits

Breaks = Callable[..., set[str]]
TWO_NURSES = {("staff", ("site-c", "nurse")): 2}


def limited(instance: Instance, limits: ZoneLimits) -> Instance:
    rules = instance.constraints | {"recruitment_by_zone"}
    return replace(instance, constraints=rules, zone_limits=limits)


def test_no_more_posts_than_end_at_the_place(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    two = limited(toy_instance(), ZoneLimits({("c", "nurse"): 2}))
    assert breaks(two, TWO_NURSES) == set()
    one = limited(toy_instance(), ZoneLimits({("c", "nurse"): 1}))
    assert breaks(one, {}) == set()
    assert breaks(one, TWO_NURSES) == {"recruitment_by_zone_place"}


def test_a_limit_elsewhere_or_of_others_says_nothing(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    elsewhere = ZoneLimits({("a", "nurse"): 0, ("c", "midwife"): 0}, frozenset({("b", "nurse")}))
    assert breaks(limited(toy_instance(), elsewhere), TWO_NURSES) == set()


def test_no_more_posts_than_the_team_needs(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    team = ZoneLimits({}, frozenset({("c", "nurse")}))
    assert breaks(limited(toy_instance(), team), {}) == set()  # one nurse makes the team
    assert breaks(limited(toy_instance(), team), TWO_NURSES) == {"recruitment_by_zone_team"}


def test_the_paramedical_of_a_team_may_be_any(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    free = toy_instance(formats__small__staff_fewest={"gp": 2, "nurse": 0, "midwife": 0})
    team = ZoneLimits({}, frozenset({("c", "nurse"), ("c", "midwife")}))
    assert breaks(limited(free, team), {}) == set()
    assert breaks(limited(free, team), TWO_NURSES) == {"recruitment_by_zone_team"}
    assert breaks(limited(free, team), {("staff", ("site-c", "midwife")): 1}) == {"recruitment_by_zone_team"}


def test_switched_off_posts_are_free(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    limits = ZoneLimits({("c", "nurse"): 1}, frozenset({("c", "gp")}))
    assert breaks(replace(toy_instance(), zone_limits=limits), TWO_NURSES) == set()
