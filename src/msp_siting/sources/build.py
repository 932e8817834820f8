"""A territory folder's tables from the official files: demand, supply, sites, zones, times, outlines, rim."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from msp_siting.errors import DataError, problem
from msp_siting.files import find_parameters
from msp_siting.sources.boundaries import CRS, GEOGRAPHIC, fill_holes, read_polygons, zone_layers
from msp_siting.sources.estimates import groups, practitioners, retiring_gp_share
from msp_siting.sources.france import France
from msp_siting.sources.neighbours import find_rim, rim_travel_times
from msp_siting.sources.selection import Selection
from msp_siting.sources.squares import demand_squares, square_outlines
from msp_siting.sources.structures import SITE_COLUMNS, existing_msps
from msp_siting.sources.zoning import zonings
from msp_siting.travel import Surrogate, read_matrix, read_surrogate, surrogate_times

FEWEST_INHABITANTS_OF_A_SITE = 500  # every commune this large is a candidate
LONGEST_ROUTED_MINUTES = 60.0  # included; a longer trip is left out as unreachable
LONGEST_ESTIMATED_MINUTES = 40.0  # beyond, an estimate from distance says little
DEMAND_COLUMNS = (
    *("demand_id", "name", "inhabitants", "lon", "lat", "need_index_gp", "apl_official"),
    *("apl_under_65_official", "border"),
)
RIM_COLUMNS = ["demand_id", "name", "inhabitants", "lon", "lat", "need_index_gp", "department_id"]


@dataclass(frozen=True)
class Options:
    """How a territory is built.

    Attributes
    ----------
    squares
        Whether demand points are squares of 1 km rather than communes.
    rim
        Whether communes near by are served too.
    local
        Whether sources that cover only a department (car times, centres) are used there.
    horizon_year
        By when GPs leave whose ages are loaded.
    """

    squares: bool = False
    rim: bool = True
    local: bool = True
    horizon_year: int = 2030


@dataclass(frozen=True)
class Built:
    """The content of a territory folder.

    Attributes
    ----------
    tables
        By file name: ``demand.csv``, ``supply.csv``, ``sites.csv``, ``zones.csv``, ``travel_times.parquet`` and the
        rim's.
    layers
        Outlines by layer of ``boundaries.gpkg``; none without a file of polygons.
    kinds
        Kinds of zone.
    times
        Key of the source of travel times; None where they are estimated.
    centres
        Key of the source of coordinates.
    outlines
        Key of the source of outlines, or None.
    without_outline
        Demand points that no outline was found for.
    uncovered
        Keys of sources that are there but hold no department of the territory.
    """

    selection: Selection
    tables: Mapping[str, pd.DataFrame]
    layers: Mapping[str, gpd.GeoDataFrame]
    kinds: tuple[str, ...]
    times: str | None
    centres: str
    outlines: str | None
    without_outline: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = field(default=())


def build_tables(france: France, selection: Selection, options: Options) -> Built:
    """Return the content of a territory's folder.

    Raises
    ------
    DataError
        Where the files do not fit together: places, structures, times, outlines.
    """
    surrogate = read_surrogate(find_parameters("surrogate", Path()))
    outlines = france.outlines
    france, filled = _placed(france, selection, outlines)
    inside = pd.Index(selection.commune_ids)
    local = _local_sources(france, selection) if options.local else {}
    centres = local.get("centres")
    polygons = _polygons(france, centres, outlines, inside)
    if centres is not None and polygons is not None:
        moved = polygons[["lon", "lat"]].combine_first(france.communes[["lon", "lat"]])
        france = replace(france, communes=france.communes.assign(lon=moved["lon"], lat=moved["lat"]))
    communes = france.communes.loc[inside]
    rim = find_rim(france.communes, inside, surrogate)
    zones = zonings(france, inside)
    demand = _demand(france, communes, rim.border, zones.of_commune)
    sites = _sites(france, communes)
    if sites.empty:
        raise DataError(
            problem(
                "no commune of at least {fewest} inhabitants and no existing MSP, so no site; take in more communes",
                fewest=FEWEST_INHABITANTS_OF_A_SITE,
            ).at(selection.title["en"])
        )
    kinds = list(zones.kinds)
    if options.squares:
        if "squares" not in france.files:
            entry = france.entry("squares")
            raise DataError(
                problem(
                    "{file} is missing; published by {publisher}, {page}",
                    file=entry.files[0],
                    publisher=entry.publisher,
                    page=entry.page,
                ).at("--squares")
            )
        counted = [name for name in demand.columns if name.startswith("inhabitants_")]
        demand = demand_squares(france, demand, counted)
        kinds.append("commune")
    points = _points(communes)
    times_key = None if options.squares else local.get("times")
    tables = {
        "demand.csv": demand,
        "supply.csv": _supply(france, inside, options.horizon_year),
        "sites.csv": sites,
        "zones.csv": _zone_table(zones.table, communes, kinds),
        "travel_times.parquet": _times(france, times_key, _demand_points(demand), points, surrogate),
    }
    if options.rim and len(rim.first):
        around = rim.first.union(rim.second)
        tables["rim_supply.csv"] = _supply(france, around, options.horizon_year)
        tables |= _rim_tables(france, around, _demand_points(demand), points, surrogate)
    layers, without_outline = _layers(polygons, demand, kinds, filled)
    departments = set(communes["department_id"])
    uncovered = [key for key in ("finess", "diabetes") if not _covers(france, key, departments)]
    return Built(
        selection=selection,
        tables=tables,
        layers=layers,
        kinds=tuple(kinds),
        times=times_key,
        centres=centres or "communes",
        outlines=None if polygons is None else centres or "polygons",
        without_outline=without_outline,
        uncovered=tuple(uncovered),
    )


def _covers(france: France, key: str, departments: set[str]) -> bool:
    """Return whether a source is absent, or has a row of one of some departments."""
    if key not in france.tables:
        return True
    table = france.tables[key]
    rows = table["department_id"] if "department_id" in table.columns else table["commune_id"].str[:2]
    return bool(rows.isin(departments).any())


def _local_sources(france: France, selection: Selection) -> dict[str, str]:
    """Return keys of the sources that cover the whole territory better than the national ones, by what they give."""
    departments = set(france.communes.loc[list(selection.commune_ids), "department_id"])
    return {
        entry.local.gives: key
        for key, entry in france.catalogue.sources.items()
        if entry.local is not None and key in france.paths and departments <= set(entry.local.departments)
    }


def _placed(france: France, selection: Selection, outlines: gpd.GeoDataFrame | None) -> tuple[France, gpd.GeoSeries]:
    """Return the files with coordinates for the territory's communes that have none: the middle of their outline.

    Communes elsewhere without coordinates are left out, so that none is taken for near. Also returned: outlines
    found as holes, by ``commune_id``.
    """
    communes = france.communes
    inside = communes.index.isin(selection.commune_ids)
    placeless = communes["lon"].isna()
    found = own = gpd.GeoSeries([], crs=CRS)
    if outlines is not None:
        missing = communes[~communes.index.isin(outlines.index)]
        if inside[communes.index.isin(missing.index)].any():
            found = fill_holes(outlines, missing, communes["epci_id"])
            found = found[found.index.isin(selection.commune_ids)]
        own = outlines.geometry[outlines.index.isin(communes.index[inside & placeless])]
    shapes = pd.concat([found, own])
    middles = shapes.representative_point().to_crs(GEOGRAPHIC) if len(shapes) else shapes
    lon = communes["lon"].fillna(pd.Series({code: point.x for code, point in middles.items()}, dtype=float).round(6))
    lat = communes["lat"].fillna(pd.Series({code: point.y for code, point in middles.items()}, dtype=float).round(6))
    lost = communes[inside & lon.isna()]
    if len(lost):
        path = france.paths["communes"]
        raise DataError(
            problem(
                "commune {code!r} ({name}) has no coordinates, nor an outline to take them from", code=code, name=name
            ).at(path)
            for code, name in lost["name"].items()
        )
    placed = communes.assign(lon=lon, lat=lat)[inside | ~placeless]
    return replace(france, communes=placed), found


def _polygons(
    france: France, centres: str | None, outlines: gpd.GeoDataFrame | None, inside: pd.Index
) -> gpd.GeoDataFrame | None:
    """Return outlines of the territory's communes by ``commune_id``, a local source's with ``lon`` and ``lat``."""
    if centres is not None:
        path = france.paths[centres]
        frame = read_polygons(path, france.entry(centres))
        absent = [code for code in inside if code not in frame.index]
        if absent:
            raise DataError(problem("no row for commune {code!r}", code=code).at(path) for code in absent[:20])
        return frame.loc[inside]
    return None if outlines is None else outlines[outlines.index.isin(inside)]


def _points(communes: pd.DataFrame) -> pd.DataFrame:
    return communes[["lon", "lat"]].rename_axis("point_id").reset_index()


def _demand_points(demand: pd.DataFrame) -> pd.DataFrame:
    return demand[["demand_id", "lon", "lat"]].rename(columns={"demand_id": "point_id"})


def _need_index(communes: pd.DataFrame) -> pd.Series:
    return (communes["standardised"] / communes["inhabitants"]).round(6)


def _demand(france: France, communes: pd.DataFrame, border: pd.Index, zones: pd.DataFrame) -> pd.DataFrame:
    """Return ``demand``, one row per commune; need index is standardised over total population."""
    counted = groups(france).loc[communes.index]
    table = communes.assign(
        need_index_gp=_need_index(communes),
        apl_official=communes["apl"].round(6),
        apl_under_65_official=communes["apl_under_65"].round(6),
        border=pd.Series(communes.index.isin(border), index=communes.index).map({True: "true", False: "false"}),
    )
    table["inhabitants"] = _without_decimals(table["inhabitants"])
    known = counted.loc[:, counted.notna().any()]
    joined = table.rename_axis("demand_id").reset_index()[list(DEMAND_COLUMNS)]
    return joined.join(zones.loc[communes.index], on="demand_id").join(known, on="demand_id")


def _without_decimals(counts: pd.Series) -> pd.Series:
    return counts.astype("int64") if counts.mod(1).eq(0).all() else counts


def _supply(france: France, inside: pd.Index, horizon_year: int) -> pd.DataFrame:
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


def _sites(france: France, communes: pd.DataFrame) -> pd.DataFrame:
    """Return ``sites``: a candidate in every commune of at least 500 inhabitants, and the MSPs there are."""
    large = communes[communes["inhabitants"] >= FEWEST_INHABITANTS_OF_A_SITE].rename_axis("place_id").reset_index()
    candidates = large.assign(site_id="msp-" + large["place_id"], status="candidate")[SITE_COLUMNS]
    existing = existing_msps(france, communes.index)
    return candidates if existing is None else pd.concat([candidates, existing], ignore_index=True)


def _zone_table(zones: pd.DataFrame, communes: pd.DataFrame, kinds: list[str]) -> pd.DataFrame:
    if "commune" not in kinds:
        return zones
    own = pd.DataFrame({"kind": "commune", "zone_id": communes.index, "name": communes["name"].to_numpy()})
    return pd.concat([zones, own], ignore_index=True)


def _times(
    france: France, key: str | None, demand: pd.DataFrame, places: pd.DataFrame, surrogate: Surrogate
) -> pd.DataFrame:
    """Return ``travel_times``: minutes by car from home to care, from a ready matrix or estimated from distance."""
    if key is None:
        return surrogate_times(demand, places, surrogate, LONGEST_ESTIMATED_MINUTES)
    local = france.entry(key).local
    if local is None:
        message = f"{key} is no local source"
        raise ValueError(message)
    return read_matrix(
        france.paths[key],
        demand,
        places,
        layout="wide",
        unit=local.unit,
        origins=local.origins,
        cutoff_minutes=LONGEST_ROUTED_MINUTES,
    )


def _rim_tables(
    france: France, codes: pd.Index, demand: pd.DataFrame, places: pd.DataFrame, surrogate: Surrogate
) -> dict[str, pd.DataFrame]:
    communes = france.communes.loc[codes]
    table = communes.assign(need_index_gp=_need_index(communes), inhabitants=_without_decimals(communes["inhabitants"]))
    return {
        "rim_demand.csv": table.rename_axis("demand_id").reset_index()[RIM_COLUMNS],
        "rim_travel_times.parquet": rim_travel_times(demand, places, _points(communes), surrogate),
    }


def _layers(
    polygons: gpd.GeoDataFrame | None,
    demand: pd.DataFrame,
    kinds: list[str],
    filled: gpd.GeoSeries,
) -> tuple[dict[str, gpd.GeoDataFrame], tuple[str, ...]]:
    """Return outlines by layer, and the demand points that have none."""
    if polygons is None:
        return {}, ()
    communes = polygons[["geometry"]]
    more = filled[~filled.index.isin(communes.index)]
    if len(more):
        communes = pd.concat([communes, gpd.GeoDataFrame(geometry=more)]).sort_index()
    by_point = communes
    if "commune" in kinds:
        whole = communes[communes.index.isin(demand["demand_id"])]
        by_point = pd.concat([square_outlines(demand), whole])
    zone_ids = [f"{kind}_id" for kind in kinds]
    columns = demand[["demand_id", *zone_ids]]
    joined = gpd.GeoDataFrame(
        columns.merge(by_point, left_on="demand_id", right_index=True, validate="one_to_one"), crs=CRS
    )
    absent = demand.loc[~demand["demand_id"].isin(joined["demand_id"]), "demand_id"]
    areas = [kind for kind in kinds if not kind.endswith("_zoning")]  # a zoning is a class of zones, not one
    return zone_layers(joined, areas), tuple(absent)
