"""Outlines for maps: layers of a territory's boundaries.gpkg, read and checked."""

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import ShapelyError

from msp_siting.errors import DataError, Sentence, foreign, problem
from msp_siting.files import read_content
from msp_siting.territory.territory import BOUNDARIES, Territory

VERSION = "1.3"  # of GeoPackage, which a GIS of some years ago reads without a warning
DEMAND_LAYER = "demand"  # the layer of demand points; every other one is named after a kind of zone


def layer_names(path: Path, content: bytes | None = None) -> frozenset[str]:
    """Return the names of the layers of a file that have a geometry.

    Parameters
    ----------
    content
        The file's bytes, where they are read already.

    Raises
    ------
    DataError
        For a file that is none of layers.
    """
    content = read_content(path, DataError) if content is None else content
    with _understood(path):
        return frozenset(str(name) for name, kind in pyogrio.list_layers(content) if kind is not None)


def write_layer(layer: gpd.GeoDataFrame, path: Path, name: str, geometry_type: str | None = None) -> None:
    """Write a layer into a GeoPackage, beside those that are in it.

    Raises
    ------
    OSError
        If the disk takes no more.
    """
    try:
        options = {"driver": "GPKG", "engine": "pyogrio", "geometry_type": geometry_type}
        layer.to_file(path, layer=name, **options, VERSION=VERSION)
        info = pyogrio.read_info(path, layer=name)  # what fails on closing is told to nobody
    except (DataSourceError, DataLayerError) as fault:
        raise OSError(foreign(str(fault)).at(path.name)) from fault
    if info["features"] != len(layer) or not info["capabilities"]["fast_spatial_filter"]:
        raise OSError(problem("layer {layer} is not whole", layer=name).at(path.name))


def key_of(name: str) -> str:
    """Return the column that tells the rows of a layer apart."""
    return "demand_id" if name == DEMAND_LAYER else "zone_id"


def read_layer(path: Path, name: str, content: bytes | None = None) -> gpd.GeoDataFrame:
    """Return a layer of polygons.

    Parameters
    ----------
    content
        The file's bytes, where they are read already.

    Returns
    -------
    One row per ``demand_id`` or ``zone_id``, with its ``geometry``.

    Raises
    ------
    DataError
        With every problem of the layer.
    """
    content = read_content(path, DataError) if content is None else content
    with _understood(path):
        frame = gpd.read_file(BytesIO(content), layer=name)
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


def outline_problems(path: Path, kinds: tuple[str, ...], content: bytes | None = None) -> Iterator[Sentence]:
    """Yield what is wrong with the layers that maps are drawn from: of demand points, and of kinds of zone."""
    try:
        known = layer_names(path, content)
    except DataError as fault:
        yield from fault.problems
        return
    for name in (DEMAND_LAYER, *kinds):
        try:
            if name in known:
                read_layer(path, name, content)
        except DataError as fault:
            yield from fault.problems


def polygons_of(territory: Territory) -> bytes | None:
    """Return the bytes of a territory's file of outlines, which are those that it was read with; None without one.

    Raises
    ------
    DataError
        If the file was changed since, or is gone.
    """
    path, read = territory.boundaries, territory.sha256_by_name.get(BOUNDARIES)
    if path is None and read is None:
        return None
    content = read_content(territory.folder / BOUNDARIES, DataError)
    if read is not None and hashlib.sha256(content).hexdigest() != read:
        raise DataError(problem("changed while it was in use; run the command again").at(path))
    return content


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
