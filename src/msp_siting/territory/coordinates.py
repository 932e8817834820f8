"""Projections, and whether coordinates lie where one is used: longitude and latitude are often exchanged."""

import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from msp_siting.errors import Sentence, problem
from msp_siting.files import row_number

MARGIN_DEGREES = 1.0  # by which points may lie outside the area of use: limits are drawn roughly, and rims reach over
WHOLE_CIRCLE = 360.0  # degrees
PLANE = 2  # axes
EARTH_RADIUS_KM = 6371.0088


def check_projection(crs: str) -> None:
    """Refuse what is no projection of longitude and latitude to a plane.

    Raises
    ------
    ValueError
        With one sentence.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of ways to write one that are no longer used
            found = CRS.from_user_input(crs)
    except (CRSError, Warning) as fault:
        raise ValueError(problem("no such projection {crs!r}; write a code such as EPSG:2154", crs=crs)) from fault
    if len(found.axis_info) != PLANE or not (found.is_projected or found.is_geographic):
        raise ValueError(
            problem("{crs!r} is no projection of longitude and latitude; write a code such as EPSG:2154", crs=crs)
        )


def misplaced(path: Path, points: pd.DataFrame, crs: str) -> Iterator[Sentence]:
    """Yield a problem where points lie far outside the area of use of a projection, by what they have in common.

    Parameters
    ----------
    points
        Rows of the file: ``lon``, ``lat`` (degrees, WGS 84).
    """
    area = _area_of(crs)
    if area is None:
        return
    outside = points[~_inside(area, points["lon"], points["lat"])]
    swapped = _inside(area, outside["lat"], outside["lon"])
    west, south, east, north = area
    where = problem(
        "{crs} is for lon {west:g} to {east:g} and lat {south:g} to {north:g}",
        crs=crs,
        west=west,
        east=east,
        south=south,
        north=north,
    )
    far = problem("are far from where they can be: {where}; correct them, or crs in the manifest", where=where)
    for rows, found in ((outside[swapped], problem("look swapped: {where}", where=where)), (outside[~swapped], far)):
        if len(rows):
            lon, lat = rows[["lon", "lat"]].iloc[0]
            wrong = problem(
                "lon {lon:g} and lat {lat:g} (rows like this: {rows}) {found}",
                lon=lon,
                lat=lat,
                rows=len(rows),
                found=found,
            )
            yield wrong.at(row_number(rows.index[0])).at(path)


@cache
def _area_of(crs: str) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of where a projection is used; None where that is not known."""
    area = CRS.from_user_input(crs).area_of_use
    return None if area is None else (area.west, area.south, area.east, area.north)


def _inside(area: tuple[float, float, float, float], lon: pd.Series, lat: pd.Series) -> pd.Series:
    west, south, east, north = area
    width = (east - west) % WHOLE_CIRCLE or WHOLE_CIRCLE  # west is above east across the line of 180 degrees
    eastwards = (lon - west + MARGIN_DEGREES) % WHOLE_CIRCLE
    return (eastwards <= width + 2 * MARGIN_DEGREES) & lat.between(south - MARGIN_DEGREES, north + MARGIN_DEGREES)


def crow_fly_km(lon_a: np.ndarray, lat_a: np.ndarray, lon_b: np.ndarray, lat_b: np.ndarray) -> np.ndarray:
    """Return great-circle distances in km between points in degrees, position by position (haversine)."""
    from_lat, to_lat = np.radians(lat_a), np.radians(lat_b)
    half = (
        np.sin((to_lat - from_lat) / 2) ** 2
        + np.cos(from_lat) * np.cos(to_lat) * np.sin(np.radians(np.subtract(lon_b, lon_a)) / 2) ** 2
    )
    distance: np.ndarray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distance
