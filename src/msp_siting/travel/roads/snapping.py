"""Puts points onto roads: each becomes a node of the graph, at the nearest spot of the nearest road."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from msp_siting.territory import crow_fly_km
from msp_siting.travel.roads.graph import RoadGraph
from msp_siting.travel.roads.plane import in_degrees, on_plane, reach
from msp_siting.travel.roads.speeds import Speeds
from msp_siting.units import MINUTES_PER_HOUR

AT_NODE_KM = 1e-4  # from an end of a road; nearer is roundings of coordinates


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

    The nearest road counts, of whichever network. It is looked for on a plane; how far it is, is measured on the
    sphere. A point exactly at the longest distance is snapped.
    """
    lon, lat = points["lon"].to_numpy(float), points["lat"].to_numpy(float)
    flat = shapely.transform(graph.lines, on_plane)
    spots = shapely.points(on_plane(np.column_stack([lon, lat])))
    longest = speeds.snapping_longest_km.value
    farthest = float(reach(longest, lat).max(initial=1e-9))
    which, edge = shapely.STRtree(flat).query_nearest(spots, max_distance=farthest, all_matches=False)
    along = shapely.line_locate_point(flat[edge], spots[which], normalized=True)
    on_road = in_degrees(shapely.get_coordinates(shapely.line_interpolate_point(flat[edge], along, normalized=True)))
    distance = crow_fly_km(lon[which], lat[which], on_road[:, 0], on_road[:, 1])
    near = distance <= longest
    km = np.full(len(points), np.nan)
    km[which[near]] = distance[near]
    node = np.full(len(points), -1)
    share = _shares(graph.lines[edge], flat[edge], along)
    length = graph.edges["km"].to_numpy()[edge]
    at_end, at_begin = (1 - share) * length <= AT_NODE_KM, share * length <= AT_NODE_KM
    along, share = (np.where(at_begin, 0.0, np.where(at_end, 1.0, exact)) for exact in (along, share))
    cuts = pd.DataFrame({"edge": edge, "along": along, "share": share})
    cut, node[which[near]] = _cut(graph, flat, cuts[near])
    minutes = km / speeds.last_stretch_km_per_h.value * MINUTES_PER_HOUR * speeds.calibration_factor.value
    return Snapped(cut, node, km, minutes)


def _shares(lines: np.ndarray, flat: np.ndarray, along: np.ndarray) -> np.ndarray:
    """Return at which shares (0-1) of their length on the sphere lines are met, from those on the plane."""
    found = np.zeros(len(lines))
    for number, (line, plane, position) in enumerate(zip(lines, flat, along, strict=True)):
        lon, lat = shapely.get_coordinates(line).T
        passed = np.append(0.0, np.cumsum(np.hypot(*np.diff(shapely.get_coordinates(plane), axis=0).T)))
        km = np.append(0.0, np.cumsum(crow_fly_km(lon[:-1], lat[:-1], lon[1:], lat[1:])))
        if passed[-1] > 0:
            found[number] = np.interp(position * passed[-1], passed, km) / km[-1]
    return found


def _cut(graph: RoadGraph, flat: np.ndarray, cuts: pd.DataFrame) -> tuple[RoadGraph, np.ndarray]:
    """Cut edges (``edge``) at shares of their length on the plane (``along``) and the sphere (``share``).

    A cut at the very end of an edge is the node that is there. The minutes of an edge, with the delay of the
    junction at its end, are shared by length.

    Returns
    -------
    The graph and the node of each cut.
    """
    cuts = cuts.reset_index(drop=True)
    ends = graph.edges.loc[cuts["edge"], ["from_node", "to_node"]].to_numpy()
    cuts["node"] = np.where(cuts["along"] <= 0, ends[:, 0], np.where(cuts["along"] >= 1, ends[:, 1], -1))
    inner = cuts[cuts["node"] < 0].drop_duplicates(["edge", "along"]).sort_values(["edge", "along"])
    inner = inner.assign(node=graph.node_count + np.arange(len(inner)))
    known = inner.drop(columns="share")
    found = cuts.merge(known, on=["edge", "along"], how="left", suffixes=("", "_new"), validate="many_to_one")
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
    lines = np.concatenate([graph.lines[kept], shapely.transform(courses, in_degrees)])
    return RoadGraph(graph.node_count + len(inner), edges, lines, graph.facts), nodes.astype(int)


def _pieces(edges: pd.DataFrame, cuts: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return one row per piece of the edges that are cut, and the shares at which each begins and ends."""
    numbers = cuts["edge"].unique()
    first, last = (
        pd.DataFrame({"edge": numbers, "along": share, "share": share, "node": edges.loc[numbers, end].to_numpy()})
        for share, end in ((0.0, "from_node"), (1.0, "to_node"))
    )
    spots = pd.concat([first, cuts, last]).sort_values(["edge", "along"], kind="stable")
    number, along, share, node = (spots[name].to_numpy() for name in ("edge", "along", "share", "node"))
    inside = number[1:] == number[:-1]
    begin, end, part = along[:-1][inside], along[1:][inside], np.diff(share)[inside]
    amounts = edges.loc[number[1:][inside], ["minutes_forward", "minutes_backward", "km"]].reset_index(drop=True)
    pieces = amounts.mul(part, axis=0).assign(
        edge=number[1:][inside], from_node=node[:-1][inside], to_node=node[1:][inside]
    )
    return pieces, begin, end
