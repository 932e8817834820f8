"""Travel times by road between points: snapped, searched, the last stretch added, nothing dropped in silence."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from msp_siting.errors import RoadsError, Sentence, problem
from msp_siting.territory import MINUTES_DIGITS
from msp_siting.travel.points import Points
from msp_siting.travel.roads import (
    ROUNDING_MINUTES,
    Report,
    RoadGraph,
    Snapped,
    Speeds,
    Ways,
    build_graph,
    many_to_many,
    networks_of,
    silent,
    snap,
)

MOST_POINTS_SHOWN = 20


@dataclass(frozen=True)
class Routed:
    """Travel times and how they came about.

    Attributes
    ----------
    table
        One row per reachable pair: ``demand_id``, ``place_id``, ``minutes`` from home to care.
    record
        Facts of the graph, of snapping and of calibration.
    """

    table: pd.DataFrame
    record: dict[str, Any]


@dataclass(frozen=True)
class Search:
    """How far times go, and how roads are searched for them.

    Attributes
    ----------
    cutoff_minutes
        Longest travel time kept (itself within).
    leave_out
        Whether points too far from any road are left without travel times and listed in the record; else they are an
        error.
    processes
        How many search at once; 0 for as many as there are processors.
    report
        Called now and then with how many searches are done, and of how many.
    reference
        Other travel times (``demand_id``, ``place_id``, ``minutes``) to calibrate to, or None.
    kept
        The cache folder, or None for no cache.
    """

    cutoff_minutes: float
    leave_out: bool = False
    processes: int = 0
    report: Report = silent
    reference: pd.DataFrame | None = None
    kept: Path | None = None


def route(ways: Ways, points: Points, speeds: Speeds, search: Search) -> Routed:
    """Return the pairs at most the cut-off apart, and how they came about.

    Parameters
    ----------
    ways
        Roads as read.
    speeds
        What else is declared of them: how points are joined to roads, and what times are multiplied by.
    search
        With a reference, all times are multiplied by the factor that fits it best (least squares), and the mean errors
        are recorded.

    Raises
    ------
    RoadsError
        Listing the points that no road is near to.
    """
    routed, reference = _route_once(ways, points, speeds, search), search.reference
    if reference is None:
        return routed
    pairs = routed.table.merge(reference, on=["demand_id", "place_id"], suffixes=("", "_reference"))
    pairs = pairs[pairs["demand_id"].ne(pairs["place_id"])]
    if pairs.empty or not (pairs["minutes"] > 0).any():
        raise RoadsError(problem("the reference has no pair of points in common with these"))
    factor = float((pairs["minutes"] * pairs["minutes_reference"]).sum() / (pairs["minutes"] ** 2).sum())
    before = speeds.calibration_factor
    changed = before.model_copy(update={"value": before.value * factor})
    fitted = _route_once(ways, points, speeds.model_copy(update={"calibration_factor": changed}), search)
    errors = {
        "factor": round(factor, 4),
        "pairs": len(pairs),
        "mean_error_minutes_before": _mean_error(pairs["minutes"], pairs["minutes_reference"]),
        "mean_error_minutes_after": _mean_error(pairs["minutes"] * factor, pairs["minutes_reference"]),
    }
    return Routed(fitted.table, fitted.record | {"calibration": errors})


def _route_once(ways: Ways, points: Points, speeds: Speeds, search: Search) -> Routed:
    graph = build_graph(ways, speeds)
    both = pd.concat([points.demand, points.places]).drop_duplicates("point_id").set_index("point_id")
    snapped = snap(both, graph, speeds)
    lost = both[snapped.node < 0]
    if len(lost) and not search.leave_out:
        raise RoadsError(_lost_sentences(lost, both, graph, speeds))
    position = pd.Series(np.arange(len(both)), index=both.index)
    home = position[points.demand["point_id"]].to_numpy()
    care = position[points.places["point_id"]].to_numpy()
    table = _table(both, snapped, home[snapped.node[home] >= 0], care[snapped.node[care] >= 0], search)
    record = graph.facts | {
        "speeds": speeds.name,
        "points": len(both),
        "points_left_out": list(lost.index),
        "points_apart": _apart(both, snapped),
        "snapping_longest_km": _longest(snapped.km),
        "cutoff_minutes": search.cutoff_minutes,
        "pairs": len(table),
    }
    return Routed(table, record)


def _table(both: pd.DataFrame, snapped: Snapped, home: np.ndarray, care: np.ndarray, search: Search) -> pd.DataFrame:
    cutoff = search.cutoff_minutes
    origin, destination, driven = many_to_many(
        snapped.graph.minutes(), snapped.node[home], snapped.node[care], cutoff, search.processes, search.report
    )
    total = driven + snapped.minutes[home[origin]] + snapped.minutes[care[destination]]
    total[home[origin] == care[destination]] = 0.0  # care at home
    within = total <= cutoff + ROUNDING_MINUTES
    ids = both.index.to_numpy()
    table = pd.DataFrame(
        {
            "demand_id": ids[home[origin[within]]],
            "place_id": ids[care[destination[within]]],
            "minutes": np.minimum(total[within], cutoff).round(MINUTES_DIGITS),
        }
    )
    return table.sort_values(["demand_id", "place_id"], ignore_index=True)


def _apart(both: pd.DataFrame, snapped: Snapped) -> list[dict[str, str]]:
    """Return the points that no road joins to where most points are, by id and name; of equals the longest network."""
    minutes, edges = snapped.graph.minutes(), snapped.graph.edges
    network = networks_of(minutes, snapped.node)
    if not (network >= 0).any():
        return []
    counts = np.bincount(network[network >= 0])
    km = np.bincount(networks_of(minutes, edges["from_node"].to_numpy()), edges["km"], minlength=len(counts))
    most = max(range(len(counts)), key=lambda one: (counts[one], km[one]))
    apart = both[(network >= 0) & (network != most)]
    return [{"point_id": str(point_id), "name": str(name)} for point_id, name in apart["name"].items()]


def _lost_sentences(lost: pd.DataFrame, both: pd.DataFrame, graph: RoadGraph, speeds: Speeds) -> list[Sentence]:
    west, south, east, north = graph.bounds
    outside = ~(both["lon"].between(west, east) & both["lat"].between(south, north))
    if outside.all():
        where = problem(
            "{west:.3f} and {east:.3f} degrees east and {south:.3f} and {north:.3f} degrees north",
            west=west,
            east=east,
            south=south,
            north=north,
        )
        elsewhere = problem(
            "the roads lie between {where}, and no point does: another region's extract, or lon and lat swapped?",
            where=where,
        )
        return [elsewhere]
    reach = speeds.snapping_longest_km.value
    shown = [
        problem(
            "{point} ({name}) at {lon:.5f}, {lat:.5f}: no road within {reach:g} km; "
            "correct its coordinates, or leave it out with --leave-out-unsnapped",
            point=point_id,
            name=row["name"],
            lon=row["lon"],
            lat=row["lat"],
            reach=reach,
        )
        for point_id, row in lost.head(MOST_POINTS_SHOWN).iterrows()
    ]
    more = len(lost) - len(shown)
    return [*shown, problem("and {count} more points", count=more)] if more else shown


def _longest(km: np.ndarray) -> float | None:
    return round(float(np.nanmax(km)), 3) if np.isfinite(km).any() else None


def _mean_error(minutes: pd.Series, reference: pd.Series) -> float:
    return round(float((minutes - reference).abs().mean()), 3)
