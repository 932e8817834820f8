"""What other plans are as good as one: which of its sites can be had elsewhere at what cost, how posts can move."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import pandas as pd

from msp_siting.answer.near_hosts import tabulate_near_hosts
from msp_siting.answer.pipeline import Problem
from msp_siting.problem import ChoiceReport, Instance, Plan, Preference
from msp_siting.scenario import Scenario
from msp_siting.solver import GoodLimits, GoodPlan, GoodPlans, Progress, Reached, Settings, shared_with
from msp_siting.territory import Territory, zone_of_place

MOST_PLANS = 5  # unlike one another, the run's own among them
ZONES = "epci"
# Of the time, by when each step has ended: the least shortfall, plans unlike, sites that all plans found open, the
# other sites; zones have the rest.
LEAST_SHARE, PLANS_SHARE, NEEDED_SHARE, SITES_SHARE = 0.1, 0.35, 0.6, 0.75
Key = TypeVar("Key")
Label = Literal["in_all", "replaceable", "undecided"]
LABELS: tuple[Label, ...] = ("in_all", "replaceable", "undecided")


@dataclass(frozen=True)
class SiteAlternatives:
    """What is known of a site of a plan: whether all good plans open it.

    Attributes
    ----------
    bound
        No plan within the objective that leaves it closed has less shortfall; infinite where there is none.
    least
        The plan with the least shortfall of those found; None without one. It may exceed what a good plan may lack.
    instead
        A good plan that leaves it closed, the one most like the plan; None where none was found.
    """

    site_id: str
    label: Label
    bound: float
    least: GoodPlan | None
    instead: GoodPlan | None


@dataclass(frozen=True)
class ZonePosts:
    """Posts in a zone: of the plan, the fewest and the most of the good plans found, and what none goes beyond."""

    zone_id: str
    posts: int
    fewest: int
    fewest_bound: int
    most: int
    most_bound: int

    @property
    def is_decided(self) -> bool:
        """Whether the fewest and the most are proven."""
        return self.fewest == self.fewest_bound and self.most == self.most_bound


@dataclass(frozen=True)
class Alternatives:
    """Good plans beside one plan, and what they say of it.

    Attributes
    ----------
    plans
        Good plans unlike one another, the plan itself first.
    shared_bounds
        Of each but the first: no good plan shares fewer sites with each of those before it.
    hosts
        Near hosts of its sites (`near_hosts.tabulate_near_hosts`).
    zones
        Posts by zone; None where the territory has no such zones.
    ended_by
        Why the searches ended.
    """

    scenario: Scenario
    instance: Instance
    choice: ChoiceReport
    limits: GoodLimits
    least_shortfall: float
    plans: tuple[GoodPlan, ...]
    shared_bounds: tuple[int, ...]
    sites: tuple[SiteAlternatives, ...]
    hosts: pd.DataFrame
    zones: tuple[ZonePosts, ...] | None
    zone_of_site: Mapping[str, str]
    ended_by: Literal["exhausted", "time_limit", "interrupt"]

    @property
    def own(self) -> GoodPlan:
        """The plan itself."""
        return self.plans[0]

    @property
    def preference(self) -> Preference:
        """The terms of the choice."""
        if self.instance.preference is None:
            raise ValueError
        return self.instance.preference

    @property
    def apl_gain(self) -> float:
        """Visits a year that the least shortfall found saves."""
        return self.preference.shortfall_of_nothing - self.least_shortfall

    def apl_given_up_share(self, shortfall: float) -> float:
        """Return the share of the APL gain that a plan with some shortfall gives up."""
        return self.choice.apl_given_up_share(shortfall, self.preference.shortfall_of_nothing)

    def gain_given_up_share(self, objective: float) -> float:
        """Return the share of the best plan's gain that a plan with some objective gives up."""
        return self.choice.gain_given_up_share(objective, self.limits.before)

    @property
    def known(self) -> tuple[GoodPlan, ...]:
        """The good plans that are told of: those unlike one another, then those that do without a site."""
        every = {plan.decisions: plan for plan in self.plans}
        for site in self.sites:
            if site.instead is not None:
                every.setdefault(site.instead.decisions, site.instead)
        return tuple(every.values())

    def posts(self, plan: GoodPlan) -> dict[str, int]:
        """Return the posts of the choice's profession, by ``site_id``."""
        staff = plan.plan.staff
        own = staff[staff["profession"].eq(self.preference.profession)]
        return {str(site): int(count) for site, count in zip(own["site_id"], own["recruited"], strict=True)}

    def moved_posts(self, plan: GoodPlan, other: GoodPlan) -> int:
        """Return how many posts of a plan are in another zone in another plan, or in none."""
        here, there = ({}, {})  # type: tuple[dict[str, int], dict[str, int]]
        for counted, each in ((here, plan), (there, other)):
            for site, posts in self.posts(each).items():
                zone = self.zone_of_site.get(site, "")
                counted[zone] = counted.get(zone, 0) + posts
        return sum(max(0, posts - there.get(zone, 0)) for zone, posts in here.items())


