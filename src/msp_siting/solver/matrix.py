"""A Pyomo model as sparse matrices, in one pass of Pyomo's standard-form compiler."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.sparse.csgraph import connected_components

from msp_siting.errors import InfeasibleError

SMALL_BLOCK_SHARE = 0.1  # of the columns; smaller parts are not worth a run of their own


@dataclass(frozen=True)
class Matrix:
    """Minimise costs[stage] x, row_lower <= a x <= row_upper, lower <= x <= upper.

    Attributes
    ----------
    a
        One row per constraint, one column per variable (CSC).
    costs
        One row per stage, in the model's order of objectives; one column per variable.
    integer
        Which columns are integer.
    names
        Component and index of each column, such as ``("open", ("msp-38269", "small"))``.
    """

    a: sp.csc_array
    costs: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    integer: np.ndarray
    names: tuple[tuple[str, tuple[str | int, ...]], ...]

    def columns(self, component: str) -> Iterator[tuple[int, tuple[str | int, ...]]]:
        """Yield the position and index of each column of one component."""
        return ((column, index) for column, (name, index) in enumerate(self.names) if name == component)

    def mask(self, *components: str) -> np.ndarray:
        """Return which columns belong to some components."""
        return np.array([name in components for name, _ in self.names], dtype=bool)

    def bounded(self, lower: np.ndarray, upper: np.ndarray) -> "Matrix":
        """Return the same problem with other column bounds."""
        return replace(self, lower=lower, upper=upper)

    def block(self, columns: np.ndarray) -> "Matrix":
        """Return the problem of some columns alone, with the rows that hold any of them."""
        a = sp.csr_array(self.a[:, columns])
        rows = np.flatnonzero(np.diff(a.indptr))
        return Matrix(
            a=sp.csc_array(a[rows]),
            costs=self.costs[:, columns],
            row_lower=self.row_lower[rows],
            row_upper=self.row_upper[rows],
            lower=self.lower[columns],
            upper=self.upper[columns],
            integer=self.integer[columns],
            names=tuple(self.names[column] for column in columns),
        )

    def independent_blocks(self) -> list[np.ndarray]:
        """Return the columns of the parts that no row ties together; small parts share one block."""
        rows, columns = self.a.shape
        _, label = connected_components(sp.block_array([[None, self.a.T], [self.a, None]], format="csr"))
        size = np.bincount(label[:columns], minlength=columns + rows)
        large = np.flatnonzero(size > SMALL_BLOCK_SHARE * columns)
        blocks = [np.flatnonzero(label[:columns] == part) for part in large]
        rest = np.flatnonzero(~np.isin(label[:columns], large))
        return [*blocks, rest] if len(rest) else blocks

    def with_row(self, coefficients: np.ndarray, upper: float) -> "Matrix":
        """Return the same problem with one more row: coefficients x <= upper."""
        return replace(
            self,
            a=sp.csc_array(sp.vstack([self.a, sp.csr_array(coefficients.reshape(1, -1))], format="csc")),
            row_lower=np.append(self.row_lower, -np.inf),
            row_upper=np.append(self.row_upper, upper),
        )


def compile_model(model: pyo.ConcreteModel) -> Matrix:
    """Return the matrices of a Pyomo model whose objectives are all minimised and without constants.

    Raises
    ------
    InfeasibleError
        If a constraint without variables cannot hold.
    """
    try:
        with PauseGC():  # as for `build`
            form = LinearStandardFormCompiler().write(model, mixed_form=True)
    except InfeasibleConstraintException as problem:
        raise InfeasibleError(str(problem)) from problem
    sense = np.array([row.bound_type for row in form.rows])
    rhs = np.asarray(form.rhs, float)
    return Matrix(
        a=sp.csc_array(form.A),
        costs=np.asarray(form.c.toarray(), float),
        row_lower=np.where(sense <= 0, rhs, -np.inf),
        row_upper=np.where(sense >= 0, rhs, np.inf),
        lower=np.array([-np.inf if v.lb is None else v.lb for v in form.columns], float),
        upper=np.array([np.inf if v.ub is None else v.ub for v in form.columns], float),
        integer=np.array([not v.is_continuous() for v in form.columns], bool),
        names=tuple((v.parent_component().local_name, _index(v)) for v in form.columns),
    )


def _index(variable: pyo.Var) -> tuple[str | int, ...]:
    index = variable.index()
    return index if isinstance(index, tuple) else (index,)
