"""Layers for other software: ``plan.gpkg`` for QGIS and ``sites.geojson`` for the web."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from msp_siting.answer import Answer, Coverage
from msp_siting.report.maps.shapes import WGS_84, demand_points, demand_shapes, zone_shapes
from msp_siting.runs import RunFile, site_table
from msp_siting.territory.outlines import write_layer


def write_layers(answer: Answer, folder: Path) -> None:
    """Write ``plan.gpkg`` (manifest's CRS) and ``sites.geojson`` (WGS 84) into a folder.

    Layers of the first: ``sites`` (points), ``demand`` (polygons, or points where the territory has no
    boundaries), ``blocks`` (of these) and one per kind of zone that has boundaries.

    Raises
    ------
    OSError
        If the disk takes no more.
    """
    sites = site_points(answer)
    demand = demand_layer(answer)
    layers = {"sites": sites.to_crs(answer.territory.manifest.crs), "demand": demand}
    if answer.coverage is not None:
        layers["blocks"] = block_layer(answer.coverage, demand)
    layers |= {kind: zones for kind in answer.territory.zone_kinds if (zones := zone_layer(answer, kind)) is not None}
    for name, layer in layers.items():
        write_layer(layer, folder / RunFile.LAYERS, name, "Point" if name == "sites" else None)
    text = sites.to_json(drop_id=True, to_wgs84=True, indent=1, ensure_ascii=False)
    (folder / RunFile.SITE_LAYER).write_text(text + "\n", encoding="utf-8", newline="\n")


def site_points(answer: Answer) -> gpd.GeoDataFrame:
    """Return one row per opened site: the columns of ``sites.csv`` and a point in WGS 84."""
    table = site_table(answer)
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], table["lat"], crs=WGS_84))


def demand_layer(answer: Answer) -> gpd.GeoDataFrame:
    """Return one row per demand point: ``demand.csv``, the wide coverage, a polygon or a point."""
    territory = answer.territory
    shapes = demand_shapes(territory)
    if shapes["is_cell"].any():
        shapes = demand_points(territory)
    table = territory.demand
    if answer.coverage is not None:
        own = [name for name in answer.coverage.points.columns if name not in {"inhabitants", "apl_official"}]
        wide = _wide(answer.coverage.points[own], ["demand_id"])
        table = table.merge(wide, on="demand_id", validate="one_to_one")
    merged = shapes[["demand_id", "geometry"]].merge(table, on="demand_id", validate="one_to_one")
    return merged[[*table.columns, "geometry"]]


def block_layer(coverage: Coverage, demand: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row per block: ``blocks.csv`` and the shapes of its demand points together."""
    members = coverage.points[["demand_id", "profession", "block"]].merge(
        demand[["demand_id", "geometry"]], on="demand_id", validate="many_to_one"
    )
    shapes = gpd.GeoDataFrame(members, crs=demand.crs).groupby(["profession", "block"])["geometry"]
    joined = shapes.agg(lambda parts: parts.union_all())
    table = coverage.blocks.merge(joined.reset_index(), on=["profession", "block"], validate="one_to_one")
    return gpd.GeoDataFrame(table, geometry="geometry", crs=demand.crs)


def zone_layer(answer: Answer, kind: str) -> gpd.GeoDataFrame | None:
    """Return one row per zone of a kind: ``zones.csv``'s figures, wide, and a polygon; None without shapes."""
    shapes = zone_shapes(answer.territory, kind)
    if shapes is None or answer.coverage is None:
        return shapes
    rows = answer.coverage.zones
    keys = ["zone_id", "name", "inhabitants"]
    wide = _wide(rows[rows["kind"].eq(kind)].drop(columns="kind"), keys)
    return shapes.merge(wide, on="zone_id", validate="one_to_one")[[*wide.columns, "geometry"]]


def _wide(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return one row per key, a column ``<measure>_<profession>`` per figure; figures nobody has are left out."""
    wide = rows.pivot(index=keys, columns="profession").dropna(axis="columns", how="all")  # noqa: PD010 - keys are unique
    wide.columns = [f"{measure}_{profession}" for measure, profession in wide.columns]
    return wide.reset_index()