def limits_of(choice: ChoiceReport, preference: Preference, before: float) -> GoodLimits:
    """Return what a good plan keeps; ``before`` is the objective of opening nothing."""
    return GoodLimits(choice.objective_most, preference.shortfall_allowed(choice.shortfall.found), before)


def find_alternatives(
    known: Problem, scenario: Scenario, plan: Plan, choice: ChoiceReport, settings: Settings
) -> Alternatives:
    """Return what other plans are as good as a run's, found within the settings' time limit.

    Parameters
    ----------
    known
        What questions about the territory share.
    choice
        How the plan was chosen: within which objective, and the least shortfall found.

    Raises
    ------
    SolverError
        If the plan is none, or is no good plan of its choice.
    """
    instance = known.instance.asked(scenario)
    if instance.preference is None:
        raise ValueError
    limits = limits_of(choice, instance.preference, known.objective_before)
    course = _Course(settings)
    good = GoodPlans(instance, settings, limits, plan)
    hosts, swaps = tabulate_near_hosts(known.territory, good, choice)
    for each in swaps:
        good.keep(each)
    zone_of_site = zones_of_sites(known.territory, instance)
    course.count = MOST_PLANS + len(good.found[0].site_ids) + 2 * len(set(zone_of_site.values()))
    if course.goes_on:
        good.least(course.seconds(LEAST_SHARE, 1))
    plans, shared_bounds = _unlike_plans(good, course)
    bounds = _without_each(good, sorted(plans[0].site_ids), course)
    zones = _zone_posts(good, zone_of_site, course) if zone_of_site else None
    sites = []
    for site in sorted(plans[0].site_ids):
        reached = bounds.get(site)
        bound = 0.0 if reached is None else reached.bound
        sites.append(examine_site(good, site, bound, None if reached is None else reached.plan))
    return Alternatives(
        scenario=scenario,
        instance=instance,
        choice=choice,
        limits=limits,
        least_shortfall=choice.shortfall.found,
        plans=tuple(plans),
        shared_bounds=tuple(shared_bounds),
        sites=tuple(sites),
        hosts=hosts,
        zones=zones,
        zone_of_site=zone_of_site,
        ended_by=course.ended_by(good),
    )


