"""Who goes where: least minutes against scipy's, and the order that decides where several ways take as long."""

import random
import threading
import time

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import linprog

from msp_siting.problem.sharing import Network, serve, share_out
from msp_siting.solver.control import Control
from msp_siting.solver.transport import least_minutes


def control(seed: int = 1) -> Control:
    return Control(time.monotonic() + 60.0, threads=1, seed=seed, interrupted=threading.Event())


def network(pairs: list[tuple[str, str]], need: dict[str, float], room: dict[str, float]) -> Network:
    """Return a network of demand points and places in the order in which they are given."""
    points, places = list(need), list(room)
    return Network(
        tuple(points),
        tuple(places),
        np.array([points.index(point) for point, _ in pairs], int),
        np.array([places.index(place) for _, place in pairs], int),
        np.array(list(need.values()), float),
        np.array(list(room.values()), float),
    )


def who_goes_where(
    minutes: dict[tuple[str, str], float],
    need: dict[str, float],
    room: dict[str, float],
    need_index: dict[str, float] | None = None,
    seed: int = 1,
) -> dict[tuple[str, str], float]:
    here = network(list(minutes), need, room)
    index = np.array([(need_index or {}).get(point, 1.0) for point in need])
    found = least_minutes(here, share_out(here), np.array(list(minutes.values())), index, control(seed))
    rows = zip(found.points.tolist(), found.places.tolist(), found.amounts.tolist(), strict=True)
    return {(here.point_ids[point], here.place_ids[place]): round(amount, 6) for point, place, amount in rows}


def test_the_near_place_fills_with_those_for_whom_the_far_one_is_farthest() -> None:
    minutes = {("a", "x"): 1.0, ("a", "y"): 20.0, ("b", "x"): 2.0, ("b", "y"): 5.0}
    found = who_goes_where(minutes, {"a": 100, "b": 100}, {"x": 120, "y": 100})
    assert found == {("a", "x"): 100, ("b", "x"): 20, ("b", "y"): 80}


def test_minutes_are_those_of_inhabitants_not_of_need() -> None:
    # One inhabitant of b takes two of the room: moving b's hundred inhabitants out of the way costs as much as moving
    # two hundred of a's, one minute each.
    minutes = {("a", "x"): 1.0, ("a", "y"): 2.0, ("b", "x"): 1.0, ("b", "y"): 2.5}
    found = who_goes_where(minutes, {"a": 200, "b": 200}, {"x": 200, "y": 200}, {"b": 2.0})
    assert found == {("a", "x"): 200, ("b", "y"): 200}


def test_a_level_keeps_its_places_though_others_are_nearer() -> None:
    minutes = {("a", "x"): 9.0, ("b", "x"): 1.0, ("b", "y"): 9.0}
    assert who_goes_where(minutes, {"a": 100, "b": 100}, {"x": 50, "y": 80}) == {("a", "x"): 50, ("b", "y"): 80}


def test_the_uncovered_and_the_needless_go_nowhere() -> None:
    assert who_goes_where({("b", "x"): 1.0}, {"a": 100, "b": 0}, {"x": 50}) == {}
    assert who_goes_where({}, {"a": 100}, {}) == {}


@pytest.mark.parametrize("order", ["ab", "ba"])
@pytest.mark.parametrize("places", ["xy", "yx"])
def test_as_long_either_way_the_first_ids_go_to_the_first_place(order: str, places: str) -> None:
    # Places in the order (a, x), (a, y), (b, x), (b, y): 1 + 2 (square roots 1 and 2) is less than 1.41 + 1.73.
    minutes = {(point, place): 5.0 for point in order for place in places}
    found = who_goes_where(minutes, dict.fromkeys(order, 10.0), dict.fromkeys(places, 10.0))
    assert found == {("a", "x"): 10, ("b", "y"): 10}


def drawn(rng: random.Random) -> tuple[dict[tuple[str, str], float], dict[str, float], dict[str, float]]:
    points, places = [f"p{n}" for n in range(rng.randint(1, 12))], [f"q{n}" for n in range(rng.randint(1, 9))]
    pairs = [(point, place) for point in points for place in places if rng.random() < 0.6]
    minutes = {pair: float(rng.randint(0, 4) * 5) for pair in pairs}
    return (
        minutes,
        {point: float(rng.randint(0, 9) * 10) for point in points},
        {place: float(rng.randint(0, 9) * 10) for place in places},
    )


