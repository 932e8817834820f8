"""Plans as columns of a problem, and back."""

import numpy as np
import pandas as pd

from msp_siting.problem import Plan
from msp_siting.solver.matrix import Matrix


def with_plan(matrix: Matrix, plan: Plan) -> Matrix:
    """Return a problem with sites and staff fixed as in a plan."""
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    staff: dict[tuple[str | int, ...], float] = {
        (site, profession): float(posts)
        for site, profession, posts in plan.staff[["site_id", "profession", "recruited"]].itertuples(index=False)
    }
    opened = set(plan.sites[["site_id", "format"]].itertuples(index=False, name=None))
    for column, index in matrix.columns("staff"):
        lower[column] = upper[column] = staff.get(index, 0.0)
    for column, index in matrix.columns("open"):
        lower[column] = upper[column] = float(index in opened)
    return matrix.bounded(lower, upper)


def plan_of(matrix: Matrix, values: np.ndarray) -> Plan:
    """Return the plan that some values hold."""
    opened = [index for column, index in matrix.columns("open") if round(values[column]) == 1]
    staff = [(*index, round(values[column])) for column, index in matrix.columns("staff") if round(values[column]) > 0]
    return Plan(
        pd.DataFrame(sorted(opened), columns=["site_id", "format"]),
        pd.DataFrame(sorted(staff), columns=["site_id", "profession", "recruited"]),
    )
