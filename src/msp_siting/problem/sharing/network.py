"""One profession's demand points and places, everything fixed, and the levels of shortage found there."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

NONE = -1


@dataclass(frozen=True)
class Network:
    """One profession's demand points and places; sites, staff and moves are only numbers of its room.

    Attributes
    ----------
    point_ids, place_ids
        What they are called, in the order of the other values.
    pair_points, pair_places
        Positions of the demand points and places of the pairs within the cut-off, each pair once.
    need
        Standardised inhabitants by demand point, at least 0.
    room
        Standardised inhabitants that can be served, by place, at least 0.
    """

    point_ids: tuple[str, ...]
    place_ids: tuple[str, ...]
    pair_points: np.ndarray
    pair_places: np.ndarray
    need: np.ndarray
    room: np.ndarray

    def is_usable(self) -> np.ndarray:
        """Return flags of the pairs at whose place there is room."""
        flags: np.ndarray = self.room[self.pair_places] > 0
        return flags

    def usable_pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the positions of the demand points and of the places of those pairs."""
        there = self.is_usable()
        return self.pair_points[there], self.pair_places[there]

    def is_level_pair(self, levels: "Levels") -> np.ndarray:
        """Return flags of the pairs that can serve: of a demand point with need and a place with room of its level."""
        point, place = self.pair_points, self.pair_places
        flags: np.ndarray = levels.of_points[point] == levels.of_places[place]
        flags &= self.is_usable() & (self.need[point] > 0)
        return flags


@dataclass(frozen=True)
class Levels:
    """Demand points by the share of their need that is served, from the least to the greatest.

    Attributes
    ----------
    served_shares
        One exact number (0 to 1) per level, strictly rising.
    of_points
        The level of each demand point.
    of_places
        The level of each place: that of the first demand points with need which reach it, and they alone use it; -1
        where there are none, or where there is no room.
    """

    served_shares: tuple[Fraction, ...]
    of_points: np.ndarray
    of_places: np.ndarray

    @property
    def served_share(self) -> np.ndarray:
        """Share of its need (0-1) that is served, by demand point: the exact one, rounded once."""
        shares: np.ndarray = np.array([float(share) for share in self.served_shares])[self.of_points]
        return shares

    @property
    def uncovered_share(self) -> np.ndarray:
        """Share of its need (0-1) that is left uncovered, by demand point: the exact one, rounded once."""
        shares: np.ndarray = np.array([float(1 - share) for share in self.served_shares])[self.of_points]
        return shares


@dataclass(frozen=True)
class Service:
    """Who is served where: amounts of need (standardised inhabitants) by pair.

    Attributes
    ----------
    points, places
        Positions of the pairs' demand points and places.
    amounts
        What is served there.
    remainder
        What is not served, though the levels say it can be, is no more than this in all: rounding.
    """

    points: np.ndarray
    places: np.ndarray
    amounts: np.ndarray
    remainder: float


def whole_numbers(values: np.ndarray) -> tuple[list[int], int]:
    """Return numbers exactly: as whole multiples of a unit, and how many of it make one (a power of two)."""
    ratios = [value.as_integer_ratio() for value in values.tolist()]
    in_one = max((below for _, below in ratios), default=1)
    return [above * (in_one // below) for above, below in ratios], in_one
