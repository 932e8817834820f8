"""Public siting instances with known optima: OR-Library's pmed, cap and pmedcap, and Holmberg's.

    python benchmarks/instances.py FOLDER [--only pmed-center] [--time-limit 300]

FOLDER holds pmed/, cap/, pmedcap/ and sscflp/holmberg/, optima beside them. Costs of cap and Holmberg are for all of a
customer's demand: a way weighs demand x (cost / demand). One line per instance, seconds of processor time.
"""

import argparse
import csv
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import dijkstra

from msp_siting.problem.location import LocationModel, LocationProblem, reach_of_matrix
from msp_siting.solver import Settings
from msp_siting.solver.location import site

Case = tuple[str, LocationProblem, LocationModel, float]


def problem_of(
    minutes: np.ndarray,
    weights: np.ndarray,
    *,
    fixed: np.ndarray | None = None,
    capacity: np.ndarray | None = None,
    count: tuple[int, int | None] = (0, None),
) -> LocationProblem:
    """Return a problem of a matrix of minutes (customers x sites)."""
    points, sites = minutes.shape
    none = np.zeros(sites, bool)
    return LocationProblem(
        demand_ids=np.arange(points).astype(str),
        site_ids=np.arange(sites).astype(str),
        weights=weights,
        reach=reach_of_matrix(minutes),
        fixed_eur=np.zeros(sites) if fixed is None else fixed,
        capacity=np.full(sites, np.inf) if capacity is None else capacity,
        existing=none,
        forced=none,
        excluded=none,
        site_count=count,
    )


def optima(path: Path) -> dict[str, float]:
    """Return the published optimum of each instance of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return {row[0]: float(row[1]) for row in rows[1:] if row}


def pmed(folder: Path, model: LocationModel, table: str) -> Iterator[Case]:
    """Yield the uncapacitated instances: shortest paths of a graph; of a repeated edge the last cost counts."""
    for name, best in optima(folder / "pmed" / table).items():
        numbers = np.array((folder / "pmed" / f"{name}.txt").read_text(encoding="utf-8").split(), int)
        nodes, edges, count = (int(each) for each in numbers[:3])
        costs = {(min(u, v) - 1, max(u, v) - 1): float(c) for u, v, c in numbers[3 : 3 + 3 * edges].reshape(-1, 3)}
        ends = np.array(list(costs)).T
        graph = sp.csr_array((np.array(list(costs.values())), (ends[0], ends[1])), shape=(nodes, nodes))
        minutes = dijkstra(graph, directed=False)
        yield name, problem_of(minutes, np.ones(nodes), count=(count, count)), model, best


def priced(ways: np.ndarray, demand: np.ndarray, fixed: np.ndarray, capacity: np.ndarray) -> LocationProblem:
    """Return a problem whose ways (customers x sites) are for all of a customer's demand."""
    if not (demand > 0).all():
        msg = "a customer without demand has no cost by unit of it"
        raise SystemExit(msg)
    return problem_of(ways / demand[:, None], demand, fixed=fixed, capacity=capacity)


def cap(folder: Path) -> Iterator[Case]:
    """Yield the capacitated warehouses, demand split."""
    for name, best in optima(folder / "cap" / "optima.csv").items():
        numbers = np.array((folder / "cap" / f"{name}.txt").read_text(encoding="utf-8").split(), float)
        sites, points = int(numbers[0]), int(numbers[1])
        warehouses = numbers[2 : 2 + 2 * sites].reshape(sites, 2)
        customers = numbers[2 + 2 * sites :].reshape(points, sites + 1)
        problem = priced(customers[:, 1:], customers[:, 0], warehouses[:, 1], warehouses[:, 0])
        yield name, problem, LocationModel("fixed-charge"), best


def pmedcap(folder: Path) -> Iterator[Case]:
    """Yield the capacitated medians, one site for each customer, distances cut to whole numbers."""
    for path in sorted((folder / "pmedcap").glob("pmedcap1_*.txt"), key=lambda each: int(each.stem.split("_")[1])):
        numbers = np.array(path.read_text(encoding="utf-8").split(), float)
        best, points, count, room = numbers[1], int(numbers[2]), int(numbers[3]), numbers[4]
        table = numbers[5 : 5 + 4 * points].reshape(points, 4)
        apart = np.floor(np.hypot(*(table[:, None, at] - table[None, :, at] for at in (1, 2))) + 1e-9)
        # A way counts once for each customer, whatever its demand: minutes by unit of demand.
        problem = problem_of(
            apart / table[:, 3][:, None], table[:, 3], capacity=np.full(points, room), count=(count, count)
        )
        yield path.stem, problem, LocationModel("capacitated-p-median", single_source=True), float(best)


def holmberg(folder: Path) -> Iterator[Case]:
    """Yield Holmberg's sites with costs and capacities, one for each customer."""
    place = folder / "sscflp" / "holmberg"
    for name, best in optima(place / "optima.csv").items():
        numbers = np.array((place / name).read_text(encoding="utf-8").split(), float)
        sites, points = int(numbers[0]), int(numbers[1])
        capacity, fixed, demand, ways = np.split(numbers[2:], np.cumsum([sites, sites, points]))
        problem = priced(ways[: sites * points].reshape(points, sites), demand, fixed, capacity)
        yield name, problem, LocationModel("fixed-charge", single_source=True), best


def main() -> None:
    """Solve them and say what was proven."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", action="append", choices=["pmed-median", "pmed-center", "cap", "pmedcap", "holmberg"])
    parser.add_argument("--time-limit", type=float, default=300.0)
    asked = parser.parse_args()
    families = {
        "pmed-median": lambda: pmed(asked.folder, LocationModel("p-median"), "optima_p_median.csv"),
        "pmed-center": lambda: pmed(asked.folder, LocationModel("p-center"), "optima_p_center.csv"),
        "cap": lambda: cap(asked.folder),
        "pmedcap": lambda: pmedcap(asked.folder),
        "holmberg": lambda: holmberg(asked.folder),
    }
    settings = Settings(asked.time_limit, relative_gap=0, improvement_gap=0, threads=1, seed=1)
    for family in asked.only or families:
        for name, problem, model, best in families[family]():
            begin = time.process_time()
            found = site(problem, model, settings)
            seconds = time.process_time() - begin
            is_same = found.objective is not None and abs(found.objective - best) <= 1e-6 * best
            told = f"{found.objective} (published {best}), bound {found.bound}, {found.status}"
            print(f"{family} {name}: {told}, {'same' if is_same else 'DIFFERS'}, {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