class _Course:
    """Divides the time among the searches, and tells how many are done."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._begin = settings, time.monotonic()
        self.count, self._done, self._is_short = 1, 0, False

    @property
    def goes_on(self) -> bool:
        """Whether there is time for another search."""
        is_over = time.monotonic() >= self._begin + self._settings.time_limit_s
        self._is_short |= is_over
        return not is_over and not self._settings.interrupted.is_set()

    def ended_by(self, good: GoodPlans) -> Literal["exhausted", "time_limit", "interrupt"]:
        """Return why no more is searched."""
        if self._settings.interrupted.is_set():
            return "interrupt"
        return "time_limit" if self._is_short or good.is_cut_short else "exhausted"

    def seconds(self, share: float, left: int) -> float:
        """Return the seconds of the next of some searches that are to end within a share of the time."""
        self._settings.report(Progress("alternatives", done=min(self._done, self.count), count=self.count))
        self._done += 1
        limit = self._settings.time_limit_s
        return max(limit / 1000, (self._begin + share * limit - time.monotonic()) / left)

    def each(self, keys: Sequence[Key], share: float) -> Iterator[tuple[Key, float]]:
        """Yield each key with the seconds of its search, as long as there is time."""
        for number, key in enumerate(keys):
            if not self.goes_on:
                return
            yield key, self.seconds(share, len(keys) - number)


def _unlike_plans(good: GoodPlans, course: _Course) -> tuple[list[GoodPlan], list[int]]:
    """Return good plans that share few sites, the first found first, and the fewest that each may share."""
    plans, bounds = [good.found[0]], []
    for left in range(MOST_PLANS - 1, 0, -1):
        if not course.goes_on:
            break
        seconds = course.seconds(PLANS_SHARE, left)
        reached = good.apart_from(plans, seconds)
        if reached.plan is None or any(reached.plan.site_ids == each.site_ids for each in plans):
            break  # no other plan was found
        plans.append(reached.plan)
        bounds.append(min(int(reached.bound), shared_with(reached.plan, plans[:-1])))
    return plans, bounds


def _without_each(good: GoodPlans, sites: Sequence[str], course: _Course) -> dict[str, Reached]:
    """Return what is reached without each of some sites: whether any good plan is, then how good the best one is.

    Of sites that every plan found opens the first comes before the second of any, so that labels are known.
    """
    found: dict[str, Reached] = {}
    needed = [site for site in sites if all(site in plan.site_ids for plan in good.found)]
    for site, seconds in course.each(needed, NEEDED_SHARE):
        found[site] = good.without(site, seconds, any_good=True)
    again = [site for site in sites if site not in found or not good.excludes(found[site].bound)]
    for site, seconds in course.each(again, SITES_SHARE):
        reached, before = good.without(site, seconds), found.get(site)
        found[site] = (
            reached if before is None else Reached(reached.plan or before.plan, max(reached.bound, before.bound))
        )
    return found


def examine_site(good: GoodPlans, site_id: str, bound: float, least: GoodPlan | None) -> SiteAlternatives:
    """Return what is known of a site from a bound on the shortfall without it and the plans found."""
    without = [plan for plan in good.found if site_id not in plan.site_ids]
    own = good.found[0].site_ids
    instead = min(without, key=lambda plan: (-len(plan.site_ids & own), plan.shortfall), default=None)
    every = [*without, *([] if least is None else [least])]
    label: Label = "replaceable" if instead is not None else "undecided"
    if instead is None and good.excludes(bound):
        label = "in_all"
    return SiteAlternatives(site_id, label, bound, min(every, key=lambda plan: plan.shortfall, default=None), instead)


def zones_of_sites(territory: Territory, instance: Instance) -> dict[str, str]:
    """Return the zone that each candidate site lies in, where it lies in one."""
    zones = zone_of_place(territory, ZONES)
    return {site: zones[place] for site, place in instance.sites.items() if place in zones}


def _zone_posts(good: GoodPlans, zone_of_site: Mapping[str, str], course: _Course) -> tuple[ZonePosts, ...]:
    """Return posts by zone, those with most posts in the plan first."""
    sites: dict[str, set[str]] = {}
    for site, zone in zone_of_site.items():
        sites.setdefault(zone, set()).add(site)
    own = good.found[0]
    order = sorted(sites, key=lambda zone: (-good.count(own, sites[zone]), zone))
    bounds = {(zone, sign): good.trivial_bound(sign) for zone in order for sign in (1, -1)}
    staffed = [zone for zone in order if min(good.count(plan, sites[zone]) for plan in good.found)]
    asked = [*((zone, 1) for zone in staffed), *((zone, -1) for zone in order)]  # elsewhere the fewest are none
    for (zone, sign), seconds in course.each(asked, 1.0):
        bounds[zone, sign] = max(bounds[zone, sign], int(good.posts_at(sites[zone], sign, seconds).bound))
    found = []
    for zone in order:
        counts = [good.count(plan, sites[zone]) for plan in good.found]
        fewest, most = min(counts), max(counts)
        lowest, highest = min(fewest, bounds[zone, 1]), max(most, -bounds[zone, -1])
        found.append(ZonePosts(zone, good.count(own, sites[zone]), fewest, lowest, most, highest))
    return tuple(found)
