"""Roads drawn once each way: one road to whoever stands beside it."""

import numpy as np
import pandas as pd
import shapely

from msp_siting.travel.roads.ways import DIGITS_OF_DEGREES

MINUTES = ["minutes_forward", "minutes_backward"]


def join_directions(edges: pd.DataFrame, lines: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the edges with those of one course joined to one, driven each way as its quickest is.

    A graph of osmnx has an edge for each direction, a map may have a one-way road for each; a point beside them is put
    on one edge, and could leave it in one direction only.

    Parameters
    ----------
    edges
        ``from_node``, ``to_node``, minutes each way (NaN where it is not driven).
    lines
        Their courses in degrees.
    """
    candidates = _of_same_ends(edges, lines)
    if len(candidates) == 0:
        return edges, lines
    courses = [_course(line) for line in lines[candidates]]
    turned = np.array([is_turned for _, is_turned in courses])
    alike = edges.iloc[candidates].copy()
    _swap(alike, turned)
    alike["course"] = [course for course, _ in courses]
    alike["low"], alike["high"] = _ends(alike)
    groups = alike.groupby(["low", "high", "course"], sort=False)
    alike[MINUTES] = groups[MINUTES].transform("min")
    first = ~groups.cumcount().astype(bool).to_numpy()
    _swap(alike, turned)
    joined = edges.copy()
    joined.iloc[candidates] = alike[edges.columns]
    kept = np.ones(len(edges), dtype=bool)
    kept[candidates[~first]] = False
    return joined[kept].reset_index(drop=True), lines[kept]


def _of_same_ends(edges: pd.DataFrame, lines: np.ndarray) -> np.ndarray:
    """Return positions of edges that have their ends, and how many corners they have, in common with another."""
    low, high = _ends(edges)
    keys = pd.DataFrame({"low": low, "high": high, "corners": shapely.get_num_points(lines)})
    return np.flatnonzero(keys.duplicated(keep=False))


def _ends(edges: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    tails, heads = edges["from_node"].to_numpy(), edges["to_node"].to_numpy()
    return np.minimum(tails, heads), np.maximum(tails, heads)


def _course(line: shapely.LineString) -> tuple[bytes, bool]:
    """Return the corners of a line in an order that both directions share, and whether that is not its own."""
    corners = shapely.get_coordinates(line).round(DIGITS_OF_DEGREES) + 0.0  # no -0.0
    ahead, back = corners.tobytes(), corners[::-1].tobytes()
    return min(ahead, back), back < ahead


def _swap(edges: pd.DataFrame, turned: np.ndarray) -> None:
    """Exchange what holds along and against the edges that are turned."""
    edges.loc[turned, MINUTES] = edges.loc[turned, MINUTES[::-1]].to_numpy()
