"""Installations and departures by zone and year, as a source publishes them: what must hold of them."""

from collections.abc import Iterator

import pandas as pd

from msp_siting.errors import Sentence, problem
from msp_siting.files import near_name, row_number
from msp_siting.territory.territory import WHOLE, Territory


def flow_problems(territory: Territory) -> Iterator[Sentence]:
    """Yield what is wrong with ``flows.csv``, by row: zones unknown, people counted twice, ranges that do not hold."""
    flows, kinds = territory.flows, [*territory.zone_kinds, WHOLE]
    for row, kind, zone_id in zip(flows.index, flows["kind"], flows["zone_id"], strict=True):
        if kind not in kinds:
            unknown = problem("demand.csv has no column {column}", column=f"{kind}_id") + near_name(kind, kinds)
            yield unknown.at("kind").at(row_number(row))
        elif zone_id not in (known := _zones(territory, kind)):
            lies = problem("no demand point lies in zone {zone!r} of kind {kind}", zone=zone_id, kind=kind)
            yield (lies + near_name(zone_id, known)).at("zone_id").at(row_number(row))
    for profession, rows in flows.groupby("profession"):
        found = sorted(rows["kind"].unique())
        if len(found) > 1:
            twice = problem(
                "{profession} is given by several kinds of zone ({kinds}), which would count people twice; keep one",
                profession=profession,
                kinds=", ".join(found),
            )
            yield twice.at("kind").at(row_number(rows.index[0]))
    yield from _range_problems(flows)


def _zones(territory: Territory, kind: str) -> set[str]:
    """Return the ids of the zones of a kind in which somebody lives, those of the rim among them."""
    if kind == WHOLE:
        return {territory.manifest.name}
    tables = [territory.demand] if territory.rim is None else [territory.demand, territory.rim.demand]
    column = f"{kind}_id"
    return {zone for table in tables if column in table.columns for zone in table[column].unique()}


def _range_problems(flows: pd.DataFrame) -> Iterator[Sentence]:
    """Yield where what comes less what goes does not lie in the range that is stated of it, or half of it is."""
    net = flows["installations_per_year"] - flows["departures_per_year"]
    missing = pd.Series(float("nan"), index=flows.index)
    low, high = (flows.get(f"net_per_year_{end}", missing) for end in ("low", "high"))
    for row in flows.index:
        ends = [end for end, values in (("low", low), ("high", high)) if pd.notna(values[row])]
        if len(ends) == 1:
            yield problem("give both net_per_year_low and net_per_year_high, or neither").at(row_number(row))
        elif ends and not low[row] <= net[row] <= high[row]:
            outside = problem(
                "installations less departures are {net:g} a year, outside {low:g} to {high:g}",
                net=net[row],
                low=low[row],
                high=high[row],
            )
            yield outside.at("net_per_year_low, net_per_year_high").at(row_number(row))
