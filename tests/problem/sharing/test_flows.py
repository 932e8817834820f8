"""Largest flows of 64-bit numbers against whole numbers of any size, and least closed sets against all sets."""

import itertools
import random

import networkx as nx
import numpy as np
import pytest

from msp_siting.problem.sharing.closures import least_closed_set
from msp_siting.problem.sharing.flows import LARGEST_TOTAL, Arcs, largest_flow


@pytest.mark.parametrize("digits", [1, 6, 10, 14, 17])
def test_a_flow_is_the_largest_to_the_last_unit(digits: int) -> None:
    rng = np.random.default_rng(digits)
    for _ in range(40):
        points, places = (int(number) for number in rng.integers(1, 8, 2))
        tail, head = np.nonzero(rng.random((points, places)) < 0.5)
        most = min(10**digits, LARGEST_TOTAL // 10)
        given = np.concatenate([rng.integers(0, most, points), np.zeros(places, int)])
        taken = np.concatenate([np.zeros(points, int), rng.integers(0, most, places)])
        flow = largest_flow(Arcs(points + places, tail, points + head), given, taken)
        graph = nx.DiGraph()
        graph.add_nodes_from(["source", "sink"])
        graph.add_edges_from(("source", point, {"capacity": int(given[point])}) for point in range(points))
        graph.add_edges_from((points + q, "sink", {"capacity": int(taken[points + q])}) for q in range(places))
        graph.add_edges_from(zip(tail.tolist(), (points + head).tolist(), strict=True))
        assert int(flow.along.sum()) == nx.maximum_flow_value(graph, "source", "sink")
        assert (flow.along >= 0).all()
        out, into = np.zeros_like(given), np.zeros_like(taken)
        np.add.at(out, tail, flow.along)
        np.add.at(into, points + head, flow.along)
        assert (given - out).tolist() == flow.left.tolist()
        assert (taken - into).tolist() == flow.spare.tolist()
        assert min(flow.left.min(), flow.spare.min()) >= 0


def test_the_least_closed_set_is_exact_however_small_the_difference() -> None:
    rng = random.Random(3)  # noqa: S311 - no secret
    for _ in range(150):
        size = rng.randint(1, 8)
        ends = [(i, j) for i, j in itertools.combinations(range(size), 2) if rng.random() < 0.4]
        weights = [rng.choice([-1, 1]) * 10 ** rng.choice([0, 30, 60]) + rng.randint(-2, 2) for _ in range(size)]
        closed = [
            set(chosen)
            for count in range(size + 1)
            for chosen in itertools.combinations(range(size), count)
            if all(j in chosen for i, j in ends if i in chosen)
        ]
        least = min(sum(weights[node] for node in chosen) for chosen in closed)
        smallest = next(chosen for chosen in closed if sum(weights[node] for node in chosen) == least)
        arcs = Arcs(size, np.array([i for i, _ in ends], int), np.array([j for _, j in ends], int))
        assert set(np.flatnonzero(least_closed_set(weights, arcs)).tolist()) == smallest
