"""Travel times on one graph, between the same points, by msp-siting and by others: seconds, memory, ratios.

Run it as ``python benchmarks/travel_times.py``; ``--help`` lists the sizes. Every contender has a process of its
own, loads the same arrays and brings them into its own form before the clock of the search starts.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
import shapely
from generated_roads import places, write_roads

from msp_siting.territory.coordinates import crow_fly_km
from msp_siting.travel.roads.graph import RoadGraph, build_graph
from msp_siting.travel.roads.osm_files import read_osm_file
from msp_siting.travel.roads.snapping import snap
from msp_siting.travel.roads.speeds import read_speeds
from msp_siting.travel.roads.times import ROUNDING_MINUTES, many_to_many

SPEEDS = Path(__file__).parents[1] / "models" / "parameters" / "speeds.yaml"
KB_PER_GB = 1e6
Pairs = tuple[np.ndarray, np.ndarray, np.ndarray]
Search = Callable[[np.ndarray, np.ndarray, float], Pairs]


def ours(graph: sp.csr_array) -> Search:
    """Simplified graph, bounded by the cut-off, from the smaller side, several processes where they pay."""
    return lambda origins, destinations, cutoff: many_to_many(graph, origins, destinations, cutoff)


def ours_forced(graph: sp.csr_array) -> Search:
    """Return the same, with two processes from the start even where they do not pay."""
    return lambda origins, destinations, cutoff: many_to_many(graph, origins, destinations, cutoff, processes=2)


def with_networkx(graph: sp.csr_array) -> Search:
    """As users of osmnx do: one bounded Dijkstra per origin on the simplified graph (a DiGraph, its fastest form)."""
    import networkx as nx  # noqa: PLC0415 - only this contender needs it

    found = nx.from_scipy_sparse_array(graph, create_using=nx.DiGraph)

    def search(origins: np.ndarray, destinations: np.ndarray, cutoff: float) -> Pairs:
        rows = []
        for position, origin in enumerate(origins.tolist()):
            reached = nx.single_source_dijkstra_path_length(found, origin, cutoff + ROUNDING_MINUTES)
            rows += [(position, j, reached[node]) for j, node in enumerate(destinations.tolist()) if node in reached]
        origin, destination, minutes = (np.array(column) for column in zip(*rows, strict=True))
        return origin, destination, minutes

    return search


def with_igraph(graph: sp.csr_array) -> Search:
    """All distances from the origins on the simplified graph; igraph's search from Python has no limit."""
    import igraph  # noqa: PLC0415 - only this contender needs it

    arcs = graph.tocoo()
    edges = np.column_stack(arcs.coords).tolist()
    found = igraph.Graph(n=graph.shape[0], edges=edges, directed=True, edge_attrs={"minutes": arcs.data.tolist()})

    def search(origins: np.ndarray, destinations: np.ndarray, cutoff: float) -> Pairs:
        targets, back = np.unique(destinations, return_inverse=True)
        rows = found.distances(origins.tolist(), targets.tolist(), weights="minutes", algorithm="dijkstra")
        return _within(np.array(rows)[:, back], cutoff)

    return search


def with_scipy(graph: sp.csr_array) -> Search:
    """Return scipy's Dijkstra called as its manual shows first: all road nodes, no limit, all origins at once."""

    def search(origins: np.ndarray, destinations: np.ndarray, cutoff: float) -> Pairs:
        return _within(sp.csgraph.dijkstra(graph, indices=origins)[:, destinations], cutoff)

    return search


def _within(rows: np.ndarray, cutoff: float) -> Pairs:
    origin, destination = np.nonzero(rows <= cutoff + ROUNDING_MINUTES)
    return origin, destination, rows[origin, destination]


# name: how it searches, on which graph, whether it takes the few origins only, the package it needs
CONTENDERS: dict[str, tuple[Callable[[sp.csr_array], Search], str, bool, str]] = {
    "ours": (ours, "simplified", False, "scipy"),
    "ours, two processes": (ours_forced, "simplified", False, "scipy"),
    "igraph": (with_igraph, "simplified", True, "igraph"),
    "osmnx/networkx": (with_networkx, "simplified", True, "networkx"),
    "scipy called naively": (with_scipy, "whole", True, "scipy"),
}


def prepare(folder: Path, road_nodes: int, points: int, cutoff: float) -> dict[str, object]:
    """Write the roads; take them from file to the matrix as msp-siting does; keep both graphs for the contenders."""
    path = folder / "roads.osm.pbf"
    written = write_roads(path, road_nodes)
    started = time.perf_counter()
    speeds = read_speeds(SPEEDS)
    ways = read_osm_file(path, speeds)
    read = time.perf_counter()
    graph = build_graph(ways, speeds)
    built = time.perf_counter()
    snapped = snap(places(points), graph, speeds)
    put = time.perf_counter()
    node = snapped.node[snapped.node >= 0]
    minutes = snapped.graph.minutes()
    found = many_to_many(minutes, node, node, cutoff)
    ended = time.perf_counter()
    memory = peak_gb()  # before what only the benchmark needs
    sp.save_npz(folder / "simplified.npz", minutes)
    sp.save_npz(folder / "whole.npz", whole(snapped.graph).minutes())
    np.save(folder / "points.npy", node)
    return {
        "road nodes": written,
        "MB": round(path.stat().st_size / 1e6, 1),
        "nodes": graph.node_count,
        "edges": len(graph.edges),
        "points": len(node),
        "pairs": len(found[2]),
        "read": read - started,
        "graph": built - read,
        "snap": put - built,
        "matrix": ended - put,
        "seconds": ended - started,
        "gb": memory,
    }


