"""HiGHS: one hand-over, one run in a thread of its own, progress and stops through its callbacks."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import highspy
import numpy as np

from msp_siting.errors import SolverError, foreign, problem
from msp_siting.solver.matrix import Matrix

POLL_S = 0.1
Ending = Literal["optimal", "stopped", "time_limit", "interrupt", "node_limit", "infeasible"]


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


@dataclass(frozen=True)
class Optimum:
    """An optimum of a linear problem.

    Attributes
    ----------
    values, reduced_costs
        One per column; a reduced cost is what the objective rises by where a fixed column rises by one.
    multipliers
        One per row: what the objective rises by where the row's right-hand side rises by one.
    """

    objective: float
    values: np.ndarray
    reduced_costs: np.ndarray
    multipliers: np.ndarray
    basis: highspy.HighsBasis


@dataclass(frozen=True)
class Outcome:
    """What a run returned: a value per column (None without a plan), objective, bound, end, nodes searched.

    ``optimum`` is None but for a relaxed problem that ended at one.
    """

    values: np.ndarray | None
    objective: float | None
    bound: float | None
    ending: Ending
    nodes: int
    optimum: Optimum | None = None


class _SilentHighs(highspy.Highs):
    """HiGHS without output: highspy 1.16 prints a banner on stdout when it enables its callbacks, at once."""

    def enableCallbacks(self) -> None:  # noqa: N802 - highspy's name
        """Enable the callbacks, output off."""
        self.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes it by position
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def run(  # noqa: PLR0913 - the optional arguments are a MIP's
    matrix: Matrix,
    cost: np.ndarray,
    control: Control,
    *,
    relaxed: bool = False,
    start: np.ndarray | None = None,
    basis: highspy.HighsBasis | None = None,
    interior: bool = False,
    listener: Listener | None = None,
    most_nodes: int | None = None,
) -> Outcome:
    """Minimise one cost over a problem.

    Parameters
    ----------
    matrix, cost
        The problem and what is minimised.
    control
        Deadline, threads, seed and interruption.
    relaxed
        Whether to leave integrality out.
    start
        A plan to begin with, one value per column.
    basis
        Where a relaxed problem begins: the basis of an earlier optimum; rows added since come last.
    interior
        Whether a relaxed problem is solved by the interior-point method, ended by a crossover to a vertex.
    listener
        What hears of a search and can stop it.
    most_nodes
        Nodes after which a search stops.
    """
    highs = _hand_over(matrix, cost, relaxed=relaxed)
    options: dict[str, Any] = {
        "threads": control.threads,
        "random_seed": control.seed,
        "mip_rel_gap": 0.0,
        "time_limit": max(0.0, control.deadline - time.monotonic()),
    }
    if most_nodes is not None:
        options["mip_max_nodes"] = most_nodes
    if interior:
        options["solver"] = "ipm"
    for name, value in options.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverError(problem("HiGHS refused {value} for its option {option}", value=value, option=name))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        highs.setSolution(solution)
    if basis is not None:
        _begin_at(highs, basis, len(matrix.row_lower))
    stopped, abandoned = threading.Event(), threading.Event()
    _watch(highs, control, listener or Listener(), stopped, abandoned)
    _run_in_thread(highs, abandoned)
    return _outcome(highs, stopped, control)


def _hand_over(matrix: Matrix, cost: np.ndarray, *, relaxed: bool) -> highspy.Highs:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(matrix.row_lower)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, matrix.lower, matrix.upper
    lp.row_lower_, lp.row_upper_ = matrix.row_lower, matrix.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.a.indptr
    lp.a_matrix_.index_ = matrix.a.indices
    lp.a_matrix_.value_ = matrix.a.data
    if not relaxed:
        kinds = np.array([highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger], object)
        lp.integrality_ = kinds[matrix.integer.astype(int)].tolist()
    highs = _SilentHighs()  # type: ignore[no-untyped-call]
    if highs.passModel(lp) == highspy.HighsStatus.kError:
        raise SolverError(problem("HiGHS refused the model"))
    return highs


def _begin_at(highs: highspy.Highs, basis: highspy.HighsBasis, rows: int) -> None:
    """Begin at a basis; a row that it does not know is basic (its slack is what it is)."""
    extended = highspy.HighsBasis()
    extended.col_status = list(basis.col_status)
    known = list(basis.row_status)
    extended.row_status = [*known, *[highspy.HighsBasisStatus.kBasic] * (rows - len(known))]
    if highs.setBasis(extended) != highspy.HighsStatus.kOk:
        raise SolverError(problem("HiGHS refused the basis of an earlier stage"))


def _watch(
    highs: highspy.Highs,
    control: Control,
    listener: Listener,
    stopped: threading.Event,
    abandoned: threading.Event,
) -> None:
    """Connect a run to who listens and to what stops it; ``stopped`` is set when the listener has enough."""

    def on_check(event: Any) -> None:  # noqa: ANN401 - highspy's event has no type
        if listener.enough(_finite(event.data_out.mip_dual_bound)):
            stopped.set()
        if stopped.is_set() or abandoned.is_set() or control.interrupted.is_set():
            event.interrupt()

    def on_lp_check(event: Any) -> None:  # noqa: ANN401 - highspy's event has no type
        if abandoned.is_set() or control.interrupted.is_set():
            event.interrupt()

    def on_improvement(event: Any) -> None:  # noqa: ANN401 - highspy's event has no type
        listener.improved(np.array(event.data_out.mip_solution, float))

    def on_offer(event: Any) -> None:  # noqa: ANN401 - highspy's event has no type
        values = listener.offered()
        if values is not None:
            event.data_in.setSolution(values)

    highs.cbMipInterrupt += on_check
    highs.cbSimplexInterrupt += on_lp_check
    highs.cbMipImprovingSolution += on_improvement
    highs.cbMipUserSolution += on_offer


def _run_in_thread(highs: highspy.Highs, abandoned: threading.Event) -> None:
    """Run HiGHS beside the main thread, which stays free to receive signals.

    A KeyboardInterrupt waits for HiGHS to let go before it goes on: a thread left running would bring the
    process down.
    """
    failures: list[BaseException] = []

    def target() -> None:
        try:
            highs.run()
        except BaseException as failure:  # noqa: BLE001 - handed to the calling thread below
            failures.append(failure)

    thread = threading.Thread(target=target, name="highs")
    thread.start()
    try:
        while thread.is_alive():
            thread.join(POLL_S)
    except KeyboardInterrupt:
        abandoned.set()
        thread.join()
        raise
    highs.disableCallbacks()  # type: ignore[no-untyped-call]
    if failures:
        raise SolverError(problem("HiGHS failed: {problem}", problem=foreign(str(failures[0])))) from failures[0]


def _outcome(highs: highspy.Highs, stopped: threading.Event, control: Control) -> Outcome:
    status = highs.getModelStatus()
    info = highs.getInfo()
    known = highspy.HighsModelStatus
    endings: dict[Any, Ending] = {
        known.kOptimal: "optimal",
        known.kModelEmpty: "optimal",
        known.kTimeLimit: "time_limit",
        known.kSolutionLimit: "node_limit",
        known.kInfeasible: "infeasible",
        known.kUnboundedOrInfeasible: "infeasible",
    }
    if status == known.kInterrupt:
        ending: Ending = "stopped" if stopped.is_set() and not control.interrupted.is_set() else "interrupt"
    elif status in endings:
        ending = endings[status]
    else:
        raise SolverError(problem("HiGHS ended with status {status}", status=highs.modelStatusToString(status)))
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    has_plan = feasible or status == known.kModelEmpty  # nothing to decide is decided
    is_mip = info.mip_node_count >= 0
    bound = _finite(info.mip_dual_bound) if is_mip else None
    if not is_mip and ending == "optimal":
        bound = float(info.objective_function_value)
    solution = highs.getSolution()
    values = np.asarray(solution.col_value, float) if has_plan else None
    objective = float(info.objective_function_value) if has_plan else None
    optimum = None
    if not is_mip and ending == "optimal" and values is not None and objective is not None:
        reduced_costs, multipliers = np.asarray(solution.col_dual, float), np.asarray(solution.row_dual, float)
        optimum = Optimum(objective, values, reduced_costs, multipliers, highs.getBasis())
    return Outcome(values, objective, bound, ending, max(0, int(info.mip_node_count)), optimum)


def _finite(value: float) -> float | None:
    return float(value) if abs(value) < highspy.kHighsInf else None
