"""What finds no room when a place loses some: by hand, and each loss found anew by sharing out without that room."""

import numpy as np
import pytest

from drawn import drawn
from msp_siting.problem.plan import Plan
from msp_siting.problem.sharing import Network, losses_of_room, network_of, share_out, with_room


def network(reach: list[list[int]], need: list[float], room: list[float]) -> Network:
    pairs = np.array([(point, place) for point, places in enumerate(reach) for place in places], int).reshape(-1, 2)
    names = tuple(map(str, range(len(need)))), tuple(map(str, range(len(room))))
    return Network(*names, pairs[:, 0], pairs[:, 1], np.array(need, float), np.array(room, float))


def losses(here: Network, leaving: list[float]) -> list[float]:
    return losses_of_room(here, np.array(leaving, float)).tolist()


def test_where_all_are_short_all_of_it_is_lost() -> None:
    assert losses(network([[0, 1], [1]], [100, 100], [50, 60]), [50, 30]) == [50, 30]


def test_room_to_spare_goes_first_and_then_what_others_have() -> None:
    # 100 people reach both places: 80 and 70 have room for 150.
    assert losses(network([[0, 1]], [100], [80, 70]), [80, 70]) == [30, 20]


def test_others_move_on_for_those_who_lose_theirs() -> None:
    # Point 0 reaches places 0 and 1, point 1 places 1 and 2, which alone has room to spare: for 30.
    here = network([[0, 1], [1, 2]], [100, 100], [100, 100, 30])
    assert losses(here, [100, 100, 30]) == [70, 70, 0]
    assert losses(here, [30, 20, 0]) == [0, 0, 0]


def test_a_chain_is_led_on_by_many_steps() -> None:
    reach = [[0, 1], [1, 2], [2, 3], [3, 4], [4]]
    assert losses(network(reach, [10] * 5, [10, 10, 10, 10, 20]), [10, 10, 10, 10, 10])[:4] == [0, 0, 0, 0]
    assert losses(network(reach, [10] * 5, [10, 10, 10, 10, 14]), [10, 10, 10, 10, 10]) == [6, 6, 6, 6, 6]


def test_who_found_no_room_before_is_not_served_by_what_is_led_on() -> None:
    # Point 0 is short at place 0; point 1 has room at both: place 1 makes up for place 1 only.
    assert losses(network([[0], [0, 1]], [100, 50], [60, 80]), [60, 80]) == [60, 50]


def test_a_place_that_nobody_reaches_and_one_without_room_lose_nothing() -> None:
    assert losses(network([[0, 1], [3]], [10, 0], [10, 0, 99, 5]), [10, 0, 99, 5]) == [10, 0, 0, 0]


def test_parts_of_a_post_are_exact() -> None:
    (loss, _) = losses(network([[0, 1]], [1000.1], [700.7, 350.3]), [0.79 * 700.7, 0])
    assert loss == pytest.approx(0.79 * 700.7 - 50.9, abs=1e-7)  # room for 1,051.0


@pytest.mark.parametrize("seed", range(25))
def test_each_loss_is_that_of_sharing_out_without_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, places = int(rng.integers(5, 40)), int(rng.integers(2, 15))
    reach = [sorted(rng.choice(places, size=rng.integers(0, min(4, places) + 1), replace=False)) for _ in range(points)]
    need = rng.integers(0, 500, points) * rng.choice([1.0, 1.13], points)
    room = rng.choice([0.0, 0.5, 1.0, 2.6], places) * rng.choice([300.0, 1274.0], places)
    here = network(reach, need.tolist(), room.tolist())
    leaving = np.minimum(room, rng.choice([100.0, 1274.0]))
    found = losses_of_room(here, leaving)
    assert found.tolist() == pytest.approx([anew(here, place, leaving[place]) for place in range(places)], abs=1e-6)


@pytest.mark.parametrize("seed", range(25))
def test_each_loss_of_a_drawn_problem_is_that_of_solving_without_the_post(seed: int) -> None:
    instance = drawn(seed)
    for name, terms in instance.professions.items():
        here = network_of(instance, name, Plan.empty())
        leaving = np.minimum(here.room, terms.capacity)
        found = losses_of_room(here, leaving)
        expected = [anew(here, place, leaving[place]) for place in range(len(here.room))]
        assert found.tolist() == pytest.approx(expected, abs=1e-6)


def anew(here: Network, place: int, leaving: float) -> float:
    """Return how much more need is uncovered when all is shared out without some room of a place."""
    room = here.room.copy()
    room[place] -= leaving
    return uncovered(with_room(here, room)) - uncovered(here)


def uncovered(here: Network) -> float:
    return float((here.need * share_out(here).uncovered_share).sum())
