"""A Pyomo model as sparse matrices, in one pass of Pyomo's standard-form compiler."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler, LinearStandardFormInfo
from scipy.sparse.csgraph import connected_components

from msp_siting.errors import InfeasibleError, told

Name = tuple[str, tuple[str | int, ...]]
ADDED: Name = ("added", ())
LARGEST_HELD = 2.0**23  # of a row that holds a cost: beyond it an absolute tolerance is lost in rounding
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
    names, row_names
        Component and index of each column, such as ``("open", ("msp-38269", "small"))``, and of each row.
    """

    a: sp.csc_array
    costs: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    integer: np.ndarray
    names: tuple[Name, ...]
    row_names: tuple[Name, ...]

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
            row_names=tuple(self.row_names[row] for row in rows),
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

    def with_row(self, coefficients: np.ndarray, upper: float, lower: float = -np.inf, name: Name = ADDED) -> "Matrix":
        """Return the same problem with one more row: lower <= coefficients x <= upper."""
        return replace(
            self,
            a=sp.csc_array(sp.vstack([self.a, sp.csr_array(coefficients.reshape(1, -1))], format="csc")),
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, upper),
            row_names=(*self.row_names, name),
        )

    def holding(self, cost: np.ndarray, most: float) -> "Matrix":
        """Return the same problem with a cost held: at most so much.

        A large one is divided by a power of 2, for a solver's tolerances are absolute.
        """
        scale = 2.0 ** -max(0, math.ceil(math.log2(max(1.0, abs(most)) / LARGEST_HELD)))
        return self.with_row(cost * scale, most * scale)

    def with_columns(self, names: Sequence[Name], cost: float, *, binary: bool = False) -> "Matrix":
        """Return the same problem with more columns in no row yet, at some cost in the first stage.

        They are from 0 up, or 0 or 1.
        """
        more = len(names)
        costs = np.zeros((len(self.costs), more))
        costs[0] = cost
        return replace(
            self,
            a=sp.csc_array(sp.hstack([self.a, sp.csc_array((self.a.shape[0], more))], format="csc")),
            costs=np.hstack([self.costs, costs]),
            lower=np.append(self.lower, np.zeros(more)),
            upper=np.append(self.upper, np.full(more, 1.0 if binary else np.inf)),
            integer=np.append(self.integer, np.full(more, binary)),
            names=(*self.names, *names),
        )


def compile_model(model: pyo.ConcreteModel) -> Matrix:
    """Return the matrices of a Pyomo model whose objectives are all minimised and without constants.

    Raises
    ------
    InfeasibleError
        If a constraint without variables cannot hold.
    """
    with PauseGC():  # as for `build`
        try:
            form = LinearStandardFormCompiler().write(model, mixed_form=True)
        except InfeasibleConstraintException as fault:
            raise InfeasibleError(told(fault)) from fault
        return _matrix(model, form)


def _matrix(model: pyo.ConcreteModel, form: LinearStandardFormInfo) -> Matrix:
    sense = np.array([row.bound_type for row in form.rows])
    rhs = np.asarray(form.rhs, float)
    bounds = [variable.bounds for variable in form.columns]
    return Matrix(
        a=sp.csc_array(form.A),
        costs=np.asarray(form.c.toarray(), float),
        row_lower=np.where(sense <= 0, rhs, -np.inf),
        row_upper=np.where(sense >= 0, rhs, np.inf),
        lower=np.array([-np.inf if lower is None else lower for lower, _ in bounds], float),
        upper=np.array([np.inf if upper is None else upper for _, upper in bounds], float),
        integer=np.array([not variable.is_continuous() for variable in form.columns], bool),
        names=_names(model, pyo.Var, form.columns),
        row_names=_names(model, pyo.Constraint, [row.constraint for row in form.rows]),
    )


def _names(model: pyo.ConcreteModel, kind: type, listed: Sequence[object]) -> tuple[Name, ...]:
    """Return component and index of some variables or constraints, in their order (asking each of them is slow)."""
    names: dict[int, Name] = {}
    for component in model.component_objects(kind):
        name = component.local_name
        names |= {
            id(data): (name, index if isinstance(index, tuple) else (index,)) for index, data in component.items()
        }
    return tuple([names[id(data)] for data in listed])
