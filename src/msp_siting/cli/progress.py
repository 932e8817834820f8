"""Where a command stands: told on a live line of stderr, and asked when it is interrupted."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live

from msp_siting.cli.terminal import Interrupted, on_signals
from msp_siting.language import Language, percent, say, whole

if TYPE_CHECKING:
    from msp_siting.solver import Progress

MINUTE_S, HOUR_S = 60, 3600
MINUTES_TOLD = 90  # beyond, hours are told


@contextmanager
def show_progress(language: Language, *, quiet: bool = False) -> Iterator["Course"]:
    """Show where a command stands on a live line of stderr, where it is a terminal, from the first second."""
    course = Course(language)
    console = Console(stderr=True)
    try:
        if quiet or not console.is_terminal:
            yield course
            return
        live = Live(console=console, transient=True, get_renderable=course.line)
        live.start()
        try:
            yield course
        finally:
            with suppress(OSError):  # a terminal that has hung up
                live.stop()
    except KeyboardInterrupt as request:
        raise Interrupted(course.told_when_interrupted()) from request


class Course:
    """Where a command stands; it is called with the progress.

    The live line has a thread of its own: whoever reports waits for no terminal.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._progress: Progress | None = None
        self._has_searched = self._searches = False  # has begun to, and does now
        self._keeps_points = False  # of a sweep
        self._since = self._told = time.monotonic()  # of the stage, and of the last progress
        self._before = 0  # what an earlier run of the command had done

    def __call__(self, progress: "Progress") -> None:
        """Take note of where the command stands."""
        from msp_siting.solver import BEFORE_SEARCH, OF_SEARCH

        self._told = time.monotonic()
        if self._progress is None or progress.stage != self._progress.stage:
            self._since, self._before = self._told, progress.done
        self._progress = progress
        self._has_searched |= progress.stage not in BEFORE_SEARCH
        self._searches = progress.stage in OF_SEARCH
        self._keeps_points |= progress.stage == "points"

    @contextmanager
    def interruptible(self) -> Iterator[threading.Event]:
        """Let the first Ctrl-C after a search has begun ask for the best plan so far; any other stops at once."""
        interrupted = threading.Event()

        def on_interrupt(_signal: int, _frame: object) -> None:
            if interrupted.is_set() or not self._has_searched:
                raise KeyboardInterrupt
            interrupted.set()

        with on_signals(on_interrupt):
            yield interrupted

    def told_when_interrupted(self) -> str:
        """Return the key of what can be said where the command ends at once."""
        if not self._has_searched:
            return "told_interrupted_before"
        if self._keeps_points:
            return "told_sweep_interrupted"
        is_writing = self._progress is not None and self._progress.stage == "pages"
        return "told_interrupted_writing" if is_writing else "told_interrupted_unwritten"

    def line(self) -> str:
        """Return what the live line says."""
        progress, language = self._progress, self._language
        now = time.monotonic()
        stage = say(f"told_stage_{'reading' if progress is None else progress.stage}", language)
        if progress is not None and progress.count is not None:
            done, count = whole(progress.done, language), whole(progress.count, language)
            counted = say(f"told_{progress.stage}", language, done=done, count=count)
            return counted + self._left(progress.done, progress.count, now)
        if progress is not None and self._searches:
            return _searched(progress, stage, progress.seconds + now - self._told, language)
        return say("told_step", language, stage=stage, seconds=f"{now - self._since:5.0f}")

    def _left(self, done: int, count: int, now: float) -> str:
        """Return about how long the rest takes, at the pace so far."""
        made = done - self._before
        if made <= 0 or done >= count:
            return ""
        seconds = (self._told - self._since) / made * (count - done) - (now - self._told)
        if seconds < MINUTE_S:
            return say("told_left_moment", self._language)
        minutes = round(seconds / MINUTE_S)
        if minutes <= MINUTES_TOLD:
            return say("told_left_minutes", self._language, minutes=minutes)
        return say("told_left_hours", self._language, hours=round(seconds / HOUR_S))


def _searched(progress: "Progress", stage: str, seconds: float, language: Language) -> str:
    from msp_siting.commands import gap_of

    def shown(value: float | None) -> str:
        return "-" if value is None else whole(value, language)

    gap = gap_of(progress)
    return say(
        "told_progress",
        language,
        stage=stage,
        seconds=f"{seconds:5.0f}",
        incumbent=shown(progress.incumbent),
        bound=shown(progress.bound),
        gap="-" if gap is None else percent(gap, language, 2),
    )
