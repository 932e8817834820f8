"""Pairs of points with their times: kept up to a cut-off, as a table; and what a point is called."""

import numpy as np
import pandas as pd

from msp_siting.errors import Sentence, problem
from msp_siting.territory import MINUTES_DIGITS


def od_table(  # noqa: PLR0913, PLR0917 - two sorts of points, positions in each, and their times
    demand: pd.DataFrame,
    places: pd.DataFrame,
    home: np.ndarray,
    care: np.ndarray,
    minutes: np.ndarray,
    cutoff_minutes: float,
) -> pd.DataFrame:
    """Return pairs at most ``cutoff_minutes`` apart (included) as a table sorted by both ids.

    Parameters
    ----------
    demand, places
        One row per point: ``point_id``.
    home, care
        Positions in them, pair by pair.
    minutes
        Of each pair; rounded to 4 decimals once those beyond the cut-off are left out.
    """
    within = minutes <= cutoff_minutes
    demand_ids, home_rank = np.unique(demand["point_id"].to_numpy(object), return_inverse=True)
    place_ids, care_rank = np.unique(places["point_id"].to_numpy(object), return_inverse=True)
    home, care, minutes = home_rank[home[within]], care_rank[care[within]], minutes[within]
    order = np.argsort(home * len(place_ids) + care)
    return pd.DataFrame(
        {
            "demand_id": pd.array(demand_ids, dtype="str").take(home[order]),
            "place_id": pd.array(place_ids, dtype="str").take(care[order]),
            "minutes": minutes[order].round(MINUTES_DIGITS),
        }
    )


def point_label(points: pd.DataFrame, position: int) -> Sentence:
    """Return a point's id and, where the table has it, its name."""
    point_id = points["point_id"].iloc[position]
    name = points["name"].iloc[position] if "name" in points.columns else ""
    if name in {"", point_id}:
        return problem("{point_id!r}", point_id=point_id)
    return problem("{point_id!r} ({name})", point_id=point_id, name=name)


def times_of_own_places(
    demand: pd.DataFrame, places: pd.DataFrame, home: np.ndarray, care: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of demand points that are places too and have no time to themselves, and of those places.

    Whoever lives there is there already, in 0 minutes, whatever a table leaves empty.

    Parameters
    ----------
    demand, places
        One row per point: ``point_id``.
    home, care
        Positions in them of the pairs that have a time.
    """
    own = own_positions(demand, places)
    lacking = np.setdiff1d(np.flatnonzero(own >= 0), home[care == own[home]])
    return lacking, own[lacking]


def own_positions(demand: pd.DataFrame, places: pd.DataFrame) -> np.ndarray:
    """Return, demand point by demand point, the position of the place that it is, -1 for none."""
    found: np.ndarray = pd.Index(places["point_id"]).get_indexer(demand["point_id"])
    return found
