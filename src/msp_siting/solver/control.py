"""What decides over a run of the solver, and who hears of it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Progress:
    """Where a search stands: seconds since its start, best plan's objective, bound (each None if none)."""

    stage: str
    seconds: float
    incumbent: float | None
    bound: float | None


@dataclass(frozen=True)
class Control:
    """What decides over a run besides its problem.

    Attributes
    ----------
    deadline
        ``time.monotonic`` second at which to stop.
    interrupted
        Set from outside when the user wants the best plan so far.
    """

    deadline: float
    threads: int
    seed: int
    interrupted: threading.Event


@dataclass(frozen=True)
class Listener:
    """What a search is connected to; each of these is called in the thread of HiGHS, which waits for it.

    Attributes
    ----------
    enough
        Called now and then with the bound; the search stops when it returns True.
    improved
        Called with the values of every better plan that HiGHS finds.
    offered
        Called now and then; values it returns are a plan for HiGHS to go on from.
    """

    enough: Callable[[float | None], bool] = lambda _: False
    improved: Callable[[np.ndarray], None] = lambda _: None
    offered: Callable[[], np.ndarray | None] = lambda: None
