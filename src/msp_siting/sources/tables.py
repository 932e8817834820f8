"""The tables of a territory's folder, made from the official files: demand, supply, sites, zones, times, rim."""

from collections.abc import Sequence

import pandas as pd

from msp_siting.sources.communes import WITH_OTHER_APL
from msp_siting.sources.estimates import groups, practitioners, retiring_gp_share
from msp_siting.sources.france import France
from msp_siting.sources.neighbours import rim_travel_times
from msp_siting.sources.structures import SITE_COLUMNS, existing_msps, structures_by_commune
from msp_siting.travel import MatrixForm, Points, Surrogate, read_matrix, surrogate_times

FEWEST_INHABITANTS_OF_A_SITE = 500  # every commune this large is a candidate
LONGEST_ROUTED_MINUTES = 60.0  # included; a longer trip is left out as unreachable
LONGEST_ESTIMATED_MINUTES = 40.0  # beyond, an estimate from distance says little
DEMAND_COLUMNS = (
    *("demand_id", "name", "inhabitants", "lon", "lat", "need_index_gp", "apl_official"),
    *("apl_under_65_official", *(f"apl_{name}_official" for name in WITH_OTHER_APL), "border", "massif"),
)
POINT_COLUMNS = ("point_id", "commune_id", "lon", "lat", "massif")
PLACE_COLUMNS = (
    *("place_id", "name", "lon", "lat", "pharmacies", "msps", "health_centres"),
    *("gps_2021", "centre_level", "density", "massif"),
)
RIM_COLUMNS = ["demand_id", "name", "inhabitants", "lon", "lat", "need_index_gp", "massif", "department_id"]


def demand_table(france: France, communes: pd.DataFrame, border: pd.Index, zones: pd.DataFrame) -> pd.DataFrame:
    """Return ``demand``, one row per commune; need index is standardised over total population."""
    counted = groups(france).loc[communes.index]
    table = communes.assign(
        need_index_gp=_need_index(communes),
        apl_official=communes["apl"].round(6),
        apl_under_65_official=communes["apl_under_65"].round(6),
        **{
            f"apl_{name}_official": communes[f"apl_{name}"].round(3)
            for name in WITH_OTHER_APL
            if f"apl_{name}" in communes and communes[f"apl_{name}"].notna().any()
        },
        border=pd.Series(communes.index.isin(border), index=communes.index).map({True: "true", False: "false"}),
    )
    table["inhabitants"] = _without_decimals(table["inhabitants"])
    known = counted.loc[:, counted.notna().any()]
    joined = _present(table.rename_axis("demand_id").reset_index(), DEMAND_COLUMNS)
    return joined.join(zones.loc[communes.index], on="demand_id").join(known, on="demand_id")


def supply_table(france: France, inside: pd.Index, horizon_year: int) -> pd.DataFrame:
    """Return ``supply``, one row per (commune, profession) that has any practitioner."""
    posts = practitioners(france).loc[inside].round(4)
    retiring = retiring_gp_share(france, horizon_year).loc[inside]
    rows = [
        pd.DataFrame({"place_id": inside, "profession": name, "practitioners": numbers.to_numpy()}).assign(
            status="liberal", retiring_share=retiring.to_numpy() if name == "gp" else float("nan")
        )
        for name, numbers in posts.items()
    ]
    table = pd.concat(rows, ignore_index=True)
    return table[table["practitioners"].ne(0)].reset_index(drop=True)


def sites_table(france: France, communes: pd.DataFrame) -> pd.DataFrame:
    """Return ``sites``: a candidate in every commune of at least 500 inhabitants, and the MSPs there are."""
    large = communes[communes["inhabitants"] >= FEWEST_INHABITANTS_OF_A_SITE].rename_axis("place_id").reset_index()
    candidates = large.assign(site_id="msp-" + large["place_id"], status="candidate")[SITE_COLUMNS]
    existing = existing_msps(france, communes.index)
    return candidates if existing is None else pd.concat([candidates, existing], ignore_index=True)


def places_table(france: France, communes: pd.DataFrame) -> pd.DataFrame:
    """Return ``places``, one row per commune: what is known of it as a host."""
    counts = structures_by_commune(france, communes.index)
    known = communes.drop(columns=list(counts.columns), errors="ignore")
    for name, column in counts.dropna(axis="columns", how="all").items():
        known[name] = _without_decimals(column.round(1))
    if "gps_2021" in known.columns:
        known["gps_2021"] = _without_decimals(known["gps_2021"].round(1))
    return _present(known.rename_axis("place_id").reset_index(), PLACE_COLUMNS)


def zone_table(zones: pd.DataFrame, communes: pd.DataFrame, kinds: list[str]) -> pd.DataFrame:
    """Return ``zones``, with communes among them where they are a kind of zone."""
    if "commune" not in kinds:
        return zones
    own = pd.DataFrame({"kind": "commune", "zone_id": communes.index, "name": communes["name"].to_numpy()})
    return pd.concat([zones, own], ignore_index=True)


def travel_times(
    france: France, key: str | None, demand: pd.DataFrame, places: pd.DataFrame, surrogate: Surrogate
) -> pd.DataFrame:
    """Return ``travel_times``: minutes by car from home to care, from a ready matrix or estimated from distance."""
    if key is None:
        return surrogate_times(demand, places, surrogate, LONGEST_ESTIMATED_MINUTES)
    local = france.entry(key).local
    if local is None:
        message = f"{key} is no local source"
        raise ValueError(message)
    form = MatrixForm("wide", local.unit, local.origins)
    return read_matrix(france.paths[key], form, Points(demand, places), LONGEST_ROUTED_MINUTES)


def rim_tables(
    france: France, codes: pd.Index, demand: pd.DataFrame, places: pd.DataFrame, surrogate: Surrogate
) -> dict[str, pd.DataFrame]:
    """Return people of the rim, and the times between them and the territory, by file."""
    communes = france.communes.loc[codes]
    table = communes.assign(need_index_gp=_need_index(communes), inhabitants=_without_decimals(communes["inhabitants"]))
    return {
        "rim_demand.csv": _present(table.rename_axis("demand_id").reset_index(), RIM_COLUMNS),
        "rim_travel_times.parquet": rim_travel_times(demand, places, commune_points(communes), surrogate),
    }


def commune_points(communes: pd.DataFrame) -> pd.DataFrame:
    """Return communes as points: ``point_id``, ``commune_id``, ``lon``, ``lat``, and ``massif`` where it is known."""
    points = communes.rename_axis("point_id").reset_index()
    return _present(points.assign(commune_id=points["point_id"]), POINT_COLUMNS)


def demand_points(demand: pd.DataFrame) -> pd.DataFrame:
    """Return demand points, communes or squares of them, as `commune_points` does."""
    points = demand.rename(columns={"demand_id": "point_id"})
    return _present(points if "commune_id" in points else points.assign(commune_id=points["point_id"]), POINT_COLUMNS)


def _present(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return some columns, of those that a file gives only the ones that it gave."""
    return table[[name for name in columns if name in table.columns]]


def _need_index(communes: pd.DataFrame) -> pd.Series:
    return (communes["standardised"] / communes["inhabitants"]).round(6)


def _without_decimals(counts: pd.Series) -> pd.Series:
    return counts.astype("int64") if counts.mod(1).eq(0).all() else counts
