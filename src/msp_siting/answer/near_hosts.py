"""Hosts near the sites of a plan: what the plan would give up if one of its teams worked there instead."""

from collections.abc import Iterable, Sequence

import pandas as pd

from msp_siting.problem import ChoiceReport
from msp_siting.solver import GoodPlan, GoodPlans, hosts_of, shortfalls_of_swaps, swapped
from msp_siting.territory import Territory

NEAR_MINUTES = 15.0
MOST_HOSTS = 5  # of one site
HOST_COLUMNS = {
    "site_id": "str",
    "host_site_id": "str",
    "minutes": "float64",
    "apl_cost_share": "float64",
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
    preference, sites = reckoner.preference, reckoner.instance.sites
    gain = preference.shortfall_of_nothing - choice.shortfall.found
    rows, swaps = [], []
    for site in sorted(own.site_ids):
        minutes = _minutes_around(territory, sites[site], {sites[each] for each in sites})
        shortfalls = shortfalls_of_swaps(preference, own.plan, site)
        hosts = [host for host in hosts_of(reckoner.instance, own.plan, site) if sites[host] in minutes]
        kept = 0
        for host in sorted(hosts, key=lambda each: (shortfalls[each], each)):
            found = reckoner.reckon(swapped(own.plan, site, host))
            if found is None:
                continue
            is_good = reckoner.is_good(found)
            shares = [
                (found.shortfall - own.shortfall) / gain if gain > 0 else 0.0,
                choice.apl_given_up_share(found.shortfall, preference.shortfall_of_nothing),
                choice.gain_given_up_share(found.objective, good.limits.before),
            ]
            rows.append((site, host, minutes[sites[host]], *shares, is_good))
            swaps += [found] if is_good else []
            kept += 1
            if kept == MOST_HOSTS:
                break
    return host_table(rows), swaps


def host_table(rows: Sequence[object]) -> pd.DataFrame:
    """Return rows of near hosts as a table."""
    return pd.DataFrame(rows, columns=list(HOST_COLUMNS)).astype(HOST_COLUMNS)


def _minutes_around(territory: Territory, place: str, others: Iterable[str]) -> dict[str, float]:
    """Return the minutes to each of some places within reach, the lesser of the directions that are known."""
    times = territory.travel_times
    times = times[times["minutes"].le(NEAR_MINUTES)]
    there = times[times["demand_id"].eq(place) & times["place_id"].isin(set(others))]
    back = times[times["place_id"].eq(place) & times["demand_id"].isin(set(others))]
    found = {place: 0.0}
    for other, minutes in (
        *there[["place_id", "minutes"]].itertuples(index=False, name=None),
        *back[["demand_id", "minutes"]].itertuples(index=False, name=None),
    ):
        if other != place:
            found[other] = min(minutes, found.get(other, minutes))
    return found