def whole(graph: RoadGraph) -> RoadGraph:
    """Return the graph in which every bend of a road is a node, as it is before it is simplified."""
    corners, owner = shapely.get_coordinates(graph.lines, return_index=True)
    lon, lat = corners.T
    begins = np.flatnonzero(np.diff(owner, prepend=-1))
    ends = np.append(begins[1:], len(owner)) - 1
    node = np.full(len(owner), -1)
    node[begins], node[ends] = graph.edges["from_node"], graph.edges["to_node"]
    node[node < 0] = graph.node_count + np.arange((node < 0).sum())
    inside = owner[1:] == owner[:-1]
    km = crow_fly_km(lon[:-1], lat[:-1], lon[1:], lat[1:])[inside]
    row = owner[1:][inside]
    share = km / np.bincount(row, km)[row]
    amounts = graph.edges.loc[row, ["minutes_forward", "minutes_backward", "km"]].reset_index(drop=True)
    edges = amounts.mul(share, axis=0).assign(from_node=node[:-1][inside], to_node=node[1:][inside])
    return RoadGraph(int(node.max()) + 1, edges, graph.lines, {})


def contend(folder: Path, name: str, cutoff: float, few: int) -> dict[str, float]:
    """Time one contender in this process and keep what it finds."""
    start, which, is_slow, _ = CONTENDERS[name]
    graph = sp.load_npz(folder / f"{which}.npz")
    node = np.load(folder / "points.npy")
    origins = node[:few] if is_slow else node
    started = time.perf_counter()
    search = start(graph)
    ready = time.perf_counter()
    origin, destination, minutes = search(origins, node, cutoff)
    ended = time.perf_counter()
    found = np.full((len(origins), len(node)), np.inf)
    found[origin, destination] = minutes
    np.save(folder / f"{list(CONTENDERS).index(name)}.npy", found)
    return {
        "prepare": ready - started,
        "search": (ended - ready) * len(node) / len(origins),
        "origins": len(origins),
        "gb": peak_gb(),
    }


def peak_gb() -> float:
    """Return the most memory this process held, and as many workers as there are processors, each as the largest."""
    status = Path("/proc/self/status")
    own = next(line.split()[1] for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (os.cpu_count() or 1)
    return (float(own) + workers) / KB_PER_GB


def differences(folder: Path, name: str) -> tuple[float, int]:
    """Return the largest difference to ours in minutes, and how many pairs only one of both has."""
    theirs = np.load(folder / f"{list(CONTENDERS).index(name)}.npy")
    mine = np.load(folder / "0.npy")[: len(theirs)]
    both = np.isfinite(theirs) & np.isfinite(mine)
    return float(np.abs(theirs[both] - mine[both]).max(initial=0.0)), int(
        (np.isfinite(theirs) ^ np.isfinite(mine)).sum()
    )


def in_fresh_process(arguments: list[str]) -> dict[str, float]:
    """Run this file again for one step and return what it prints."""
    command = [sys.executable, __file__, *arguments]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this file itself
    return json.loads(answer.stdout)


def compare(options: argparse.Namespace, folder: Path) -> bool:
    """Run all steps and print the table; return whether all found the same."""
    sizes = [f"--road-nodes={options.road_nodes}", f"--points={options.points}", f"--cutoff={options.cutoff}"]
    sizes += [f"--slow-origins={options.slow_origins}", f"--folder={folder}"]
    facts = in_fresh_process([*sizes, "--step=prepare"])
    print("From .osm.pbf to the matrix: " + ", ".join(f"{key} {value:,.5g}" for key, value in facts.items()))
    rows, same = {}, True
    for name, (_, which, _, package) in CONTENDERS.items():
        if importlib.util.find_spec(package) is None:
            print(f"{name}: skipped, {package} is not installed")
            continue
        rows[name] = in_fresh_process([*sizes, f"--step={name}"]) | {"version": importlib.metadata.version(package)}
        apart, lone = differences(folder, name)
        rows[name] |= {"graph": which, "apart": apart, "lone": lone}
        same = same and apart < ROUNDING_MINUTES and lone == 0
    table = pd.DataFrame(rows).T
    table.insert(0, "ratio", table["search"] / table["search"]["ours"])
    print(
        "\n| contender | ratio | search, s | prepare, s | memory, GB | graph | origins | largest difference, minutes |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, row in table.iterrows():
        print(
            f"| {name} ({row['version']}) | {row['ratio']:.1f} | {row['search']:.2f} | {row['prepare']:.2f} "
            f"| {row['gb']:.2f} | {row['graph']} | {row['origins']:.0f} | {row['apart']:.1g} |"
        )
    fewer = options.slow_origins < facts["points"]
    print(f"\nTimes of fewer than all {facts['points']:.0f} origins are extrapolated per origin.\n" if fewer else "")
    print("All found the same pairs and times." if same else "The results DIFFER.")
    return same


def main() -> None:
    """Run the benchmark, or one step of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--road-nodes", type=int, default=300_000)
    parser.add_argument("--points", type=int, default=500, help="each is an origin and a destination")
    parser.add_argument("--cutoff", type=float, default=30.0, help="minutes")
    parser.add_argument(
        "--slow-origins", type=int, default=500, help="origins for the others; the rest is extrapolated"
    )
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step == "prepare":
        print(json.dumps(prepare(options.folder, options.road_nodes, options.points, options.cutoff)))
    elif options.step:
        print(json.dumps(contend(options.folder, options.step, options.cutoff, options.slow_origins)))
    else:
        with tempfile.TemporaryDirectory() as folder:
            sys.exit(0 if compare(options, Path(folder)) else 1)


if __name__ == "__main__":
    main()
