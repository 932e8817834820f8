"""Figures of one zone of a diagnosis: its rows of zones.csv, those of its communes, and its zoning."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from msp_siting.answer import Diagnosis, zoning_kind
from msp_siting.territory import ZoneStatus, gp_statuses


@dataclass(frozen=True)
class ZoneFigures:
    """One zone.

    Attributes
    ----------
    professions
        Rows of ``zones.csv``, by profession.
    points
        Its rows of ``coverage.csv`` for the lead profession, with ``practitioners_<profession>`` for each.
    zoning
        Inhabitants by status of the zoning of GPs, with the zoning; empty where none is loaded.
    """

    kind: str
    zone_id: str
    name: str
    professions: Mapping[str, Mapping[str, Any]]
    points: pd.DataFrame
    zoning: tuple[tuple[ZoneStatus, float], ...]


def figures_of_zones(diagnosis: Diagnosis, kind: str) -> list[ZoneFigures]:
    """Return the zones of a kind in which somebody lives, in the order of their ids."""
    lead, demand = diagnosis.scenario.model.apl.profession, diagnosis.territory.demand.set_index("demand_id")
    posts = diagnosis.points.pivot_table(index="demand_id", columns="profession", values="practitioners", sort=False)
    points = diagnosis.points[diagnosis.points["profession"].eq(lead)].join(
        posts.add_prefix("practitioners_"), on="demand_id"
    )
    zone_of = points["demand_id"].map(demand[f"{kind}_id"])
    of_kind = diagnosis.zones[diagnosis.zones["kind"].eq(kind)]
    rows = {str(zone_id): own for zone_id, own in of_kind.groupby("zone_id")}
    lived_in, found = zone_rows(diagnosis, kind), []
    for zone_id, own in points.groupby(zone_of):
        if zone_id not in lived_in:
            continue
        records = {str(row["profession"]): row for row in rows[str(zone_id)].to_dict("records")}
        name = str(records[lead]["name"])
        found.append(ZoneFigures(kind, str(zone_id), name, records, own, _zoning(diagnosis, own, demand)))
    return found


def zone_rows(diagnosis: Diagnosis, kind: str) -> dict[str, dict[str, Any]]:
    """Return the rows of ``zones.csv`` of the zones of a kind in which somebody lives, for the lead profession."""
    lead, zones = diagnosis.scenario.model.apl.profession, diagnosis.zones
    rows = zones[zones["kind"].eq(kind) & zones["profession"].eq(lead) & zones["inhabitants"].gt(0)]
    return {str(row["zone_id"]): {str(name): value for name, value in row.items()} for row in rows.to_dict("records")}


def _zoning(diagnosis: Diagnosis, points: pd.DataFrame, demand: pd.DataFrame) -> tuple[tuple[ZoneStatus, float], ...]:
    """Return inhabitants of a zone by what the zoning of GPs says of where they live, the most first."""
    kind = zoning_kind(diagnosis)
    if kind is None:
        return ()
    statuses = {each.zone_id: each for each in gp_statuses(diagnosis.territory) if each.kind == kind}
    people: dict[str, float] = {}
    example: dict[str, ZoneStatus] = {}
    for demand_id, inhabitants in zip(points["demand_id"], points["inhabitants"], strict=True):
        zone = statuses.get(str(demand.loc[demand_id, f"{kind}_id"]))
        if zone is not None:
            people[zone.status] = people.get(zone.status, 0.0) + float(inhabitants)
            example.setdefault(zone.status, zone)
    return tuple((example[status], people[status]) for status in sorted(people, key=lambda each: -people[each]))
