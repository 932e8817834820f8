"""Plans one swap away: one site closed, its team at another; what each would lack of APL, without a search."""

from collections.abc import Collection, Iterator

import numpy as np
import scipy.sparse as sp

from msp_siting.problem import Instance, Plan, Preference


def swapped(plan: Plan, site_id: str, host_id: str) -> Plan:
    """Return a plan with the format and the posts of one site at another."""
    moved = {site_id: host_id}
    sites, staff = (table.assign(site_id=table["site_id"].replace(moved)) for table in (plan.sites, plan.staff))
    return Plan(
        sites.sort_values(["site_id", "format"], ignore_index=True),
        staff.sort_values(["site_id", "profession"], ignore_index=True),
    )


def hosts_of(instance: Instance, plan: Plan, site_id: str) -> list[str]:
    """Return the candidate sites, closed in a plan, where the format of one of its sites may open."""
    opened = plan.formats
    excluded = set(instance.excluded_sites) if "excluded_sites" in instance.constraints else set()
    kind = opened[site_id]
    return [
        site
        for site in instance.sites
        if site not in opened and site not in excluded and (site, kind) in instance.capex_eur
    ]


def shortfalls_of_swaps(preference: Preference, plan: Plan, site_id: str) -> dict[str, float]:
    """Return the shortfall of a plan with the posts of one site at another, by ``site_id`` of the other."""
    own = plan.staff[plan.staff["profession"].eq(preference.profession)]
    posts = dict(zip(own["site_id"], own["recruited"].astype(float), strict=True))
    moved = posts.pop(site_id, 0.0)
    at = np.array([posts.get(site, 0.0) for site in preference.site_ids])
    lacks = preference.lacks(at, at.sum() + moved)
    without = preference.elsewhere + float(preference.need @ lacks)
    table = sp.coo_array(preference.visits)
    spared = preference.need[table.row] * np.minimum(lacks[table.row], moved * table.data)
    by_site = np.bincount(table.col, spared, minlength=len(preference.site_ids))
    return dict(zip(preference.site_ids, (without - by_site).tolist(), strict=True))


def swaps_in_order(
    instance: Instance, preference: Preference, plan: Plan, sites: Collection[str], barred: Collection[str] = ()
) -> Iterator[tuple[float, Plan]]:
    """Yield shortfall and plan with one of some sites swapped for any other, the least shortfall first.

    Parameters
    ----------
    barred
        Sites that none is swapped for.
    """
    every = []
    for site in sorted(sites):
        shortfalls = shortfalls_of_swaps(preference, plan, site)
        every += [(shortfalls[host], site, host) for host in hosts_of(instance, plan, site) if host not in barred]
    for shortfall, site, host in sorted(every):
        yield shortfall, swapped(plan, site, host)
