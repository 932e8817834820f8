"""Where nobody more may be recruited, or no more than a team needs: by the zoning of each profession."""

import math
from collections.abc import Iterator, Mapping

from msp_siting.errors import Sentence, problem
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.terms import ZoneLimits
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory, ZoneStatus, flows_by_place, status_of_places

ROUNDING = 1e-9


def levels_of_places(territory: Territory, scenario: Scenario, profession: str) -> dict[str, ZoneStatus]:
    """Return the status of each place in a profession's zoning, where a rule names its level.

    A zoning that has an end counts for nothing: a house outlives it.
    """
    rule = scenario.model.recruitment
    if not scenario.model.constraints.recruitment_by_zone or rule is None:
        return {}
    named = {*rule.one_for_one.value.get(profession, ()), *rule.composition_only.value.get(profession, ())}
    statuses = status_of_places(territory, profession)
    return {place: each for place, each in statuses.items() if each.status in named and each.valid_until is None}


def zone_limits(territory: Territory, scenario: Scenario, sites: Mapping[str, str]) -> ZoneLimits:
    """Return the limits on recruits by zone; none where the model does not ask.

    At a level of one for one as many posts may be filled at a place as end there until the horizon, whole ones; without
    a horizon none.

    Parameters
    ----------
    sites
        ``place_id`` by ``site_id`` of the candidate sites.
    """
    rule = scenario.model.recruitment
    if not scenario.model.constraints.recruitment_by_zone or rule is None:
        return ZoneLimits()
    places = set(sites.values())
    one_for_one: dict[tuple[str, str], int] = {}
    composition_only = set()
    for profession in scenario.model.professions:
        ending = _ending_posts(territory, scenario, profession)
        for place, level in levels_of_places(territory, scenario, profession).items():
            if place not in places:
                continue
            if level.status in rule.one_for_one.value.get(profession, ()):
                one_for_one[place, profession] = math.floor(ending.get(place, 0.0) + ROUNDING)
            else:
                composition_only.add((place, profession))
    return ZoneLimits(one_for_one, frozenset(composition_only))


def _ending_posts(territory: Territory, scenario: Scenario, profession: str) -> Mapping[str, float]:
    """Return the posts (FTE) of a profession that end until the horizon, by ``place_id``."""
    if scenario.question.horizon_year is None:
        return {}
    flows = flows_by_place(territory)
    ending = flows[flows["profession"].eq(profession)].dropna(subset="departures")
    return dict(zip(ending["place_id"], ending["departures"].astype(float).tolist(), strict=True))


def problems_of_zone_limits(instance: Instance, plan: Plan) -> Iterator[Sentence]:
    """Yield where a plan has more posts than the zoning of their profession allows."""
    if "recruitment_by_zone" not in instance.constraints:
        return
    formats = plan.formats
    at_place: dict[tuple[str, str], float] = {}
    for site, profession, posts in plan.staff.itertuples(index=False, name=None):
        if site not in instance.sites or formats.get(site) not in instance.formats:
            continue  # told among the problems of sites
        key = instance.sites[site], profession
        at_place[key] = at_place.get(key, 0.0) + posts
        if key in instance.zone_limits.composition_only:
            most = instance.needed_in_team(formats[site], profession)
            if not posts <= most:
                yield problem(
                    "{site} has {posts:g} {profession}, its zone allows what the team needs, {most}",
                    site=site,
                    posts=posts,
                    profession=profession,
                    most=most,
                ).at("recruitment_by_zone")
    for key, most in instance.zone_limits.one_for_one.items():
        if not at_place.get(key, 0.0) <= most:
            yield problem(
                "{place} gets {posts:g} {profession}, its zone allows as many as end there, {most}",
                place=key[0],
                posts=at_place[key],
                profession=key[1],
                most=most,
            ).at("recruitment_by_zone")
