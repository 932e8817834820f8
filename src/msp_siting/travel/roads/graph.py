"""The road graph: edges between junctions or ends, with their minutes each way."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse as sp
import shapely

from msp_siting.territory import crow_fly_km
from msp_siting.travel.roads.limits import Direction
from msp_siting.travel.roads.networks import keep_networks
from msp_siting.travel.roads.parallels import join_directions
from msp_siting.travel.roads.speeds import Speeds
from msp_siting.travel.roads.ways import DIGITS_OF_DEGREES, Way, Ways
from msp_siting.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE

FEWEST_ROADS_OF_A_JUNCTION = 3
DIRECTIONS: dict[Direction, str] = {"forward": "to_node", "backward": "from_node"}  # and where each leads


@dataclass(frozen=True)
class RoadGraph:
    """Roads between junctions.

    Attributes
    ----------
    node_count
        Nodes are numbered from 0.
    edges
        One row per piece of road between two junctions or ends: ``from_node``, ``to_node``, ``minutes_forward`` and
        ``minutes_backward`` (NaN where that direction is not driven), ``km``.
    lines
        The course of each edge in degrees (shapely), in the order of ``edges``.
    facts
        Nodes, edges, km, components and dropped ways, for the record.
    """

    node_count: int
    edges: pd.DataFrame
    lines: np.ndarray
    facts: dict[str, object]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north, in degrees."""
        west, south, east, north = shapely.total_bounds(self.lines)
        return float(west), float(south), float(east), float(north)

    def minutes(self) -> sp.csr_array:
        """Return the travel minutes from node to node, the quickest of parallel roads."""
        forward = self.edges[["from_node", "to_node", "minutes_forward"]].set_axis(["tail", "head", "minutes"], axis=1)
        backward = self.edges[["to_node", "from_node", "minutes_backward"]].set_axis(
            ["tail", "head", "minutes"], axis=1
        )
        arcs = pd.concat([forward, backward]).dropna()
        arcs = arcs[arcs["tail"] != arcs["head"]].groupby(["tail", "head"], as_index=False)["minutes"].min()
        entries = (arcs["minutes"].to_numpy(), (arcs["tail"].to_numpy(), arcs["head"].to_numpy()))
        return sp.csr_array(sp.coo_array(entries, shape=(self.node_count, self.node_count)))


def build_graph(ways: Ways, speeds: Speeds) -> RoadGraph:
    """Return the graph of driven ways, simplified: nodes that only bend a road are gone, its course is kept.

    The delay of a junction is added to every edge that arrives at one. A road drawn once each way is one edge.
    """
    uses: Counter[int] = Counter()
    for way in ways.ways:
        uses.update(way.nodes[1:] if _is_ring(way) else way.nodes)
    turned = [_from_junction(way, uses) for way in ways.ways]
    for way in turned:
        uses.update((way.nodes[0], way.nodes[-1]))  # an end is a node of its own
    pieces = [piece for way in turned for piece in _between_junctions(way, uses)]
    numbers: dict[int, int] = {}
    for nodes, _ in pieces:
        numbers.setdefault(nodes[0], len(numbers))
        numbers.setdefault(nodes[-1], len(numbers))
    corners = [node for nodes, _ in pieces for node in nodes]
    lon = np.array([ways.lon[node] for node in corners])
    lat = np.array([ways.lat[node] for node in corners])
    sizes = np.array([len(nodes) for nodes, _ in pieces])
    owners = np.repeat(np.arange(len(pieces)), sizes)
    km = _lengths(lon, lat, owners) * np.array([way.detour for _, way in pieces])
    tails = np.array([numbers[nodes[0]] for nodes, _ in pieces])
    heads = np.array([numbers[nodes[-1]] for nodes, _ in pieces])
    delay = speeds.junction_delay_seconds.value / SECONDS_PER_MINUTE * speeds.calibration_factor.value
    meeting = _roads_met(tails, heads, lon, lat, owners) >= FEWEST_ROADS_OF_A_JUNCTION
    edges = pd.DataFrame({"from_node": tails, "to_node": heads})
    for direction, ends in DIRECTIONS.items():
        edges[f"minutes_{direction}"] = _minutes(pieces, km, speeds, direction) + delay * meeting[edges[ends]]
    edges["km"] = km
    lines = shapely.linestrings(np.column_stack([lon, lat]), indices=owners)
    edges, lines = join_directions(edges, lines)
    facts: dict[str, object] = {
        "ways": len(ways.ways) - ways.cuts_in_towns,
        "road_nodes": len(uses),
        "dropped_ways": dict(ways.dropped),
        "unread_limits": dict(ways.unread_limits),
        "ways_slowed_in_towns": ways.slowed_in_towns,
        "ways_merged": ways.merged,
        "tags_absent": list(ways.absent),
    }
    return _kept(RoadGraph(len(numbers), edges, lines, facts), speeds)


