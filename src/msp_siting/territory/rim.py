"""The territory and its rim seen as one, for whatever counts both alike."""

from dataclasses import replace

import pandas as pd

from msp_siting.territory.territory import Territory


def join_rim(territory: Territory) -> Territory:
    """Return the territory with the people, practitioners and travel times of its rim among its own.

    Of demand and supply the columns that both have are kept. A territory without a rim is returned as it is.
    """
    rim = territory.rim
    if rim is None:
        return territory
    return replace(
        territory,
        demand=_stack(territory.demand, rim.demand),
        supply=_stack(*_with_departures(territory.supply, rim.supply)),
        travel_times=_stack(territory.travel_times, rim.travel_times),
        rim=None,
    )


def times_from_home(territory: Territory) -> pd.DataFrame:
    """Return the travel times of the territory's own demand points, to places of the rim too.

    One row per (``demand_id``, ``place_id``) with ``minutes``.
    """
    if territory.rim is None:
        return territory.travel_times
    times = territory.rim.travel_times
    outwards = times[times["demand_id"].isin(territory.demand["demand_id"])]
    return _stack(territory.travel_times, outwards)


def _with_departures(own: pd.DataFrame, around: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return two tables of supply that agree on having ``retiring_share``: nobody leaves where it is not known."""
    if "retiring_share" not in [*own.columns, *around.columns]:
        return own, around
    first, second = (
        table if "retiring_share" in table.columns else table.assign(retiring_share=0.0) for table in (own, around)
    )
    return first, second


def _stack(own: pd.DataFrame, around: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of both tables; an empty one does not change the other's types."""
    filled = [table for table in (own, around) if not table.empty]
    return pd.concat(filled, join="inner", ignore_index=True) if filled else own


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
