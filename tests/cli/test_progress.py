"""What the live line says of where a command stands, and what is said when it is interrupted there."""

import signal
from collections.abc import Callable

import pytest

from msp_siting.cli import progress
from msp_siting.cli.progress import Course, show_progress
from msp_siting.cli.terminal import Interrupted
from msp_siting.solver import Progress, Stage


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the clock, in seconds since the command began."""

    def set_clock(seconds: float) -> None:
        monkeypatch.setattr(progress.time, "monotonic", lambda: 1_000 + seconds)

    set_clock(0)
    return set_clock


def test_it_tells_each_stage_and_its_seconds_from_the_first(at: Callable[[float], None]) -> None:
    course = Course("en")
    at(1)
    assert course.line() == "reading      1 s"  # nothing is loaded yet
    course(Progress("reading"))
    at(4)
    course(Progress("before"))
    at(9)
    assert course.line() == "who is served today      5 s"
    course(Progress("reducing"))
    assert course.line() == "reducing      0 s"
    course(Progress("search", seconds=2.0, incumbent=2000.0, bound=1500.0))
    at(12)
    assert course.line() == "search      5 s  incumbent 2,000  bound 1,500  gap 25.00%"
    course(Progress("pages"))
    assert course.line() == "pages      0 s"


def test_it_tells_how_many_are_done_and_about_how_long_is_left(at: Callable[[float], None]) -> None:
    """Two of eight are there from an earlier run; each of the six takes two minutes."""
    course = Course("en")
    course(Progress("points", done=2, count=8))
    assert course.line() == "2 of 8 points finished"
    at(120)
    course(Progress("points", done=3, count=8))
    assert course.line() == "3 of 8 points finished, about 10 min left"
    at(180)
    assert course.line() == "3 of 8 points finished, about 9 min left"
    at(600)
    course(Progress("points", done=7, count=8))
    assert course.line() == "7 of 8 points finished, about 2 min left"
    at(680)
    assert course.line() == "7 of 8 points finished, less than a minute left"
    course(Progress("points", done=8, count=8))
    assert course.line() == "8 of 8 points finished"


def test_long_is_told_in_hours_and_in_french(at: Callable[[float], None]) -> None:
    course = Course("fr")
    course(Progress("searches", done=0, count=5))
    at(3600)
    course(Progress("searches", done=1, count=5))
    assert course.line() == "1 recherches terminées sur 5, encore environ 4 h"


@pytest.mark.parametrize(
    ("stages", "key"),
    [
        ([], "told_interrupted_before"),
        (["reading", "before", "reducing"], "told_interrupted_before"),
        (["reading", "relaxation"], "told_interrupted_unwritten"),
        (["search", "settling"], "told_interrupted_unwritten"),
        (["search", "pages"], "told_interrupted_writing"),
        (["reading", "points", "order"], "told_sweep_interrupted"),
        (["reading", "points", "order", "pages"], "told_sweep_interrupted"),
    ],
)
def test_what_is_said_of_an_interruption_depends_on_where_it_stands(stages: list[Stage], key: str) -> None:
    def work() -> None:
        with show_progress("en") as course:
            for stage in stages:
                course(Progress(stage))
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        work()
    assert caught.value.key == key


def test_only_a_search_is_asked_for_its_best_plan_and_only_once() -> None:
    course = Course("en")
    with course.interruptible() as interrupted:
        course(Progress("reducing"))
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert not interrupted.is_set()
        course(Progress("relaxation"))
        signal.raise_signal(signal.SIGINT)
        assert interrupted.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
