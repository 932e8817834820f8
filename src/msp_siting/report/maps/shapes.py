"""Shapes for maps: polygons of demand points and of zones, or cells around points where none are known."""

import geopandas as gpd
import numpy as np
import shapely

from msp_siting.territory import BOUNDARIES, Territory
from msp_siting.territory.outlines import layer_names, polygons_of, read_layer

WGS_84 = "EPSG:4326"
CELL_MARGIN_SHARE = 0.05  # how far cells reach beyond the outermost points, of the territory's diagonal

Shapes = gpd.GeoDataFrame  # one row per demand point or zone: its id, ``is_cell``, ``geometry``


def demand_shapes(territory: Territory) -> gpd.GeoDataFrame:
    """Return one row per demand point: ``demand_id``, ``is_cell``, ``geometry`` in the manifest's CRS.

    Polygons come from the layer ``demand`` of ``boundaries.gpkg``. Without it, or where it lacks a demand
    point, all are Voronoi cells of the points and ``is_cell`` is true, so that maps can say so.
    """
    ids = territory.demand["demand_id"]
    layer = _layer(territory, "demand")
    if layer is not None and set(ids) <= set(layer["demand_id"]):
        polygons = layer.to_crs(territory.manifest.crs).set_index("demand_id").geometry
        geometry, is_cell = polygons.loc[ids].to_numpy(), False
    else:
        geometry, is_cell = _cells(shapely.get_coordinates(demand_points(territory).geometry)), True
    frame = {"demand_id": ids.to_numpy(), "is_cell": is_cell}
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=territory.manifest.crs)


def demand_points(territory: Territory) -> gpd.GeoDataFrame:
    """Return one row per demand point: ``demand_id``, ``geometry`` (a point in the manifest's CRS)."""
    table = territory.demand
    points = gpd.points_from_xy(table["lon"], table["lat"], crs=WGS_84)
    frame = gpd.GeoDataFrame({"demand_id": table["demand_id"].to_numpy()}, geometry=points)
    return frame.to_crs(territory.manifest.crs)


def zone_shapes(territory: Territory, kind: str) -> gpd.GeoDataFrame | None:
    """Return one row per zone: ``zone_id``, ``geometry`` in the manifest's CRS; None without such a layer."""
    layer = _layer(territory, kind)
    return None if layer is None else layer.to_crs(territory.manifest.crs)[["zone_id", "geometry"]]


def _layer(territory: Territory, name: str) -> gpd.GeoDataFrame | None:
    content, path = polygons_of(territory), territory.folder / BOUNDARIES
    return None if content is None or name not in layer_names(path, content) else read_layer(path, name, content)


def _cells(xy: np.ndarray) -> np.ndarray:
    """Return the part of the plane nearest to each point, near the points; equal points share a cell."""
    hull = shapely.convex_hull(shapely.multipoints(xy))
    west, south, east, north = shapely.bounds(hull)
    diagonal = float(np.hypot(east - west, north - south))
    edge = shapely.buffer(hull, CELL_MARGIN_SHARE * diagonal if diagonal > 0 else 1.0)
    if diagonal == 0:
        return np.full(len(xy), edge)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(xy), extend_to=edge))
    points, owners = shapely.STRtree(cells).query(shapely.points(xy), predicate="intersects")
    first = np.unique(points, return_index=True)[1]
    clipped: np.ndarray = shapely.intersection(cells[owners[first]], edge)
    return clipped
