"""The rim of a territory: communes near it, whose people and practitioners are served and serve across its limit."""

from dataclasses import dataclass

import pandas as pd

from msp_siting.travel import Surrogate, surrogate_times

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


def find_rim(points: pd.DataFrame, inside: pd.Index, surrogate: Surrogate) -> Rim:
    """Return the rim of the communes ``inside``, by estimated times.

    Parameters
    ----------
    points
        One row per commune of France, as `surrogate_times` takes them.
    """
    outside = pd.Index(points["point_id"]).difference(inside)
    first = _near(points, outside, inside, surrogate)
    second = _near(points, outside.difference(first), first, surrogate)
    return Rim(first, second, _near(points, inside, outside, surrogate))


def _near(points: pd.DataFrame, those: pd.Index, others: pd.Index, surrogate: Surrogate) -> pd.Index:
    """Return which of some communes are within 20 estimated minutes of one of the others."""
    begins, ends = (points[points["point_id"].isin(codes)] for codes in (those, others))
    return those[those.isin(surrogate_times(begins, ends, surrogate, STEP_MINUTES)["demand_id"])]


def rim_travel_times(
    demand: pd.DataFrame, places: pd.DataFrame, rim: pd.DataFrame, surrogate: Surrogate
) -> pd.DataFrame:
    """Return estimated minutes for the pairs of which at least one end is in the rim.

    Parameters
    ----------
    demand, places, rim
        One row per point, as `surrogate_times` takes them; a rim point is demand and place.

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
