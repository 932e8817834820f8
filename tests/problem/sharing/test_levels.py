"""Exact shares: small networks worked by hand, and a thousand drawn ones against all subsets in fractions."""

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import exact
from drawn import BANDS, profession
from drawn import problem as drawn_problem
from msp_siting.problem import Plan
from msp_siting.problem.sharing import Network, blocks_of, network_of, problems_of_sharing, serve, share_out

Drawn = tuple[list[list[int]], list[float], list[float]]  # places within reach of each demand point, needs, rooms


def network(reach: Sequence[Sequence[int]], need: Sequence[float], room: Sequence[float]) -> Network:
    pairs = [(point, place) for point, places in enumerate(reach) for place in places]
    return Network(
        tuple(f"p{number}" for number in range(len(need))),
        tuple(f"q{number}" for number in range(len(room))),
        np.array([point for point, _ in pairs], int),
        np.array([place for _, place in pairs], int),
        np.array(need, float),
        np.array(room, float),
    )


def exact_shares(reach: Sequence[Sequence[int]], need: Sequence[float], room: Sequence[float]) -> list[Fraction]:
    """Return the shares served, by looking at every set of demand points: that which has least is served first."""
    shares = [Fraction(int(any(room[place] > 0 for place in places))) for places in reach]
    rooms = [Fraction(value) for value in room]
    left, gone = [point for point, value in enumerate(need) if value > 0], set[int]()
    while left:
        least: tuple[Fraction, int, tuple[int, ...], set[int]] | None = None
        for size in range(len(left), 0, -1):
            for points in itertools.combinations(left, size):
                places = {place for point in points for place in reach[point]} - gone
                held = sum((rooms[place] for place in places), Fraction(0))
                share = held / sum(Fraction(need[point]) for point in points)
                if least is None or share < least[0]:  # of sets that have as little, the largest
                    least = share, size, points, places
        assert least is not None
        share, _, points, places = least
        if share >= 1:
            break
        for point in points:
            shares[point] = share
        gone |= places
        left = [point for point in left if point not in points]
    return shares


def reach_of(rng: random.Random, points: int, places: int) -> list[list[int]]:
    density = rng.choice([0.2, 0.4, 0.7, 1.0])
    return [[place for place in range(places) if rng.random() < density] for _ in range(points)]


def sizes(rng: random.Random) -> tuple[int, int]:
    return rng.randint(1, 6), rng.randint(1, 6)


def whole(rng: random.Random) -> Drawn:
    points, places = sizes(rng)
    needs, rooms = [rng.randint(1, 20) for _ in range(points)], [rng.randint(0, 20) for _ in range(places)]
    return reach_of(rng, points, places), [float(n) for n in needs], [float(n) for n in rooms]


def communes(rng: random.Random) -> Drawn:
    points, places = sizes(rng)
    needs = [rng.randint(50, 5000) * rng.uniform(0.7, 1.3) for _ in range(points)]
    kept = [rng.choice([0.0, rng.uniform(0.0, 1500.0)]) for _ in range(places)]  # for people of a rim
    return reach_of(rng, points, places), needs, [max(0.0, rng.randint(0, 60) * 100.0 - used) for used in kept]


def wide(rng: random.Random) -> Drawn:
    points, places = sizes(rng)
    needs = [10.0 ** rng.randint(-6, 3) * rng.uniform(0.1, 1.0) for _ in range(points)]
    return reach_of(rng, points, places), needs, [10.0 ** rng.randint(-6, 3) * rng.random() for _ in range(places)]


def wide_and_near(rng: random.Random) -> Drawn:
    points, places = sizes(rng)
    needs = [rng.choice([1e-6, 1e3]) for _ in range(points)]
    rooms = [rng.choice([1e-6, 1e3]) * (1 + rng.choice([-1, 0, 1]) * 1e-9) for _ in range(places)]
    return reach_of(rng, points, places), needs, rooms


def near(rng: random.Random) -> Drawn:
    points, places = sizes(rng)
    rooms = [5e4 * (1 + rng.choice([-2, -1, 0, 1, 2]) * 1e-9) for _ in range(places)]
    return reach_of(rng, points, places), [1e5] * points, rooms


