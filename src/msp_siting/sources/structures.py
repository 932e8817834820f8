"""Existing maisons de santé, from FINESS: sites that are open, at the place of their commune."""

import pandas as pd

from msp_siting.errors import DataError, problem
from msp_siting.files import MOST_PROBLEMS_SHOWN
from msp_siting.sources.france import France
from msp_siting.territory import crow_fly_km

CATEGORIES = {"msps": "603", "health_centres": "124", "pharmacies": "620"}
FARTHEST_KM = 10.0  # from the town hall; a site further away has a wrong code or wrong coordinates
SITE_COLUMNS = ["site_id", "place_id", "name", "lon", "lat", "status"]


def existing_msps(france: France, commune_ids: pd.Index) -> pd.DataFrame | None:
    """Return existing sites, one row per MSP of the territory; None where FINESS covers no department of it.

    Columns: ``site_id`` (``finess-`` and its number), ``place_id`` (its commune), ``name``, ``lon``, ``lat`` and
    ``status`` (existing).

    Raises
    ------
    DataError
        For an MSP more than 10 km from the town hall of its commune.
    """
    table = _of_finess(france, commune_ids)
    if table is None:
        return None
    msps = table[table["category"].eq(CATEGORIES["msps"])]
    halls = france.communes.loc[msps["commune_id"]]
    km = crow_fly_km(*(points[name].to_numpy(float) for points in (msps, halls) for name in ("lon", "lat")))
    far = msps.assign(km=km)[km > FARTHEST_KM]
    if len(far):
        raise DataError(
            problem(
                "{finess} ({name}) is {km:.0f} km from the town hall of its commune {commune}, expected at most "
                "{most:g}; is its code or a coordinate wrong?",
                finess=row.finess_id,
                name=row.name,
                km=row.km,
                commune=row.commune_id,
                most=FARTHEST_KM,
            ).at(france.paths["finess"])
            for row in far.head(MOST_PROBLEMS_SHOWN).itertuples(index=False)
        )
    sites = msps.assign(site_id="finess-" + msps["finess_id"], place_id=msps["commune_id"], status="existing")
    return sites.sort_values("site_id", ignore_index=True)[SITE_COLUMNS]


def structures_by_commune(france: France, commune_ids: pd.Index) -> pd.DataFrame:
    """Return how many pharmacies, MSPs and health centres communes have: of FINESS where it covers a department.

    Columns: those of ``CATEGORIES``, one row per commune. Where FINESS does not cover it, as the BPE counts; missing
    where that has no such column.
    """
    counted = france.communes.loc[commune_ids, list(CATEGORIES)].copy()
    table = _of_finess(france, commune_ids)
    if table is None:
        return counted
    departments = france.communes.loc[commune_ids, "department_id"]
    is_covered = departments.isin(_departments(france, table))
    for name, category in CATEGORIES.items():
        rows = table[table["category"].eq(category)]
        if len(rows):  # an extract may hold some categories only
            own = rows.groupby("commune_id").size().reindex(commune_ids).fillna(0.0)
            counted[name] = counted[name].where(~is_covered, own)
    return counted


def _of_finess(france: France, commune_ids: pd.Index) -> pd.DataFrame | None:
    """Return the structures in some communes; None where FINESS covers no department of them."""
    table = france.tables.get("finess")
    if table is None:
        return None
    if not _departments(france, table) & set(france.communes.loc[commune_ids, "department_id"]):
        return None
    table = table.assign(commune_id=table["commune_id"].replace(dict(france.count.counted_elsewhere)))
    return table[table["commune_id"].isin(commune_ids)]


def _departments(france: France, table: pd.DataFrame) -> set[str]:
    covered = france.files["finess"].departments
    return set(table["commune_id"].str[:2]) if covered is None else set(covered)
