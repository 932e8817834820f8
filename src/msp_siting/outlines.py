"""Outlines for maps: layers of a territory's boundaries.gpkg, read and checked."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import ShapelyError

from msp_siting.errors import DataError
from msp_siting.text_files import check_file

DEMAND = "demand"  # the layer of demand points; every other one is named after a kind of zone
UNREADABLE = (DataSourceError, DataLayerError, ShapelyError, RuntimeWarning, ValueError)  # of a damaged file


def read_layer(path: Path, name: str) -> gpd.GeoDataFrame | None:
    """Return a layer of polygons, or None where the file has no such layer.

    Returns
    -------
    One row per ``demand_id`` or ``zone_id``, with its ``geometry``.

    Raises
    ------
    DataError
        With every problem of the layer.
    """
    check_file(path, DataError)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            if name not in pyogrio.list_layers(path)[:, 0]:
                return None
            frame = gpd.read_file(path, layer=name)
    except UNREADABLE as problem:
        raise DataError(f"{path}: cannot be read as polygons; restore the file, or remove it") from problem
    problems = list(_problems(frame, "demand_id" if name == DEMAND else "zone_id"))
    if problems:
        raise DataError(f"{path}: layer {name}: {problem}" for problem in problems)
    return frame


def outline_problems(path: Path, kinds: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with the layers that maps are drawn from: of demand points, and of kinds of zone."""
    problems: list[str] = []
    for name in (DEMAND, *kinds):
        try:
            read_layer(path, name)
        except DataError as problem:
            problems += problem.problems
    yield from dict.fromkeys(problems)


def _problems(frame: Any, key: str) -> Iterator[str]:  # noqa: ANN401 - a layer without geometry is no GeoDataFrame
    if key not in frame.columns:
        yield f"column {key} is missing"
        return
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        yield "holds no outlines with a projection"
        return
    if not frame[key].map(lambda code: isinstance(code, str)).all():
        yield f"column {key}: codes must be text with their leading zero"
        return
    for code in frame.loc[frame[key].duplicated(), key].drop_duplicates().head(1):
        yield f"{code!r} has two outlines; keep one"
    flat = frame.geometry
    is_polygon = flat.geom_type.isin(["Polygon", "MultiPolygon"]) & ~flat.is_empty
    is_polygon &= np.isfinite(flat.bounds).all(axis="columns")
    for code in frame.loc[~is_polygon, key].head(1):
        yield f"the outline of {code!r} is no polygon"
    for code in frame.loc[is_polygon & ~flat.is_valid, key].head(1):
        yield f"the outline of {code!r} crosses itself; mend it (make_valid in any GIS)"
