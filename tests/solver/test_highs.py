"""A problem of two columns by hand: x and y whole, 2 x + 2 y <= 3, most of x + y."""

import time
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from msp_siting.errors import SolverError
from msp_siting.solver.control import Control, Listener
from msp_siting.solver.engine import MOST_COLUMNS_AT_ONCE, hand_over, run, set_options
from msp_siting.solver.highs import search_mip, solve_lp
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.settings import Settings


@pytest.fixture
def matrix() -> Matrix:
    return Matrix(
        a=sp.csc_array(np.array([[2.0, 2.0]])),
        costs=np.array([[-1.0, -1.0]]),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([3.0]),
        lower=np.zeros(2),
        upper=np.ones(2),
        integer=np.array([True, True]),
        names=(("x", ()), ("y", ())),
        row_names=(("limit", ()),),
    )


@pytest.fixture
def control(exact: Settings) -> Control:
    return exact.control(60)


def test_a_linear_problem_leaves_integrality_out(matrix: Matrix, control: Control) -> None:
    found = solve_lp(matrix, matrix.costs[0], control)
    assert (found.objective, found.bound, found.ending, found.nodes) == (-1.5, -1.5, "optimal", 0)
    assert found.optimum is not None
    assert found.optimum.multipliers.tolist() == [-0.5]  # one more of the right-hand side is half a column more
    assert sorted(found.optimum.values.tolist()) == [0.5, 1.0]


def test_a_search_ends_at_whole_values(matrix: Matrix, control: Control) -> None:
    found = search_mip(matrix, matrix.costs[0], control)
    assert (found.objective, found.bound, found.ending) == (-1.0, -1.0, "optimal")
    assert found.values is not None
    assert sorted(found.values.tolist()) == [0.0, 1.0]
    assert found.optimum is None


def test_a_linear_problem_goes_on_from_a_basis_with_a_row_more(matrix: Matrix, control: Control) -> None:
    first = solve_lp(matrix, matrix.costs[0], control)
    assert first.optimum is not None
    tighter = matrix.with_row(np.array([1.0, 1.0]), 1.25)
    assert solve_lp(tighter, matrix.costs[0], control, basis=first.optimum.basis).objective == -1.25


def test_a_plan_to_begin_with_and_a_listener_that_hears_of_better_ones(matrix: Matrix, control: Control) -> None:
    heard: list[float] = []
    listener = Listener(improved=lambda values: heard.append(float(matrix.costs[0] @ values)))
    found = search_mip(matrix, matrix.costs[0], control, start=np.zeros(2), listener=listener, most_nodes=100)
    assert found.objective == -1.0
    assert heard[-1] == -1.0


def test_a_time_that_is_over_ends_either(matrix: Matrix, control: Control) -> None:
    over = replace(control, deadline=time.monotonic() - 1)
    assert solve_lp(matrix, matrix.costs[0], over).ending == "time_limit"
    assert search_mip(matrix, matrix.costs[0], over).ending == "time_limit"


def test_what_highs_refuses_is_an_error(matrix: Matrix, control: Control) -> None:
    with pytest.raises(SolverError, match="HiGHS refused -1 for its option threads"):
        solve_lp(matrix, matrix.costs[0], replace(control, threads=-1))


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_costs_of_any_size_have_the_same_optimum(matrix: Matrix, control: Control, size: float) -> None:
    found, relaxed = (method(matrix, matrix.costs[0] * size, control) for method in (search_mip, solve_lp))
    whole = search_mip(matrix, matrix.costs[0], control)
    assert found.values is not None
    assert whole.values is not None
    assert sorted(found.values.tolist()) == sorted(whole.values.tolist()) == [0.0, 1.0]
    assert (found.objective, found.bound) == pytest.approx((-size, -size), rel=1e-9)
    assert relaxed.optimum is not None
    assert relaxed.optimum.multipliers.tolist() == pytest.approx([-0.5 * size], rel=1e-9)


@pytest.mark.parametrize("columns", [1, MOST_COLUMNS_AT_ONCE])
def test_a_problem_that_grew_since_its_first_run_is_run_and_watched_again(
    matrix: Matrix, control: Control, columns: int
) -> None:
    highs = hand_over(matrix, matrix.costs[0], relaxed=True)
    set_options(highs, control, {"presolve": "off"})
    assert run(highs, control, Listener(), 1.0).objective == -1.5
    cost, rows, starts = np.full(columns, -3.0), np.zeros(columns, np.int32), np.arange(columns, dtype=np.int32)
    highs.addCols(columns, cost, np.zeros(columns), np.ones(columns), columns, starts, rows, np.ones(columns))
    grown = run(highs, control, Listener(), 1.0)
    assert grown.ending == "optimal"
    assert grown.objective == -3.0 * min(columns, 3) - (columns < 3)  # what is left of the limit goes to x and y
    if columns >= MOST_COLUMNS_AT_ONCE:
        control.interrupted.set()
        highs.changeColCost(0, -100.0)
        assert run(highs, control, Listener(), 1.0).ending == "interrupt"
