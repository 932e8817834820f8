"""Ways as they are read: geometry, how they are driven, and what was left out and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from msp_siting.errors import RoadsError, Sentence, problem
from msp_siting.travel.roads.limits import unread_limits
from msp_siting.travel.roads.speeds import Drive, Speeds

DIGITS_OF_DEGREES = 7  # of OpenStreetMap
HALF_ROUND = 180.0  # degrees; the shorter course between farther longitudes leads across the antimeridian
AN_AREA = problem("an area")


@dataclass(frozen=True)
class Way:
    """One driven way: ids of its nodes in their order, and how it is driven.

    Attributes
    ----------
    detour
        How many times longer it is than it is drawn.
    """

    nodes: tuple[int, ...]
    drive: Drive
    detour: float = 1.0


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
    unread_limits
        Tagged limits that mean nothing here (``maxspeed=signals``), and on how many ways.
    slowed_in_towns
        Number of ways held to the limit of built-up areas, whole or in part.
    cuts_in_towns
        Number of pieces by which ways became more where they enter or leave towns.
    merged
        Number of ways that are several of OpenStreetMap in one, whose tags are no longer told apart.
    absent
        Tags that no road of a saved graph has, though speeds depend on them.
    places
        Named places found on the way: ``place`` tag, name, lon, lat.
    """

    ways: list[Way] = field(default_factory=list)
    lon: dict[int, float] = field(default_factory=dict)
    lat: dict[int, float] = field(default_factory=dict)
    dropped: Counter[Sentence] = field(default_factory=Counter)
    unread_limits: Counter[str] = field(default_factory=Counter)
    slowed_in_towns: int = 0
    cuts_in_towns: int = 0
    merged: int = 0
    absent: tuple[str, ...] = ()
    places: list[tuple[str, str, float, float]] = field(default_factory=list)

    def note_limits(self, tags: Mapping[str, str], speeds: Speeds) -> None:
        """Count the limits of a driven way that cannot be read."""
        self.unread_limits.update(unread_limits(tags, speeds.named_limit_km_per_h.value))

    def check_longitudes(self, place: object) -> None:
        """Refuse a road across longitude 180, which would be measured the long way round.

        Raises
        ------
        RoadsError
            Naming where it crosses.
        """
        if not self.lon or max(self.lon.values()) - min(self.lon.values()) <= HALF_ROUND:
            return
        for way in self.ways:
            for tail, head in pairwise(way.nodes):
                if abs(self.lon[head] - self.lon[tail]) > HALF_ROUND:
                    across = problem(
                        "a road crosses longitude 180 near latitude {lat:.4f}; give the roads of one side of it",
                        lat=self.lat[tail],
                    )
                    raise RoadsError(across.at(place))


def unit_vectors(points: pd.DataFrame) -> np.ndarray:
    """Return points (``lon``, ``lat``, degrees) on the unit sphere, one row of three numbers each."""
    lon, lat = np.radians(points["lon"].to_numpy(float)), np.radians(points["lat"].to_numpy(float))
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
