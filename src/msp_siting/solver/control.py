"""What decides over a run of the solver, and who hears of it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

BeforeSearch = Literal["reading", "before", "reducing", "effects"]
OfSearch = Literal["relaxation", "start", "search"]
Stage = (
    BeforeSearch
    | OfSearch
    | Literal["choosing", "settling", "points", "order", "searches", "alternatives", "origins", "pages"]
)
BEFORE_SEARCH: tuple[Stage, ...] = get_args(BeforeSearch)
OF_SEARCH: tuple[Stage, ...] = get_args(OfSearch)


@dataclass(frozen=True)
class Progress:
    """Where a command stands.

    Attributes
    ----------
    seconds
        Since a search began, in its stages; elsewhere 0.
    incumbent, bound
        The best plan's objective and the bound of a search; None where there is none.
    done, count
        How many are done of how many, where they are counted.
    """

    stage: Stage
    seconds: float = 0.0
    incumbent: float | None = None
    bound: float | None = None
    done: int = 0
    count: int | None = None


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


@contextmanager
def side_by_side(threads: int) -> Iterator[Executor]:
    """Yield some threads; what runs in them when the user ends the process is not waited for."""
    pool = ThreadPoolExecutor(threads)
    try:
        yield pool
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    except BaseException:
        pool.shutdown()
        raise
    pool.shutdown()


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
