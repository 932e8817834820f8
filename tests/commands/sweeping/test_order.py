"""Points in halving order: each waits for its nearest neighbours solved before it."""

import pytest

from msp_siting.commands.sweeping.order import Step, halving_steps


def test_ends_first_then_the_middle_then_quarters() -> None:
    assert halving_steps(5) == [Step(0), Step(4), Step(2, 0, 4), Step(1, 0, 2), Step(3, 2, 4)]
    assert halving_steps(6) == [Step(0), Step(5), Step(2, 0, 5), Step(1, 0, 2), Step(3, 2, 5), Step(4, 3, 5)]


def test_one_and_two_points_wait_for_nobody() -> None:
    assert halving_steps(1) == [Step(0)]
    assert halving_steps(2) == [Step(0), Step(1)]
    assert Step(0).awaited == set()
    assert Step(2, 0, 5).awaited == {0, 5}


@pytest.mark.parametrize("points", range(1, 40))
def test_every_point_comes_once_after_those_it_waits_for(points: int) -> None:
    steps = halving_steps(points)
    assert sorted(step.point for step in steps) == list(range(points))
    solved: set[int] = set()
    for step in steps:
        assert step.awaited <= solved
        nearest_less = max((other for other in solved if other < step.point), default=None)
        nearest_more = min((other for other in solved if other > step.point), default=None)
        if step.awaited:
            assert (step.less, step.more) == (nearest_less, nearest_more)
        solved.add(step.point)
