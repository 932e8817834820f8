"""The steps in which the evenness stage measures uncovered shares, and finer ones where the shares turn out to lie."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from msp_siting.problem.formulation import UNCOVERED_IN_STEP
from msp_siting.solver.matrix import Matrix

FEWEST_STEPS = 3  # one up to the window, one within it, one beyond


@dataclass(frozen=True)
class Steps:
    """The columns ``uncovered_in_step`` of a problem, one row per (demand point, profession), one column per step.

    Attributes
    ----------
    columns
        Their positions in the problem.
    people
        Inhabitants, one per row.
    need_index
        Standardised inhabitants per inhabitant, one per row.
    edges
        Shares between which the steps lie, from 0 to 1; one more than there are steps.
    """

    columns: np.ndarray
    people: np.ndarray
    need_index: np.ndarray
    edges: np.ndarray

    @classmethod
    def of(cls, matrix: Matrix, unevenness: np.ndarray) -> Self:
        """Return the equal steps with which a problem is built, read off its bounds and costs."""
        found = list(matrix.columns(UNCOVERED_IN_STEP))
        number = 1 + max((int(index[-1]) for _, index in found), default=0)
        columns = np.array([column for column, _ in found], dtype=int).reshape(-1, number)
        edges = np.tile(np.linspace(0.0, 1.0, number + 1), (len(columns), 1))
        return cls(
            columns=columns,
            people=matrix.upper[columns].sum(axis=1),
            need_index=unevenness[columns[:, 0]] * 2 * number,
            edges=edges,
        )

    def finer_around(self, values: np.ndarray) -> Self:
        """Return as many steps, most of them within one step of each share that some values hold."""
        number = self.columns.shape[1]
        if number < FEWEST_STEPS:
            return self
        counted = np.where(self.people > 0, self.people, 1.0)
        share = np.clip(values[self.columns].sum(axis=1) / counted, 0.0, 1.0)
        widest = np.diff(self.edges)[:, 1:-1].max(axis=1)
        lower, upper = np.clip(share - widest, 0.0, 1.0), np.clip(share + widest, 0.0, 1.0)
        inner = np.linspace(lower, upper, number - 1, axis=1)
        ends = np.zeros((len(share), 1)), np.ones((len(share), 1))
        return replace(self, edges=np.hstack([ends[0], inner, ends[1]]))

    def put_into(self, matrix: Matrix, unevenness: np.ndarray) -> tuple[Matrix, np.ndarray]:
        """Return a problem and its unevenness with these steps: need index x the middle of the step."""
        bounds, cost = matrix.upper.copy(), unevenness.copy()
        bounds[self.columns] = np.diff(self.edges) * self.people[:, np.newaxis]
        middles = (self.edges[:, 1:] + self.edges[:, :-1]) / 2
        cost[self.columns] = middles * self.need_index[:, np.newaxis]
        return matrix.bounded(matrix.lower, bounds), cost
