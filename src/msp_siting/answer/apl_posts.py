"""How the APL of a territory depends on new posts, and what a question asks of it: its goal, and means of zones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse as sp

from msp_siting.answer.apl import apl_by_point, decayed_times, need, visits_per_gp
from msp_siting.answer.coverage import posts_by_place
from msp_siting.problem import COMMUNE, ROUNDING_VISITS, UNDER_65, AplGoal, Instance, Plan, ZoneApl
from msp_siting.scenario import Apl, Scenario, rules_by_zone
from msp_siting.territory import Territory


@dataclass(frozen=True)
class AplOfPosts:
    """The APL of demand points as a function of posts, one row per demand point of the territory.

    Attributes
    ----------
    site_ids
        Columns of ``visits``.
    nothing
        The APL with nothing opened.
    need
        Standardised inhabitants.
    visits
        What one post at a site adds (CSR).
    drops
        What each recruit takes away, as ordinary installations end; at most ``most_drawing`` recruits do.
    """

    demand_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    nothing: np.ndarray
    need: np.ndarray
    visits: sp.csr_array
    drops: np.ndarray
    most_drawing: float

    def means_of(self, members: Sequence[np.ndarray]) -> "AplOfPosts":
        """Return the same of the means of some groups of rows, weighed by need; ``demand_ids`` are numbers then."""
        rows = np.repeat(np.arange(len(members)), [len(each) for each in members])
        columns = np.concatenate([np.empty(0, int), *members]).astype(int)
        shape = (len(members), len(self.need))
        summing = sp.csr_array((np.ones(len(columns)), (rows, columns)), shape=shape)
        total = summing @ self.need
        shares = sp.diags_array(1 / np.where(total > 0, total, 1.0)) @ summing @ sp.diags_array(self.need)
        return AplOfPosts(
            demand_ids=tuple(map(str, range(len(members)))),
            site_ids=self.site_ids,
            nothing=shares @ self.nothing,
            need=total,
            visits=sp.csr_array(shares @ self.visits),
            drops=shares @ self.drops,
            most_drawing=self.most_drawing,
        )

    def most_lacks(self, level: float | np.ndarray) -> np.ndarray:
        """Return what each lacks to a level, or to its own, at the most."""
        most: np.ndarray = level - self.nothing + self.drops * self.most_drawing
        return most


def apl_of_posts(territory: Territory, apl: Apl, instance: Instance) -> AplOfPosts:
    """Return how the APL of each demand point depends on posts at the candidate sites.

    Parameters
    ----------
    territory
        At the horizon.
    """
    per_gp = visits_per_gp(territory, apl)
    demand_ids = tuple(territory.demand["demand_id"])
    nothing = apl_by_point(territory, apl, posts_by_place(instance, apl.profession, Plan.empty()), per_gp)
    terms = instance.professions[apl.profession]
    drops = pd.Series(0.0, index=nothing.index)
    if terms.is_drawn:
        drops = apl_by_point(territory, apl, pd.Series(terms.drawn_posts), per_gp)
    return AplOfPosts(
        demand_ids=demand_ids,
        site_ids=tuple(instance.sites),
        nothing=nothing.to_numpy(float),
        need=need(territory, apl.profession).to_numpy(float),
        visits=_visits_of_a_post(territory, apl, instance, per_gp),
        drops=drops.reindex(nothing.index).fillna(0.0).to_numpy(float),
        most_drawing=terms.most_drawing if terms.is_drawn else 0.0,
    )


def _visits_of_a_post(territory: Territory, apl: Apl, instance: Instance, per_gp: float) -> sp.csr_array:
    """Return the visits that a post at each site adds, one row per demand point, one column per site."""
    times, pressure = decayed_times(territory, apl)
    row = {point: number for number, point in enumerate(territory.demand["demand_id"])}
    column = {place: number for number, place in enumerate(dict.fromkeys(instance.sites.values()))}
    own = times[times["demand_id"].isin(row.keys()) & times["place_id"].isin(column.keys())]
    added = (own["decay"] * per_gp / own["place_id"].map(pressure).astype(float)).to_numpy(float)
    rows, columns = (own[key].map(at).to_numpy(int) for key, at in (("demand_id", row), ("place_id", column)))
    by_place = sp.csc_array((added, (rows, columns)), shape=(len(row), len(column)))
    return sp.csr_array(by_place[:, [column[place] for place in instance.sites.values()]])


def with_apl_terms(territory: Territory, scenario: Scenario, instance: Instance) -> Instance:
    """Return a problem with the goal that its measure of the APL is, and the mean APL that is asked of zones.

    Parameters
    ----------
    territory
        At the horizon.
    """
    asks_zones = scenario.question.asks_for_apl
    if not scenario.model.objective.is_of_apl and not asks_zones:
        return instance
    found = apl_of_posts(territory, scenario.model.apl, instance)
    goal = goal_of(territory, scenario, found) if scenario.model.objective.is_of_apl else None
    zones = zone_apl_of(territory, scenario, found) if asks_zones else None
    return replace(instance, goal=goal, zone_apl=zones)


def goal_of(territory: Territory, scenario: Scenario, posts: AplOfPosts) -> AplGoal:
    """Return what is minimised where it is a measure of the APL (`problem.check_apl_goal` has seen that it can be).

    Of GPs under 65 the level is the official one by commune, and new posts are held by GPs under 65.
    """
    objective, apl = scenario.model.objective, scenario.model.apl
    demand = territory.demand
    gps = "all" if objective.gps is None else objective.gps.value
    if gps == "under_65":
        posts = replace(posts, nothing=demand[UNDER_65].to_numpy(float), drops=np.zeros(len(demand)), most_drawing=0.0)
    level = COMMUNE if objective.level is None else objective.level.value
    people = demand["inhabitants"].to_numpy(float)
    units = demand["demand_id"]
    if level != COMMUNE:  # who lies in no zone counts alone
        zones = demand[f"{level}_id"]
        units = zones.where(zones.ne(""), demand["demand_id"])
        names, of_unit = np.unique(units, return_inverse=True)
        members = [np.flatnonzero(of_unit == number) for number in range(len(names))]
        posts = posts.means_of(members)
        people = np.bincount(of_unit, people, minlength=len(names))
        units = pd.Series(names)
    floor = apl.floor_visits_per_year.value
    weighs = people > 0 if objective.measure == "apl_inhabitants_below_floor" else posts.need > 0
    is_short = (posts.most_lacks(floor) > ROUNDING_VISITS) & weighs
    bands = scenario.model.need.bands
    return AplGoal(
        profession=apl.profession,
        site_ids=posts.site_ids,
        need=posts.need[is_short],
        gaps=floor - posts.nothing[is_short],
        visits=sp.csr_array(posts.visits[is_short]),
        drops=posts.drops[is_short],
        measure=objective.measure,  # type: ignore[arg-type]
        level=level,
        gps=gps,
        unit_ids=tuple(units[is_short]),
        inhabitants=people[is_short],
        floor=floor,
        band_upper_shares=tuple(bands.upper_shares.value) if objective.bands else (1.0,),
        band_slopes=tuple(bands.slopes.value) if objective.bands else (1.0,),
    )


def zone_apl_of(territory: Territory, scenario: Scenario, posts: AplOfPosts) -> ZoneApl:
    """Return the mean APL that is asked of zones: of those that may lack some, whatever is opened."""
    keys: list[tuple[str, str]] = []
    members: list[np.ndarray] = []
    least: list[float] = []
    for kind in scenario.question.zones:
        column = territory.demand[f"{kind}_id"]
        for zone, rule in rules_by_zone(scenario.question.zones, kind, sorted(set(column) - {""})).items():
            if rule.apl_mean is not None:
                keys.append((kind, zone))
                members.append(np.flatnonzero(column.eq(zone)))
                least.append(rule.apl_mean.min)
    means, asked = posts.means_of(members), np.array(least, float)
    may_lack = (means.most_lacks(asked) > 0) & (means.need > 0)
    return ZoneApl(
        profession=scenario.model.apl.profession,
        site_ids=means.site_ids,
        need=means.need[may_lack],
        gaps=(asked - means.nothing)[may_lack],
        visits=sp.csr_array(means.visits[may_lack]),
        drops=means.drops[may_lack],
        keys=tuple(key for key, kept in zip(keys, may_lack.tolist(), strict=True) if kept),
        least=asked[may_lack],
    )
