"""Ways as they are read: geometry, how they are driven, and what was left out and why."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from msp_siting.errors import Sentence
from msp_siting.roads.speeds import Drive

EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True)
class Way:
    """One driven way: ids of its nodes in their order, and how it is driven."""

    nodes: tuple[int, ...]
    drive: Drive


@dataclass
class Ways:
    """What a file of roads holds.

    Attributes
    ----------
    ways
        Driven ways.
    lon, lat
        Degrees (WGS 84) by node id.
    dropped
        Number of ways left out, whole or in part, by reason.
    slowed_in_towns
        Number of ways held to the limit of built-up areas.
    places
        Named places found on the way: ``place`` tag, name, lon, lat.
    """

    ways: list[Way] = field(default_factory=list)
    lon: dict[int, float] = field(default_factory=dict)
    lat: dict[int, float] = field(default_factory=dict)
    dropped: Counter[Sentence] = field(default_factory=Counter)
    slowed_in_towns: int = 0
    places: list[tuple[str, str, float, float]] = field(default_factory=list)


def unit_vectors(points: pd.DataFrame) -> np.ndarray:
    """Return points (``lon``, ``lat``, degrees) on the unit sphere, one row of three numbers each."""
    lon, lat = np.radians(points["lon"].to_numpy(float)), np.radians(points["lat"].to_numpy(float))
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def crow_fly_km(lon_a: np.ndarray, lat_a: np.ndarray, lon_b: np.ndarray, lat_b: np.ndarray) -> np.ndarray:
    """Return great-circle distances in km between points in degrees, position by position (haversine)."""
    from_lat, to_lat = np.radians(lat_a), np.radians(lat_b)
    half = (
        np.sin((to_lat - from_lat) / 2) ** 2
        + np.cos(from_lat) * np.cos(to_lat) * np.sin(np.radians(np.subtract(lon_b, lon_a)) / 2) ** 2
    )
    distance: np.ndarray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distance