def last_bit(rng: random.Random) -> Drawn:
    points, places = sizes(rng)
    rooms = [5e4 * (1 + rng.choice([-2, -1, 0, 1, 2]) * 2.0**-52) for _ in range(places)]
    return reach_of(rng, points, places), [1e5] * points, rooms


def apart_and_equal(rng: random.Random) -> Drawn:
    count, each = rng.randint(2, 3), rng.randint(1, 2)
    need, room = rng.uniform(1.0, 100.0), rng.uniform(1.0, 100.0)
    reach = [[each * part + place for place in range(each)] for part in range(count) for _ in range(each)]
    return reach, [need] * (count * each), [room] * (count * each)


def zeros(rng: random.Random) -> Drawn:
    points, places = sizes(rng)
    needs = [rng.choice([0.0, 1.0, 5.0, 1e3]) for _ in range(points)]
    return reach_of(rng, points, places), needs, [rng.choice([0.0, 0.0, 1.0, 5.0, 1e3]) for _ in range(places)]


def one_point(rng: random.Random) -> Drawn:
    places = rng.randint(1, 6)
    return reach_of(rng, 1, places), [rng.uniform(0.0, 9.0)], [rng.uniform(0.0, 3.0) for _ in range(places)]


def one_place(rng: random.Random) -> Drawn:
    points = rng.randint(1, 6)
    return reach_of(rng, points, 1), [rng.uniform(0.0, 9.0) for _ in range(points)], [rng.uniform(0.0, 30.0)]


KINDS = (whole, communes, wide, wide_and_near, near, last_bit, apart_and_equal, zeros, one_point, one_place)


@pytest.mark.parametrize("draw", KINDS, ids=lambda draw: draw.__name__)
def test_shares_are_those_of_exact_numbers(draw: Callable[[random.Random], Drawn]) -> None:
    rng = random.Random(KINDS.index(draw))  # noqa: S311 - no secret
    for _ in range(100):
        reach, need, room = draw(rng)
        here = network(reach, need, room)
        levels = share_out(here)
        expected = exact_shares(reach, need, room)
        told = (reach, need, room)
        assert (told, [levels.served_shares[level] for level in levels.of_points]) == (told, expected)
        assert levels.uncovered_share.tolist() == [float(1 - share) for share in expected]
        assert levels.served_share.tolist() == [float(share) for share in expected]
        service = serve(here, levels)
        assert (told, problems_of_sharing(here, levels, service)) == (told, [])
        assert service.remainder <= 5e-14 * (sum(need) + sum(room))


@pytest.mark.parametrize(
    ("reach", "need", "room", "expected"),
    [
        pytest.param([[0], [0, 1]], [100, 100], [50, 100], [0.5, 0.0], id="one has nowhere else to go"),
        pytest.param([[0, 1], [1]], [100, 100], [60, 60], [0.4, 0.4], id="the one who can makes room for the other"),
        pytest.param([[0], [0, 1], [1]], [10, 30, 60], [20, 40], [0.4, 0.4, 0.4], id="by need, not by head"),
        pytest.param([[0], [0, 1], [2]], [100, 100, 100], [20, 60, 80], [0.8, 0.4, 0.2], id="three levels"),
        pytest.param([[0], [1]], [40, 60], [10, 15], [0.75, 0.75], id="equal though apart"),
        pytest.param([[0], []], [10, 10], [10, 10], [0.0, 1.0], id="just enough, and nobody within reach"),
        pytest.param([[0], [1]], [0, 0], [0, 1], [1.0, 0.0], id="no need: covered where someone is within reach"),
        pytest.param([], [], [5], [], id="nobody"),
        pytest.param([[]], [5], [], [1.0], id="no place"),
    ],
)
def test_shares_worked_by_hand(
    reach: list[list[int]], need: list[float], room: list[float], expected: list[float]
) -> None:
    assert share_out(network(reach, need, room)).uncovered_share.tolist() == expected


def test_a_part_in_a_billion_decides_whose_level_is_lower() -> None:
    levels = share_out(network([[0], [0, 1]], [1e5, 1e5], [5e4 * (1 - 1e-9), 5e4]))
    assert levels.of_points.tolist() == [0, 1]
    levels = share_out(network([[0], [0, 1]], [1e5, 1e5], [5e4 * (1 + 1e-9), 5e4]))
    assert levels.of_points.tolist() == [0, 0]


