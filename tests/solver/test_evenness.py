"""Steps of evenness: equal ones first, then fine ones around the shares found."""

from collections.abc import Callable

import numpy as np
import pytest
import scipy.sparse as sp

from msp_siting.problem.formulation import build
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.solver import Settings, Settler
from msp_siting.solver.evenness import Steps
from msp_siting.solver.matrix import Matrix, compile_model

QUARTERS = np.array([[0.0, 0.25, 0.5, 0.75, 1.0]])


def steps(edges: np.ndarray = QUARTERS) -> Steps:
    """Return four steps of 100 people who need 2 each."""
    return Steps(np.array([[0, 1, 2, 3]]), np.array([100.0]), np.array([2.0]), edges)


def test_steps_are_read_off_the_problem(toy_instance: Callable[..., Instance]) -> None:
    matrix = compile_model(build(toy_instance(), "settling"))
    found = Steps.of(matrix, matrix.costs[1])
    assert found.columns.shape == (4 * 3, 50)
    assert sorted(found.people)[:4] == pytest.approx([300, 300, 300, 600])
    assert found.need_index == pytest.approx(np.ones(12))
    bounded, cost = found.put_into(matrix, matrix.costs[1])
    assert bounded.upper == pytest.approx(matrix.upper)
    assert cost == pytest.approx(matrix.costs[1])


@pytest.mark.parametrize(
    ("served_short", "expected"),
    [
        ([25.0, 25.0, 10.0, 0.0], [0, 0.35, 0.6, 0.85, 1]),
        ([0.0, 0.0, 0.0, 0.0], [0, 0, 0.125, 0.25, 1]),
        ([25.0, 25.0, 25.0, 25.0], [0, 0.75, 0.875, 1, 1]),
    ],
)
def test_finer_steps_lie_around_the_share_found(served_short: list[float], expected: list[float]) -> None:
    assert steps().finer_around(np.array(served_short)).edges.tolist() == [pytest.approx(expected)]


def test_each_pass_is_finer_than_the_last() -> None:
    values = np.array([25.0, 25.0, 10.0, 0.0])
    once = steps().finer_around(values)
    assert once.finer_around(values).edges.tolist() == [pytest.approx([0, 0.35, 0.6, 0.85, 1])]
    many = Steps(np.arange(20).reshape(1, 20), np.array([100.0]), np.array([1.0]), np.linspace(0, 1, 21).reshape(1, 21))
    short = np.full(20, 3.0)  # 60 of 100
    first = many.finer_around(short)
    second = first.finer_around(short)
    assert [np.diff(x.edges)[:, 1:-1].max() for x in (many, first, second)] == pytest.approx(
        [0.05, 0.1 / 18, 0.2 / 324]
    )


def test_bounds_and_costs_follow_the_edges() -> None:
    matrix = Matrix(
        a=sp.csc_array((0, 4)),
        costs=np.zeros((1, 4)),
        row_lower=np.empty(0),
        row_upper=np.empty(0),
        lower=np.zeros(4),
        upper=np.full(4, 25.0),
        integer=np.zeros(4, bool),
        names=(),
        row_names=(),
    )
    bounded, cost = steps(np.array([[0.0, 0.35, 0.6, 0.85, 1.0]])).put_into(matrix, np.zeros(4))
    assert bounded.upper == pytest.approx([35, 25, 25, 15])
    assert cost == pytest.approx([0.35, 0.95, 1.45, 1.85])
    assert matrix.upper == pytest.approx([25, 25, 25, 25])


def test_more_passes_end_nearer_to_equal_shares(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # Aubois, Bourg and Dole share room for 600 of 1,800 evenly: 2/3 of each go short.
    _, found = Settler(toy_instance(), exact, 3).settle(Plan.empty())
    gp = found.uncovered[found.uncovered["profession"].eq("gp")].set_index("demand_id")["inhabitants"]
    assert gp[["a", "b", "d"]].tolist() == pytest.approx([600, 400, 200], abs=0.1)
