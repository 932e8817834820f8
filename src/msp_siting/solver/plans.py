"""Plans as columns of a problem, and back; and plans cut off that are none."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from msp_siting.problem import Column, Plan
from msp_siting.solver.matrix import Matrix

CUT_OFF = "cut_off"


def with_plan(matrix: Matrix, plan: Plan) -> Matrix:
    """Return a problem with sites and staff fixed as in a plan."""
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    staff: dict[tuple[str | int, ...], float] = {
        (site, profession): float(posts)
        for site, profession, posts in plan.staff[["site_id", "profession", "recruited"]].itertuples(index=False)
    }
    opened = set(plan.sites[["site_id", "format"]].itertuples(index=False, name=None))
    for column, index in matrix.columns(Column.STAFF):
        lower[column] = upper[column] = staff.get(index, 0.0)
    for column, index in matrix.columns(Column.OPEN):
        lower[column] = upper[column] = float(index in opened)
    return matrix.bounded(lower, upper)


def plan_of(matrix: Matrix, values: np.ndarray) -> Plan:
    """Return the plan that some values hold."""
    opened = [index for column, index in matrix.columns(Column.OPEN) if round(values[column]) == 1]
    posts = [(index, round(values[column])) for column, index in matrix.columns(Column.STAFF)]
    staff = [(*index, count) for index, count in posts if count > 0]
    return Plan(
        pd.DataFrame(sorted(opened), columns=["site_id", "format"]),
        pd.DataFrame(sorted(staff), columns=["site_id", "profession", "recruited"]),
    )


@dataclass(frozen=True)
class CutOff:
    """A plan that exceeds a limit, with all that open its sites with no fewer posts: they exceed it too.

    Attributes
    ----------
    opened
        Columns of its sites and formats.
    staff, posts
        Columns of its teams, and the posts in each.
    fewer
        One column per team, 0 or 1: it may be 1 where the plan has fewer posts there.
    """

    opened: np.ndarray
    staff: np.ndarray
    posts: np.ndarray
    fewer: np.ndarray

    def beside(self, values: np.ndarray) -> np.ndarray:
        """Return the values of ``fewer`` beside the values of another plan."""
        return np.array(np.round(values[self.staff]) < self.posts, float)


def cut_off(matrix: Matrix, plan: Plan) -> tuple[Matrix, CutOff]:
    """Return a problem without a plan and all that take more: sum of (1 - open) + sum of fewer >= 1.

    Every coefficient is a small whole number, so that no tolerance blurs it.
    """
    sites = set(plan.sites[["site_id", "format"]].itertuples(index=False, name=None))
    team = {(site, name): int(n) for site, name, n in plan.staff.itertuples(index=False, name=None) if n > 0}
    opened = np.array([column for column, index in matrix.columns(Column.OPEN) if index in sites], int)
    staff = {index: column for column, index in matrix.columns(Column.STAFF) if index in team}
    first = len(matrix.lower)
    more = matrix.with_columns([(CUT_OFF, index) for index in staff], 0.0, binary=True)
    fewer = first + np.arange(len(staff))
    for (index, column), flag in zip(staff.items(), fewer, strict=True):  # flag: staff <= posts - 1
        most = max(matrix.upper[column], team[str(index[0]), str(index[1])])
        row = np.zeros(len(more.lower))
        row[column], row[flag] = 1.0, most - team[str(index[0]), str(index[1])] + 1.0
        more = more.with_row(row, most, name=(CUT_OFF, index))
    row = np.zeros(len(more.lower))
    row[opened], row[fewer] = 1.0, -1.0
    more = more.with_row(row, len(opened) - 1.0, name=(CUT_OFF, ()))
    posts = np.array([team[str(site), str(name)] for site, name in staff], float)
    return more, CutOff(opened, np.array(list(staff.values()), int), posts, fewer)
