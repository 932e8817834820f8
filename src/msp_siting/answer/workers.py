"""Who does the work: processes of this machine, or a Dask cluster that is there already."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib.metadata import version
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from msp_siting import __version__
from msp_siting.errors import MspSitingError, ScenarioError, SolverError, problem

if TYPE_CHECKING:
    from distributed import Client

CONNECT_S = 10
PACKAGE = "msp-siting"


@contextmanager
def open_pool(workers: int, scheduler: str | None) -> Iterator[Executor]:
    """Yield an executor.

    Parameters
    ----------
    workers
        Processes of this machine; 0: none, all is done in this one as it is asked for.
    scheduler
        Address of a Dask scheduler of one's own, whose workers are used instead: whoever reaches it can run anything
        there, and is believed here. They need this package in the same version, and the territory's files at the same
        path. A task whose worker is lost is done by another.

    Raises
    ------
    ScenarioError
        If no scheduler answers, none of its workers, or workers with another version of this package.
    """
    if scheduler is None and workers == 0:
        yield _InThisProcess()
        return
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
        _check_versions(client, scheduler)
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]


class _InThisProcess(Executor):
    """Does every task at once: a script of a few lines need not be fit to be imported by processes of its own."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _check_versions(client: "Client", scheduler: str) -> None:
    """Refuse workers without this package, or with another version of it: their answers would be of another program."""
    found: dict[str, str | Exception] = client.run(version, PACKAGE, on_error="return")
    problems = [
        problem(
            "worker {worker} has {package} {version}, expected {expected}; install the same version there",
            worker=worker,
            package=PACKAGE,
            version=there if isinstance(there, str) else problem("in no version"),
            expected=__version__,
        ).at(f"--scheduler {scheduler}")
        for worker, there in sorted(found.items())
        if there != __version__
    ]
    if problems:
        raise ScenarioError(problems)


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
    except (BrokenProcessPool, CancelledError, ConnectionError, TimeoutError) as fault:
        raise WorkersLostError(problem("the workers were lost ({kind})", kind=type(fault).__name__)) from fault
    except Exception as fault:
        kind = type(fault).__name__  # Dask's: to import them takes every command a second
        if kind == "CommClosedError":
            raise WorkersLostError(problem("the workers were lost ({kind})", kind=kind)) from fault
        if kind == "KilledWorker":
            raise WorkersLostError(problem("one task lost several workers, one after the other")) from fault
        raise


def _follow_parent() -> None:
    """Leave Ctrl-C and a hang-up to the parent, and end with it, however it ends: nobody waits for the work then."""
    for name in ("SIGINT", "SIGHUP"):  # Windows has only the former
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
