"""Travel times between demand points and places: reachable pairs only."""

import pandas as pd

from msp_siting.rim import times_from_home
from msp_siting.territory import Territory


def within_cutoff(territory: Territory, cutoff_minutes: float) -> pd.DataFrame:
    """Return the pairs at most ``cutoff_minutes`` apart (the cut-off itself is within), places of the rim included.

    One row per (``demand_id``, ``place_id``) with ``minutes`` from home to care.
    """
    times = times_from_home(territory)
    return times[times["minutes"] <= cutoff_minutes].reset_index(drop=True)


def nearest_minutes(territory: Territory, places: pd.Index) -> pd.Series:
    """Return the minutes to the nearest of some places, by ``demand_id``; absent where none is in the table."""
    times = times_from_home(territory)
    return times[times["place_id"].isin(places)].groupby("demand_id")["minutes"].min()
