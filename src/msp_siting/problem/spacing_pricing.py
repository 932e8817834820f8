"""Spacing at prices: what its rows cost the sites that open, and what is paid back for those that may."""

from collections import defaultdict

from msp_siting.problem.instance import Instance
from msp_siting.problem.names import Row
from msp_siting.problem.plan import Prices

SPACING_ROWS = (Row.SPACING, Row.SPACING_PARENTS, Row.SPACING_BY_COMMUNE)


def spacing_at_prices(instance: Instance, prices: Prices) -> tuple[dict[tuple[str, str], float], float]:
    """Return what a site in a format costs at the prices of spacing (below 0 count as 0), and what is paid back.

    Nothing where the rule is off.
    """
    costs: dict[tuple[str, str], float] = defaultdict(float)
    back = 0.0
    if "spacing" not in instance.constraints:
        return costs, back
    for (row, number), price in prices.spacing.items():
        opened, most = _openings(instance, row, number)
        if price > 0:
            back += price * most
            for key in opened:
                costs[key] += price
    return costs, back


def _openings(instance: Instance, row: str, number: int) -> tuple[list[tuple[str, str]], int]:
    """Return the (site, format) that stand in a row of spacing, and how many of them may open; none in no such row."""
    kinds = instance.formats_at
    if row == Row.SPACING and number < len(instance.near_sites):
        return [(site, kind) for site in instance.near_sites[number] for kind in kinds(site)], 1
    if row == Row.SPACING_PARENTS and number < len(instance.near_parents):
        site, other = instance.near_parents[number]
        own = [(site, kind) for kind in instance.own_formats_at(site)]
        return [*own, *((other, kind) for kind in kinds(other))], 1
    if row == Row.SPACING_BY_COMMUNE and number < len(instance.openings_by_commune):
        sites, most = instance.openings_by_commune[number]
        return [(site, kind) for site in sites for kind in instance.new_formats_at(site)], most
    return [], 0