def _kept(graph: RoadGraph, speeds: Speeds) -> RoadGraph:
    """Return the networks of a graph, which are its islands and mainlands, and how much that is."""
    kept, facts = keep_networks(graph.minutes(), graph.edges, graph.lines, speeds)
    edges = graph.edges[kept].reset_index(drop=True)
    nodes = np.unique(edges[["from_node", "to_node"]])
    numbered = {name: np.searchsorted(nodes, edges[name]) for name in ("from_node", "to_node")}
    everything = {
        "nodes": graph.node_count,
        "edges": len(graph.edges),
        "km": round(float(graph.edges["km"].sum()), 3),
    }
    return RoadGraph(len(nodes), edges.assign(**numbered), graph.lines[kept], graph.facts | everything | facts)


def _roads_met(
    tails: np.ndarray, heads: np.ndarray, lon: np.ndarray, lat: np.ndarray, owners: np.ndarray
) -> np.ndarray:
    """Return how many roads meet at each node; two that leave it for the same spot are one road drawn twice."""
    begins = np.flatnonzero(np.diff(owners, prepend=-1))
    ends = np.append(begins[1:], len(owners)) - 1
    arms = pd.DataFrame(
        {
            "node": np.concatenate([tails, heads]),
            "lon": np.concatenate([lon[begins + 1], lon[ends - 1]]).round(DIGITS_OF_DEGREES),
            "lat": np.concatenate([lat[begins + 1], lat[ends - 1]]).round(DIGITS_OF_DEGREES),
        }
    )
    found: np.ndarray = np.bincount(arms.drop_duplicates()["node"])
    return found


def _is_ring(way: Way) -> bool:
    return way.nodes[0] == way.nodes[-1]


def _from_junction(way: Way, uses: Counter[int]) -> Way:
    """Return a ring drawn from where it meets another road, wherever a map begins it; another way as it is."""
    if not _is_ring(way):
        return way
    begin = next((position for position, node in enumerate(way.nodes[1:], start=1) if uses[node] > 1), 0)
    return replace(way, nodes=(*way.nodes[begin:], *way.nodes[1 : begin + 1])) if begin else way


def _between_junctions(way: Way, uses: Counter[int]) -> Iterator[tuple[tuple[int, ...], Way]]:
    """Cut a way at the nodes that it shares with others, or passes twice."""
    begin = 0
    for position in range(1, len(way.nodes)):
        if uses[way.nodes[position]] > 1:
            yield way.nodes[begin : position + 1], way
            begin = position


def _lengths(lon: np.ndarray, lat: np.ndarray, owners: np.ndarray) -> np.ndarray:
    inside = owners[1:] == owners[:-1]
    steps = crow_fly_km(lon[:-1], lat[:-1], lon[1:], lat[1:])
    lengths: np.ndarray = np.bincount(owners[1:][inside], steps[inside], minlength=owners[-1] + 1)
    return lengths


def _minutes(
    pieces: list[tuple[tuple[int, ...], Way]], km: np.ndarray, speeds: Speeds, direction: Direction
) -> np.ndarray:
    """Return each piece's minutes one way, NaN where it is not driven.

    A ferry of known duration shares it over its pieces by length.
    """
    speed = np.array([way.drive.speed(direction) or np.nan for _, way in pieces])
    minutes = km / speed * MINUTES_PER_HOUR
    whole: dict[int, float] = {}
    for (_, way), length in zip(pieces, km, strict=True):
        whole[id(way)] = whole.get(id(way), 0.0) + length
    for position, (_, way) in enumerate(pieces):
        if way.drive.minutes is not None:
            share = km[position] / whole[id(way)] if whole[id(way)] > 0 else 1.0
            minutes[position] = way.drive.minutes * share
    driven = np.array([way.drive.forward if direction == "forward" else way.drive.backward for _, way in pieces])
    result: np.ndarray = np.where(driven, minutes * speeds.calibration_factor.value, np.nan)
    return result
