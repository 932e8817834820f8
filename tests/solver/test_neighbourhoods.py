"""Which part of the toy is free around a centre, and a poor plan improved there."""

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from msp_siting.problem.instance import Instance
from msp_siting.solver import Progress, Settings
from msp_siting.solver.best import Best
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.neighbourhoods import Neighbourhoods, _search_around, improving_beside
from msp_siting.solver.projection import Projection, project

A, B, C = range(3)  # the toy's sites, in their order


def free(matrix: Matrix, columns: np.ndarray, component: str, position: int = 0) -> set[object]:
    """Return what one position of the index names, of the free columns of a component."""
    return {index[position] for column, index in matrix.columns(component) if columns[column]}


def opening_nothing(problem: Projection) -> tuple[float, np.ndarray]:
    """Return the objective and the values of the plan that opens nothing, completed."""
    matrix = problem.matrix
    values = np.where(matrix.mask("uncovered"), matrix.upper, 0.0)
    values[matrix.mask("uncovered_in_band")] = matrix.upper[matrix.mask("uncovered_in_band")]
    return problem.complete(values)


def test_sites_are_near_that_serve_the_same_people(toy_instance: Callable[..., Instance]) -> None:
    # Aubois, Bourg and Dole (1,800) can be served at Aubois and at Bourg; Clairval (900) at Clairval only.
    near = Neighbourhoods.of(project(toy_instance(), ["nurse", "midwife"]).matrix)
    assert near.shared.toarray().tolist() == [[1800, 1800, 0], [1800, 1800, 0], [0, 0, 900]]


@pytest.mark.parametrize(
    ("centres", "sites", "points"),
    [
        ([C], {"site-c"}, {"c"}),
        ([A], {"site-a", "site-b"}, {"a", "b", "d"}),
        ([B, C], {"site-a", "site-b", "site-c"}, {"a", "b", "c", "d"}),
    ],
)
def test_what_is_free_around_some_sites(
    toy_instance: Callable[..., Instance], centres: list[int], sites: set[str], points: set[str]
) -> None:
    matrix = project(toy_instance(), ["nurse", "midwife"]).matrix
    columns = Neighbourhoods.of(matrix).around(np.array(centres), 30)
    assert free(matrix, columns, "open") == sites
    assert free(matrix, columns, "staff") == sites
    for component in ("allocated", "uncovered", "uncovered_in_band"):
        assert free(matrix, columns, component) == points
    assert columns[matrix.mask("loss")].all()


def test_a_number_of_sites_is_free_around_each_centre(toy_instance: Callable[..., Instance]) -> None:
    matrix = project(toy_instance(), ["nurse", "midwife"]).matrix
    near = Neighbourhoods.of(matrix)
    assert free(matrix, near.around(np.array([A]), 1), "open") == {"site-a"}
    assert free(matrix, near.around(np.array([B, C]), 1), "open") == {"site-a", "site-b", "site-c"}  # a tie, and itself


@pytest.mark.parametrize(("centre", "expected"), [(A, 2362.5), (C, 3517.5)])
def test_the_best_around_a_centre_is_found(
    toy_instance: Callable[..., Instance], exact: Settings, centre: int, expected: float
) -> None:
    # Money for two sites: both in the west (900 x 2.625 are left in the east), or the one in the east.
    problem = project(toy_instance(budget_eur=1_850_000), ["nurse", "midwife"])
    objective, values = opening_nothing(problem)
    assert objective == pytest.approx(2700 * 2.625)
    is_free = Neighbourhoods.of(problem.matrix).around(np.array([centre]), 30)
    found = _search_around(problem, is_free, values, exact.control(60))
    assert found is not None
    assert found[0] == pytest.approx(expected)


def test_nothing_better_around_a_centre_is_nothing(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    problem = project(toy_instance(budget_eur=0), [])
    poor = opening_nothing(problem)
    everything = np.ones(len(poor[1]), bool)
    settled = _search_around(problem, everything, poor[1], exact.control(60))
    assert settled is not None
    assert settled[0] == pytest.approx(5287.5)
    assert _search_around(problem, everything, settled[1], exact.control(60)) is None


def test_a_poor_plan_is_improved_beside_a_search(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    problem = project(toy_instance(budget_eur=1_850_000), ["nurse", "midwife"])
    is_best = threading.Event()

    def told(progress: Progress) -> None:
        if progress.incumbent == pytest.approx(1777.5):
            is_best.set()

    settings = replace(exact, threads=2, report=told)
    poor = opening_nothing(problem)
    best = Best(settings, None, poor)
    relaxed = np.ones(len(problem.matrix.lower))  # every site promises something
    with improving_beside(problem, settings, settings.control(60), best, relaxed) as threads:
        assert threads == 1
        assert is_best.wait(60)
    assert best.objective == pytest.approx(1777.5)
    plan = best.better_than(poor)
    assert plan is not None
    assert problem.complete(plan[1])[0] == pytest.approx(1777.5)


def test_with_one_thread_nothing_runs_beside(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    problem = project(toy_instance(), [])
    poor = opening_nothing(problem)
    best = Best(exact, None, poor)
    with improving_beside(problem, exact, exact.control(60), best, poor[1]) as threads:
        assert threads == 1
        assert best.better_than(poor) is None
    assert best.plan is poor


def test_a_failure_beside_a_search_is_not_lost(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    problem = project(toy_instance(), [])
    settings = replace(exact, threads=2)
    best = Best(settings, None, (5287.5, np.zeros(3)))  # three columns fit no problem

    def search_beside() -> None:
        with improving_beside(problem, settings, settings.control(60), best, np.zeros(3)):
            for thread in threading.enumerate():
                if thread.name == "neighbourhoods":
                    thread.join(60)

    with pytest.raises(IndexError):
        search_beside()
