"""The rim of a territory: communes near it, whose people and practitioners are served and serve across its limit."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from msp_siting.territory import EARTH_RADIUS_KM
from msp_siting.travel import Surrogate, surrogate_times
from msp_siting.travel.roads import unit_vectors

STEP_MINUTES = 20.0  # the cut-off of GPs
LONGEST_MINUTES = 30.0  # the longest cut-off of a profession; longer trips across the limit are left out


@dataclass(frozen=True)
class Rim:
    """Communes outside a territory, in two rings.

    Attributes
    ----------
    first
        ``commune_id`` of those within 20 estimated minutes of a commune of the territory.
    second
        Those within 20 minutes of the first ring: they compete for its practitioners.
    border
        ``commune_id`` of the territory's communes that are within 20 minutes of the first ring.
    """

    first: pd.Index
    second: pd.Index
    border: pd.Index


def find_rim(communes: pd.DataFrame, inside: pd.Index, surrogate: Surrogate) -> Rim:
    """Return the rim of the communes ``inside``; crow-fly distances stand for times.

    Parameters
    ----------
    communes
        One row per commune of France: ``lon``, ``lat``.
    """
    step_km = (STEP_MINUTES - surrogate.intercept_minutes.value) / surrogate.minutes_per_km.value
    outside = communes.index.difference(inside)
    first = _near(communes, outside, inside, step_km)
    second = _near(communes, outside.difference(first), first, step_km)
    return Rim(first, second, _near(communes, inside, outside, step_km))


def _near(communes: pd.DataFrame, those: pd.Index, others: pd.Index, km: float) -> pd.Index:
    """Return which of some communes are at most ``km`` from one of the others."""
    if those.empty or others.empty:
        return those[:0]
    spots = communes[["lon", "lat"]]
    chord, _ = cKDTree(unit_vectors(spots.loc[others])).query(unit_vectors(spots.loc[those]))
    crow_fly_km = 2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0.0, 1.0))
    return those[crow_fly_km <= km]


def rim_travel_times(
    demand: pd.DataFrame, places: pd.DataFrame, rim: pd.DataFrame, surrogate: Surrogate
) -> pd.DataFrame:
    """Return estimated minutes for the pairs of which at least one end is in the rim.

    Parameters
    ----------
    demand, places, rim
        One row per point: ``point_id``, ``lon``, ``lat``; a rim point is demand and place.

    Returns
    -------
    One row per pair at most 30 minutes apart: ``demand_id``, ``place_id``, ``minutes``, sorted by both ids.
    """
    everyone = pd.concat([demand, rim], ignore_index=True)
    everywhere = pd.concat([places, rim], ignore_index=True)
    across = surrogate_times(everyone, everywhere, surrogate, LONGEST_MINUTES)
    outside = set(rim["point_id"])
    kept = across["demand_id"].isin(outside) | across["place_id"].isin(outside)
    return across[kept].reset_index(drop=True)
