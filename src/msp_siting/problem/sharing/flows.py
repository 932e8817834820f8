"""Largest flows in whole numbers of up to 61 bits, by SciPy's, which have 31.

A flow is found in coarse units first, which leaves little to send: no more than what the cut found lets through. The
rest is sent in finer units along what the flow so far leaves open, and so on until the unit is one. The flow is then a
largest one of the numbers given, not of rounded ones.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

MOST_UNITS = 2**29  # sent at a time: an arc there and back carries at most twice as many, within 31 bits
LARGEST_TOTAL = 2**61


@dataclass(frozen=True)
class Arcs:
    """Arcs between nodes 0 to ``size`` - 1, each of any capacity, no two between the same nodes, whichever way."""

    size: int
    tail: np.ndarray
    head: np.ndarray


@dataclass(frozen=True)
class Flow:
    """A largest flow.

    Attributes
    ----------
    along
        What each arc carries.
    left
        What each node was given and could not send.
    spare
        What each node could still take.
    is_short
        Nodes to which what is left could be shifted: all their successors take what they can, and those of other
        nodes have nothing left.
    """

    along: np.ndarray
    left: np.ndarray
    spare: np.ndarray
    is_short: np.ndarray


@dataclass(frozen=True)
class Units:
    """Amounts of the nodes in whole units, each component of the graph in units of its own size; all rounded down.

    One unit more is taken off: an amount as a floating-point number may be too large by a part of one.

    Attributes
    ----------
    given, taken
        Whole numbers by node.
    scale
        Units in one of what is measured, a power of two, by node.
    component
        The component that each node belongs to.
    """

    given: np.ndarray
    taken: np.ndarray
    scale: np.ndarray
    component: np.ndarray

    @classmethod
    def of(cls, amounts: np.ndarray, arcs: Arcs, most: float) -> "Units":
        """Return amounts, given below 0 and taken above, in at most some units for each component in all."""
        ones = np.ones(len(arcs.tail), np.int8)
        graph = sp.csr_array((ones, (arcs.tail, arcs.head)), shape=(arcs.size, arcs.size))
        count, component = connected_components(graph, directed=False)
        given = np.bincount(component, np.maximum(-amounts, 0.0), minlength=count)
        taken = np.bincount(component, np.maximum(amounts, 0.0), minlength=count)
        units = np.floor(np.log2(min(most, LARGEST_TOTAL / max(count, 1))))
        scale = (2.0 ** (units - np.frexp(np.maximum(given, taken))[1]))[component]
        rounded = np.maximum(np.floor(np.abs(amounts) * scale) - 1, 0).astype(np.int64)
        return cls(np.where(amounts < 0, rounded, 0), np.where(amounts > 0, rounded, 0), scale, component)


def largest_flow(arcs: Arcs, given: np.ndarray, taken: np.ndarray) -> Flow:
    """Return a largest flow from what nodes are given to what nodes can take, whole numbers all.

    Parameters
    ----------
    given, taken
        64-bit whole numbers by node, each adding up to at most ``LARGEST_TOTAL``.
    """
    network = _Network.of(arcs, given > 0, taken > 0)
    along, left, spare = np.zeros(len(arcs.tail), np.int64), given.copy(), taken.copy()
    is_short = given > 0
    still = min(int(given.sum()), int(taken.sum()))
    if not still:
        is_short = network.reached(left, along)
    while still > 0:
        unit = -(-still // MOST_UNITS)
        sent, from_source, to_sink = network.send(
            still // unit,
            left=np.minimum(left, still) // unit,
            spare=np.minimum(spare, still) // unit,
            back=np.minimum(along, still) // unit,
        )
        along += unit * sent
        left -= unit * from_source
        spare -= unit * to_sink
        is_short = network.reached(left // unit, along // unit)
        crosses_back = is_short[arcs.head] & ~is_short[arcs.tail]
        through = int(left[~is_short].sum() + spare[is_short].sum() + along[crosses_back].sum())
        still = through if unit > 1 else 0
    return Flow(along, left, spare, is_short)


@dataclass(frozen=True)
class _Network:
    """The graph that SciPy is handed: the arcs and their reverses, a source and a sink; ``at`` says where each stands.

    Its entries keep their places from one flow to the next.
    """

    arcs: Arcs
    sources: np.ndarray
    sinks: np.ndarray
    indices: np.ndarray
    indptr: np.ndarray
    at: np.ndarray

    @classmethod
    def of(cls, arcs: Arcs, is_source: np.ndarray, is_sink: np.ndarray) -> "_Network":
        size, sources, sinks = arcs.size, np.flatnonzero(is_source), np.flatnonzero(is_sink)
        there = np.concatenate([arcs.tail, np.full(len(sources), size), sinks])
        back = np.concatenate([arcs.head, sources, np.full(len(sinks), size + 1)])
        rows, columns = np.concatenate([there, back]), np.concatenate([back, there])
        entries = sp.csr_array((np.arange(len(rows)), (rows, columns)), shape=(size + 2, size + 2))
        entries.sort_indices()
        at = np.empty(len(rows), np.intp)
        at[entries.data] = np.arange(len(rows))
        return cls(arcs, sources, sinks, entries.indices.astype(np.int32), entries.indptr.astype(np.int32), at)

    def send(
        self, most: int, left: np.ndarray, spare: np.ndarray, back: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return a largest flow: along arcs (below 0 where something is sent back), out of nodes and into nodes."""
        free = np.full(len(back), most, np.int64)
        graph = self._graph(free, left[self.sources], spare[self.sinks], back)
        size = self.arcs.size
        flow = maximum_flow(graph, size, size + 1).flow
        count = len(back)
        values = flow.data[self.at[: count + len(self.sources) + len(self.sinks)]].astype(np.int64)
        from_source, to_sink = np.zeros(size, np.int64), np.zeros(size, np.int64)
        from_source[self.sources] = values[count : count + len(self.sources)]
        to_sink[self.sinks] = values[count + len(self.sources) :]
        return values[:count], from_source, to_sink

    def reached(self, left: np.ndarray, back: np.ndarray) -> np.ndarray:
        """Return the nodes to which something left can be shifted, along arcs or back on what they carry."""
        nothing = np.zeros(len(self.sinks), np.int64)
        graph = self._graph(np.ones_like(back), np.sign(left[self.sources]), nothing, np.sign(back))
        graph.eliminate_zeros()
        found, _ = breadth_first_order(graph, self.arcs.size)
        is_reached = np.zeros(self.arcs.size + 2, bool)
        is_reached[found] = True
        return is_reached[: self.arcs.size]

    def _graph(self, free: np.ndarray, left: np.ndarray, spare: np.ndarray, back: np.ndarray) -> sp.csr_array:
        data = np.zeros(len(self.indices), np.int32)
        backwards = np.concatenate([back, np.zeros(len(left) + len(spare), np.int64)])
        data[self.at] = np.concatenate([free, left, spare, backwards])
        shape = (self.arcs.size + 2, self.arcs.size + 2)
        return sp.csr_array((data, self.indices.copy(), self.indptr.copy()), shape=shape)
