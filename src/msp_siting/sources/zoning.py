"""Zones that communes belong to: EPCI, living area, department; zonings, TVS and CPTS where they are loaded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from msp_siting.language import fold
from msp_siting.sources.catalogue import CatalogueEntry
from msp_siting.sources.commune_codes import folded
from msp_siting.sources.departments import department_names
from msp_siting.sources.france import France

COLUMNS = ["kind", "zone_id", "name"]
STATUS_COLUMNS = ["status", "status_source", "status_date", "profession", "valid_from", "valid_until"]
UNZONED = "Hors zonage"
NURSE_ZONING_NAMES = {
    "1_Tres_sous_dotee": "Infirmiers : très sous-dotée",
    "2_Sous_dotee": "Infirmiers : sous-dotée",
    "3_intermediaire": "Infirmiers : intermédiaire",
    "4_Tres_dotee": "Infirmiers : très dotée",
    "5_Sur_dotee": "Infirmiers : sur-dotée",
}
NUMBER = re.compile(r"^\d+b?_\s*")  # before a word, by which CartoSanté orders its maps
FROM_FILES: Mapping[str, str] = {"tvs": "tvs_id", "tvs_like": "tvs_like_id", "cpts": "name"}  # CPTS have no number


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
        ``zones``: one row per zone that holds a commune, with the status of those that a loaded zoning gives one.
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
    statuses: dict[str, pd.DataFrame] = {}  # by kind, those of communes
    if "nurse_zoning_id" in communes.columns:
        ids["nurse_zoning"] = communes["nurse_zoning_id"]
        names["nurse_zoning"] = pd.Series(NURSE_ZONING_NAMES)
        statuses["nurse_zoning"] = _nurse_statuses(communes["nurse_zoning_id"], france.entry("nurse_zoning"))
    for kind, column in FROM_FILES.items():
        if kind in france.tables:
            ids[kind], names[kind] = _from_file(france, kind, column, inside)
    labels = _gp_labels(france, inside)
    if labels is not None:
        statuses["gp_zoning"] = statuses["tvs"] = _gp_statuses(labels, communes, france.entry("gp_zoning"))
        ids["gp_zoning"], names["gp_zoning"] = _gp_zones(labels, communes, statuses["gp_zoning"])
    kinds = tuple(ids)
    of_commune = pd.DataFrame({f"{kind}_id": ids[kind].reindex(inside).fillna("") for kind in kinds}, index=inside)
    tables = []
    for kind in kinds:
        present = sorted(set(of_commune[f"{kind}_id"]) - {""})
        names_here = names[kind].reindex(present)
        names_here = names_here.where(names_here.notna() & names_here.ne(""), present)
        table = pd.DataFrame({"kind": kind, "zone_id": present, "name": names_here.to_numpy()}, dtype=str)
        if kind in statuses:
            table = table.join(_of_zones(of_commune[f"{kind}_id"], statuses[kind]), on="zone_id")
        tables.append(table)
    table = pd.concat(tables, ignore_index=True)
    return Zonings(kinds, of_commune, table.fillna("") if statuses else table)


def gp_status(label: str) -> str:
    """Return the status that a label of the zoning of GPs means: ZIP and ZAC are defined for all, ZAR by a region.

    Every other label (ZV, HZ ...) is outside them.
    """
    word = fold(label).upper()
    return word if word in {"ZIP", "ZAC", "ZAR"} else "none" if word else ""


def _from_file(france: France, kind: str, column: str, inside: pd.Index) -> tuple[pd.Series, pd.Series]:
    table = france.tables[kind]
    table = table[table["commune_id"].isin(inside)]
    zone = folded(table, "commune_id", {column: "own"})[column]
    return zone, pd.Series(dtype=str) if column == "name" else table.drop_duplicates(column).set_index(column)["name"]


def _gp_labels(france: France, inside: pd.Index) -> pd.Series | None:
    """Return the label of the GP zoning (``ZIP``, ``ZAC``, ``HZ`` ...) without its number, by commune, or None."""
    if "gp_zoning" not in france.tables:
        return None
    table = france.tables["gp_zoning"]
    labels = folded(table, "commune_id", {"status": "own"})["status"]
    found = labels.str.replace(NUMBER, "", regex=True).str.strip().reindex(inside).fillna("")
    return found if found.ne("").any() else None


def _gp_zones(labels: pd.Series, communes: pd.DataFrame, statuses: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the zone of each commune, one per label, and the names of zones.

    Where a label holds on other days in one region than in another, it is a zone of each region.
    """
    days = statuses.loc[labels.ne(""), ["valid_from", "valid_until"]]
    limited = days.ne("").any(axis="columns").reindex(labels.index, fill_value=False)
    apart = limited & (len(days.drop_duplicates()) > 1)
    zones = labels.where(~apart, labels + "_" + communes["region_id"])
    words = labels.where(labels.ne("none"), UNZONED)
    names = words.where(~apart, words + ", région " + communes["region_id"])
    return zones, names.groupby(zones).first()


def _gp_statuses(labels: pd.Series, communes: pd.DataFrame, entry: CatalogueEntry) -> pd.DataFrame:
    """Return the status of each commune in the zoning of GPs, with the days on which it holds in its region."""
    table = _statuses(labels.map(gp_status), "gp", entry)
    for validity in entry.validity:
        within = communes["region_id"].isin(validity.regions) & table["status"].ne("")
        for name, day in (("valid_from", validity.valid_from), ("valid_until", validity.valid_until)):
            if day is not None:
                table.loc[within, name] = day.isoformat()
    return table


def _nurse_statuses(zones: pd.Series, entry: CatalogueEntry) -> pd.DataFrame:
    """Return the status of each commune in the zoning of nurses: the source's five levels."""
    return _statuses(zones.str.replace(NUMBER, "", regex=True).str.lower(), "nurse", entry)


def _statuses(status: pd.Series, profession: str, entry: CatalogueEntry) -> pd.DataFrame:
    known = status.ne("")
    said = {"status_source": entry.publisher, "status_date": entry.vintage, "profession": profession}
    columns = {name: known.map({True: text, False: ""}) for name, text in said.items()}
    return pd.DataFrame({"status": status, **columns, "valid_from": "", "valid_until": ""}, columns=STATUS_COLUMNS)


def _of_zones(zones: pd.Series, statuses: pd.DataFrame) -> pd.DataFrame:
    """Return the status of those zones whose communes all have the same one, on the same days."""
    by_zone = statuses.assign(zone_id=zones)[zones.ne("")].drop_duplicates()
    alike = ~by_zone["zone_id"].duplicated(keep=False)
    return by_zone[alike].set_index("zone_id")
