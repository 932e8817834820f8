"""Networks: parts of the roads within which every place reaches every other, and between which no car drives."""

import numpy as np
import pandas as pd
import scipy.sparse as sp
import shapely
from scipy.sparse.csgraph import connected_components

from msp_siting.errors import RoadsError, problem
from msp_siting.travel.roads.plane import on_plane, reach
from msp_siting.travel.roads.speeds import Speeds


def keep_networks(
    minutes: sp.csr_array, edges: pd.DataFrame, lines: np.ndarray, speeds: Speeds
) -> tuple[np.ndarray, dict[str, object]]:
    """Return which edges belong to a network, and how much that is.

    Of roads that hang together, an island's or a mainland's, the largest part in which every node reaches every other
    is kept; what is driven into and not out of, or out of and not into, is no place to start and end. A short piece a
    few steps from a longer network (a square behind bollards, a car park) is no island but a gap in the map.

    Parameters
    ----------
    minutes
        From node to node.
    edges, lines
        ``from_node``, ``to_node``, ``km``, and their courses in degrees.

    Raises
    ------
    RoadsError
        If nothing is kept.
    """
    count, part = connected_components(minutes, connection="strong")
    _, island = connected_components(minutes, connection="weak")
    sizes = np.bincount(part, minlength=count)
    island_of_part = np.zeros(count, dtype=int)
    island_of_part[part] = island
    order = np.lexsort([np.arange(count), -sizes, island_of_part])
    largest = order[np.unique(island_of_part[order], return_index=True)[1]]  # the first of each island
    tails, heads = part[edges["from_node"].to_numpy()], part[edges["to_node"].to_numpy()]
    own = np.where((tails == heads) & np.isin(tails, largest), tails, -1)
    if not (own >= 0).any():
        raise RoadsError(problem("the roads hold no part in which places reach one another"))
    km = np.bincount(own[own >= 0], edges["km"].to_numpy()[own >= 0], minlength=count)
    fragments = _fragments(own, km, lines, speeds)
    kept = (own >= 0) & ~np.isin(own, fragments)
    networks = np.unique(own[kept])
    main = networks[sizes[networks].argmax()]
    return kept, {
        "components": int(count),
        "networks": len(networks),
        "networks_km": round(float(km[networks].sum()), 3),
        "fragments": len(fragments),
        "fragments_km": round(float(km[fragments].sum()), 3),
        "main_component_nodes": int(sizes[main]),
        "main_component_edges": int((own == main).sum()),
        "main_component_km": round(float(km[main]), 3),
    }


def networks_of(minutes: sp.csr_array, node: np.ndarray) -> np.ndarray:
    """Return the number of each node's network, -1 where there is no node (-1)."""
    _, network = connected_components(minutes, connection="weak")
    found: np.ndarray = np.where(node >= 0, network[node], -1)
    return found


def _fragments(own: np.ndarray, km: np.ndarray, lines: np.ndarray, speeds: Speeds) -> list[int]:
    """Return the parts that are short and near a longer one that is none itself."""
    plane = shapely.transform(lines, on_plane)
    inside = np.flatnonzero(own >= 0)
    short = np.flatnonzero((own >= 0) & (km[own] <= speeds.fragment_longest_km.value))
    lat = np.abs(shapely.bounds(lines[short])[:, [1, 3]]).max(axis=1) if len(short) else np.zeros(0)
    distance = reach(speeds.fragment_gap_km.value, lat)
    found, other = shapely.STRtree(plane[inside]).query(plane[short], predicate="dwithin", distance=distance)
    near = pd.DataFrame({"short": own[short[found]], "other": own[inside[other]]}).drop_duplicates()
    near = near[near["short"].ne(near["other"])]
    neighbours = near.groupby("short")["other"].agg(list).to_dict()
    fragments: set[int] = set()
    for one in sorted(neighbours, key=lambda number: (-km[number], number)):  # the longest first
        longer = [other for other in neighbours[one] if (km[other], -other) > (km[one], -one)]
        if any(other not in fragments for other in longer):
            fragments.add(one)
    return sorted(fragments)
