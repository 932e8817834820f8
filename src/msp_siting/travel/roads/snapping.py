"""Puts points onto roads: each becomes a node of the graph, at the nearest spot of the nearest road."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from msp_siting.territory import EARTH_RADIUS_KM, crow_fly_km
from msp_siting.travel.roads.graph import MINUTES_PER_HOUR, RoadGraph
from msp_siting.travel.roads.speeds import Speeds

KM_PER_DEGREE = EARTH_RADIUS_KM * np.pi / 180  # of latitude


@dataclass(frozen=True)
class Snapped:
    """A graph with the points on it.

    Attributes
    ----------
    node
        Node of each point, -1 where no road is near enough.
    km
        Crow-fly distance from each point to its road, NaN where none is near enough.
    minutes
        Time of that last stretch.
    """

    graph: RoadGraph
    node: np.ndarray
    km: np.ndarray
    minutes: np.ndarray


def snap(points: pd.DataFrame, graph: RoadGraph, speeds: Speeds) -> Snapped:
    """Return the graph cut where points (``lon``, ``lat``, degrees) meet it.

    The nearest road is looked for on a plane that is true to scale at the middle latitude of the points; how far it
    is, is measured on the sphere. A point exactly at the longest distance is snapped.
    """
    lon, lat = points["lon"].to_numpy(float), points["lat"].to_numpy(float)
    squeeze = float(np.cos(np.radians(lat.mean()))) if len(lat) else 1.0
    flat = shapely.transform(graph.lines, lambda xy: xy * [squeeze, 1.0])
    spots = shapely.points(lon * squeeze, lat)
    longest = speeds.snapping_longest_km.value
    reach = longest / KM_PER_DEGREE * _stretch(lat, squeeze)
    which, edge = shapely.STRtree(flat).query_nearest(spots, max_distance=reach, all_matches=False)
    along = shapely.line_locate_point(flat[edge], spots[which], normalized=True)
    on_road = shapely.line_interpolate_point(flat[edge], along, normalized=True)
    distance = crow_fly_km(lon[which], lat[which], shapely.get_x(on_road) / squeeze, shapely.get_y(on_road))
    near = distance <= longest
    km = np.full(len(points), np.nan)
    km[which[near]] = distance[near]
    node = np.full(len(points), -1)
    cut, node[which[near]] = _cut(graph, flat, squeeze, edge[near], along[near])
    minutes = km / speeds.last_stretch_km_per_h.value * MINUTES_PER_HOUR * speeds.calibration_factor.value
    return Snapped(cut, node, km, minutes)


def _stretch(lat: np.ndarray, squeeze: float) -> float:
    """Return by how much the plane shows a distance too long, at most; a little more for roundings."""
    return 1.001 * max(1.0, squeeze / float(np.cos(np.radians(np.abs(lat).max())))) if len(lat) else 1.0


def _cut(
    graph: RoadGraph, flat: np.ndarray, squeeze: float, edge: np.ndarray, along: np.ndarray
) -> tuple[RoadGraph, np.ndarray]:
    """Cut edges at shares (0-1) of their length; return the graph and the node of each cut.

    A cut at the very end of an edge is the node that is there. The minutes of an edge, with the delay of the
    junction at its end, are shared by length.
    """
    cuts = pd.DataFrame({"edge": edge, "along": along})
    ends = graph.edges.loc[cuts["edge"], ["from_node", "to_node"]].to_numpy()
    cuts["node"] = np.where(cuts["along"] <= 0, ends[:, 0], np.where(cuts["along"] >= 1, ends[:, 1], -1))
    inner = cuts[cuts["node"] < 0].drop_duplicates(["edge", "along"]).sort_values(["edge", "along"])
    inner = inner.assign(node=graph.node_count + np.arange(len(inner)))
    found = cuts.merge(inner, on=["edge", "along"], how="left", suffixes=("", "_new"), validate="many_to_one")
    nodes = np.where(cuts["node"].to_numpy() >= 0, cuts["node"].to_numpy(), found["node_new"].to_numpy())
    if inner.empty:
        return graph, nodes.astype(int)
    kept = ~graph.edges.index.isin(inner["edge"])
    pieces, begin, end = _pieces(graph.edges, inner)
    edges = pd.concat([graph.edges[kept], pieces.drop(columns="edge")], ignore_index=True)
    courses = [
        substring(flat[number], start, stop, normalized=True)
        for number, start, stop in zip(pieces["edge"], begin, end, strict=True)
    ]
    lines = np.concatenate([graph.lines[kept], shapely.transform(courses, lambda xy: xy / [squeeze, 1.0])])
    return RoadGraph(graph.node_count + len(inner), edges, lines, graph.facts), nodes.astype(int)


def _pieces(edges: pd.DataFrame, cuts: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return one row per piece of the edges that are cut, and the shares at which each begins and ends."""
    numbers = cuts["edge"].unique()
    first = pd.DataFrame({"edge": numbers, "along": 0.0, "node": edges.loc[numbers, "from_node"].to_numpy()})
    last = pd.DataFrame({"edge": numbers, "along": 1.0, "node": edges.loc[numbers, "to_node"].to_numpy()})
    spots = pd.concat([first, cuts, last]).sort_values(["edge", "along"], kind="stable")
    number, along, node = (spots[name].to_numpy() for name in ("edge", "along", "node"))
    inside = number[1:] == number[:-1]
    begin, end = along[:-1][inside], along[1:][inside]
    amounts = edges.loc[number[1:][inside], ["minutes_forward", "minutes_backward", "km"]].reset_index(drop=True)
    pieces = amounts.mul(end - begin, axis=0).assign(
        edge=number[1:][inside], from_node=node[:-1][inside], to_node=node[1:][inside]
    )
    return pieces, begin, end
