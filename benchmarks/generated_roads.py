"""Writes a made-up road network of any size as .osm.pbf: a jittered grid of streets; the same seed, the same file."""

from pathlib import Path

import numpy as np
import osmium
import pandas as pd
from osmium.osm.mutable import Node, Way

SIDE_KM = 100.0
WEST, SOUTH = 5.0, 44.7
KM_PER_DEGREE = 111.195
BENDS = 2  # shape nodes between two crossings
CROSSINGS_PER_WAY = 6
PRIMARY_EVERY, SECONDARY_EVERY = 32, 8
ONE_WAY_SHARE = 0.1
JITTER_SHARE = 0.25


def write_roads(path: Path, road_nodes: int, seed: int = 1) -> int:
    """Write about so many road nodes on 100 x 100 km; return how many they are."""
    random = np.random.default_rng(seed)
    lines = max(3, round((road_nodes / (1 + 2 * BENDS)) ** 0.5))
    spacing = SIDE_KM / lines
    east, north = np.meshgrid(np.arange(lines) * spacing, np.arange(lines) * spacing)
    spots = np.stack([east, north], axis=-1) + random.uniform(-JITTER_SHARE, JITTER_SHARE, (lines, lines, 2)) * spacing
    crossings = np.arange(1, lines * lines + 1).reshape(lines, lines)
    nodes, ways = [spots.reshape(-1, 2)], []
    count = lines * lines
    for line in range(lines):
        for ids, places in ((crossings[line], spots[line]), (crossings[:, line], spots[:, line])):
            bends, numbers = _bend(places, spacing, count + 1, random)
            count += bends.size // 2
            nodes.append(bends.reshape(-1, 2))
            passed = [*np.column_stack([ids[:-1], numbers]).ravel().tolist(), int(ids[-1])]
            ways += _ways(passed, line, random)
    _write(path, np.concatenate(nodes), ways)
    return count


def places(count: int, seed: int = 2) -> pd.DataFrame:
    """Return points anywhere on the generated roads: ``lon``, ``lat`` (degrees)."""
    spots = np.random.default_rng(seed).uniform(0.02, 0.98, (count, 2)) * SIDE_KM
    lon, lat = _degrees(spots)
    return pd.DataFrame({"lon": lon, "lat": lat})


def _bend(spots: np.ndarray, spacing: float, first: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return shape nodes between neighbouring crossings, and their numbers: one row per stretch."""
    shares = np.arange(1, BENDS + 1) / (BENDS + 1)
    begin, end = spots[:-1, None, :], spots[1:, None, :]
    bends = begin + (end - begin) * shares[None, :, None]
    bends = bends + random.uniform(-0.1, 0.1, bends.shape) * spacing
    return bends, first + np.arange(bends.shape[0] * BENDS).reshape(-1, BENDS)


def _ways(passed: list[int], line: int, random: np.random.Generator) -> list[tuple[list[int], dict[str, str]]]:
    if line % PRIMARY_EVERY == 0:
        tags = {"highway": "primary"}
    elif line % SECONDARY_EVERY == 0:
        tags = {"highway": "secondary"}
    else:
        tags = {"highway": "residential"}
    step = CROSSINGS_PER_WAY * (BENDS + 1)
    found = []
    for begin in range(0, len(passed) - 1, step):
        is_one_way = tags["highway"] == "residential" and random.random() < ONE_WAY_SHARE
        found.append((passed[begin : begin + step + 1], tags | ({"oneway": "yes"} if is_one_way else {})))
    return found


def _degrees(spots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lat = SOUTH + spots[:, 1] / KM_PER_DEGREE
    return WEST + spots[:, 0] / (KM_PER_DEGREE * np.cos(np.radians(lat))), lat


def _write(path: Path, spots: np.ndarray, ways: list[tuple[list[int], dict[str, str]]]) -> None:
    lon, lat = _degrees(spots)
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, spot in enumerate(zip(lon.tolist(), lat.tolist(), strict=True), start=1):
            writer.add_node(Node(id=number, version=1, location=spot))
        for number, (passed, tags) in enumerate(ways, start=1):
            writer.add_way(Way(id=number, version=1, nodes=passed, tags=tags))
