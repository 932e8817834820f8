"""Who does the work: processes of this machine, or a Dask cluster that is there already."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait

from msp_siting.errors import MspSitingError, ScenarioError, SolverError, problem

CONNECT_S = 10


@contextmanager
def open_pool(workers: int, scheduler: str | None) -> Iterator[Executor]:
    """Yield an executor.

    Parameters
    ----------
    workers
        Processes of this machine.
    scheduler
        Address of a Dask scheduler, whose workers are used instead; they need this package, and the territory's files
        at the same path. A task whose worker is lost is done by another.

    Raises
    ------
    ScenarioError
        If no scheduler answers, or none of its workers.
    """
    if scheduler is None:
        # Not forked: HiGHS may have threads by then.
        context = multiprocessing.get_context("spawn")
        pool: Executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_follow_parent)
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in multiprocessing.active_children():
                child.kill()
            raise
        pool.shutdown()
        return
    from distributed import Client  # noqa: PLC0415 - every command would wait for it

    try:
        client = Client(scheduler, timeout=CONNECT_S)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as fault:
        raise ScenarioError(problem("no Dask scheduler answers there").at(f"--scheduler {scheduler}")) from fault
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError as fault:
            raise ScenarioError(problem("has no worker; start some first").at(f"--scheduler {scheduler}")) from fault
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]


class WorkersLostError(SolverError):
    """The workers are gone, and what they were doing is not done."""


@contextmanager
def workers_watched() -> Iterator[None]:
    """Turn what a lost worker does to those who wait for it into one error.

    Raises
    ------
    WorkersLostError
        If the workers are gone.
    """
    try:
        yield
    except MspSitingError:
        raise
    except (BrokenProcessPool, CancelledError, OSError) as fault:  # Dask's lost connections are of the last kind
        raise WorkersLostError(problem("the workers were lost ({kind})", kind=type(fault).__name__)) from fault
    except Exception as fault:
        if type(fault).__name__ != "KilledWorker":  # Dask's; to import it takes every command a second
            raise
        raise WorkersLostError(problem("one task lost several workers, one after the other")) from fault


def _follow_parent() -> None:
    """Leave Ctrl-C to the parent, and end with it, however it ends: nobody waits for the work any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