def test_minutes_are_the_least() -> None:
    rng = random.Random(5)  # noqa: S311 - no secret
    for _ in range(40):
        minutes, need, room = drawn(rng)
        here = network(list(minutes), need, room)
        levels = share_out(here)
        index = np.array([rng.choice([0.5, 1.0, 1.5]) for _ in need])
        cost = np.array(list(minutes.values()))
        found = least_minutes(here, levels, cost, index, control())
        by_pair = {pair: number for number, pair in enumerate(minutes)}
        used = [by_pair[here.point_ids[i], here.place_ids[j]] for i, j in zip(found.points, found.places, strict=True)]
        taken = float((found.amounts * cost[used] / index[found.points]).sum())
        served = np.bincount(found.points, found.amounts, minlength=len(need))
        assert served == pytest.approx(levels.served_share * here.need, abs=1e-6)
        assert (np.bincount(found.places, found.amounts, minlength=len(room)) <= here.room + 1e-6).all()
        held = serve(here, levels)
        least = transport(here, cost / index[here.pair_points], np.bincount(held.points, held.amounts, len(need)))
        assert taken == pytest.approx(least, abs=1e-4)


@pytest.mark.parametrize("kind", ["ties", "whole minutes", "any minutes"])
def test_larger_networks_take_the_least_minutes_in_one_way_only(kind: str) -> None:
    rng = np.random.default_rng(len(kind))
    for number in range(12):
        points, places = int(rng.integers(20, 60)), int(rng.integers(20, 120))
        i, j = np.nonzero(rng.random((points, places)) < (0.5 if number % 3 else 0.1))
        need, room = rng.uniform(1, 5000, points), rng.integers(0, 60, places) * 100.0
        index, minutes = np.ones(points), rng.integers(0, 60, len(i)) * 1.0
        if kind == "ties":
            need, room = rng.integers(0, 4, points) * 10.0, rng.integers(0, 4, places) * 10.0
            minutes = rng.integers(0, 4, len(i)) * 5.0
        elif kind == "any minutes":
            index, minutes = rng.uniform(0.3, 2.0, points), rng.uniform(0, 60, len(i))
        names, others = [f"p{n:02}" for n in range(points)], tuple(f"q{n:02}" for n in range(places))
        here = Network(tuple(names), others, i, j, need, room)
        ways = [_amounts(here, minutes, index, seed=1)]
        order, pairs = rng.permutation(points), rng.permutation(len(i))
        again = Network(
            tuple(names[at] for at in order), others, np.argsort(order)[i][pairs], j[pairs], need[order], room
        )
        ways.append(_amounts(again, minutes[pairs], index[order], seed=2))
        assert ways[0].keys() == ways[1].keys()
        assert list(ways[0].values()) == pytest.approx([ways[1][key] for key in ways[0]], abs=1e-4)
        held = serve(here, share_out(here))
        served = np.bincount(held.points, held.amounts, points)
        cost = {(names[a], others[b]): each for a, b, each in zip(i, j, minutes / index[i], strict=True)}
        taken = sum(amount * cost[pair] for pair, amount in ways[0].items())
        assert taken == pytest.approx(transport(here, minutes / index[i], served), rel=1e-8, abs=1e-3)


def _amounts(here: Network, minutes: np.ndarray, index: np.ndarray, seed: int) -> dict[tuple[str, str], float]:
    found = least_minutes(here, share_out(here), minutes, index, control(seed))
    rows = zip(found.points.tolist(), found.places.tolist(), found.amounts.tolist(), strict=True)
    return {(here.point_ids[point], here.place_ids[place]): amount for point, place, amount in rows}


def transport(here: Network, cost: np.ndarray, served: np.ndarray) -> float:
    """Return the least cost over all pairs, whatever their level, by scipy."""
    count = len(cost)
    if not count:
        return 0.0
    of_points = sp.csr_array((np.ones(count), (here.pair_points, np.arange(count))), shape=(len(here.need), count))
    of_places = sp.csr_array((np.ones(count), (here.pair_places, np.arange(count))), shape=(len(here.room), count))
    found = linprog(cost, A_ub=of_places, b_ub=here.room, A_eq=of_points, b_eq=served[: len(here.need)])
    assert found.status == 0
    return float(found.fun)


def test_neither_the_order_of_the_input_nor_the_seed_decides() -> None:
    rng = random.Random(11)  # noqa: S311 - no secret
    for _ in range(25):
        minutes, need, room = drawn(rng)
        ways = []
        for seed in range(3):
            shuffled = [dict(rng.sample(sorted(each.items()), len(each))) for each in (minutes, need, room)]
            ways.append(who_goes_where(*shuffled, seed=seed))
        assert ways[0] == ways[1] == ways[2]
