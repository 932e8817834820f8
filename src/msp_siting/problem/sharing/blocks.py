"""Blocks: demand points that compete for the same practitioners and share one level of shortage."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from msp_siting.problem.sharing.network import NONE, Levels, Network

SAME = 1e-9  # shares (0-1) closer than this are told as one: room that is left of what is kept for a rim is rounded

Kind = Literal["unreached", "short", "covered"]


@dataclass(frozen=True)
class Block:
    """Demand points of one level, and the places that serve them.

    Attributes
    ----------
    kind
        ``unreached``: none of their need is served, since nobody with room is within reach. ``covered``: all of it is.
        ``short``: a part of it is, the same for all.
    points, places
        Their positions, rising.
    uncovered_share
        The share of their need together (0-1) that is left uncovered; exactly 0 or 1 in the first two kinds.
    """

    kind: Kind
    points: np.ndarray
    places: np.ndarray
    uncovered_share: float


def blocks_of(network: Network, levels: Levels) -> tuple[Block, ...]:
    """Return the blocks, those with the greatest uncovered share first, then by their first demand point.

    Two demand points are in one block if their levels are the same (within a billionth) and places of these levels
    lead from one to the other: a place leads from any demand point within whose cut-off it is to any other. Places of
    lower levels lead nowhere, for they have no room left. So one more post at a place of a block helps those of its
    demand points that reach it, and with them all who compete with them. Demand points that are covered compete with
    nobody and are one block, and so are those that nobody with room reaches.
    """
    told = _levels_told(levels)
    of_points, of_places = told[levels.of_points], np.where(levels.of_places == NONE, NONE, told[levels.of_places])
    kinds = [_kind_of(levels, np.flatnonzero(told == level)) for level in range(told.max(initial=NONE) + 1)]
    part = _parts(network, of_points, of_places)
    level_of, uncovered = np.concatenate([of_points, of_places]), network.need * levels.uncovered_share
    blocks = []
    for level, kind in enumerate(kinds):
        nodes = np.flatnonzero(level_of == level)
        number = part[nodes] if kind == "short" else np.zeros(len(nodes), int)
        _, first = np.unique(number, return_index=True)
        blocks += [_block(network, uncovered, kind, nodes[number == number[at]]) for at in np.sort(first)]
    return tuple(blocks)


def _levels_told(levels: Levels) -> np.ndarray:
    """Return the number of each level, the same for those whose shares are told as one."""
    shares = levels.served_shares
    rises = [before == 0 or after - before > SAME for before, after in pairwise(shares)]
    return np.cumsum([0, *rises])[: len(shares)]


def _kind_of(levels: Levels, same: np.ndarray) -> Kind:
    if levels.served_shares[same[0]] == 0:
        return "unreached"
    return "covered" if 1 - levels.served_shares[same[-1]] <= SAME else "short"


def _parts(network: Network, of_points: np.ndarray, of_places: np.ndarray) -> np.ndarray:
    """Return a number by node (demand points, then places), the same where places of one level lead."""
    size, count = len(of_points), len(of_points) + len(of_places)
    point, place = network.usable_pairs()
    inside = (of_points[point] == of_places[place]) & (network.need[point] > 0)
    ends = point[inside], size + place[inside]
    graph = sp.csr_array((np.ones(int(inside.sum()), np.int8), ends), shape=(count, count))
    return connected_components(graph, directed=False)[1]


def _block(network: Network, uncovered: np.ndarray, kind: Kind, nodes: np.ndarray) -> Block:
    size = len(network.need)
    points, places = nodes[nodes < size], nodes[nodes >= size] - size
    if kind == "short":
        share = float(uncovered[points].sum() / network.need[points].sum())
    else:
        share = 0.0 if kind == "covered" else 1.0
    return Block(kind, points, places, share)
