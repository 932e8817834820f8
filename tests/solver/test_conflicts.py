"""Questions without a plan: the rules in the way, and by how much each alone would have to give, worked by hand.

A small MSP costs 900,000 EUR and takes at least 2 GPs and a nurse, who get 25,000 EUR of aid. Without any 600 of 2,700
inhabitants find room with a GP; each GP makes room for 300 more, at Clairval for 900 at most.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Shortfall
from msp_siting.problem.terms import ZoneLimits
from msp_siting.solver.conflicts import explain

Explained = list[tuple[str | None, float | None, list[Shortfall]]]


def explained(instance: Instance) -> Explained:
    return [(each.rule, each.cheapest_eur, list(each.limits)) for each in explain(instance)]


def test_a_budget_for_no_site(toy_instance: Callable[..., Instance]) -> None:
    assert explained(toy_instance(budget_eur=1000, site_count=1)) == [
        ("budget", 900_000, [Shortfall("budget", (), 1000, 900_000)]),
        ("site_count", 0, [Shortfall("site_count_min", (), 1, 0)]),
    ]


def test_forced_sites_that_cost_more_than_the_budget(toy_instance: Callable[..., Instance]) -> None:
    forced = ["site-a", {"site": "site-c", "format": "small"}]
    budget, sites = explained(toy_instance(budget_eur=1_000_000, sites__force_open=forced))
    assert budget == ("budget", 1_800_000, [Shortfall("budget", (), 1_000_000, 1_800_000)])
    assert (sites[0], sites[1], len(sites[2])) == ("forced_sites", 900_000, 1)  # either of the two


def test_aid_for_less_than_a_team(toy_instance: Callable[..., Instance]) -> None:
    aid, forced, team = explained(toy_instance(aid_budget_eur=22_000, sites__force_open=["site-a"]))
    assert aid == ("aid_budget", 25_000, [Shortfall("aid_budget", (), 22_000, 25_000)])
    assert forced == ("forced_sites", 0, [Shortfall("forced_sites", ("site-a",), 1, 0)])
    assert team[:2] == ("composition", 900_000)
    assert sum(each.asked - each.needed for each in team[2]) == 1  # a post, of either profession


def test_too_few_who_can_be_recruited(toy_instance: Callable[..., Instance]) -> None:
    assert explained(toy_instance(recruitable={"gp": 1, "nurse": 4}, sites__force_open=["site-a"])) == [
        ("recruitment_pool", 900_000, [Shortfall("recruitment_pool", ("gp",), 1, 2)]),
        ("forced_sites", 0, [Shortfall("forced_sites", ("site-a",), 1, 0)]),
        ("composition", 900_000, [Shortfall("composition", ("site-a", "gp"), 2, 1)]),
    ]


def test_more_sites_than_spacing_allows(toy_instance: Callable[..., Instance]) -> None:
    # Aubois and Bourg are 10 minutes apart, Clairval is excluded.
    near = toy_instance(budget_eur=2e6, site_count=2, sites__exclude=["site-c"], spacing__minutes=11)
    assert explained(near) == [
        ("site_count", 900_000, [Shortfall("site_count_min", (), 2, 1)]),
        ("spacing", 1_800_000, [Shortfall("spacing", ("site-a", "site-b"), 1, 2)]),
        ("excluded_sites", 1_800_000, [Shortfall("excluded_sites", ("site-c",), 0, 1)]),
    ]


@pytest.mark.usefixtures("town")
def test_more_openings_in_a_commune_than_its_inhabitants_allow(toy_instance: Callable[..., Instance]) -> None:
    # Three of Aubois are wanted, two may open; Bourg and Clairval are excluded, and either would do.
    asked = {"budget_eur": 2.7e6, "site_count": 3, "sites__exclude": ["site-b", "site-c"]}
    count, spacing, excluded = explained(toy_instance(**asked, recruitable={"gp": 6, "nurse": 6}))
    assert count == ("site_count", 1_800_000, [Shortfall("site_count_min", (), 3, 2)])
    aubois = ("site-a", "site-a2", "site-a3")
    assert spacing == ("spacing", 2_700_000, [Shortfall("spacing_by_commune", aubois, 2, 3)])
    assert (excluded[0], excluded[1], len(excluded[2])) == ("excluded_sites", 2_700_000, 1)


def test_a_zone_with_fewer_candidates_than_it_asks_for(toy_instance: Callable[..., Instance]) -> None:
    zones = {"epci": {"east": {"sites": {"min": 2}}}}
    assert explained(toy_instance(budget_eur=2e6, zones=zones)) == [
        ("zone_sites", 900_000, [Shortfall("zone_sites_min", ("epci", "east"), 2, 1)])
    ]


def test_a_zone_without_any_candidate(toy_instance: Callable[..., Instance]) -> None:
    instance = toy_instance(zones={"epci": {"east": {"sites": {"min": 1}}}})
    bare = replace(instance, zones=tuple(replace(zone, sites=()) for zone in instance.zones))
    assert explained(bare) == [("zone_sites", 0, [Shortfall("zone_sites_min", ("epci", "east"), 1, 0)])]


def test_money_of_a_zone_that_buys_no_site(toy_instance: Callable[..., Instance]) -> None:
    zones = {"epci": {"east": {"budget_eur": {"max": 600_000.0}}}}
    assert explained(toy_instance(zones=zones, sites__force_open=["site-c"])) == [
        ("forced_sites", 0, [Shortfall("forced_sites", ("site-c",), 1, 0)]),
        ("zone_budget", 900_000, [Shortfall("zone_budget_max", ("epci", "east"), 600_000, 900_000)]),
    ]
    least = {"epci": {"east": {"budget_eur": {"min": 1_000_000.0}}}}
    assert explained(toy_instance(zones=least, budget_eur=3e6)) == [
        ("zone_budget", 900_000, [Shortfall("zone_budget_min", ("epci", "east"), 1_000_000, 900_000)])
    ]


def test_an_earlier_plan_that_is_too_dear(toy_instance: Callable[..., Instance]) -> None:
    kept = [{"site": site, "format": "small", "posts": {"gp": 2}} for site in ("site-a", "site-c")]
    budget, plan = explained(toy_instance(sites__keep=kept))
    assert budget == ("budget", 1_800_000, [Shortfall("budget", (), 1_000_000, 1_800_000)])
    assert (plan[0], plan[1], [each.limit for each in plan[2]]) == ("kept_sites", 900_000, ["kept_sites"])


def test_a_share_of_need_that_four_gps_cannot_meet(toy_instance: Callable[..., Instance]) -> None:
    # 80 % of 2,700 are 2,160: 1,560 more than today, 6 GPs at three sites. Four serve 1,200 more: 1,800, or 66.7 %.
    asked = toy_instance(targets__covered_share={"gp": 0.8}, budget_eur=3e6, recruitable={"gp": 4, "nurse": 9})
    pool, share = explained(asked)
    assert pool == ("recruitment_pool", 2_700_000, [Shortfall("recruitment_pool", ("gp",), 4, 6)])
    assert share[:2] == ("coverage_target", 1_800_000)
    (short,) = share[2]
    assert (short.limit, short.about) == ("coverage_target", ("gp",))
    assert (short.asked, short.needed, short.inhabitants) == pytest.approx((0.8, 2 / 3, 360))


def test_a_share_of_need_of_a_zone(toy_instance: Callable[..., Instance]) -> None:
    # The west has room for 600 of 1,800 and 600 more with one site: two thirds; 90 % are 420 people more.
    asked = toy_instance(zones={"epci": {"west": {"covered_share": {"gp": {"min": 0.9}}}}})
    budget, share = explained(asked)
    assert budget == ("budget", 1_800_000, [Shortfall("budget", (), 1_000_000, 1_800_000)])
    (short,) = share[2]
    assert (short.limit, short.about) == ("zone_coverage", ("epci", "west", "gp"))
    assert (short.asked, short.needed, short.inhabitants) == pytest.approx((0.9, 2 / 3, 420))


def test_posts_that_a_zoning_does_not_allow(toy_instance: Callable[..., Instance]) -> None:
    # Nobody ends at Clairval: no nurse may come, and a team needs one.
    instance = toy_instance(sites__force_open=["site-c"])
    barred = replace(
        instance,
        zone_limits=ZoneLimits({("c", "nurse"): 0}),
        constraints=instance.constraints | {"recruitment_by_zone"},
    )
    assert explained(barred) == [
        ("recruitment_by_zone", 900_000, [Shortfall("recruitment_by_zone", ("c", "nurse"), 0, 1)]),
        ("forced_sites", 0, [Shortfall("forced_sites", ("site-c",), 1, 0)]),
        ("composition", 900_000, [Shortfall("composition", ("site-c", "nurse"), 1, 0)]),
    ]


def test_several_rules_together(toy_instance: Callable[..., Instance]) -> None:
    # One site in each zone for the money and the GPs of none: neither more of the one nor of the other is enough.
    zones = {"epci": {"each": {"sites": {"min": 1}}}}
    asked = toy_instance(budget_eur=1000, recruitable={"nurse": 9}, zones=zones)
    assert explained(asked)[0][0] == "zone_sites"  # alone it would do
    forced = toy_instance(budget_eur=1000, recruitable={"nurse": 9}, zones=zones, site_count={"min": 1})
    assert explained(forced) == [
        (None, 1_800_000, [Shortfall("budget", (), 1000, 1_800_000), Shortfall("recruitment_pool", ("gp",), 0, 4)])
    ]


def test_of_many_rules_that_want_something_the_fewest_are_named(toy_instance: Callable[..., Instance]) -> None:
    # Without money, recruits and aid nothing is possible; houses that stand empty take two rules and no more.
    asked = toy_instance(
        budget_eur=1000,
        recruitable={},
        aid_budget_eur=0,
        site_count={"min": 1},
        sites__force_open=["site-a"],
        sites__keep=[{"site": "site-c", "format": "small"}],
    )
    (together,) = explain(asked)
    assert together.rule is None
    assert [each.limit for each in together.limits][:2] == ["budget", "composition"]
    assert together.limits[0] == Shortfall("budget", (), 1000, 1_800_000)
