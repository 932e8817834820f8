"""The sets and numbers of one problem: no files, no Pyomo, nothing left to look up."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self

import numpy as np

from msp_siting.problem.apl_terms import TOLERANCE_VISITS, AplGoal, AplMeasure, ZoneApl
from msp_siting.problem.preference import Preference
from msp_siting.problem.terms import FormatTerms, Pairs, ProfessionTerms, ZoneLimits, ZoneTerms
from msp_siting.scenario import Scenario
from msp_siting.units import cents_of, cents_within


@dataclass(frozen=True)
class Instance:
    """A location-allocation problem, ready to be formulated.

    Attributes
    ----------
    inhabitants
        People by ``demand_id``.
    sites
        ``place_id`` by ``site_id`` of the candidate sites.
    capex_eur
        Capital cost by (``site_id``, format), for the formats allowed there.
    band_upper_shares, band_slopes
        Convex bands of the share of need left uncovered; one band of slope 1 in a model without bands.
    constraints
        Names of the rules that hold.
    near_sites
        Groups of candidate sites of which one may open at most: any two of a group are too near to one another (or of
        one commune that may have one opening), and any two that are stand in one group.
    near_parents
        A site and one of its parent, too near to one another for both to open unless the first is a satellite.
    openings_by_commune
        Candidate sites of one commune, and how many of them may open at most otherwise than as extensions.
    moved
        Existing posts (FTE) that come to a place (above 0) or leave it (below 0) when a site opens in a format: by
        (``site_id``, format) the posts by (``place_id``, profession).
    zone_limits
        Limits on recruits by the zoning of their profession.
    preference
        By what one of the plans that are as good is chosen; None where any will do.
    forced_formats
        Format by ``site_id`` of the forced sites that have one.
    excluded_formats
        (``site_id``, format) that may not open.
    kept
        Least posts by profession of each (``site_id``, format) of an earlier plan that opens again.
    zones
        What is asked of single zones.
    most_uncovered
        By profession, how much need (standardised inhabitants) may be left uncovered at most, where a share is asked.
    need_weights
        By what need is multiplied, by ``demand_id``; 1 where it is not. ``need_index`` has it already.
    measure
        What the first stage minimises: need left uncovered, the cost of works and equipment, or a measure of the APL.
    goal
        What that measure of the APL is made of; None for others, and where nothing is decided.
    zone_apl
        The mean APL that is asked of zones; None where none is.
    budget_eur, aid_budget_eur
        Two purses, never summed: for works and equipment, and for aid to the practitioners who come (None: no limit).
    """

    professions: dict[str, ProfessionTerms]
    formats: dict[str, FormatTerms]
    inhabitants: dict[str, float]
    sites: dict[str, str]
    capex_eur: dict[tuple[str, str], float]
    budget_eur: float
    site_count: tuple[int, int | None]
    forced_sites: tuple[str, ...]
    excluded_sites: tuple[str, ...]
    band_upper_shares: tuple[float, ...]
    band_slopes: tuple[float, ...]
    constraints: frozenset[str]
    near_sites: tuple[tuple[str, ...], ...] = ()
    near_parents: tuple[tuple[str, str], ...] = ()
    openings_by_commune: tuple[tuple[tuple[str, ...], int], ...] = ()
    moved: Mapping[tuple[str, str], Mapping[tuple[str, str], float]] = field(default_factory=dict)
    preference: Preference | None = None
    zone_limits: ZoneLimits = field(default_factory=ZoneLimits)
    aid_budget_eur: float | None = None
    forced_formats: Mapping[str, str] = field(default_factory=dict)
    excluded_formats: tuple[tuple[str, str], ...] = ()
    kept: Mapping[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)
    zones: tuple[ZoneTerms, ...] = ()
    most_uncovered: Mapping[str, float] = field(default_factory=dict)
    need_weights: Mapping[str, float] = field(default_factory=dict)
    measure: Literal["uncovered", "cost"] | AplMeasure = "uncovered"
    goal: AplGoal | None = None
    zone_apl: ZoneApl | None = None

    @property
    def capex_cents(self) -> dict[tuple[str, str], int]:
        """Capital cost by (``site_id``, format), in cents."""
        return {key: cents_of(capex) for key, capex in self.capex_eur.items()}

    @property
    def budget_cents(self) -> int:
        """The budget in whole cents."""
        return cents_within(self.budget_eur)

    @property
    def aid_budget_cents(self) -> int | None:
        """The limit on aid in whole cents; None where there is none."""
        limited = "aid_budget" in self.constraints and self.aid_budget_eur is not None
        return cents_within(self.aid_budget_eur or 0.0) if limited else None

    @property
    def opening_nothing_is_a_plan(self) -> bool:
        """Whether the plan that opens nothing satisfies the rules (else the improvement gap has no value)."""
        rules = self.constraints
        asks_something = (
            self.measure == "cost",  # there is no gain to be measured
            "site_count" in rules and self.site_count[0] > 0,
            "forced_sites" in rules and self.forced_sites,
            "kept_sites" in rules and self.kept,
            "zone_sites" in rules and any(zone.opened[0] > 0 for zone in self.zones),
            "zone_budget" in rules and any(zone.spent_cents[0] > 0 for zone in self.zones),
            self.zone_apl_asked is not None and self.zone_apl_asked.gaps.max(initial=0.0) > TOLERANCE_VISITS,
            self.targeted,  # it may be one: nothing is compared with it all the same
        )
        return not any(asks_something)

    @property
    def targeted(self) -> frozenset[str]:
        """The professions of whose need a share is to be served, in all or in a zone."""
        return frozenset([*self.limits_uncovered, *(name for _, name, *_ in self.limits_uncovered_by_zone)])

    @property
    def limits_uncovered(self) -> dict[str, float]:
        """The need that may be left uncovered at most, by profession, while the rule ``coverage_target`` holds."""
        return dict(self.most_uncovered) if "coverage_target" in self.constraints else {}

    @property
    def limits_uncovered_by_zone(self) -> list[tuple[ZoneTerms, str, float]]:
        """Zone, profession and the need that may be left uncovered there, while the rule ``zone_coverage`` holds."""
        if "zone_coverage" not in self.constraints:
            return []
        return [
            (zone, name, (1.0 - share) * need)
            for zone in self.zones
            for name, share in zone.covered_share.items()
            if (need := self.need_at(zone.points, name)) > 0
        ]

    @property
    def zone_apl_asked(self) -> ZoneApl | None:
        """The mean APL that is asked of zones, while the rule ``zone_apl`` holds."""
        return self.zone_apl if "zone_apl" in self.constraints else None

    def most_recruited(self, profession: str) -> float:
        """Return how many practitioners of a profession can be recruited at the most."""
        terms = self.professions[profession]
        return min(float(terms.pool) if "recruitment_pool" in self.constraints else math.inf, terms.most_drawing)

    @property
    def is_levelled(self) -> bool:
        """Whether no zone has a share to be served: flows say who is, whatever the plan, and reductions hold."""
        return not self.limits_uncovered_by_zone

    def need_at(self, points: Iterable[str], profession: str) -> float:
        """Return the need (standardised inhabitants) of some demand points."""
        index = self.professions[profession].need_index
        return sum(index[point] * self.inhabitants[point] for point in points if point in index)

    def weighted(self, weights: Mapping[str, float]) -> Self:
        """Return the problem with the need of some demand points multiplied, at every stage."""
        professions = {
            name: replace(
                terms,
                need_index={point: index * weights.get(point, 1.0) for point, index in terms.need_index.items()},
            )
            for name, terms in self.professions.items()
        }
        return replace(self, professions=professions, need_weights=dict(weights)) if weights else self

    def unweighted_index(self, profession: str) -> dict[str, float]:
        """Return the need index of each demand point as the territory has it, without the scenario's weights."""
        index = self.professions[profession].need_index
        return {point: need / self.need_weights.get(point, 1.0) for point, need in index.items()}

    def without_need_of(self, professions: Iterable[str]) -> Self:
        """Return the problem without the need of some professions; rules on their posts still hold."""
        none = Pairs((), (), np.empty(0))
        left_out = {name: replace(self.professions[name], need_index={}, pairs=none) for name in professions}
        return replace(self, professions=self.professions | left_out)

    def without_plan_rules(self) -> Self:
        """Return the problem of who is served where, any plan taken as it is."""
        return replace(self, constraints=self.constraints & {"need_balance", "capacity"})

    def asked(self, scenario: Scenario) -> Self:
        """Return the problem with the money, recruits and number of sites of another scenario."""
        professions = {
            name: replace(terms, pool=terms.most_recruits(scenario.recruitable[name]))
            for name, terms in self.professions.items()
        }
        return replace(
            self,
            professions=professions,
            budget_eur=scenario.question.budget_eur,
            aid_budget_eur=scenario.question.aid_budget_eur,
            site_count=(scenario.site_count.min, scenario.site_count.max),
        )

    def drawing(self, shares: Mapping[str, float]) -> Self:
        """Return the problem with other shares of recruits drawn from ordinary installations, by profession."""
        drawn = {name: replace(terms, drawn_share=shares[name]) for name, terms in self.professions.items()}
        return replace(self, professions=drawn)

    def hosts(self, profession: str) -> set[str]:
        """Return the places where a site may open with posts of a profession, or move some to or away."""
        staffed = {self.sites[site] for site, kind in self.capex_eur if self.formats[kind].most.get(profession, 0) > 0}
        return staffed | {place for posts in self.moved.values() for place, name in posts if name == profession}

    def moved_room(self, site: str, kind: str) -> dict[tuple[str, str], float]:
        """Return the standardised inhabitants by which room changes when posts move, by (``place_id``, profession).

        A post that leaves takes its share of the room that the place has for the territory: what is kept there for
        people of the rim stays in proportion. At the place it comes to all of its room is new.
        """
        return {
            (place, name): posts * self._room_of_post(place, name, posts)
            for (place, name), posts in self.moved.get((site, kind), {}).items()
            if name in self.professions
        }

    def leaving_posts(self) -> dict[tuple[str, str], dict[tuple[str, str], float]]:
        """Return the posts that leave each (``place_id``, profession), by the (``site_id``, format) they leave for."""
        leaving: dict[tuple[str, str], dict[tuple[str, str], float]] = {}
        for opened, moved in self.moved.items():
            for key, posts in moved.items():
                if posts < 0 and key[1] in self.professions:
                    leaving.setdefault(key, {})[opened] = -posts
        return leaving

    def leaving_room(self, profession: str) -> dict[str, float]:
        """Return the standardised inhabitants of room that leave each place if everyone moves who may (below 0)."""
        leaving: dict[str, float] = {}
        for site, kind in self.moved:
            for (place, name), room in self.moved_room(site, kind).items():
                if name == profession and room < 0:
                    leaving[place] = leaving.get(place, 0.0) + room
        return leaving

    def posts_that_may_leave(self, place: str, profession: str) -> float:
        """Return the posts of a place that may move: all, less ordinary installations where recruits draw on them."""
        terms = self.professions[profession]
        coming = terms.installations.get(place, 0.0) if terms.is_drawn else 0.0
        return terms.existing.get(place, 0.0) - coming

    def _room_of_post(self, place: str, profession: str, posts: float) -> float:
        terms = self.professions[profession]
        there = terms.existing.get(place, 0.0)
        return terms.room(place) / there if posts < 0 < there else terms.capacity

    @property
    def sites_by_place(self) -> dict[str, list[str]]:
        """The candidate sites at each place, by ``place_id``."""
        at: dict[str, list[str]] = {}
        for site, place in self.sites.items():
            at.setdefault(place, []).append(site)
        return at

    def own_formats_at(self, site: str) -> list[str]:
        """Return the formats in which a site may open that are no satellites."""
        return [name for name in self.formats_at(site) if self.formats[name].action != "satellite"]

    def new_formats_at(self, site: str) -> list[str]:
        """Return the formats in which a site may open that are no extensions of what stands."""
        return [name for name in self.formats_at(site) if self.formats[name].action != "extension"]

    def formats_at(self, site: str) -> list[str]:
        """Return the formats in which a site may open."""
        return [name for name in self.formats if (site, name) in self.capex_eur]

    def needed_in_team(self, kind: str, profession: str) -> int:
        """Return the posts of a profession that a format's team may need; one that any paramedical fills counts."""
        terms = self.formats[kind]
        alone = terms.paramedical_fewest if self.professions[profession].paramedical else 0
        return min(terms.most[profession], max(terms.fewest[profession], alone))

    def need(self, profession: str) -> float:
        """Return the standardised inhabitants of the territory."""
        index = self.professions[profession].need_index
        return sum(need * self.inhabitants[demand_id] for demand_id, need in index.items())

    def existing_capacity(self, profession: str) -> float:
        """Return the standardised inhabitants of the territory that existing practitioners can serve.

        Distance is ignored; what is kept for people of the rim is not in it.
        """
        terms = self.professions[profession]
        return terms.capacity * sum(terms.existing.values()) - sum(terms.reserved.values())
