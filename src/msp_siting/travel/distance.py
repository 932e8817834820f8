"""Travel times estimated from crow-fly distance, for territories without roads."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from msp_siting.errors import RoadsError
from msp_siting.files import NotNegative, Parameter, Positive, Share, Strict, Text, read_record
from msp_siting.territory import EARTH_RADIUS_KM, crow_fly_km
from msp_siting.travel.matrices import od_table
from msp_siting.travel.roads import unit_vectors

BLOCK_PAIRS = 2_000_000  # pairs held at once before those out of reach are left out
TREE_SLACK = 1e-6  # share by which the tree searches further than wanted, so that no pair is lost to rounding


class Surrogate(Strict):
    """A straight line from crow-fly km to minutes, how far it holds and how well it fits."""

    name: str
    title: Text
    intercept_minutes: Parameter[NotNegative]
    minutes_per_km: Parameter[Positive]
    longest_km: Parameter[Positive]
    mean_error_minutes: Parameter[NotNegative]
    r_squared: Parameter[Share]


def read_surrogate(path: Path) -> Surrogate:
    """Return the line a file declares.

    Raises
    ------
    RoadsError
        With every problem of the file.
    """
    return read_record(path, Surrogate, RoadsError, Parameter.model_fields)


def surrogate_times(
    demand: pd.DataFrame, places: pd.DataFrame, parameters: Surrogate, cutoff_minutes: float
) -> pd.DataFrame:
    """Return minutes = intercept + slope x crow-fly km for the pairs within reach.

    A demand point and the place of the same id are 0 minutes apart, wherever they are.

    Parameters
    ----------
    demand, places
        One row per point: ``point_id``, ``lon``, ``lat`` (degrees).
    parameters
        The line; a pair further apart than its longest km (that distance is within) has no time.
    cutoff_minutes
        The longest time (the cut-off is within).

    Returns
    -------
    One row per pair: ``demand_id``, ``place_id``, ``minutes`` to 4 decimals, sorted by both ids.
    """
    own = pd.Index(places["point_id"]).get_indexer(demand["point_id"])  # -1 where no place has the id
    at_home = np.flatnonzero(own >= 0)
    blocks = [(at_home, own[at_home], np.zeros(len(at_home)))]
    for home, care, km in _near_pairs(demand, places, _reach_km(parameters, cutoff_minutes)):
        minutes = parameters.intercept_minutes.value + parameters.minutes_per_km.value * km
        kept = (km <= parameters.longest_km.value) & (minutes <= cutoff_minutes) & (own[home] != care)
        blocks.append((home[kept], care[kept], minutes[kept]))
    home, care, minutes = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return od_table(demand, places, home, care, minutes, cutoff_minutes)


def _reach_km(parameters: Surrogate, cutoff_minutes: float) -> float:
    """Return how far the line can lead within a cut-off; below 0 if nowhere."""
    within_cutoff = (cutoff_minutes - parameters.intercept_minutes.value) / parameters.minutes_per_km.value
    return min(parameters.longest_km.value, within_cutoff)


def _near_pairs(
    demand: pd.DataFrame, places: pd.DataFrame, reach_km: float
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield positions and crow-fly km of all pairs about ``reach_km`` apart at most, block by block."""
    if reach_km < 0 or demand.empty or places.empty:
        return
    chord = 2 * np.sin(min(reach_km / EARTH_RADIUS_KM, np.pi) / 2) * (1 + TREE_SLACK)
    tree, spots = cKDTree(unit_vectors(places)), unit_vectors(demand)
    begins, ends = (points[["lon", "lat"]].to_numpy(float).T for points in (demand, places))
    size = max(1, BLOCK_PAIRS // len(places))
    for begin in range(0, len(demand), size):
        block = cKDTree(spots[begin : begin + size])
        pairs = block.sparse_distance_matrix(tree, chord + TREE_SLACK / EARTH_RADIUS_KM, output_type="ndarray")
        home, care = pairs["i"] + begin, pairs["j"]
        yield home, care, crow_fly_km(*begins[:, home], *ends[:, care])
