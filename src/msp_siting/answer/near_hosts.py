"""Hosts near the sites of a plan: what the plan would give up if one of its teams worked there instead."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import pandas as pd

from msp_siting.problem import (
    ChoiceReport,
    Instance,
    Plan,
    Preference,
    problems_of_decisions,
)
from msp_siting.solver import GoodPlan, GoodPlans, hosts_of, shortfalls_of_swaps, swapped
from msp_siting.territory import Territory

NEAR_MINUTES = 15.0
MOST_HOSTS = 5  # of one site
MOST_NAMED = 3  # of one site, where the plan alone is told of
NAMED_COLUMNS = {"site_id": "str", "host_site_id": "str", "minutes": "float64", "apl_cost_share": "float64"}
HOST_COLUMNS = {
    **NAMED_COLUMNS,
    "apl_given_up_share": "float64",
    "gain_given_up_share": "float64",
    "good": "bool",
}


def tabulate_near_hosts(
    territory: Territory, good: GoodPlans, choice: ChoiceReport
) -> tuple[pd.DataFrame, list[GoodPlan]]:
    """Return the near hosts of every site of a plan, and the good plans among the swaps.

    One row per (``site_id``, ``host_site_id``), at most `MOST_HOSTS` of a site, in the order of the APL that the swap
    costs: the same format with the same posts there, all else as in the plan. A swap that breaks a rule is left out.
    """
    own, reckoner = good.found[0], good.reckoner
    preference = reckoner.preference
    rows, swaps = [], []
    for site in sorted(own.site_ids):
        kept = 0
        for host, minutes, _ in _hosts_in_order(territory, reckoner.instance, preference, own.plan, site):
            found = reckoner.reckon(swapped(own.plan, site, host))
            if found is None:
                continue
            is_good = reckoner.is_good(found)
            shares = [
                _cost_share(choice, preference, found.shortfall - own.shortfall),
                choice.apl_given_up_share(found.shortfall, preference.shortfall_of_nothing),
                choice.gain_given_up_share(found.objective, good.limits.before),
            ]
            rows.append((site, host, minutes, *shares, is_good))
            swaps += [found] if is_good else []
            kept += 1
            if kept == MOST_HOSTS:
                break
    return host_table(rows), swaps


def name_near_hosts(territory: Territory, instance: Instance, plan: Plan, choice: ChoiceReport | None) -> pd.DataFrame:
    """Return the near hosts of every site of a plan, without asking who would be uncovered (a search would have to).

    One row per (``site_id``, ``host_site_id``), at most `MOST_NAMED` of a site, as in `tabulate_near_hosts`: with
    ``minutes`` and ``apl_cost_share`` only. No row where the plan was not chosen among others as good.
    """
    preference = instance.preference
    rows: list[tuple[str, str, float, float]] = []
    if preference is not None and choice is not None:
        own = preference.shortfall(plan)
        for site in sorted(plan.sites["site_id"]):
            hosts = (
                (site, host, minutes, _cost_share(choice, preference, shortfall - own))
                for host, minutes, shortfall in _hosts_in_order(territory, instance, preference, plan, site)
                if not problems_of_decisions(instance, swapped(plan, site, host))
            )
            rows += islice(hosts, MOST_NAMED)
    return pd.DataFrame(rows, columns=list(NAMED_COLUMNS)).astype(NAMED_COLUMNS)


def _hosts_in_order(
    territory: Territory, instance: Instance, preference: Preference, plan: Plan, site: str
) -> Iterator[tuple[str, float, float]]:
    """Yield host, minutes and the shortfall with the site's posts there, the least shortfall first."""
    sites = instance.sites
    minutes = _minutes_around(territory, sites[site], sites.values())
    shortfalls = shortfalls_of_swaps(preference, plan, site)
    hosts = [host for host in hosts_of(instance, plan, site) if sites[host] in minutes]
    for host in sorted(hosts, key=lambda each: (shortfalls[each], each)):
        yield host, minutes[sites[host]], shortfalls[host]


def _cost_share(choice: ChoiceReport, preference: Preference, more: float) -> float:
    """Return what so many visits more that lack are of what the least shortfall found saves."""
    gain = preference.shortfall_of_nothing - choice.shortfall.found
    return more / gain if gain > 0 else 0.0


def host_table(rows: Sequence[object]) -> pd.DataFrame:
    """Return rows of near hosts as a table."""
    return pd.DataFrame(rows, columns=list(HOST_COLUMNS)).astype(HOST_COLUMNS)


def _minutes_around(territory: Territory, place: str, others: Iterable[str]) -> dict[str, float]:
    """Return the minutes to each of some places within reach, the lesser of the directions that are known."""
    times, known = territory.travel_times, set(others)
    times = times[times["minutes"].le(NEAR_MINUTES)]
    there = times[times["demand_id"].eq(place) & times["place_id"].isin(known)]
    back = times[times["place_id"].eq(place) & times["demand_id"].isin(known)]
    found = {place: 0.0}
    for other, minutes in (
        *there[["place_id", "minutes"]].itertuples(index=False, name=None),
        *back[["demand_id", "minutes"]].itertuples(index=False, name=None),
    ):
        if other != place:
            found[other] = min(minutes, found.get(other, minutes))
    return found
