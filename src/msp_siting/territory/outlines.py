"""Outlines for maps: layers of a territory's boundaries.gpkg, read and checked."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import ShapelyError

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import check_file

DEMAND_LAYER = "demand"  # the layer of demand points; every other one is named after a kind of zone


def layer_names(path: Path) -> frozenset[str]:
    """Return the names of the layers of a file that have a geometry.

    Raises
    ------
    DataError
        For a file that is none of layers.
    """
    check_file(path, DataError)
    with _understood(path):
        return frozenset(str(name) for name, kind in pyogrio.list_layers(path) if kind is not None)


def key_of(name: str) -> str:
    """Return the column that tells the rows of a layer apart."""
    return "demand_id" if name == DEMAND_LAYER else "zone_id"


def read_layer(path: Path, name: str) -> gpd.GeoDataFrame:
    """Return a layer of polygons.

    Returns
    -------
    One row per ``demand_id`` or ``zone_id``, with its ``geometry``.

    Raises
    ------
    DataError
        With every problem of the layer.
    """
    with _understood(path):
        frame = gpd.read_file(path, layer=name)
    problems = list(_problems(frame, key_of(name)))
    if problems:
        layer = problem("layer {name}", name=name)
        raise DataError(each.at(layer).at(path) for each in problems)
    return frame


@contextmanager
def _understood(path: Path) -> Iterator[None]:
    """Say in our words what is wrong with a damaged file; warnings, of versions and layouts, are not passed on."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (DataSourceError, DataLayerError, ShapelyError, ValueError) as fault:
        raise DataError(problem("cannot be read as polygons; restore the file, or remove it").at(path)) from fault


def outline_problems(path: Path, kinds: tuple[str, ...]) -> Iterator[Sentence]:
    """Yield what is wrong with the layers that maps are drawn from: of demand points, and of kinds of zone."""
    try:
        known = layer_names(path)
    except DataError as fault:
        yield from fault.problems
        return
    for name in (DEMAND_LAYER, *kinds):
        try:
            if name in known:
                read_layer(path, name)
        except DataError as fault:
            yield from fault.problems


def _problems(frame: gpd.GeoDataFrame, key: str) -> Iterator[Sentence]:
    if key not in frame.columns:
        yield problem("column {name} is missing", name=key)
        return
    if frame.crs is None:
        yield problem("states no projection")
        return
    if not frame[key].map(lambda code: isinstance(code, str)).all():
        yield problem("codes must be text with their leading zero").at(problem("column {column}", column=key))
        return
    for code in frame.loc[frame[key].duplicated(), key].drop_duplicates().head(1):
        yield problem("{code!r} has two outlines; keep one", code=code)
    flat = frame.geometry
    is_polygon = flat.geom_type.isin(["Polygon", "MultiPolygon"]) & ~flat.is_empty
    is_polygon &= np.isfinite(flat.bounds).all(axis="columns")
    for code in frame.loc[~is_polygon, key].head(1):
        yield problem("the outline of {code!r} is no polygon", code=code)
    for code in frame.loc[is_polygon & ~flat.is_valid, key].head(1):
        yield problem("the outline of {code!r} crosses itself; mend it (make_valid in any GIS)", code=code)
