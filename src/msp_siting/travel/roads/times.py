"""Quickest times between many points on a graph, exact up to a cut-off."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import dijkstra

BLOCK_CELLS = 20_000_000  # distances held at once by one process (160 MB)
MOST_SOURCES = 64  # searched at once by one process, so that work can be shared out
START_SECONDS = 4.0  # of work left, from which other processes are worth starting (each takes a second or two)
ROUNDING_MINUTES = 1e-6  # sums of the same minutes in another order, or a point on a road, differ by less

_graph: list[sp.csr_array] = []  # the graph of a worker process, handed over once


Report = Callable[[int, int], None]


def silent(_done: int, _all: int) -> None:
    """Report nothing."""


def many_to_many(  # noqa: PLR0913, PLR0917 - what to search, and how
    minutes: sp.csr_array,
    origins: np.ndarray,
    destinations: np.ndarray,
    cutoff_minutes: float,
    processes: int = 0,
    report: Report = silent,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs at most ``cutoff_minutes`` apart: positions of origin and destination, and minutes.

    Parameters
    ----------
    minutes
        Minutes from node to node.
    origins, destinations
        Nodes; searched from whichever are fewer.
    processes
        How many work at once; 0 for as many as there are processors, one where there is little to do.
    report
        Called now and then with how many searches are done, and of how many.
    """
    turned = len(destinations) < len(origins)
    sources, targets = (destinations, origins) if turned else (origins, destinations)
    graph = sp.csr_array(minutes.T) if turned else minutes
    wanted, back = np.unique(sources, return_inverse=True)
    size = max(1, min(BLOCK_CELLS // max(1, graph.shape[0]), -(-len(wanted) // max(1, processes)), MOST_SOURCES))
    blocks = [wanted[begin : begin + size] for begin in range(0, len(wanted), size)]
    found = [sp.csr_array((0, len(targets)))]
    for done, pairs_of_block in enumerate(_search(graph, blocks, targets, cutoff_minutes, processes), start=1):
        found.append(pairs_of_block)
        report(min(done * size, len(wanted)), len(wanted))
    pairs = sp.vstack(found, format="csr")[back].tocoo()
    source, target = pairs.coords
    return (target, source, pairs.data) if turned else (source, target, pairs.data)


def _search(
    graph: sp.csr_array, blocks: list[np.ndarray], targets: np.ndarray, cutoff: float, processes: int
) -> Iterator[sp.csr_array]:
    alone, started = 0, time.perf_counter()
    while alone < len(blocks) and (processes == 1 or (processes == 0 and not _is_long(started, alone, len(blocks)))):
        yield _pairs(graph, blocks[alone], targets, cutoff)
        alone += 1
    count = min(processes or os.cpu_count() or 1, len(blocks) - alone)
    if count == 0:
        return
    with ProcessPoolExecutor(count, get_context("spawn"), _keep_graph, (graph,)) as pool:
        jobs = [pool.submit(_pairs_of_worker, block, targets, cutoff) for block in blocks[alone:]]
        yield from (job.result() for job in jobs)


def _is_long(started: float, done: int, blocks: int) -> bool:
    """Return whether other processes are worth starting, judged by the blocks already done."""
    elapsed = time.perf_counter() - started
    return (os.cpu_count() or 1) > 1 and done > 0 and elapsed / done * (blocks - done) > START_SECONDS


def _keep_graph(graph: sp.csr_array) -> None:
    _graph[:] = [graph]


def _pairs_of_worker(block: np.ndarray, targets: np.ndarray, cutoff: float) -> sp.csr_array:
    return _pairs(_graph[0], block, targets, cutoff)


def _pairs(graph: sp.csr_array, block: np.ndarray, targets: np.ndarray, cutoff: float) -> sp.csr_array:
    """Return minutes by position in the block and among the targets; stored zeros are pairs, too."""
    distances = dijkstra(graph, indices=block, limit=cutoff + 2 * ROUNDING_MINUTES)[:, targets]
    source, target = np.nonzero(distances <= cutoff + ROUNDING_MINUTES)
    return sp.csr_array((distances[source, target], (source, target)), shape=distances.shape)
