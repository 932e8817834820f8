"""Ways as they are read: geometry, how they are driven, and what was left out and why."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from msp_siting.errors import Sentence
from msp_siting.travel.roads.speeds import Drive


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
