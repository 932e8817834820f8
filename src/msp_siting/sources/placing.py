"""Where a territory's communes are: their coordinates, their outlines, and the layers drawn from them."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd

from msp_siting.errors import DataError, problem
from msp_siting.sources.boundaries import CRS, GEOGRAPHIC, fill_holes, read_polygons, zone_layers
from msp_siting.sources.france import France
from msp_siting.sources.squares import square_outlines


def place_communes(
    france: France, commune_ids: pd.Index, outlines: gpd.GeoDataFrame | None
) -> tuple[France, gpd.GeoSeries]:
    """Return the files with coordinates for the territory's communes that have none: the middle of their outline.

    Communes elsewhere without coordinates are left out, so that none is taken for near. Also returned: outlines
    found as holes, by ``commune_id``.
    """
    communes = france.communes
    inside = communes.index.isin(commune_ids)
    placeless = communes["lon"].isna()
    found = own = gpd.GeoSeries([], crs=CRS)
    if outlines is not None:
        missing = communes[~communes.index.isin(outlines.index)]
        if inside[communes.index.isin(missing.index)].any():
            found = fill_holes(outlines, missing, communes["epci_id"])
            found = found[found.index.isin(commune_ids)]
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


def commune_outlines(
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


def outline_layers(
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