def test_a_need_of_a_millionth_beside_one_of_a_thousand_is_not_lost() -> None:
    levels = share_out(network([[0, 1], [1]], [1e3, 1e-6], [750.0, 2.5e-7]))
    assert levels.served_shares == (Fraction(2.5e-7) / Fraction(1e-6), Fraction(3, 4))
    assert levels.of_points.tolist() == [1, 0]


def test_places_belong_to_the_lowest_level_that_reaches_them() -> None:
    levels = share_out(network([[0, 3], [0, 1], [2]], [100, 100, 0], [20, 60, 80, 0]))
    assert levels.of_places.tolist() == [0, 1, -1, -1]


def test_larger_networks_carry_their_proof() -> None:
    rng = np.random.default_rng(2)
    for number in range(40):
        points, places = (int(size) for size in rng.integers(1, 250, 2))
        reach = [np.flatnonzero(row).tolist() for row in rng.random((points, places)) < rng.choice([0.01, 0.05, 0.3])]
        need, room = [
            (rng.integers(0, 4, points), rng.integers(0, 4, places)),
            (10.0 ** rng.uniform(-6, 3, points), 10.0 ** rng.uniform(-6, 3, places)),
            (np.full(points, 1e5), 5e4 * (1 + rng.integers(-2, 3, places) * 1e-9)),
            (rng.integers(50, 5000, points) * rng.uniform(0.7, 1.3, points), rng.integers(0, 60, places) * 100.0),
        ][number % 4]
        here = network(reach, need.tolist(), room.tolist())
        levels = share_out(here)
        assert problems_of_sharing(here, levels, serve(here, levels)) == []
        in_blocks = np.concatenate([block.points for block in blocks_of(here, levels)])
        assert sorted(in_blocks.tolist()) == list(range(points))


@pytest.mark.parametrize("bands", [BANDS, ((1.0,), (1.0,))], ids=["bands", "plain"])
def test_the_objective_is_the_least_in_exact_numbers(bands: tuple[tuple[float, ...], tuple[float, ...]]) -> None:
    rng = random.Random(7)  # noqa: S311 - no secret
    for _ in range(60):
        points, places = [f"p{n}" for n in range(rng.randint(1, 6))], [f"q{n}" for n in range(rng.randint(1, 5))]
        reach = {point: " ".join(place for place in places if rng.random() < 0.5) for point in points}
        gp = profession(
            reach,
            existing={place: rng.randint(0, 8) / 4 for place in places},
            reserved={place: rng.choice([0.0, 12.5]) for place in places},
            need_index={point: rng.choice([0.8, 1.0, 1.3]) for point in points},
        )
        gp = gp if all(gp.room(place) >= 0 for place in places) else profession(reach, existing=gp.existing)
        instance = drawn_problem({"gp": gp}, {point: float(rng.randint(1, 300)) for point in points}, bands=bands)
        here = network_of(instance, "gp", Plan.empty())
        shares, need = share_out(here).uncovered_share, here.need
        edges = np.array([0.0, *bands[0]])
        within = np.clip(shares[:, np.newaxis] - edges[:-1], 0.0, np.diff(edges))
        objective = float((need * (within * bands[1]).sum(axis=1)).sum())
        assert objective == pytest.approx(float(exact.objective(instance, {})), rel=1e-12, abs=1e-12)


def test_the_room_of_a_plan_counts_recruits_and_what_is_kept_for_the_rim() -> None:
    gp = profession({"a": "x y", "b": "y"}, existing={"x": 1.0, "y": 0.5}, reserved={"y": 50.0 - 1e-8})
    instance = drawn_problem({"gp": gp}, {"a": 100.0, "b": 100.0}, sites={"s": "y"})
    here = network_of(instance, "gp", Plan.empty())
    assert (here.point_ids, here.place_ids, here.room.tolist()) == (("a", "b"), ("x", "y"), [100.0, 0.0])
    assert share_out(here).uncovered_share.tolist() == [0.0, 1.0]
    nobody = Plan.empty()
    plan = replace(nobody, staff=pd.DataFrame({"site_id": ["s"], "profession": ["gp"], "recruited": [1]}))
    assert network_of(instance, "gp", plan).room.tolist() == pytest.approx([100.0, 100.0])
