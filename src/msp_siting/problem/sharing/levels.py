"""Who stays uncovered: the exact share of each demand point, found by splitting along least cuts.

Practitioners are shared as evenly as reach allows. Take demand points that compete for some places: were all served the
same share, it would be room / need. If some of them cannot have that much, because the places within their reach hold
less, they and those places are split off: the set that lacks most is a least cut of a largest flow. Each part is split
in the same way, until all of a part can be served the same share.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from msp_siting.problem.sharing.closures import least_closed_set
from msp_siting.problem.sharing.flows import Arcs
from msp_siting.problem.sharing.network import NONE, Levels, Network, whole_numbers


def share_out(network: Network) -> Levels:
    """Return the levels of the lexicographically greatest shares: nobody has more at the cost of one who has less.

    Of all ways to serve they are best for every convex function of uncovered shares, weighted by need
    (models/FORMULATION.md, *Who stays uncovered*). A demand point without need uses no room: it is covered where there
    is room within reach.
    """
    size = len(network.need)
    point, place = network.usable_pairs()
    has_room, is_used = np.zeros(size, bool), np.zeros(len(network.room), bool)
    has_room[point] = True
    is_used[place[network.need[point] > 0]] = True
    amounts, _ = whole_numbers(np.concatenate([-network.need, network.room]))
    everybody = _Parts(
        np.arange(len(amounts)), amounts, np.zeros(len(amounts), int), Arcs(len(amounts), point, size + place)
    )
    competing = np.concatenate([has_room & (network.need > 0), is_used])
    nodes_of: dict[Fraction, list[np.ndarray]] = {
        Fraction(0): [np.flatnonzero(~has_room)],
        Fraction(1): [np.flatnonzero(has_room & ~competing[:size])],
    }
    for share, nodes in _split(everybody.kept(competing, everybody.part)):
        nodes_of.setdefault(share, []).append(nodes)
    level_of = np.full(len(amounts), NONE)
    shares = sorted(share for share, nodes in nodes_of.items() if any(map(len, nodes)))
    for level, share in enumerate(shares):
        level_of[np.concatenate(nodes_of[share])] = level
    return Levels(tuple(shares), level_of[:size], level_of[size:])


@dataclass(frozen=True)
class _Parts:
    """Demand points and places, in parts none of which has room for another.

    Attributes
    ----------
    nodes
        What they are called outside: the demand points, then the places.
    amounts
        Exact, in whole numbers of one small unit: what is needed, below 0, and the room there is, above 0.
    part
        The number of the part that each belongs to, from 0.
    arcs
        From demand points to places within their reach, of the same part.
    """

    nodes: np.ndarray
    amounts: list[int]
    part: np.ndarray
    arcs: Arcs

    def served_shares(self) -> list[Fraction]:
        """Return room / need of each part."""
        needs, rooms = self._totals()
        return [Fraction(room, need) for need, room in zip(needs, rooms, strict=True)]

    def short_of_equal(self) -> np.ndarray:
        """Return flags of those who cannot be served the share of their part, and of the places within their reach."""
        needs, rooms = self._totals()
        weights = [
            amount * (rooms[part] if amount < 0 else needs[part])
            for amount, part in zip(self.amounts, self.part.tolist(), strict=True)
        ]
        return least_closed_set(weights, self.arcs)

    def kept(self, is_kept: np.ndarray, part: np.ndarray) -> "_Parts":
        """Return some of the nodes, in new parts."""
        number = np.where(is_kept, np.cumsum(is_kept) - 1, NONE)
        tail, head = self.arcs.tail, self.arcs.head
        inside = is_kept[tail] & is_kept[head] & (part[tail] == part[head])
        return _Parts(
            self.nodes[is_kept],
            [amount for amount, keep in zip(self.amounts, is_kept.tolist(), strict=True) if keep],
            np.unique(part[is_kept], return_inverse=True)[1],
            Arcs(int(is_kept.sum()), number[tail[inside]], number[head[inside]]),
        )

    def _totals(self) -> tuple[list[int], list[int]]:
        count = int(self.part.max(initial=NONE)) + 1
        needs, rooms = [0] * count, [0] * count
        for amount, part in zip(self.amounts, self.part.tolist(), strict=True):
            if amount < 0:
                needs[part] -= amount
            else:
                rooms[part] += amount
        return needs, rooms


def _split(parts: _Parts) -> Iterator[tuple[Fraction, np.ndarray]]:
    """Yield shares that are served and the nodes that are served, or serve, that share."""
    is_short = least_closed_set(parts.amounts, parts.arcs)
    yield Fraction(1), parts.nodes[~is_short]
    parts = parts.kept(is_short, parts.part)
    while len(parts.nodes):
        is_less = parts.short_of_equal()
        is_uneven = np.bincount(parts.part, is_less) > 0
        for number, share in enumerate(parts.served_shares()):
            if not is_uneven[number]:
                yield share, parts.nodes[parts.part == number]
        parts = parts.kept(is_uneven[parts.part], 2 * parts.part + is_less)
