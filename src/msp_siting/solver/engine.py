"""HiGHS itself: one hand-over, one run in a thread of its own, progress and stops through its callbacks."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import highspy
import numpy as np

from msp_siting.errors import SolverError, foreign, problem
from msp_siting.solver.control import Control, Listener
from msp_siting.solver.matrix import Matrix

POLL_S = 0.1
MOST_COLUMNS_AT_ONCE = 20_000  # of a linear problem, a second of work: to ask at every step would take half of that
Ending = Literal["optimal", "stopped", "time_limit", "interrupt", "node_limit", "infeasible"]


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


def set_options(highs: highspy.Highs, control: Control, more: Mapping[str, Any]) -> None:
    """Set what decides over a run, and more options of HiGHS by name.

    Raises
    ------
    SolverError
        For one that HiGHS refuses.
    """
    options: dict[str, Any] = {
        "threads": control.threads,
        "random_seed": control.seed,
        "mip_rel_gap": 0.0,
        "time_limit": max(0.0, control.deadline - time.monotonic()),
        **more,
    }
    for name, value in options.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverError(problem("HiGHS refused {value} for its option {option}", value=value, option=name))


def run(highs: highspy.Highs, control: Control, listener: Listener, scale: float) -> Outcome:
    """Return the outcome of a problem handed over; its costs were multiplied by a scale."""
    stopped, abandoned = threading.Event(), threading.Event()
    scaled = replace(listener, enough=lambda bound: listener.enough(None if bound is None else bound / scale))
    _watch(highs, control, scaled, stopped, abandoned)
    _run_in_thread(highs, abandoned)
    return _unscaled(_outcome(highs, stopped, control), scale)


def _unscaled(outcome: Outcome, scale: float) -> Outcome:
    """Return an outcome whose costs were multiplied by a scale."""
    optimum = outcome.optimum
    if optimum is not None:
        optimum = replace(
            optimum,
            objective=optimum.objective / scale,
            reduced_costs=optimum.reduced_costs / scale,
            multipliers=optimum.multipliers / scale,
        )
    return replace(
        outcome,
        objective=None if outcome.objective is None else outcome.objective / scale,
        bound=None if outcome.bound is None else outcome.bound / scale,
        optimum=optimum,
    )


def hand_over(matrix: Matrix, cost: np.ndarray, *, relaxed: bool) -> highspy.Highs:
    """Return HiGHS with a problem, integrality left out if relaxed."""
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


def begin_at(highs: highspy.Highs, basis: highspy.HighsBasis, rows: int) -> None:
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

    # The run before, of a problem that grew since, ended with all of them off.
    highs.enableCallbacks()  # type: ignore[no-untyped-call]
    highs.clearCallbacks()  # type: ignore[no-untyped-call]
    highs.cbMipInterrupt += on_check
    if highs.getNumCol() > MOST_COLUMNS_AT_ONCE:
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
