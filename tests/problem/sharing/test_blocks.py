"""Blocks: who competes with whom, worked by hand."""

import numpy as np
import pytest

from msp_siting.problem.sharing import Block, Network, blocks_of, share_out

Told = tuple[str, list[int], list[int], float]


def blocks(reach: list[list[int]], need: list[float], room: list[float]) -> list[Told]:
    pairs = np.array([(point, place) for point, places in enumerate(reach) for place in places], int).reshape(-1, 2)
    names = tuple(map(str, range(len(need)))), tuple(map(str, range(len(room))))
    here = Network(*names, pairs[:, 0], pairs[:, 1], np.array(need, float), np.array(room, float))
    return [told(block) for block in blocks_of(here, share_out(here))]


def told(block: Block) -> Told:
    return block.kind, block.points.tolist(), block.places.tolist(), round(block.uncovered_share, 12)


def test_a_chain_of_places_is_one_block() -> None:
    assert blocks([[0], [0, 1], [1, 2], [2]], [100] * 4, [50] * 3) == [("short", [0, 1, 2, 3], [0, 1, 2], 0.625)]


def test_equal_shares_apart_are_two_blocks() -> None:
    found = blocks([[1], [0], [1]], [20, 40, 20], [30, 30])
    assert found == [("short", [0, 2], [1], 0.25), ("short", [1], [0], 0.25)]


def test_the_shortest_comes_first_and_keeps_its_places() -> None:
    # Demand point 1 reaches place 0 too, where no room is left for it.
    found = blocks([[0], [0, 1]], [100, 100], [20, 60])
    assert found == [("short", [0], [0], 0.8), ("short", [1], [1], 0.4)]


def test_who_is_covered_and_who_reaches_nobody_are_one_block_each() -> None:
    found = blocks([[0], [1], [], [2], [0]], [10, 10, 10, 10, 0], [20, 20, 0])
    assert found == [("unreached", [2, 3], [], 1.0), ("covered", [0, 1, 4], [0, 1], 0.0)]


def test_a_place_that_nobody_needs_is_in_no_block() -> None:
    assert blocks([[0]], [10], [5, 99]) == [("short", [0], [0], 0.5)]


@pytest.mark.parametrize(
    ("room", "expected"),
    [
        (50.0 * (1 - 1e-12), [("short", [0, 1], [0, 1], 0.5)]),
        (50.0 * (1 - 1e-6), [("short", [0], [0], 0.5000005), ("short", [1], [1], 0.5)]),
    ],
)
def test_rounding_makes_no_block(room: float, expected: list[Told]) -> None:
    assert blocks([[0], [0, 1]], [100, 100], [room, 50]) == expected


def test_who_lacks_by_rounding_alone_is_covered() -> None:
    found = blocks([[0], [1]], [100, 100], [100.0 * (1 - 1e-12), 50.0])
    assert found == [("short", [1], [1], 0.5), ("covered", [0], [0], 0.0)]
