"""A problem as sparse matrices, its columns and rows known by their names in the model."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

Name = tuple[str, tuple[str | int, ...]]
ADDED: Name = ("added", ())
LARGEST_HELD = 2.0**23  # of a row that holds a cost: beyond it an absolute tolerance is lost in rounding


def selecting(columns: np.ndarray, size: int) -> sp.csr_array:
    """Return a row per column with a 1 there, of so many columns; an empty one for -1."""
    there = np.flatnonzero(columns >= 0)
    return sp.csr_array((np.ones(len(there)), (there, columns[there])), shape=(len(columns), size))


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

    def with_row(self, coefficients: np.ndarray, upper: float, lower: float = -np.inf, name: Name = ADDED) -> "Matrix":
        """Return the same problem with one more row: lower <= coefficients x <= upper."""
        return replace(
            self,
            a=sp.csc_array(sp.vstack([self.a, sp.csr_array(coefficients.reshape(1, -1))], format="csc")),
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, upper),
            row_names=(*self.row_names, name),
        )

    def with_rows(self, rows: sp.sparray, lower: np.ndarray, names: Sequence[Name]) -> "Matrix":
        """Return the same problem with more rows: lower <= rows x."""
        return replace(
            self,
            a=sp.csc_array(sp.vstack([self.a, rows], format="csc")),
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, np.full(len(names), np.inf)),
            row_names=(*self.row_names, *names),
        )

    def without_rows(self, left_out: np.ndarray) -> "Matrix":
        """Return the same problem without some rows, given as one flag per row."""
        kept = np.flatnonzero(~left_out)
        return replace(
            self,
            a=sp.csc_array(self.a.tocsr()[kept]),
            row_lower=self.row_lower[kept],
            row_upper=self.row_upper[kept],
            row_names=tuple([self.row_names[row] for row in kept]),
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
