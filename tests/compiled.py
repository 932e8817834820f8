"""A Pyomo model as sparse matrices, in one pass of Pyomo's standard-form compiler."""

from collections.abc import Sequence

import numpy as np
import pyomo.core as pyo
import scipy.sparse as sp
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler, LinearStandardFormInfo

from msp_siting.errors import InfeasibleError, told
from msp_siting.solver.matrix import Matrix, Name


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
        names |= {id(data): (name, _as_tuple(index)) for index, data in component.items()}
    return tuple([names[id(data)] for data in listed])


def _as_tuple(index: object) -> tuple[str | int, ...]:
    """Return an index of Pyomo's; a component without any has None."""
    return () if index is None else index if isinstance(index, tuple) else (index,)  # type: ignore[return-value]


def ordered(matrix: Matrix) -> Matrix:
    """Return a problem with its columns and rows in the order of their names."""
    columns = sorted(range(len(matrix.names)), key=lambda column: _word(matrix.names[column]))
    rows = sorted(range(len(matrix.row_names)), key=lambda row: _word(matrix.row_names[row]))
    return Matrix(
        a=matrix.a[rows][:, columns],
        costs=matrix.costs[:, columns],
        row_lower=matrix.row_lower[rows],
        row_upper=matrix.row_upper[rows],
        lower=matrix.lower[columns],
        upper=matrix.upper[columns],
        integer=matrix.integer[columns],
        names=tuple(matrix.names[column] for column in columns),
        row_names=tuple(matrix.row_names[row] for row in rows),
    )


def _word(name: Name) -> str:
    return f"{name[0]} {name[1]!r}"
