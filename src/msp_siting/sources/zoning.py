"""Zones that communes belong to: EPCI, living area, department; zonings, TVS and CPTS where they are loaded."""

from dataclasses import dataclass

import pandas as pd

from msp_siting.sources.commune_codes import folded
from msp_siting.sources.departments import department_names
from msp_siting.sources.france import France

COLUMNS = ["kind", "zone_id", "name"]
STATUS_COLUMNS = [*COLUMNS, "status", "status_source", "status_date"]
STATUSES = ("ZIP", "ZAC")  # nationally defined; every other label (ZAR, ZV, HZ ...) is outside them
NURSE_ZONING_NAMES = {
    "1_Tres_sous_dotee": "Infirmiers : très sous-dotée",
    "2_Sous_dotee": "Infirmiers : sous-dotée",
    "3_intermediaire": "Infirmiers : intermédiaire",
    "4_Tres_dotee": "Infirmiers : très dotée",
    "5_Sur_dotee": "Infirmiers : sur-dotée",
}


@dataclass(frozen=True)
class Zonings:
    """Zones of a territory.

    Attributes
    ----------
    kinds
        In the order of the columns.
    of_commune
        One row per commune: ``<kind>_id`` for each kind, empty where it belongs to none.
    table
        ``zones``: one row per zone that holds a commune, with a GP zoning status where it is loaded.
    """

    kinds: tuple[str, ...]
    of_commune: pd.DataFrame
    table: pd.DataFrame


def zonings(france: France, inside: pd.Index) -> Zonings:
    """Return the zones that communes belong to."""
    communes = france.communes.loc[inside]
    ids: dict[str, pd.Series] = {
        "epci": communes["epci_id"],
        "living_area": communes["living_area_id"],
        "department": communes["department_id"],
    }
    names: dict[str, pd.Series] = {
        "epci": communes.drop_duplicates("epci_id").set_index("epci_id")["epci_name"],
        "living_area": france.living_areas["name"],
        "department": department_names()["name"],
    }
    if "nurse_zoning_id" in communes.columns:
        ids["nurse_zoning"] = communes["nurse_zoning_id"]
        names["nurse_zoning"] = pd.Series(NURSE_ZONING_NAMES)
    for kind in ("tvs", "cpts"):
        if kind in france.tables:
            ids[kind], names[kind] = _from_file(france, kind, inside)
    status = _gp_status(france, inside)
    if status is not None:
        ids["gp_zoning"] = status
        labels = sorted(set(status) - {""})
        names["gp_zoning"] = pd.Series(labels, index=labels, dtype=str)
    kinds = tuple(ids)
    of_commune = pd.DataFrame({f"{kind}_id": ids[kind].reindex(inside).fillna("") for kind in kinds}, index=inside)
    tables = []
    for kind in kinds:
        present = sorted(set(of_commune[f"{kind}_id"]) - {""})
        names_here = names[kind].reindex(present)
        names_here = names_here.where(names_here.notna(), present)
        tables.append(pd.DataFrame({"kind": kind, "zone_id": present, "name": names_here.to_numpy()}))
    table = pd.concat(tables, ignore_index=True)
    if status is not None:
        table = _with_status(table, of_commune, france)
    return Zonings(kinds, of_commune, table)


def _from_file(france: France, kind: str, inside: pd.Index) -> tuple[pd.Series, pd.Series]:
    table = france.tables[kind]
    table = table[table["commune_id"].isin(inside)]
    column = "tvs_id" if kind == "tvs" else "name"  # lists of CPTS give no number
    zone = folded(table, "commune_id", {column: "own"})[column]
    return zone, table.drop_duplicates(column).set_index(column)["name"] if kind == "tvs" else pd.Series(dtype=str)


def _gp_status(france: France, inside: pd.Index) -> pd.Series | None:
    """Return the label of the GP zoning (``ZIP``, ``ZAC``, ``HZ`` ...) without its number, by commune."""
    if "gp_zoning" not in france.tables:
        return None
    table = france.tables["gp_zoning"]
    labels = folded(table, "commune_id", {"status": "own"})["status"]
    return labels.str.replace(r"^\d+b?_", "", regex=True).str.strip().reindex(inside).fillna("")


def _with_status(table: pd.DataFrame, of_commune: pd.DataFrame, france: France) -> pd.DataFrame:
    """Return zones with the status of those whose communes all have the same one."""
    entry = france.entry("gp_zoning")
    status = of_commune["gp_zoning_id"].map(lambda label: label if label in STATUSES else "none" if label else "")
    found = []
    for kind, zone in table[["kind", "zone_id"]].itertuples(index=False):
        inside = set(status[of_commune[f"{kind}_id"].eq(zone)]) if kind in {"tvs", "gp_zoning"} else set()
        found.append(inside.pop() if len(inside) == 1 else "")
    said = pd.Series(found, index=table.index)
    return table.assign(
        status=said,
        status_source=said.ne("").map({True: entry.publisher, False: ""}),
        status_date=said.ne("").map({True: entry.vintage, False: ""}),
    )[STATUS_COLUMNS]
