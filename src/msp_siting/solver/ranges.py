"""How far plans that are as good as the best one found can differ in the need that a profession leaves uncovered."""

import threading

import numpy as np

from msp_siting.problem import Column
from msp_siting.solver.highs import solve_lp
from msp_siting.solver.projection import Projection, project
from msp_siting.solver.settings import HELD, Settings

RANGE_LIMIT_S = 60.0


def uncovered_range(
    problem: Projection, profession: str, objective: float, settings: Settings
) -> tuple[float, float] | None:
    """Return the least and the most uncovered need (standardised inhabitants) of all plans with an objective or less.

    Of the linear relaxation, so no plan lies outside; the best plan there is lies within. None where a limit was hit,
    or where the profession does not count in the objective.
    """
    if problem.instance.professions[profession].weight <= 0:
        return None
    if profession in {light.name for light in problem.lights}:
        problem = project(problem.instance, ())  # as cuts, it has no columns of who is uncovered
    matrix = problem.matrix
    need = np.zeros(len(matrix.lower))
    index = problem.instance.professions[profession].need_index
    for column, (point, name) in matrix.columns(Column.UNCOVERED):
        if name == profession:
            need[column] = index[str(point)]
    as_good = matrix.holding(matrix.costs[0], objective + HELD * max(1.0, abs(objective)))
    control = settings.control(RANGE_LIMIT_S, threading.Event())
    ends = [solve_lp(as_good, sign * need, control).objective for sign in (1.0, -1.0)]
    least, most = ends
    return None if least is None or most is None else (least, -most)
