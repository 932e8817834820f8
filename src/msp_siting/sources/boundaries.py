"""Polygons of communes and zones for maps; a commune whose outline is missing is the hole among its neighbours."""

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely import Polygon, union_all
from shapely.errors import ShapelyError

from msp_siting.errors import DataError, problem
from msp_siting.files import MOST_PROBLEMS_SHOWN, check_file
from msp_siting.sources.catalogue import CatalogueEntry
from msp_siting.sources.raw_cells import check_cells, check_departments, check_enough
from msp_siting.territory.outlines import write_layer

CRS = "EPSG:2154"
GEOGRAPHIC = "EPSG:4326"
GPKG_DATE = "2025-01-01T00:00:00.000Z"  # GDAL would write today's
SMALLEST_HOLE_KM2 = 0.5  # smaller gaps are slivers between simplified outlines
M2_PER_KM2 = 1_000_000.0
READING_FAULTS = (ValueError, OSError, ShapelyError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError)
AROUND_M = 30_000.0  # a hole is looked for among the outlines this near


def read_polygons(path: Path, entry: CatalogueEntry) -> gpd.GeoDataFrame:
    """Return outlines in Lambert-93, one row per ``commune_id`` (the index), with the columns that the entry declares.

    Raises
    ------
    DataError
        For a file that holds no polygons, states no projection, or has not the columns and rows of the catalogue.
    """
    check_file(path, DataError)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's, of versions and layouts; what is read is checked
            frame = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)
    except READING_FAULTS as fault:
        raise DataError(problem("cannot be read as polygons; download it again").at(path)) from fault
    headers = {column.header: name for name, column in entry.columns.items()}
    absent = [header for header in headers if header not in frame.columns]
    if absent:
        known = ", ".join(map(str, frame.columns))
        raise DataError(
            problem("column {name!r} is missing; it has {columns}", name=header, columns=known).at(path)
            for header in absent
        )
    column = entry.columns["commune_id"].header
    if frame.crs is None:
        raise DataError(problem("states no projection; write it with one").at(path))
    empty = frame.geometry.isna() | frame.geometry.is_empty
    if empty.any() or not frame.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        raise DataError(problem("holds something else than polygons; give outlines of communes").at(path))
    if not frame[column].map(lambda code: isinstance(code, str)).all():
        no_text = problem("column {column!r}: codes must be text with their leading zero", column=column)
        raise DataError(no_text.at(path))
    shapes = frame.geometry.set_axis(range(1, len(frame) + 1))
    cells = pd.DataFrame(frame[list(headers)]).set_axis(shapes.index).rename(columns=headers).astype(object)
    typed = check_cells(cells, entry, path, [])
    twice = typed.loc[typed["commune_id"].duplicated(), "commune_id"].drop_duplicates()
    if len(twice):
        raise DataError(
            problem("{code!r} has two outlines; keep one", code=code).at(path)
            for code in twice.head(MOST_PROBLEMS_SHOWN)
        )
    check_enough(typed["commune_id"], entry, path)
    check_departments(typed["commune_id"], entry, path)
    outlines = gpd.GeoDataFrame(typed, geometry=shapes.loc[typed.index])
    crossing = outlines.loc[~outlines.is_valid, "commune_id"]
    if len(crossing):
        raise DataError(
            problem(
                "row {row}: the outline of {code!r} crosses itself; mend it (make_valid in any GIS)", row=row, code=code
            ).at(path)
            for row, code in crossing.head(MOST_PROBLEMS_SHOWN).items()
        )
    return outlines.to_crs(CRS).set_index("commune_id").sort_index()


def fill_holes(outlines: gpd.GeoDataFrame, missing: pd.DataFrame, epci_ids: pd.Series) -> gpd.GeoSeries:
    """Return outlines of communes that have none, found as holes among those that do; those not found are absent.

    A commune's hole is the one that its point lies in, or, for one without coordinates, the one with the
    largest share of neighbours in its EPCI.

    Parameters
    ----------
    outlines
        Outlines of the other communes, by ``commune_id``.
    missing
        One row per commune without outline: ``lon``, ``lat``, ``department_id``, ``epci_id``.
    epci_ids
        EPCI by ``commune_id``.
    """
    points = gpd.GeoSeries(gpd.points_from_xy(missing["lon"], missing["lat"]), index=missing.index, crs=GEOGRAPHIC)
    found: dict[str, Polygon] = {}
    for code, point in points.to_crs(CRS).items():
        if missing["lon"].notna()[code]:
            holes = _holes(
                outlines.cx[point.x - AROUND_M : point.x + AROUND_M, point.y - AROUND_M : point.y + AROUND_M]
            )
            own = [hole for hole in holes if hole.contains(point)]
        else:
            around = outlines[outlines.index.str.startswith(missing["department_id"][code])]
            kin = [(_share_of(missing["epci_id"][code], hole, around, epci_ids), hole) for hole in _holes(around)]
            own = [hole for share, hole in kin if share == max(other for other, _ in kin) > 0]
        if len(own) == 1:
            found[str(code)] = own[0]
    series = gpd.GeoSeries(found, crs=CRS)
    return series[~series.to_wkb().duplicated(keep=False)]  # a hole of two communes is the outline of neither


def _holes(outlines: gpd.GeoDataFrame) -> list[Polygon]:
    merged = union_all(outlines.geometry.to_numpy(), grid_size=1.0)
    rings = [ring for part in getattr(merged, "geoms", [merged]) for ring in part.interiors]
    return [hole for hole in map(Polygon, rings) if hole.area > SMALLEST_HOLE_KM2 * M2_PER_KM2]


def _share_of(epci_id: str, hole: Polygon, outlines: gpd.GeoDataFrame, epci_ids: pd.Series) -> float:
    """Return the share of a hole's neighbours that belong to an EPCI."""
    neighbours = outlines.index[outlines.intersects(hole.buffer(1.0))]
    return float(epci_ids.reindex(neighbours).eq(epci_id).mean())


def zone_layers(points: gpd.GeoDataFrame, kinds: Iterable[str]) -> dict[str, gpd.GeoDataFrame]:
    """Return polygons by layer: demand points, and their unions by kind of zone.

    Parameters
    ----------
    points
        One row per demand point with an outline: ``demand_id``, one ``<kind>_id`` per kind, ``geometry``.
    """
    layers = {"demand": points[["demand_id", "geometry"]].reset_index(drop=True)}
    for kind in kinds:
        members = points[points[f"{kind}_id"].ne("")]
        if len(members):
            union = members.dissolve(by=f"{kind}_id").rename_axis("zone_id").reset_index()
            layers[kind] = union[["zone_id", "geometry"]]
    return layers


def write_layers(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> None:
    """Write layers of polygons as a GeoPackage whose bytes do not depend on the day.

    Raises
    ------
    OSError
        If the disk takes no more.
    """
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": GPKG_DATE})
    try:
        for name, layer in layers.items():
            write_layer(layer, path, name)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
