"""What each place alone is worth: the need that finds no room when some of its room goes, exactly, for all of them.

As much need as can be is served by a largest flow. When a place loses room, what it has to spare goes first. The rest
of its people go elsewhere as far as the flow can be led on: along paths from this place over people whom it serves to
other places that they reach, over people served there, and so on to places with room to spare. Nobody else can be
served instead: who found no room before reaches no place from which a path leads on. So the loss is what no path
carries away, and every place is asked from the same first flow.
"""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order

from msp_siting.problem.sharing.flows import Arcs, largest_flow
from msp_siting.problem.sharing.network import Network

MOST_BITS = 60  # of all need and room together, in whole units
FINEST = 30  # bits below one standardised inhabitant


def losses_of_room(network: Network, leaving: np.ndarray) -> np.ndarray:
    """Return the need (standardised inhabitants) that finds no room if so much leaves one place alone, by place.

    It is the least that any way to serve leaves more, so that of the shares found by `share_out` too: these serve as
    much need as can be.

    Parameters
    ----------
    leaving
        Room that leaves (standardised inhabitants), by place; no more than there is.
    """
    total = max(float(network.need.sum() + network.room.sum()), 1.0)
    scale = 2.0 ** min(FINEST, MOST_BITS - int(np.ceil(np.log2(total))))
    need, room, gone = (np.rint(values * scale).astype(np.int64) for values in (network.need, network.room, leaving))
    flow = _Flow.of(network, need, room)
    lost = [flow.lost(place, amount) for place, amount in enumerate(np.minimum(gone, room).tolist())]
    return np.array(lost, float) / scale


@dataclass(frozen=True)
class _Flow:
    """A largest flow, and where it can be led on.

    Attributes
    ----------
    place_of
        The place of each arc.
    arcs_of, arcs_into
        Arcs of each demand point to places that lead on to room to spare; arcs in use into each place.
    point_of
        The demand point of each arc.
    along, spare
        Whole units on each arc, and left at each place.
    leads_on
        Flags of the places from which some path leads to room to spare.
    """

    point_of: list[int]
    place_of: list[int]
    arcs_of: list[list[int]]
    arcs_into: list[list[int]]
    along: list[int]
    spare: list[int]
    leads_on: list[bool]

    @classmethod
    def of(cls, network: Network, need: np.ndarray, room: np.ndarray) -> "_Flow":
        size = len(need)
        usable = (need[network.pair_points] > 0) & (room[network.pair_places] > 0)
        point, place = network.pair_points[usable], network.pair_places[usable]
        arcs = Arcs(size + len(room), point, size + place)
        nothing = np.zeros(size, np.int64)
        found = largest_flow(
            arcs,
            given=np.concatenate([need, np.zeros(len(room), np.int64)]),
            taken=np.concatenate([nothing, room]),
        )
        spare = found.spare[size:]
        leads_on = _leads_on(arcs, found.along, np.flatnonzero(found.spare > 0))[size:]
        onward, in_use = np.flatnonzero(leads_on[place]), np.flatnonzero(found.along > 0)
        return cls(
            point.tolist(),
            place.tolist(),
            _grouped(onward, point[onward], size),
            _grouped(in_use, place[in_use], len(room)),
            found.along.tolist(),
            spare.tolist(),
            leads_on.tolist(),
        )

    def lost(self, place: int, amount: int) -> int:
        """Return how much of an amount of room that a place loses nobody makes up for."""
        left = max(0, amount - self.spare[place])
        if not left or not self.leads_on[place]:
            return left
        led = _Led(self, place)
        while left:
            sent = led.send(left)
            if not sent:
                break
            left -= sent
        return left


class _Led:
    """The flow as it is led on from one place, which keeps nothing: only what differs from the first one."""

    def __init__(self, flow: _Flow, place: int) -> None:
        self._flow = flow
        self._place = place
        self._more: dict[int, int] = {}
        self._taken: dict[int, int] = {place: flow.spare[place]}  # it has nothing to spare any more
        self._new_arcs: dict[int, list[int]] = {}

    def send(self, most: int) -> int:
        """Lead some of the flow on along a shortest path to room to spare; return how much, 0 where there is none."""
        path = self._path()
        if not path:
            return 0
        flow = self._flow
        out, into = path[::2], path[1::2]  # arcs that carry less, and more
        end = flow.place_of[into[-1]]
        sent = min(most, self._spare(end), *(self._along(arc) for arc in out))
        for arc in out:
            self._more[arc] = self._more.get(arc, 0) - sent
        for arc in into:
            if not self._along(arc):
                self._new_arcs.setdefault(flow.place_of[arc], []).append(arc)
            self._more[arc] = self._more.get(arc, 0) + sent
        self._taken[end] = self._taken.get(end, 0) + sent
        return sent

    def _path(self) -> list[int]:
        """Return the arcs of a shortest path, by turns one in use and one onward; empty where there is none."""
        flow, start = self._flow, self._place
        came: dict[int, tuple[int, int]] = {}
        seen_points: set[int] = set()
        waiting = deque([start])
        while waiting:
            place = waiting.popleft()
            for used in (*flow.arcs_into[place], *self._new_arcs.get(place, ())):
                point = flow.point_of[used]
                if point in seen_points or not self._along(used):
                    continue
                seen_points.add(point)
                for onward in flow.arcs_of[point]:
                    there = flow.place_of[onward]
                    if there == start or there in came:
                        continue
                    came[there] = used, onward
                    if self._spare(there):
                        return self._traced(came, there)
                    waiting.append(there)
        return []

    def _traced(self, came: dict[int, tuple[int, int]], end: int) -> list[int]:
        steps: list[int] = []
        while end != self._place:
            used, onward = came[end]
            steps[:0] = (used, onward)
            end = self._flow.place_of[used]
        return steps

    def _along(self, arc: int) -> int:
        return self._flow.along[arc] + self._more.get(arc, 0)

    def _spare(self, place: int) -> int:
        return self._flow.spare[place] - self._taken.get(place, 0)


def _leads_on(arcs: Arcs, along: np.ndarray, spare: np.ndarray) -> np.ndarray:
    """Return flags of the nodes from which flow can be led on to some nodes: along any arc, or back on one in use."""
    in_use = along > 0
    tail = np.concatenate([arcs.head, arcs.tail[in_use], np.full(len(spare), arcs.size)])  # the other way round
    head = np.concatenate([arcs.tail, arcs.head[in_use], spare])
    graph = sp.csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(arcs.size + 1, arcs.size + 1))
    found, _ = breadth_first_order(graph, arcs.size)
    flags = np.zeros(arcs.size + 1, bool)
    flags[found] = True
    return flags[: arcs.size]


def _grouped(values: np.ndarray, group: np.ndarray, count: int) -> list[list[int]]:
    """Return values by their group, 0 to ``count`` - 1."""
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(count + 1))
    ordered = values[order].tolist()
    return [ordered[begin:end] for begin, end in pairwise(ends.tolist())]
